"""A register as received, as rows of text under the declared columns, with what had to be done to get there.

Delimited text in UTF-8, GB 18030 or UTF-16, lines of fixed width, workbooks, Parquet, and rows fetched from a database. The
delimiter, the sheet and the header line are those under which most declared columns are found.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

import polars as pl

from targeting.errors import InvalidInput
from targeting.identifiers.characters import plain
from targeting.registers.alignment import Field, realign
from targeting.registers.database import Fetched
from targeting.registers.fields import fields_of
from targeting.registers.files import Misfit, RawRows, candidate_delimiters, content_of, read_rows, read_text, split_line
from targeting.registers.fixed_width import read_fixed_width
from targeting.registers.headers import TITLE_LINES, HeaderMatch, match, refuse_unmatched
from targeting.registers.typed_cells import as_text
from targeting.registers.workbook import SIGNATURES, Sheet, read_sheets
from targeting.specs.layout import Layout
from targeting.specs.registers import ROW, RegisterSpec
from targeting.specs.sources import Source
from targeting.specs.values import Values

# A sheet's title, notes and date of print take more rows than those of a text file.
_SHEET_TITLE_ROWS = 20


@dataclass(frozen=True, slots=True)
class RowNote:
    """What was found about a whole row: the rule it breaks, its shape, and what was done (None: refused)."""

    row: int
    rule: str
    shape: str
    action: str | None


@dataclass(frozen=True, slots=True)
class Received:
    """The rows of a file: `cells` has `row`, each declared column as text (null where the file has none), and unread fields.

    `keys` are headers of fields that number the rows of a database's table.
    """

    cells: pl.DataFrame
    headers: HeaderMatch
    notes: tuple[RowNote, ...]
    rows: int
    encoding: str
    delimiter: str
    sha256: str
    keys: tuple[str, ...] = ()


def receive(source: Source, spec: RegisterSpec, values: Values, fetched: Fetched | None = None) -> Received:
    """The rows of a source under the columns of its declaration; `fetched` are those of a database.

    Raises:
        InvalidInput: the source cannot be read as this register; all faults of its header line together.
    """
    if fetched is not None:
        found = _table(fetched.columns, fetched.cells, source, spec, values, form="database", sha=fetched.sha256)
        return replace(found, keys=fetched.keys)
    if source.layout is not None:
        return _receive_fixed_width(source, source.layout, spec)
    if source.file.suffix.lower() in (".parquet", ".pq"):
        return _receive_parquet(source, spec, values)
    if content_of(source, first=len(SIGNATURES[-1])).startswith(SIGNATURES):
        return _receive_workbook(source, spec, values)
    return _receive_text(source, spec, values)


def _receive_text(source: Source, spec: RegisterSpec, values: Values) -> Received:
    if source.sheet is not None:
        raise InvalidInput(f"{source.label} is no workbook, so it has no sheet {source.sheet}. Correct the sources file.")
    text = read_text(source)
    title_lines, delimiter, headers = _find_header(text.lines, source, spec, values)
    refuse_unmatched(headers, spec, source.headers, file=source.label)
    raw = read_rows(
        text.lines[title_lines + 1 :],
        width=len(headers.received),
        delimiter=delimiter,
        line_breaks=source.line_breaks,
    )
    raw_cells, notes = _with_realigned(raw, headers, spec, values, source)
    named = {"\t": "tab", ",": "comma", ";": "semicolon", "|": "pipe"}[delimiter]
    return Received(_declared(raw_cells, headers, spec), headers, notes, raw.rows, text.encoding, named, text.sha256)


def _find_header(lines: Sequence[str | None], source: Source, spec: RegisterSpec, values: Values) -> tuple[int, str, HeaderMatch]:
    """Number of title lines, delimiter and match of the line under which most declared columns are found."""
    found = [
        (number, delimiter, match(split_line(line, delimiter), spec, source.headers, values.headers))
        for number, line in enumerate(lines[: TITLE_LINES + 1])
        for delimiter in candidate_delimiters(source)
        if line is not None
    ]
    if not found:
        raise InvalidInput(f"{source.label} has no readable header line; export it again as UTF-8 or GB 18030.")
    return max(found, key=lambda way: (len(way[2].positions), -way[0], len(way[2].received)))


def _with_realigned(
    raw: RawRows, headers: HeaderMatch, spec: RegisterSpec, values: Values, source: Source
) -> tuple[pl.DataFrame, tuple[RowNote, ...]]:
    notes = [RowNote(row, "undecodable_bytes", "", None) for row in raw.undecodable]
    notes += [RowNote(row, "stray_quotation_mark", '"', "removed") for row in raw.stray_quotes]
    realigned: list[tuple[object, ...]] = []
    fields: list[Field] | None = None
    for misfit in raw.misfits:
        if not any(plain(field) for field in misfit.fields):
            notes.append(RowNote(misfit.row, "empty_row", "", None))
            continue
        fields = fields if fields is not None else fields_of(raw.cells, headers, spec, values, source)
        cells = realign(misfit.fields, fields, open_quote=misfit.open_quote)
        notes.append(_misfit_note(misfit, len(fields), "realigned" if cells is not None else None))
        if cells is not None:
            realigned.append((misfit.row, *cells))
    if not realigned:
        return raw.cells, tuple(notes)
    return pl.concat([raw.cells, pl.DataFrame(realigned, schema=raw.cells.schema, orient="row")]).sort(ROW), tuple(notes)


def _misfit_note(misfit: Misfit, width: int, action: str | None) -> RowNote:
    rule = "too_many_fields" if len(misfit.fields) > width else "too_few_fields"
    if misfit.open_quote:
        rule = "quotation_mark_not_closed"
    return RowNote(misfit.row, rule, f"{len(misfit.fields)} of {width} fields", action)


def _declared(cells: pl.DataFrame, headers: HeaderMatch, spec: RegisterSpec) -> pl.DataFrame:
    """The cells under declared names; fields that no column reads follow as `unread 0`, `unread 1` …"""
    by_place = {place: name for name, place in headers.positions.items()}
    unread = [place for place in range(len(headers.received)) if place not in by_place]
    return cells.select(
        pl.col(ROW),
        *(
            pl.col(f"c{headers.positions[column.name]}").alias(column.name)
            if column.name in headers.positions
            else pl.lit(None, dtype=pl.String).alias(column.name)
            for column in spec.columns
        ),
        *(pl.col(f"c{place}").alias(f"unread {order}") for order, place in enumerate(unread)),
    )


def _receive_parquet(source: Source, spec: RegisterSpec, values: Values) -> Received:
    content = content_of(source)
    try:
        frame = pl.read_parquet(content)
    except pl.exceptions.PolarsError as fault:
        raise InvalidInput(f"{source.label} cannot be read as Parquet: {type(fault).__name__}.") from fault
    cells = frame.select(
        pl.int_range(1, pl.len() + 1, dtype=pl.Int64).alias(ROW),
        *(as_text(frame[name]).alias(f"c{place}") for place, name in enumerate(frame.columns)),
    )
    return _table(frame.columns, cells, source, spec, values, form="parquet", sha=sha256(content).hexdigest())


def _table(
    names: Sequence[str], cells: pl.DataFrame, source: Source, spec: RegisterSpec, values: Values, *, form: str, sha: str
) -> Received:
    """A table whose columns have names."""
    headers = match(names, spec, source.headers, values.headers)
    refuse_unmatched(headers, spec, source.headers, file=source.label)
    return Received(_declared(cells, headers, spec), headers, (), len(cells), form, "", sha)


def _receive_workbook(source: Source, spec: RegisterSpec, values: Values) -> Received:
    content = content_of(source)
    sheets = read_sheets(content, label=source.label, wanted=source.sheet)
    if not sheets:
        raise InvalidInput(f"{source.label} is empty; a register file needs a header line.")
    found = [(sheet, *_header_row(sheet, source, spec, values)) for sheet in sheets]
    required = {column.name for column in spec.columns if column.required} | set(source.headers)
    whole = [sheet.name for sheet, at, headers in found if required <= set(headers.positions) and len(sheet.rows) > at + 1]
    if len(whole) > 1 and required:
        raise InvalidInput(
            f"{source.label} holds register {spec.name} in {len(whole)} sheets: {', '.join(whole)}. "
            "Name one in the sources file (sheet = …), or join them."
        )
    sheet, at, headers = max(found, key=lambda way: len(way[2].positions))
    refuse_unmatched(headers, spec, source.headers, file=source.label)
    body = sheet.rows[at + 1 :]
    filled = pl.any_horizontal(pl.all().fill_null("") != "")
    last = body.select(filled.arg_true().max()).item() if len(body) else None
    body = body[: 0 if last is None else last + 1].fill_null("")
    cells = body.select(
        pl.int_range(1, pl.len() + 1, dtype=pl.Int64).alias(ROW), *(f"c{place}" for place in range(len(headers.received)))
    )
    return Received(_declared(cells, headers, spec), headers, (), len(cells), "workbook", "", sha256(content).hexdigest())


def _header_row(sheet: Sheet, source: Source, spec: RegisterSpec, values: Values) -> tuple[int, HeaderMatch]:
    """The place of the row under which most declared columns are found, and its match; empty columns at the right are none."""
    rows = sheet.rows
    width = max((place + 1 for place, cells in enumerate(rows) if (cells.fill_null("").str.strip_chars() != "").any()), default=1)
    ways = [
        (place, match([text or "" for text in row[:width]], spec, source.headers, values.headers))
        for place, row in enumerate(rows.head(_SHEET_TITLE_ROWS).iter_rows())
    ]
    return max(ways, key=lambda way: (len(way[1].positions), -way[0]))


def _receive_fixed_width(source: Source, layout: Layout, spec: RegisterSpec) -> Received:
    raw = read_fixed_width(source, layout)
    notes = [RowNote(row, "undecodable_bytes", "", None) for row in raw.undecodable]
    notes += [RowNote(row, "line_too_long", f"more than {layout.line_width} {layout.measure}", None) for row in raw.too_long]
    notes += [RowNote(row, "position_inside_a_character", "", None) for row in raw.inside_character]
    notes += [
        RowNote(row, "line_cut", f"fewer than {layout.line_width} {layout.measure}", "last_cell_set_aside") for row in raw.cut
    ]
    names = tuple(layout.fields)
    headers = HeaderMatch(
        received=names,
        positions={name: place for place, name in enumerate(names)},
        units={},
        absent=tuple(column.name for column in spec.columns if column.name not in layout.fields),
        unread=(),
    )
    return Received(_declared(raw.cells, headers, spec), headers, tuple(notes), raw.rows, raw.encoding, "fixed width", raw.sha256)
