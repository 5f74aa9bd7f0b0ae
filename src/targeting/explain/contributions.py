"""The booster's own account of a score → CONTRIBUTIONS: what each reason family added to or took from the margin.

LightGBM's `pred_contrib` (Lundberg et al. 2020, TreeSHAP) gives exact shares: they and the bias add up to the margin, which is
asserted for every row. Meant for the cases that are listed, not for the whole population (SCORING §4).
"""

from collections.abc import Sequence
from typing import Protocol

import lightgbm
import numpy as np
import numpy.typing as npt
import polars as pl

from targeting.errors import TargetingError
from targeting.frames.referral import CONTRIBUTIONS

BIAS = "bias"
TOLERANCE = 1e-6
KEY = ["subject_kind", "subject", "benefit", "direction"]

Numbers = npt.NDArray[np.float64]


class ContributionsDoNotAddUp(TargetingError):
    """The parts of a score are not the score: the model that explains is not the model that scored."""

    code = "contributions_do_not_add_up"


class Explained(Protocol):
    """What is explained: trees beside a prior, margin = (1 - weight) × trees + weight × the prior feature."""

    @property
    def booster(self) -> str: ...
    @property
    def features(self) -> tuple[str, ...]: ...
    @property
    def families(self) -> tuple[str, ...]: ...
    @property
    def prior_feature(self) -> str: ...
    @property
    def prior_weight(self) -> float: ...
    @property
    def prior_base(self) -> float: ...


def contributions(model: Explained, features: pl.DataFrame, scores: pl.DataFrame) -> pl.DataFrame:
    """What each reason family contributed to the margin of each subject of `features`; with the bias it adds up to the margin.

    Raises:
        ContributionsDoNotAddUp: they differ from the margins in `scores` by more than 1e-6.
    """
    if features.is_empty():
        return CONTRIBUTIONS.empty()
    values = np.column_stack([features[name].cast(pl.Float64).fill_null(float("nan")).to_numpy() for name in model.features])
    parts = _parts(model, values)
    _check(parts, features.select(KEY).join(scores, on=KEY, how="left", maintain_order="left")["margin"])
    subjects = features.select(KEY)
    rows = [
        _family(subjects, parts, values, names=model.features, families=model.families, family=family)
        for family in sorted(set(model.families))
    ]
    bias = subjects.with_columns(
        family=pl.lit(BIAS),
        contribution=pl.Series(parts[:, -1], dtype=pl.Float64),
        feature=pl.lit(None, dtype=pl.String),
        value=pl.lit(None, dtype=pl.Float64),
    )
    return CONTRIBUTIONS.conform(pl.concat([*rows, bias]))


def _parts(model: Explained, values: Numbers) -> Numbers:
    """The share of each feature, then of the bias; the prior's value where nothing is found belongs to the bias."""
    trees = np.asarray(lightgbm.Booster(model_str=model.booster).predict(values, pred_contrib=True, num_threads=1))
    parts = (1.0 - model.prior_weight) * trees
    at = model.features.index(model.prior_feature)
    parts[:, at] += model.prior_weight * (values[:, at] - model.prior_base)
    parts[:, -1] += model.prior_weight * model.prior_base
    return parts


def _family(
    subjects: pl.DataFrame,
    parts: Numbers,
    values: Numbers,
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


def _check(parts: Numbers, margins: pl.Series) -> None:
    wanted = margins.to_numpy().astype(np.float64)
    gap = np.abs(parts.sum(axis=1) - wanted)
    wrong = int((~(gap <= TOLERANCE)).sum())
    if wrong:
        raise ContributionsDoNotAddUp(
            f"The contributions of {wrong} of {len(wanted)} subjects do not add up to their margin (tolerance {TOLERANCE}). "
            "Explain with the model that scored."
        )
