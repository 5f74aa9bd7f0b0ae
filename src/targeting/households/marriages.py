"""Who is married to whom on a date: the latest registration counts, a divorce ends it (Civil Code arts 1049, 1080).

Where the marriage register shows no couple (before about 2000 only a part was keyed in; other provinces are absent), husband and
wife of one registered household, and its father and mother, are spouses, unless the last that the marriage register knows of
either is a divorce.
"""

from collections.abc import Mapping
from datetime import date

import polars as pl

from targeting.households.known import known_by, of_persons
from targeting.specs.knowledge import Knowledge

COUPLE = {
    "one": pl.String,
    "other": pl.String,
    "register": pl.String,
    "row": pl.Int64,
    "level": pl.String,
    "since": pl.Date,
    "until": pl.Date,
    "known_at": pl.Date,
}
"""Both directions of a couple: `one` and `other`, the row that shows it, and how long it held."""


def marriage_events(
    tables: Mapping[str, pl.DataFrame], links: pl.DataFrame, *, knowledge: Mapping[str, Knowledge], as_of: date
) -> pl.DataFrame:
    """Marriages and divorces by party: one, other (null where unresolved), kind, since, row, the weaker level, known_at."""
    schema = {**COUPLE, "kind": pl.String}
    table = known_by(tables, "marriage", knowledge=knowledge, as_of=as_of)
    if not table.width:
        return pl.DataFrame(schema=schema)
    husband = of_persons(table, links, "marriage", "husband").select("row", one="person_id", level="level")
    wife = of_persons(table, links, "marriage", "wife").select("row", one="person_id", level="level")
    sides = pl.concat(
        [
            mine.join(theirs.rename({"one": "other", "level": "their_level"}), on="row", how="left")
            for mine, theirs in ((husband, wife), (wife, husband))
        ]
    )
    return (
        sides.join(table.select("row", "kind", "known_at", since="registered_on"), on="row")
        .filter(pl.col("since").is_not_null() & (pl.col("one") != pl.col("other")).fill_null(True))
        .with_columns(level=pl.max_horizontal("level", "their_level"))
        .unique(["one", "since", "kind"], keep="first", maintain_order=True)
    )


def registered_marriages(events: pl.DataFrame) -> pl.DataFrame:
    """Every registered marriage in both directions (COUPLE); `until` is the day before the next event of either party."""
    later = events.sort("one", "since", "row").with_columns(
        next=pl.col("since").shift(-1).over("one", order_by=["since", "row"]),
    )
    couples = later.filter((pl.col("kind") == "marriage") & pl.col("other").is_not_null())
    theirs = couples.select(pl.col("one").alias("other"), "row", pl.col("next").alias("their_next"))
    return (
        couples.join(theirs, on=["other", "row"], how="left")
        .with_columns(until=pl.min_horizontal("next", "their_next") - pl.duration(days=1), register=pl.lit("marriage"))
        .select(*COUPLE)
        .cast(pl.Schema(COUPLE))
        .sort("one", "since", "row")
    )


def divorced(events: pl.DataFrame) -> pl.DataFrame:
    """The persons (person_id) of whom the last thing that the marriage register knows is a divorce."""
    last = events.sort("one", "since", "row").unique("one", keep="last", maintain_order=True)
    return last.filter(pl.col("kind") == "divorce").select(person_id="one")


def spouses(people: pl.DataFrame, events: pl.DataFrame) -> pl.DataFrame:
    """The couples on the date among `people` (residents), both directions, at most one spouse each (COUPLE plus `rule`)."""
    here = people.select("person_id")
    registered = (
        registered_marriages(events)
        .filter(pl.col("until").is_null())
        .join(here, left_on="one", right_on="person_id", how="semi")
        .join(here, left_on="other", right_on="person_id", how="semi")
        .sort("one", "since", "row")
        .unique("one", keep="last", maintain_order=True)
        .with_columns(rule=pl.lit("hh.spouse"))
    )
    registered = _mutual(registered)
    silent = people.join(divorced(events), on="person_id", how="anti").join(
        registered.select(person_id="one"), on="person_id", how="anti"
    )
    return pl.concat([registered, _booklet_couples(silent)]).sort("one")


def _mutual(couples: pl.DataFrame) -> pl.DataFrame:
    """Only couples that hold from both sides."""
    back = couples.select(one="other", other="one")
    return couples.join(back, on=["one", "other"], how="semi")


def _booklet_couples(people: pl.DataFrame) -> pl.DataFrame:
    """Head and spouse, father and mother of one registered household, where there is exactly one of each."""
    found = []
    for left, right in (("head", "spouse"), ("father", "mother")):
        one = _single(people, left)
        other = _single(people, right)
        pairs = one.join(other, on="register_household", suffix="_other")
        found += [
            pairs.select(
                one="person_id", other="person_id_other", row="row_other", level=pl.max_horizontal("level", "level_other")
            ),
            pairs.select(
                one="person_id_other", other="person_id", row="row_other", level=pl.max_horizontal("level", "level_other")
            ),
        ]
    return (
        pl.concat(found)
        .with_columns(
            register=pl.lit("population"),
            since=pl.lit(None, dtype=pl.Date),
            until=pl.lit(None, dtype=pl.Date),
            known_at=pl.lit(None, dtype=pl.Date),
            rule=pl.lit("hh.spouse.population_relation"),
        )
        .select(*COUPLE, "rule")
        .cast(pl.Schema({**COUPLE, "rule": pl.String}))
    )


def _single(people: pl.DataFrame, relation: str) -> pl.DataFrame:
    there = people.filter(pl.col("relation_to_head") == relation).select("register_household", "person_id", "row", "level")
    return there.filter(pl.len().over("register_household") == 1)
