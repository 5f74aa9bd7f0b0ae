"""Labels out of past reviews and decided cases."""

from datetime import date
from typing import Any

import polars as pl
import pytest

from targeting.jobs.labels import from_cases, from_reviews

AS_OF = date(2026, 10, 31)


def reviews(*rows: dict[str, Any]) -> pl.DataFrame:
    schema = {
        "row": pl.Int64, "case_no": pl.String, "reviewed_on": pl.Date, "source": pl.String, "finding": pl.String,
        "amount_cents": pl.Int64, "office": pl.String,
    }  # fmt: skip
    usual = {"case_no": "D1", "reviewed_on": date(2026, 3, 10), "source": "annual", "finding": "conforms", "office": "a"}
    return pl.DataFrame([{"row": at + 1, **usual, **row} for at, row in enumerate(rows)], schema=schema)


ROLL = pl.DataFrame({"case_no": ["D1", "D1", "H1"], "benefit": ["dibao", "dibao", "dis_care"]})


@pytest.mark.parametrize(
    ("finding", "outcome", "amount"),
    [
        ("conforms", "correct", 0),
        ("not_conforming", "wrong", 40_000),
        ("partly", "wrong", 40_000),
        (None, "undetermined", 40_000),
    ],
)
def test_a_review_says_wrong_correct_or_nothing(finding: str | None, outcome: str, amount: int) -> None:
    labels, _ = from_reviews(reviews({"finding": finding, "amount_cents": 40_000}), ROLL, as_of=AS_OF, known_after_days=10)
    assert labels.select("outcome", "amount_month").row(0) == (outcome, amount)


def test_features_of_a_review_are_those_of_the_eve_of_its_month_and_the_label_is_known_later() -> None:
    labels, _ = from_reviews(reviews({}), ROLL, as_of=AS_OF, known_after_days=10)
    assert labels.select("subject", "as_of", "label_known_at").row(0) == ("dibao:D1", date(2026, 2, 28), date(2026, 3, 20))


def test_only_the_random_audit_is_drawn_all_else_was_chosen() -> None:
    sources = ("random_audit", "annual", "tip_off", "data_alert", "special")
    labels, counts = from_reviews(reviews(*({"source": s} for s in sources)), ROLL, as_of=AS_OF, known_after_days=0)
    assert labels.sort("review")["arm"].to_list() == ["random", "chosen", "chosen", "chosen", "chosen"]
    assert counts.random == 1


def test_reviews_without_a_usable_date_or_award_are_counted_not_guessed() -> None:
    rows = ({"reviewed_on": None}, {"reviewed_on": date(2099, 12, 31)}, {"case_no": "X9"}, {"finding": "not_conforming"})
    labels, counts = from_reviews(reviews(*rows), ROLL, as_of=AS_OF, known_after_days=10)
    assert labels["review"].to_list() == ["reviews:4"]
    assert (counts.labels, counts.wrong, counts.undated, counts.unknown_award) == (1, 1, 2, 1)


def test_a_result_that_is_not_yet_entered_is_not_known() -> None:
    late = reviews({"reviewed_on": date(2026, 10, 25)})
    assert from_reviews(late, ROLL, as_of=AS_OF, known_after_days=10)[0].is_empty()


@pytest.mark.parametrize(
    ("direction", "finding", "outcome"),
    [
        ("over", "not_entitled", "wrong"),
        ("over", "paid_too_much", "wrong"),
        ("over", "entitled_as_paid", "correct"),
        ("over", "register_is_wrong", "correct"),
        ("over", "wrong_person_linked", "undetermined"),
        ("over", "cannot_decide", "undetermined"),
        ("missing", "paid_too_little", "wrong"),
        ("missing", "entitled_as_paid", "correct"),
    ],
)
def test_a_decided_case_says_wrong_correct_or_nothing(direction: str, finding: str, outcome: str) -> None:
    row = {
        "id": "c1", "subject_kind": "award", "subject": "dibao:D1", "benefit": "dibao", "direction": direction,
        "finding": finding,
        "opened_on": date(2026, 11, 3), "decided_on": date(2026, 12, 9), "arm": "random", "amount_month": 100, "office": "a",
    }  # fmt: skip
    label = from_cases([row]).row(0, named=True)
    assert (label["outcome"], label["as_of"], label["label_known_at"]) == (outcome, date(2026, 10, 31), date(2026, 12, 9))
    assert label["arm"] == "random"
