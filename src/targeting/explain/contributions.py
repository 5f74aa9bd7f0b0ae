"""The booster's own account of a score → CONTRIBUTIONS: what each reason family added to or took from the margin.

LightGBM's `pred_contrib` (Lundberg et al. 2020, TreeSHAP) gives exact shares: they and the bias add up to the margin, which is
asserted for every row. Meant for the cases that are listed, not for the whole population (SCORING §4).
"""

from collections.abc import Sequence

import lightgbm
import numpy as np
import polars as pl

from targeting.errors import TargetingError
from targeting.frames.referral import CONTRIBUTIONS

BIAS = "bias"
TOLERANCE = 1e-6
KEY = ["subject_kind", "subject", "benefit", "direction"]


class ContributionsDoNotAddUp(TargetingError):
    """The parts of a score are not the score: the model that explains is not the model that scored."""

    code = "contributions_do_not_add_up"


def contributions(
    booster: str, features: pl.DataFrame, scores: pl.DataFrame, *, names: Sequence[str], families: Sequence[str]
) -> pl.DataFrame:
    """What each reason family contributed to the margin of each subject of `features`; with the bias it adds up to the margin.

    Raises:
        ContributionsDoNotAddUp: they differ from the margins in `scores` by more than 1e-6.
    """
    if features.is_empty():
        return CONTRIBUTIONS.empty()
    values = np.column_stack([features[name].cast(pl.Float64).fill_null(float("nan")).to_numpy() for name in names])
    parts = np.asarray(lightgbm.Booster(model_str=booster).predict(values, pred_contrib=True, num_threads=1))
    _check(parts, features.select(KEY).join(scores, on=KEY, how="left", maintain_order="left")["margin"])
    subjects = features.select(KEY)
    rows = [_family(subjects, parts, values, names=names, families=families, family=f) for f in sorted(set(families))]
    bias = subjects.with_columns(
        family=pl.lit(BIAS),
        contribution=pl.Series(parts[:, -1], dtype=pl.Float64),
        feature=pl.lit(None, dtype=pl.String),
        value=pl.lit(None, dtype=pl.Float64),
    )
    return CONTRIBUTIONS.conform(pl.concat([*rows, bias]))


def _family(
    subjects: pl.DataFrame,
    parts: np.ndarray[tuple[int, ...], np.dtype[np.float64]],
    values: np.ndarray[tuple[int, ...], np.dtype[np.float64]],
    *,
    names: Sequence[str],
    families: Sequence[str],
    family: str,
) -> pl.DataFrame:
    """The family's sum, and the feature of it that moved the margin most in the direction of the sum."""
    columns = [at for at, name in enumerate(families) if name == family]
    own = parts[:, columns]
    total = own.sum(axis=1)
    strongest = np.argmax(own * np.where(total < 0, -1.0, 1.0)[:, None], axis=1)
    rows = np.arange(len(own))
    return subjects.with_columns(
        family=pl.lit(family),
        contribution=pl.Series(total, dtype=pl.Float64),
        feature=pl.Series([names[columns[at]] for at in strongest], dtype=pl.String),
        value=pl.Series(values[:, columns][rows, strongest], dtype=pl.Float64).fill_nan(None),
    )


def _check(parts: np.ndarray[tuple[int, ...], np.dtype[np.float64]], margins: pl.Series) -> None:
    wanted = margins.to_numpy().astype(np.float64)
    gap = np.abs(parts.sum(axis=1) - wanted)
    wrong = int((~(gap <= TOLERANCE)).sum())
    if wrong:
        raise ContributionsDoNotAddUp(
            f"The contributions of {wrong} of {len(wanted)} subjects do not add up to their margin (tolerance {TOLERANCE}). "
            "Explain with the model that scored."
        )
