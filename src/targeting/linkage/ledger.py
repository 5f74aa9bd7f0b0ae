"""The identity ledger: a person keeps their id from snapshot to snapshot, and an id once given always resolves.

An id is minted once, from the ledger's seed and the person's first appearance (snapshot, register, row, role): the same files
give the same ids in any fresh home, and no id can be computed from a resident ID. A person is found again by verified number, by
name and birth day, or by name and home, never by row.
"""

import hashlib
from dataclasses import dataclass

import polars as pl

from targeting.frames.identity import LEDGER
from targeting.linkage.exact import names_agree

SEED = "targeting identity ledger 1"
MINTED, MERGED, SPLIT = "minted", "merged", "split"
_ID_BYTES = 8  # 64 bits: at ten million persons two ids collide with probability 3e-6


@dataclass(frozen=True, slots=True)
class Recalled:
    """`person`, `person_id` of persons found again; `absorbed` (person_id, current_id): ids that now are one person."""

    known: pl.DataFrame
    absorbed: pl.DataFrame


def recall(persons: pl.DataFrame, ledger: pl.DataFrame) -> Recalled:
    """Every person whom the ledger knows has their old id; the oldest one where several entries turn out to be one person."""
    entries = ledger.filter(pl.col("person_id") == pl.col("current_id")).with_row_index("age_order", offset=0)
    entries = entries.sort("since_snapshot", "person_id").with_row_index("order").drop("age_order")
    found = [
        _by_number(persons, entries),
        _unique(persons, entries, ["name_key", "birth_date", "home"], order=1),
        _unique(persons, entries, ["name_key", "birth_date"], order=2),
        _unique(persons, entries, ["name_key", "home"], order=3),
    ]
    matches = pl.concat(found).unique(["person", "person_id"], keep="first", maintain_order=True)
    matches = matches.sort("rule", "order", "person")
    first_for_entry = matches.unique("person_id", keep="first", maintain_order=True)
    kept = first_for_entry.sort("rule", "order").unique("person", keep="first", maintain_order=True)
    kept = kept.select("person", "person_id").sort("person")
    rest = first_for_entry.filter(pl.col("rule") <= 1).join(kept.select("person_id"), on="person_id", how="anti")
    absorbed = rest.join(kept.rename({"person_id": "current_id"}), on="person").select("person_id", "current_id")
    return Recalled(kept, absorbed)


def mint(persons: pl.DataFrame, recalled: Recalled, ledger: pl.DataFrame, *, snapshot: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The persons with `person_id` and `since_snapshot`, and the ledger that knows all of them.

    `persons` has person, register, row, role of the first appearance, resident_id, name_key, birth_date and home.
    """
    named = persons.join(recalled.known, on="person", how="left", maintain_order="left")
    fresh = named.filter(pl.col("person_id").is_null())
    made = [_new_id(snapshot, register, row, role) for register, row, role in fresh.select("register", "row", "role").iter_rows()]
    fresh = fresh.with_columns(person_id=pl.Series(made, dtype=pl.String))
    taken = pl.col("resident_id").is_in(ledger["resident_id"].drop_nulls().unique().implode()).fill_null(value=False)
    new = fresh.select(
        "person_id",
        "resident_id",
        "name_key",
        "birth_date",
        "home",
        current_id="person_id",
        since_snapshot=pl.lit(snapshot),
        event=pl.when(taken).then(pl.lit(SPLIT)).otherwise(pl.lit(MINTED)),
    )
    seen = named.filter(pl.col("person_id").is_not_null())
    updated = _merged(_updated(ledger, seen), recalled.absorbed)
    ledger = LEDGER.conform(pl.concat([updated, new.select(updated.columns)]))
    everyone = pl.concat([seen, fresh]).join(ledger.select("person_id", "since_snapshot"), on="person_id", how="left")
    return everyone.sort("person"), ledger


def resolves_to(ids: pl.Series, ledger: pl.DataFrame) -> pl.Series:
    """The present id for each id ever given; an id that the ledger does not know stays as it is."""
    known = pl.DataFrame({"person_id": ids}, schema={"person_id": pl.String})
    joined = known.join(ledger.select("person_id", "current_id"), on="person_id", how="left", maintain_order="left")
    return joined.select(pl.coalesce("current_id", "person_id").alias("person_id")).to_series()


def _by_number(persons: pl.DataFrame, entries: pl.DataFrame) -> pl.DataFrame:
    pairs = persons.drop_nulls("resident_id").join(entries.drop_nulls("resident_id"), on="resident_id", suffix="_then")
    same_name = pl.col("name_key") == pl.col("name_key_then")
    same_birth = (pl.col("birth_date") == pl.col("birth_date_then")).fill_null(value=False)
    alone = (pl.len().over("person") == 1) & (pl.len().over("person_id") == 1)
    renamed = same_birth & alone & (pl.col("known_from") == "defining")
    agree = (same_name | renamed).fill_null(value=False)
    known = pl.concat([pairs.filter(agree), _may_agree(pairs.filter(~agree))])
    return known.select("person", "person_id", "order", rule=pl.lit(0))


def _may_agree(pairs: pl.DataFrame) -> pl.DataFrame:
    """Those whose names may be the same but for a lost character: a regular expression a row, so few are asked."""
    return pairs.filter(names_agree(pl.col("name_key"), pl.col("name_key_then")))


def _unique(persons: pl.DataFrame, entries: pl.DataFrame, key: list[str], *, order: int) -> pl.DataFrame:
    """Entries and persons that share a key which nobody else has; two verified numbers must not differ, but in one home."""
    left = persons.filter(pl.col("known_from") == "defining").drop_nulls(key).filter(pl.len().over(key) == 1)
    right = entries.drop_nulls(key).filter(pl.len().over(key) == 1)
    pairs = left.join(right, on=key, suffix="_then")
    differ = (pl.col("resident_id") != pl.col("resident_id_then")).fill_null(value=False)
    births = pl.lit(value=True)
    if "birth_date" not in key:
        births = (pl.col("birth_date") == pl.col("birth_date_then")).fill_null(value=True)
    corrected = pl.lit(value="home" in key and "birth_date" in key)
    return pairs.filter(births & (~differ | corrected)).select("person", "person_id", "order", rule=pl.lit(order))


def _new_id(snapshot: str, register: str, row: int, role: str) -> str:
    appearance = "\x1f".join((SEED, snapshot, register, str(row), role)).encode()
    return "p" + hashlib.blake2b(appearance, digest_size=_ID_BYTES).hexdigest()


def _updated(ledger: pl.DataFrame, seen: pl.DataFrame) -> pl.DataFrame:
    """The keys of persons seen again are those of now; a key that is missing now keeps its last value."""
    now = seen.select("person_id", "resident_id", "name_key", "birth_date", "home")
    joined = ledger.join(now, on="person_id", how="left", suffix="_now", maintain_order="left")
    keys = ["resident_id", "name_key", "birth_date", "home"]
    return joined.with_columns(pl.coalesce(f"{key}_now", key).alias(key) for key in keys).select(ledger.columns)


def _merged(ledger: pl.DataFrame, absorbed: pl.DataFrame) -> pl.DataFrame:
    if absorbed.is_empty():
        return ledger
    target = absorbed.rename({"person_id": "current_id", "current_id": "merged_into"})
    joined = ledger.join(target, on="current_id", how="left", maintain_order="left")
    merged = pl.col("merged_into").is_not_null()
    return joined.with_columns(
        current_id=pl.coalesce("merged_into", "current_id"),
        event=pl.when(merged).then(pl.lit(MERGED)).otherwise("event"),
    ).select(ledger.columns)
