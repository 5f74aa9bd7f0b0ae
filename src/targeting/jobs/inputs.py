"""What a screening reads from the lake: a snapshot's registers, a link run's links and persons, what each register covers."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import polars as pl

from targeting.errors import InvalidInput
from targeting.frames.assessment import COVERAGE
from targeting.jobs.lake import Lake
from targeting.registers.columns import DTYPES
from targeting.specs.knowledge import Knowledge
from targeting.specs.registers import FactSpec, RegisterSpec, load_registers


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
        tables=as_declared(lake.tables("snapshots", snapshot, received)),
        links=lake.table("links", link_run, "links"),
        persons=lake.table("links", link_run, "persons"),
        knowledge={register: _knowledge(how, snapshot=as_of) for register, how in received.items()},
        coverage=coverage(manifest),
    )


def as_declared(tables: Mapping[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """The tables with every column that the declarations name now: a snapshot taken before one was declared is blank there."""
    specs = load_registers()
    known = {name: specs[name].columns for name in tables if name in specs}
    return {
        name: table.with_columns(
            pl.lit(None, dtype=DTYPES[column.type]).alias(column.name)
            for column in known.get(name, ())
            if column.tabled and column.name not in table.columns
        )
        for name, table in tables.items()
    }


def coverage(manifest: Mapping[str, Any]) -> pl.DataFrame:
    """What each register can answer for a snapshot, and how far (G27).

    One that may not be asked is not authorised, one without a reply or without rows gave no answer, one not named was not asked.
    """
    fresh_from = {row["register"]: row["data_until"] for row in manifest["registers"]}
    holds_rows = {row["register"]: row["rows"] > row["rejected"] for row in manifest["registers"]}
    asked: Mapping[str, Mapping[str, Any]] = manifest.get("asked", {})
    rows = []
    for register in sorted({*load_registers(), *fresh_from, *asked}):
        request = asked.get(register, {})
        until = date.fromisoformat(fresh_from[register]) if fresh_from.get(register) else None
        if not request.get("authorised", True):
            answer = "not_authorised"
        elif not request.get("answered", True):
            answer = "no_answer"
        elif register not in fresh_from:
            answer = "not_asked"
        elif not holds_rows[register]:
            answer = "no_answer"
        else:
            answer = "stale" if register in manifest["stale"] else "answered"
        reach = {name: _day(request.get(name)) for name in ("covers_from", "covers_to")}
        offices = list(request.get("offices") or ()) or None
        outreach = register in manifest["outreach"]
        rows.append(
            {"register": register, "answer": answer, "data_until": until, "outreach": outreach, "offices": offices, **reach}
        )
    return COVERAGE.of(rows)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def declared_knowledge(spec: RegisterSpec, known: Knowledge) -> dict[str, object]:
    """How the register's rows become known, for the manifest of a snapshot."""
    how = asdict(known)
    del how["snapshot"]
    return {**how, "current_only": sorted(spec.current_only), "facts": [fact.model_dump(mode="json") for fact in spec.facts]}


def _knowledge(how: Mapping[str, Any], *, snapshot: date) -> Knowledge:
    facts = tuple(FactSpec.model_validate(fact) for fact in how.get("facts", ()))
    return Knowledge(**{**how, "current_only": frozenset(how["current_only"]), "snapshot": snapshot, "facts": facts})
