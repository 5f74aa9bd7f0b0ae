"""Findings against the truth: a hit is right where its subject is wrong; a look-alike counts where it is honest."""

import polars as pl
import pytest

from targeting.evaluation.findings import FindingEvaluation, evaluate, pooled
from targeting.evaluation.truth import checked_truth

PERSONS = pl.DataFrame({"person_id": ["p1", "p2", "p3"], "population_row": [1, 2, 3]})


def truth_rows(*rows: tuple[str | None, int | None, str, int, str, str]) -> pl.DataFrame:
    frame = pl.DataFrame(
        rows, schema=["case_no", "population_row", "direction", "wrong", "kind", "look_alike"], orient="row"
    ).with_columns(benefit=pl.lit("dibao"), amount_month=pl.lit(100))
    return checked_truth(frame.with_columns(subject=pl.coalesce("case_no", pl.format("family:{}", "population_row"))), where="t")


def finding_rows(*rows: tuple[str, str | None, str, str, str]) -> pl.DataFrame:
    frame = pl.DataFrame(rows, schema=["subject", "person_id", "direction", "check", "result"], orient="row")
    return frame.with_columns(benefit=pl.lit("dibao"))


@pytest.fixture
def measured() -> FindingEvaluation:
    truth = truth_rows(
        ("C1", None, "over", 1, "second_home", ""),
        ("C2", None, "over", 1, "second_home", ""),
        ("C3", None, "over", 0, "", "sold_vehicle"),
        ("C4", None, "over", 0, "", "sold_vehicle"),
        ("C5", None, "over", 1, "cash_wages", "sold_vehicle"),
        (None, 2, "missing", 1, "not_applied", ""),
    )
    findings = finding_rows(
        ("dibao:C1", "p1", "over", "X09", "hit"),
        ("dibao:C1", "p1", "over", "X10", "hit"),
        ("dibao:C2", "p2", "over", "X09", "unknown"),
        ("dibao:C3", "p3", "over", "X10", "hit"),
        ("dibao:C4", "p3", "over", "X26", "hit"),
        ("dibao:C5", "p3", "over", "X10", "hit"),
        ("dibao:C9", "p3", "over", "X10", "hit"),
        ("p2", "p2", "missing", "M01", "hit"),
    )
    return evaluate(findings, truth, PERSONS, inform={"X26"})


def test_a_hit_is_right_where_its_subject_is_wrong(measured: FindingEvaluation) -> None:
    assert measured.count("check", "X10", direction="over") == (2, 3)
    assert measured.count("check", "M01", direction="missing") == (1, 1)


def test_a_kind_of_error_is_found_by_any_check_and_not_by_an_unknown_answer(measured: FindingEvaluation) -> None:
    assert measured.count("kind", "second_home", direction="over") == (1, 2)


def test_a_look_alike_that_is_truly_wrong_is_no_false_finding(measured: FindingEvaluation) -> None:
    assert measured.count("look-alike", "sold_vehicle", direction="over") == (1, 2)


def test_a_check_that_only_informs_accuses_nobody_and_its_precision_is_still_told(measured: FindingEvaluation) -> None:
    assert measured.count("check", "X26", direction="over") == (0, 1)


def test_hits_that_the_truth_does_not_know_are_counted_apart(measured: FindingEvaluation) -> None:
    assert measured.unknown == 1


def test_counties_are_pooled_by_adding_up_their_counts(measured: FindingEvaluation) -> None:
    both = pooled([measured, measured])
    row = both.filter(pl.col("slice") == "kind", pl.col("of") == "second_home").row(0, named=True)
    assert (row["of_these"], row["cases"], row["value"]) == (2, 4, 0.5)
    assert row["low"] == pytest.approx(0.15, abs=0.01)
