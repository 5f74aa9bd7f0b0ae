"""Who was linked to whom → the tables that leave the room, with the ids that the ledger gives.

In: the links that need no weighing, what was decided of the others, and the persons as the ledger knows them. A whole run and one
that decides only what changed end here, so that they cannot differ in it.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from targeting.linkage import evidence
from targeting.linkage.decide import LINK
from targeting.linkage.ledger import Recalled, mint
from targeting.linkage.prepare import LOST


@dataclass(frozen=True, slots=True)
class Tables:
    """LINKS, EVIDENCE (of A and B), candidates (EVIDENCE of level C), PERSONS, LEDGER; `ids` (person, person_id)."""

    links: pl.DataFrame
    evidence: pl.DataFrame
    candidates: pl.DataFrame
    persons: pl.DataFrame
    ledger: pl.DataFrame
    ids: pl.DataFrame


def assemble(
    identities: pl.DataFrame,
    units: pl.DataFrame,
    settled: pl.DataFrame,
    persons: pl.DataFrame,
    decided: pl.DataFrame,
    recalled: Recalled,
    ledger: pl.DataFrame,
    *,
    spec_sha256: str,
    snapshot: str,
) -> Tables:
    """The tables of a link run.

    `units`: unit, register, row, role, name, name_key; `settled`: unit, person, rule; `persons`: as `described`.
    """
    linked, moved = _linked(settled, persons, decided)
    named, ledger = _named(persons, recalled, moved, ledger, snapshot=snapshot)
    ids = named.select("person", "person_id", held_name="name", held_key="name_key")
    everyone = _with_ids(linked, ids, units)
    stamp = {"spec_sha256": spec_sha256, "snapshot": snapshot}
    possible = decided.filter(pl.col("outcome") != LINK).join(linked, on="unit", how="anti")
    possible = _moved(possible, moved).join(ids, on="person", maintain_order="left")
    return Tables(
        evidence.links_table(identities, units, everyone, decided),
        evidence.evidence_table(units, everyone, decided, **stamp),
        evidence.candidates_table(units, possible, **stamp),
        evidence.persons_table(named),
        ledger,
        ids.select("person", "person_id"),
    )


def described(persons: pl.DataFrame) -> pl.DataFrame:
    """The persons with what the ledger knows them by."""
    home = pl.coalesce("group", pl.col("dwellings").list.first())
    return persons.select(
        "person",
        "unit",
        "known_from",
        "register",
        "row",
        "role",
        "resident_id",
        "name",
        "name_key",
        "birth_date",
        home=pl.when(pl.col("known_from") == "defining").then(home),
    )


def _linked(settled: pl.DataFrame, persons: pl.DataFrame, decided: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Links of both levels, and `person`, `to`: persons from elsewhere who turned out to be registered ones.

    All rows of such a person follow the pair that was weighed; `weighed_unit` says whose evidence a link rests on.
    """
    fresh = decided.filter(pl.col("outcome") == LINK).unique("unit", keep="first", maintain_order=True)
    own = persons.filter(pl.col("known_from") == "elsewhere").select("unit", own="person")
    moved = fresh.join(own, on="unit").select("rule", "weight", "probability", person="own", to="person", weighed_unit="unit")
    links = evidence.level_a(settled).join(moved, on="person", how="left", suffix="_moved", maintain_order="left")
    follows = pl.col("to").is_not_null()
    links = links.with_columns(
        level=pl.when(follows).then(pl.lit("B")).otherwise("level"),
        rule=pl.when(follows).then("rule_moved").otherwise("rule"),
        weight=pl.coalesce("weight_moved", "weight"),
        probability=pl.coalesce("probability_moved", "probability"),
        person=pl.coalesce("to", "person"),
    )
    columns = ["unit", "person", "rule", "level", "probability", "weight", "weighed_unit"]
    weighed = fresh.join(own, on="unit", how="anti").with_columns(level=pl.lit("B"), weighed_unit="unit").select(columns)
    weighed = _moved(weighed, moved)
    return pl.concat([links.select(columns), weighed.select(columns)]).sort("unit"), moved.select("person", "to")


def _moved(pairs: pl.DataFrame, moved: pl.DataFrame) -> pl.DataFrame:
    joined = pairs.join(moved.select("person", "to"), on="person", how="left", maintain_order="left")
    return joined.with_columns(person=pl.coalesce("to", "person")).drop("to")


def _named(
    described: pl.DataFrame, recalled: Recalled, moved: pl.DataFrame, ledger: pl.DataFrame, *, snapshot: str
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Persons with their ids; the id of a person from elsewhere who is a registered one resolves to that one's."""
    gone = moved.join(recalled.known, on="person")
    kept = described.join(moved, on="person", how="anti")
    known = recalled.known.join(moved, on="person", how="anti")
    heirs = gone.join(known.select(to="person", current_id="person_id"), on="to").select("person_id", "current_id")
    fresh = gone.join(known.select(to="person"), on="to", how="anti").unique("to", keep="first", maintain_order=True)
    known = pl.concat([known, fresh.select(person="to", person_id="person_id")]).sort("person")
    absorbed = pl.concat([recalled.absorbed, heirs]).unique("person_id", keep="first", maintain_order=True)
    return mint(kept, Recalled(known, absorbed), ledger, snapshot=snapshot)


def _with_ids(linked: pl.DataFrame, ids: pl.DataFrame, units: pl.DataFrame) -> pl.DataFrame:
    """The links of persons who have an id, with it, and what the person is called."""
    everybody = np.concatenate([linked["person"].to_numpy(), ids["person"].to_numpy()]).astype(np.int64)
    at = np.full(int(everybody.max(initial=-1)) + 1, -1, dtype=np.int64)
    at[ids["person"].to_numpy()] = np.arange(ids.height)
    place = at[linked["person"].to_numpy()]
    named, place = linked.filter(pl.Series(place >= 0)), pl.Series(place[place >= 0])
    held = ids.select(pl.col(name).gather(place) for name in ("person_id", "held_name", "held_key"))
    named = pl.concat([named, held, units.select(pl.col("name_key").gather(named["unit"]))], how="horizontal")
    other = named["name_key"] != named["held_key"]
    few = named.filter(other).select(
        "unit", lost=pl.col("name_key").str.contains(LOST, literal=True) | pl.col("held_key").str.contains(LOST, literal=True)
    )
    lost = few.filter("lost")["unit"]
    return named.with_columns(lost_character=pl.col("unit").is_in(lost.implode()) if len(lost) else pl.lit(value=False)).sort(
        "unit"
    )
