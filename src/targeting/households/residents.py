"""Who is registered and alive on a date: one row a person, out of population rows, deaths and links.

A death ends residence wherever it is known first: funerals are often entered before the population register is corrected.
"""

from collections.abc import Mapping
from datetime import date

import polars as pl

from targeting.households.known import declared, is_past, known_by, of_persons
from targeting.identifiers.addresses import with_address_parts
from targeting.specs.knowledge import Knowledge

_FIRST = {"active": 0, "prison": 1, "moved_out": 2, "dead": 3}
_GONE = ("dead", "moved_out")
_AWAY = ("prison", "missing")
"""States in which a registered person lives with no family; `missing` is a declaration by a court."""


def deaths_known(
    tables: Mapping[str, pl.DataFrame], links: pl.DataFrame, *, knowledge: Mapping[str, Knowledge], as_of: date
) -> pl.DataFrame:
    """Every death known by `as_of`: person_id, died, level, register, row, role, known_at, source; one row a register row."""
    parts = []
    funerals = known_by(tables, "deaths", knowledge=knowledge, as_of=as_of)
    if funerals.width:
        parts.append(
            of_persons(funerals, links, "deaths", "deceased").select(
                "person_id",
                pl.col("death_date").alias("died"),
                "level",
                "row",
                "known_at",
                pl.lit("deaths").alias("register"),
                pl.lit("deceased").alias("role"),
                pl.lit("funeral").alias("source"),
            )
        )
    cancelled = _cancelled(tables, links, knowledge=knowledge, as_of=as_of)
    if cancelled is not None:
        parts.append(cancelled)
    empty = pl.DataFrame(
        schema={
            "person_id": pl.String,
            "died": pl.Date,
            "level": pl.String,
            "row": pl.Int64,
            "known_at": pl.Date,
            "register": pl.String,
            "role": pl.String,
            "source": pl.String,
        }
    )
    return pl.concat([empty, *parts]).sort("person_id", "register", "row")


def _cancelled(
    tables: Mapping[str, pl.DataFrame], links: pl.DataFrame, *, knowledge: Mapping[str, Knowledge], as_of: date
) -> pl.DataFrame | None:
    """Deaths that the population register cancelled; an undated one is known with the snapshot only."""
    population = tables.get("population")
    if population is None:
        return None
    how = declared(knowledge, "population")
    noted = pl.min_horizontal(pl.col("status_date") + pl.duration(days=how.lag_days), pl.lit(how.snapshot))
    dead = population.filter(pl.col("status") == "dead").with_columns(known_at=noted.fill_null(pl.lit(how.snapshot)))
    return of_persons(dead.filter(pl.col("known_at") <= as_of), links, "population", "person").select(
        "person_id",
        pl.col("status_date").alias("died"),
        "level",
        "row",
        "known_at",
        pl.lit("population").alias("register"),
        pl.lit("person").alias("role"),
        pl.lit("population").alias("source"),
    )


def residents(
    tables: Mapping[str, pl.DataFrame], links: pl.DataFrame, *, knowledge: Mapping[str, Knowledge], as_of: date
) -> pl.DataFrame:
    """One row a living registered person on `as_of`: the population row that says most, addresses taken apart, `absent` or null.

    Somebody who moved out or died by then, as known by then, is left out; one born later is not yet there. A status that the
    register had not yet learned of had not come, one without a date is known with the snapshot only. Booklet and address have no
    history: what stands there now is taken for earlier months too (no review changes them, so no later knowledge enters).
    """
    how = declared(knowledge, "population")
    rows = of_persons(tables["population"], links, "population", "person").filter(pl.col("birth_date").fill_null(as_of) <= as_of)
    noted = (pl.col("status_date") + pl.duration(days=how.lag_days) <= as_of).fill_null(value=False)
    in_force = noted | pl.lit(not is_past(how, as_of))
    rows = rows.with_columns(state=pl.when(in_force).then(pl.col("status")).otherwise(pl.lit("active")))
    one = (
        rows.with_columns(first=pl.col("state").replace_strict(_FIRST, default=4, return_dtype=pl.Int64))
        .sort("person_id", "first", "row")
        .unique("person_id", keep="first", maintain_order=True)
    )
    dead = deaths_known(tables, links, knowledge=knowledge, as_of=as_of).filter(pl.col("died").fill_null(as_of) <= as_of)
    return (
        one.filter(~pl.col("state").is_in(_GONE))
        .join(dead.select("person_id").unique(), on="person_id", how="anti")
        .with_columns(pl.col("present_address").fill_null(""), absent=pl.when(pl.col("state").is_in(_AWAY)).then("state"))
        .pipe(with_address_parts, "present_address", "present")
        .select(
            "person_id",
            "level",
            "row",
            "birth_date",
            "register_household",
            "relation_to_head",
            "present_address",
            "present",
            "grid_cell",
            "absent",
        )
        .sort("person_id")
    )
