"""The shapes of a dated value: multiples, months and years, tables by size, series, bounds, floors; and who confirmed it."""

from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from targeting.errors import Misconfigured, ParameterNotInForce
from targeting.specs.policy import Policy, PolicyOn, policy_from

LAW = {"title_zh": "法", "title_en": "law", "effective_from": date(2020, 1, 1)}
SOURCED: dict[str, Any] = {"document": "LAW", "article": "art. 1", "status": "sample"}
ON = date(2026, 10, 31)


def law(parameters: dict[str, Any], *, series: dict[str, Any] | None = None, on: date = ON, **parts: Any) -> PolicyOn:
    return policy(parameters, series=series, **parts).on(on)


def policy(parameters: dict[str, Any], *, series: dict[str, Any] | None = None, **parts: Any) -> Policy:
    declared = {name: _parameter(entry) for name, entry in parameters.items()}
    files = {"x/law": {"instruments": {"LAW": LAW}, "parameters": declared, "series": series or {}, **parts}}
    return policy_from(files, jurisdiction="x", digest="d")


def _parameter(entry: dict[str, Any]) -> dict[str, Any]:
    entry = dict(entry)
    around = {name: entry.pop(name) for name in ("unit", "floor", "ceiling") if name in entry}
    return {"unit": "cents_person_month", **around, "values": [{**SOURCED, "effective_from": date(2020, 1, 1), **entry}]}


def points(name: str = "income", unit: str = "cents_person_year", **values: int) -> dict[str, Any]:
    told = [{**SOURCED, "place": "somewhere", "year": int(year[1:]), "value": value} for year, value in values.items()]
    return {name: {"unit": unit, "points": told}}


HERE = {"title_zh": "某地", "title_en": "somewhere", "place": "somewhere"}


def test_a_multiple_is_exact_where_binary_fractions_are_not() -> None:
    # 1.1 × 780.00 = 858.00 and not 858.0000000000001
    assert law({"standard": {"value": 78000}, "line": {"of": "standard", "times": 1.1}}).amount("line") == Fraction(85800)


def test_a_multiple_may_be_a_parameter_of_its_own() -> None:
    found = law({"standard": {"value": 78000}, "multiple": {"value": 1.5}, "line": {"of": "standard", "times": "multiple"}})
    assert found.whole("line") == 117000


def test_months_and_years_of_a_monthly_standard() -> None:
    # 48 months of 1,200 = 57,600; two years of it = 28,800
    parameters = {
        "standard": {"value": 120000},
        "months": {"of": "standard", "months": 48},
        "years": {"of": "standard", "years": 2},
    }
    found = law(parameters)
    assert (found.whole("months"), found.whole("years")) == (5760000, 2880000)


def test_a_year_of_a_yearly_series_is_one_of_it_and_a_month_of_it_a_twelfth() -> None:
    parameters = {"twice": {"series": "income", "years": 2}, "monthly": {"series": "income", "a_month": True}}
    found = law(parameters, series=points(y2025=7424400), jurisdiction=HERE)
    assert (found.whole("twice"), found.whole("monthly")) == (14848800, 618700)


def test_last_years_value_is_that_of_the_year_before_the_date() -> None:
    parameters = {"line": {"series": "income"}, "now": {"series": "income", "year": "same"}}
    declared = policy(parameters, series=points(y2024=1, y2025=2, y2026=3), jurisdiction=HERE)
    assert [declared.on(day).whole("line") for day in (date(2025, 12, 31), date(2026, 1, 1))] == [1, 2]
    assert declared.on(date(2026, 1, 1)).whole("now") == 3


def test_a_series_without_the_year_says_place_and_year_to_add() -> None:
    found = law({"line": {"series": "income"}}, series=points(y2023=1), jurisdiction=HERE)
    with pytest.raises(ParameterNotInForce, match=r"Series income .* has no value for somewhere in 2025.*Add the point"):
        found.number("line")


def test_a_table_by_size_and_what_each_further_person_adds() -> None:
    found = law({"limit": {"by_size": [1305, 1763], "further": 459}})
    assert [found.amount("limit", size) for size in (1, 2, 3, 5)] == [1305, 1763, 2222, 3140]


def test_a_table_by_size_that_ends_is_not_continued_by_itself() -> None:
    found = law({"limit": {"by_size": [994, 1491]}})
    with pytest.raises(ParameterNotInForce, match="no value for a unit of 3"):
        found.amount("limit", 3)
    with pytest.raises(Misconfigured, match="table by size"):
        found.number("limit")


def test_a_table_of_multiples_by_size() -> None:
    # 1.2 × 50,000 for one or two, 1.0 × for three or more
    found = law(
        {"limit": {"series": "income", "by_size": [1.2, 1.2, 1.0], "further": 0}}, series=points(y2025=5000000), jurisdiction=HERE
    )
    assert [found.amount("limit", size) for size in (1, 2, 3, 7)] == [6000000, 6000000, 5000000, 5000000]


def test_a_multiple_never_above_another_parameter() -> None:
    # at most 1.5 × the standard and never above the minimum wage (浙江省社会救助条例)
    capped = {"of": "standard", "times": 1.5, "at_most": "minimum_wage"}
    assert law({"standard": {"value": 100}, "minimum_wage": {"value": 140}, "line": capped}).whole("line") == 140
    assert law({"standard": {"value": 100}, "minimum_wage": {"value": 160}, "line": capped}).whole("line") == 150


def test_the_source_names_everything_the_value_follows_from() -> None:
    parameters = {"standard": {"value": 100, "article": "art. 2"}, "line": {"of": "standard", "times": 2, "article": "art. 3"}}
    assert law(parameters).source("line") == "LAW art. 3; LAW art. 2"


def test_a_value_below_the_floor_of_its_province_is_a_fault_that_says_so() -> None:
    parameters = {"floor": {"value": 900}, "standard": {"value": 899, "floor": "floor"}}
    with pytest.raises(
        Misconfigured, match=r"parameter standard: 899 from 2020-01-01 \(LAW art. 1\) is below the floor of floor, 900"
    ):
        policy(parameters)
    assert law({**parameters, "standard": {"value": 900, "floor": "floor"}}).whole("standard") == 900


def test_a_multiple_above_its_ceiling_is_a_fault() -> None:
    parameters = {"standard": {"value": 800}, "cap": {"value": 1000}, "line": {"of": "standard", "times": 1.5, "ceiling": "cap"}}
    with pytest.raises(Misconfigured, match=r"parameter line: 1200 from .* is above the ceiling of cap, 1000"):
        policy(parameters)


def test_a_floor_that_rises_later_is_held_against_the_value_still_in_force() -> None:
    later = {"unit": "u", "values": [{**SOURCED, "value": 950, "effective_from": date(2026, 1, 1)}]}
    standard = {**_parameter({"value": 900}), "floor": "floor"}
    files = {"x/law": {"instruments": {"LAW": LAW}, "parameters": {"floor": later, "standard": standard}}}
    with pytest.raises(Misconfigured, match=r"900 from 2026-01-01 .* is below the floor"):
        policy_from(files, jurisdiction="x", digest="d")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"value": 1, "status": "in_force"}, "needs `by`"),
        ({"value": 1, "of": "standard"}, "give one of value, of"),
        ({}, "give one of value, of"),
        ({"times": 2}, "give one of value, of"),
        ({"of": "standard", "times": 2, "months": 3}, "give one of times, months, years, by_size"),
        ({"value": 1, "further": 2}, "needs by_size"),
        ({"value": 1, "at_most": "standard"}, "a given value needs none"),
        ({"of": "nowhere"}, "asks for parameter nowhere, which is not declared"),
        ({"series": "nowhere"}, "asks for series nowhere, which is not declared"),
        ({"of": "line"}, "follows from itself"),
        ({"of": "yearly", "months": 12}, "expected a unit that ends in _month"),
        ({"of": "standard", "a_month": True}, "expected a unit that ends in _year"),
    ],
)
def test_a_shape_that_does_not_fit_is_refused(wrong: dict[str, Any], said: str) -> None:
    parameters = {"standard": {"value": 1}, "yearly": {"value": 1, "unit": "cents_person_year"}, "line": wrong}
    with pytest.raises(Misconfigured) as refused:
        policy(parameters)
    assert said in str(refused.value)


def test_who_confirmed_a_value_in_force_is_kept() -> None:
    found = law({"standard": {"value": 1, "status": "in_force", "by": "县民政局 张三"}})
    assert found.value("standard").by == "县民政局 张三"
