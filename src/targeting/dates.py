"""Months, workdays and the only place that reads the wall clock.

In frames a month is a `pl.Date` on its first day; in code it is a `Month`. Income is what was earned *in* a month.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import overload


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A calendar month.

    >>> Month(2026, 1) - 2
    Month(year=2025, month=11)
    >>> Month(2026, 3) - Month(2025, 12)
    3
    """

    year: int
    month: int

    @classmethod
    def of(cls, day: date) -> Month:
        """The month in which `day` lies."""
        return cls(day.year, day.month)

    @classmethod
    def parse(cls, text: str) -> Month:
        """The month written `YYYY-MM`."""
        year, month = text.split("-")
        return cls.of(date(int(year), int(month), 1))

    @property
    def first_day(self) -> date:
        """The first day of the month."""
        return date(self.year, self.month, 1)

    @property
    def last_day(self) -> date:
        """The last day of the month."""
        return (self + 1).first_day - timedelta(days=1)

    def __add__(self, months: int) -> Month:
        index = self.year * 12 + self.month - 1 + months
        return Month(index // 12, index % 12 + 1)

    @overload
    def __sub__(self, other: int) -> Month: ...
    @overload
    def __sub__(self, other: Month) -> int: ...
    def __sub__(self, other: Month | int) -> Month | int:
        if isinstance(other, int):
            return self + -other
        return (self.year - other.year) * 12 + self.month - other.month

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"


def full_years(born: date, on: date) -> int:
    """Full years of age on a date.

    >>> full_years(date(2008, 10, 31), date(2026, 10, 30))
    17
    """
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def add_workdays(start: date, days: int, *, holidays: Collection[date] = (), workdays: Collection[date] = ()) -> date:
    """The date `days` workdays after `start`; `workdays` are weekend days that are worked by decree.

    >>> add_workdays(date(2026, 10, 30), 1)
    datetime.date(2026, 11, 2)
    """
    day, left = start, days
    while left > 0:
        day += timedelta(days=1)
        if day in workdays or (day.weekday() < 5 and day not in holidays):
            left -= 1
    return day


def today() -> date:
    """The date of today; the only reading of the calendar in the project."""
    return now().date()


def now() -> datetime:
    """The instant of now in UTC; the only reading of the wall clock in the project."""
    return datetime.now(UTC)
