"""Whether a declared probability holds: what was declared beside what came true, in bins of equal mass.

In: judged pairs with `probability`, `same` (bool) and, for precision at the cut, `link` (bool). Source: expected calibration
error, Naeini, Cooper & Hauskrecht 2015, with bins of as many pairs each instead of equal width.
"""

import polars as pl

from targeting.evaluation.intervals import Interval, wilson

BINS = 20


def calibration(pairs: pl.DataFrame, *, bins: int = BINS) -> pl.DataFrame:
    """`declared` and `realised` share, its interval and the number of pairs, by bin of equal mass, in order of probability.

    Pairs of one probability stay in one bin.
    """
    ordered = pairs.with_columns(bin=((pl.col("probability").rank("average") - 1) * bins / pl.len()).floor().cast(pl.Int64))
    table = ordered.group_by("bin").agg(
        pairs=pl.len(), same=pl.col("same").sum(), declared=pl.col("probability").mean(), realised=pl.col("same").mean()
    )
    bounds = [wilson(same, size) for same, size in table.select("same", "pairs").iter_rows()]
    low, high = (pl.Series(name, [getattr(one, name) for one in bounds], dtype=pl.Float64) for name in ("low", "high"))
    return table.with_columns(low, high).sort("bin").drop("same")


def expected_error(pairs: pl.DataFrame, *, bins: int = BINS) -> float:
    """ECE: the distance of declared and realised share, bin by bin, weighted by the pairs in each."""
    table = calibration(pairs, bins=bins)
    distance = (table["declared"] - table["realised"]).abs() * table["pairs"]
    return float(distance.sum()) / max(pairs.height, 1)


def precision_at_cut(pairs: pl.DataFrame) -> tuple[float, Interval]:
    """The mean probability of the links, and the share of them that is right."""
    links = pairs.filter(pl.col("link"))
    return float(links["probability"].sum()) / max(links.height, 1), wilson(int(links["same"].sum()), links.height)
