"""What takes an adult out of the family or keeps a grown child in it on a date: custody, religious life, enrolment, disability.

Each rests on a register row. Where a register was not received nobody is taken for a prisoner, a monk or a student: a presumption
that stands in for it is made, and named so, where families are composed.
"""

from collections.abc import Mapping
from datetime import date
from typing import Protocol

import polars as pl

from targeting.households.known import known_by, of_persons
from targeting.specs.knowledge import Knowledge

Tables = Mapping[str, pl.DataFrame]
Known = Mapping[str, Knowledge]

AWAY = {"person_id": pl.String, "absent": pl.String, "away_register": pl.String, "away_row": pl.Int64, "away_level": pl.String}
"""Who is away and why: prison, isolation, labour_camp, clergy; the row that shows it and its link level."""

DEPENDENT = {"other": pl.String, "ground": pl.String, "by_register": pl.String, "by_row": pl.Int64, "by_level": pl.String}
"""Grown children by what a register says: student, unable, or not_student (enrolled beyond the law's stages, or part-time)."""


class StandingRules(Protocol):
    """What the law of the date says of years, stages and grades."""

    def whole(self, name: str) -> int: ...
    def words(self, name: str) -> tuple[str, ...]: ...
    def rows(self, name: str) -> tuple[dict[str, bool | int | float | str], ...]: ...


def away(tables: Tables, links: pl.DataFrame, *, rules: StandingRules, knowledge: Known, as_of: date) -> pl.DataFrame:
    """Who is inside an institution, or has lived apart as religious staff for as many years as the law asks (AWAY), once each."""
    parts = [pl.DataFrame(schema=AWAY)]
    custody = known_by(tables, "custody", knowledge=knowledge, as_of=as_of)
    if custody.width:
        inside = (
            pl.col("kind").is_in(["prison", "isolation", "labour_camp"])
            & (pl.col("served") != "outside").fill_null(True)
            & (pl.col("released") > as_of).fill_null(True)
        )
        parts.append(_rows(custody.filter(inside), links, "custody", "held", pl.col("kind")))
    clergy = known_by(tables, "clergy", knowledge=knowledge, as_of=as_of)
    if clergy.width:
        long_ago = pl.lit(as_of).dt.offset_by(f"-{rules.whole('household.clergy_apart_years')}y")
        apart = (pl.col("since") <= long_ago) & (pl.col("until") > as_of).fill_null(True)
        parts.append(_rows(clergy.filter(apart), links, "clergy", "clergy", pl.lit("clergy")))
    return pl.concat(parts).sort(list(AWAY)).unique("person_id", keep="first", maintain_order=True)


def _rows(frame: pl.DataFrame, links: pl.DataFrame, register: str, role: str, reason: pl.Expr) -> pl.DataFrame:
    return of_persons(frame, links, register, role).select(
        "person_id", absent=reason, away_register=pl.lit(register), away_row="row", away_level="level"
    )


def grown_children(tables: Tables, links: pl.DataFrame, *, rules: StandingRules, knowledge: Known, as_of: date) -> pl.DataFrame:
    """Who cannot live independently yet or at all, by enrolment or certificate, and whose enrolment says otherwise (DEPENDENT).

    A full-time enrolment up to the stages of the law comes before a certificate, that before an enrolment that does not count.
    """
    found = pl.concat(
        [
            pl.DataFrame(schema=DEPENDENT),
            _enrolled(tables, links, rules=rules, knowledge=knowledge, as_of=as_of),
            _unable(tables, links, rules=rules, knowledge=knowledge, as_of=as_of),
        ]
    )
    order = pl.col("ground").replace_strict({"student": 0, "unable": 1, "not_student": 2}, return_dtype=pl.Int64)
    return found.sort("other", order, "by_level", "by_row").unique("other", keep="first", maintain_order=True)


def _enrolled(tables: Tables, links: pl.DataFrame, *, rules: StandingRules, knowledge: Known, as_of: date) -> pl.DataFrame:
    table = known_by(tables, "education", knowledge=knowledge, as_of=as_of)
    if not table.width:
        return pl.DataFrame(schema=DEPENDENT)
    month = as_of.replace(day=1)
    running = (pl.col("start_month") <= month) & (pl.col("end_month") >= month).fill_null(True)
    counts = pl.col("stage").is_in(rules.words("household.student_stages")) & (pl.col("study") == "full_time").fill_null(False)
    return of_persons(table.filter(running), links, "education", "student").select(
        other="person_id",
        ground=pl.when(counts).then(pl.lit("student")).otherwise(pl.lit("not_student")),
        by_register=pl.lit("education"),
        by_row="row",
        by_level="level",
    )


def _unable(tables: Tables, links: pl.DataFrame, *, rules: StandingRules, knowledge: Known, as_of: date) -> pl.DataFrame:
    """Holders of a certificate whose grade the law takes for being unable to live independently; the one issued last counts."""
    table = known_by(tables, "disability", knowledge=knowledge, as_of=as_of)
    if not table.width:
        return pl.DataFrame(schema=DEPENDENT)
    last = (
        of_persons(table, links, "disability", "holder")
        .sort("person_id", "issued", "row", nulls_last=False)
        .unique("person_id", keep="last", maintain_order=True)
    )
    valid = (pl.col("expires") >= as_of).fill_null(True) & ~pl.col("state").is_in(["cancelled", "expired"]).fill_null(False)
    severe = [
        (pl.col("category") == str(row["category"])) & (pl.col("grade") <= int(row["up_to_grade"]))
        for row in rules.rows("household.dependent_certificates")
    ]
    return last.filter(valid & pl.any_horizontal(severe)).select(
        other="person_id",
        ground=pl.lit("unable"),
        by_register=pl.lit("disability"),
        by_row="row",
        by_level="level",
    )
