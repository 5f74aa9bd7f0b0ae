"""Turns rows of one register into rows of FACTS."""

from collections.abc import Mapping

import polars as pl

from targeting.frames.assessment import FACTS

NOTHING = pl.lit(None)


def fact_rows(
    frame: pl.DataFrame,
    kind: str,
    *,
    register: str,
    role: str,
    unit: str,
    value: pl.Expr = NOTHING,
    text: pl.Expr = NOTHING,
    valid_from: pl.Expr = NOTHING,
    valid_to: pl.Expr = NOTHING,
    detail: Mapping[str, pl.Expr] | None = None,
) -> pl.DataFrame:
    """The frame (row, person_id, level, known_at and the columns named) as facts of one kind."""
    named = [expr.alias(name) for name, expr in (detail or {}).items()]
    return frame.select(
        fact_id=pl.concat_str(pl.lit(f"{register}:"), pl.col("row").cast(pl.String), pl.lit(f":{role}:{kind}")),
        person_id=pl.col("person_id"),
        kind=pl.lit(kind),
        value=value.cast(pl.Float64),
        unit=pl.lit(unit),
        text=text.cast(pl.String),
        detail=pl.struct(named).struct.json_encode() if named else pl.lit(None, dtype=pl.String),
        valid_from=valid_from.cast(pl.Date),
        valid_to=valid_to.cast(pl.Date),
        known_at=pl.col("known_at").cast(pl.Date),
        register=pl.lit(register),
        row=pl.col("row").cast(pl.Int64),
        role=pl.lit(role),
        level=pl.col("level"),
    ).cast(FACTS.schema)
