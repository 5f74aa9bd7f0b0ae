"""Each feature on the smallest county that shows it."""

import math
from datetime import date
from typing import Any

import pytest

from targeting.specs.scoring import load_evidence


def test_a_hit_on_a_certain_link_outweighs_one_that_waits_and_other_answers_weigh_nothing(assessed: Any) -> None:
    for case_no, result, level in (("D1", "hit", "A"), ("D2", "hit", "B"), ("D3", "clear", "A"), ("D4", "unknown", None)):
        assessed.award(case_no, case_no)
        assessed.finding(f"dibao:{case_no}", "X10", result, level)
    certain, waiting, clear, unknown = (assessed.value("evidence", case_no=c) for c in ("D1", "D2", "D3", "D4"))
    assert certain > waiting > clear == unknown
    base = load_evidence().base
    # Nothing found: the log odds of the base share.
    assert clear == pytest.approx(math.log(base / (1 - base)))


def test_a_subsidy_feels_the_hits_on_the_dibao_of_the_same_family(assessed: Any) -> None:
    assessed.award("D1", "wang", "li")
    assessed.award("S1", "li", benefit="dis_living", household="wang")
    assessed.award("S2", "zhao", benefit="dis_living")
    assessed.finding("dibao:D1", "X10", "hit")
    assert assessed.value("evidence", case_no="S1") < assessed.value("evidence")
    assert assessed.value("evidence_beside", case_no="S1") == load_evidence().weight("X10", certain=True)
    assert assessed.value("evidence_beside", case_no="S2") == 0.0


def test_a_further_hit_adds_evidence(assessed: Any) -> None:
    assessed.award("D1", "wang")
    assessed.award("D2", "li")
    assessed.finding("dibao:D1", "X10", "hit")
    assessed.finding("dibao:D2", "X10", "hit")
    assessed.finding("dibao:D2", "X07", "hit", "B")
    one, both = assessed.value("evidence"), assessed.value("evidence", case_no="D2")
    assert one < both


def test_income_counts_in_the_months_in_which_it_was_earned(assessed: Any) -> None:
    assessed.award("D1", "wang", "li")
    assessed.fact("wang", "wage_base", 390_000, since=date(2026, 9, 1), until=date(2026, 9, 30))
    # One month of 3,900 yuan among six months and two heads: 3,900 / 6 / 2.
    assert assessed.value("income_found") == pytest.approx(325.0)


def test_income_that_ended_before_the_six_months_does_not_count(assessed: Any) -> None:
    assessed.award("D1", "wang")
    assessed.fact("wang", "wage_base", 390_000, since=date(2025, 1, 1), until=date(2026, 4, 30))
    assert assessed.value("income_found") == 0.0


def test_an_unlisted_member_of_the_family_counts_with_the_income_that_the_list_hides(assessed: Any) -> None:
    assessed.award("D1", "wang")
    assessed.tie("D1", "family", "li")
    assessed.fact("li", "pension", 120_000, since=date(2020, 1, 1))
    assert assessed.value("income_unlisted") == pytest.approx(1200.0)


def test_people_beside_are_counted_once_and_never_as_listed(assessed: Any) -> None:
    assessed.award("D1", "wang", "li")
    for kind in ("co_resident", "same_register_household"):
        assessed.tie("D1", kind, "zhao")
        assessed.tie("D1", kind, "li")
    assessed.fact("zhao", "vehicle", 8_000_000)
    assessed.fact("zhao", "business", 1_000_000)
    assert assessed.value("vehicles_and_firms_beside") == 2.0
    assert assessed.value("vehicle_price_new") == 0.0


def test_dwelling_shares_of_the_family_add_up_and_ended_ones_do_not_count(assessed: Any) -> None:
    assessed.award("D1", "wang", "li")
    assessed.fact("wang", "dwelling", 1.0)
    assessed.fact("li", "dwelling", 0.5)
    assessed.fact("li", "dwelling", 1.0, until=date(2026, 6, 30))
    assert assessed.value("dwelling_shares") == 1.5


def test_several_firms_on_one_person(assessed: Any) -> None:
    assessed.award("D1", "wang", "li")
    for person in ("wang", "wang", "wang", "li"):
        assessed.fact(person, "business", 0.0)
    assert assessed.value("firms_on_one_person") == 3.0


def test_means_do_not_bear_on_a_personal_subsidy(assessed: Any) -> None:
    assessed.award("H1", "wang", benefit="dis_care")
    assessed.fact("wang", "dwelling", 2.0)
    assert assessed.value("dwelling_shares", case_no="H1") is None


def test_a_listed_person_outside_the_assessed_family(assessed: Any) -> None:
    assessed.award("D1", "wang", "li", "zhao")
    assessed.family("wang", "wang", "li")
    assert assessed.value("listed_outside_family") == 1.0
    assert assessed.value("family_not_assessed") == 0.0


def test_an_award_whose_person_is_in_no_family(assessed: Any) -> None:
    assessed.award("D1", "wang", household=None)
    assert assessed.value("family_not_assessed") == 1.0
    assert assessed.value("listed_outside_family") is None


def test_listed_members_who_were_not_recognised(assessed: Any) -> None:
    assessed.award("D1", "wang", "", "")
    assert assessed.value("listed_unresolved") == 2.0


def test_accounts_shared_with_unrelated_awards(assessed: Any) -> None:
    assessed.award("D1", "wang")
    for other in ("dibao:D2", "dibao:D3"):
        assessed.tie("D1", "shared_account", other=other)
    assessed.tie("D1", "shared_phone", other="dibao:D2")
    assert assessed.value("shared_accounts") == 2.0


def test_no_vehicle_is_zero_and_a_vehicle_without_a_price_is_unknown(assessed: Any) -> None:
    assessed.award("D1", "wang")
    assessed.award("D2", "li")
    assessed.fact("li", "vehicle", None)
    assert assessed.value("vehicle_price_new") == 0.0
    assert assessed.value("vehicle_price_new", case_no="D2") is None
