"""How many reviews each office does this month, and how many of them go to the lot, to missing coverage and to the ranking.

Unused slots of the missing direction go to the ranking, and the other way round. A tenth of an office's reviews is seldom a whole
number: it is rounded by lot (systematic sampling, Madow 1949), so that every award of every office has exactly its logged chance.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from targeting.specs.scoring import CapacitySpec


@dataclass(frozen=True, slots=True)
class Slots:
    """The reviews of one office: `random` by lot, `missing` for missing coverage, `over` by the ranking."""

    random: int
    missing: int
    over: int
    chance: float


def slots_of_offices(table: pl.DataFrame, *, capacity: CapacitySpec, start: float) -> dict[str, Slots]:
    """The slots of each office that has a subject; `start` (0 to below 1) is the lot of the rounding."""
    offices = (
        table.group_by(pl.col("office").fill_null(""))
        .agg(
            awards=(pl.col("direction") == "over").sum().cast(pl.Int64),
            missing=(pl.col("direction") == "missing").sum().cast(pl.Int64),
        )
        .sort("office")
        .rows()
    )
    reviews = {office: min(capacity.reviews(office, awards), awards + missing) for office, awards, missing in offices}
    quotas = {office: min(capacity.random_share * reviews[office], awards) for office, awards, _ in offices}
    lots = rounded_by_lot(quotas, start=start)
    return {
        office: _slots(awards, missing, reviews[office], lots[office], quotas[office], share=capacity.missing_share)
        for office, awards, missing in offices
    }


def rounded_by_lot(quotas: Mapping[str, float], *, start: float) -> dict[str, int]:
    """Whole numbers, each its quota rounded down or up, that on average over all starts are the quotas themselves.

    >>> rounded_by_lot({"a": 0.6, "b": 0.7, "c": 0.7}, start=0.0)
    {'a': 0, 'b': 1, 'c': 1}
    >>> rounded_by_lot({"a": 0.6, "b": 0.7, "c": 0.7}, start=0.5)
    {'a': 1, 'b': 0, 'c': 1}
    """
    whole, running = {}, start
    for name, quota in quotas.items():
        reached = round(running + quota, 9)
        whole[name] = math.floor(reached) - math.floor(running)
        running = reached
    return whole


def _slots(awards: int, missing: int, reviews: int, lot: int, quota: float, *, share: float) -> Slots:
    drawn = min(lot, awards, reviews)
    left = reviews - drawn
    kept = min(round(share * reviews), missing, left)
    over = min(left - kept, awards - drawn)
    chance = quota / awards if awards else 0.0
    return Slots(random=drawn, missing=min(left - over, missing), over=over, chance=chance)
