"""Unseen margins and outcomes of the random arm → the map from margin to probability.

Isotonic from 1,000 positives, else Platt (Platt 1999, with his smoothed targets), else none (SCORING §5). Only the random arm
says how often an award is wrong: the chosen reviews were chosen because they looked wrong.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.isotonic import IsotonicRegression

from targeting.scoring.matrix import Vector
from targeting.specs.scoring import CalibrationSpec

NEWTON_STEPS = 100
FLAT = 1e-9


@dataclass(frozen=True, slots=True)
class Calibration:
    """A map from margin to probability: `none` is the logistic function itself."""

    kind: str
    points: tuple[tuple[float, float], ...] = ()

    def probabilities(self, margins: Vector) -> Vector:
        """The probability of each margin; never falls where the margin rises."""
        if self.kind == "isotonic":
            at, share = np.array(self.points).T
            return np.asarray(np.interp(margins, at, share), dtype=np.float64)
        slope, intercept = self.points[0] if self.kind == "platt" else (1.0, 0.0)
        return np.asarray(1.0 / (1.0 + np.exp(-(slope * margins + intercept))), dtype=np.float64)

    def as_json(self) -> dict[str, Any]:
        """The map as plain values."""
        return {"kind": self.kind, "points": [list(point) for point in self.points]}

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> "Calibration":
        """The map from plain values."""
        return cls(content["kind"], tuple((float(at), float(share)) for at, share in content["points"]))


def calibrate(margins: Vector, wrong: Vector, *, spec: CalibrationSpec) -> Calibration:
    """The map fitted to margins that the model gave to rows it had not seen, random arm only."""
    positives = int(wrong.sum())
    if min(positives, len(wrong) - positives) < spec.platt_from_positives:
        return Calibration("none")
    if positives >= spec.isotonic_from_positives:
        fitted = IsotonicRegression(out_of_bounds="clip", y_min=0.0, y_max=1.0).fit(margins, wrong)
        points = zip(fitted.X_thresholds_.tolist(), fitted.y_thresholds_.tolist(), strict=True)
        return Calibration("isotonic", tuple(points))
    slope, intercept = _platt(margins, wrong)
    return Calibration("platt", ((slope, intercept),)) if slope > 0 else Calibration("none")


def _platt(margins: Vector, wrong: Vector) -> tuple[float, float]:
    positives = float(wrong.sum())
    negatives = len(wrong) - positives
    target = np.where(wrong > 0, (positives + 1) / (positives + 2), 1 / (negatives + 2))
    slope, intercept = 1.0, 0.0
    for _ in range(NEWTON_STEPS):
        share = 1.0 / (1.0 + np.exp(-(slope * margins + intercept)))
        residual, weight = target - share, share * (1.0 - share)
        gradient = np.array([residual @ margins, residual.sum()])
        curvature = np.array([[weight @ margins**2, weight @ margins], [weight @ margins, weight.sum()]])
        step = np.linalg.solve(curvature + FLAT * np.eye(2), gradient)
        slope, intercept = slope + float(step[0]), intercept + float(step[1])
        if math.hypot(*step) < FLAT:
            break
    return round(slope, 9), round(intercept, 9)
