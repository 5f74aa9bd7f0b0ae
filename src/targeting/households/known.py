"""The rows of a register that were known by a date, without what the register learned later."""

from collections.abc import Mapping
from datetime import date

import polars as pl

from targeting.dates import Month
from targeting.errors import Misconfigured
from targeting.specs.knowledge import Knowledge


def known_by(
    tables: Mapping[str, pl.DataFrame],
    register: str,
    *,
    knowledge: Mapping[str, Knowledge],
    as_of: date,
    derived: Mapping[str, pl.Expr] | None = None,
) -> pl.DataFrame:
    """The rows that were known by `as_of`, with `known_at`; present-state columns are null before the snapshot's month.

    A row without an event date is known with the snapshot. `derived` columns are what present-state columns say of the past with
    certainty. An empty frame where the register was not received.

    Raises:
        Misconfigured: the register was received and nothing says how its rows become known.
    """
    table = tables.get(register)
    if table is None:
        return pl.DataFrame()
    how = declared(knowledge, register)
    extract = pl.lit(how.snapshot)
    event = pl.col(how.event) + pl.duration(days=how.lag_days) if how.event else extract
    noted = pl.coalesce(pl.col(how.known_at), event) if how.known_at else event
    visible = table.with_columns(known_at=pl.min_horizontal(noted.fill_null(extract), extract), **(derived or {})).filter(
        pl.col("known_at") <= as_of
    )
    return at_present(visible, how, as_of=as_of)


def at_present(rows: pl.DataFrame, how: Knowledge, *, as_of: date) -> pl.DataFrame:
    """The rows with their present-state columns, which are null before the snapshot's month."""
    if not is_past(how, as_of):
        return rows
    hidden = [name for name in rows.columns if name in how.current_only]
    return rows.with_columns(pl.lit(None, dtype=rows.schema[name]).alias(name) for name in hidden)


def is_past(how: Knowledge, as_of: date) -> bool:
    """The date lies in a month before the snapshot's."""
    return Month.of(as_of) < Month.of(how.snapshot)


def declared(knowledge: Mapping[str, Knowledge], register: str) -> Knowledge:
    """How the register's rows become known.

    Raises:
        Misconfigured: nothing says it.
    """
    if register not in knowledge:
        raise Misconfigured(
            f"Nothing says when rows of {register} become known. Declare event date and lag in its specification."
        )
    return knowledge[register]


def ended_by(column: str, *, how: Knowledge, as_of: date) -> pl.Expr:
    """The last day of the month in `column`, where it was known by `as_of` that the spell had ended; else null.

    A spell that ends after `as_of`, or whose end was not yet reported then, reads as still running.
    """
    end = pl.col(column).dt.month_end()
    reported = pl.min_horizontal(end + pl.duration(days=how.lag_days), pl.lit(how.snapshot))
    return pl.when((reported <= as_of) & (end <= pl.lit(as_of).dt.month_end())).then(end)


def of_persons(frame: pl.DataFrame, links: pl.DataFrame, register: str, role: str) -> pl.DataFrame:
    """The rows with `person_id` and `level` of the identity in `role`; rows whose person is unresolved are left out."""
    mine = links.filter(
        (pl.col("register") == register)
        & (pl.col("role") == role)
        & pl.col("person_id").is_not_null()
        & pl.col("level").is_in(["A", "B"])
    ).select("row", "person_id", "level")
    return frame.join(mine, on="row", how="inner")
