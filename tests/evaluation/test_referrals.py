"""Measures of a ranking against a truth, with the arithmetic by hand."""

import math
from pathlib import Path

import polars as pl
import pytest

from targeting.errors import InvalidInput
from targeting.evaluation.referrals import evaluate
from targeting.evaluation.truth import checked_truth, read_truth

PERSONS = pl.DataFrame(
    {"person_id": ["p1", "p2", "p3", "p4", "p5"], "population_row": [11, 12, 13, 14, None]},
    schema_overrides={"population_row": pl.Int64},
)


def referral(
    rank: int, subject: str, persons: str, direction: str = "over", benefit: str = "dibao", arm: str = "ranked"
) -> dict[str, object]:
    return {
        "subject": subject, "person_ids": persons, "direction": direction, "benefit": benefit, "rank": rank, "arm": arm,
        "opened": rank <= 2,
    }  # fmt: skip


def truth_row(
    *, case: str | None = None, row: int | None = None, wrong: int = 0, cents: int = 0, direction: str = "over", **more: str
) -> dict[str, object]:
    return {
        "case_no": case, "population_row": row, "benefit": "dibao", "direction": direction, "wrong": wrong, "amount_month": cents,
        "subject": None, "kind": "", "look_alike": "", **more,
    }  # fmt: skip


def truth_of(*rows: dict[str, object]) -> pl.DataFrame:
    kinds = {"case_no": pl.String, "population_row": pl.Int64, "subject": pl.String}
    return checked_truth(pl.DataFrame(list(rows), schema_overrides=kinds), where="truth")


AWARDS = pl.DataFrame(
    [referral(1, "dibao:A", "p1"), referral(2, "dibao:B", "p2"), referral(3, "dibao:C", "p3"), referral(4, "dibao:D", "p4")]
)
FOUR = (
    truth_row(case="A", wrong=1, cents=30_000, kind="wages"),
    truth_row(case="B", look_alike="twin"),
    truth_row(case="C", wrong=1, cents=10_000, kind="death"),
    truth_row(case="D"),
)


def test_precision_recall_lift_and_money_at_capacity_are_those_of_the_opened() -> None:
    measured = evaluate(AWARDS, truth_of(*FOUR), PERSONS)
    assert measured.measure("precision").value == 0.5  # A of A, B
    assert measured.measure("recall").value == 0.5  # A of A, C
    assert measured.measure("lift").value == pytest.approx(1.0)  # 1/2 over 2/4
    assert measured.measure("money found").value == 0.75  # 30,000 of 40,000
    assert measured.measure("cents found a month").value == 30_000


def test_average_precision_and_auc_are_those_of_the_whole_ranking() -> None:
    measured = evaluate(AWARDS, truth_of(*FOUR), PERSONS)
    assert measured.measure("average precision").value == pytest.approx((1 / 1 + 2 / 3) / 2)
    assert measured.measure("AUC").value == pytest.approx(3 / 4)  # of the pairs A-B, A-D, C-B, C-D only C-B is the wrong way


def test_a_capacity_given_replaces_what_was_opened() -> None:
    measured = evaluate(AWARDS, truth_of(*FOUR), PERSONS, capacity=3)
    assert measured.measure("recall").value == 1.0
    assert measured.measure("precision").value == pytest.approx(2 / 3)


def test_a_household_is_met_by_the_population_row_of_any_of_its_persons() -> None:
    ranking = pl.DataFrame([referral(1, "p1", "p1,p2", "missing"), referral(2, "p3", "p3,p5", "missing")])
    truth = truth_of(
        truth_row(row=12, wrong=1, cents=5_000, direction="missing", subject="family 1"),
        truth_row(row=99, wrong=1, cents=5_000, direction="missing", subject="family 1"),
        truth_row(row=13, direction="missing", subject="family 2"),
    )
    measured = evaluate(ranking, truth, PERSONS)
    assert measured.measure("recall", part="direction", of="missing").cases == 1  # two keys, one family
    assert measured.measure("recall").value == 1.0
    assert measured.measure("precision").value == 0.5


def test_referrals_the_truth_does_not_know_are_counted_apart() -> None:
    measured = evaluate(AWARDS, truth_of(*FOUR[:1], *FOUR[3:]), PERSONS)
    assert measured.unknown == 2
    assert measured.measure("precision").cases == 1


def test_a_truth_of_wrong_subjects_only_makes_the_others_right() -> None:
    measured = evaluate(AWARDS, truth_of(FOUR[0], FOUR[2]), PERSONS)
    assert measured.unknown == 0
    assert measured.measure("precision").value == 0.5
    assert measured.measure("base rate").value == 0.5


def test_a_wrong_subject_that_was_never_ranked_lowers_recall_and_is_counted() -> None:
    measured = evaluate(AWARDS, truth_of(*FOUR, truth_row(case="E", wrong=1, cents=1)), PERSONS)
    assert measured.unranked_wrong == 1
    assert measured.measure("recall").value == pytest.approx(1 / 3)


def test_a_case_number_of_another_benefit_or_direction_is_not_met() -> None:
    other = truth_of(truth_row(case="A", wrong=1, direction="missing"), truth_row(case="B", wrong=0, direction="missing"))
    assert evaluate(AWARDS, other, PERSONS).unknown == 4


def test_recall_by_kind_and_opened_look_alikes_are_named() -> None:
    measured = evaluate(AWARDS, truth_of(*FOUR), PERSONS)
    assert measured.measure("recall", part="kind", of="over wages").value == 1.0
    assert measured.measure("recall", part="kind", of="over death").value == 0.0
    assert measured.measure("opened", part="look-alike", of="over twin").value == 1.0


def test_the_random_arm_has_its_own_precision() -> None:
    ranking = pl.concat([AWARDS.head(1), AWARDS.slice(1, 1).with_columns(arm=pl.lit("random"))])
    measured = evaluate(ranking, truth_of(*FOUR), PERSONS)
    assert measured.measure("precision", part="arm", of="ranked").value == 1.0
    assert measured.measure("precision", part="arm", of="random").value == 0.0


def test_the_same_seed_gives_the_same_intervals() -> None:
    assert evaluate(AWARDS, truth_of(*FOUR), PERSONS).measures.equals(evaluate(AWARDS, truth_of(*FOUR), PERSONS).measures)


def test_an_empty_ranking_finds_nothing_and_has_no_precision() -> None:
    measured = evaluate(AWARDS.head(0), truth_of(*FOUR), PERSONS)
    assert math.isnan(measured.measure("precision").value)
    assert measured.measure("recall").value == 0.0


def test_a_truth_file_that_lacks_columns_is_refused_with_all_of_them(tmp_path: Path) -> None:
    file = tmp_path / "truth.csv"
    file.write_text("case_no,benefit\nA,dibao\n", encoding="utf-8")
    with pytest.raises(InvalidInput, match="population_row, direction, wrong, amount_month"):
        read_truth(file)


def test_a_truth_file_with_a_bad_number_and_a_row_without_key_names_both(tmp_path: Path) -> None:
    file = tmp_path / "truth.csv"
    lines = ["case_no,population_row,benefit,direction,wrong,amount_month", "A,,dibao,over,yes,0", ",,dibao,over,1,0"]
    file.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(InvalidInput) as refused:
        read_truth(file)
    assert len(refused.value.faults) == 2


def test_a_truth_file_keyed_by_case_or_row_is_read(tmp_path: Path) -> None:
    file = tmp_path / "truth.csv"
    lines = ["case_no,population_row,benefit,direction,wrong,amount_month", "A,,dibao,over,1,100", '"",12,dibao,missing,0,']
    file.write_text("\n".join(lines), encoding="utf-8")
    truth = read_truth(file)
    assert truth["case_no"].to_list() == ["A", None]
    assert truth["population_row"].to_list() == [None, 12]
    assert truth["amount_month"].to_list() == [100, 0]
