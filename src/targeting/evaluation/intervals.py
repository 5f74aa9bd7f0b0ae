"""How sure a measured figure is: the interval beside every share, ratio and ranking measure.

Comes in: counts, or per-case values. Goes out: an `Interval` (value, low, high, and the number of cases behind it).
Source: Wilson 1927 (score interval of a share); Efron & Tibshirani 1993, ch. 13 (percentile bootstrap);
Katz et al. 1978 (log interval of a ratio of two shares); Hand, Christen & Kirielle 2021 (F* of record linkage).
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from targeting.errors import InvalidInput

CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class Interval:
    """A measured value, its lower and upper bound, and the number of cases behind it; NaN where there is none."""

    value: float
    low: float
    high: float
    cases: int

    def __str__(self) -> str:
        if math.isnan(self.value):
            return f"– (n={self.cases})"
        return f"{self.value:.4f} [{self.low:.4f}, {self.high:.4f}] (n={self.cases})"

    def as_dict(self) -> dict[str, float | int | None]:
        """The interval for JSON: NaN becomes null."""
        bounds = {"value": self.value, "low": self.low, "high": self.high}
        return {name: None if math.isnan(number) else number for name, number in bounds.items()} | {"cases": self.cases}


def wilson(successes: int, trials: int, *, confidence: float = CONFIDENCE) -> Interval:
    """The share of successes, with Wilson's score interval; no trials give no value.

    >>> wilson(0, 10)
    Interval(value=0.0, low=0.0, high=0.2775..., cases=10)
    """
    if not 0 <= successes <= trials:
        raise InvalidInput(f"A share needs 0 <= successes <= trials; got {successes} of {trials}.")
    if trials == 0:
        return Interval(math.nan, math.nan, math.nan, 0)
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    share = successes / trials
    centre = (share + z * z / (2 * trials)) / (1 + z * z / trials)
    half = z / (1 + z * z / trials) * math.sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials))
    low = 0.0 if successes == 0 else centre - half
    high = 1.0 if successes == trials else centre + half
    return Interval(share, low, high, trials)


def ratio(successes: int, trials: int, other_successes: int, other_trials: int, *, confidence: float = CONFIDENCE) -> Interval:
    """One share divided by another (a lift, a false-flag ratio), with Katz's log interval.

    A zero in either share leaves no finite interval: the low bound is then 0 and the high one infinite.
    """
    if not (0 <= successes <= trials and 0 <= other_successes <= other_trials):
        raise InvalidInput(
            f"A ratio needs 0 <= successes <= trials twice; got {successes}/{trials} and {other_successes}/{other_trials}."
        )
    cases = trials + other_trials
    if trials == 0 or other_trials == 0 or other_successes == 0:
        return Interval(math.nan, math.nan, math.nan, cases)
    value = (successes / trials) / (other_successes / other_trials)
    if successes == 0:
        return Interval(0.0, 0.0, math.inf, cases)
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    spread = math.sqrt(1 / successes - 1 / trials + 1 / other_successes - 1 / other_trials)
    return Interval(value, value * math.exp(-z * spread), value * math.exp(z * spread), cases)


def f1(right: int, linked: int, wanted: int, *, confidence: float = CONFIDENCE) -> Interval:
    """The harmonic mean of precision (right of linked) and recall (right of wanted), by Wilson's interval of F*.

    F* = right / (right + wrong + missed) is a share, and F1 = 2 F* / (1 + F*) (Hand, Christen & Kirielle 2021).
    """
    if not 0 <= right <= min(linked, wanted):
        raise InvalidInput(f"F1 needs 0 <= right <= linked and wanted; got {right}, {linked}, {wanted}.")
    star = wilson(right, linked + wanted - right, confidence=confidence)
    value, low, high = (2 * bound / (1 + bound) for bound in (star.value, star.low, star.high))
    return Interval(value, low, high, star.cases)


def bootstrap(
    statistic: Callable[[npt.NDArray[np.int64]], float],
    cases: int,
    *,
    seed: int,
    repeats: int = 200,
    confidence: float = CONFIDENCE,
) -> Interval:
    """The statistic of all cases, with the percentile interval over `repeats` resamples of the cases.

    `statistic` receives positions 0 … cases-1 (with repetition in a resample) and may answer NaN where a resample has no value.
    """
    if cases == 0:
        return Interval(math.nan, math.nan, math.nan, 0)
    value = statistic(np.arange(cases, dtype=np.int64))
    random = np.random.default_rng(seed)
    drawn = np.array([statistic(random.integers(0, cases, size=cases, dtype=np.int64)) for _ in range(repeats)])
    drawn = drawn[~np.isnan(drawn)]
    if math.isnan(value) or drawn.size == 0:
        return Interval(value, math.nan, math.nan, cases)
    low, high = np.quantile(drawn, [(1 - confidence) / 2, (1 + confidence) / 2])
    return Interval(float(value), float(low), float(high), cases)
