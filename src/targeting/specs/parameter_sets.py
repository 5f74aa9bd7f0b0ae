"""Parameter sets as files: those shipped in models/policies, those in a folder, and one made from another by a new value.

A set is whole: it holds the files of its jurisdiction and of every jurisdiction that it extends, as `folder/file`, the extended
ones first. Its hash is that of all of them, the same for the same bytes wherever they lie: a later version of this program, with
other samples, changes nothing of what was published.
"""

import hashlib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from targeting.errors import InvalidInput, Misconfigured
from targeting.specs.jurisdictions import FILE as EXTENDS_IN
from targeting.specs.jurisdictions import KIND, jurisdictions
from targeting.specs.loading import declared_bytes, declared_names
from targeting.specs.policy import Policy, policy_from
from targeting.specs.toml_text import table

OWN_FILE = "parameters"
SLUG = re.compile(r"^[a-z0-9]+(-[a-z0-9]+)*$")


@dataclass(frozen=True)
class ParameterSet:
    """The files of one jurisdiction's law: name (`folder/file`) to bytes, in the order in which they are read."""

    jurisdiction: str
    files: Mapping[str, bytes]

    @cached_property
    def sha256(self) -> str:
        """The hash of every file and its name."""
        told = "".join(f"{name}:{hashlib.sha256(content).hexdigest()};" for name, content in self.files.items())
        return hashlib.sha256(told.encode()).hexdigest()

    @cached_property
    def content(self) -> dict[str, dict[str, Any]]:
        """Every file as its table.

        Raises:
            InvalidInput: with every file that is not TOML.
        """
        read: dict[str, dict[str, Any]] = {}
        faults = []
        for name, content in self.files.items():
            try:
                read[name] = tomllib.loads(content.decode("utf-8"))
            except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
                faults.append(f"{name}.toml is not valid TOML (UTF-8): {fault}")
                continue
            for part, entries in read[name].items():
                named = entries.values() if isinstance(entries, dict) and part != EXTENDS_IN else [entries]
                if not all(isinstance(entry, dict) for entry in named):
                    faults.append(f"{name}.toml: {part} must hold tables, such as [{part}.name]")
        if faults:
            raise InvalidInput(f"The parameter set of {self.jurisdiction} cannot be read.", faults=faults)
        return read

    @cached_property
    def policy(self) -> Policy:
        """The law that the files declare.

        Raises:
            InvalidInput: with every fault of every file.
        """
        try:
            return policy_from(self.content, jurisdiction=self.jurisdiction, digest=self.sha256)
        except Misconfigured as wrong:
            message = f"The parameter set of {self.jurisdiction} is wrong; correct the files."
            raise InvalidInput(message, faults=wrong.faults or (wrong.message,)) from None

    def entries(self, part: str) -> dict[str, Any]:
        """What is declared under each name of a part (`parameters`, `checks` …); the extending file's word holds."""
        return {name: entry for content in self.content.values() for name, entry in content.get(part, {}).items()}

    def write(self, folder: Path) -> None:
        """The files lie in the folder."""
        for name, content in self.files.items():
            file = folder / f"{name}.toml"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)


def shipped(jurisdiction: str) -> ParameterSet:
    """The sample that comes with this program.

    Raises:
        Misconfigured: there is none of that name.
    """
    if jurisdiction not in jurisdictions():
        known = ", ".join(jurisdictions()) or "none"
        raise Misconfigured(f"No policy {jurisdiction} is published here, and none is declared in models/{KIND}: {known}.")
    return ParameterSet(jurisdiction, _with_extended({}, jurisdiction))


def read_folder(folder: Path, jurisdiction: str) -> ParameterSet:
    """The set in a folder: a whole one with a folder a jurisdiction, or only `*.toml` that extend what is shipped.

    Raises:
        InvalidInput: the folder or the name cannot be, or the folder holds no TOML file.
    """
    if not SLUG.match(jurisdiction):
        raise InvalidInput(f"The jurisdiction is {jurisdiction!r}; expected small letters, digits and hyphens, e.g. cn-qinghe.")
    if not folder.is_dir():
        raise InvalidInput(f"There is no folder {folder}: expected one with the *.toml files of a parameter set.")
    whole = {f"{path.parent.name}/{path.stem}": path.read_bytes() for path in sorted(folder.glob("*/*.toml"))}
    own = {f"{jurisdiction}/{path.stem}": path.read_bytes() for path in sorted(folder.glob("*.toml"))}
    if not whole and not own:
        raise InvalidInput(f"The folder {folder} holds no *.toml file.")
    return of_files(whole | own, jurisdiction)


def of_files(files: Mapping[str, bytes], jurisdiction: str) -> ParameterSet:
    """The set of these files (`folder/file`), made whole by the shipped files of what it extends.

    Raises:
        InvalidInput: what it extends is neither among the files nor shipped.
    """
    return ParameterSet(jurisdiction, _with_extended(files, jurisdiction))


def _with_extended(given: Mapping[str, bytes], jurisdiction: str) -> dict[str, bytes]:
    """The files of the jurisdiction and of those that it extends, the farthest first."""
    chain: list[dict[str, bytes]] = []
    seen: set[str] = set()
    folder = jurisdiction
    while folder:
        if folder in seen:
            raise InvalidInput(f"The jurisdiction {folder} extends itself.")
        seen.add(folder)
        files = {name: content for name, content in sorted(given.items()) if name.startswith(f"{folder}/")}
        if not files:
            files = {name: declared_bytes(KIND, name) for name in declared_names(KIND) if name.startswith(f"{folder}/")}
        if not files:
            raise InvalidInput(f"The jurisdiction {jurisdiction} extends {folder}, which is neither in the folder nor shipped.")
        chain.append(files)
        folder = _extends(files.get(f"{folder}/{EXTENDS_IN}", b""))
    return {name: content for files in reversed(chain) for name, content in files.items()}


def _extends(file: bytes) -> str:
    try:
        told = tomllib.loads(file.decode("utf-8")).get(EXTENDS_IN, {})
        return str(told.get("extends", "")) if isinstance(told, dict) else ""
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        return ""  # said with all other faults when the content is read


@dataclass(frozen=True, slots=True)
class NewValue:
    """A value for one parameter from a day on, with the document and article that set it and who confirmed it."""

    parameter: str
    value: int | float
    effective_from: date
    document: str
    article: str
    by: str


def with_value(base: ParameterSet, new: NewValue) -> ParameterSet:
    """The set with the new value; the value in force until then ends the day before, and stays.

    Raises:
        InvalidInput: there is no such parameter, or a value begins on that day or later.
    """
    entry = base.entries("parameters").get(new.parameter)
    if entry is None:
        raise InvalidInput(f"There is no parameter {new.parameter}. 'targeting policies show' lists them.")
    later = sorted(value["effective_from"] for value in entry["values"] if value["effective_from"] >= new.effective_from)
    if later:
        raise InvalidInput(
            f"{new.parameter} has a value from {later[0]} on: a new one has to begin after it. Edit the files of a draft folder."
        )
    values = [_ended(value, new.effective_from - timedelta(days=1)) for value in entry["values"]]
    told = {"value": new.value, "effective_from": new.effective_from, "document": new.document, "article": new.article}
    changed = {**entry, "values": [*values, {**told, "status": "in_force", "by": new.by}]}
    file = f"{base.jurisdiction}/{OWN_FILE}"
    files = dict(base.files)
    for name, content in files.items():
        if name.startswith(f"{base.jurisdiction}/") and new.parameter in base.content[name].get("parameters", {}):
            file = name
            files[name] = _without(content.decode("utf-8"), new.parameter).encode()
    block = table(("parameters", new.parameter), changed)
    files[file] = files.get(file, b"").rstrip() + b"\n\n" + block.encode()
    return of_files(files, base.jurisdiction)


def _ended(value: Mapping[str, Any], last: date) -> dict[str, Any]:
    open_ended = value.get("effective_to") is None or value["effective_to"] > last
    return {**value, "effective_to": last} if open_ended else dict(value)


def _without(text: str, parameter: str) -> str:
    """The TOML text without the table of the parameter and its sub-tables; the remarks before the next table stay."""
    own = re.compile(rf'^\s*\[{{1,2}}\s*parameters\s*\.\s*["\']{re.escape(parameter)}["\']\s*(\.[a-z_]+)?\s*\]{{1,2}}')
    kept: list[str] = []
    remarks: list[str] = []
    inside, depth = False, 0
    for line in text.splitlines():
        is_header = depth == 0 and line.lstrip().startswith("[")
        if is_header:
            inside = bool(own.match(line))
            kept += [] if inside else remarks
            remarks = []
        elif inside and depth == 0:
            remarks = [*remarks, line] if not line.strip() or line.lstrip().startswith("#") else []
        if not inside:
            kept.append(line)
        elif not is_header:
            bare = re.sub(r'"(\\.|[^"\\])*"', "", line).split("#", 1)[0]
            depth += bare.count("[") + bare.count("{") - bare.count("]") - bare.count("}")
    return "\n".join([*kept, *remarks]) + "\n"
