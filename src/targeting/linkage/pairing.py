"""Which pairs of two tables are compared, and which of the weighed ones are links.

A pair is compared where both records agree on all keys of one declared pass. Two verified numbers that differ are two people's,
unless the one is registered under another name. Links are taken best first, until no pair is left whose two records are free.
"""

import numpy as np
import numpy.typing as npt
import polars as pl

from targeting.linkage.forms import VERIFIED
from targeting.specs.files import FileSpec, Kind

ROUNDS = 20  # of taking mutually best pairs; three settle all but contrived chains


def blocked(left: pl.DataFrame, right: pl.DataFrame, *, spec: FileSpec) -> pl.DataFrame:
    """Distinct pairs of row numbers `left`, `right`, in order."""
    found = [_pass(left, right, list(keys), max_block=spec.max_block) for keys in spec.blocking]
    size = max(right.height, 1)
    one = pl.concat(found).unique().sort()
    pairs = pl.DataFrame({"left": (one // size).cast(pl.UInt32), "right": (one % size).cast(pl.UInt32)})
    for field in spec.fields:
        if field.kind is Kind.RESIDENT_ID:
            number, sure = field.name, field.name + VERIFIED
            both = left[sure].gather(pairs["left"]) & right[sure].gather(pairs["right"])
            apart = both & (left[number].gather(pairs["left"]) != right[number].gather(pairs["right"]))
            pairs = pairs.filter(~(apart & ~left[f"{number}:doubtful"].gather(pairs["left"])).fill_null(value=False))
    return pairs


def _pass(left: pl.DataFrame, right: pl.DataFrame, keys: list[str], *, max_block: int) -> pl.Series:
    """Pairs of one pass as one number each: left row times rows of the right table, plus right row."""
    one, other = _keyed(left, keys, "left"), _keyed(right, keys, "right")
    other = other.filter(pl.len().over("key") <= max_block)
    number = pl.col("left").cast(pl.UInt64) * max(right.height, 1) + pl.col("right")
    return one.join(other, on="key").select(pair=number)["pair"]


def _keyed(table: pl.DataFrame, keys: list[str], row: str) -> pl.DataFrame:
    frame = table.select(pl.int_range(pl.len(), dtype=pl.UInt32).alias(row), *keys).drop_nulls()
    key = pl.col(keys[0]) if len(keys) == 1 else pl.concat_str(keys, separator="\x1f")
    return frame.select(row, key=key)


def record_of(pairs: pl.DataFrame) -> npt.NDArray[np.intp]:
    """The left record of every pair, numbered without gaps."""
    return np.unique(pairs["left"].to_numpy(), return_inverse=True)[1]


def one_to_one(weighed: pl.DataFrame, *, cut: float) -> pl.Series:
    """Which pairs are links when nobody stands twice: mutually best ones are taken, and the rest is shared out anew.

    `weighed` has left, right, odds (prior included) and nobody (the odds that the left record is no one's).
    """
    free = weighed.with_row_index("pair")
    taken: list[pl.Series] = []
    for _ in range(ROUNDS):
        share = pl.col("odds") / (pl.col("odds").sum().over("left") + pl.col("nobody"))
        ranked = free.with_columns(probability=share).sort(["odds", "left", "right"], descending=[True, False, False])
        best = ranked.filter(pl.col("left").is_first_distinct() & pl.col("right").is_first_distinct())
        best = best.filter(pl.col("probability") >= cut)
        if best.is_empty():
            break
        taken.append(best["pair"])
        free = free.join(best.select("left"), on="left", how="anti").join(best.select("right"), on="right", how="anti")
    chosen = pl.concat(taken) if taken else pl.Series([], dtype=pl.UInt32)
    return pl.Series(range(weighed.height), dtype=pl.UInt32).is_in(chosen.implode())


def best_of_each(weighed: pl.DataFrame, *, cut: float) -> pl.Series:
    """Which pairs are links when several left records may be one right record: the best of each, above the cut."""
    place = pl.col("odds").rank("ordinal", descending=True).over("left")
    share = pl.col("odds") / (pl.col("odds").sum().over("left") + pl.col("nobody"))
    return weighed.select((place == 1) & (share >= cut)).to_series()


def clusters(links: pl.DataFrame, *, records: int) -> npt.NDArray[np.int64]:
    """The first row of the cluster of every record of one file: linked records, and those linked to them, are one person."""
    label = np.arange(records, dtype=np.int64)
    one, other = links["left"].to_numpy().astype(np.int64), links["right"].to_numpy().astype(np.int64)
    while True:
        least = np.minimum(label[one], label[other])
        before = label.copy()
        np.minimum.at(label, one, least)
        np.minimum.at(label, other, least)
        label = label[label]
        if np.array_equal(label, before):
            return label
