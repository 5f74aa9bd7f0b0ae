"""Cells that come with a type (Parquet, workbooks, databases) as they would stand in a text file.

A number of more than fifteen digits that was kept as a floating-point number has lost its last digits, whatever is printed of it:
it is written as a spreadsheet shows it (1.39921198901273E+17), so that it is never taken for a whole one.
"""

from datetime import date, datetime
from decimal import Decimal

import polars as pl

# Digits that a floating-point number keeps for certain; spreadsheets keep no more.
CERTAIN_DIGITS = 15
_MIDNIGHT = " 00:00:00"


def as_text(cells: pl.Series) -> pl.Series:
    """A typed column as text; days and whole numbers without a time or a decimal point, null as empty."""
    if isinstance(cells.dtype, pl.Datetime):
        cells = cells.dt.strftime("%Y-%m-%d %H:%M:%S").str.strip_suffix(_MIDNIGHT)
    elif isinstance(cells.dtype, pl.Boolean):
        cells = cells.replace_strict({True: "true", False: "false"}, return_dtype=pl.String)
    elif cells.dtype.is_float():
        cells = cells.map_elements(of_float, return_dtype=pl.String) if _beyond_certainty(cells) else _short(cells)
    elif isinstance(cells.dtype, pl.Binary):
        cells = cells.map_elements(_of_bytes, return_dtype=pl.String)
    elif cells.dtype.is_nested():
        cells = pl.Series(cells.name, [None if value is None else str(value) for value in cells.to_list()], dtype=pl.String)
    return cells.cast(pl.String).fill_null("")


def _short(cells: pl.Series) -> pl.Series:
    return cells.cast(pl.String).str.strip_suffix(".0")


def _beyond_certainty(cells: pl.Series) -> bool:
    return bool((cells.abs() >= 10**CERTAIN_DIGITS).any())


def of_float(number: float) -> str:
    """The text of one floating-point number.

    >>> of_float(12.5), of_float(20261031.0), of_float(139921198901273503.0)
    ('12.5', '20261031', '1.39921198901274E+17')
    """
    if abs(number) >= 10**CERTAIN_DIGITS:
        return f"{number:.{CERTAIN_DIGITS - 1}E}"
    return repr(number).removesuffix(".0")


def of_value(value: object) -> str:
    """The text of one value that a database gave."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return of_float(value)
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S}".removesuffix(_MIDNIGHT)
    if isinstance(value, date):
        return value.isoformat()
    return _of_bytes(bytes(value)) if isinstance(value, bytes | memoryview | bytearray) else str(value)


def _of_bytes(value: bytes) -> str:
    """Text kept as bytes; what is neither UTF-8 nor GB 18030 keeps its length only."""
    for encoding in ("utf-8", "gb18030"):
        try:
            return value.decode(encoding)
        except UnicodeDecodeError:
            continue
    return "\ufffd" * len(value)
