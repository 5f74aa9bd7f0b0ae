"""Splits that keep one family on one side and the future out of the past.

Rolling origin: train on labels known by a day, test on the reviews after it, no test family in the training rows (SCORING §5).
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import polars as pl

from targeting.specs.scoring import EvaluationSpec

Rows = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Split:
    """Rows to train on and rows to test on; `cut` is the day that separates them."""

    cut: date
    train: Rows
    test: Rows


def families(rows: pl.DataFrame) -> pl.Series:
    """The family of each row: the household, else the subject itself."""
    return rows.select(pl.coalesce("household_id", "subject")).to_series()


def household_folds(rows: pl.DataFrame, *, folds: int, seed: int) -> npt.NDArray[np.int64]:
    """The fold of each row; one family is always in one fold, whatever the order of the rows."""
    numbers = {family: _number(f"{seed}:{family}") % folds for family in families(rows).unique().to_list()}
    return np.array([numbers[family] for family in families(rows).to_list()], dtype=np.int64)


def rolling_origin(rows: pl.DataFrame, *, spec: EvaluationSpec) -> Iterator[Split]:
    """Successive splits of labelled rows (with `as_of` and `label_known_at`), earliest first.

    The days of cut divide the reviews after the first training share into equal parts. Features of a test row are as of its own
    `as_of`; labels of training rows were known by the cut, which is the gap that the label lag asks for.
    """
    days = rows["as_of"].sort().to_list()
    if not days:
        return
    starts = [spec.first_train_share + (1 - spec.first_train_share) * part / spec.splits for part in range(spec.splits)]
    cuts = [days[min(int(start * len(days)), len(days) - 1)] for start in starts]
    family = families(rows).to_numpy()
    as_of, known = rows["as_of"].to_numpy(), rows["label_known_at"].to_numpy()
    for number, cut in enumerate(cuts):
        end = cuts[number + 1] if number + 1 < len(cuts) else None
        day = np.datetime64(cut)
        test = (as_of >= day) & ((as_of < np.datetime64(end)) if end is not None else True)
        train = (known <= day) & ~np.isin(family, family[test])
        yield Split(cut, np.flatnonzero(train), np.flatnonzero(test))


def _number(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")
