"""Which file or database table is which register: sources.toml, with paths relative to itself.

::

    [[sources]]
    register = "property"            # a declared register, or one that `specification` declares
    path = "不动产.csv"              # or a workbook, Parquet, or lines of fixed width
    encoding = "auto"                # or utf-8, gb18030 …
    delimiter = "auto"               # or "," "tab" ";" "|"
    line_breaks = "auto"             # "never": a line is a row; "quoted": a quoted field may hold line breaks
    date_order = "ymd"               # "dmy": 31/12/2026; "mdy": 12/31/2026
    headers = { owner_id = "证号" }   # where the file's header is none of the declared ones
    units = { price_cents = "万元" }  # where the file's unit is not the declared one
    codes = { state = { current = ["A1"] } }    # the file's own words for codes, before the declared ones
    sheet = "2026"                   # of a workbook: name, or number from 1; else the one that holds the declared headers
    layout = { fields = { … } }      # of lines of fixed width: see layout.py
    database = "HOUSING_URL"         # instead of path: the environment variable that holds the database's URL, and
    table = "fund.account"           # a table or view, or
    query = "SELECT … ORDER BY id"   # a query whose order is fixed, since rows are known by their numbers
    covers_from = 2020-01-01         # what the answer covers: events from, events to, offices (left out: all)
    covers_to = 2026-09-30
    offices = ["柳林镇"]
    authorisation = "清民核 2026-17"  # under which the register was asked, and what for
    purpose = "review of awards"
    authorised = false               # it may not be asked, or
    answered = false                 # it was asked and did not answer: in both cases no path, nothing is read
"""

import codecs
import tomllib
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from targeting.errors import InvalidInput
from targeting.specs.layout import Layout
from targeting.specs.registers import MONEY_UNITS, ColumnType, RegisterSpec, load_register, load_registers

DELIMITERS = {",": ",", "comma": ",", "tab": "\t", "\t": "\t", ";": ";", "semicolon": ";", "|": "|", "pipe": "|"}

# Encodings of domain names and of program text.
_NOT_OF_FILES = ("idna", "punycode", "undefined", "unicode_escape", "raw_unicode_escape")


class LineBreaks(StrEnum):
    """Whether a quoted field may go on in the next line."""

    AUTO = "auto"
    NEVER = "never"
    QUOTED = "quoted"


class DateOrder(StrEnum):
    """How a file writes days: year first, as Chinese registers do, or 31/12/2026, or 12/31/2026."""

    YMD = "ymd"
    DMY = "dmy"
    MDY = "mdy"


class Request(BaseModel):
    """What a register was asked, and how far its answer reaches (G20, G27); left out, an extent has no end.

    A register that is not `authorised` may not be asked; one that has not `answered` was asked: neither has a file.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    authorised: bool = True
    authorisation: str | None = None
    purpose: str | None = None
    answered: bool = True
    covers_from: date | None = None
    covers_to: date | None = None
    offices: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.covers_from is not None and self.covers_to is not None and self.covers_to < self.covers_from:
            raise ValueError(f"covers_to {self.covers_to} is before covers_from {self.covers_from}")
        return self

    @property
    def silent(self) -> bool:
        """There is nothing to read."""
        return not (self.authorised and self.answered)


class Source(Request):
    """One register as received."""

    register_name: str
    path: Path | None = None
    database: str | None = None
    table: str | None = None
    query: str | None = None
    sheet: str | int | None = None
    layout: Layout | None = None
    encoding: str = "auto"
    delimiter: str = "auto"
    line_breaks: LineBreaks = LineBreaks.AUTO
    date_order: DateOrder = DateOrder.YMD
    headers: dict[str, str] = {}
    units: dict[str, str] = {}
    codes: dict[str, dict[str, tuple[str, ...]]] = {}
    specification: Path | None = None

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if self.silent:
            return self
        if (self.path is None) == (self.database is None):
            raise ValueError("name either path or database, or say authorised = false or answered = false")
        if self.database is not None and (self.table is None) == (self.query is None):
            raise ValueError("a database needs either table or query")
        if self.database is None and (self.table is not None or self.query is not None):
            raise ValueError("table and query need database: the environment variable that holds the URL")
        if self.database is not None and (self.layout is not None or self.sheet is not None):
            raise ValueError("sheet and layout are for files, not for a database")
        return self

    @property
    def file(self) -> Path:
        """The file to read."""
        assert self.path is not None, "a source without a file is never read"
        return self.path

    @property
    def label(self) -> str:
        """The source as messages name it: nothing of where it lies."""
        if self.database is not None:
            return f"{self.table or 'query'} in the database of {self.database}"
        return self.file.name


class Sources(BaseModel):
    """The sources of one intake, silent ones too, and the declaration of each register."""

    model_config = ConfigDict(frozen=True)

    entries: tuple[Source, ...]
    specs: dict[str, RegisterSpec]

    def pairs(self) -> list[tuple[Source, RegisterSpec]]:
        """Each source that is to be read with the declaration of its register, in the order of the file."""
        return [(source, self.specs[source.register_name]) for source in self.entries if not source.silent]

    def requests(self) -> dict[str, Request]:
        """What each register was asked, by register in the order of names; silent ones too."""
        keys = set(Request.model_fields)
        asked = {source.register_name: Request.model_validate(source.model_dump(include=keys)) for source in self.entries}
        return {register: asked[register] for register in sorted(asked)}


def load_sources(path: Path) -> Sources:
    """The sources that a sources.toml names.

    Raises:
        InvalidInput: with every fault: unknown register or key, file missing, register named twice.
        Misconfigured: a declaration of a register is wrong.
    """
    entries = _entries(path)
    specs = load_registers()
    faults: list[str] = []
    found: list[Source] = []
    for number, entry in enumerate(entries, start=1):
        where = f"source {number} ({entry.get('register', 'register not named')})"
        source = _source(entry, folder=path.parent, where=where, faults=faults)
        if source is None:
            continue
        if source.specification is not None:
            own = load_register(source.specification)
            specs[own.name] = own
        faults += _faults_of(source, specs, where=where)
        if any(other.register_name == source.register_name for other in found):
            faults.append(f"{where}: register {source.register_name} is named twice; one file a register")
        found.append(source)
    for source in found:
        if source.codes and not faults:
            specs[source.register_name] = specs[source.register_name].with_words(source.codes)
    if faults:
        raise InvalidInput(f"{path.name} cannot be used; correct it and repeat.", faults=faults)
    return Sources(entries=tuple(found), specs={name: specs[name] for name in sorted(specs)})


def _entries(path: Path) -> list[dict[str, Any]]:
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as fault:
        raise InvalidInput(f"The sources file {path} cannot be read: {fault.strerror}. Name an existing TOML file.") from fault
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise InvalidInput(f"The sources file {path} is not valid TOML (UTF-8): {fault}. Correct it.") from fault
    entries = content.get("sources")
    if not isinstance(entries, list) or not entries or not all(isinstance(entry, dict) for entry in entries):
        raise InvalidInput(f'The sources file {path} names no files: it needs [[sources]] tables with "register" and "path".')
    return entries


def _source(entry: dict[str, Any], *, folder: Path, where: str, faults: list[str]) -> Source | None:
    content = dict(entry)
    if "register" in content:
        content["register_name"] = content.pop("register")
    try:
        source = Source.model_validate(content)
    except ValidationError as wrong:
        for fault in wrong.errors(include_url=False):
            key = "".join(f"{part}: " for part in fault["loc"]).replace("register_name", "register")
            faults.append(f"{where}: {key}{fault['msg'].removeprefix('Value error, ')}")
        return None
    beside = {"path": source.path, "specification": source.specification}
    return source.model_copy(update={key: path if path is None else folder / path for key, path in beside.items()})


def _faults_of(source: Source, specs: dict[str, RegisterSpec], *, where: str) -> list[str]:
    if source.register_name not in specs:
        return [f"{where}: there is no register {source.register_name}; declared are {', '.join(sorted(specs))}"]
    spec = specs[source.register_name]
    named = {*source.headers, *source.units, *source.codes, *(source.layout.fields if source.layout else ())}
    faults = [f"{where}: register {spec.name} declares no column {name}" for name in sorted(named - set(spec.by_name))]
    faults += [
        f"{where}: column {column} has no code {code}; declared are {', '.join(spec.by_name[column].codes) or 'none'}"
        for column, words in source.codes.items()
        if column in spec.by_name
        for code in sorted(set(words) - set(spec.by_name[column].codes))
    ]
    faults += [
        f"{where}: units: {name} is no column of money in one of the units {', '.join(MONEY_UNITS)}: got {unit}"
        for name, unit in source.units.items()
        if name in spec.by_name and (unit not in MONEY_UNITS or spec.by_name[name].type is not ColumnType.MONEY)
    ]
    if source.layout is not None:
        without = [c.name for c in spec.columns if c.required and c.name not in source.layout.fields]
        faults += [f"{where}: layout gives no positions for {name}, which is required" for name in without]
    if not source.silent and source.path is not None and not source.path.is_file():
        faults.append(f"{where}: the file {source.path} does not exist (paths are relative to the sources file)")
    if source.encoding != "auto" and not _is_encoding(source.encoding):
        faults.append(f"{where}: the encoding {source.encoding!r} is unknown; use auto, utf-8, gb18030 or utf-16")
    if source.delimiter != "auto" and source.delimiter not in DELIMITERS:
        faults.append(f"{where}: delimiter {source.delimiter!r} is unknown; use auto, comma, tab, semicolon or pipe")
    return faults


def _is_encoding(name: str) -> bool:
    """The name of an encoding of texts, as files have them."""
    try:
        return codecs.lookup(name).name not in _NOT_OF_FILES and bool("x".encode(name))
    except (LookupError, ValueError):
        return False
