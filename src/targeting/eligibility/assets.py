"""What the things of a unit come to in a means test: whether one bars it, and what counts of their value (DOMAIN §1.5, §1.14)."""

from collections.abc import Mapping

import polars as pl

from targeting.eligibility.effects import (
    APPRAISE,
    BOUGHT,
    CONSEQUENCES,
    COUNT_VALUE,
    OVER,
    REVIEW,
    TOTAL,
    VETO,
    WITHIN,
    Things,
    deciding_row,
    effect_of,
)
from targeting.specs.parameters import Scalar
from targeting.specs.policy import PolicyOn


def assessed(
    things: pl.DataFrame, table: str, *, law: PolicyOn, key: str, needs: Mapping[str, pl.Expr] | None = None
) -> pl.DataFrame:
    """What the things of each unit come to by the policy's table of effects: key, `barred`, `counted` (cents), `evidence`.

    `things`: key, `value` (cents), `bought` (day), and the columns of words that the table names. `barred` is true where one is a
    veto, null where one asks for a look or an appraisal. `counted` adds up the values that count, each less what its row
    disregards; null where one is not known. `evidence`: the papers that the exemptions used ask for.
    """
    rows = law.rows(table)
    named = {name for row in rows for name in row} - {*CONSEQUENCES, *WITHIN, *OVER, TOTAL, BOUGHT, "needs"}
    worth = pl.col("value")
    read = Things({name: name for name in named}, needs or {}, worth, worth, worth.sum().over(key), pl.col("bought"))
    judged = things.with_columns(effect=effect_of(table, read, law), row=deciding_row(table, read, law)).with_columns(
        left=(worth - _said(pl.Int64(), [row.get("disregard", 0) for row in rows]).fill_null(0)).clip(0, None),
        papers=_said(pl.String(), [row.get("evidence", "") for row in rows]).fill_null(""),
    )
    veto, look = (pl.col("effect") == VETO).any(), pl.col("effect").is_in([REVIEW, APPRAISE]).any()
    counted = pl.col("left").filter(pl.col("effect") == COUNT_VALUE)
    return judged.group_by(key, maintain_order=True).agg(
        barred=pl.when(veto).then(True).when(~look).then(False),
        counted=pl.when(~counted.is_null().any()).then(counted.sum()),
        evidence=pl.col("papers").filter(pl.col("papers") != "").unique().sort(),
    )


def _said(kind: pl.DataType, by_row: list[Scalar]) -> pl.Expr:
    """What the row of the table that decides says."""
    return pl.col("row").replace_strict(list(range(len(by_row))), by_row, default=None, return_dtype=kind)
