"""The overview counts what a run took in and linked, from the lake's files alone."""

import json
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from targeting.frames.assessment import FINDINGS
from targeting.frames.identity import LINKS
from targeting.frames.register import INTAKE, REJECTS
from targeting.reports.run_overview import CheckLine, IntakeLine, LinkLine, RejectLine, run_overview


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A lake with one run, its snapshot and its links."""
    run, snapshot, links = (tmp_path / "lake" / kind / "one" for kind in ("runs", "snapshots", "links"))
    for folder in (run, snapshot, links):
        folder.mkdir(parents=True)
    (run / "manifest.json").write_text(json.dumps({"snapshot": "one", "link_run": "one"}), "utf-8")
    INTAKE.of(
        [
            {"register": "vehicle", "file": "v.csv", "sha256": "0", "encoding": "gb18030", "delimiter": ",", "rows": 10,
             "accepted": 7, "repaired": 1, "rejected": 2, "data_until": date(2026, 10, 12)},
        ]
    ).write_parquet(snapshot / "intake.parquet")  # fmt: skip
    REJECTS.of(
        [
            {"register": "vehicle", "row": row, "column": "", "rule": "duplicate_row", "shape": f"same as row {row - 1}"}
            for row in (4, 9)
        ]
    ).write_parquet(snapshot / "rejects.parquet")
    LINKS.of(
        [
            {"register": "vehicle", "row": row, "role": "owner", "person_id": f"p{row}", "level": level, "method": "exact_id"}
            for row, level in ((1, "A"), (2, "A"), (3, "B"), (5, None))
        ]
    ).write_parquet(links / "links.parquet")
    findings = [
        {"run": "one", "subject_kind": "award", "subject": f"dibao:{i}", "benefit": "dibao", "direction": "over", "check": "X10",
         "result": result, "legal_basis": "", "facts": "[]", "detail": "{}"}
        for i, result in enumerate(("hit", "clear", "clear", "unknown"))
    ]  # fmt: skip
    FINDINGS.of(findings).write_parquet(run / "findings.parquet")
    return tmp_path


def test_files_links_rejects_and_answers_are_counted(home: Path) -> None:
    overview = run_overview(home, "one")
    assert overview is not None
    assert overview.intake == (IntakeLine("vehicle", "v.csv", 10, 7, 1, 2, 0.2, date(2026, 10, 12)),)
    assert overview.links == (LinkLine("vehicle", "owner", 4, 2, 1, 1, 0.75),)
    assert overview.rejects == (RejectLine("vehicle", "duplicate_row", "", "", 2),)
    assert overview.findings == (CheckLine("X10", "over", 1, 2, 1),)


def test_every_line_of_intake_adds_up(home: Path) -> None:
    overview = run_overview(home, "one")
    assert overview is not None
    assert all(line.accepted + line.repaired + line.rejected == line.rows for line in overview.intake)


@pytest.mark.parametrize("name", ["two", "../runs/one", "", "."])
def test_a_run_that_is_not_in_the_lake_is_none(home: Path, name: str) -> None:
    assert run_overview(home, name) is None


def test_a_run_without_its_links_and_findings_says_so_by_empty_lists(home: Path) -> None:
    (home / "lake" / "runs" / "one" / "findings.parquet").unlink()
    pl.DataFrame().write_parquet(home / "lake" / "unrelated.parquet")
    overview = run_overview(home, "one")
    assert overview is not None
    assert overview.findings == ()
