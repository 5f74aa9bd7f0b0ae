"""The amount of a benefit a month in cents, worked out on the unit's totals as its declaration says.

Dividing to a head and multiplying back can add a yuan (632 × 3 − 1,894 is 2; by the head and rounded up it would be 3), so
nothing is divided. Whole cents throughout: what counts against the person is rounded down to a cent, the standard up.
"""

from fractions import Fraction
from math import ceil
from typing import Literal

import polars as pl

from targeting.specs.benefits import Amount, Counted
from targeting.specs.policy import PolicyOn

Known = Literal["exactly", "at_least"]
"""Whether the amount is asked for as it is, or as the least that it can be where what counts is only bounded from above."""


def amount_of(amount: Amount, units: pl.DataFrame, *, law: PolicyOn, known: Known = "exactly") -> pl.Expr:
    """Cents a month for each unit; null where what counts is not exactly known, or for `at_least` not bounded.

    Raises:
        ParameterNotInForce: a standard, share or step has no value on the date.
    """
    if amount.method == "share":
        return times(_exactly(amount.measure, units), law.amount(amount.share))
    if amount.method == "tier":
        return _tier(amount, units, law)
    standard = _standard(amount, units, law) if amount.standard else _exactly(amount.measure, units)
    if amount.method == "flat":
        return standard
    counted = [_counted(less, units, law, known) for less in amount.less]
    return (standard - pl.sum_horizontal(counted, ignore_nulls=False)).clip(0, None)


def times(cents: pl.Expr, share: Fraction) -> pl.Expr:
    """The share of an amount, rounded down to a whole cent.

    >>> pl.DataFrame({"c": [100001]}).select(times(pl.col("c"), Fraction("0.55")))["c"].to_list()
    [55000]
    """
    return cents.cast(pl.Int64) * share.numerator // share.denominator


def _exactly(measure: str, units: pl.DataFrame) -> pl.Expr:
    """The measure where it is known, null where it is only known to lie between two values."""
    at_most = f"{measure}_at_most"
    known = pl.col(measure)
    return pl.when(known == pl.col(at_most)).then(known) if at_most in units.columns else known


def _most(measure: str, units: pl.DataFrame) -> pl.Expr:
    """The most that the measure can be."""
    at_most = f"{measure}_at_most"
    return pl.col(at_most if at_most in units.columns else measure)


def _standard(amount: Amount, units: pl.DataFrame, law: PolicyOn) -> pl.Expr:
    """The standard of the whole unit, by its size."""
    sizes = units[amount.size].unique().drop_nulls().sort().to_list()
    totals = [ceil(law.amount(amount.standard, size) * (size if amount.per == "head" else 1)) for size in sizes]
    return pl.col(amount.size).replace_strict(sizes, totals, default=None, return_dtype=pl.Int64)


def _counted(less: Counted, units: pl.DataFrame, law: PolicyOn, known: Known) -> pl.Expr:
    """What of a measure counts: all of it, a share of what lies above a sum, or so much for each step or part of one."""
    above = law.whole(less.above) if less.above else None
    measure = _exactly(less.measure, units) if known == "exactly" else _most(less.measure, units)
    excess = measure.cast(pl.Int64)
    if above is not None:
        excess = (excess - above).clip(0, None)
    counts = excess
    if less.step:
        step = law.whole(less.step)
        counts = (excess + step - 1) // step * law.whole(less.each)
    elif less.share:
        counts = times(excess, law.amount(less.share))
    return pl.when(less.if_true).then(counts).when(~pl.col(less.if_true)).then(0) if less.if_true else counts


def _tier(amount: Amount, units: pl.DataFrame, law: PolicyOn) -> pl.Expr:
    """The cents of the first row of the table into which the measure falls; nothing beyond the last."""
    measure = _exactly(amount.measure, units)
    heads = pl.col(amount.size) if amount.per == "head" else pl.lit(1)
    cents: pl.Expr = pl.when(measure.is_not_null()).then(pl.lit(0, dtype=pl.Int64))
    for row in reversed(law.rows(amount.standard)):
        within = measure < heads * row["below"] if "below" in row else measure <= heads * row["up_to"]
        cents = pl.when(within).then(heads * row["cents"]).otherwise(cents)
    return cents.cast(pl.Int64)
