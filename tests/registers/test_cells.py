from datetime import date

import pytest

from targeting.registers.cells import (
    amount_reader,
    date_reader,
    int_reader,
    month_reader,
    read_date,
    read_month,
    read_number,
    read_share,
)
from targeting.registers.codes import code_reader
from targeting.specs.sources import DateOrder

DAY = date(2026, 1, 5)


@pytest.mark.parametrize(
    "text",
    ["2026-01-05", "2026-1-5", "2026/1/5", "2026/01/05", "2026.1.5", "2026年1月5日", "2026年01月05日", "20260105", "20260105.0",
     "2026-01-05 00:00:00", "2026-01-05T00:00:00.000", "46027"],
)  # fmt: skip
def test_a_day_is_read_in_every_form_in_use(text: str) -> None:
    assert read_date(text).value == DAY


@pytest.mark.parametrize(
    "text",
    [
        "2026-02-30",
        "2026-13-01",
        "0000-00-00",
        "20261301",
        "2026-01/05",
        "26-1-5",
        "5/1/2026",
        "2026-01-05 25:45:00",
        "昨天",
        "2026",
        "1",
    ],
)
def test_what_is_no_day_of_the_calendar_is_not_read(text: str) -> None:
    cell = read_date(text)
    assert (cell.value, cell.fault) == (None, "not_a_date")


@pytest.mark.parametrize("text", ["2026-01", "2026/1", "2026.1", "2026年1月", "2026年01月份", "202601", "2026-01-05", "20260105"])
def test_a_month_is_its_first_day(text: str) -> None:
    assert read_month(text).value == date(2026, 1, 1)


@pytest.mark.parametrize("text", ["2026-13", "000000", "0000-00", "2026", "1月"])
def test_what_is_no_month_is_not_read(text: str) -> None:
    assert read_month(text).fault == "not_a_month"


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("1000", 100_000),
        ("1000.5", 100_050),
        ("310.235", 31_024),  # a half cent is rounded up
        ("￥1,000,800.00", 100_080_000),
        ("¥6200", 620_000),
        ("1000元", 100_000),
        ("1000元整", 100_000),
        ("人民币1000元", 100_000),
        ("48.48万", 48_480_000),
        ("48.48万元", 48_480_000),
        ("0.5亿元", 5_000_000_000),
        ("1.0822e+06元", 108_220_000),
        ("1 000", 100_000),
        ("0", 0),
        ("-9999", -999_900),
    ],
)
def test_an_amount_is_read_in_cents(text: str, cents: int) -> None:
    assert amount_reader("元")(text).value == cents


def test_a_unit_in_the_cell_wins_over_the_columns() -> None:
    assert amount_reader("万元")("5").value == 5_000_000
    assert amount_reader("万元")("5万").value == 5_000_000
    assert amount_reader("万元")("50000元").value == 5_000_000


@pytest.mark.parametrize("text", ["1,00", "1,0000", "12,34.5", "一千", "1000美元", "NaN", "1e400", "--", "元", "1.2.3"])
def test_what_is_no_amount_is_not_read(text: str) -> None:
    assert amount_reader("元")(text).fault == "not_an_amount"


@pytest.mark.parametrize(
    ("text", "number"), [("83.56", 83.56), ("83.56元", 83.56), ("83.56㎡", 83.56), ("83.56平方米", 83.56), ("1,083.5", 1083.5)]
)
def test_a_number_is_read_without_its_unit(text: str, number: float) -> None:
    assert read_number(text).value == number


@pytest.mark.parametrize("text", ["83.56万", "约80", "80-90", "", "八十"])
def test_a_number_with_a_word_that_could_change_it_is_not_read(text: str) -> None:
    assert read_number(text).fault == "not_a_number"


def test_a_whole_number_may_be_a_declared_word() -> None:
    read = int_reader(code_reader({"一级": 1}, other_sense=()))
    assert [read(text).value for text in ("一级", "1", "1.0", "75岁")] == [1, 1, 1, 75]
    assert read("1.5").fault == read("五级").fault == "not_a_whole_number"


@pytest.mark.parametrize(
    ("text", "share"),
    [("1/2", 0.5), ("50%", 0.5), ("0.5", 0.5), ("16.67%", 0.1667), ("1/6", 0.166667), ("二分之一", 0.5), ("十二分之一", 0.083333),
     ("100%", 1.0), ("1", 1.0), ("50", 0.5), ("1 / 2", 0.5), ("1⁄2", 0.5)],
)  # fmt: skip
def test_a_share_is_read_between_0_and_1(text: str, share: float) -> None:
    assert read_share(text).value == share


@pytest.mark.parametrize("text", ["1/0", "半", "共有", "零分之一", "1/2/3"])
def test_what_is_no_share_is_not_read(text: str) -> None:
    assert read_share(text).fault == "not_a_share"


@pytest.mark.parametrize(
    ("order", "text", "day"),
    [
        ("dmy", "31/12/2026", date(2026, 12, 31)),
        ("dmy", "03-04-2026", date(2026, 4, 3)),
        ("mdy", "03-04-2026", date(2026, 3, 4)),
        ("mdy", "12.31.2026 08:30", date(2026, 12, 31)),
        ("mdy", "31/12/2026", None),
        ("dmy", "2026-12-31", date(2026, 12, 31)),
        ("ymd", "31/12/2026", None),
    ],
)
def test_days_with_the_year_last_are_read_where_the_source_says_so(order, text, day) -> None:
    assert date_reader(DateOrder(order))(text).value == day
    assert month_reader(DateOrder(order))(text).value == (day and day.replace(day=1))


def test_months_with_the_year_last() -> None:
    assert month_reader(DateOrder.DMY)("12/2026").value == date(2026, 12, 1)
    assert month_reader(DateOrder.DMY)("13/2026").fault == "not_a_month"
    assert month_reader(DateOrder.YMD)("12/2026").fault == "not_a_month"
