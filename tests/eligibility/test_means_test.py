"""The means-test engine: exact at the threshold, three-valued, on totals; the same as a naive reading of every unit."""

from datetime import date
from fractions import Fraction
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from targeting.eligibility.amounts import amount_of
from targeting.eligibility.means_test import judged, means_test, why
from targeting.errors import Misconfigured
from targeting.specs.policy import PolicyOn, policy_from

LAW = {"title_zh": "法", "title_en": "law", "effective_from": date(2020, 1, 1)}
SOURCED: dict[str, Any] = {"document": "LAW", "article": "art. 1", "status": "sample", "effective_from": date(2020, 1, 1)}
BASIS = [["LAW art. 1"]]


def law(tests: list[dict[str, Any]], *, amount: dict[str, Any] | None = None, **values: Any) -> PolicyOn:
    """A law with one benefit `aid`; each value is a number, or the keys of a dated value."""
    named = {name: value if isinstance(value, dict) else {"value": value} for name, value in values.items()}
    parameters = {name: {"unit": "cents_person_month", "values": [{**SOURCED, **value}]} for name, value in named.items()}
    tested = [{"legal_basis": BASIS, **test} for test in tests]
    aid = {
        "title_zh": "助",
        "title_en": "aid",
        "order": 1,
        "legal_basis": BASIS,
        "tests": tested,
        **({"amount": amount} if amount else {}),
    }
    instruments = {"LAW": LAW, "OLD": {**LAW, "effective_to": date(2025, 12, 31)}}
    files = {"x/law": {"instruments": instruments, "parameters": parameters, "benefits": {"aid": aid}}}
    return policy_from(files, jurisdiction="x", digest="d").on(date(2026, 1, 1))


def answer(tests: list[dict[str, Any]], unit: dict[str, Any], **values: Any) -> dict[str, Any]:
    types = {name: pl.Boolean if name.startswith("is_") else pl.Int64 for name, value in unit.items() if value is None}
    frame = pl.DataFrame([{"unit": "u", "members": 1, **unit}], schema_overrides=types)
    return means_test(frame, key="unit", law=law(tests, **values)).row(0, named=True)


INCOME = {"code": "income", "measure": "income", "operator": "<", "limit": "standard", "per": "head"}
DIFFERENCE = {"method": "difference", "standard": "standard", "per": "head", "less": [{"measure": "income"}]}


def test_the_difference_is_taken_on_totals() -> None:
    # 632 × 3 − 1,894 = 2; by the head, 632 − 631.33 rounded up to 1 and times 3, it would be 3 (DOMAIN §1.4)
    found = answer([INCOME], {"members": 3, "income": 1894}, standard=632, amount=DIFFERENCE)
    assert (found["result"], found["amount_month"]) == ("met", 2)


@pytest.mark.parametrize(
    ("operator", "below", "at", "above"),
    [("<", True, False, False), ("<=", True, True, False), (">", False, False, True), (">=", False, True, True)],
)
def test_each_operator_at_just_under_and_just_over_the_limit(operator: str, below: bool, at: bool, above: bool) -> None:
    # 1.1 × 780.00 = 858.00 exactly, though 1.1 × 78000 is 85800.00000000001 in binary floating point
    test = {**INCOME, "operator": operator, "limit": "line"}
    line = {"of": "standard", "times": 1.1}
    results = [answer([test], {"income": income}, standard=78000, line=line)["result"] for income in (85799, 85800, 85801)]
    assert results == ["met" if passes else "not_met" for passes in (below, at, above)]


def test_a_limit_between_two_cents_is_held_against_the_whole_cents_beside_it() -> None:
    # a third of 100 is 33.33…: 33 is below it, 34 is not
    results = [answer([{**INCOME, "limit": "third"}], {"income": n}, third={"value": 33.34})["result"] for n in (33, 34)]
    assert results == ["met", "not_met"]


@pytest.mark.parametrize(
    ("low", "high", "result"),
    [
        (0, 99, "met"),
        (0, 100, "unknown"),
        (100, 100, "not_met"),
        (100, None, "not_met"),
        (99, None, "unknown"),
        (None, None, "unknown"),
    ],
)
def test_a_measure_known_to_lie_between_two_values_is_decided_where_both_agree(low: int, high: int, result: str) -> None:
    assert answer([INCOME], {"income": low, "income_at_most": high}, standard=100)["result"] == result


def test_an_amount_is_told_only_where_what_counts_is_known() -> None:
    bounded = answer([INCOME], {"members": 2, "income": 0, "income_at_most": 150}, standard=100, amount=DIFFERENCE)
    assert (bounded["result"], bounded["amount_month"], bounded["amount_at_least"]) == ("met", None, 50)


def test_of_alternatives_one_suffices_and_an_unknown_one_leaves_it_open() -> None:
    either = [
        {"code": name, "measure": name, "operator": "<", "limit": "limit", "one_of": "dwelling"} for name in ("shares", "area")
    ]
    results = {
        (shares, area): answer(either, {"shares": shares, "area": area}, limit=2)["result"]
        for shares in (1, 2, None)
        for area in (1, 2, None)
    }
    assert results == {
        (1, 1): "met", (1, 2): "met", (1, None): "met",
        (2, 1): "met", (2, 2): "not_met", (2, None): "unknown",
        (None, 1): "met", (None, 2): "unknown", (None, None): "unknown",
    }  # fmt: skip


def test_of_a_result_not_met_every_failed_test_and_its_change_are_told() -> None:
    tests = [INCOME, {"code": "savings", "measure": "savings", "operator": "<=", "limit": "cap"}]
    found = answer(tests, {"members": 2, "income": 205, "savings": 60}, standard=100, cap=50)
    assert found["failed"] == ["aid.income", "aid.savings"]
    assert {turn["test"]: turn["change"] for turn in found["turns"]} == {"income": -6, "savings": -10}


def test_the_change_told_turns_the_result() -> None:
    found = answer([INCOME], {"members": 2, "income": 205}, standard=100)
    change = int(found["turns"][0]["change"])
    assert answer([INCOME], {"members": 2, "income": 205 + change}, standard=100)["result"] == "met"
    assert answer([INCOME], {"members": 2, "income": 205 + change + 1}, standard=100)["result"] == "not_met"


def test_a_test_whose_law_is_no_longer_in_force_is_not_applied() -> None:
    old = {**INCOME, "legal_basis": [["OLD art. 9"]]}
    flag = {"code": "flag", "measure": "is_poor", "operator": "is", "value": True}
    found = answer([old, flag], {"income": 10**6, "is_poor": True}, standard=100)
    assert (found["result"], found["legal_basis"]) == ("met", "LAW art. 1")


def test_a_test_for_a_class_is_open_only_where_the_class_is_unknown_and_the_test_fails() -> None:
    test = {**INCOME, "if_false": "is_exempt"}
    cases = {(exempt, income): answer([test], {"income": income, "is_exempt": exempt}, standard=100)["result"]
             for exempt in (True, False, None) for income in (50, 150)}  # fmt: skip
    assert cases == {
        (True, 50): "met", (True, 150): "met",
        (False, 50): "met", (False, 150): "not_met",
        (None, 50): "met", (None, 150): "unknown",
    }  # fmt: skip


def test_a_measure_that_is_no_column_is_an_error_that_names_it() -> None:
    with pytest.raises(Misconfigured, match="measures that the units lack: income"):
        judged(pl.DataFrame({"unit": ["u"], "members": [1]}), law=law([INCOME], standard=1))


def test_every_test_says_value_limit_change_and_articles() -> None:
    frame = pl.DataFrame({"unit": ["u"], "members": [3], "income": [250]})
    (row,) = why(frame, key="unit", law=law([INCOME], standard=100)).iter_rows(named=True)
    assert (row["value"], row["limit"], row["turn"], row["legal_basis"]) == (250, 300, 50, "LAW art. 1")


@pytest.mark.parametrize(("income", "cents"), [(0, 600), (299, 600), (300, 400), (599, 400), (600, 0)])
def test_a_tiered_amount_is_that_of_the_first_row_into_which_the_measure_falls(income: int, cents: int) -> None:
    # two heads: below 150 a head 300 each, below 300 a head 200 each, beyond nothing
    table = {"value": [{"below": 150, "cents": 300}, {"below": 300, "cents": 200}]}
    tier = {"method": "tier", "standard": "tiers", "measure": "income", "per": "head"}
    test = {**INCOME, "limit": "line"}
    assert answer([test], {"members": 2, "income": income}, line=1000, tiers=table, amount=tier)["amount_month"] == cents


def test_a_flat_amount_by_size() -> None:
    flat = {"method": "flat", "standard": "sums"}
    found = answer(
        [{**INCOME, "limit": "line"}], {"members": 3, "income": 0}, line=9, sums={"by_size": [10, 15], "further": 4}, amount=flat
    )
    assert found["amount_month"] == 19


MONEY = st.one_of(st.none(), st.integers(-500, 5000))


@settings(max_examples=60, deadline=None)
@given(
    units=st.lists(
        st.tuples(st.integers(1, 9), MONEY, MONEY, MONEY, st.sampled_from([True, False, None])), min_size=1, max_size=12
    ),
    standard=st.integers(1, 900),
    times=st.sampled_from([0.5, 1.1, 1.25, 1.5, 2]),
    operator=st.sampled_from(["<", "<=", ">", ">="]),
)
def test_the_engine_agrees_with_a_naive_reading_of_every_unit(
    units: list[tuple[Any, ...]], standard: int, times: float, operator: str
) -> None:
    tests = [
        {**INCOME, "operator": operator, "limit": "line"},
        {"code": "savings", "measure": "savings", "operator": "<=", "limit": "standard"},
        {"code": "barred", "measure": "is_barred", "operator": "is", "value": False},
    ]
    on = law(tests, standard=standard, line={"of": "standard", "times": times}, amount=DIFFERENCE)
    columns = ("members", "income", "income_at_most", "savings", "is_barred")
    schema = dict.fromkeys(columns, pl.Int64) | {"is_barred": pl.Boolean}
    frame = pl.DataFrame([dict(zip(columns, unit, strict=True)) for unit in units], schema=schema).with_row_index("unit")
    found = means_test(frame, key="unit", law=on).rows(named=True)
    for unit, row in zip(units, found, strict=True):
        expected = naive(*unit, standard=standard, line=Fraction(str(times)) * standard, operator=operator)
        assert (row["result"], row["amount_month"]) == expected


def naive(
    members: int,
    low: int | None,
    high: int | None,
    savings: int | None,
    barred: bool | None,
    *,
    standard: int,
    line: Fraction,
    operator: str,
) -> tuple[str, int | None]:
    """Result and amount of one unit, read off the law word by word."""
    compare = {
        "<": lambda m, lim: m < lim,
        "<=": lambda m, lim: m <= lim,
        ">": lambda m, lim: m > lim,
        ">=": lambda m, lim: m >= lim,
    }[operator]
    limit = line * members
    # an operator of the upper kind is decided by the most for passing and the least for failing, the other the other way round
    best, worst = (high, low) if operator in ("<", "<=") else (low, high)
    if best is not None and compare(best, limit):
        income: bool | None = True
    elif worst is not None and not compare(worst, limit):
        income = False
    else:
        income = None
    answers = [income, None if savings is None else savings <= standard, None if barred is None else not barred]
    if False in answers:
        return "not_met", None
    if None in answers:
        return "unknown", None
    return "met", max(standard * members - low, 0) if low is not None and low == high else None


def test_what_counts_is_rounded_down_to_the_cent() -> None:
    # 55 % of 1.01 is 0.5555: 0.55 counts
    on = law(
        [INCOME], standard=100, share={"value": 0.55}, amount={**DIFFERENCE, "less": [{"measure": "income", "share": "share"}]}
    )
    frame = pl.DataFrame({"members": [1], "income": [101]})
    benefit = on.benefits()[0]
    assert benefit.amount is not None
    assert frame.select(amount_of(benefit.amount, frame, law=on)).item() == 45
