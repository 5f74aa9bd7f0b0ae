"""The catalogue of a home: what stands where, what the newest run counted, and what anybody may read of it (G17)."""

from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from small_county import AS_OF, POLICY, SmallCounty

from targeting.jobs import catalogue as job
from targeting.jobs.catalogue import Catalogue
from targeting.jobs.lake import Lake
from targeting.settings import Settings

COUNTS = {"X10": {"hit": 4, "unknown": 10, "clear": 86}, "X16": {"hit": 26, "clear": 2}, "X09": {"hit": 7, "clear": 93}}


def found(home: Path, **manifest: Any) -> Catalogue:
    checks = [{"check": c, "result": r, "subjects": n} for c, counts in COUNTS.items() for r, n in counts.items()]
    tables = {"coverage": SmallCounty().coverage(vehicle="stale")}
    Lake(home).write("runs", "r1", tables, {"as_of": str(AS_OF), "checks": checks, **manifest})
    return job.catalogue(Settings(home=home), POLICY, switches={})


def entry(of: Catalogue, check: str) -> job.CatalogueEntry:
    return next(one for one in of.entries if one.check == check)


def test_every_declared_check_stands_in_it_with_words_in_both_languages(tmp_path: Path) -> None:
    told = found(tmp_path)
    assert [one.check for one in told.entries] == sorted(POLICY.checks)
    for one in told.entries:
        assert all((one.innocent.zh, one.evidence.zh, one.clears.en, one.department.zh))
    assert entry(told, "X12").needs_words.zh == ("银行存款余额",)
    assert (entry(told, "X10").state, entry(told, "X10").because) == ("register_silent", ("stale:vehicle",))


def test_before_the_first_run_it_stands_on_today_and_counts_nothing(tmp_path: Path) -> None:
    told = job.catalogue(Settings(home=tmp_path), POLICY, switches={})
    assert told.run is None
    assert told.as_of >= date(2026, 1, 1)
    assert {one.hits for one in told.entries} == {None}


@pytest.mark.parametrize(
    ("check", "hits", "subjects", "below"), [("X10", None, None, True), ("X16", None, None, True), ("X09", 7, 100, False)]
)
def test_small_counts_are_kept_back_from_the_public(
    tmp_path: Path, check: str, hits: int | None, subjects: int | None, below: bool
) -> None:
    # X10: 4 hits. X16: 2 without one. X09: 7 and 93.
    one = entry(job.public(found(tmp_path)), check)
    assert (one.hits, one.subjects, one.below) == (hits, subjects, below)
    assert (one.unknown, one.clear) == (None, None)


def test_the_public_table_names_no_run_person_or_office(tmp_path: Path) -> None:
    table = job.table(job.public(found(tmp_path)))
    assert not {"run", "person_id", "subject", "office", "household_id"} & set(table.columns)
    assert table.filter(pl.col("check") == "X09")["hits"].to_list() == [7]
    assert job.public(found(tmp_path)).run is None
