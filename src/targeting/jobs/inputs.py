"""What a screening reads from the lake: a snapshot's registers, a link run's links and persons, what each register covers."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import polars as pl

from targeting.errors import InvalidInput
from targeting.frames.assessment import COVERAGE
from targeting.jobs.lake import Lake
from targeting.specs.knowledge import Knowledge
from targeting.specs.registers import RegisterSpec, load_registers


@dataclass(frozen=True, slots=True)
class Inputs:
    """The registers of one snapshot with the links of one link run."""

    snapshot: str
    link_run: str
    as_of: date
    tables: Mapping[str, pl.DataFrame]
    links: pl.DataFrame
    persons: pl.DataFrame
    knowledge: Mapping[str, Knowledge]
    coverage: pl.DataFrame


def load(lake: Lake, link_run: str) -> Inputs:
    """The inputs of a screening of that link run."""
    snapshot = str(lake.manifest("links", link_run)["snapshot"])
    manifest = lake.manifest("snapshots", snapshot)
    as_of = date.fromisoformat(manifest["as_of"])
    received: Mapping[str, Any] = manifest["knowledge"]
    if "population" not in received:
        raise InvalidInput(
            "No population register was received: households cannot be screened. Name its file in the sources file."
        )
    return Inputs(
        snapshot=snapshot,
        link_run=link_run,
        as_of=as_of,
        tables=lake.tables("snapshots", snapshot, received),
        links=lake.table("links", link_run, "links"),
        persons=lake.table("links", link_run, "persons"),
        knowledge={register: _knowledge(how, snapshot=as_of) for register, how in received.items()},
        coverage=coverage(manifest),
    )


def coverage(manifest: Mapping[str, Any]) -> pl.DataFrame:
    """What each register can answer for a snapshot: one not received was not asked, one without rows gave no answer (G27)."""
    fresh_from = {row["register"]: row["data_until"] for row in manifest["registers"]}
    holds_rows = {row["register"]: row["rows"] > row["rejected"] for row in manifest["registers"]}
    rows = []
    for register in sorted({*load_registers(), *fresh_from}):
        until = date.fromisoformat(fresh_from[register]) if fresh_from.get(register) else None
        empty = register in fresh_from and not holds_rows[register]
        answer = "not_asked" if register not in fresh_from else "stale" if register in manifest["stale"] else "answered"
        answer = "no_answer" if empty else answer
        outreach = register in manifest["outreach"]
        rows.append({"register": register, "answer": answer, "data_until": until, "outreach": outreach})
    return COVERAGE.of(rows)


def declared_knowledge(spec: RegisterSpec, known: Knowledge) -> dict[str, object]:
    """How the register's rows become known, for the manifest of a snapshot."""
    how = asdict(known)
    del how["snapshot"]
    return {**how, "current_only": sorted(spec.current_only)}


def _knowledge(how: Mapping[str, Any], *, snapshot: date) -> Knowledge:
    return Knowledge(**{**how, "current_only": frozenset(how["current_only"]), "snapshot": snapshot})
