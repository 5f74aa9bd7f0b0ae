"""How many persons bear a name, sound like it, or share its surname and length: counted once, then frozen with the weights.

A name that one person bears is met less often among others than once in so many people, because most rare names are borne by
nobody else: of the bearers that are counted, `discounts` are taken off (Good 1953; Katz 1987). A name that nobody bore when the
weights were learnt counts as borne by one. Of those who share surname and length, few share the characters that are left of a
name that has lost one: as many as strangers do, character by character.
"""

from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class Counted:
    """The counts that are kept, laid out to be looked up: of each count its keys with the discounted number, and the least."""

    tables: dict[str, pl.DataFrame]
    shared: float

    @classmethod
    def of(cls, counted: pl.DataFrame) -> "Counted":
        """Of a table as `frequencies` makes it."""
        found = {}
        for name in COUNTS:
            table = counted.filter(pl.col("count") == name).select("key", "n")
            once, more = discounts(table["n"])
            unknown = pl.DataFrame({"key": [None], "n": [1]}, schema=table.schema)
            less = pl.col("n") - pl.when(pl.col("n") == 1).then(once).otherwise(more)
            found[name] = pl.concat([table, unknown]).select("key", less.alias(name))
        return cls(found, _shared(counted))


def with_frequencies(persons: pl.DataFrame, counted: pl.DataFrame) -> pl.DataFrame:
    """The persons with `namesakes`, `homophones` and `alike` (the same but for a lost character), each less its discount."""
    return with_counts(persons, Counted.of(counted))


def with_counts(persons: pl.DataFrame, counted: Counted) -> pl.DataFrame:
    """As `with_frequencies`, of counts that are laid out once for many."""
    keyed = _keyed(persons)
    for name, table in counted.tables.items():
        found = keyed.select(key=name).join(table, on="key", how="left", maintain_order="left")[name]
        least = table[name].last()
        persons = persons.with_columns(found.fill_null(least))
    left = pl.lit(counted.shared).pow(pl.col("name_key").str.len_chars().cast(pl.Int64) - 2)
    return persons.with_columns(alike=pl.col("alike") * left.clip(upper_bound=1.0).fill_null(1.0))


def _shared(counted: pl.DataFrame) -> float:
    """How often two strangers' given names have the same character in one place."""
    given = counted.filter(pl.col("count") == "namesakes").select("n", character=pl.col("key").str.slice(1).str.split(""))
    each = given.explode("character").group_by("character").agg(pl.col("n").sum())["n"]
    counts = each.to_list()  # whole numbers: a sum of fractions depends on their order
    return sum(n * n for n in counts) / max(sum(counts), 1) ** 2 if counts else 1.0


def discounts(counts: pl.Series) -> tuple[float, float]:
    """By how much the count of a name of one bearer, and of several, overstates what strangers would show (Good-Turing)."""
    once, twice, thrice = (int((counts == bearers).sum()) for bearers in (1, 2, 3))
    first = min(max(1 - 2 * twice / once, 0.0), 0.95) if once and twice else 0.0
    return first, min(max(2 - 3 * thrice / twice, first), 1.0) if twice and thrice else first


def _keyed(persons: pl.DataFrame) -> pl.DataFrame:
    frame = persons.with_columns(length=pl.col("name_key").str.len_chars().cast(pl.String))
    return frame.select(pl.concat_str(list(columns)).alias(name) for name, columns in COUNTS.items())
