"""What reaches back: a value of a day that has passed, and what applies without a date of its own."""

from datetime import date
from typing import Any

import pytest

from targeting.specs.policy_changes import Change

TODAY = date(2026, 11, 24)
POINT = {"place": "北京", "year": 2025, "value": 242000, "document": "BJ-GUIDE", "status": "sample"}
LATER = {**POINT, "year": 2026, "value": 254000}


def change(part: str, old: Any, new: Any, kind: str = "changed") -> Change:
    return Change(part, "minimum_wage", kind, None, None, "", old, new)


@pytest.mark.parametrize(
    ("old", "new", "reaches"),
    [
        ({"points": [POINT]}, {"points": [POINT, LATER]}, False),
        ({"points": [POINT]}, {"points": [{**POINT, "status": "in_force", "by": "王"}]}, False),
        ({"points": [POINT]}, {"points": [{**POINT, "value": 250000}]}, True),
        ({"points": [POINT, LATER]}, {"points": [LATER]}, True),
        ({"points": [POINT], "unit": "cents"}, {"points": [POINT], "unit": "yuan"}, True),
    ],
)
def test_a_series_reaches_back_where_a_point_is_another_or_gone(old: Any, new: Any, reaches: bool) -> None:
    assert change("series", old, new).reaches_back(TODAY) is reaches


def test_an_instrument_that_begins_on_another_day_reaches_back_and_a_new_one_does_not() -> None:
    law = {"effective_from": date(2026, 7, 1)}
    assert change("instruments", law, {"effective_from": date(2030, 1, 1)}).reaches_back(TODAY)
    assert not change("instruments", None, law, kind="added").reaches_back(TODAY)


def test_a_check_is_of_the_runs_to_come() -> None:
    assert not change("checks", {"precision_floor": 0.5}, {"precision_floor": 0.6}).reaches_back(TODAY)
