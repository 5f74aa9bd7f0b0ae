"""Facts of need: a benefit that ended, a parent who died, each only as far as it was known."""

from datetime import date

import polars as pl
import pytest
from small_county import SmallCounty


@pytest.fixture
def county() -> SmallCounty:
    county = SmallCounty()
    county.person("an", born=date(1950, 1, 1))
    return county


def of_kind(county: SmallCounty, kind: str) -> list[dict[str, object]]:
    return county.known().filter(pl.col("kind") == kind).to_dicts()


def test_an_award_that_ended_before_the_month_is_told_with_its_last_day(county: SmallCounty) -> None:
    county.award({"an": "self"}, amount=780, start="2024-03", end="2026-09")
    (fact,) = of_kind(county, "ended_benefit")
    assert (fact["text"], fact["value"], fact["valid_to"]) == ("dibao", 78_000, date(2026, 9, 30))
    assert fact["known_at"] == date(2026, 10, 1)


@pytest.mark.parametrize("end", [None, "2026-10", "2027-01"])
def test_an_award_in_payment_in_the_month_has_not_ended(county: SmallCounty, end: str | None) -> None:
    county.award({"an": "self"}, amount=780, start="2024-03", end=end)
    assert not of_kind(county, "ended_benefit")


def test_an_award_that_ended_later_had_not_ended_then(county: SmallCounty) -> None:
    county.award({"an": "self"}, amount=780, start="2024-03", end="2026-03")
    county.as_of = date(2026, 3, 31)
    assert not of_kind(county, "ended_benefit")
    county.as_of = date(2026, 4, 1)
    assert len(of_kind(county, "ended_benefit")) == 1


def test_a_child_whose_parents_in_the_booklet_have_died_is_bereaved_of_both(county: SmallCounty) -> None:
    county.person("bo", born=date(1952, 1, 1), relation="spouse")
    county.person("kid", born=date(2012, 1, 1), relation="child")
    county.funeral("an", date(2026, 5, 1))
    county.funeral("bo", date(2026, 8, 1))
    (fact,) = of_kind(county, "bereavement")
    assert (fact["person_id"], fact["value"], fact["valid_from"]) == ("kid", 2, date(2026, 8, 1))


def test_a_death_that_was_not_known_by_then_bereaves_nobody(county: SmallCounty) -> None:
    county.person("kid", born=date(2012, 1, 1), relation="child")
    county.funeral("an", date(2026, 9, 29))
    county.as_of = date(2026, 9, 30)
    assert not of_kind(county, "bereavement")


def test_the_only_child_of_the_head_is_the_parent_of_the_grandchildren_and_one_of_two_need_not_be(county: SmallCounty) -> None:
    county.person("mid", born=date(1980, 1, 1), relation="child")
    county.person("kid", born=date(2012, 1, 1), relation="grandchild")
    county.funeral("mid", date(2026, 5, 1))
    assert [fact["person_id"] for fact in of_kind(county, "bereavement")] == ["kid"]
    county.person("other", born=date(1982, 1, 1), relation="child")
    assert not of_kind(county, "bereavement")


def test_a_death_elsewhere_in_the_booklet_is_no_bereavement(county: SmallCounty) -> None:
    county.person("kid", born=date(2012, 1, 1), relation="child")
    county.person("old", born=date(1930, 1, 1), relation="mother")
    county.funeral("old", date(2026, 5, 1))
    assert [fact["person_id"] for fact in of_kind(county, "bereavement")] == ["an"]
