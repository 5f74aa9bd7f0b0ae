"""The monthly run on a small imaginary county: counts, repetition, a second month, a kill at any moment."""

import shutil
import subprocess
import sys
import zipfile
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from targeting.cases import reading
from targeting.cases.codes import Role
from targeting.cases.records import Actor
from targeting.jobs import export, run
from targeting.jobs.lake import Lake
from targeting.settings import Settings

EXPORTS = ("links", "persons", "rejects", "findings", "referrals")


def exported(home: Path, name: str, suffix: str = ".parquet") -> bytes:
    file = home / f"{name}{suffix}"
    export.export(name, home=home, to=file, cases=lambda: run.case_table(Settings(home=home)))
    return file.read_bytes()


def test_every_file_adds_up(small_home: Path) -> None:
    lake = Lake(small_home)
    summary = lake.table("snapshots", lake.newest("snapshots"), "intake")
    assert summary.height == 12
    assert (summary["accepted"] + summary["repaired"] + summary["rejected"] == summary["rows"]).all()


@pytest.mark.slow
def test_two_fresh_homes_export_the_same_bytes(small_home: Path, small_county: Path, tmp_path: Path) -> None:
    run.run(small_county / "2026-10" / "sources.toml", settings=Settings(home=tmp_path), as_of=date(2026, 10, 31))
    for suffix in (".parquet", ".csv", ".xlsx"):
        for name in EXPORTS:
            assert exported(tmp_path, name, suffix) == exported(small_home, name, suffix), (name, suffix)


def test_repeating_a_run_changes_nothing(small_home: Path, small_county: Path, tmp_path: Path) -> None:
    home = Path(shutil.copytree(small_home, tmp_path / "home"))
    before = {name: exported(home, name) for name in (*EXPORTS, "cases")}
    run.run(small_county / "2026-10" / "sources.toml", settings=Settings(home=home), as_of=date(2026, 10, 31))
    assert {name: exported(home, name) for name in (*EXPORTS, "cases")} == before


def test_the_protected_attributes_lie_apart_and_closed_to_others(small_home: Path) -> None:
    lake = Lake(small_home)
    folder = lake.folder("snapshots", lake.newest("snapshots"))
    columns = {column for path in folder.glob("*.parquet") for column in pl.read_parquet_schema(path)}
    assert not columns & {"sex", "ethnicity", "marital_state", "hukou_type"}
    assert small_home.stat().st_mode & 0o777 == 0o700
    assert (small_home / "audit").stat().st_mode & 0o777 == 0o700
    kept = pl.read_parquet(small_home / "audit" / folder.name / "protected.parquet")
    assert set(kept["attribute"].unique()) == {"sex", "ethnicity", "marital_state", "hukou_type"}


def test_who_reviews_is_not_given_the_seed_of_the_lot(small_home: Path) -> None:
    assert "seed" in Lake(small_home).manifest("runs", Lake(small_home).newest("runs"))
    with run.opened_store(Settings(home=small_home)) as store:
        actor = Actor("u", "zhou", "Zhou", Role.CASEWORKER, None)
        assert all("seed" not in row.manifest for row in reading.runs(store, actor=actor))


def test_a_name_that_looks_like_a_formula_is_a_text_in_the_workbook(tmp_path: Path) -> None:
    file = tmp_path / "cases.xlsx"
    export.export("cases", home=tmp_path, to=file, cases=lambda: pl.DataFrame({"household": ["=HYPERLINK(1)", "王建国"]}))
    with zipfile.ZipFile(file) as book:
        assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")
        assert b"=HYPERLINK(1)" in book.read("xl/sharedStrings.xml")


def test_in_the_second_month_persons_keep_their_ids_and_no_case_opens_twice(
    small_home: Path, small_county: Path, tmp_path: Path
) -> None:
    home = Path(shutil.copytree(small_home, tmp_path / "home"))
    lake = Lake(home)
    before = lake.table("links", lake.newest("links"), "persons").filter(pl.col("population_row").is_not_null())
    done = run.run(small_county / "2026-11" / "sources.toml", settings=Settings(home=home), as_of=date(2026, 11, 30))
    after = lake.table("links", lake.newest("links"), "persons").filter(pl.col("population_row").is_not_null())
    both = before.drop_nulls("resident_id").join(after.drop_nulls("resident_id"), on="resident_id")
    assert both.height > 1000
    assert (both["person_id"] == both["person_id_right"]).mean() > 0.999
    counts = done["cases"]
    assert counts["created"] + counts["updated"] + counts["skipped"] == counts["evaluated"]
    open_cases = run.case_table(Settings(home=home))
    assert open_cases.select("subject", "direction", "benefit").is_duplicated().sum() == 0


@pytest.mark.slow
def test_a_killed_run_repeated_ends_as_if_never_killed(small_home: Path, small_county: Path, tmp_path: Path) -> None:
    sources = str(small_county / "2026-10" / "sources.toml")
    arguments = ["run", "--sources", sources, "--as-of", "2026-10-31", "--home", str(tmp_path)]
    command = [sys.executable, "-m", "targeting.cli", *arguments]
    for done in ("read social_security", "link identities to persons"):
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process:
            assert process.stderr is not None
            assert any(done in line for line in process.stderr)
            process.kill()
    finished = subprocess.run(command, capture_output=True, text=True, check=False)
    assert finished.returncode in (0, 1), finished.stderr
    for name in EXPORTS:
        assert exported(tmp_path, name) == exported(small_home, name), name
    assert run.verify_audit(Settings(home=tmp_path))["intact"]
