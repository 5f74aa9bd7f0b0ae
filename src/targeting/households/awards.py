"""The awards in payment in the month of `as_of`, and who is listed on them, out of the assistance roll.

The roll repeats the amount of the whole award on each member's row, so it is taken once; declared incomes add up over members.
An award that ends later than the month, or in it, reads as running without an end: its end is not known before the month is over.
"""

from collections.abc import Mapping
from datetime import date

import polars as pl

from targeting.frames.assessment import AWARD_MEMBERS, AWARDS
from targeting.households.known import at_present, declared
from targeting.specs.knowledge import Knowledge

DIBAO = "dibao"
_AWARD = ["benefit", "case_no"]


def awards(
    tables: Mapping[str, pl.DataFrame],
    links: pl.DataFrame,
    households: pl.DataFrame,
    *,
    knowledge: Mapping[str, Knowledge],
    as_of: date,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Every award in payment in the month of `as_of` is one row of AWARDS; every person listed on it one row of AWARD_MEMBERS.

    The applicant is the member whose relation is `self`, else the person of the applicant's number; a personal benefit belongs to
    the person on its row. Where two rows of an award name different amounts, the one that most rows name counts, then the lower.
    """
    listed = listings(tables, links, knowledge=knowledge, as_of=as_of)
    members = listed.select(*_AWARD, "row", "person_id", "level", "relation", declared_income_month="declared_income_cents")
    amounts = (
        listed.filter(pl.col("amount_cents").is_not_null())
        .group_by(*_AWARD, "amount_cents")
        .len()
        .sort(*_AWARD, "len", "amount_cents", descending=[False, False, True, False])
        .unique(_AWARD, keep="first", maintain_order=True)
        .select(*_AWARD, amount_month="amount_cents")
    )
    whole = listed.group_by(_AWARD).agg(
        members_listed=pl.len().cast(pl.Int64),
        declared_income_month=pl.when(pl.col("declared_income_cents").is_not_null().any()).then(
            pl.col("declared_income_cents").sum()
        ),
        start_month=pl.col("start_month").min(),
        office=pl.col("street").sort_by("row").first(),
        community=pl.col("community").sort_by("row").first(),
        row=pl.col("row").min(),
    )
    family = households.select("person_id", "household_id").unique("person_id")
    frame = (
        whole.join(amounts, on=_AWARD, how="left")
        .join(_applicants(listed, links), on=_AWARD, how="left")
        .join(family, on="person_id", how="left")
        .with_columns(end_month=pl.lit(None, dtype=pl.Date), register=pl.lit("assistance_roll"))
    )
    return AWARDS.conform(frame), AWARD_MEMBERS.conform(members)


def listings(
    tables: Mapping[str, pl.DataFrame], links: pl.DataFrame, *, knowledge: Mapping[str, Knowledge], as_of: date
) -> pl.DataFrame:
    """The rows of the roll that are in payment in the month of `as_of`, with `person_id` and `level` of the member (or null)."""
    roll = tables.get("assistance_roll")
    roll = pl.DataFrame(schema=_ROLL) if roll is None else at_present(roll, declared(knowledge, "assistance_roll"), as_of=as_of)
    month = as_of.replace(day=1)
    running = (pl.col("start_month").is_null() | (pl.col("start_month") <= month)) & (
        pl.col("end_month").is_null() | (pl.col("end_month") >= month)
    )
    member = _linked(links, "member").rename({"linked": "person_id"})
    return roll.filter(running).join(member, on="row", how="left").sort(*_AWARD, "row")


_ROLL = {
    "row": pl.Int64,
    "benefit": pl.String,
    "case_no": pl.String,
    "relation": pl.String,
    "declared_income_cents": pl.Int64,
    "amount_cents": pl.Int64,
    "start_month": pl.Date,
    "end_month": pl.Date,
    "street": pl.String,
    "community": pl.String,
}


def applicants(
    tables: Mapping[str, pl.DataFrame], links: pl.DataFrame, *, knowledge: Mapping[str, Knowledge], as_of: date
) -> pl.DataFrame:
    """The applicant of each award in payment: benefit, case_no, person_id, level; unresolved ones are left out."""
    return _applicants(listings(tables, links, knowledge=knowledge, as_of=as_of), links)


def _applicants(listed: pl.DataFrame, links: pl.DataFrame) -> pl.DataFrame:
    """The person listed as `self`, else the person whose number stands as the applicant's, at that identity's level."""
    named = _linked(links, "applicant").rename({"linked": "person_id"})
    by_number = listed.select(*_AWARD, "row").join(named, on="row").with_columns(order=pl.lit(1))
    is_self = (pl.col("relation") == "self").fill_null(False)
    by_row = listed.filter(is_self & pl.col("person_id").is_not_null()).select(
        *_AWARD, "row", "person_id", "level", order=pl.lit(0)
    )
    return (
        pl.concat([by_row, by_number.select(by_row.columns)])
        .sort(*_AWARD, "order", "row")
        .unique(_AWARD, keep="first", maintain_order=True)
        .select(*_AWARD, "person_id", "level")
    )


def _linked(links: pl.DataFrame, role: str) -> pl.DataFrame:
    return links.filter(
        (pl.col("register") == "assistance_roll")
        & (pl.col("role") == role)
        & pl.col("person_id").is_not_null()
        & pl.col("level").is_in(["A", "B"])
    ).select("row", "level", linked="person_id")
