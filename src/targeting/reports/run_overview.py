"""What one screening run took in and linked: files with rejects, link rates by register, findings by check. Counts only.

In: `<home>/lake/runs/<run>/manifest.json`, the snapshot's `intake` and `rejects`, the link run's `links`, the run's `findings`.
Out: plain rows for a page. A finished folder of the lake never changes, so the counts are kept once computed.
"""

import json
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import polars as pl

MOST_REJECTS = 20
LINK_RUN_KEYS = ("link_run", "links")


@dataclass(frozen=True, slots=True)
class IntakeLine:
    """One register file as read: accepted + repaired + rejected = rows."""

    register: str
    file: str
    rows: int
    accepted: int
    repaired: int
    rejected: int
    rejected_share: float
    data_until: date | None


@dataclass(frozen=True, slots=True)
class LinkLine:
    """The identities of one role of one register: certain and probable links, and those that stay unresolved."""

    register: str
    role: str
    identities: int
    certain: int
    probable: int
    unresolved: int
    share: float


@dataclass(frozen=True, slots=True)
class RejectLine:
    """One kind of refused row: rule broken and shape of the value, never the value."""

    register: str
    rule: str
    column: str
    shape: str
    rows: int


@dataclass(frozen=True, slots=True)
class CheckLine:
    """How often one check hit, was clear, could not be evaluated."""

    check: str
    direction: str
    hit: int
    clear: int
    unknown: int


@dataclass(frozen=True, slots=True)
class RunOverview:
    """A run's input and results in counts."""

    run: str
    manifest: dict[str, Any]
    intake: tuple[IntakeLine, ...]
    links: tuple[LinkLine, ...]
    rejects: tuple[RejectLine, ...]
    findings: tuple[CheckLine, ...]


def run_overview(home: Path, run: str) -> RunOverview | None:
    """The run's counts, or None where the lake of this home does not hold the run."""
    runs = home / "lake" / "runs"
    if run not in {path.parent.name for path in runs.glob("*/manifest.json")}:
        return None
    return _overview(home.resolve(), run)


@lru_cache(maxsize=32)
def _overview(home: Path, run: str) -> RunOverview:
    folder = home / "lake" / "runs" / run
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    snapshot = home / "lake" / "snapshots" / str(manifest.get("snapshot", "–"))
    link_run = next((str(manifest[key]) for key in LINK_RUN_KEYS if isinstance(manifest.get(key), str)), "–")
    return RunOverview(
        run,
        manifest,
        intake_lines(snapshot / "intake.parquet"),
        link_lines(home / "lake" / "links" / link_run / "links.parquet"),
        reject_lines(snapshot / "rejects.parquet"),
        check_lines(folder / "findings.parquet"),
    )


def intake_lines(path: Path) -> tuple[IntakeLine, ...]:
    """One line a register file, by register."""
    if not path.exists():
        return ()
    lines = []
    for row in pl.read_parquet(path).sort("register").iter_rows(named=True):
        share = row["rejected"] / row["rows"] if row["rows"] else 0.0
        counts = {name: row[name] for name in ("rows", "accepted", "repaired", "rejected")}
        line = IntakeLine(
            register=row["register"], file=row["file"], **counts, rejected_share=share, data_until=row["data_until"]
        )
        lines.append(line)
    return tuple(lines)


def link_lines(path: Path) -> tuple[LinkLine, ...]:
    """Link rates by register and role; organisations are not counted as unresolved persons."""
    if not path.exists():
        return ()
    counted = (
        pl.scan_parquet(path)
        .group_by("register", "role")
        .agg(
            identities=pl.len(),
            certain=(pl.col("level") == "A").sum(),
            probable=(pl.col("level") == "B").sum(),
        )
        .sort("register", "role")
        .collect()
    )
    lines = []
    for register, role, identities, certain, probable in counted.iter_rows():
        linked = certain + probable
        lines.append(LinkLine(register, role, identities, certain, probable, identities - linked, linked / identities))
    return tuple(lines)


def reject_lines(path: Path) -> tuple[RejectLine, ...]:
    """The commonest kinds of refused rows."""
    if not path.exists():
        return ()
    counted = (
        pl.scan_parquet(path)
        .with_columns(shape=pl.when(pl.col("rule") == "duplicate_row").then(pl.lit("")).otherwise("shape"))
        .group_by("register", "rule", "column", "shape")
        .agg(rows=pl.col("row").n_unique())
        .sort("rows", "register", "rule", "column", "shape", descending=[True, False, False, False, False])
        .head(MOST_REJECTS)
        .collect()
    )
    return tuple(RejectLine(*row) for row in counted.iter_rows())


def check_lines(path: Path) -> tuple[CheckLine, ...]:
    """Hit, clear and unknown answers by check."""
    if not path.exists():
        return ()
    answers = [(pl.col("result") == result).sum().alias(result) for result in ("hit", "clear", "unknown")]
    counted = pl.scan_parquet(path).group_by("check", "direction").agg(answers).sort("check", "direction").collect()
    return tuple(CheckLine(*row) for row in counted.iter_rows())
