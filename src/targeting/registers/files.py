"""Register files as text: encoding, lines, fields. Nothing is read into a value here.

A row is a physical line, because departments' exports hold stray quotation marks more often than line breaks inside a field: a
stray mark must never swallow the lines after it. A file in which every odd quotation mark closes in a later line so that the
fields come out right is taken for standard CSV with line breaks inside quotes (RFC 4180); a source can also declare either.
"""

import hashlib
import re
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from targeting.errors import InvalidInput
from targeting.specs.sources import DELIMITERS, LineBreaks, Source

QUOTE = '"'
_CANDIDATES = (",", "\t", ";", "|")
_LONGEST_RECORD_LINES = 50
# A file of which more than this share of the lines is not in the encoding is in another encoding.
_UNDECODABLE_SHARE = 0.01
_TELLING_LINES = 10_000
_TELLING_BYTES, _ZERO_SHARE = 64_000, 0.05


@dataclass(frozen=True, slots=True)
class FileText:
    """A text file: its lines (null where the bytes are not of the encoding), encoding and hash."""

    lines: list[str | None]
    encoding: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Misfit:
    """A row whose fields are not as many as the header's; `open_quote` when its last field was cut inside quotes."""

    row: int
    fields: tuple[str, ...]
    open_quote: bool


@dataclass(frozen=True, slots=True)
class RawRows:
    """The data rows of a file: fitting rows as columns c0, c1 … of text with `row`, and the others one by one."""

    cells: pl.DataFrame
    misfits: list[Misfit]
    undecodable: list[int]
    stray_quotes: list[int]
    rows: int


def content_of(source: Source, first: int = -1) -> bytes:
    """The bytes of a file, or so many of its first.

    Raises:
        InvalidInput: it cannot be read.
    """
    try:
        with source.file.open("rb") as file:
            return file.read(first)
    except OSError as fault:
        raise InvalidInput(f"{source.label} cannot be read: {fault.strerror}.") from fault


def read_text(source: Source) -> FileText:
    """The text of a file in the declared or detected encoding, the whole file considered.

    Raises:
        InvalidInput: the file is empty, cannot be read, or is in none of the known encodings.
    """
    content = content_of(source)
    digest = hashlib.sha256(content).hexdigest()
    if not content.strip():
        raise InvalidInput(f"{source.label} is empty; a register file needs a header line.")
    if source.encoding != "auto":
        return FileText(_decoded_lines(content, source.encoding, source.label), source.encoding, digest)
    for mark, encoding in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"\xef\xbb\xbf", "utf-8-sig")):
        if content.startswith(mark):
            return FileText(_decoded_lines(content, encoding, source.label), encoding, digest)
    unmarked = _unmarked_utf16(content)
    if unmarked is not None:
        return FileText(_decoded_lines(content, unmarked, source.label), unmarked, digest)
    for encoding in ("utf-8",) if _mostly_utf8(content) else ("utf-8", "gb18030"):
        try:
            return FileText(_lines(content.decode(encoding)), encoding, digest)
        except UnicodeDecodeError:
            continue
    lines, encoding = min(
        ((_lossy_lines(content, encoding), encoding) for encoding in ("utf-8", "gb18030")),
        key=lambda found: found[0].count(None),
    )
    if lines.count(None) > max(1, _UNDECODABLE_SHARE * len(lines)):
        raise InvalidInput(
            f"{source.label} is neither UTF-8 nor GB 18030 ({lines.count(None)} of {len(lines)} lines fail). "
            "Export it again in one of these, or declare its encoding in the sources file."
        )
    return FileText(lines, encoding, digest)


def _unmarked_utf16(content: bytes) -> str | None:
    """UTF-16 without a byte-order mark: delimiters, digits and line ends have a zero byte, always on the same side."""
    sample = content[:_TELLING_BYTES]
    zeros = sample[0::2].count(0), sample[1::2].count(0)
    if sum(zeros) < _ZERO_SHARE * len(sample):
        return None
    return "utf-16-le" if zeros[1] > zeros[0] else "utf-16-be"


def _mostly_utf8(content: bytes) -> bool:
    """Most of the first lines with other than ASCII are UTF-8: with a damaged line it still is, though GB 18030 may take it."""
    telling = [line for line in content.split(b"\n", _TELLING_LINES)[:_TELLING_LINES] if not line.isascii()]
    valid = 0
    for line in telling:
        try:
            line.decode("utf-8")
            valid += 1
        except UnicodeDecodeError:
            continue
    return valid * 2 > len(telling)


def _decoded_lines(content: bytes, encoding: str, name: str) -> list[str | None]:
    try:
        return _lines(content.decode(encoding))
    except LookupError as fault:
        raise InvalidInput(f"{name}: the declared encoding {encoding} is unknown; use auto, utf-8 or gb18030.") from fault
    except UnicodeDecodeError:
        if encoding.lower().replace("_", "-").startswith("utf-16"):
            return _lossy_utf16(content, encoding, name)
        return _lossy_lines(content, encoding)


def _lossy_utf16(content: bytes, encoding: str, name: str) -> list[str | None]:
    """The lines of a damaged UTF-16 file, null where characters are lost; a byte too many or too few spoils all that follow."""
    if len(content) % 2:
        raise InvalidInput(f"{name} is {encoding} with a byte too many or too few. Export it again as UTF-8.")
    lines = [None if line is None or "\ufffd" in line else line for line in _lines(content.decode(encoding, "replace"))]
    if lines.count(None) > max(1, _UNDECODABLE_SHARE * len(lines)):
        raise InvalidInput(
            f"{name} is not valid {encoding} ({lines.count(None)} of {len(lines)} lines fail). Export it again as UTF-8."
        )
    return lines


def _lines(text: str) -> list[str | None]:
    text = text.removeprefix("\ufeff")
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    lines: list[str | None] = list(text.split("\n"))
    if lines and lines[-1] == "":
        lines.pop()
    return lines


def _lossy_lines(content: bytes, encoding: str) -> list[str | None]:
    raw = content.split(b"\n")
    if raw and raw[-1] == b"":
        raw.pop()
    lines: list[str | None] = []
    for line in raw:
        try:
            lines.append(line.rstrip(b"\r").decode(encoding).removeprefix("\ufeff"))
        except UnicodeDecodeError:
            lines.append(None)
    return lines


def candidate_delimiters(source: Source) -> tuple[str, ...]:
    """The declared delimiter, or those that may be found."""
    return _CANDIDATES if source.delimiter == "auto" else (DELIMITERS[source.delimiter],)


def split_line(line: str, delimiter: str) -> list[str]:
    """The fields of one line, quotes read as in RFC 4180; a mark that opens no field is kept as it stands."""
    return _quoted_fields(line, delimiter)[0] if QUOTE in line else line.split(delimiter)


def read_rows(lines: Sequence[str | None], *, width: int, delimiter: str, line_breaks: LineBreaks) -> RawRows:
    """The data rows in lines after the header; `width` is the number of the header's fields."""
    records = _records(lines, width=width, delimiter=delimiter, line_breaks=line_breaks)
    frame = pl.DataFrame({"row": range(1, len(records) + 1), "line": records}, schema={"row": pl.Int64, "line": pl.String})
    quotes = pl.col("line").str.contains(QUOTE, literal=True)
    fits = pl.col("line").str.count_matches(delimiter, literal=True) == width - 1
    plain = frame.filter(~quotes & fits)
    quoted = frame.filter(quotes & pl.col("line").str.contains(_well_formed(width, delimiter)))
    rest = frame.join(pl.concat([plain, quoted]), on="row", how="anti").filter(pl.col("line").is_not_null())
    names = [f"c{index}" for index in range(width)]
    found = [_split(plain, names, delimiter), _read_quoted(quoted, names, delimiter)]
    repaired: list[tuple[object, ...]] = []
    misfits: list[Misfit] = []
    for row, line in rest.iter_rows():
        fields, open_quote = _best_fields(line, delimiter, width)
        if len(fields) == width and not open_quote:
            repaired.append((row, *fields))
        else:
            misfits.append(Misfit(row, tuple(fields), open_quote))
    found.append(pl.DataFrame(repaired, schema=found[0].schema, orient="row"))
    return RawRows(
        cells=pl.concat(found).sort("row"),
        misfits=misfits,
        undecodable=frame.filter(pl.col("line").is_null())["row"].to_list(),
        stray_quotes=sorted(row for row, *_ in repaired if isinstance(row, int)),
        rows=len(records),
    )


def _well_formed(width: int, delimiter: str) -> str:
    field = rf'(?:"(?:[^"]|"")*"|[^"{re.escape(delimiter)}]*)'
    return rf"\A{field}(?:{re.escape(delimiter)}{field}){{{width - 1}}}\z"


def _split(frame: pl.DataFrame, names: list[str], delimiter: str) -> pl.DataFrame:
    fields = pl.col("line").str.split_exact(delimiter, len(names) - 1).struct.rename_fields(names)
    return frame.select("row", fields.alias("fields")).unnest("fields")


def _read_quoted(frame: pl.DataFrame, names: list[str], delimiter: str) -> pl.DataFrame:
    if frame.is_empty():
        return pl.DataFrame(schema={"row": pl.Int64} | dict.fromkeys(names, pl.String))
    fields = pl.read_csv(
        "\n".join(frame["line"].to_list()).encode("utf-8"),
        has_header=False,
        schema=dict.fromkeys(names, pl.String()),
        separator=delimiter,
        empty_string_is_null=False,
        extra_columns="raise",
    )
    return pl.concat([frame.select("row"), fields], how="horizontal")


def _best_fields(line: str, delimiter: str, width: int) -> tuple[list[str], bool]:
    """Fields without stray marks, and whether the line ends inside quotes: then its last field may be cut."""
    if QUOTE not in line:
        return line.split(delimiter), False
    fields, stray, open_quote = _quoted_fields(line, delimiter)
    if len(fields) == width and not stray:
        return fields, False
    for position, character in enumerate(line):
        if character == QUOTE:
            attempt, still_stray, _ = _quoted_fields(line[:position] + line[position + 1 :], delimiter)
            if len(attempt) == width and not still_stray:
                return attempt, False
    unmarked = line.replace(QUOTE, "").split(delimiter)
    if len(unmarked) == width:
        return unmarked, False
    return [field.replace(QUOTE, "") for field in fields], open_quote


def _quoted_fields(line: str, delimiter: str) -> tuple[list[str], bool, bool]:
    """Fields of a line, whether a mark stands where none may, and whether a quoted field is never closed."""
    fields: list[str] = []
    stray, position = False, 0
    while True:
        opening = re.compile(r'[^\S\t]*"').match(line, position)
        if opening is None:
            end = line.find(delimiter, position)
            field = line[position:] if end < 0 else line[position:end]
            stray = stray or QUOTE in field
            fields.append(field)
        else:
            closing = re.compile(rf'((?:[^"]|"")*)"\s*(?={re.escape(delimiter)}|\Z)').match(line, opening.end())
            if closing is None:
                rest = line[position:].split(delimiter)
                return [*fields, *rest], True, line.count(QUOTE, position) % 2 == 1
            fields.append(closing[1].replace('""', QUOTE))
            end = closing.end() if closing.end() < len(line) else -1
        if end < 0:
            return fields, stray, False
        position = end + 1


def _records(lines: Sequence[str | None], *, width: int, delimiter: str, line_breaks: LineBreaks) -> Sequence[str | None]:
    """The lines, or the records of several lines where quoted fields hold line breaks."""
    if line_breaks is LineBreaks.NEVER:
        return lines
    odd = deque(number for number, line in enumerate(lines) if line is not None and line.count(QUOTE) % 2)
    spans: list[tuple[int, int]] = []
    unpaired = 0
    while odd:
        first = odd.popleft()
        if odd and odd[0] - first < _LONGEST_RECORD_LINES and _is_record(lines[first : odd[0] + 1], width, delimiter):
            spans.append((first, odd.popleft()))
        else:
            unpaired += 1
    if not spans or (unpaired and line_breaks is LineBreaks.AUTO):
        return lines
    records: list[str | None] = []
    start = 0
    for first, last in spans:
        records += lines[start:first]
        records.append("\n".join(line or "" for line in lines[first : last + 1]))
        start = last + 1
    return [*records, *lines[start:]]


def _is_record(lines: Sequence[str | None], width: int, delimiter: str) -> bool:
    if any(line is None for line in lines) or len(_best_fields(lines[0] or "", delimiter, width)[0]) == width:
        return False
    fields, stray, open_quote = _quoted_fields("\n".join(line or "" for line in lines), delimiter)
    return len(fields) == width and not stray and not open_quote
