"""A second month is linked by what changed, with the tables of a whole run; the manifest says which was done."""

import shutil
from pathlib import Path

import polars as pl

from targeting.jobs import link
from targeting.jobs.lake import Lake

TABLES = ("links", "evidence", "candidates", "persons", "ledger", "weights", "frequencies")


def home_with(month: pl.DataFrame, small_home: Path, to: Path) -> Lake:
    """A copy of the home with one more snapshot."""
    lake = Lake(Path(shutil.copytree(small_home, to)))
    lake.write("snapshots", "2026-11", {"identities": month}, {"snapshot": "2026-11"})
    return lake


def test_a_second_month_is_linked_by_what_changed_as_it_would_be_as_a_whole(small_home: Path, tmp_path: Path) -> None:
    lake = Lake(small_home)
    first = lake.table("snapshots", lake.newest("snapshots"), "identities")
    month = first.filter(pl.struct("register", "row").hash(seed=1) % 200 > 0)
    parts = [home_with(month, small_home, tmp_path / name) for name in ("part", "whole")]
    runs = [link.link(each.home, full=full).name for each, full in zip(parts, (False, True), strict=True)]
    manifests = [each.manifest("links", run) for each, run in zip(parts, runs, strict=True)]
    assert [manifest["decided"] for manifest in manifests] == ["what changed", "the whole"]
    assert 0 < manifests[0]["redecided"] < manifests[1]["redecided"]
    assert manifests[1]["why"] == "asked for"
    for table in TABLES:
        one, other = (each.table("links", run, table) for each, run in zip(parts, runs, strict=True))
        assert one.equals(other), table


def test_only_the_newest_run_keeps_what_the_next_one_starts_from(small_home: Path, tmp_path: Path) -> None:
    first = Lake(small_home).table("snapshots", Lake(small_home).newest("snapshots"), "identities")
    lake = home_with(first, small_home, tmp_path / "home")
    link.link(lake.home)
    assert [(lake.folder("links", name) / link.STANDING).exists() for name in lake.names("links")] == [False, True]


def test_without_what_the_run_before_left_everything_is_decided(small_home: Path, tmp_path: Path) -> None:
    first = Lake(small_home).table("snapshots", Lake(small_home).newest("snapshots"), "identities")
    lake = home_with(first, small_home, tmp_path / "home")
    shutil.rmtree(lake.folder("links", lake.names("links")[0]) / link.STANDING)
    manifest = lake.manifest("links", link.link(lake.home).name)
    assert (manifest["decided"], manifest["weights_learnt"]) == ("the whole", False)
    assert manifest["why"] == "the run before left nothing to start from"
