"""A register file as rows of text under the declared columns, with what had to be done to get there.

CSV, TSV and other delimited text in UTF-8, GB 18030 or UTF-16, and Parquet. The delimiter and the header line are those under
which most declared columns are found.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

import polars as pl

from targeting.errors import InvalidInput
from targeting.identifiers.characters import plain
from targeting.registers.alignment import Field, realign
from targeting.registers.fields import fields_of
from targeting.registers.files import Misfit, RawRows, candidate_delimiters, read_rows, read_text, split_line
from targeting.registers.headers import TITLE_LINES, HeaderMatch, match, refuse_unmatched
from targeting.specs.registers import ROW, RegisterSpec
from targeting.specs.sources import Source
from targeting.specs.values import Values


@dataclass(frozen=True, slots=True)
class RowNote:
    """What was found about a whole row: the rule it breaks, its shape, and what was done (None: refused)."""

    row: int
    rule: str
    shape: str
    action: str | None


@dataclass(frozen=True, slots=True)
class Received:
    """The rows of a file: `cells` has `row`, each declared column as text (null where the file has none), and unread fields."""

    cells: pl.DataFrame
    headers: HeaderMatch
    notes: tuple[RowNote, ...]
    rows: int
    encoding: str
    delimiter: str
    sha256: str


def receive(source: Source, spec: RegisterSpec, values: Values) -> Received:
    """The file of a source under the columns of its declaration.

    Raises:
        InvalidInput: the file cannot be read as this register; all faults of its header line together.
    """
    if source.file.suffix.lower() in (".parquet", ".pq"):
        return _receive_parquet(source, spec, values)
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
    try:
        content = source.file.read_bytes()
        frame = pl.read_parquet(content)
    except (OSError, pl.exceptions.PolarsError) as fault:
        raise InvalidInput(f"{source.label} cannot be read as Parquet: {type(fault).__name__}.") from fault
    headers = match(frame.columns, spec, source.headers, values.headers)
    refuse_unmatched(headers, spec, source.headers, file=source.label)
    cells = frame.select(
        pl.int_range(1, pl.len() + 1, dtype=pl.Int64).alias(ROW),
        *(_as_text(frame[name]).alias(f"c{place}") for place, name in enumerate(frame.columns)),
    )
    digest = sha256(content).hexdigest()
    return Received(_declared(cells, headers, spec), headers, (), len(cells), "parquet", "", digest)


def _as_text(cells: pl.Series) -> pl.Series:
    """Cells of any type as they would stand in a text file; days and whole numbers without a time or a decimal point."""
    if isinstance(cells.dtype, pl.Datetime):
        return cells.dt.strftime("%Y-%m-%d %H:%M:%S").str.strip_suffix(" 00:00:00")
    if isinstance(cells.dtype, pl.Boolean):
        return cells.replace_strict({True: "true", False: "false"}, return_dtype=pl.String)
    if cells.dtype.is_float():
        return cells.cast(pl.String).str.strip_suffix(".0")
    return cells.cast(pl.String).fill_null("")
