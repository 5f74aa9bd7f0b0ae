"""Measures findings against a truth file: precision by check, recall by kind of error, false findings by honest look-alike.

Comes in: the hits of a run (FINDINGS), the truth (`truth.py`) and the exported persons. Goes out: shares with Wilson intervals,
one a row. A hit is right where the subject that it meets is wrong in its direction, whatever the kind; a kind is found where any
check hits the subject. A look-alike is counted on subjects that are right: every hit on one is a false finding. Hits that the
truth does not know are counted apart.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

import polars as pl

from targeting.evaluation.intervals import Interval, wilson
from targeting.evaluation.truth import KEYS, met_subjects

MEASURES = {"direction": pl.String, "slice": pl.String, "of": pl.String, "measure": pl.String, "value": pl.Float64,
            "low": pl.Float64, "high": pl.Float64, "of_these": pl.Int64, "cases": pl.Int64}  # fmt: skip

Row = tuple[str, str, str, str, float | None, float | None, float | None, int, int]


@dataclass(frozen=True, slots=True)
class FindingEvaluation:
    """The shares (MEASURES), and how many hits the truth does not know."""

    measures: pl.DataFrame
    unknown: int

    def count(self, slice_: str, of: str, *, direction: str) -> tuple[int, int]:
        """Numerator and denominator of one share; none where it was not measured."""
        here = (pl.col("slice") == slice_) & (pl.col("of") == of) & (pl.col("direction") == direction)
        row = self.measures.filter(here).select("of_these", "cases")
        return row.row(0) if row.height else (0, 0)


def evaluate(findings: pl.DataFrame, truth: pl.DataFrame, persons: pl.DataFrame, *, inform: Collection[str]) -> FindingEvaluation:
    """How often hits are right, how many errors they find, and how often they name an honest subject.

    Checks in `inform` only tell the caseworker something (a review is overdue, a certificate expires): their precision is
    reported, but they neither find an error nor accuse.
    """
    hits = findings.filter(pl.col("result") == "hit").with_row_index("referral").with_columns(
        person_ids=pl.coalesce("person_id", "subject")
    )  # fmt: skip
    met = met_subjects(hits, truth, persons).rename({"truth_subject": "of"})
    subjects = truth.group_by(*KEYS, "subject").agg(
        pl.col("wrong").max(), pl.col("kind").max(), pl.col("look_alike").max(), pl.col("amount_month").max()
    )
    judged = met.join(subjects, left_on=[*KEYS, "of"], right_on=[*KEYS, "subject"]).join(
        hits.select("referral", "check"), on="referral"
    )
    adverse = judged.filter(~pl.col("check").is_in(list(inform))).select(*KEYS, subject="of").unique()
    told = subjects.join(adverse.with_columns(found=pl.lit(True)), on=[*KEYS, "subject"], how="left").with_columns(
        pl.col("found").fill_null(False)
    )
    rows = [*_checks(judged), *_directions(told), *_kinds(told)]
    return FindingEvaluation(pl.DataFrame(rows, schema=MEASURES, orient="row"), hits.height - judged["referral"].n_unique())


def pooled(parts: list[FindingEvaluation]) -> pl.DataFrame:
    """The shares of several counties added up, each with the interval of the sum (MEASURES)."""
    key = ["direction", "slice", "of", "measure"]
    sums = pl.concat([part.measures for part in parts]).group_by(key).agg(pl.col("of_these", "cases").sum()).sort(key)
    rows = [_row(*row[:4], *row[4:]) for row in sums.select(*key, "of_these", "cases").iter_rows()]
    return pl.DataFrame(rows, schema=MEASURES, orient="row")


def _checks(judged: pl.DataFrame) -> Iterator[Row]:
    """Precision of each check: the share of its hits whose subject is wrong."""
    of_hit = judged.group_by("direction", "check", "referral").agg(pl.col("wrong").max())
    counts = of_hit.group_by("direction", "check").agg(pl.col("wrong").sum(), pl.len()).sort("direction", "check")
    for direction, check, right, cases in counts.iter_rows():
        yield _row(direction, "check", check, "precision", right, cases)


def _directions(told: pl.DataFrame) -> Iterator[Row]:
    """Precision and recall of having any adverse (or inviting) hit, by direction and benefit."""
    for key in (["direction"], ["direction", "benefit"]):
        for of, part in told.group_by(key, maintain_order=False):
            found, wrong = part.filter("found"), part.filter(pl.col("wrong") == 1)
            name = "all" if len(of) == 1 else str(of[1])
            yield _row(str(of[0]), "benefit", name, "precision", int(found["wrong"].sum()), found.height)
            yield _row(str(of[0]), "benefit", name, "recall", int(wrong["found"].sum()), wrong.height)
            honest = part.filter(pl.col("wrong") == 0)
            yield _row(str(of[0]), "benefit", name, "false findings", int(honest["found"].sum()), honest.height)


def _kinds(told: pl.DataFrame) -> Iterator[Row]:
    """The share found of each kind of error, and the share hit of each look-alike that is honest."""
    for column, wrong, slice_, measure in (
        ("kind", 1, "kind", "recall"),
        ("look_alike", 0, "look-alike", "false findings"),
    ):
        named = told.filter((pl.col(column) != "") & (pl.col("wrong") == wrong))
        counts = named.group_by("direction", column).agg(pl.col("found").sum(), pl.len()).sort("direction", column)
        for direction, name, found, cases in counts.iter_rows():
            yield _row(direction, slice_, name, measure, int(found), cases)


def _row(direction: str, slice_: str, of: str, measure: str, of_these: int, cases: int) -> Row:
    share: Interval = wilson(of_these, cases)
    value, low, high = (share.value, share.low, share.high) if cases else (None, None, None)
    return direction, slice_, of, measure, value, low, high, of_these, cases
