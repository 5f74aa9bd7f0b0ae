"""Disability certificate number (残疾人证号): the resident ID inside it, category and grade.

20 places: resident ID 18, category 1 (1 sight … 7 multiple), grade 1 (1 gravest … 4). A reissue may add `B` and its count.
Certificates on an old number have 15 + 2 places. The number keeps the ID of the day of issue.
"""

import re
from dataclasses import dataclass

import polars as pl

_FORM = r"^([0-9]{17}[0-9X]|[0-9]{15})([1-7])([1-4])(B[0-9]+)?$"


@dataclass(frozen=True, slots=True)
class Certificate:
    """The parts of a certificate number; `resident_id` has 18 or, on an old number, 15 places."""

    resident_id: str
    category: int
    grade: int
    reissue: int


def parse(number: str) -> Certificate | None:
    """The parts of a certificate number; None where it has not the form of one.

    >>> parse("11010519491231002X42B1")
    Certificate(resident_id='11010519491231002X', category=4, grade=2, reissue=1)
    """
    found = re.fullmatch(_FORM, number)
    if found is None:
        return None
    resident_id, category, grade, reissue = found.groups()
    return Certificate(resident_id, int(category), int(grade), int(reissue[1:]) if reissue else 0)


def valid(numbers: pl.Series) -> pl.Series:
    """True where a cleaned number (upper case, no spaces) has the form of a certificate number."""
    return numbers.str.contains(_FORM).fill_null(value=False)


def resident_ids(numbers: pl.Series) -> pl.Series:
    """The resident IDs inside cleaned certificate numbers; a number of another form is given as it is."""
    return pl.select(pl.coalesce(numbers.str.extract(_FORM, 1), numbers)).to_series()
