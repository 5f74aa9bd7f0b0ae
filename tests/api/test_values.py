"""Amounts, dates and forms as people write and read them."""

import doctest
from datetime import UTC, date, datetime

import pytest
from starlette.datastructures import FormData
from targeting_api import fields, formats
from targeting_api.fields import Fields, yuan_to_cents
from targeting_api.filters import filters_of, looks_like_identity
from targeting_api.pages.facts_table import value_told
from targeting_api.texts import texts

from targeting.cases.codes import Finding
from targeting.errors import InvalidInput

TODAY = date(2026, 11, 2)


@pytest.mark.parametrize("module", [formats, fields])
def test_examples_in_the_docstrings_hold(module: object) -> None:
    assert doctest.testmod(module).failed == 0  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("typed", "cents"), [("780", 78000), ("780.5", 78050), ("1,234.56", 123456), ("", 0), (" 12，000 ", 1200000)]
)
def test_yuan_as_typed_become_cents(typed: str, cents: int) -> None:
    assert yuan_to_cents(typed) == cents


@pytest.mark.parametrize("typed", ["-1", "1.234", "NaN", "1e40", "abc", "inf"])
def test_what_is_no_amount_of_money_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="not an amount"):
        yuan_to_cents(typed)


@pytest.mark.parametrize(
    ("deadline", "band", "words"),
    [
        (date(2026, 11, 1), "late", "1 d late"),
        (date(2026, 11, 2), "soon", "today"),
        (date(2026, 11, 5), "soon", "3 d left"),
        (date(2026, 11, 6), "week", "4 d left"),
        (date(2026, 11, 10), "later", "8 d left"),
        (None, "none", "no deadline"),
    ],
)
def test_a_deadline_tag_says_days_left_or_late(deadline: date | None, band: str, words: str) -> None:
    assert formats.time_left(deadline, TODAY, texts("en")) == (words, band)


def test_an_instant_is_shown_as_the_day_in_china() -> None:
    assert formats.moment(datetime(2026, 10, 30, 23, 5, tzinfo=UTC)) == "2026-10-31 07:05"


def test_all_faults_of_a_form_are_raised_together() -> None:
    form = Fields(FormData([("on", "31.10.2026"), ("finding", "guilty")]))
    form.day("on")
    form.code("finding", Finding)
    form.text("reason")
    with pytest.raises(InvalidInput) as caught:
        form.checked()
    assert [fault.split(":")[0] for fault in caught.value.faults] == ["on", "finding", "reason"]


@pytest.mark.parametrize("text", ["139921196804120015", "13992119680412001x", " 139921 19680412 0015", "139921680412001"])
def test_what_may_be_an_id_number_is_recognised(text: str) -> None:
    assert looks_like_identity(text)


@pytest.mark.parametrize("text", ["王建国", "C2026-000012", "D139921202200000450", ""])
def test_names_and_case_numbers_are_no_id_numbers(text: str) -> None:
    assert not looks_like_identity(text)


def test_an_id_number_in_a_filter_is_refused_and_not_repeated() -> None:
    with pytest.raises(InvalidInput) as caught:
        filters_of({"text": "139921196804120015"})
    assert "139921" not in str(caught.value)


def test_a_filter_with_an_unknown_value_is_not_silently_ignored() -> None:
    with pytest.raises(InvalidInput, match="direction: expected one of over, missing"):
        filters_of({"direction": "both"})


def test_an_amount_left_blank_is_a_fault_and_not_nothing() -> None:
    fields = Fields(FormData([("paid-2026-10", " "), ("due-2026-10", "0")]))
    assert fields.cents("due-2026-10") == 0
    assert not fields.faults
    fields.cents("paid-2026-10")
    assert fields.faults == ["paid-2026-10: expected an amount in yuan; write 0 if it was nothing."]


def test_a_unit_is_told_with_value_interval_source_and_lag_in_thousands_of_yuan() -> None:
    detail = {
        "value_cents": 80_638_805, "value_low_cents": 65_934_786, "value_high_cents": 98_621_946,
        "value_source": "last_price", "value_month": "2026-09-01", "value_lag_months": 1,
    }  # fmt: skip
    (said,) = value_told(detail, texts("en"))
    assert said == (
        "Value of the whole unit on the date: 806,000 yuan, 95 % within 659,000 to 986,000; its last price, moved by the "
        "street's index; sales until 2026-09, 1 month(s) before"
    )
    assert value_told(detail, texts("zh"))[0].startswith(
        "当日估值（整套）806,000元，95%区间659,000至986,000元；最近成交价按本街道"
    )
    assert value_told({"value_cents": None}, texts("zh")) == ()
