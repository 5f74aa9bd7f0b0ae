"""Lines of fixed width, cut into cells by declared positions.

Positions count characters or bytes. In GB 18030 a Chinese character takes two bytes (rare ones four), so a line cut by bytes may
fall inside a character: such a row is not laid out as declared, and is refused. A line that is longer than the layout is refused
too. A shorter one is whole where the file's lines are trimmed; where they are not, it was cut, and its last cell with it.
"""

from dataclasses import dataclass

import polars as pl

from targeting.errors import InvalidInput
from targeting.registers.files import read_text
from targeting.specs.layout import Layout
from targeting.specs.registers import ROW
from targeting.specs.sources import Source

# A file of which this share of the lines has the full width is not trimmed.
_WHOLE_SHARE = 0.9
_PADDING = " \t\u3000\u001a\u0000"


@dataclass(frozen=True, slots=True)
class FixedRows:
    """Cells of the rows that fit the layout as c0, c1 … (in the order of its fields), and the numbers of those that do not."""

    cells: pl.DataFrame
    too_long: list[int]
    inside_character: list[int]
    undecodable: list[int]
    cut: list[int]
    rows: int
    encoding: str
    sha256: str


def read_fixed_width(source: Source, layout: Layout) -> FixedRows:
    """The rows of a file of fixed-width lines.

    Raises:
        InvalidInput: the file is empty or in no known encoding, or no line fits the layout.
    """
    text = read_text(source)
    by_bytes = layout.measure == "bytes"
    if by_bytes and text.encoding.startswith("utf-16"):
        raise InvalidInput(f"{source.label} is UTF-16: declare its layout in characters, not in bytes.")
    lines = _byte_lines(source) if by_bytes else text.lines
    frame = pl.DataFrame({"line": lines[layout.header_lines :]}, schema={"line": pl.String})
    frame = frame.select(pl.int_range(1, pl.len() + 1, dtype=pl.Int64).alias(ROW), pl.col("line").str.strip_chars_end("\u001a"))
    undecodable = frame.filter(pl.col("line").is_null())[ROW].to_list()
    frame = frame.drop_nulls("line").with_columns(length=pl.col("line").str.len_chars())
    over = pl.col("line").str.slice(layout.line_width).str.strip_chars(_PADDING) != ""
    too_long = frame.filter(over)[ROW].to_list()
    frame = frame.filter(~over)
    if frame.is_empty() and too_long:
        raise InvalidInput(
            f"{source.label} does not have the declared layout: all {len(too_long)} lines are longer than "
            f"{layout.line_width} {layout.measure}. Correct the layout in the sources file."
        )
    cut = _cut(frame, layout)
    cells = _cells(frame, layout, cut, encoding=text.encoding if by_bytes else None)
    names = [f"c{place}" for place in range(len(layout.fields))]
    inside = cells.filter(pl.any_horizontal(pl.col(names).is_null()))[ROW].to_list()
    return FixedRows(
        cells=cells.filter(~pl.col(ROW).is_in(inside)),
        too_long=too_long,
        inside_character=inside,
        undecodable=undecodable,
        cut=sorted(set(cut) - set(inside)),
        rows=len(lines[layout.header_lines :]),
        encoding=text.encoding,
        sha256=text.sha256,
    )


def _byte_lines(source: Source) -> list[str | None]:
    """The lines with one character a byte (Latin-1); no byte of a longer character is a line end in UTF-8 or GB 18030."""
    content = source.file.read_bytes().removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    lines: list[str | None] = list(content.decode("latin-1").removesuffix("\n").split("\n"))
    return lines


def _cut(frame: pl.DataFrame, layout: Layout) -> list[int]:
    """The rows that end early in a file whose lines have the full width."""
    short = pl.col("length") < layout.line_width
    whole = frame.select(((~short).mean() >= _WHOLE_SHARE).fill_null(value=False)).item()
    return frame.filter(short & (pl.col("length") > 0))[ROW].to_list() if whole else []


def _cells(frame: pl.DataFrame, layout: Layout, cut: list[int], *, encoding: str | None) -> pl.DataFrame:
    """The cells without padding; a cell in which a row was cut is empty, and one that is no text of the encoding null."""
    was_cut = frame[ROW].is_in(cut)
    columns = [frame[ROW]]
    for place, (first, last) in enumerate(layout.fields.values()):
        cells = frame["line"].str.slice(first - 1, last - first + 1)
        ends_inside = was_cut & (frame["length"] < last)
        cells = pl.select(pl.when(ends_inside).then(pl.lit("")).otherwise(cells)).to_series()
        cells = cells if encoding is None else _decoded(cells, encoding)
        columns.append(cells.str.strip_chars(_PADDING).alias(f"c{place}"))
    return pl.DataFrame(columns)


def _decoded(cells: pl.Series, encoding: str) -> pl.Series:
    """Cells of one character a byte in their encoding, null where the bytes are no text."""
    try:
        texts: list[str | None] = list("\n".join(cells.to_list()).encode("latin-1").decode(encoding).split("\n"))
        if len(texts) == len(cells):
            return pl.Series(texts, dtype=pl.String)
    except UnicodeDecodeError:
        pass
    return pl.Series([_text(cell, encoding) for cell in cells], dtype=pl.String)


def _text(cell: str, encoding: str) -> str | None:
    try:
        return cell.encode("latin-1").decode(encoding)
    except UnicodeDecodeError:
        return None
