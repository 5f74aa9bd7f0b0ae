"""Which pairs of two tables are compared, and which of the weighed ones are links.

A pair is compared where both records agree on all keys of one declared pass. Two verified numbers that differ are two people's,
unless the one is registered under another name. Links are taken best first, until no pair is left whose two records are free.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import polars as pl

from targeting.linkage.forms import VERIFIED, hashed
from targeting.specs.files import FileSpec, Kind

ROUNDS = 20  # of taking mutually best pairs; three settle all but contrived chains
_ROW = np.uint64(32)  # bits of a row number in the number of a pair
_MIXED = 0x9E3779B97F4A7C15  # an odd number of 64 bits (Knuth 1998, 6.4), so that keys in another order hash otherwise

Passes = Sequence[tuple[str, ...]]
Flags = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Pairs = npt.NDArray[np.uint64]  # left row in the upper, right row in the lower half


def keyed(table: pl.DataFrame, passes: Passes) -> pl.DataFrame:
    """The hash of every key that the passes name; null where a record lacks it."""
    names = sorted({key for keys in passes for key in keys})
    return pl.DataFrame([table[name] if table.schema[name] == pl.UInt64 else hashed(table[name]) for name in names])


def blocked(left: pl.DataFrame, right: pl.DataFrame, passes: Passes, *, max_block: int) -> Pairs:
    """The distinct pairs that agree on all keys of a pass; both tables have `row` and the hashed keys."""
    found = [_pass(left, right, keys, max_block=max_block) for keys in passes]
    return np.unique(np.concatenate(found))


def _pass(left: pl.DataFrame, right: pl.DataFrame, keys: tuple[str, ...], *, max_block: int) -> Pairs:
    one, other = _joint(left, keys, "left"), _joint(right, keys, "right")
    if one.height < other.height:
        other = other.join(one, on="key", how="semi")
    large = other.group_by("key").len().filter(pl.col("len") > max_block)
    pairs = one.join(other.join(large, on="key", how="anti"), on="key")
    found: Pairs = (pairs["left"].to_numpy().astype(np.uint64) << _ROW) | pairs["right"].to_numpy()
    return found


def _joint(table: pl.DataFrame, keys: tuple[str, ...], row: str) -> pl.DataFrame:
    """One hash for all keys of a pass, of the records that have them all."""
    joint = pl.col(keys[0])
    for key in keys[1:]:
        joint = joint * _MIXED + pl.col(key)
    return table.select(pl.col("row").alias(row), key=joint).drop_nulls()


def rows_of(pairs: Pairs) -> pl.DataFrame:
    """`left` and `right` of the pairs."""
    return pl.DataFrame({"left": (pairs >> _ROW).astype(np.uint32), "right": pairs.astype(np.uint32)})


def possible(pairs: pl.DataFrame, left: pl.DataFrame, right: pl.DataFrame, *, spec: FileSpec) -> pl.DataFrame:
    """The pairs whose verified numbers do not say that they are two people."""
    for field in spec.fields:
        if field.kind is Kind.RESIDENT_ID:
            sure, doubtful = field.name + VERIFIED, left[f"{field.name}:doubtful"].gather(pairs["left"])
            both = left[sure].gather(pairs["left"]) & right[sure].gather(pairs["right"])
            at = np.flatnonzero((both & ~doubtful).to_numpy())
            apart = left[field.name].gather(pairs["left"][at]) != right[field.name].gather(pairs["right"][at])
            kept = np.ones(pairs.height, dtype=bool)
            kept[at] = ~apart.to_numpy()
            pairs = pairs.filter(kept)
    return pairs


def record_of(rows: pl.Series) -> npt.NDArray[np.intp]:
    """The record of every pair, numbered without gaps."""
    return np.unique(rows.to_numpy(), return_inverse=True)[1]


def one_to_one(pairs: pl.DataFrame, odds: Floats, *, nobody: float, free: int, cut: float) -> tuple[Flags, Floats]:
    """Which pairs are links when nobody stands twice, and the probability of every pair when it was last weighed.

    Mutually best pairs are taken, and the rest is shared out anew: the partner of a record that is left is one of the right
    records that nobody has taken, of which there were `free`. `nobody`: the odds that a record is no one's.
    """
    left, right = record_of(pairs["left"]), record_of(pairs["right"])
    chosen, probability = np.zeros(len(odds), dtype=bool), np.zeros(len(odds))
    at = np.lexsort((right, left, -odds))
    for _ in range(ROUNDS):
        one, other = left[at], right[at]
        share = odds[at] * (free / max(free - int(chosen.sum()), 1))
        total = np.bincount(one, share)[one] + np.bincount(other, share)[other] - share + nobody
        probability[at] = share / total
        best = _first(one) & _first(other) & (probability[at] >= cut)
        if not best.any():
            break
        chosen[at[best]] = True
        at = at[~(np.isin(one, one[best]) | np.isin(other, other[best]))]
    return chosen, probability


def best_of_each(pairs: pl.DataFrame, odds: Floats, *, nobody: float, cut: float) -> tuple[Flags, Floats]:
    """Which pairs are links when several left records may be one right record: the best of each, from the cut on."""
    left = record_of(pairs["left"])
    probability = odds / (np.bincount(left, odds)[left] + nobody) if len(odds) else odds
    at = np.lexsort((pairs["right"].to_numpy(), -odds, left))
    chosen = np.zeros(len(odds), dtype=bool)
    chosen[at[_first(left[at])]] = True
    return chosen & (probability >= cut), probability


def _first(rows: npt.NDArray[np.intp]) -> Flags:
    """Where a record occurs for the first time."""
    first = np.zeros(len(rows), dtype=bool)
    first[np.unique(rows, return_index=True)[1]] = True
    return first


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
