"""Which file is which register: sources.toml, with paths relative to itself.

::

    [[sources]]
    register = "property"            # a declared register, or one that `specification` declares
    path = "不动产.csv"
    encoding = "auto"                # or utf-8, gb18030 …
    delimiter = "auto"               # or "," "tab" ";" "|"
    line_breaks = "auto"             # "never": a line is a row; "quoted": a quoted field may hold line breaks
    headers = { owner_id = "证号" }   # where the file's header is none of the declared ones
    units = { price_cents = "万元" }  # where the file's unit is not the declared one
"""

import tomllib
from enum import StrEnum
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from targeting.errors import InvalidInput
from targeting.specs.registers import RegisterSpec, load_register, load_registers

DELIMITERS = {",": ",", "comma": ",", "tab": "\t", "\t": "\t", ";": ";", "semicolon": ";", "|": "|", "pipe": "|"}


class LineBreaks(StrEnum):
    """Whether a quoted field may go on in the next line."""

    AUTO = "auto"
    NEVER = "never"
    QUOTED = "quoted"


class Source(BaseModel):
    """One register file as received."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    register_name: str
    path: Path
    encoding: str = "auto"
    delimiter: str = "auto"
    line_breaks: LineBreaks = LineBreaks.AUTO
    headers: dict[str, str] = {}
    units: dict[str, str] = {}
    specification: Path | None = None


class Sources(BaseModel):
    """The register files of one intake, and the declaration of each."""

    model_config = ConfigDict(frozen=True)

    files: tuple[Source, ...]
    specs: dict[str, RegisterSpec]

    def pairs(self) -> list[tuple[Source, RegisterSpec]]:
        """Each source with the declaration of its register, in the order of the file."""
        return [(source, self.specs[source.register_name]) for source in self.files]


def load_sources(path: Path) -> Sources:
    """The sources that a sources.toml names.

    Raises:
        InvalidInput: with every fault: unknown register or key, file missing, register named twice.
        Misconfigured: a declaration of a register is wrong.
    """
    entries = _entries(path)
    specs = load_registers()
    faults: list[str] = []
    files: list[Source] = []
    for number, entry in enumerate(entries, start=1):
        where = f"source {number} ({entry.get('register', 'register not named')})"
        source = _source(entry, folder=path.parent, where=where, faults=faults)
        if source is None:
            continue
        if source.specification is not None:
            own = load_register(source.specification)
            specs[own.name] = own
        faults += _faults_of(source, specs, where=where)
        if any(other.register_name == source.register_name for other in files):
            faults.append(f"{where}: register {source.register_name} is named twice; one file a register")
        files.append(source)
    if faults:
        raise InvalidInput(f"{path.name} cannot be used; correct it and repeat.", faults=faults)
    return Sources(files=tuple(files), specs={name: specs[name] for name in sorted(specs)})


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
            key = ".".join(map(str, fault["loc"])).replace("register_name", "register")
            faults.append(f"{where}: {key}: {fault['msg']}")
        return None
    own = source.specification
    return source.model_copy(
        update={"path": folder / source.path, "specification": None if own is None else folder / own},
    )


def _faults_of(source: Source, specs: dict[str, RegisterSpec], *, where: str) -> list[str]:
    faults = []
    if source.register_name not in specs:
        faults.append(f"{where}: there is no register {source.register_name}; declared are {', '.join(sorted(specs))}")
    else:
        known = specs[source.register_name].by_name
        unknown = sorted({*source.headers, *source.units} - set(known))
        faults += [f"{where}: register {source.register_name} declares no column {name}" for name in unknown]
    if not source.path.is_file():
        faults.append(f"{where}: the file {source.path} does not exist (paths are relative to the sources file)")
    if source.delimiter != "auto" and source.delimiter not in DELIMITERS:
        faults.append(f"{where}: delimiter {source.delimiter!r} is unknown; use auto, comma, tab, semicolon or pipe")
    return faults
