"""The steps of a waterfall meet, end at the weight, and the cut stands where the pair would be probable enough."""

from itertools import pairwise
from math import log2
from typing import Any

import pytest

from targeting.reports.waterfall import waterfall, weight_of

BITS = {"prior": -15.0, "id": 19.5, "name": 6.5, "birth": 0.0, "address": 0.0, "relation": -6.0}
WEIGHT = sum(BITS.values())


def evidence(**values: Any) -> dict[str, Any]:
    return {f"{name}_bits": bits for name, bits in BITS.items()} | {"weight": WEIGHT, "probability": 0.9} | values


def test_each_step_begins_where_the_one_before_ended_and_the_total_is_the_weight() -> None:
    picture = waterfall(evidence(), link=0.95, candidate=0.05)
    assert picture is not None
    *steps, total = picture.steps
    assert all(one.end == following.start for one, following in pairwise(steps))
    assert (steps[0].start, steps[-1].end, total.start, total.end, total.bits) == (0.0, WEIGHT, 0.0, WEIGHT, WEIGHT)


@pytest.mark.parametrize(("probability", "beyond"), [(0.94, False), (0.96, True)])
def test_the_total_is_beyond_the_cut_exactly_where_the_probability_is(probability: float, beyond: bool) -> None:
    picture = waterfall(evidence(probability=probability), link=0.95, candidate=0.05)
    assert picture is not None
    assert (picture.steps[-1].end > picture.cut) is beyond
    assert picture.cut - picture.kept == pytest.approx(2 * weight_of(0.95))


def test_a_pair_that_is_as_good_as_certain_has_nobody_against_it_but_the_unknown() -> None:
    picture = waterfall(evidence(probability=1.0), link=0.95, candidate=0.05, unknown=0.125)
    assert picture is not None
    assert picture.cut == pytest.approx(log2(19) - 3)


def test_what_was_not_weighed_has_no_picture() -> None:
    assert waterfall({"weight": None, "level": "A"}, link=0.95, candidate=0.05) is None
