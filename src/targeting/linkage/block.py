"""Which pairs are compared: units and persons that agree on all keys of at least one declared pass.

A block of more persons than the declared size says too little and is left out. Units and persons that carry two different
verified numbers never meet: a valid but different number is a different person, unless it is somebody's under another name.
"""

import polars as pl

from targeting.specs.linkage import Blocking, Pass


def block(records: pl.DataFrame, persons: pl.DataFrame, *, blocking: Blocking) -> pl.DataFrame:
    """Distinct pairs `unit`, `person` to be compared, in order."""
    empty = pl.DataFrame(schema={"unit": records.schema["unit"], "person": persons.schema["person"]})
    found = [_pairs(records, persons, one, max_block=blocking.max_block) for one in blocking.passes]
    return pl.concat([empty, *found]).unique().sort("unit", "person")


def block_sizes(persons: pl.DataFrame, one: Pass) -> pl.Series:
    """How many persons share each key of a pass, largest block first."""
    return _keyed(persons, one, identity="person").group_by("key").len()["len"].sort(descending=True)


def _pairs(records: pl.DataFrame, persons: pl.DataFrame, one: Pass, *, max_block: int) -> pl.DataFrame:
    left = _keyed(records, one, identity="unit")
    right = _keyed(persons, one, identity="person").join(left.select("key").unique(), on="key", how="semi")
    small = right.group_by("key").len().filter(pl.col("len") <= max_block).select("key")
    pairs = left.join(right.join(small, on="key", how="semi"), on="key", suffix="_of_person")
    told_apart = pl.col("verified") & pl.col("verified_of_person") & (pl.col("number") != pl.col("number_of_person"))
    told_apart &= ~pl.col("doubtful")
    return pairs.filter(~told_apart.fill_null(value=False)).select("unit", "person")


def _keyed(frame: pl.DataFrame, one: Pass, *, identity: str) -> pl.DataFrame:
    columns = ["dwellings" if key == "dwelling" else key for key in one.keys]
    keyed = frame.select(identity, "verified", "number", "doubtful", *columns)
    if "dwellings" in columns:
        keyed = keyed.explode("dwellings", empty_as_null=True)
    keyed = keyed.drop_nulls(columns)
    keyed = keyed.select(identity, "verified", "number", "doubtful", key=pl.struct(columns).hash(seed=0))
    return keyed.unique([identity, "key"], maintain_order=True) if "dwellings" in columns else keyed
