"""Real-estate unit number (不动产单元号): its parts (GB/T 37346-2019).

28 places: county 6, cadastral zone 3, sub-zone 3, parcel type 2, parcel 5, fixture type 1, fixture 8.
"""

import re
from dataclasses import dataclass

import polars as pl

# Parcel type: ownership (state G, collective J, disputed Z) and use; fixture: F building, L forest, Q other, W none.
FORM = r"^[0-9]{6}[0-9]{3}[0-9]{3}[GJZ][A-Z][0-9]{5}[FLQW][0-9]{8}$"


@dataclass(frozen=True, slots=True)
class UnitNumber:
    """The parts of a real-estate unit number."""

    county: str
    zone: str
    subzone: str
    parcel_type: str
    parcel: str
    fixture_type: str
    fixture: str


def parse(number: str) -> UnitNumber | None:
    """The parts of a unit number; None where it has not the form of one.

    >>> parse("139921009042JC27412F00105233").parcel_type
    'JC'
    """
    if re.fullmatch(FORM, number) is None:
        return None
    return UnitNumber(number[:6], number[6:9], number[9:12], number[12:14], number[14:19], number[19], number[20:])


def valid(numbers: pl.Series) -> pl.Series:
    """True where a cleaned number (upper case, no spaces) has the form of a unit number."""
    return numbers.str.contains(FORM).fill_null(value=False)
