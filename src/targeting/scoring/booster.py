"""Gradient-boosted trees on the binary log-loss, unweighted, beside the prior of the findings: matrix and outcomes → Fitted.

Same matrix, same declaration → same text, byte for byte: one thread, fixed seed, no sampling. Ke et al. 2017, LightGBM.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import lightgbm
import numpy as np

from targeting.scoring.matrix import Matrix, Vector
from targeting.specs.scoring import ScoringSpec


@dataclass(frozen=True, slots=True)
class Fitted:
    """Trees as text and the prior beside them: margin = (1 - weight) × trees + weight × the prior's column (log odds)."""

    text: str
    prior_column: int
    prior_weight: float

    def margins(self, values: Matrix) -> Vector:
        """The margin (log odds) of each row."""
        if not len(values):
            return np.empty(0)
        trees = np.asarray(lightgbm.Booster(model_str=self.text).predict(values, raw_score=True, num_threads=1))
        margins: Vector = (1.0 - self.prior_weight) * trees + self.prior_weight * values[:, self.prior_column]
        return margins


def fit(values: Matrix, wrong: Vector, *, spec: ScoringSpec) -> Fitted:
    """The trees fitted to these rows; the more of them were found wrong, the less the prior counts."""
    booster = spec.booster
    parameters = {
        "objective": "binary",
        "num_leaves": booster.leaves,
        "max_depth": booster.depth,
        "learning_rate": booster.learning_rate,
        "min_data_in_leaf": booster.min_child_samples,
        "lambda_l2": booster.lambda_l2,
        "monotone_constraints": [feature.monotone for feature in spec.features],
        "feature_pre_filter": False,
        "deterministic": True,
        "force_row_wise": True,
        "num_threads": 1,
        "seed": booster.seed,
        "verbosity": -1,
    }
    data = lightgbm.Dataset(values, label=wrong, feature_name=list(spec.feature_names), params=parameters)
    text = lightgbm.train(parameters, data, num_boost_round=booster.rounds).model_to_string()
    return Fitted(text, spec.feature_names.index(spec.prior.feature), spec.prior.weight(int(wrong.sum())))


def importances(text: str, *, names: Sequence[str]) -> dict[str, float]:
    """The total gain of each feature's splits."""
    gains = lightgbm.Booster(model_str=text).feature_importance(importance_type="gain")
    return {name: round(float(gain), 6) for name, gain in zip(names, gains, strict=True)}
