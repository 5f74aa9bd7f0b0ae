"""Workbooks (xlsx, xlsm, xlsb, xls, ods): the sheet that holds a register, as rows of text.

A number cell of more than fifteen digits has lost its last digits, and is written so that it shows; a text cell has not. A cell
whose formula failed reads as #VALUE!, which is one of the declared words for nothing. Days come as 2026-10-31.
"""

from dataclasses import dataclass

import fastexcel
import polars as pl

from targeting.errors import InvalidInput
from targeting.registers.typed_cells import CERTAIN_DIGITS, of_float

# What workbooks begin with: a zip archive, or the older container, in which protected workbooks come too.
SIGNATURES = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
_FAILED_FORMULA = "#VALUE!"
_LONG_NUMBER = rf"^-?[0-9]{{{CERTAIN_DIGITS + 1},}}$"
_MIDNIGHT = " 00:00:00"


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its name and its rows as text in c0, c1 …, title and header rows among them; null where a cell is empty."""

    name: str
    rows: pl.DataFrame


def read_sheets(content: bytes, *, label: str, wanted: str | int | None) -> list[Sheet]:
    """The wanted sheet, by name or by number from 1, or all that hold anything.

    Raises:
        InvalidInput: the file is no workbook that can be read, is protected, or has no such sheet.
    """
    try:
        book = fastexcel.read_excel(content)
    except fastexcel.FastExcelError as fault:
        protected = content.startswith(SIGNATURES[1])
        hint = " It may be protected by a password: remove it." if protected else ""
        raise InvalidInput(
            f"{label} is a spreadsheet or an archive that cannot be read.{hint} Save it as .xlsx, or as CSV (UTF-8)."
        ) from fault
    names = book.sheet_names
    if isinstance(wanted, int):
        chosen = names[wanted - 1 : wanted] if wanted > 0 else []
    else:
        chosen = [name for name in names if wanted is None or name.strip() == wanted.strip()]
    if not chosen:
        raise InvalidInput(f"{label} has no sheet {wanted}; it has {', '.join(names)}. Correct sheet in the sources file.")
    sheets = [Sheet(name, _rows(book, name, label=label)) for name in chosen]
    return [sheet for sheet in sheets if len(sheet.rows)]


def _rows(book: fastexcel.ExcelReader, name: str, *, label: str) -> pl.DataFrame:
    try:
        batch, errors = book.load_sheet(name, header_row=None, dtypes="string").to_arrow_with_errors()
        found = pl.DataFrame(batch)
        rows = found.rename({old: f"c{place}" for place, old in enumerate(found.columns)})
        for error in errors.errors if errors else ():
            row, column = error.offset_position
            rows[row, column] = _FAILED_FORMULA
        rows = rows.with_columns(pl.all().str.strip_suffix(_MIDNIGHT))
        long = [place for place, cells in enumerate(rows) if cells.str.contains(_LONG_NUMBER).any()]
        if not long:
            return rows
        # A text reads as no truth value, a number does.
        numeric = pl.DataFrame(book.load_sheet(name, header_row=None, dtypes="boolean", use_columns=long).to_arrow())
    except (fastexcel.FastExcelError, pl.exceptions.PolarsError) as fault:
        raise InvalidInput(f"{label}: sheet {name} cannot be read. Save it again as .xlsx, or as CSV (UTF-8).") from fault
    return rows.with_columns(
        _without_lost_digits(rows[f"c{place}"], numeric[:, order].is_not_null()) for order, place in enumerate(long)
    )


def _without_lost_digits(cells: pl.Series, numeric: pl.Series) -> pl.Series:
    """The cells, number cells of more digits than a number keeps as a spreadsheet shows them."""
    lost = cells.str.contains(_LONG_NUMBER).fill_null(value=False) & numeric
    shown = [of_float(float(text)) if was_lost else text for text, was_lost in zip(cells, lost, strict=True)]
    return pl.Series(cells.name, shown, dtype=pl.String)
