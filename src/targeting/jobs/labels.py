"""Reviews of the past and decided cases → LABELS: what was found of each subject, drawn or chosen, and since when it is known.

Wrong and correct are labels; undetermined is neither. A review whose date is missing or lies after `as_of` cannot be placed in
time and gives no label. Features of a label are those of the last day of the month before the review: what the office could have
known when it chose.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from targeting.cases.codes import Finding
from targeting.frames.referral import LABELS

RANDOM_SOURCE = "random_audit"
REVIEW_OUTCOMES = {"conforms": "correct", "not_conforming": "wrong", "partly": "wrong"}
OVER_OUTCOMES = {
    Finding.ENTITLED_AS_PAID: "correct",
    Finding.PAID_TOO_LITTLE: "correct",
    Finding.REGISTER_IS_WRONG: "correct",
    Finding.PAID_TOO_MUCH: "wrong",
    Finding.NOT_ENTITLED: "wrong",
}
MISSING_OUTCOMES = {
    Finding.PAID_TOO_LITTLE: "wrong",
    Finding.ENTITLED_AS_PAID: "correct",
    Finding.NOT_ENTITLED: "correct",
    Finding.PAID_TOO_MUCH: "correct",
    Finding.REGISTER_IS_WRONG: "correct",
}


@dataclass(frozen=True, slots=True)
class LabelCounts:
    """What became of the reviews: labels, undetermined, and those that could not be placed."""

    labels: int
    wrong: int
    random: int
    undetermined: int
    undated: int
    unknown_award: int


def from_reviews(
    reviews: pl.DataFrame, roll: pl.DataFrame, *, as_of: date, known_after_days: int
) -> tuple[pl.DataFrame, LabelCounts]:
    """LABELS of the review register, and what became of its rows; `roll` says which benefit an award number is.

    `known_after_days` is the review register's lag: a result enters the register that long after the visit.
    """
    benefits = roll.select("case_no", "benefit").drop_nulls().unique(["case_no"], keep="first", maintain_order=True)
    placed = (
        reviews.join(benefits, on="case_no", how="left")
        .with_columns(known=pl.col("reviewed_on") + pl.duration(days=known_after_days))
        .with_columns(undated=pl.col("reviewed_on").is_null() | (pl.col("known") > as_of))
    )
    usable = placed.filter(~pl.col("undated"), pl.col("benefit").is_not_null())
    outcome = pl.col("finding").replace_strict(REVIEW_OUTCOMES, default="undetermined", return_dtype=pl.String)
    labels = usable.with_columns(outcome=outcome.fill_null("undetermined")).select(
        review=pl.format("reviews:{}", "row"),
        subject_kind=pl.lit("award"),
        subject=pl.format("{}:{}", "benefit", "case_no"),
        benefit="benefit",
        direction=pl.lit("over"),
        reviewed_on="reviewed_on",
        as_of=eve("reviewed_on"),
        label_known_at="known",
        arm=pl.when(pl.col("source") == RANDOM_SOURCE).then(pl.lit("random")).otherwise(pl.lit("chosen")),
        outcome="outcome",
        amount_month=pl.when(pl.col("outcome") == "correct").then(0).otherwise(pl.col("amount_cents")),
        office="office",
    )
    unknown = len(placed) - int(placed["undated"].sum()) - len(usable)
    return LABELS.conform(labels), _counts(labels, undated=int(placed["undated"].sum()), unknown_award=unknown)


def from_cases(decided: Iterable[Mapping[str, object]]) -> pl.DataFrame:
    """LABELS of decided cases given as plain rows.

    Each row: `id, subject_kind, subject, benefit, direction, finding, decided_on, opened_on, arm, amount_month, office`. A case
    on the wrong person says nothing of the award, so it is undetermined; a wrong register means that the award is right.
    """
    return LABELS.of([_of_case(row) for row in decided])


def eve(day: str) -> pl.Expr:
    """The last day of the month before the day in this column."""
    return pl.col(day).dt.month_start().dt.offset_by("-1d")


def _of_case(row: Mapping[str, object]) -> dict[str, object]:
    outcomes = OVER_OUTCOMES if row["direction"] == "over" else MISSING_OUTCOMES
    outcome = outcomes.get(Finding(str(row["finding"])), "undetermined")
    opened, decided = row["opened_on"], row["decided_on"]
    if not isinstance(opened, date) or not isinstance(decided, date):
        raise TypeError("A decided case has the days of its opening and of its decision.")
    return {
        **{column: row[column] for column in ("subject_kind", "subject", "benefit", "direction", "office")},
        "review": f"case:{row['id']}",
        "reviewed_on": decided,
        "as_of": opened.replace(day=1) - timedelta(days=1),
        "label_known_at": decided,
        "arm": "random" if row["arm"] == "random" else "chosen",
        "outcome": outcome,
        "amount_month": 0 if outcome == "correct" else row["amount_month"],
    }


def _counts(labels: pl.DataFrame, *, undated: int, unknown_award: int) -> LabelCounts:
    return LabelCounts(
        labels=labels.filter(pl.col("outcome") != "undetermined").height,
        wrong=labels.filter(pl.col("outcome") == "wrong").height,
        random=labels.filter(pl.col("arm") == "random").height,
        undetermined=labels.filter(pl.col("outcome") == "undetermined").height,
        undated=undated,
        unknown_award=unknown_award,
    )
