"""The identity ledger: a person keeps their id from snapshot to snapshot, and an id once given always resolves.

An id is minted once, from the ledger's seed and the person's first appearance (snapshot, register, row, role): the same files
give the same ids in any fresh home, and no id can be computed from a resident ID. A person is found again by verified number, by
name and birth day, or by name and home, never by row.
"""

import hashlib
from dataclasses import dataclass

import numpy as np
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
    entries = LEDGER.conform(ledger).filter(pl.col("person_id") == pl.col("current_id"))
    entries = entries.sort("since_snapshot", maintain_order=True).with_row_index("order")  # those of a snapshot stand by id
    then, now = _hashed(entries, "order"), _hashed(persons, "person", defining=pl.col("known_from") == "defining")
    found = [_by_number(now, then, persons["name_key"], entries["name_key"])]
    by_number = np.full(persons.height, -1, dtype=np.int64)
    by_number[found[0]["person"].to_numpy()] = found[0]["order"].to_numpy()
    keys = [["name", "birth_date", "home"], ["name", "birth_date"], ["name", "home"]]
    for order, key in enumerate(keys, start=1):
        pairs = _unique(now, then, key, order=order)
        found.append(pairs.filter(pl.Series(by_number[pairs["person"].to_numpy()] != pairs["order"].to_numpy())))
    matches = pl.concat(found).unique(["person", "order"], keep="first", maintain_order=True)
    matches = matches.sort("rule", "order", "person")
    first_for_entry = matches.unique("order", keep="first", maintain_order=True)
    kept = first_for_entry.unique("person", keep="first", maintain_order=True)
    rest = first_for_entry.filter(pl.col("rule") <= 1).join(kept.select("order"), on="order", how="anti", maintain_order="left")
    absorbed = rest.join(kept.select("person", oldest="order"), on="person", maintain_order="left")
    ids = entries["person_id"]
    return Recalled(
        kept.sort("person").select("person", person_id=ids.gather(kept.sort("person")["order"])),
        absorbed.select(person_id=ids.gather(absorbed["order"]), current_id=ids.gather(absorbed["oldest"])),
    )


def mint(persons: pl.DataFrame, recalled: Recalled, ledger: pl.DataFrame, *, snapshot: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The persons with `person_id` and `since_snapshot`, in order of it, and the ledger that knows all of them.

    `persons` has person, register, row, role of the first appearance, resident_id, name_key, birth_date and home.
    """
    named = persons.join(recalled.known, on="person", how="left", maintain_order="left")
    fresh = named.filter(pl.col("person_id").is_null())
    made = [_new_id(snapshot, register, row, role) for register, row, role in fresh.select("register", "row", "role").iter_rows()]
    fresh = fresh.with_columns(person_id=pl.Series(made, dtype=pl.String), since_snapshot=pl.lit(snapshot))
    known = ledger.select("resident_id", taken=pl.lit(value=True)).join(fresh.select("resident_id"), on="resident_id", how="semi")
    new = fresh.join(known.unique(), on="resident_id", how="left", maintain_order="left").select(
        "person_id",
        "resident_id",
        "name_key",
        "birth_date",
        "home",
        "since_snapshot",
        current_id="person_id",
        event=pl.when("taken").then(pl.lit(SPLIT)).otherwise(pl.lit(MINTED)),
    )
    seen = named.filter(pl.col("person_id").is_not_null())
    at = ledger.select("person_id", at=pl.int_range(pl.len(), dtype=pl.UInt32))
    seen = seen.join(at, on="person_id", how="left", maintain_order="left")
    seen = seen.with_columns(ledger["since_snapshot"].gather(seen["at"]))
    updated = _merged(_updated(ledger, seen), recalled.absorbed)
    ledger = LEDGER.conform(updated.merge_sorted(new.select(updated.columns).sort("person_id"), key="person_id"))
    everyone = seen.sort("at").drop("at").merge_sorted(fresh.sort("person_id"), key="person_id")
    return everyone, ledger


def resolves_to(ids: pl.Series, ledger: pl.DataFrame) -> pl.Series:
    """The present id for each id ever given; an id that the ledger does not know stays as it is."""
    known = pl.DataFrame({"person_id": ids}, schema={"person_id": pl.String})
    joined = known.join(ledger.select("person_id", "current_id"), on="person_id", how="left", maintain_order="left")
    return joined.select(pl.coalesce("current_id", "person_id").alias("person_id")).to_series()


def _hashed(frame: pl.DataFrame, identity: str, **more: pl.Expr) -> pl.DataFrame:
    """What people are found again by, as numbers: comparing texts of a million is most of the time."""
    texts = {"number": "resident_id", "name": "name_key", "home": "home"}
    hashed = {name: pl.when(pl.col(text).is_not_null()).then(pl.col(text).hash(seed=0)) for name, text in texts.items()}
    return frame.select(identity, "birth_date", **hashed, **more)


def _by_number(now: pl.DataFrame, then: pl.DataFrame, names: pl.Series, names_then: pl.Series) -> pl.DataFrame:
    pairs = now.drop_nulls("number").join(then.drop_nulls("number"), on="number", suffix="_then")
    alone = pairs["person"].is_unique() & pairs["order"].is_unique()
    same_birth = pl.col("birth_date") == pl.col("birth_date_then")
    agree = (pl.col("name") == pl.col("name_then")) | (same_birth & pl.lit(alone) & pl.col("defining"))
    pairs = pairs.with_columns(agree=agree.fill_null(value=False))
    # A name that lost a character is compared as a pattern, row by row, so few are asked.
    other = pairs.filter(~pl.col("agree"))
    either = pl.DataFrame({"one": names.gather(other["person"]), "other": names_then.gather(other["order"])})
    alike = other.filter(either.select(names_agree(pl.col("one"), pl.col("other"))).to_series().fill_null(value=False))
    return pl.concat([pairs.filter("agree"), alike]).select("person", "order", rule=pl.lit(0))


def _unique(now: pl.DataFrame, then: pl.DataFrame, key: list[str], *, order: int) -> pl.DataFrame:
    """Entries and persons that share a key which nobody else has; two verified numbers must not differ, but in one home."""
    left, right = _alone(now.filter("defining"), key), _alone(then, key)
    pairs = left.join(right, on="key", suffix="_then")
    differ = (pl.col("number") != pl.col("number_then")).fill_null(value=False)
    births = pl.lit(value=True)
    if "birth_date" not in key:
        births = (pl.col("birth_date") == pl.col("birth_date_then")).fill_null(value=True)
    corrected = pl.lit(value="home" in key and "birth_date" in key)
    return pairs.filter(births & (~differ | corrected)).select("person", "order", rule=pl.lit(order))


def _alone(frame: pl.DataFrame, key: list[str]) -> pl.DataFrame:
    """Those who share their key with nobody."""
    keyed = frame.drop_nulls(key).with_columns(key=pl.struct(key).hash(seed=0))
    return keyed.filter(keyed["key"].is_unique())


def _new_id(snapshot: str, register: str, row: int, role: str) -> str:
    appearance = "\x1f".join((SEED, snapshot, register, str(row), role)).encode()
    return "p" + hashlib.blake2b(appearance, digest_size=_ID_BYTES).hexdigest()


def _updated(ledger: pl.DataFrame, seen: pl.DataFrame) -> pl.DataFrame:
    """The keys of persons seen again (`at`: their row in the ledger) are those of now; a key that is missing now stays."""
    who = np.full(ledger.height, -1, dtype=np.int64)
    who[seen["at"].to_numpy()] = np.arange(seen.height)
    now = pl.Series(who).replace(-1, None)
    keys = ["resident_id", "name_key", "birth_date", "home"]
    return ledger.with_columns(pl.coalesce(seen[key].gather(now), key).alias(key) for key in keys)


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
