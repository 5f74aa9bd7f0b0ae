"""The case of somebody who may be missing out shows nothing of registers without an outreach basis (G20)."""

import sqlite3
from contextlib import closing
from pathlib import Path

import polars as pl

from targeting.jobs.lake import Lake

QUERY = """select c.direction, f.register, count(*) from case_facts f join cases c on c.id = f.case_id group by 1, 2"""


def test_no_case_of_the_missing_direction_shows_a_fact_that_may_not_be_known(small_home: Path) -> None:
    lake = Lake(small_home)
    coverage = lake.table("runs", lake.newest("runs"), "coverage")
    closed = set(coverage.filter(~pl.col("outreach"))["register"])
    with closing(sqlite3.connect(f"file:{small_home / 'cases.db'}?mode=ro", uri=True)) as store:
        shown = {(direction, register) for direction, register, _ in store.execute(QUERY)}
    assert {register for direction, register in shown if direction == "over"} & closed
    assert ("missing", "assistance_roll") in shown
    assert not {register for direction, register in shown if direction == "missing"} & closed


def test_the_plan_of_visits_can_be_exported(small_home: Path) -> None:
    lake = Lake(small_home)
    cells, visits = (lake.table("runs", lake.newest("runs"), name) for name in ("cells", "visits"))
    assert cells.height > 1
    assert visits["place"].to_list() == list(range(1, visits.height + 1))
