"""Which pairs are compared: units and persons that agree on all keys of at least one declared pass.

A block of more persons than the declared size says too little and is left out. Units and persons that carry two different
verified numbers never meet: a valid but different number is a different person, unless it is somebody's under another name.
"""

import polars as pl

from targeting.specs.linkage import Blocking, Pass

PLACES = 2
"""Dwellings of one record: where it lives and where it is registered."""


def block(records: pl.DataFrame, persons: pl.DataFrame, *, blocking: Blocking) -> pl.DataFrame:
    """Distinct pairs `unit`, `person` to be compared, in order."""
    left, right = keyed(records, identity="unit", blocking=blocking), keyed(persons, identity="person", blocking=blocking)
    return meet(left, right, blocking=blocking)


def meet(left: pl.DataFrame, right: pl.DataFrame, *, blocking: Blocking) -> pl.DataFrame:
    """Distinct pairs `unit`, `person` of units and persons that are `keyed`, in order."""
    empty = pl.DataFrame(schema={"unit": left.schema["unit"], "person": right.schema["person"]})
    passes = range(len(blocking.passes))
    found = [_pairs(stacked(left, at), stacked(right, at), max_block=blocking.max_block) for at in passes]
    return pl.concat([empty, *found]).unique().sort("unit", "person")


def block_sizes(persons: pl.DataFrame, one: Pass) -> pl.Series:
    """How many persons share each key of a pass, largest block first."""
    sizes = [pl.DataFrame(schema={"key": pl.UInt64})]
    sizes += [persons.select(key=key).drop_nulls() for key in _keys(persons, one)]
    return pl.concat(sizes).group_by("key").len()["len"].sort(descending=True)


def keyed(frame: pl.DataFrame, *, identity: str, blocking: Blocking) -> pl.DataFrame:
    """`identity`, `verified`, `number` (its hash), `doubtful`, and of pass i the keys `i.0` and, for a second dwelling, `i.1`."""
    columns = {f"{at}.{nth}": key for at, one in enumerate(blocking.passes) for nth, key in enumerate(_keys(frame, one))}
    return frame.select(identity, "verified", "doubtful", number=pl.col("number").hash(seed=0), **columns)


def stacked(frame: pl.DataFrame, at: int) -> pl.DataFrame:
    """The keys of one pass, one a row, in the column `key`; frames that are `keyed` only."""
    columns = [name for name in frame.columns if name.startswith(f"{at}.")]
    plain = [name for name in frame.columns if "." not in name]
    return pl.concat([frame.select(*plain, key=pl.col(name)).drop_nulls("key") for name in columns])


def told_apart() -> pl.Expr:
    """Two verified numbers that differ (of a unit, and `_of_person`), the unit's nobody else's."""
    apart = pl.col("verified") & pl.col("verified_of_person") & (pl.col("number") != pl.col("number_of_person"))
    return (apart & ~pl.col("doubtful")).fill_null(value=False)


def _pairs(left: pl.DataFrame, right: pl.DataFrame, *, max_block: int) -> pl.DataFrame:
    right = right.join(left.select("key").unique(), on="key", how="semi")
    small = right.group_by("key").len().filter(pl.col("len") <= max_block).select("key")
    pairs = left.join(right.join(small, on="key", how="semi"), on="key", suffix="_of_person")
    return pairs.filter(~told_apart()).select("unit", "person")


def _keys(frame: pl.DataFrame, one: Pass) -> list[pl.Series]:
    """The hash of the parts of a pass, null where one is; one a dwelling."""
    if "dwelling" not in one.keys:
        return [frame.select(_hashed(list(one.keys))).to_series()]
    others = [key for key in one.keys if key != "dwelling"]
    dwellings = (pl.col("dwellings").list.get(nth, null_on_oob=True).alias("dwelling") for nth in range(PLACES))
    return [frame.select(*others, dwelling).select(_hashed([*others, "dwelling"])).to_series() for dwelling in dwellings]


def _hashed(columns: list[str]) -> pl.Expr:
    said = pl.all_horizontal(pl.col(name).is_not_null() for name in columns)
    return pl.when(said).then(pl.struct(columns).hash(seed=0))
