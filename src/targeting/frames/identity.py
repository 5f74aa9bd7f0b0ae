"""Tables of the linkage: who stands in which row of which register.

`identities` goes in; `links`, `evidence`, `candidates`, `persons` and the ledger come out. A level is A, B or C (DESIGN §6).
"""

import polars as pl

from targeting.frames.contract import Column, Contract

IDENTITIES = Contract(
    "identities",
    "one identity in one row of one register, standardised: accepted rows, duplicates, and rows refused for a cell",
    (
        Column("register", pl.String, nullable=False),
        Column("row", pl.Int64, nullable=False),
        Column("role", pl.String, "whose identity in the row: person, owner, member, husband …", nullable=False),
        Column("kind", pl.String, "person or organisation", nullable=False),
        Column("id_form", pl.String, "valid18, old15, invalid18, mangled, masked, credit_code, other, absent", nullable=False),
        Column("id_text", pl.String, "the number cleaned of width, case, spaces and quotes; null where absent"),
        Column("resident_id", pl.String, "the 18-digit number, only where valid as received (id_form valid18)"),
        Column("name", pl.String, "name cleaned of spaces and stray signs; null where absent"),
        Column("name_key", pl.String, "name folded: dots, width, variant and traditional characters; ? kept as unknown"),
        Column("birth_date", pl.Date, "from the register's own column, else from a valid number"),
        Column("address", pl.String),
        Column("phone", pl.String),
        Column("other_address", pl.String, "a second address of the same row, e.g. the registered one"),
        Column(
            "group",
            pl.String,
            "what binds people within the register: booklet, award, unit number, marriage row",
        ),
    ),
    ("register", "row", "role"),
)

LINKS = Contract(
    "links",
    "one identity and the person it is; person_id null where unresolved",
    (
        Column("register", pl.String, nullable=False),
        Column("row", pl.Int64, nullable=False),
        Column("role", pl.String, nullable=False),
        Column("person_id", pl.String),
        Column("level", pl.String, "A, B or C; null where there is no link"),
        Column("probability", pl.Float64, "match probability; null for deterministic rules without a measured one"),
        Column("weight", pl.Float64, "match weight, log2 Bayes factor incl. prior", unit="bits"),
        Column("method", pl.String, "rule that made the link, or why there is none", nullable=False),
    ),
    ("register", "row", "role"),
)

EVIDENCE = Contract(
    "evidence",
    "how one link (or possible link) was reached, field by field",
    (
        Column("register", pl.String, nullable=False),
        Column("row", pl.Int64, nullable=False),
        Column("role", pl.String, nullable=False),
        Column("person_id", pl.String, nullable=False),
        Column("level", pl.String, nullable=False),
        Column("rule", pl.String, nullable=False),
        Column(
            "id_agreement",
            pl.String,
            "exact, old_form, one_digit, transposed, lost_digits, two_defects, relatives_number, different, absent",
            nullable=False,
        ),
        Column(
            "name_agreement",
            pl.String,
            "exact, folded, unknown_character, pinyin, partial, different, absent",
            nullable=False,
        ),
        Column("birth_agreement", pl.String, "exact, partial, different, absent, not_compared (A)", nullable=False),
        Column(
            "address_agreement",
            pl.String,
            "room, building, community, town, different, absent, not_compared (A)",
            nullable=False,
        ),
        Column(
            "relation_agreement",
            pl.String,
            "to the others named in the row or group: itself, together, apart, absent, not_compared (A)",
            nullable=False,
        ),
        Column("probability", pl.Float64),
        Column("weight", pl.Float64, "the sum of the six below; null where a number and a name settle it (A)", unit="bits"),
        Column("prior_bits", pl.Float64, "before anything is compared", unit="bits"),
        Column("id_bits", pl.Float64, unit="bits"),
        Column("name_bits", pl.Float64, unit="bits"),
        Column("birth_bits", pl.Float64, unit="bits"),
        Column("address_bits", pl.Float64, "0 where the people beside say more: one home counts once", unit="bits"),
        Column("relation_bits", pl.Float64, "0 where the address says more", unit="bits"),
        Column("margin_bits", pl.Float64, "weight above the next person's; null where nobody else was compared", unit="bits"),
        Column("runner_up", pl.String, "person_id of the next person of a link; candidates have rows of their own"),
        Column("spec_sha256", pl.String, nullable=False),
        Column("snapshot", pl.String, nullable=False),
    ),
    ("register", "row", "role", "person_id"),
)

PERSONS = Contract(
    "persons",
    "one person known to the system",
    (
        Column("person_id", pl.String, nullable=False),
        Column("resident_id", pl.String),
        Column("name", pl.String),
        Column("birth_date", pl.Date),
        Column("population_row", pl.Int64, "first row in the population register; null if known from elsewhere only"),
        Column("since_snapshot", pl.String, nullable=False),
    ),
    ("person_id",),
)

LEDGER = Contract(
    "identity ledger",
    "one person_id ever minted, with the keys by which the person is found again; an old id always resolves",
    (
        Column("person_id", pl.String, nullable=False),
        Column("current_id", pl.String, "the id that it resolves to after merges", nullable=False),
        Column("resident_id", pl.String),
        Column("name_key", pl.String),
        Column("birth_date", pl.Date),
        Column("home", pl.String, "booklet or dwelling in which the person was last registered"),
        Column("since_snapshot", pl.String, nullable=False),
        Column("event", pl.String, "minted, merged or split", nullable=False),
    ),
    ("person_id",),
)

JUDGEMENTS = Contract(
    "judgements",
    "what a person has said of one link: binding for all later runs",
    (
        Column("register", pl.String, nullable=False),
        Column("row", pl.Int64, "row in the snapshot judged", nullable=False),
        Column("role", pl.String, nullable=False),
        Column("snapshot", pl.String, nullable=False),
        Column(
            "identity_sha256",
            pl.String,
            "hash of the identity's text, so that it binds in later snapshots",
            nullable=False,
        ),
        Column("person_id", pl.String, nullable=False),
        Column("judgement", pl.String, "same or different", nullable=False),
    ),
    ("identity_sha256", "person_id"),
)
