"""Gradual exit: after a member takes a job the award may run on for months, whole or by steps (民发〔2022〕83号; DOMAIN §1.7).

`income.gradual_exit_months` says how long from the month of the job on, `income.taper` which share of what was due without the
job is kept from which of these months. A pension or another change of the household starts no exit.
"""

import polars as pl

from targeting.eligibility.money import due
from targeting.eligibility.situation import Situation


def exit_until(situation: Situation, since: pl.Expr) -> pl.Expr:
    """The first day of the last month of the exit that a job since then opens; null where it is over."""
    months = situation.law.whole("income.gradual_exit_months")
    last = since.dt.month_start().dt.offset_by(f"{months - 1}mo")
    return pl.when(last >= situation.month).then(last)


def kept_share(situation: Situation, since: pl.Expr) -> pl.Expr:
    """The share kept in the month of assessment, in the so-manieth month of a job since then."""
    month = situation.month
    number = (month.year - since.dt.year()) * 12 + month.month - since.dt.month() + 1
    share = pl.lit(1.0)
    for row in sorted(situation.law.rows("income.taper"), key=lambda row: int(row["from_month"])):
        share = pl.when(number >= int(row["from_month"])).then(float(row["kept"])).otherwise(share)
    return share


def due_in_exit(situation: Situation, members: pl.Expr, income: pl.Expr, before: pl.Expr, kept: pl.Expr) -> pl.Expr:
    """Cents due: on all income, or the share kept of what is due without the new jobs (`before`), where that is more."""
    steps = (due(situation, members, before) * kept).round(4).floor().cast(pl.Int64)  # 0.7 × 700 cents is 490, not 489.99…
    return pl.max_horizontal(due(situation, members, income), pl.when(kept.is_not_null()).then(steps))
