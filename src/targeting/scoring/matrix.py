"""Features frame → the numbers that a model reads, in declared order; unknown stays unknown (NaN)."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import polars as pl

from targeting.errors import Misconfigured

Matrix = npt.NDArray[np.float64]
Vector = npt.NDArray[np.float64]


def matrix(features: pl.DataFrame, *, names: Sequence[str]) -> Matrix:
    """The named columns, one row a subject, in this order.

    Raises:
        Misconfigured: the frame lacks a feature that the model was trained on.
    """
    absent = [name for name in names if name not in features.columns]
    if absent:
        raise Misconfigured(
            "The features frame lacks features of the model. Build it from the same declaration, or retrain.", faults=absent
        )
    columns = [features[name].cast(pl.Float64).fill_null(float("nan")).to_numpy() for name in names]
    return np.ascontiguousarray(np.column_stack(columns)) if len(features) else np.empty((0, len(names)))
