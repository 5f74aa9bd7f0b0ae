"""Workbooks (xlsx, xlsm): the sheet that holds a register, as rows of text.

A number cell of more than fifteen digits has lost its last digits, and is written so that it shows; a text cell has not. A cell
whose formula failed reads as #VALUE!, which is one of the declared words for nothing. Days come as 2026-10-31.
"""

from dataclasses import dataclass

import fastexcel
import polars as pl

from targeting.errors import InvalidInput
from targeting.registers.sheet_size import MOST_CELLS, reach
from targeting.registers.typed_cells import CERTAIN_DIGITS, of_float

# What workbooks begin with: a zip archive, or the older container, in which protected workbooks come too; reading a damaged one
# of the older kind takes memory without end.
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
    if content.startswith(SIGNATURES[1]):
        raise InvalidInput(
            f"{label} is a workbook of the older kind (.xls), or protected by a password. "
            "Remove the password and save it as .xlsx, or as CSV (UTF-8)."
        )
    try:
        _refuse_endless(content, label)
        book = fastexcel.read_excel(content)
    except (fastexcel.FastExcelError, ValueError) as fault:
        raise InvalidInput(
            f"{label} is a spreadsheet or an archive that cannot be read. Save it as .xlsx, or as CSV (UTF-8)."
        ) from fault
    names = book.sheet_names
    if isinstance(wanted, int):
        chosen = names[wanted - 1 : wanted] if wanted > 0 else []
    else:
        chosen = [name for name in names if wanted is None or name.strip() == wanted.strip()]
    if not names:
        raise InvalidInput(f"{label} holds no sheet. Save it again as .xlsx, or as CSV (UTF-8).")
    if not chosen:
        raise InvalidInput(f"{label} has no sheet {wanted}; it has {', '.join(names)}. Correct sheet in the sources file.")
    sheets = [Sheet(name, _rows(book, name, label=label)) for name in chosen]
    return [sheet for sheet in sheets if len(sheet.rows)]


def _refuse_endless(content: bytes, label: str) -> None:
    """Nothing, where the sheets have room in memory."""
    rows, columns = reach(content)
    if rows * columns > MOST_CELLS:
        raise InvalidInput(
            f"{label} has a sheet that reaches to row {rows:,} and column {columns:,}. "
            "Delete the rows and columns beyond the data, save it again, or export it as CSV (UTF-8)."
        )


def _rows(book: fastexcel.ExcelReader, name: str, *, label: str) -> pl.DataFrame:
    try:
        batch, errors = book.load_sheet(name, header_row=None, dtypes="string").to_arrow_with_errors()
        found = pl.DataFrame(batch)
        rows = found.rename({old: f"c{place}" for place, old in enumerate(found.columns)})
        rows = _with_failed_formulas(rows, [error.offset_position for error in errors.errors] if errors else [])
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


def _with_failed_formulas(rows: pl.DataFrame, cells: list[tuple[int, int]]) -> pl.DataFrame:
    """The rows with a word in the cells (row, column) that hold an error instead of a value."""
    for column in sorted({column for _, column in cells}):
        failed = pl.int_range(pl.len()).is_in([row for row, of in cells if of == column])
        rows = rows.with_columns(pl.when(failed).then(pl.lit(_FAILED_FORMULA)).otherwise(f"c{column}").alias(f"c{column}"))
    return rows


def _without_lost_digits(cells: pl.Series, numeric: pl.Series) -> pl.Series:
    """The cells, number cells of more digits than a number keeps as a spreadsheet shows them."""
    lost = cells.str.contains(_LONG_NUMBER).fill_null(value=False) & numeric
    shown = [of_float(float(text)) if was_lost else text for text, was_lost in zip(cells, lost, strict=True)]
    return pl.Series(cells.name, shown, dtype=pl.String)
