"""Typed form of dated parameters and reference series, in every shape that the law writes them in.

A value is given (a number, words, a table), or follows from another parameter or a reference series: so many times, months or
years of it, capped or not; or stands in a table by the size of the unit, each further person adding so much. Amounts are exact
fractions: 1.1 times 780 yuan is 858 yuan, so that "below" decides at the cent.
"""

from datetime import date
from fractions import Fraction
from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import Field, StrictFloat, StrictInt, model_validator

from targeting.specs.dated import Dated
from targeting.specs.declared import Declared

Scalar = bool | int | float | str
Value = Scalar | tuple[str, ...] | tuple[dict[str, Scalar], ...]
Number = StrictInt | StrictFloat
Year = Annotated[int, Field(ge=1900)] | Literal["same", "last"]

NAME = r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$"
MONTHS_A_YEAR = 12


class Sourced(Declared):
    """Something that a document sets: where, how firm, and who confirmed it."""

    document: str
    article: str
    status: Literal["sample", "draft", "in_force"]
    by: str = ""
    note: str = ""

    @property
    def source(self) -> str:
        """Document and article."""
        return f"{self.document} {self.article}"

    @model_validator(mode="after")
    def _somebody_confirmed_what_is_in_force(self) -> Self:
        if self.status == "in_force" and not self.by:
            raise ValueError('status "in_force" needs `by`: who confirmed the value against the document')
        return self


class DatedValue(Dated, Sourced):
    """One value of a parameter, given or to be worked out, with the document and article that set it."""

    value: Value | None = None
    of: str | None = None
    series: str | None = None
    place: str | None = None
    year: Year = "last"
    times: Number | Annotated[str, Field(pattern=NAME)] | None = None
    months: Number | None = None
    years: Number | None = None
    by_size: tuple[Number, ...] = ()
    further: Number | None = None
    a_month: bool = False
    at_most: str | None = None
    at_least: str | None = None

    @property
    def follows_from(self) -> tuple[str, ...]:
        """The parameters that it is worked out from."""
        times = self.times if isinstance(self.times, str) else None
        return tuple(name for name in (self.of, times, self.at_most, self.at_least) if name is not None)

    @property
    def is_given(self) -> bool:
        """It stands in the declaration as it is, with nothing to work out."""
        return self.value is not None

    @model_validator(mode="after")
    def _has_one_shape(self) -> Self:
        shapes = [self.value is not None, self.of is not None, self.series is not None]
        if sum(shapes) > 1 or (not any(shapes) and not self.by_size) or (self.is_given and self.by_size):
            raise ValueError("give one of value, of (another parameter), series, or a table by_size alone or with of or series")
        factors = [name for name in ("times", "months", "years") if getattr(self, name) is not None]
        if len(factors) + bool(self.by_size) > 1:
            raise ValueError("give one of times, months, years, by_size")
        if factors and not any(shapes[1:]):
            raise ValueError(f"{factors[0]} needs what it multiplies: of or series")
        if self.further is not None and not self.by_size:
            raise ValueError("further (each further person) needs by_size")
        if self.is_given and (self.at_most or self.at_least):
            raise ValueError("at_most and at_least bound what is worked out; a given value needs none")
        return self


class Parameter(Declared):
    """A number, list or table that the law or the locality sets, by date; `floor` names the value it may not undercut."""

    name: Annotated[str, Field(pattern=NAME)]
    unit: str
    note: str = ""
    floor: str | None = None
    ceiling: str | None = None
    values: Annotated[tuple[DatedValue, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _one_value_a_day(self) -> Self:
        ordered = sorted(self.values, key=lambda value: value.effective_from)
        for earlier, later in pairwise(ordered):
            if earlier.effective_to is None or earlier.effective_to >= later.effective_from:
                raise ValueError(f"two values are in force on {later.effective_from}: end the earlier one the day before")
        return self

    def on(self, day: date) -> DatedValue | None:
        """The value in force on the date, if there is one."""
        return next((dated for dated in self.values if dated.in_force(day)), None)


class Point(Sourced):
    """The value of a reference series at one place for one year."""

    place: str
    year: int
    value: Number


class Series(Declared):
    """A published figure by place and year: disposable income, consumption, minimum wage, housing area."""

    name: Annotated[str, Field(pattern=NAME)]
    unit: str
    note: str = ""
    points: Annotated[tuple[Point, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _one_point_a_place_and_year(self) -> Self:
        told = [(point.place, point.year) for point in self.points]
        twice = sorted({f"{place} {year}" for place, year in told if told.count((place, year)) > 1})
        if twice:
            raise ValueError(f"two values for {', '.join(twice)}")
        return self

    def at(self, place: str, year: int) -> Point | None:
        """The value of the place for the year, if there is one."""
        return next((point for point in self.points if (point.place, point.year) == (place, year)), None)


def exact(number: float) -> Fraction:
    """The number as written, without what binary floating point adds.

    >>> exact(1.1) * 78000
    Fraction(85800, 1)
    """
    return Fraction(str(number))


def of_size(dated: DatedValue, size: int) -> Fraction | None:
    """The entry of the table for a unit of that size, each further person added; none where the table ends before it.

    >>> table = DatedValue(by_size=(994, 1491), document="L", article="1", status="sample", effective_from=date(2026, 1, 1))
    >>> of_size(table, 2), of_size(table, 3)
    (Fraction(1491, 1), None)
    """
    last = len(dated.by_size)
    if 1 <= size <= last:
        return exact(dated.by_size[size - 1])
    if size < 1 or dated.further is None:
        return None
    return exact(dated.by_size[-1]) + exact(dated.further) * (size - last)


def multiplier(dated: DatedValue, unit: str, named: Fraction | None = None) -> Fraction:
    """How many times the thing referred to (of that unit) the value is; a year of a monthly amount is twelve of it.

    `named` is the value of the parameter that `times` names, if it names one.

    >>> two_years = DatedValue(of="s", years=2, document="L", article="1", status="sample", effective_from=date(2026, 1, 1))
    >>> multiplier(two_years, "cents_person_month"), multiplier(two_years, "cents_person_year")
    (Fraction(24, 1), Fraction(2, 1))
    """
    told = [number for number in (dated.times, dated.months, dated.years) if isinstance(number, int | float)]
    factor = named if named is not None else exact(told[0] if told else 1)
    if dated.years is not None and unit.endswith("_month"):
        factor *= MONTHS_A_YEAR
    return factor / MONTHS_A_YEAR if dated.a_month else factor
