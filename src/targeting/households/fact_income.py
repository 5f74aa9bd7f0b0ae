"""Facts about money received or earned in months: contribution bases, pensions, benefits, declared income.

The contribution base has a floor and a cap: it bounds a wage and is never one. Who pays alone (`self_paid_base`) shows no wage.
"""

from collections.abc import Mapping
from datetime import date

import polars as pl

from targeting.frames.assessment import FACTS
from targeting.households.awards import listings
from targeting.households.fact import fact_rows
from targeting.households.known import declared, ended_by, known_by, of_persons
from targeting.specs.knowledge import Knowledge

PENSIONS = ("employee_pension", "public_pension", "resident_pension")
_WORK = ("employee_pension", "public_pension", "unemployment")
_SELF_PAID = "灵活就业|个体参保|个人参保|个人缴费|个人窗口|自谋职业|自由职业"
"""How social-insurance offices name contributions that the insured pays alone, in the place of the employer (county data; GK)."""

Tables = Mapping[str, pl.DataFrame]
Known = Mapping[str, Knowledge]


def social_security_facts(tables: Tables, links: pl.DataFrame, *, knowledge: Known, as_of: date) -> pl.DataFrame:
    """Spells of social insurance as monthly amounts: contribution bases of those who work, benefits of those who receive.

    Whether a spell pays or receives does not change while it lasts; its amount is null where only the present one is known.
    """
    pays = pl.col("benefit_cents").is_null() & pl.col("insurance").is_in(_WORK)
    table = known_by(
        tables,
        "social_security",
        knowledge=knowledge,
        as_of=as_of,
        derived={"receives": pl.col("benefit_cents").is_not_null(), "pays": pays},
    )
    if not table.width:
        return FACTS.empty()
    ended = ended_by("end_month", how=declared(knowledge, "social_security"), as_of=as_of)
    spells = of_persons(table, links, "social_security", "insured").with_columns(until=ended)
    receives, pays = pl.col("receives"), pl.col("pays")
    alone = pl.col("employer").is_null() | pl.col("employer").str.contains(_SELF_PAID)
    kinds = {
        "wage_base": spells.filter(pays & ~alone),
        "self_paid_base": spells.filter(pays & alone),
        "pension": spells.filter(receives & pl.col("insurance").is_in(PENSIONS)),
        "unemployment": spells.filter(receives & (pl.col("insurance") == "unemployment")),
        "veterans_allowance": spells.filter(receives & (pl.col("insurance") == "veterans_allowance")),
    }
    return pl.concat(
        [
            fact_rows(
                rows,
                kind,
                register="social_security",
                role="insured",
                unit="cents_month",
                value=pl.col("contribution_base_cents" if kind.endswith("_base") else "benefit_cents"),
                text=pl.col("insurance"),
                valid_from=pl.col("start_month").dt.month_start(),
                valid_to=pl.col("until"),
                detail={"employer": pl.col("employer"), "state": pl.col("state")},
            )
            for kind, rows in kinds.items()
        ]
    )


def paid_wages(tables: Tables, links: pl.DataFrame, *, knowledge: Known, as_of: date) -> pl.DataFrame:
    """What an employer paid, in the month of the payment and in no other: a bonus for a year stands there whole."""
    table = known_by(tables, "wages", knowledge=knowledge, as_of=as_of)
    if not table.width:
        return FACTS.empty()
    return fact_rows(
        of_persons(table, links, "wages", "employee"),
        "wage",
        register="wages",
        role="employee",
        unit="cents_month",
        value=pl.col("pay_cents"),
        text=pl.col("kind"),
        valid_from=pl.col("month").dt.month_start(),
        valid_to=pl.col("month").dt.month_end(),
        detail={"employer": pl.col("employer"), "contributions_cents": pl.col("contributions_cents")},
    )


def ordered_support(tables: Tables, links: pl.DataFrame, *, knowledge: Known, as_of: date) -> pl.DataFrame:
    """Support that a court or an agreement has fixed, on the side of the person who is entitled to it; the payer is not named."""
    table = known_by(tables, "support_orders", knowledge=knowledge, as_of=as_of)
    if not table.width:
        return FACTS.empty()
    return fact_rows(
        of_persons(table, links, "support_orders", "recipient"),
        "support",
        register="support_orders",
        role="recipient",
        unit="cents_month",
        value=pl.col("amount_cents"),
        text=pl.col("kind"),
        valid_from=pl.col("start_month").dt.month_start(),
        valid_to=ended_by("end_month", how=declared(knowledge, "support_orders"), as_of=as_of),
    )


def offers_of_work(tables: Tables, links: pl.DataFrame, *, knowledge: Known, as_of: date) -> pl.DataFrame:
    """What the employment service records: an offer refused without good reason or taken, or the work found within reach."""
    table = known_by(tables, "employment_service", knowledge=knowledge, as_of=as_of)
    if not table.width:
        return FACTS.empty()
    told = table.filter((pl.col("event") != "refused") | (pl.col("good_reason") == False).fill_null(False))  # noqa: E712
    return fact_rows(
        of_persons(told, links, "employment_service", "jobseeker"),
        "work_offer",
        register="employment_service",
        role="jobseeker",
        unit="share",
        value=pl.col("coefficient"),
        text=pl.col("event"),
        valid_from=pl.col("happened"),
    )


def received_benefits(tables: Tables, links: pl.DataFrame, *, knowledge: Known, as_of: date) -> pl.DataFrame:
    """A listing on an award in payment in the month of `as_of`: the amount of the whole award, never a member's part."""
    return fact_rows(
        _listed(tables, links, knowledge, as_of),
        "benefit",
        register="assistance_roll",
        role="member",
        unit="cents_month",
        value=pl.col("amount_cents"),
        text=pl.col("benefit"),
        valid_from=pl.col("start_month"),
        detail={"case_no": pl.col("case_no"), "relation": pl.col("relation"), "street": pl.col("street")},
    )


def declared_incomes(tables: Tables, links: pl.DataFrame, *, knowledge: Known, as_of: date) -> pl.DataFrame:
    """The monthly income that a listed member declared, where the award has one."""
    return fact_rows(
        _listed(tables, links, knowledge, as_of).filter(pl.col("declared_income_cents").is_not_null()),
        "declared_income",
        register="assistance_roll",
        role="member",
        unit="cents_month",
        value=pl.col("declared_income_cents"),
        text=pl.col("benefit"),
        valid_from=pl.col("start_month"),
        detail={"case_no": pl.col("case_no")},
    )


def _listed(tables: Tables, links: pl.DataFrame, knowledge: Known, as_of: date) -> pl.DataFrame:
    return (
        listings(tables, links, knowledge=knowledge, as_of=as_of)
        .filter(pl.col("person_id").is_not_null())
        .with_columns(known_at=pl.min_horizontal(pl.col("start_month").fill_null(as_of), pl.lit(as_of)))
    )
