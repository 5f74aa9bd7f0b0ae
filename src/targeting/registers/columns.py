"""A column of text read as its declared type: values, and a note for every cell that was not taken as it stood.

Typed cells are read once a distinct text, so that a million rows cost little more than their distinct dates and amounts; texts,
numbers of persons and names are read as whole columns (`texts`).
"""

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal

import polars as pl

from targeting.identifiers.characters import plain
from targeting.registers.cells import (
    CENTS,
    Cell,
    Reader,
    Value,
    amount_reader,
    date_reader,
    int_reader,
    month_reader,
    read_number,
    read_share,
)
from targeting.registers.codes import code_reader, folded_word
from targeting.registers.texts import REFUSED, SET_ASIDE, ReadColumn, read_names, read_resident_ids, read_text, read_tokens
from targeting.specs.registers import ColumnSpec, ColumnType
from targeting.specs.sources import DateOrder
from targeting.specs.values import Values

DTYPES: dict[ColumnType, type[pl.DataType]] = {
    ColumnType.TEXT: pl.String,
    ColumnType.TOKEN: pl.String,
    ColumnType.CODE: pl.String,
    ColumnType.DATE: pl.Date,
    ColumnType.MONTH: pl.Date,
    ColumnType.MONEY: pl.Int64,
    ColumnType.INT: pl.Int64,
    ColumnType.NUMBER: pl.Float64,
    ColumnType.YESNO: pl.Boolean,
    ColumnType.SHARE: pl.Float64,
    ColumnType.RESIDENT_ID: pl.String,
    ColumnType.NAME: pl.String,
}
_OTHER_FORM = {
    ColumnType.DATE: ("other_date_form", "read_as_date"),
    ColumnType.MONTH: ("other_month_form", "read_as_month"),
    ColumnType.MONEY: ("other_amount_form", "read_as_cents"),
    ColumnType.NUMBER: ("other_number_form", "read_as_number"),
    ColumnType.CODE: ("longer_wording", "read_as_code"),
    ColumnType.INT: ("other_number_form", "read_as_number"),
}


def read_column(
    texts: pl.Series, column: ColumnSpec, *, unit: str | None, values: Values, date_order: DateOrder = DateOrder.YMD
) -> ReadColumn:
    """The texts of one column as its declared type; null and empty texts are blank."""
    if column.type is ColumnType.TEXT:
        return read_text(texts, values)
    if column.type is ColumnType.TOKEN:
        return read_tokens(texts, column, values)
    if column.type is ColumnType.RESIDENT_ID:
        return read_resident_ids(texts, values)
    if column.type is ColumnType.NAME:
        return read_names(texts, values)
    return _read_distinct(texts, column, cell_reader(column, unit=unit, values=values, date_order=date_order), values)


def cell_reader(column: ColumnSpec, *, unit: str | None, values: Values, date_order: DateOrder = DateOrder.YMD) -> Reader:
    """The reader of one cell in half width of a typed column, its declared range included."""
    if column.type is ColumnType.CODE:
        listed = {folded_word(word): code for code, words in column.codes.items() for word in (*words, code)}
        return code_reader(listed, other_sense=values.other_sense)
    if column.type is ColumnType.YESNO:
        words = {folded_word(word): answer for answer, said in ((True, values.yes), (False, values.no)) for word in said}
        return _word_reader(words)
    money_unit = unit or column.unit or ""
    whole = {folded_word(word): int(number) for number, words in column.codes.items() for word in words}
    named = code_reader(whole, other_sense=values.other_sense) if whole else None
    readers: dict[ColumnType, Callable[[], Reader]] = {
        ColumnType.DATE: lambda: date_reader(date_order),
        ColumnType.MONTH: lambda: month_reader(date_order),
        ColumnType.MONEY: lambda: amount_reader(money_unit),
        ColumnType.NUMBER: lambda: read_number,
        ColumnType.INT: lambda: int_reader(named),
        ColumnType.SHARE: lambda: read_share,
    }
    return _within_range(readers[column.type](), column) if column.type in readers else lambda text: Cell(text)


def _word_reader(words: Mapping[str, Value]) -> Reader:
    def read(text: str) -> Cell:
        word = folded_word(text)
        return Cell(words[word]) if word in words else Cell(None, fault="unknown_code")

    return read


def _within_range(read: Reader, column: ColumnSpec) -> Reader:
    scale = CENTS["元"] if column.type is ColumnType.MONEY else 1
    if column.minimum is None and column.maximum is None:
        return read

    def bounded(text: str) -> Cell:
        cell = read(text)
        value = cell.value
        if isinstance(value, date):
            low, high = column.minimum or date.min, column.maximum or date.max
            outside = not (isinstance(low, date) and isinstance(high, date) and low <= value <= high)
        elif isinstance(value, int | float):
            number = Decimal(str(value))
            lowest = column.minimum * scale if isinstance(column.minimum, Decimal) else number
            highest = column.maximum * scale if isinstance(column.maximum, Decimal) else number
            outside = not lowest <= number <= highest
        else:
            outside = False
        return Cell(None, fault="out_of_range") if outside else cell

    return bounded


def _read_distinct(texts: pl.Series, column: ColumnSpec, read: Reader, values: Values) -> ReadColumn:
    counts = texts.fill_null("").value_counts(name="count")
    received = counts.to_series(0).to_list()
    cells = {text: _read_cell(text, column, read, values) for text in received if text}
    usual = _usual_form(cells, dict(zip(received, counts["count"].to_list(), strict=True)))
    rows = [(text, cell.value, *_note(cell, column, usual)) for text, cell in cells.items()]
    dtype = DTYPES[column.type]
    table = pl.DataFrame(rows, schema={"text": pl.String, "value": dtype, "rule": pl.String, "action": pl.String}, orient="row")
    read_cells = pl.DataFrame({"text": texts}).join(table, on="text", how="left", maintain_order="left")
    notes = read_cells.with_row_index("index").filter(pl.col("rule").is_not_null()).select("index", "rule", "action")
    return ReadColumn(read_cells["value"], notes)


def _read_cell(text: str, column: ColumnSpec, read: Reader, values: Values) -> Cell:
    word = plain(text)
    if not word:
        return Cell(None)
    if column.blank_is_open and word in values.open_end:
        return Cell(None, form="open_end_word")
    cell = read(word)
    if cell.fault and word in values.absent:
        return Cell(None, form="absent_word")
    return cell


def _usual_form(cells: Mapping[str, Cell], counts: Mapping[str, int]) -> str:
    forms: Counter[str] = Counter()
    for text, cell in cells.items():
        if cell.value is not None:
            forms[cell.form] += counts[text]
    return min(forms, key=lambda form: (-forms[form], form)) if forms else "usual"


def _note(cell: Cell, column: ColumnSpec, usual: str) -> tuple[str | None, str | None]:
    if cell.fault:
        return cell.fault, REFUSED if column.essential or column.blank_is_open else SET_ASIDE
    if cell.value is None:
        words = {"open_end_word": "read_as_open", "absent_word": REFUSED if column.essential else "read_as_blank"}
        return (cell.form, words[cell.form]) if cell.form in words else (None, None)
    if cell.form != usual and column.type in _OTHER_FORM:
        return _OTHER_FORM[column.type]
    return None, None
