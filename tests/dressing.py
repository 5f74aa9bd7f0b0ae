"""Dresses the registers of an imaginary county as another county would send them, as a profile in TOML says.

The same cells stand in other files: form, encoding, order, headers, units, code lists and ways of writing days are the profile's;
sources.toml beside them says so. Cells that a defect has made unreadable stay as they are.
"""

import re
import sqlite3
import tomllib
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import xlsxwriter

from targeting.registers.cells import CENTS, amount_reader, read_date, read_month
from targeting.registers.codes import folded_word
from targeting.registers.headers import match
from targeting.specs.registers import ColumnSpec, ColumnType, RegisterSpec
from targeting.specs.sources import load_sources
from targeting.specs.values import load_values

DATABASE = "OTHER_COUNTY_URL"
_CLEAN_AMOUNT = re.compile(r"[¥￥]?[\d,]+(?:\.\d+)?")
_CLEAN_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_CLEAN_MONTH = re.compile(r"\d{4}-\d\d")

Dress = Mapping[str, Any]


def dress(plain: Path, profile: Path, to: Path) -> Path:
    """The registers of the sources file `plain` in other clothes in the folder `to`; their sources file."""
    dresses = tomllib.loads(profile.read_text("utf-8"))
    to.mkdir(parents=True, exist_ok=True)
    entries = []
    for source, spec in load_sources(plain).pairs():
        cells = pl.read_csv(source.file.read_bytes().decode("gb18030").encode(), infer_schema=False, empty_string_is_null=False)
        found = match(cells.columns, spec, {}, load_values().headers)
        cells = cells.select(pl.col(found.received[place]).alias(name) for name, place in found.positions.items())
        how = dresses[spec.name]
        cells = cells.select(_rewritten(cells[name], spec.by_name[name], how) for name in reversed(cells.columns))
        headers = {name: how["headers"].format(place) for place, name in enumerate(cells.columns, start=1)}
        entries.append(f'[[sources]]\nregister = "{spec.name}"\n' + _keys(how, headers) + _written(cells, headers, spec, how, to))
    path = to / "sources.toml"
    path.write_text("\n".join(entries), encoding="utf-8")
    return path


def _rewritten(cells: pl.Series, column: ColumnSpec, how: Dress) -> pl.Series:
    """The cells of a column as the other county writes them."""
    distinct = cells.unique()
    others = [_other(text, column, how) for text in distinct]
    return cells.replace_strict(distinct, pl.Series(others, dtype=pl.String), return_dtype=pl.String)


def _other(text: str, column: ColumnSpec, how: Dress) -> str:
    if column.name in how.get("codes", {}):
        words = {folded_word(word): code for code, known in column.codes.items() for word in (*known, code)}
        return str(how["codes"][column.name].get(words.get(folded_word(text), ""), text))
    if column.name in how.get("units", {}) and _CLEAN_AMOUNT.fullmatch(text):
        cents = amount_reader(column.unit or "")(text).value
        return str(Decimal(str(cents)) / CENTS[how["units"][column.name]]) if cents is not None else text
    if column.type is ColumnType.DATE and _CLEAN_DAY.fullmatch(text):
        return _written_day(read_date(text).value, how.get("days", "{:%Y-%m-%d}"), text)
    if column.type is ColumnType.MONTH and _CLEAN_MONTH.fullmatch(text):
        return _written_day(read_month(text).value, how.get("months", "{:%Y-%m}"), text)
    return text


def _written_day(day: object, form: str, text: str) -> str:
    return form.format(day) if isinstance(day, date) else text


def _keys(how: Dress, headers: Mapping[str, str]) -> str:
    """What sources.toml says of the file besides where it lies."""
    lines = [f'date_order = "{how["date_order"]}"'] if "date_order" in how else []
    if how["form"] != "fixed_width":
        lines.append(f"headers = {_inline(headers)}")
    if "units" in how:
        lines.append(f"units = {_inline(how['units'])}")
    if "codes" in how:
        codes = {column: {code: [word] for code, word in words.items()} for column, words in how["codes"].items()}
        lines += [f"codes.{column} = {_inline(words)}" for column, words in codes.items()]
    return "".join(f"{line}\n" for line in lines)


def _inline(table: Mapping[str, Any]) -> str:
    parts = (f"{key} = {list(value)}" if isinstance(value, list) else f'{key} = "{value}"' for key, value in table.items())
    return "{ " + ", ".join(parts).replace("'", '"') + " }"


def _written(cells: pl.DataFrame, headers: Mapping[str, str], spec: RegisterSpec, how: Dress, to: Path) -> str:
    """The file, table or sheet is written; what sources.toml says of where it lies."""
    match how["form"]:
        case "workbook":
            _write_workbook(cells, headers, spec, how, to / how["file"])
        case "fixed_width":
            return f'path = "{how["file"]}"\n' + _write_fixed_width(cells, how, to / how["file"])
        case "table":
            _write_table(cells, headers, spec, to / how["file"])
            query = f"SELECT * FROM {spec.name} ORDER BY rowid" if how.get("by_query") else None
            place = f'query = "{query}"' if query else f'table = "{spec.name}"'
            return f'database = "{DATABASE}"\n{place}\n'
        case _:
            text = cells.rename(dict(headers)).write_csv(separator=how["delimiter"], line_terminator="\r\n")
            (to / how["file"]).write_bytes(text.encode(how["encoding"]))
    return f'path = "{how["file"]}"\n'


def _write_workbook(cells: pl.DataFrame, headers: Mapping[str, str], spec: RegisterSpec, how: Dress, file: Path) -> None:
    """Titles and a sheet of notes around the rows; clean amounts and numbers are number cells, clean days are date cells."""
    numbers = {c.name for c in spec.columns if c.type in (ColumnType.MONEY, ColumnType.NUMBER, ColumnType.INT)}
    days = {c.name for c in spec.columns if c.type is ColumnType.DATE}
    with xlsxwriter.Workbook(file, {"default_date_format": "yyyy/m/d"}) as book:
        book.add_worksheet("填表说明").write_string(0, 0, "各栏按登记簿填写")
        sheet = book.add_worksheet("数据")
        sheet.merge_range(0, 0, 0, cells.width - 1, how["title"])
        sheet.write_row(2, 0, [headers[name] for name in cells.columns])
        for at, row in enumerate(cells.iter_rows(), start=3):
            for place, (name, text) in enumerate(zip(cells.columns, row, strict=True)):
                if name in numbers and re.fullmatch(r"\d{1,9}(?:\.\d{1,6})?", text):
                    sheet.write_number(at, place, float(text))
                elif name in days and _CLEAN_DAY.fullmatch(text) and isinstance(day := read_date(text).value, date):
                    sheet.write_datetime(at, place, day)
                elif text:
                    sheet.write_string(at, place, text)


def _write_fixed_width(cells: pl.DataFrame, how: Dress, file: Path) -> str:
    """Columns as wide as their widest cell and one place more; the layout."""
    encoding, by_bytes = how["encoding"], how["measure"] == "bytes"

    def size(text: str) -> int:
        return len(text.encode(encoding)) if by_bytes else len(text)

    widths = [1 + max(map(size, cells[name]), default=1) for name in cells.columns]
    lines = ["".join(text + " " * (w - size(text)) for text, w in zip(row, widths, strict=True)) for row in cells.iter_rows()]
    file.write_bytes("\r\n".join([*lines, ""]).encode(encoding))
    ends = [sum(widths[: place + 1]) for place in range(len(widths))]
    fields = ", ".join(
        f"{name} = [{end - width + 1}, {end}]" for name, width, end in zip(cells.columns, widths, ends, strict=True)
    )
    return f'layout = {{ measure = "{how["measure"]}", fields = {{ {fields} }} }}\n'


def _write_table(cells: pl.DataFrame, headers: Mapping[str, str], spec: RegisterSpec, file: Path) -> None:
    """A table of the register's name with a key; blank cells are null."""
    with sqlite3.connect(file) as connection:
        columns = ", ".join(f'"{headers[name]}" TEXT' for name in cells.columns)
        connection.execute(f"CREATE TABLE {spec.name} ({columns}, nr INTEGER PRIMARY KEY)")
        places = ", ".join("?" * cells.width)
        rows = [[text or None for text in row] for row in cells.iter_rows()]
        named = ", ".join(f'"{headers[name]}"' for name in cells.columns)
        connection.executemany(f"INSERT INTO {spec.name} ({named}) VALUES ({places})", rows)
    connection.close()
