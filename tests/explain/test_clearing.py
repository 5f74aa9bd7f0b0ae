"""The smallest change of fact that clears a finding, in words."""

from typing import Any

from targeting.explain.clearing import clearing
from targeting.specs.reasons import load_reasons

INCOME = {"clears_if_income_at_most_cents": 123_450, "income_cents": 290_000}


def test_the_limit_is_told_to_the_cent_beside_the_present_value_before_the_ordinary_explanations() -> None:
    texts = load_reasons("en")
    smallest, ordinary = clearing(texts.check("X08"), INCOME, texts).split("\n")
    assert smallest == "Any of these clears it: the household has at most 1,234.5 yuan a month (now 2,900)"
    assert "basic pension" in ordinary


def test_only_the_ways_whose_values_are_known_are_told() -> None:
    texts = load_reasons("zh")
    smallest = clearing(texts.check("X16"), {"clears_if_grade_at_most": 1, "grade": 2}, texts).split("\n")[0]
    assert smallest == "任一情形成立即消除：残疾等级为1级或更重（现为2级）"


def test_where_nothing_could_be_computed_the_ordinary_explanations_stand_alone() -> None:
    texts = load_reasons("en")
    assert "\n" not in clearing(texts.check("X16"), {}, texts)


def test_a_reason_carries_the_smallest_change_in_both_languages(told: Any, hit: Any) -> None:
    reason = told([hit("X08", detail=INCOME)]).row(0, named=True)
    assert reason["clears_zh"].startswith("任一情形成立即消除：家庭月收入不超过1,234.5元（现为2,900元）\n")
    assert reason["clears_en"].startswith("Any of these clears it: the household has at most 1,234.5 yuan")
