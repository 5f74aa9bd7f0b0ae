"""How many persons bear a name, sound like it, or share its surname and length: counted once, then frozen with the weights.

A name that nobody bore when the weights were learnt counts as borne by one.
"""

import polars as pl

COUNTS = {"namesakes": ("name_key",), "homophones": ("pinyin",), "alike": ("surname", "length")}
SCHEMA = {"count": pl.String, "key": pl.String, "n": pl.Int64}


def frequencies(persons: pl.DataFrame) -> pl.DataFrame:
    """`count`, `key`, `n` of every name, sound, and surname with length."""
    keyed = _keyed(persons)
    found = [
        keyed.drop_nulls(name)
        .group_by(pl.col(name).alias("key"))
        .agg(n=pl.len().cast(pl.Int64))
        .select(count=pl.lit(name), key="key", n="n")
        for name in COUNTS
    ]
    return pl.concat([pl.DataFrame(schema=SCHEMA), *found]).sort("count", "key")


def with_frequencies(persons: pl.DataFrame, counted: pl.DataFrame) -> pl.DataFrame:
    """The persons with `namesakes`, `homophones` and `alike`."""
    keyed = _keyed(persons)
    for name in COUNTS:
        table = counted.filter(pl.col("count") == name).select("key", "n")
        found = keyed.select(key=name).join(table, on="key", how="left", maintain_order="left")["n"]
        persons = persons.with_columns(found.fill_null(1).alias(name))
    return persons


def _keyed(persons: pl.DataFrame) -> pl.DataFrame:
    frame = persons.with_columns(length=pl.col("name_key").str.len_chars().cast(pl.String))
    return frame.select(pl.concat_str(list(columns)).alias(name) for name, columns in COUNTS.items())
