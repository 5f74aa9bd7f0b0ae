"""The weight of a link as a waterfall: from the prior over each field's bits to the total, with the cuts as weights.

Fellegi & Sunter 1969: a weight is the sum of log2(m/u) and the prior. The weight at which this pair would reach a probability
depends on its rivals and on how often nobody known is meant; both are read off the pair's own weight and probability.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import log2
from typing import Any

TOLD = 1e-6
"""Probabilities are kept with nine digits: nearer to 0 or 1 they say little of the odds."""
FIELDS = ("id", "name", "birth", "address", "relation")


@dataclass(frozen=True, slots=True)
class Step:
    """One step: the field (or prior, total), its bits, and where it begins and ends."""

    code: str
    bits: float
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Waterfall:
    """The steps in order, the weight from which this pair is probable enough for a link, and that from which it is kept."""

    steps: tuple[Step, ...]
    cut: float
    kept: float


def waterfall(evidence: Mapping[str, Any], *, link: float, candidate: float, unknown: float = 1.0) -> Waterfall | None:
    """The waterfall of one row of evidence; None where nothing was weighed. `link`, `candidate`: the declared probabilities.

    `unknown`: the share of records whose person is not known; it stands for the rivals of a pair that has none.
    """
    if evidence.get("weight") is None or evidence.get("prior_bits") is None:
        return None
    at = float(evidence["prior_bits"])
    steps = [Step("prior", at, 0.0, at)]
    for field in FIELDS:
        bits = float(evidence[f"{field}_bits"] or 0.0)
        steps.append(Step(field, bits, at, at + bits))
        at += bits
    steps.append(Step("total", at, 0.0, at))
    against = _against(at, evidence.get("probability"), unknown)
    return Waterfall(tuple(steps), weight_of(link) + against, weight_of(candidate) + against)


def _against(weight: float, probability: float | None, unknown: float) -> float:
    """What stands against the pair, as a weight: its rivals and nobody together; a probability of nearly 1 does not tell it."""
    if probability is None or not TOLD < probability < 1 - TOLD:
        return log2(max(unknown, TOLD))
    return weight - weight_of(probability)


def weight_of(probability: float) -> float:
    """The log2 odds of a probability.

    >>> weight_of(0.5), round(weight_of(0.95), 2)
    (0.0, 4.25)
    """
    return log2(probability / (1 - probability))
