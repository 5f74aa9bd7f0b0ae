"""A file of which nothing is declared, as cells under its own headers: encoding, delimiter, sheet or layout are found out.

The header is the first row whose cells are filled, differ, and are words. Lines of one length without a delimiter are taken for
fixed width; their columns are guessed from the places that are blank in nearly every line, or where digits meet words.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from targeting.errors import InvalidInput
from targeting.registers.files import candidate_delimiters, content_of, read_rows, read_text, split_line
from targeting.registers.headers import TITLE_LINES
from targeting.registers.typed_cells import as_text
from targeting.registers.workbook import SIGNATURES, Sheet, read_sheets
from targeting.specs.layout import Layout
from targeting.specs.sources import LineBreaks, Source

# So many lines tell how a file is laid out.
_TELLING_LINES = 400
_FITTING_SHARE = 0.9
_HEADER_FILLED = 0.6
# A sign that so few lines have at a place is an accident there.
_ACCIDENTS = 0.03
_FIGURES = re.compile(r"[\d.,:/+%¥￥-]+")


@dataclass(frozen=True, slots=True)
class UnknownFile:
    """Cells as text in c0, c1 … under `headers`, how the file is written, and what a sources file must say of it."""

    headers: tuple[str, ...]
    cells: pl.DataFrame
    encoding: str
    written: str
    keys: dict[str, object]


def read_unknown(path: Path, *, sheet: str | int | None = None) -> UnknownFile:
    """The cells of a file of which nothing is declared.

    Raises:
        InvalidInput: it cannot be read, or no line in it can be a header.
    """
    source = Source(register_name="unknown", path=path, sheet=sheet)
    if path.suffix.lower() in (".parquet", ".pq"):
        return _parquet(source)
    if content_of(source, first=len(SIGNATURES[-1])).startswith(SIGNATURES):
        return _workbook(source)
    return _text(source)


def _parquet(source: Source) -> UnknownFile:
    try:
        frame = pl.read_parquet(content_of(source))
    except pl.exceptions.PolarsError as fault:
        raise InvalidInput(f"{source.label} cannot be read as Parquet: {type(fault).__name__}.") from fault
    cells = frame.select(as_text(frame[name]).alias(f"c{place}") for place, name in enumerate(frame.columns))
    return UnknownFile(tuple(frame.columns), cells, "parquet", "Parquet", {})


def _workbook(source: Source) -> UnknownFile:
    sheets = read_sheets(content_of(source), label=source.label, wanted=source.sheet)
    found = [(sheet, at) for sheet in sheets if (at := _sheet_header(sheet)) is not None]
    if not found:
        raise _no_header(source)
    sheet, at = max(found, key=lambda way: (len(way[0].rows) - way[1]) * way[0].rows.width)
    headers = [text or "" for text in sheet.rows.row(at)]
    width = max(place for place, header in enumerate(headers, start=1) if header.strip())
    cells = sheet.rows[at + 1 :, :width].fill_null("")
    cells = cells.filter(pl.any_horizontal(pl.all().str.strip_chars() != ""))
    keys: dict[str, object] = {"sheet": sheet.name} if len(sheets) > 1 else {}
    written = f"sheet {sheet.name}, header in row {at + 1} of those that hold anything"
    return UnknownFile(tuple(headers[:width]), cells, "workbook", written, keys)


def _sheet_header(sheet: Sheet) -> int | None:
    rows = [[text or "" for text in row] for row in sheet.rows.head(20).iter_rows()]
    width = max((sum(bool(cell.strip()) for cell in row) for row in rows), default=0)
    return next((at for at, row in enumerate(rows) if _is_header(row, width)), None)


def _is_header(cells: Sequence[str], width: int) -> bool:
    """Filled, different words: no cell is a figure."""
    filled = [cell.strip() for cell in cells if cell.strip()]
    if len(filled) < max(1, _HEADER_FILLED * width) or len(set(filled)) < len(filled):
        return False
    return not any(_FIGURES.fullmatch(cell) or len(cell) > 40 or re.search(r"\d{6}", cell) for cell in filled)


def _text(source: Source) -> UnknownFile:
    text = read_text(source)
    lines = [line for line in text.lines[:_TELLING_LINES] if line]
    if not lines:
        raise _no_header(source)
    delimiter = _delimiter(lines)
    if delimiter is None:
        return _fixed_width(source, text.lines, text.encoding)
    width = Counter(len(split_line(line, delimiter)) for line in lines).most_common(1)[0][0]
    heads = (
        at for at, line in enumerate(text.lines[: TITLE_LINES + 1]) if line and _is_header(split_line(line, delimiter), width)
    )
    at = next((at for at in heads if len(split_line(text.lines[at] or "", delimiter)) == width), None)
    if at is None:
        raise _no_header(source)
    headers = tuple(header.strip() for header in split_line(text.lines[at] or "", delimiter))
    raw = read_rows(text.lines[at + 1 :], width=width, delimiter=delimiter, line_breaks=LineBreaks.AUTO)
    named = {"\t": "tab", ",": "comma", ";": "semicolon", "|": "pipe"}[delimiter]
    written = f"{named} between the cells, header in line {at + 1}, {len(raw.misfits)} rows with another number of cells"
    return UnknownFile(headers, raw.cells.drop("row").fill_null(""), text.encoding, written, {})


def _delimiter(lines: Sequence[str]) -> str | None:
    """The delimiter that stands equally often in most lines; None where no sign does."""
    found = []
    for sign in candidate_delimiters(Source(register_name="unknown", path=Path())):
        count, lines_with = Counter(len(split_line(line, sign)) - 1 for line in lines).most_common(1)[0]
        if count and lines_with >= _FITTING_SHARE * len(lines):
            found.append((lines_with, count, sign))
    return max(found)[2] if found else None


def _no_header(source: Source) -> InvalidInput:
    return InvalidInput(
        f"{source.label} has no header: a row of different words, one above each column. "
        "Add one (its words are yours to choose), or name the sheet with --sheet."
    )


def _fixed_width(source: Source, lines: Sequence[str | None], encoding: str) -> UnknownFile:
    """Lines of one length in bytes or characters, with guessed columns."""
    telling = [line for line in lines[:_TELLING_LINES] if line and line.strip()]
    by_bytes = encoding in ("utf-8", "gb18030") and _one_length([len(line.encode(encoding)) for line in telling])
    if not by_bytes and not _one_length([len(line) for line in telling]):
        raise InvalidInput(
            f"{source.label} has neither a delimiter (comma, tab, semicolon, pipe) nor lines of one length. "
            "Export it as CSV (UTF-8), or declare its layout in the sources file."
        )
    padded = [_by_place(line, encoding) if by_bytes else line for line in telling]
    spans = _spans(padded[1:] if len(padded) > 1 else padded)
    headers = tuple(f"field_{number}" for number in range(1, len(spans) + 1))
    fields = {header: [first, last] for header, (first, last) in zip(headers, spans, strict=True)}
    layout = Layout.model_validate({"measure": "bytes" if by_bytes else "characters", "fields": fields})
    whole = [_by_place(line, encoding) if by_bytes else line for line in lines if line]
    rows = [[line[first - 1 : last].replace("\x00", "").strip() for first, last in spans] for line in whole]
    cells = pl.DataFrame(rows, schema={f"c{place}": pl.String for place in range(len(spans))}, orient="row")
    keys: dict[str, object] = {"layout": {"measure": layout.measure, "header_lines": 0, "fields": fields}}
    written = f"lines of fixed width ({layout.measure}); check where the columns begin and whether there are header lines"
    return UnknownFile(headers, cells, encoding, written, keys)


def _one_length(lengths: Sequence[int]) -> bool:
    """Most of at least three lines have one length."""
    return len(lengths) > 2 and Counter(lengths).most_common(1)[0][1] >= _FITTING_SHARE * len(lengths)


def _by_place(line: str, encoding: str) -> str:
    """The line with each character followed by as many zero signs as it takes further bytes."""
    return "".join(character + "\x00" * (len(character.encode(encoding)) - 1) for character in line)


def _spans(lines: Sequence[str]) -> list[tuple[int, int]]:
    """First and last place of each guessed column; it begins behind a blank, or where digits meet words, and ends at the next."""
    kinds = [_kind_at(place, lines) for place in range(max(map(len, lines)))]
    starts = [
        place
        for place, kind in enumerate(kinds)
        if kind != "blank" and (place == 0 or kinds[place - 1] == "blank" or {kind, kinds[place - 1]} == {"digits", "words"})
    ]
    return [(start + 1, end) for start, end in zip(starts, [*starts[1:], len(kinds)], strict=True)]


def _kind_at(place: int, lines: Sequence[str]) -> str:
    """What stands at a place in nearly every line: digits, words, nothing, or now this, now that."""
    filled = [line[place] for line in lines if place < len(line) and not line[place].isspace()]
    if len(filled) <= _ACCIDENTS * len(lines):
        return "blank"
    digits = sum(sign.isdecimal() for sign in filled)
    words = sum(not sign.isascii() or sign == "\x00" for sign in filled)
    if digits >= (1 - _ACCIDENTS) * len(filled):
        return "digits"
    return "words" if words >= (1 - _ACCIDENTS) * len(filled) else "mixed"
