"""The law on true circumstances: one family, one thing changed at a time."""

from datetime import date
from typing import Any

import numpy as np
import pytest

from targeting.simulate.awards import Certificates
from targeting.simulate.clock import FAR, NOBODY, first_day
from targeting.simulate.holdings import ADAPTED, CAR, MOTORCYCLE, TRUCK, Firms, Homes, Vehicles
from targeting.simulate.income import Source, Spells
from targeting.simulate.law import Assessment, Circumstances, assess
from targeting.simulate.living import Living
from targeting.simulate.people import newcomers
from targeting.specs.policy import load_policy

MONTH = 2026 * 12 + 9
DAY = int(first_day(np.array([MONTH + 1]))[0]) - 1
LONG_AGO = DAY - 3000


def family(size: int = 2) -> Circumstances:
    """So many grown persons in one family, without income or property."""
    people = newcomers(np.full(size, DAY - 40 * 365), np.zeros(size, dtype=bool), np.random.default_rng(1))
    people.dies_on[:] = FAR
    never = np.full(size, FAR, dtype=np.int64)
    living = Living(
        np.zeros(size, np.int64), np.zeros(size, np.int64), np.zeros(size, bool), never.copy(), never.copy(), np.ones(size, bool)
    )
    return Circumstances(
        people,
        living,
        Spells.empty(),
        Homes.empty(),
        Vehicles.empty(),
        Firms.empty(),
        Certificates.empty(),
        np.full(size, 100_000),
    )


def earns(circumstances: Circumstances, monthly: int, *, start: int = MONTH - 24, end: int = 100_000, job: bool = False) -> None:
    circumstances.spells.grow(
        Spells.rows(person=np.array([0]), source=Source.WAGE, start=start, end=end, monthly=monthly, countable=monthly, job=job)
    )


def owns_home(circumstances: Circumstances, **more: Any) -> None:
    place = len(circumstances.homes)
    values = {"holder": 0, "owner": 0, "address": place, "dwelling": place, "use": 0, "area": 9_000, "since": LONG_AGO, **more}
    circumstances.homes.grow(Homes.rows(holder=np.array([values.pop("holder")]), **values))


def owns_vehicle(circumstances: Circumstances, kind: int, **more: Any) -> None:
    values = {"owner": 0, "since": LONG_AGO, "price": 90_000, **more}
    circumstances.vehicles.grow(Vehicles.rows(holder=np.array([0]), kind=kind, **values))


def owns_firm(circumstances: Circumstances, **more: Any) -> None:
    values = {"owner": 0, "kind": 0, "founded": LONG_AGO, "capital": 500, "community": 0, **more}
    circumstances.firms.grow(Firms.rows(holder=np.array([0]), **values))


def judged(circumstances: Circumstances, law: dict[str, Any]) -> Assessment:
    return assess(circumstances, MONTH, law)


@pytest.mark.parametrize(
    ("monthly", "eligible", "margin"),
    # two persons: standard 2 x 780 = 1,560; margin 2 x 1,170 = 2,340; both strictly below
    [(0, True, True), (1_559, True, True), (1_560, False, True), (2_339, False, True), (2_340, False, False)],
)
def test_income_strictly_below_the_line(law: dict[str, Any], monthly: int, eligible: bool, margin: bool) -> None:
    circumstances = family()
    earns(circumstances, monthly)
    result = judged(circumstances, law)
    assert (bool(result.eligible[0]), bool(result.margin[0])) == (eligible, margin)
    assert result.due[0] == pytest.approx(1_560 - monthly if eligible else 0)


def test_income_is_the_mean_of_the_last_six_months(law: dict[str, Any]) -> None:
    circumstances = family()
    earns(circumstances, 3_000, end=MONTH - 3)  # three of the six months: 1,500 a month
    assert judged(circumstances, law).income[0] == pytest.approx(1_500)


def test_a_new_job_leaves_what_may_be_paid_as_it_was_for_six_months(law: dict[str, Any]) -> None:
    circumstances = family()
    earns(circumstances, 9_000, start=MONTH - 5, job=True)
    result = judged(circumstances, law)
    assert not result.eligible[0]
    assert result.allowed[0] == pytest.approx(1_560)
    late = family()
    earns(late, 9_000, start=MONTH - 6, job=True)
    assert judged(late, law).allowed[0] == 0


def test_two_homes_of_more_than_42_square_metres_a_person_do_not_pass(law: dict[str, Any]) -> None:
    circumstances = family()
    owns_home(circumstances)
    assert judged(circumstances, law).eligible[0]
    owns_home(circumstances)
    assert not judged(circumstances, law).eligible[0]  # 2 homes, 180 m² for two


@pytest.mark.parametrize(
    "second",
    [
        {"area": 1_000, "part": 1, "parts": 1, "first_area": 7_000},  # 2 homes, 80 m² for two: below 84
        {"parts": 6},  # inherited sixth: 1.17 homes
        {"parts": 3},  # 1.33 homes
        {"gone": DAY - 100},  # pulled down
        {"second_deed": True},  # the old deed of the same home
        {"until": DAY - 100},  # sold
        {"owner": NOBODY},  # somebody else's
        {"use": 2},  # a parking space
    ],
)
def test_what_is_not_a_second_home(law: dict[str, Any], second: dict[str, Any]) -> None:
    circumstances = family()
    owns_home(circumstances, area=second.pop("first_area", 9_000))
    owns_home(circumstances, **second)
    assert judged(circumstances, law).eligible[0]


def test_a_home_parked_in_the_name_of_another_counts_for_its_owner(law: dict[str, Any]) -> None:
    circumstances = family(3)
    circumstances.living.unit[2] = 2
    owns_home(circumstances)
    owns_home(circumstances, holder=2)
    assert not judged(circumstances, law).eligible[0]
    assert judged(circumstances, law).eligible[2]


@pytest.mark.parametrize(
    ("kind", "more", "kept"),
    [
        (CAR, {}, False),
        (CAR, {"sold": DAY - 50}, True),
        (CAR, {"scrapped": DAY - 50}, True),
        (MOTORCYCLE, {}, True),
        (ADAPTED, {}, True),
        (TRUCK, {"price": 60_000, "since": DAY - 5 * 365}, True),  # 60,000 x (1 - 5 x 0.12) = 24,000
        (TRUCK, {"price": 60_000, "since": DAY - 4 * 365}, False),  # 60,000 x (1 - 4 x 0.12) = 31,200
    ],
)
def test_vehicles_by_kind_and_value(law: dict[str, Any], kind: int, more: dict[str, Any], kept: bool) -> None:
    circumstances = family()
    owns_vehicle(circumstances, kind, **more)
    assert bool(judged(circumstances, law).eligible[0]) is kept


@pytest.mark.parametrize(
    ("more", "kept"),
    [
        ({}, False),
        ({"closed": DAY - 10}, True),
        ({"kind": 1, "capital": 20}, True),  # one-person trade, 2.0 万元
        ({"kind": 1, "capital": 21}, False),
        ({"owner": NOBODY}, True),  # registered with a stolen number
    ],
)
def test_businesses_by_kind_and_capital(law: dict[str, Any], more: dict[str, Any], kept: bool) -> None:
    circumstances = family()
    owns_firm(circumstances, **more)
    assert bool(judged(circumstances, law).eligible[0]) is kept


def test_members_in_prison_dead_or_gone_are_not_counted_and_the_month_of_death_still_is(law: dict[str, Any]) -> None:
    circumstances = family(4)
    circumstances.living.prison_from[1], circumstances.living.prison_until[1] = DAY - 400, DAY + 400
    circumstances.people.dies_on[2] = DAY - 40
    circumstances.absent_from[3] = MONTH - 2
    assert judged(circumstances, law).size[0] == 1
    circumstances.people.dies_on[2] = DAY - 10
    assert judged(circumstances, law).size[0] == 2


def test_the_truth_is_decided_by_the_same_values_as_the_sample_policy_screens_by(law: dict[str, Any]) -> None:
    policy = load_policy("cn-qinghe-sample").on(date(2026, 10, 31))
    in_cents = {
        "dibao.standard": "standard_yuan",
        "income.basic_pension_disregard": "basic_pension_not_counted_yuan",
        "income.contribution_base_floor": "contribution_base_floor_yuan",
        "dis_living.amount": "living_subsidy_yuan",
    }
    plain = {
        "margin.multiple": "margin_multiple",
        "income.months": "income_months",
        "income.gradual_exit_months": "gradual_exit_months",
        "dwelling.share_limit_below": "dwelling_shares_below",
        "dwelling.area_limit_below": "floor_area_m2_below",
        "vehicle.depreciation_per_year": "vehicle_depreciation_a_year",
        "vehicle.residual_floor": "vehicle_residual_floor",
    }
    for parameter, name in in_cents.items():
        assert policy.number(parameter) == 100 * law[name], parameter
    for parameter, name in plain.items():
        assert policy.number(parameter) == law[name], parameter
