"""Registers as received → snapshot (DESIGN §2, first line).

A snapshot is keyed by the files' bytes or the fetched rows, the specifications that read them and the date; the same key is the
same snapshot.
"""

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

import targeting
from targeting import settings as environment
from targeting.errors import InvalidInput, TargetingError
from targeting.frames.identity import IDENTITIES
from targeting.frames.register import INTAKE, PROTECTED, REJECTS, REPAIRS
from targeting.jobs.inputs import declared_knowledge
from targeting.jobs.lake import Lake, fingerprint, whole_folder
from targeting.jobs.progress import step
from targeting.registers.database import Fetched, fetch
from targeting.registers.intake import RegisterIntake, read_register
from targeting.specs.knowledge import knowledge_of
from targeting.specs.registers import RegisterSpec
from targeting.specs.sources import Source, Sources, load_sources
from targeting.specs.values import load_values


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A snapshot in the lake and what was read into it."""

    name: str
    as_of: date
    summary: pl.DataFrame

    @property
    def has_rejects(self) -> bool:
        """Some row was refused and needs a look."""
        return bool(self.summary["rejected"].sum())


def take(sources_file: Path, *, home: Path, as_of: date) -> Snapshot:
    """The files that `sources_file` names are a snapshot in the lake.

    Raises:
        InvalidInput: a file is missing or lacks columns; all faults of all files at once.
    """
    sources = load_sources(sources_file)
    lake = Lake(home)
    fetched = _fetch_all(sources)
    name = f"{as_of}-{_key(sources, fetched, as_of)[:12]}"
    if name in lake.names("snapshots"):
        lake.point("snapshots", name)
        return Snapshot(name, as_of, lake.table("snapshots", name, "intake"))
    intakes = _read_all(sources, fetched)
    with step("write the snapshot"):
        summary = _write(lake, name, as_of, sources, intakes)
    return Snapshot(name, as_of, summary)


def _write(lake: Lake, name: str, as_of: date, sources: Sources, intakes: Mapping[str, RegisterIntake]) -> pl.DataFrame:
    summary = _stack([intake.summary for intake in intakes.values()], INTAKE.empty()).sort("register")
    _keep_protected(lake.home, name, _stack([intake.protected for intake in intakes.values()], PROTECTED.empty()))
    lake.write("snapshots", name, _tables(intakes, summary), _manifest(name, as_of, sources, intakes, summary))
    return summary


def _fetch_all(sources: Sources) -> dict[str, Fetched]:
    """The rows of the registers that lie in databases."""
    found: dict[str, Fetched] = {}
    faults = []
    for source, spec in sources.pairs():
        if source.database is not None:
            with step(f"fetch {spec.name}"):
                try:
                    found[spec.name] = fetch(source, environment.variable(source.database))
                except TargetingError as error:
                    faults.append(str(error))
    if faults:
        raise InvalidInput(f"{len(faults)} of {len(sources.pairs())} registers cannot be fetched.", faults=faults)
    return found


def _read_all(sources: Sources, fetched: Mapping[str, Fetched]) -> dict[str, RegisterIntake]:
    intakes, faults = {}, []
    for source, spec in sources.pairs():
        with step(f"read {spec.name}"):
            try:
                intakes[spec.name] = read_register(source, spec, fetched=fetched.get(spec.name))
            except InvalidInput as error:
                faults.append(str(error))
    if faults:
        raise InvalidInput(f"{len(faults)} of {len(sources.pairs())} registers cannot be read.", faults=faults)
    return intakes


def _tables(intakes: Mapping[str, RegisterIntake], summary: pl.DataFrame) -> dict[str, pl.DataFrame]:
    tables = {register: intake.table for register, intake in intakes.items()}
    tables["identities"] = _stack([i.identities for i in intakes.values()], IDENTITIES.empty()).sort(IDENTITIES.key)
    tables["rejects"] = _stack([i.rejects for i in intakes.values()], REJECTS.empty()).sort(REJECTS.key)
    tables["repairs"] = _stack([i.repairs for i in intakes.values()], REPAIRS.empty()).sort(REPAIRS.key)
    tables["intake"] = summary
    return tables


def _stack(frames: list[pl.DataFrame], empty: pl.DataFrame) -> pl.DataFrame:
    return pl.concat([empty, *frames])


def _key(sources: Sources, fetched: Mapping[str, Fetched], as_of: date) -> str:
    return fingerprint(
        {
            "as_of": as_of.isoformat(),
            "files": {
                spec.name: [fetched[spec.name].sha256 if spec.name in fetched else _file_sha256(source), _reading(source)]
                for source, spec in sources.pairs()
            },
            "specifications": {spec.name: spec.sha256 for _, spec in sources.pairs()},
            "asked": _requests(sources),
            "values": load_values().sha256,
            "code": targeting.__version__,
        }
    )


def _reading(source: Source) -> dict[str, Any]:
    """How the sources file says that the file is to be read, without where it lies."""
    return source.model_dump(mode="json", exclude={"path", "specification"})


def _requests(sources: Sources) -> dict[str, Any]:
    """What each register was asked and how far its answer reaches, silent ones too (G27)."""
    return {register: request.model_dump(mode="json") for register, request in sources.requests().items()}


def _file_sha256(source: Source) -> str:
    with source.file.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _manifest(
    name: str, as_of: date, sources: Sources, intakes: Mapping[str, RegisterIntake], summary: pl.DataFrame
) -> dict[str, Any]:
    specs = {spec.name: spec for _, spec in sources.pairs()}
    knowledge = knowledge_of(specs, snapshot=as_of)
    return {
        "snapshot": name,
        "as_of": as_of.isoformat(),
        "code": targeting.__version__,
        "registers": json.loads(summary.write_json()),
        "specifications": {register: spec.sha256 for register, spec in specs.items()},
        "knowledge": {register: declared_knowledge(spec, knowledge[register]) for register, spec in specs.items()},
        "asked": _requests(sources),
        "stale": _stale(specs, summary, as_of),
        "outreach": sorted(register for register, spec in specs.items() if spec.outreach),
        "absent_columns": {register: list(intake.absent_columns) for register, intake in intakes.items()},
        "unread_headers": {register: list(intake.unread_headers) for register, intake in intakes.items()},
    }


def _stale(specs: Mapping[str, RegisterSpec], summary: pl.DataFrame, as_of: date) -> list[str]:
    """The registers whose latest event is longer ago than their declaration allows: they can no longer say "clear"."""
    latest = dict(summary.select("register", "data_until").iter_rows())
    return sorted(
        register
        for register, spec in specs.items()
        if spec.event is not None and latest[register] is not None and spec.event.is_stale(latest[register], on=as_of)
    )


def _keep_protected(home: Path, snapshot: str, protected: pl.DataFrame) -> None:
    audit = home / "audit"
    audit.mkdir(parents=True, exist_ok=True)
    os.chmod(audit, 0o700)
    with whole_folder(audit / snapshot) as folder:
        protected.sort(PROTECTED.key).write_parquet(folder / "protected.parquet")
