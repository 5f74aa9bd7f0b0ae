"""Single cells read as dates, months, amounts, numbers and shares.

Each reader takes a cell in half width and gives what it holds, the form in which it was written, and the rule it breaks if it is
none. The usual form of a column is the one most of its cells have; other forms are read and recorded as repairs.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from targeting.specs.sources import DateOrder

Value = date | int | float | bool | str


@dataclass(frozen=True, slots=True)
class Cell:
    """What one cell holds: a value in a form, or the rule that it breaks."""

    value: Value | None
    form: str = "usual"
    fault: str | None = None


Reader = Callable[[str], Cell]

_TIME = r"[T ]?(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?"
_DATE = re.compile(rf"(\d{{4}})(-|/|\.|年)(\d{{1,2}})(?:\2|月)(\d{{1,2}})日?(?:{_TIME})?")
_MONTH = re.compile(r"(\d{4})(-|/|\.|年)(\d{1,2})月?份?")
_YEAR_LAST = rf"(\d{{1,2}})([-/.])(\d{{1,2}})\2(\d{{4}})(?:{_TIME})?"
_MONTH_OF_YEAR_LAST = re.compile(r"(\d{1,2})[-/.](\d{4})")
_DATE_FORMS = {"-": "dashes", "/": "slashes", ".": "dots", "年": "年月日"}
# Days from 1899-12-30 as spreadsheets count them; five digits are dates from 1927 to 2064.
_SPREADSHEET_DAY = re.compile(r"[1-5]\d{4}(?:\.0)?")
_SPREADSHEET_EPOCH = date(1899, 12, 30).toordinal()

_AMOUNT = re.compile(
    r"(?:人民币|RMB|CNY)?[¥￥$]?(?P<number>[+-]?[\d,]*\.?\d+(?:E[+-]?\d+)?)(?P<unit>亿元|亿|万元|万|千元|元整|元|圆|块|角|分|RMB|CNY)?",
    re.IGNORECASE,
)
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?")
CENTS = {"亿元": 10**10, "亿": 10**10, "万元": 10**6, "万": 10**6, "千元": 10**5, "元": 100, "角": 10, "分": 1}
_YUAN = ("元整", "元", "圆", "块", "RMB", "CNY")
_NUMBER = re.compile(r"(?P<number>[+-]?[\d,]*\.?\d+(?:E[+-]?\d+)?)(?P<unit>\D*)", re.IGNORECASE)
_NUMBER_UNITS = ("", "㎡", "m2", "m²", "平方米", "平米", "平", "岁", "周岁", "次", "人", "度", "级")
_FRACTION = re.compile(r"(\d+)\s*/\s*(\d+)")
_CHINESE_FRACTION = re.compile(r"([一二两三四五六七八九十\d]+)分之([一二两三四五六七八九十\d]+)")
_CHINESE_DIGITS = {character: value for value, character in enumerate("一二三四五六七八九十", start=1)} | {"两": 2}


def read_date(text: str) -> Cell:
    """A day in one of the forms 2026-01-05, 2026/1/5, 2026.1.5, 2026年1月5日, 20260105; a time of day after it is dropped."""
    if found := _DATE.fullmatch(text):
        return _day(int(found[1]), int(found[3]), int(found[4]), form=_DATE_FORMS[found[2]], fault="not_a_date")
    if re.fullmatch(r"\d{8}(?:\.0)?", text):
        return _day(int(text[:4]), int(text[4:6]), int(text[6:8]), form="digits", fault="not_a_date")
    if _SPREADSHEET_DAY.fullmatch(text):
        return Cell(date.fromordinal(_SPREADSHEET_EPOCH + int(text[:5])), form="spreadsheet_day")
    return Cell(None, fault="not_a_date")


def read_month(text: str) -> Cell:
    """The first day of a month in one of the forms 2026-01, 2026/1, 2026.1, 2026年1月, 202601, or of the month of a full date."""
    if found := _MONTH.fullmatch(text):
        return _day(int(found[1]), int(found[3]), 1, form=_DATE_FORMS[found[2]], fault="not_a_month")
    if re.fullmatch(r"\d{6}(?:\.0)?", text):
        return _day(int(text[:4]), int(text[4:6]), 1, form="digits", fault="not_a_month")
    day = read_date(text)
    if isinstance(day.value, date):
        return Cell(day.value.replace(day=1), form=f"full date, {day.form}")
    return Cell(None, fault="not_a_month")


def date_reader(order: DateOrder) -> Reader:
    """A reader of days that also takes the year last, 31/12/2026 or 12/31/2026, where the file writes them so."""
    if order is DateOrder.YMD:
        return read_date
    written = re.compile(_YEAR_LAST)

    def read(text: str) -> Cell:
        found = written.fullmatch(text)
        if found is None:
            return read_date(text)
        first, second = int(found[1]), int(found[3])
        day, month = (first, second) if order is DateOrder.DMY else (second, first)
        return _day(int(found[4]), month, day, form=f"{order}, {_DATE_FORMS[found[2]]}", fault="not_a_date")

    return read


def month_reader(order: DateOrder) -> Reader:
    """A reader of months that also takes the year last, 12/2026, where the file writes days so."""
    if order is DateOrder.YMD:
        return read_month
    of_day = date_reader(order)

    def read(text: str) -> Cell:
        if found := _MONTH_OF_YEAR_LAST.fullmatch(text):
            return _day(int(found[2]), int(found[1]), 1, form="month, year", fault="not_a_month")
        month, day = read_month(text), of_day(text)
        if month.fault and isinstance(day.value, date):
            return Cell(day.value.replace(day=1), form=f"full date, {day.form}")
        return month

    return read


def _day(year: int, month: int, day: int, *, form: str, fault: str) -> Cell:
    try:
        return Cell(date(year, month, day), form=form)
    except ValueError:
        return Cell(None, fault=fault)


def amount_reader(unit: str) -> Reader:
    """A reader of amounts, in cents; `unit` is that of cells that name none."""

    def read(text: str) -> Cell:
        compact = re.sub(r"\s", "", text)
        found = _AMOUNT.fullmatch(compact)
        number = _decimal(found["number"]) if found else None
        if found is None or number is None:
            return Cell(None, fault="not_an_amount")
        named = (found["unit"] or "").upper()
        factor = CENTS["元"] if named in _YUAN else CENTS[named or unit]
        cents = int((number * factor).quantize(Decimal(1), rounding=ROUND_HALF_UP))
        signs = compact[: found.start("number")], "E" if "e" in compact.lower() else "", "," if "," in compact else "", named
        return Cell(cents, form=" ".join(sign for sign in signs if sign) or "plain")

    return read


def read_number(text: str) -> Cell:
    """A number; a unit of area, age or count after it is dropped."""
    found = _NUMBER.fullmatch(re.sub(r"\s", "", text))
    number = _decimal(found["number"]) if found else None
    if found is None or number is None:
        return Cell(None, fault="not_a_number")
    unit = found["unit"]
    if unit in _NUMBER_UNITS:
        return Cell(float(number), form=f"with {unit}" if unit else "plain")
    # 元 behind a floor area is a known slip of keyed registers; any other word could change the number.
    return Cell(float(number), form="with 元") if unit == "元" else Cell(None, fault="not_a_number")


def int_reader(named: Reader | None) -> Reader:
    """A reader of whole numbers; `named` reads declared words for some of them."""

    def read(text: str) -> Cell:
        word = named(text) if named is not None else Cell(None)
        if word.value is not None:
            return word
        number = read_number(text)
        if isinstance(number.value, float) and number.value.is_integer():
            return Cell(int(number.value), form=number.form)
        return Cell(None, fault="not_a_whole_number")

    return read


def read_share(text: str) -> Cell:
    """A share between 0 and 1 in one of the forms 1/2, 50%, 0.5, 二分之一; a number above 1 is taken for percent."""
    compact = re.sub(r"\s", "", text).replace("\u2044", "/")
    if found := _FRACTION.fullmatch(compact):
        return _share(Decimal(found[1]), Decimal(found[2]), form="fraction")
    if found := _CHINESE_FRACTION.fullmatch(compact):
        return _share(_chinese(found[2]), _chinese(found[1]), form="words")
    number = _decimal(compact.removesuffix("%"))
    if number is None:
        return Cell(None, fault="not_a_share")
    percent = compact.endswith("%") or number > 1
    return _share(number, Decimal(100 if percent else 1), form="percent" if percent else "decimal")


def _share(part: Decimal | None, whole: Decimal | None, *, form: str) -> Cell:
    if part is None or not whole:
        return Cell(None, fault="not_a_share")
    return Cell(round(float(part / whole), 6), form=form)


def _chinese(words: str) -> Decimal | None:
    if words.isdecimal():
        return Decimal(words)
    value = _CHINESE_DIGITS.get(words)
    if value is None and len(words) == 2 and words[0] == "十":
        value = 10 + _CHINESE_DIGITS[words[1]]
    return None if value is None else Decimal(value)


def _decimal(text: str) -> Decimal | None:
    if "," in text and not _GROUPED.fullmatch(text):
        return None
    try:
        number = Decimal(text.replace(",", ""))
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number) < Decimal("1e15") else None
