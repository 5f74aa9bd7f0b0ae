"""One register read by its declaration: accepted rows typed, the others back with rule and shape.

Every data row of the file is accepted as it was, accepted with a recorded repair, or refused: the three add up to the rows.
Rows are numbered from 1 after the header line, refused ones counted.

A row that says the same as an earlier one, cell for cell as read, is refused from the register's table: a fact counts once.
The identities of such a row, and of one refused for a bad cell, are kept: whom they mean does not depend on it, and they state
no fact.
"""

from dataclasses import dataclass

import polars as pl

from targeting.frames.register import INTAKE, PROTECTED, REJECTS, REPAIRS
from targeting.identifiers.characters import shapes
from targeting.registers.columns import DTYPES, read_column
from targeting.registers.database import Fetched
from targeting.registers.headers import folded
from targeting.registers.identities import identities
from targeting.registers.received import Received, receive
from targeting.registers.texts import NOTES, REFUSED
from targeting.specs.registers import ROW, RegisterSpec
from targeting.specs.sources import Source
from targeting.specs.values import Values, load_values

DUPLICATE = "duplicate_row"
# A field nothing reads whose numbers follow one another in this share of that many rows counts rows.
_TELLING_RUN, _RUNNING_SHARE = 10, 0.9


@dataclass(frozen=True, slots=True)
class RegisterIntake:
    """One register as taken in: its typed table, identities and protected attributes, and what was refused or repaired.

    `absent_columns` are declared columns that the file has not (null throughout); `unread_headers` are fields that nothing
    reads.
    """

    table: pl.DataFrame
    identities: pl.DataFrame
    protected: pl.DataFrame
    rejects: pl.DataFrame
    repairs: pl.DataFrame
    summary: pl.DataFrame
    absent_columns: tuple[str, ...]
    unread_headers: tuple[str, ...]


def read_register(
    source: Source, spec: RegisterSpec, *, values: Values | None = None, fetched: Fetched | None = None
) -> RegisterIntake:
    """The register in a source, every row accounted for; `fetched` are the rows of a source that is a database's.

    Raises:
        InvalidInput: the source cannot be read as this register; all faults of its header line together.
    """
    values = values or load_values()
    received = receive(source, spec, values, fetched)
    read, notes = _read_columns(received, spec, source, values)
    notes = pl.concat([notes, _row_notes(received)])
    no_rows = pl.concat([_blank_rows(received), _header_rows(received)])
    notes = notes.join(no_rows.select(ROW), on=ROW, how="anti")
    refused = notes.filter(pl.col("action") == REFUSED)[ROW].unique()
    standing = ~(read[ROW].is_in(refused.implode()) | read[ROW].is_in(no_rows[ROW].implode()))
    duplicates = _duplicates(_content(received, values).filter(standing), read.filter(standing))
    kept = read.filter(standing & ~read[ROW].is_in(duplicates[ROW].implode()))
    rejects = pl.concat(
        [part.select(ROW, "column", "rule", "shape") for part in (notes.filter(pl.col("action") == REFUSED), no_rows, duplicates)]
    )
    repairs = notes.filter(pl.col("action") != REFUSED).join(kept.select(ROW), on=ROW, how="semi")
    table = kept.select(ROW, *(column.name for column in spec.columns if column.tabled))
    return RegisterIntake(
        table=table,
        identities=identities(read.join(no_rows, on=ROW, how="anti"), spec, values),
        protected=_protected(kept, spec),
        rejects=REJECTS.conform(_of_register(rejects, spec)),
        repairs=REPAIRS.conform(_of_register(repairs, spec)),
        summary=_summary(received, spec, source, table=table, repairs=repairs),
        absent_columns=received.headers.absent,
        unread_headers=received.headers.unread,
    )


def _read_columns(received: Received, spec: RegisterSpec, source: Source, values: Values) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Every declared column as read, and notes: row, column (as received), rule, shape, action."""
    columns: list[pl.Series] = [received.cells[ROW]]
    notes: list[pl.DataFrame] = []
    for column in spec.columns:
        texts = received.cells[column.name]
        unit = source.units.get(column.name, received.headers.units.get(column.name))
        read = read_column(texts, column, unit=unit, values=values, date_order=source.date_order)
        found = read.notes
        if column.essential:
            missing = pl.DataFrame({"index": read.values.is_null().arg_true()}, schema={"index": pl.UInt32})
            missing = missing.join(found, on="index", how="anti")
            found = pl.concat([found, missing.with_columns(rule=pl.lit("required_but_blank"), action=pl.lit(REFUSED))])
        columns.append(read.values.cast(DTYPES[column.type]).alias(column.name))
        notes.append(_notes(found, received.cells[ROW], texts, received.headers.header(column.name)))
    return pl.DataFrame(columns), pl.concat(notes)


def _notes(found: pl.DataFrame, rows: pl.Series, texts: pl.Series, header: str) -> pl.DataFrame:
    found = found.cast(pl.Schema(NOTES))
    index = found["index"]
    return pl.DataFrame(
        {
            ROW: rows.gather(index),
            "column": pl.repeat(header, len(found), eager=True, dtype=pl.String),
            "rule": found["rule"],
            "shape": shapes(texts.gather(index)),
            "action": found["action"],
        }
    )


def _row_notes(received: Received) -> pl.DataFrame:
    rows = [(note.row, "", note.rule, note.shape, note.action or REFUSED) for note in received.notes]
    schema = {ROW: pl.Int64, "column": pl.String, "rule": pl.String, "shape": pl.String, "action": pl.String}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _blank_rows(received: Received) -> pl.DataFrame:
    blank = pl.all_horizontal(pl.exclude(ROW).fill_null("").str.strip_chars() == "")
    return received.cells.filter(blank).select(
        ROW, column=pl.lit(""), rule=pl.lit("empty_row"), shape=pl.lit(""), action=pl.lit(REFUSED)
    )


def _header_rows(received: Received) -> pl.DataFrame:
    """Rows that repeat the header line, as files joined from several exports have."""
    repeated = pl.all_horizontal(pl.col(column).str.strip_chars() == header for column, header in _headers(received))
    return received.cells.filter(repeated).select(
        ROW, column=pl.lit(""), rule=pl.lit("header_repeated"), shape=pl.lit(""), action=pl.lit(REFUSED)
    )


def _headers(received: Received) -> list[tuple[str, str]]:
    return [(column, received.headers.header(column)) for column in received.headers.positions]


def _content(received: Received, values: Values) -> pl.DataFrame:
    """The cells without the fields in which a system keeps its records: row numbers, times of an update."""
    words = {folded(word) for word in values.headers.record_keeping}
    unread = {f"unread {order}": header for order, header in enumerate(received.headers.unread)}
    return received.cells.drop(
        name
        for name, header in unread.items()
        if folded(header) in words or header in received.keys or _is_running_number(received.cells[name])
    )


def _is_running_number(texts: pl.Series) -> bool:
    numbers = texts.cast(pl.Int64, strict=False)
    following = (numbers.diff() == 1).sum()
    return len(texts) >= _TELLING_RUN and following >= _RUNNING_SHARE * (len(texts) - 1)


def _duplicates(texts: pl.DataFrame, read: pl.DataFrame) -> pl.DataFrame:
    """Rows that say the same as an earlier one: every value equal, and every text too where there is no value."""
    content = pl.DataFrame(
        [
            pl.select(pl.coalesce(read[name].cast(pl.String), texts[name].fill_null(""))).to_series().alias(name)
            if name in read.columns
            else texts[name].fill_null("")
            for name in texts.columns
            if name != ROW
        ]
    )
    # Rows that differ may share a hash, equal rows always do: the exact comparison below sees few rows.
    repeated = content.hash_rows().is_duplicated()
    again = content.filter(repeated).with_columns(read[ROW].filter(repeated))
    first = again.with_columns(pl.col(ROW).min().over(content.columns).alias("first")).filter(pl.col(ROW) != pl.col("first"))
    return first.select(
        ROW,
        column=pl.lit(""),
        rule=pl.lit(DUPLICATE),
        shape=pl.format("same as row {}", "first"),
        action=pl.lit(REFUSED),
    )


def _protected(kept: pl.DataFrame, spec: RegisterSpec) -> pl.DataFrame:
    parts = [
        kept.select(
            register=pl.lit(spec.name),
            row=ROW,
            attribute=pl.lit(column.name),
            value=pl.col(column.name).cast(pl.String),
        ).drop_nulls("value")
        for column in spec.columns
        if column.protected
    ]
    return PROTECTED.conform(pl.concat(parts)) if parts else PROTECTED.empty()


def _of_register(notes: pl.DataFrame, spec: RegisterSpec) -> pl.DataFrame:
    return notes.with_columns(register=pl.lit(spec.name)).unique(["row", "column", "rule"], keep="first", maintain_order=True)


def _summary(
    received: Received, spec: RegisterSpec, source: Source, *, table: pl.DataFrame, repairs: pl.DataFrame
) -> pl.DataFrame:
    repaired = repairs[ROW].n_unique()
    return INTAKE.of(
        [
            {
                "register": spec.name,
                "file": source.label,
                "sha256": received.sha256,
                "encoding": received.encoding,
                "delimiter": received.delimiter,
                "rows": received.rows,
                "accepted": len(table) - repaired,
                "repaired": repaired,
                "rejected": received.rows - len(table),
                "data_until": table[spec.event.column].max() if spec.event else None,
            }
        ]
    )
