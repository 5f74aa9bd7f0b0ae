"""The weight of a link as a waterfall: from the prior over each field's bits to the total, with the cuts as weights.

Fellegi & Sunter 1969: a weight is the sum of log2(m/u) and the prior. A probability p stands alone at a weight of log2(p/(1−p)).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import log2
from typing import Any

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
    """The steps in order, the weight at which a pair without rivals is a link, and that at which it is kept at all."""

    steps: tuple[Step, ...]
    cut: float
    kept: float


def waterfall(evidence: Mapping[str, Any], *, link: float, candidate: float) -> Waterfall | None:
    """The waterfall of one row of evidence; None where nothing was weighed. `link`, `candidate`: the declared probabilities."""
    if evidence.get("weight") is None or evidence.get("prior_bits") is None:
        return None
    at = float(evidence["prior_bits"])
    steps = [Step("prior", at, 0.0, at)]
    for field in FIELDS:
        bits = float(evidence[f"{field}_bits"] or 0.0)
        steps.append(Step(field, bits, at, at + bits))
        at += bits
    steps.append(Step("total", at, 0.0, at))
    return Waterfall(tuple(steps), weight_of(link), weight_of(candidate))


def weight_of(probability: float) -> float:
    """The weight at which a pair without rivals has this probability.

    >>> weight_of(0.5), round(weight_of(0.95), 2)
    (0.0, 4.25)
    """
    return log2(probability / (1 - probability))
