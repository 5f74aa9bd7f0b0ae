"""The simple ways to order reviews, in every evaluation: chance, the best single feature, the findings alone, a logistic model.

A model that does not beat them is not worth its explanation (SCORING §5).
"""

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from targeting.scoring.matrix import Matrix, Vector
from targeting.scoring.measures import Ordered, auc
from targeting.specs.scoring import ScoringSpec

EVIDENCE = "evidence"
REGULARISATION = 0.1


def scores(train: Matrix, wrong: Vector, test: Matrix, *, spec: ScoringSpec, draw: int) -> dict[str, Vector]:
    """The scores of each challenger on the test rows, learned on the training rows only."""
    names = spec.feature_names
    challengers = {
        "random": np.random.default_rng((spec.evaluation.seed, draw)).random(len(test)),
        "best single feature": _best_single(train, wrong, test),
        "logistic": _logistic(train, wrong, test),
    }
    if EVIDENCE in names:
        challengers["rules alone"] = _known(test[:, names.index(EVIDENCE)])
    return challengers


def single_aucs(values: Matrix, wrong: Vector, *, names: tuple[str, ...]) -> dict[str, float]:
    """The AUC of each feature alone, whichever way it points; unknown stands lowest."""
    weights = np.ones((1, len(wrong)))
    alone = {name: float(auc(Ordered.by(_known(values[:, at])), wrong, weights)[0]) for at, name in enumerate(names)}
    return {name: round(max(area, 1 - area), 4) for name, area in alone.items()}


def _best_single(train: Matrix, wrong: Vector, test: Matrix) -> Vector:
    weights = np.ones((1, len(wrong)))
    areas = [float(auc(Ordered.by(_known(column)), wrong, weights)[0]) for column in train.T]
    best = int(np.argmax([abs(area - 0.5) for area in areas]))
    sign = 1.0 if areas[best] >= 0.5 else -1.0
    return sign * _known(test[:, best])


def _logistic(train: Matrix, wrong: Vector, test: Matrix) -> Vector:
    """Logistic regression on standardised values, each with a mark where it is unknown."""
    fitted = make_pipeline(StandardScaler(), LogisticRegression(C=REGULARISATION, max_iter=1000))
    fitted.fit(_marked(train), wrong)
    return np.asarray(fitted.decision_function(_marked(test)), dtype=np.float64)


def _marked(values: Matrix) -> Matrix:
    filled = np.nan_to_num(values, nan=0.0)
    squeezed = np.sign(filled) * np.log1p(np.abs(filled))
    return np.hstack([squeezed, np.isnan(values).astype(np.float64)])


def _known(column: Vector) -> Vector:
    known = column[~np.isnan(column)]
    return np.where(np.isnan(column), (known.min() if len(known) else 0.0) - 1.0, column)
