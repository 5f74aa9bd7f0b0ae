"""How well scores order reviews: AUC, average precision, precision, recall and money within capacity; calibration error.

Ties are worth their expectation: a group of equal scores that straddles the capacity counts in proportion; best and worst
luck are given beside it. Every figure can be weighted, so that an interval comes from resampled families.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from targeting.scoring.matrix import Matrix, Vector

INTERVAL = (2.5, 97.5)


@dataclass(frozen=True, slots=True)
class Figure:
    """A measured value and its 95 % interval; null where it cannot be measured."""

    value: float | None
    low: float | None = None
    high: float | None = None

    def as_json(self) -> dict[str, float | None]:
        """The figure with four decimals."""
        return {
            name: None if number is None else round(number, 4)
            for name, number in (("value", self.value), ("low", self.low), ("high", self.high))
        }


@dataclass(frozen=True, slots=True)
class Ordered:
    """Scored reviews, highest first, in groups of equal score."""

    order: npt.NDArray[np.int64]
    ends: npt.NDArray[np.int64]

    @classmethod
    def by(cls, scores: Vector) -> "Ordered":
        """The order that these scores give."""
        order = np.argsort(-scores, kind="stable")
        changes = np.flatnonzero(np.diff(scores[order]) != 0)
        return cls(order.astype(np.int64), np.append(changes, len(scores) - 1).astype(np.int64))

    def running(self, weights: Matrix) -> Matrix:
        """The running total of each row of weights at the end of each group of ties, from zero."""
        totals = np.cumsum(weights[:, self.order], axis=1)[:, self.ends]
        return np.hstack([np.zeros((len(weights), 1)), totals])


def auc(ordered: Ordered, wrong: Vector, weights: Matrix) -> Vector:
    """The chance that a wrong one stands before a correct one, ties counting half; one value a row of weights."""
    hits, misses = ordered.running(weights * wrong), ordered.running(weights * (1 - wrong))
    area = (np.diff(misses, axis=1) * (hits[:, 1:] + hits[:, :-1]) / 2).sum(axis=1)
    return _ratio(area, hits[:, -1] * misses[:, -1])


def average_precision(ordered: Ordered, wrong: Vector, weights: Matrix) -> Vector:
    """The mean precision over the wrong ones found, a group of ties taken as one step; one value a row of weights."""
    hits, seen = ordered.running(weights * wrong), ordered.running(weights)
    precision = _ratio(hits[:, 1:], seen[:, 1:])
    return _ratio((np.diff(hits, axis=1) * np.nan_to_num(precision)).sum(axis=1), hits[:, -1])


def found(ordered: Ordered, worth: Vector, weights: Matrix, *, share: float) -> Vector:
    """What is found within the first share of reviews, ties in proportion; `worth` is 1 a wrong one, or its money."""
    seen, total = ordered.running(weights), ordered.running(weights * worth)
    return np.array([np.interp(share * s[-1], s, t) for s, t in zip(seen, total, strict=True)])


def tie_luck(scores: Vector, wrong: Vector, *, share: float) -> tuple[float, float]:
    """The precision within capacity when every tie falls badly, and when it falls well.

    >>> tie_luck(np.array([1.0, 1.0]), np.array([1.0, 0.0]), share=0.5)
    (0.0, 1.0)
    """
    k = max(1, round(share * len(scores)))
    worst, best = (np.lexsort((sign * wrong, -scores))[:k] for sign in (1, -1))
    return float(wrong[worst].mean()), float(wrong[best].mean())


def calibration_error(probabilities: Vector, wrong: Vector, *, bins: int = 10) -> float:
    """The mean gap between predicted and actual share over bins of equal size (ECE)."""
    parts = np.array_split(np.argsort(probabilities, kind="stable"), bins)
    gaps = [abs(probabilities[part].mean() - wrong[part].mean()) * len(part) for part in parts if len(part)]
    return float(sum(gaps) / len(wrong))


def family_weights(families: Sequence[str], *, resamples: int, seed: int) -> Matrix:
    """Row 0 counts everybody once; each further row is a resample of whole families with replacement."""
    names, index = np.unique(np.array(families, dtype=object).astype(str), return_inverse=True)
    random = np.random.default_rng(seed)
    drawn = random.multinomial(len(names), np.full(len(names), 1 / len(names)), size=resamples)
    return np.vstack([np.ones((1, len(index))), drawn[:, index]]).astype(np.float64)


def figure(values: Vector) -> Figure:
    """The first value with the interval of the others."""
    point, resampled = float(values[0]), values[1:][np.isfinite(values[1:])]
    if not np.isfinite(point) or not len(resampled):
        return Figure(point if np.isfinite(point) else None)
    low, high = np.percentile(resampled, INTERVAL)
    return Figure(point, float(low), float(high))


def _ratio(part: Matrix | Vector, whole: Matrix | Vector) -> Vector:
    known = np.asarray(whole) > 0
    ratio: Vector = np.divide(part, whole, out=np.full(np.shape(part), np.nan), where=known)
    return ratio
