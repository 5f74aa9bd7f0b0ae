"""Money stands in the month in which it was earned or received, and what counts of it is the law of that month."""

import json
from datetime import date
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_county import POLICY

from targeting.dates import Month
from targeting.eligibility.income import INCOME, income
from targeting.eligibility.money import due, transfers, wages
from targeting.eligibility.months import reference_months
from targeting.eligibility.situation import Situation, situate
from targeting.errors import Misconfigured
from targeting.frames.assessment import AWARD_MEMBERS, AWARDS, FACTS, HOUSEHOLDS
from targeting.specs.policy import Policy

AS_OF = date(2026, 10, 31)
FIRST, LAST = Month(2026, 5), Month(2026, 10)


def spell(kind: str, yuan: float | None, start: str, end: str | None = None, **more: Any) -> dict[str, Any]:
    """A fact of money a month from a month to a month (YYYY-MM)."""
    return {
        "person_id": more.get("person", "an"),
        "kind": kind,
        "value": None if yuan is None else yuan * 100,
        "unit": "cents_month",
        "text": more.get("text", "employee_pension"),
        "detail": json.dumps({name: more[name] for name in ("employer", "contributions_cents") if name in more}),
        "valid_from": Month.parse(start).first_day,
        "valid_to": Month.parse(end).last_day if end else None,
    }


def told(*spells: dict[str, Any], on: date = AS_OF, policy: Policy = POLICY) -> Situation:
    """The situation in which only these facts are known."""
    rows = [
        {
            **row,
            "fact_id": f"test:{number}:insured:{row['kind']}",
            "known_at": on,
            "register": "test",
            "row": number,
            "role": "insured",
            "level": "A",
        }
        for number, row in enumerate(spells)
    ]
    frames = (HOUSEHOLDS.empty(), AWARDS.empty(), AWARD_MEMBERS.empty())
    return situate(*frames, FACTS.of(rows) if rows else FACTS.empty(), law=policy.on(on), as_of=on)


def amounts(situation: Situation, column: str = "counted") -> dict[tuple[str, str], float]:
    """Yuan by person and month, sources together."""
    rows = income(situation).group_by("person_id", "month").agg(pl.col(column).sum()).iter_rows()
    return {(person, str(Month.of(month))): cents / 100 for person, month, cents in rows}


def with_values(**values: Any) -> Policy:
    """The county's law with other values of some parameters (`income__months`) from 2012 on."""
    parameters = dict(POLICY.parameters)
    for name, value in values.items():
        parameter = parameters[name.replace("__", ".")]
        dated = parameter.values[-1].model_copy(update={"value": value, "effective_from": date(2012, 12, 12)})
        parameters[parameter.name] = parameter.model_copy(update={"values": (dated,)})
    return Policy(**{**{slot: getattr(POLICY, slot) for slot in POLICY.__slots__}, "parameters": parameters})


spans = st.tuples(st.integers(-9, 6), st.integers(0, 14))
payments = st.tuples(
    st.sampled_from(["wage_base", "pension", "unemployment", "wage", "veterans_allowance", "declared_income"]),
    st.integers(0, 2_000_000),
    spans,
)


@settings(max_examples=60, deadline=None)
@given(st.lists(payments, min_size=1, max_size=5))
def test_every_amount_is_the_whole_amount_of_a_row_in_a_month_in_which_it_ran(found: list[Any]) -> None:
    spells = [
        spell(kind, cents / 100, str(FIRST + start), str(FIRST + start + length), text=f"t{number}", employer=f"e{number}")
        for number, (kind, cents, (start, length)) in enumerate(found)
    ]
    table = income(told(*spells))
    assert dict(table.schema) == INCOME
    for row in table.iter_rows(named=True):
        _, cents, (start, length) = found[int(row["fact"].split(":")[1])]
        assert row["amount"] == cents
        assert FIRST + start <= Month.of(row["month"]) <= FIRST + start + length
        assert row["counted"] in (0, cents)
    assert table.height == sum(max(0, min(start + length, 5) - max(start, 0) + 1) for _, _, (start, length) in found)


@given(st.integers(100, 5_000_000), st.integers(0, 5))
@settings(max_examples=30, deadline=None)
def test_what_was_paid_once_stays_in_its_month_whatever_the_period_it_is_paid_for(cents: int, back: int) -> None:
    month = str(LAST - back)
    bonus = spell("wage", cents / 100, month, month, text="bonus_for_the_year", employer="某公司")
    assert amounts(told(bonus)) == {("an", month): cents / 100}


@settings(max_examples=40, deadline=None)
@given(st.permutations(range(6)), st.integers(1, 500_000), st.integers(1, 500_000))
def test_another_order_of_the_months_of_one_spell_changes_nothing_of_another(order: list[int], one: int, other: int) -> None:
    """The months of the first person's pay are permuted; the second spell and the other person keep theirs."""
    kept = [spell("pension", other / 100, "2026-06", "2026-08"), spell("wage_base", 4000, "2026-07", person="bo")]
    pay = [one + 100 * number for number in range(6)]

    def others(months: list[int]) -> pl.DataFrame:
        parts = [spell("wage", pay[k] / 100, str(FIRST + at), str(FIRST + at), employer="甲") for k, at in enumerate(months)]
        table = income(told(*kept, *parts)).filter(pl.col("source") != "wage")
        return table.sort("person_id", "month", "source")

    assert others(list(range(6))).equals(others(order))


def test_a_yearly_contribution_to_the_residents_pension_is_no_income_of_any_month() -> None:
    from small_county import SmallCounty

    county = SmallCounty()
    county.person("an")
    county.spell("an", "resident_pension", base=2000, start="2026-03")
    assert county.known().filter(pl.col("kind").is_in(["wage_base", "pension", "self_paid_base"])).is_empty()


@pytest.mark.parametrize(
    ("months", "last", "expected"),
    [
        (1, "of_assessment", ["2026-10"]),
        (3, "of_assessment", ["2026-08", "2026-09", "2026-10"]),
        (3, "before_assessment", ["2026-07", "2026-08", "2026-09"]),
        (12, "before_assessment", [f"2025-{m}" for m in (10, 11, 12)] + [f"2026-0{m}" for m in range(1, 10)]),
    ],
)
def test_the_reference_period_is_as_long_and_ends_when_the_policy_says(months: int, last: str, expected: list[str]) -> None:
    situation = told(policy=with_values(income__months=months, income__last_month=last))
    assert [str(month) for month in reference_months(situation)] == expected


def test_a_reference_period_of_another_length_is_an_error() -> None:
    with pytest.raises(Misconfigured, match=r"income\.months must be one of \(1, 3, 6, 12\)"):
        income(told(policy=with_values(income__months=7)))


def test_a_disregard_that_ended_still_holds_for_the_months_before_its_end() -> None:
    """158 yuan of a residents' pension of 300 do not count to 2025-12; from 2026-01 all of it counts (DBR21 art. 13)."""
    basic = POLICY.parameters["income.basic_pension_disregard"]
    until = basic.values[0].model_copy(update={"effective_to": date(2025, 12, 31)})
    after = basic.values[0].model_copy(update={"effective_from": date(2026, 1, 1), "value": 0})
    parameters = {**POLICY.parameters, basic.name: basic.model_copy(update={"values": (until, after)})}
    policy = Policy(**{**{slot: getattr(POLICY, slot) for slot in POLICY.__slots__}, "parameters": parameters})
    pension = spell("pension", 300, "2020-02", text="resident_pension")
    counted = amounts(told(pension, on=date(2026, 2, 28), policy=policy))
    assert {month: counted[("an", month)] for month in ("2025-11", "2025-12", "2026-01")} == {
        "2025-11": 142, "2025-12": 142, "2026-01": 300,
    }  # fmt: skip


def test_a_base_is_a_bound_and_is_never_called_a_wage() -> None:
    """The floor is 3,920 and the cap 19,600 yuan."""
    bases = [spell("wage_base", base, "2026-10", person=str(base)) for base in (3920, 3921, 19600)]
    table = income(told(*bases, spell("wage_base", None, "2026-10", person="silent")))
    assert set(table["source"]) == {"contribution_base"}
    bounds = dict(table.select("person_id", "bound").iter_rows())
    assert bounds == {"3920": "upper", "3921": "near", "19600": "lower", "silent": "upper"}


def test_a_base_counts_nothing_in_a_month_of_which_the_wage_is_known() -> None:
    base = spell("wage_base", 3920, "2026-01", employer="某公司")
    wage = spell("wage", 1500, "2026-10", "2026-10", employer="某公司（分公司）")
    situation = told(base, wage)
    assert amounts(situation)[("an", "2026-10")] == 1500
    assert amounts(situation)[("an", "2026-09")] == 3920
    assert wages(situation)["wage"].item() == (5 * 392000 + 150000) // 6


def test_two_insurances_of_one_employer_are_one_wage_and_two_employers_are_two() -> None:
    one = [spell("wage_base", 4000, "2026-01", employer="甲"), spell("wage_base", 4200, "2026-01", employer="甲")]
    assert amounts(told(*one))[("an", "2026-10")] == 4200
    assert amounts(told(*one, spell("wage_base", 3920, "2026-10", employer="乙")))[("an", "2026-10")] == 8120


def test_a_pension_that_was_raised_counts_once_a_month_with_the_amount_begun_last() -> None:
    old, new = spell("pension", 2600, "2020-02"), spell("pension", 2700, "2026-09")
    assert amounts(told(old, new)) == {("an", f"2026-{m:02d}"): (2600 if m < 9 else 2700) for m in range(5, 11)}
    assert transfers(told(old, new))["received"].item() == (4 * 260000 + 2 * 270000) // 6


def test_veterans_payments_stand_in_the_account_and_never_count() -> None:
    situation = told(spell("veterans_allowance", 1140, "2015-01", text="veterans_allowance"))
    assert set(income(situation)["counted"]) == {0}
    assert set(income(situation)["rule"]) == {"income.never_counted"}
    assert transfers(situation).is_empty()


def test_what_the_law_takes_off_earnings_is_a_row_of_its_own_and_never_more_than_was_earned() -> None:
    """A wage of 3,000 less 240 contributions, 10 % of the minimum wage of 2,000 capped at 150, and 500 disregarded from 2,000."""
    policy = with_values(
        income__employment_cost=({"share": 0.1, "of": "minimum_wage", "cap_cents": 15000},),
        income__earnings_disregard=({"from_cents": 200000, "cents": 50000},),
        income__minimum_wage=200000,
    )
    wage = spell("wage", 3000, "2026-10", "2026-10", contributions_cents=24000)
    table = income(told(wage, policy=policy))
    assert dict(table.filter(pl.col("source") == "deduction").select("text", "counted").iter_rows()) == {
        "contributions": -24000, "employment_cost": -15000, "earnings_disregard": -50000,
    }  # fmt: skip
    assert set(table.filter(pl.col("source") == "deduction")["rule"]) <= set(policy.parameters)
    small = spell("wage", 100, "2026-10", "2026-10", contributions_cents=24000)
    assert amounts(told(small, policy=policy)) == {("an", "2026-10"): 0}
    just_under = spell("wage", 1999.99, "2026-10", "2026-10")
    assert amounts(told(just_under, policy=policy)) == {("an", "2026-10"): 1849.99}


def test_what_is_due_is_worked_out_on_totals_so_that_no_yuan_is_added() -> None:
    """632 × 3 − 1,894 = 2 yuan; dividing to 631.33… a head and multiplying back rounded up would give 3 (DOMAIN §1.4)."""
    situation = told(policy=with_values(dibao__standard=63200))
    assert pl.select(due(situation, pl.lit(3), pl.lit(189400))).item() == 200


REFUSALS = [spell("work_offer", None, f"2026-0{month}", text="refused") for month in (5, 6, 7)]


def test_income_is_imputed_only_where_the_policy_says_so_and_is_always_labelled() -> None:
    """Three offers refused by July: the minimum wage of 2,000 yuan from July on (Guangdong 2019)."""
    assert income(told(*REFUSALS)).is_empty()
    policy = with_values(income__imputation=({"ground": "work_refusal", "times": 3},), income__minimum_wage=200000)
    table = income(told(*REFUSALS, policy=policy))
    assert set(table["source"]) == {"imputed"}
    assert set(table["rule"]) == {"income.imputation"}
    assert amounts(told(*REFUSALS, policy=policy)) == {("an", f"2026-{m:02d}"): 2000 for m in (7, 8, 9, 10)}
    assert income(told(*REFUSALS[:2], policy=policy)).is_empty()


def test_nothing_is_imputed_after_work_was_taken_or_in_a_month_with_earnings() -> None:
    policy = with_values(income__imputation=({"ground": "work_refusal", "times": 3},), income__minimum_wage=200000)
    taken = spell("work_offer", None, "2026-09", text="accepted")
    assert set(amounts(told(*REFUSALS, taken, policy=policy))) == {("an", "2026-07"), ("an", "2026-08")}
    wage = spell("wage", 300, "2026-08", "2026-08", employer="某公司")
    assert amounts(told(*REFUSALS, wage, policy=policy))[("an", "2026-08")] == 300


def test_a_labour_coefficient_counts_only_where_real_prospects_were_assessed() -> None:
    """40 % of work within reach by the assessment of September: 800 yuan in September and October, nothing by age alone."""
    policy = with_values(income__imputation=({"ground": "labour_coefficient"},), income__minimum_wage=200000)
    assessed = {**spell("work_offer", 0.004, "2026-09", text="assessed"), "value": 0.4}
    assert amounts(told(assessed, policy=policy)) == {("an", "2026-09"): 800, ("an", "2026-10"): 800}
    assert income(told(policy=policy)).is_empty()
