"""Gradient-boosted trees on the binary log-loss, unweighted: matrix and outcomes → the model's text; text and matrix → margins.

Same matrix, same declaration → same text, byte for byte: one thread, fixed seed, no sampling. Ke et al. 2017, LightGBM.
"""

from collections.abc import Sequence

import lightgbm
import numpy as np

from targeting.scoring.matrix import Matrix, Vector
from targeting.specs.scoring import ScoringSpec


def fit(values: Matrix, wrong: Vector, *, spec: ScoringSpec) -> str:
    """The text of the booster fitted to these rows."""
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
    text: str = lightgbm.train(parameters, data, num_boost_round=booster.rounds).model_to_string()
    return text


def margins(text: str, values: Matrix) -> Vector:
    """The raw margin (log odds) of each row."""
    if not len(values):
        return np.empty(0)
    booster = lightgbm.Booster(model_str=text)
    return np.asarray(booster.predict(values, raw_score=True, num_threads=1), dtype=np.float64)


def importances(text: str, *, names: Sequence[str]) -> dict[str, float]:
    """The total gain of each feature's splits."""
    gains = lightgbm.Booster(model_str=text).feature_importance(importance_type="gain")
    return {name: round(float(gain), 6) for name, gain in zip(names, gains, strict=True)}
