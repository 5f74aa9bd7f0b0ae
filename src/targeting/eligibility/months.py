"""The months of the reference period, which spells ran in each, and the law of each month on what counts as income."""

from collections.abc import Mapping

import polars as pl

from targeting.dates import Month
from targeting.eligibility.situation import Situation
from targeting.errors import Misconfigured
from targeting.specs.policy import PolicyOn

LENGTHS = (1, 3, 6, 12)
LAST = {"of_assessment": 0, "before_assessment": 1}
_NO_LIMIT = 2**53


def reference_months(situation: Situation) -> list[Month]:
    """The months over which income is the mean, the oldest first.

    Raises:
        Misconfigured: the policy declares another length or end than there are.
    """
    length = situation.law.whole("income.months")
    last = situation.law.value("income.last_month").value
    if length not in LENGTHS or last not in LAST:
        raise Misconfigured(
            f"{situation.law.policy.where}: income.months must be one of {LENGTHS} and income.last_month one of {tuple(LAST)}; "
            f"found {length} and {last}."
        )
    end = Month.of(situation.as_of) - LAST[str(last)]
    return [end - back for back in reversed(range(length))]


def held_months(spells: pl.DataFrame, months: list[Month]) -> pl.DataFrame:
    """A row for each month of the period in which a spell (since, until) ran, with its `index`; an open end runs on."""
    first, last = _index(months[0]), _index(months[-1])
    begins = pl.max_horizontal(_index_of("since").fill_null(first), pl.lit(first))
    ends = pl.min_horizontal(_index_of("until").fill_null(last), pl.lit(last))
    running = spells.with_columns(begins=begins, ends=ends).filter(pl.col("begins") <= pl.col("ends"))
    return (
        running.with_columns(index=pl.int_ranges(pl.col("begins"), pl.col("ends") + 1, dtype=pl.Int64))
        .drop("begins", "ends")
        .explode("index")
    )


def by_month(situation: Situation) -> pl.DataFrame:
    """What the law of each month of the period says of income: `index`, `month` and the values, money in cents.

    A limit that the policy does not set stands so high that it never binds.
    """
    law = situation.law.policy
    rows = [_of(law.on(min(month.last_day, situation.as_of)), month) for month in reference_months(situation)]
    return pl.DataFrame(rows, schema=_LAW)


_LAW = {
    "index": pl.Int64,
    "month": pl.Date,
    "floor": pl.Int64,
    "cap": pl.Int64,
    "basic": pl.Int64,
    "deducts_contributions": pl.Boolean,
    "cost_share": pl.Float64,
    "cost_of": pl.String,
    "cost_cap": pl.Int64,
    "free_from": pl.Int64,
    "free_cents": pl.Int64,
    "minimum_wage": pl.Int64,
}


def _of(law: PolicyOn, month: Month) -> Mapping[str, object]:
    """The values in force in one month; the minimum wage only where a cost is a part of it."""
    cost = next(iter(law.rows("income.employment_cost")), {"share": 0.0, "of": "earnings"})
    free = next(iter(law.rows("income.earnings_disregard")), {"cents": 0})
    return {
        "index": _index(month),
        "month": month.first_day,
        "floor": law.whole("income.contribution_base_floor"),
        "cap": law.whole("income.contribution_base_cap"),
        "basic": law.whole("income.basic_pension_disregard"),
        "deducts_contributions": bool(law.value("income.contributions_deducted").value),
        "cost_share": cost["share"],
        "cost_of": cost["of"],
        "cost_cap": cost.get("cap_cents", _NO_LIMIT),
        "free_from": free.get("from_cents", 0),
        "free_cents": free["cents"],
        "minimum_wage": law.whole("income.minimum_wage") if cost["of"] == "minimum_wage" else None,
    }


def _index(month: Month) -> int:
    return month.year * 12 + month.month - 1


def _index_of(column: str) -> pl.Expr:
    return pl.col(column).dt.year().cast(pl.Int64) * 12 + pl.col(column).dt.month().cast(pl.Int64) - 1
