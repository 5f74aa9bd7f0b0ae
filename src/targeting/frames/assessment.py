"""Tables of the assessment: who lives together, who is paid what, what is known, what the law says of it."""

import polars as pl

from targeting.frames.contract import Column, Contract

FACT_KINDS = {
    "birth": "none; valid_from is the date of birth",
    "death": "none; text funeral or population; valid_from is the date of death",
    "absence": "none; text prison or moved_out; valid_from where the register dates it",
    "marriage": "none; text is the spouse's person_id; valid_to is the day before a divorce or a later marriage",
    "wage_base": "cents_month: contribution base paid by an employer: a bound, never the wage; text is the insurance",
    "self_paid_base": "cents_month: contribution base paid by the insured alone: no sign of a wage; text is the insurance",
    "wage": "cents_month that an employer paid in the month of valid_from; text is wage, bonus or labour",
    "support": "cents_month of support fixed by a court or an agreement; text is order or agreement",
    "supporter": "none; a legal supporter outside the family; text is the supporter's person_id where that person has consented, "
    "null where nothing may be read; detail has the tie and the article",
    "consent": "none; the person's own consent to a check; text is its purpose; valid_to is its last day",
    "work_offer": "share of work within reach where assessed; text is refused, accepted or assessed",
    "pension": "cents_month received; text employee_pension, public_pension or resident_pension",
    "unemployment": "cents_month of unemployment benefit received",
    "veterans_allowance": "cents_month received; never income",
    "dwelling": "dwelling_share held; text dwelling or homestead",
    "floor_area": "m2 of that share; text as dwelling",
    "other_property": "share held; text parking, storage, commercial …",
    "vehicle": "cents: price when new, null where the register has none; text is the type as registered",
    "business": "cents of subscribed capital; text company, sole_trader or cooperative",
    "certificate": "grade; text is the category; valid_to is the last day of validity",
    "benefit": "cents_month of the whole award on which the person is listed; text is the benefit",
    "ended_benefit": "cents_month of the whole award on which the person was listed; text is the benefit; valid_to its last day",
    "bereavement": "number of parents who have died; text parent; valid_from is the latest death",
    "declared_income": "cents_month that the person declared on an award; text is the benefit",
    "review": "none; a review of the award for which the person applied; text is how it came about; valid_from its day",
}
"""Kinds of facts: the unit of `value`, then what `text` and the dates say. Months are bounded by their first and last day."""

HOUSEHOLDS = Contract(
    "households",
    "one member of one assessed family; every living registered person is in exactly one",
    (
        Column("household_id", pl.String, "person_id of the head", nullable=False),
        Column("person_id", pl.String, nullable=False),
        Column(
            "relation",
            pl.String,
            "head, spouse, minor_child, student_child, parent, adult_child, grandchild …",
            nullable=False,
        ),
        Column("rule", pl.String, "clause that puts the person here, e.g. hh.spouse", nullable=False),
        Column("register", pl.String, "register of the row that shows it", nullable=False),
        Column("row", pl.Int64, nullable=False),
        Column("level", pl.String, "link level of that row, A or B", nullable=False),
        Column("listed", pl.Boolean, "the person is listed on the family's running dibao award", nullable=False),
        Column("office", pl.String, "street or township of the present address"),
        Column("community", pl.String),
        Column("grid_cell", pl.String),
    ),
    ("household_id", "person_id"),
)

AWARDS = Contract(
    "awards",
    "one award in payment in the month of as_of",
    (
        Column("benefit", pl.String, "dibao, dis_living or dis_care", nullable=False),
        Column("case_no", pl.String, nullable=False),
        Column("person_id", pl.String, "the applicant, or the person entitled; null where unresolved"),
        Column("household_id", pl.String, "assessed family of that person; null where unresolved"),
        Column("level", pl.String, "link level of the applicant's identity"),
        Column("members_listed", pl.Int64, nullable=False),
        Column("amount_month", pl.Int64, "paid a month for the whole award", unit="cents"),
        Column("declared_income_month", pl.Int64, "declared a month, all members together", unit="cents"),
        Column("start_month", pl.Date),
        Column("end_month", pl.Date, "last month paid, where known by as_of"),
        Column("office", pl.String, "street or township that runs the award"),
        Column("community", pl.String),
        Column("register", pl.String, nullable=False),
        Column("row", pl.Int64, "first row of the award", nullable=False),
    ),
    ("benefit", "case_no"),
)

AWARD_MEMBERS = Contract(
    "award members",
    "one person listed on one award in payment",
    (
        Column("benefit", pl.String, nullable=False),
        Column("case_no", pl.String, nullable=False),
        Column("row", pl.Int64, nullable=False),
        Column("person_id", pl.String, "null where unresolved"),
        Column("level", pl.String),
        Column("relation", pl.String, "relation to the applicant: self, spouse, child, parent …"),
        Column("declared_income_month", pl.Int64, unit="cents"),
    ),
    ("benefit", "case_no", "row"),
)

FACTS = Contract(
    "facts",
    "one thing that one register row says of one person, as known by as_of",
    (
        Column("fact_id", pl.String, "register:row:role:kind, stable within a snapshot", nullable=False),
        Column("person_id", pl.String, nullable=False),
        Column("kind", pl.String, "one of FACT_KINDS", nullable=False),
        Column("value", pl.Float64, "the number that rules use: cents a month, share of a dwelling, cents of value …"),
        Column("unit", pl.String, "cents_month, cents, dwelling_share, m2, grade, none", nullable=False),
        Column("text", pl.String, "the code or words that rules use, e.g. the type of vehicle"),
        Column("detail", pl.String, "JSON object of the other columns of the row that a check or a page needs"),
        Column("valid_from", pl.Date, "first day (of the first month) for which it holds"),
        Column("valid_to", pl.Date, "last day for which it holds, as known by as_of; null: still holds"),
        Column("known_at", pl.Date, "day on which it became known", nullable=False),
        Column("register", pl.String, nullable=False),
        Column("row", pl.Int64, nullable=False),
        Column("role", pl.String, nullable=False),
        Column("level", pl.String, "A or B; never C", nullable=False),
    ),
    ("fact_id",),
)

TIES = Contract(
    "ties",
    "something that connects a person on one award with somebody the award does not list",
    (
        Column("benefit", pl.String, nullable=False),
        Column("case_no", pl.String, nullable=False),
        Column(
            "kind",
            pl.String,
            "family, co_resident, same_register_household, shared_account, shared_phone or account_of_ended_award",
            nullable=False,
        ),
        Column("person_id", pl.String, "the other person; null where only another award is known"),
        Column(
            "other_award", pl.String, "benefit:case_no of the other award; empty where the tie is to a person", nullable=False
        ),
        Column("level", pl.String, "weakest link level that the tie rests on: A or B", nullable=False),
        Column("register", pl.String, nullable=False),
        Column("row", pl.Int64, "row that shows the tie", nullable=False),
    ),
    ("benefit", "case_no", "kind", "other_award", "person_id"),
)

COVERAGE = Contract(
    "coverage",
    "what one register can answer for this run (G27)",
    (
        Column("register", pl.String, nullable=False),
        Column("answer", pl.String, "answered, not_asked, not_authorised, no_answer, not_covered or stale", nullable=False),
        Column("data_until", pl.Date, "latest event the register knows"),
        Column("outreach", pl.Boolean, "the specification declares an outreach basis (missing direction)", nullable=False),
        Column("covers_from", pl.Date, "first day that the answer covers; null: no such limit"),
        Column("covers_to", pl.Date, "last day that the answer covers; null: no such limit"),
        Column("offices", pl.List(pl.String), "streets or townships that the answer covers; null: all"),
    ),
    ("register",),
)

FINDINGS = Contract(
    "findings",
    "the answer of one check about one subject",
    (
        Column("run", pl.String, nullable=False),
        Column("subject_kind", pl.String, "award, person or household", nullable=False),
        Column("subject", pl.String, "benefit:case_no, person_id or household_id", nullable=False),
        Column("benefit", pl.String, nullable=False),
        Column("person_id", pl.String, "the person the finding is about"),
        Column("household_id", pl.String),
        Column("direction", pl.String, "over or missing", nullable=False),
        Column("check", pl.String, "code of the check, e.g. X10", nullable=False),
        Column("result", pl.String, "hit, clear or unknown", nullable=False),
        Column("link_level", pl.String, "weakest level among the facts used: A or B; B needs confirmation"),
        Column("effective_from", pl.Date, "first day from which the finding holds"),
        Column("legal_basis", pl.String, "document and article in force on as_of", nullable=False),
        Column("facts", pl.String, "JSON list of fact_id, or of {reason} where unknown", nullable=False),
        Column("amount_month", pl.Int64, "at stake a month: paid too much (over), not paid (missing)", unit="cents"),
        Column("detail", pl.String, "JSON object: values, limits and what would clear it, for texts", nullable=False),
    ),
    ("subject_kind", "subject", "benefit", "direction", "check", "person_id"),
)

DISPOSITIONS = Contract(
    "dispositions",
    "what officers have settled about facts: parked while disputed, cleared until the fact changes",
    (
        Column("subject", pl.String, nullable=False),
        Column("check", pl.String, nullable=False),
        Column(
            "facts_sha256",
            pl.String,
            "hash of what the cleared facts said, so that a change lifts the clearance",
            nullable=False,
        ),
        Column("disposition", pl.String, "parked or cleared", nullable=False),
    ),
    ("subject", "check", "facts_sha256"),
)
