"""Measures a ranking of referrals against a truth file: at capacity, over the whole ranking, by direction, benefit and kind.

Comes in: the exported referrals, the truth (columns `case_no, population_row, benefit, direction, wrong, amount_month`, and
where it has them `subject`, which joins several keys of one subject, `kind` and `look_alike`) and the exported persons. Goes out:
precision, recall, lift and money at capacity, average precision and AUC over everything, each with its interval.

Referrals that the truth does not know are counted apart and are neither right nor wrong, unless the truth lists only wrong
subjects of that benefit and direction: then whatever it does not list is right.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from targeting.evaluation.intervals import Interval, bootstrap, ratio, wilson
from targeting.evaluation.truth import KEYS, OPTIONAL, checked_truth, met_subjects

MEASURES = {"slice": pl.String, "of": pl.String, "measure": pl.String, "value": pl.Float64, "low": pl.Float64,
            "high": pl.Float64, "cases": pl.Int64}  # fmt: skip


Part = tuple[str, str, pl.DataFrame, pl.DataFrame]
Row = tuple[str, str, str, float | None, float | None, float | None, int]
Places = npt.NDArray[np.int64]
Values = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ReferralEvaluation:
    """The measures, one a row (`slice`, `of`, `measure`, value with bounds, cases), and what could not be measured."""

    measures: pl.DataFrame
    unknown: int  # referrals that the truth does not know
    unranked_wrong: int  # wrong subjects that the ranking does not hold at all

    def measure(self, name: str, *, part: str = "all", of: str = "all") -> Interval:
        """One measure of one slice, such as `measure("precision", part="direction", of="over")`."""
        row = self.measures.filter((pl.col("slice") == part) & (pl.col("of") == of) & (pl.col("measure") == name))
        if row.is_empty():
            return Interval(math.nan, math.nan, math.nan, 0)
        value, low, high, cases = row.select("value", "low", "high", "cases").row(0)
        value, low, high = (math.nan if number is None else number for number in (value, low, high))
        return Interval(value, low, high, cases)


def evaluate(
    referrals: pl.DataFrame,
    truth: pl.DataFrame,
    persons: pl.DataFrame,
    *,
    capacity: int | None = None,
    seed: int = 7,
    repeats: int = 200,
) -> ReferralEvaluation:
    """How well a ranking finds what is truly wrong; within `capacity` first ranks, or what was opened where it is not given."""
    truth = checked_truth(truth, where="truth") if set(OPTIONAL) - set(truth.columns) else truth
    opened = pl.col("opened") if capacity is None else pl.col("rank") <= capacity
    ranked = referrals.select(*KEYS, "subject", "rank", "arm", "person_ids", opened.alias("opened")).with_row_index("referral")
    met = met_subjects(ranked, truth, persons)
    subjects = _subjects(truth, ranked, met)
    judged = _judged(ranked, met, subjects)
    rows = [row for part in _slices(judged, subjects) for row in _measured(*part, seed=seed, repeats=repeats)]
    rows += list(_kinds(subjects))
    unknown = ranked.height - judged.height
    unranked = subjects.filter((pl.col("wrong") == 1) & pl.col("rank").is_null()).height
    return ReferralEvaluation(pl.DataFrame(rows, schema=MEASURES, orient="row"), unknown, unranked)


def _subjects(truth: pl.DataFrame, ranked: pl.DataFrame, met: pl.DataFrame) -> pl.DataFrame:
    """One row a subject of the truth, with its best rank and whether it was opened; and the right ones it leaves unsaid."""
    subjects = truth.group_by(*KEYS, "subject", maintain_order=True).agg(
        pl.col("wrong").max(), pl.col("amount_month").max(), pl.col("kind").max(), pl.col("look_alike").max()
    )
    reached = (
        met.join(ranked.select("referral", "rank", "opened", "arm"), on="referral")
        .group_by(*KEYS, "truth_subject")
        .agg(pl.col("rank").min(), pl.col("opened").any())
    )
    subjects = subjects.join(reached, left_on=[*KEYS, "subject"], right_on=[*KEYS, "truth_subject"], how="left")
    only_wrong = subjects.group_by(*KEYS).agg(pl.col("wrong").min()).filter(pl.col("wrong") == 1).select(KEYS)
    unsaid = ranked.join(met, on="referral", how="anti").join(only_wrong, on=KEYS, how="semi")
    right = unsaid.select(
        *KEYS, pl.format("referral {}", "referral").alias("subject"), wrong=pl.lit(0, dtype=pl.Int64),
        amount_month=pl.lit(0, dtype=pl.Int64), kind=pl.lit(""), look_alike=pl.lit(""), rank="rank", opened="opened",
    )  # fmt: skip
    return pl.concat([subjects, right.select(subjects.columns)]).with_columns(pl.col("opened").fill_null(value=False))


def _judged(ranked: pl.DataFrame, met: pl.DataFrame, subjects: pl.DataFrame) -> pl.DataFrame:
    """The referrals that the truth knows, each right or wrong: wrong if any subject that it meets is."""
    verdicts = (
        met.join(subjects, left_on=[*KEYS, "truth_subject"], right_on=[*KEYS, "subject"])
        .group_by("referral")
        .agg(pl.col("wrong").max())
    )
    unsaid = subjects.filter(pl.col("subject").str.starts_with("referral ")).select(
        referral=pl.col("subject").str.slice(9).cast(pl.UInt32), wrong="wrong"
    )
    every = pl.concat([verdicts.cast({"referral": pl.UInt32}), unsaid])
    return ranked.cast({"referral": pl.UInt32}).join(every, on="referral").sort("rank")


def _slices(judged: pl.DataFrame, subjects: pl.DataFrame) -> Iterator[Part]:
    yield "all", "all", judged, subjects
    for column in ("direction", "benefit"):
        for value in subjects[column].unique().sort():
            yield column, value, judged.filter(pl.col(column) == value), subjects.filter(pl.col(column) == value)
    pairs = subjects.select("direction", "benefit").unique().sort("direction", "benefit")
    for direction, benefit in pairs.iter_rows():
        here = (pl.col("direction") == direction) & (pl.col("benefit") == benefit)
        yield "direction and benefit", f"{direction} {benefit}", judged.filter(here), subjects.filter(here)
    for arm in judged["arm"].unique().sort():
        yield "arm", arm, judged.filter(pl.col("arm") == arm), subjects


def _measured(part: str, of: str, judged: pl.DataFrame, subjects: pl.DataFrame, *, seed: int, repeats: int) -> Iterator[Row]:
    opened = judged.filter(pl.col("opened"))
    hits, slots = int(opened["wrong"].sum()), opened.height
    yield _row(part, of, "precision", wilson(hits, slots))
    if part == "arm":
        return
    wrong = subjects.filter(pl.col("wrong") == 1)
    found = int(wrong["opened"].sum())
    yield _row(part, of, "base rate", wilson(wrong.height, subjects.height))
    yield _row(part, of, "recall", wilson(found, wrong.height))
    yield _row(part, of, "lift", ratio(hits, slots, wrong.height, subjects.height))
    money, was_opened = wrong["amount_month"].to_numpy().astype(np.float64), wrong["opened"].to_numpy()
    yield _row(part, of, "money found", bootstrap(_share_of(money, was_opened), wrong.height, seed=seed, repeats=repeats))
    yield _row(part, of, "cents found a month", _exactly(float(money[was_opened].sum()), wrong.height))
    ordered = subjects.sort("rank", nulls_last=True)
    truth = ordered["wrong"].to_numpy().astype(np.float64)
    rank = ordered["rank"].fill_null(2**62).to_numpy()
    for name, statistic in (("average precision", _average_precision), ("AUC", _auc)):
        yield _row(part, of, name, bootstrap(_ranking(statistic, truth, rank), len(truth), seed=seed, repeats=repeats))


def _kinds(subjects: pl.DataFrame) -> Iterator[Row]:
    """The share found of each kind of wrong subject, and the share opened of each look-alike that is right."""
    for column, slice_name, wanted, measure in (("kind", "kind", 1, "recall"), ("look_alike", "look-alike", 0, "opened")):
        named = subjects.filter((pl.col(column) != "") & (pl.col("wrong") == wanted))
        counts = named.group_by("direction", column).agg(pl.len(), pl.col("opened").sum()).sort("direction", column)
        for direction, name, cases, opened in counts.iter_rows():
            yield _row(slice_name, f"{direction} {name}", measure, wilson(int(opened), int(cases)))


def _row(part: str, of: str, measure: str, interval: Interval) -> Row:
    value, low, high = (None if math.isnan(number) else number for number in (interval.value, interval.low, interval.high))
    return part, of, measure, value, low, high, interval.cases


def _exactly(value: float, cases: int) -> Interval:
    return Interval(value, value, value, cases)


def _share_of(money: Values, opened: npt.NDArray[np.bool_]) -> Callable[[Places], float]:
    """The share of the money that lies in opened subjects."""

    def share(places: Places) -> float:
        total = money[places].sum()
        return float(money[places][opened[places]].sum() / total) if total else math.nan

    return share


def _ranking(statistic: Callable[[Values, Places], float], wrong: Values, rank: Places) -> Callable[[Places], float]:
    """A statistic of the ranking restricted to some subjects, in the order of their ranks."""

    def of(places: Places) -> float:
        ordered = np.sort(places)  # subjects are already in the order of rank
        return statistic(wrong[ordered], rank[ordered])

    return of


def _average_precision(wrong: Values, rank: Places) -> float:
    """Mean over all wrong subjects of the precision at their rank; those that share a rank share its last place."""
    if not wrong.sum():
        return math.nan
    last = np.searchsorted(rank, rank, side="right") - 1
    precision = np.cumsum(wrong)[last] / (last + 1)
    return float(precision[wrong == 1].mean())


def _auc(wrong: Values, rank: Places) -> float:
    """The chance that a wrong subject stands before a right one; a shared rank (or none) counts half. Mann & Whitney 1947."""
    positives, negatives = wrong.sum(), (1 - wrong).sum()
    if not positives or not negatives:
        return math.nan
    middle = (np.searchsorted(rank, rank, side="left") + np.searchsorted(rank, rank, side="right") + 1) / 2
    places = middle[wrong == 1].sum()
    return float(1 - (places - positives * (positives + 1) / 2) / (positives * negatives))
