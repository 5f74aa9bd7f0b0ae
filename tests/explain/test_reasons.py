"""What a referral says, in both languages."""

import json
from datetime import date
from typing import Any

import polars as pl
import pytest

from targeting.errors import Misconfigured
from targeting.frames.referral import CONTRIBUTIONS
from targeting.specs.loading import declaration
from targeting.specs.reasons import load_both, reasons_from
from targeting.specs.scoring import load_evidence, load_scoring

CAR = {"value": 8_000_000.0, "text": "小型轿车", "valid_from": date(2026, 3, 9), "detail": {"plate": "青I12337"}}


def test_a_car_is_told_with_its_plate_ending_and_month(told: Any, hit: Any, fact: Any) -> None:
    reason = told([hit("X10", "vehicle:4:owner:vehicle")], [fact("vehicle:4:owner:vehicle", "vehicle", **CAR)]).row(0, named=True)
    assert reason["zh"] == "机动车登记：有小型轿车1辆（号牌尾号37，2026-03登记），低保规则不允许拥有。"
    assert reason["en"] == "Vehicle register: one car (plate ending 37, registered 2026-03); the dibao rule allows none."
    assert json.loads(reason["facts"]) == ["vehicle:4:owner:vehicle"]
    assert "已出售未过户" in reason["clears_zh"]
    assert "Sold and not transferred" in reason["clears_en"]


def test_a_missing_plate_or_date_makes_a_shorter_sentence_not_a_wrong_one(told: Any, hit: Any, fact: Any) -> None:
    bare = fact("vehicle:4:owner:vehicle", "vehicle", text="小型轿车", detail={"plate": None})
    reason = told([hit("X10", "vehicle:4:owner:vehicle")], [bare]).row(0, named=True)
    assert reason["zh"] == "机动车登记：有小型轿车1辆，低保规则不允许拥有。"
    assert reason["en"] == "Vehicle register: one car; the dibao rule allows none."


def test_a_link_that_waits_for_confirmation_is_said_to_wait(told: Any, hit: Any) -> None:
    reason = told([hit("X10", link_level="B")]).row(0, named=True)
    assert reason["zh"].endswith("待工作人员确认）")
    assert "has yet to confirm" in reason["en"]


def test_homes_are_told_with_shares_limits_and_what_would_clear_them(told: Any, hit: Any, fact: Any) -> None:
    home = fact("property:9:owner:dwelling", "dwelling", value=1.0, text="dwelling", detail={"area_m2": 96.4})
    half = fact("property:11:owner:dwelling", "dwelling", value=0.5, text="homestead", detail={})
    detail = {
        "share_total": 1.5, "share_limit": 1.5, "area_a_head_m2": 48.2, "area_limit_m2": 42.0,
        "area_m2": 96.4, "clears_if_share_total_below": 1.5, "clears_if_area_m2_below": 84.0,
    }  # fmt: skip
    finding = hit("X09", "property:9:owner:dwelling", "property:11:owner:dwelling", detail=detail)
    reason = told([finding], [home, half]).row(0, named=True)
    assert reason["zh"] == (
        "不动产登记：家庭名下住房1处（份额1，建筑面积96平方米）；农村宅基地住房1处（份额0.5）；"
        "份额合计1.5套（规定低于1.5套），人均48.2平方米（规定低于42平方米）。"
    )
    smallest, ordinary = reason["clears_zh"].split("\n")
    assert smallest == (
        "任一情形成立即消除：份额合计低于1.5套（现为1.5套）；按份额建筑面积低于84平方米（现为96.4平方米，人均48.2平方米）"
    )
    assert ordinary.startswith("共有份额少于登记")
    assert "shares add up to 1.5 dwellings (the rule: below 1.5)" in reason["en"]


def test_only_the_facts_that_a_check_is_about_are_told(told: Any, hit: Any, fact: Any) -> None:
    facts = [
        fact("marriage:2:wife:marriage", "marriage", valid_from=date(2019, 5, 20)),
        fact("social_security:7:insured:wage_base", "wage_base", value=392_000.0, text="employee_pension"),
    ]
    reason = told([hit("X05", *(f["fact_id"] for f in facts))], facts).row(0, named=True)
    assert reason["zh"] == "婚姻登记：2019-05-20办理结婚登记，未见离婚登记，配偶未列入家庭成员。"


def test_money_is_told_in_yuan_from_cents(told: Any, hit: Any, fact: Any) -> None:
    pension = fact(
        "social_security:7:insured:pension", "pension", value=152_050.0, text="employee_pension", valid_from=date(2024, 2, 1)
    )
    reason = told([hit("X08", "social_security:7:insured:pension")], [pension]).row(0, named=True)
    assert "职工养老保险待遇每月1,520元（2024-02起）" in reason["zh"]
    assert "employees' pension insurance: 1,520 yuan a month (since 2024-02)" in reason["en"]


def test_more_than_three_facts_are_counted_not_listed(told: Any, hit: Any, fact: Any) -> None:
    cars = [fact(f"vehicle:{n}:owner:vehicle", "vehicle", **{**CAR, "detail": {"plate": f"青I1230{n}"}}) for n in range(5)]
    reason = told([hit("X10", *(f["fact_id"] for f in cars))], cars).row(0, named=True)
    assert "共5项" in reason["zh"]
    assert reason["zh"].count("小型轿车") == 3


@pytest.mark.parametrize("check", ["X01", "X04", "X05", "X07", "X08", "X09", "X10", "X11", "X16", "U01", "M01", "M02", "X99"])
def test_every_check_has_a_sentence_even_without_facts_or_values_and_so_has_an_unknown_one(
    told: Any, hit: Any, check: str
) -> None:
    reason = told([hit(check)]).row(0, named=True)
    for column in ("zh", "en", "clears_zh", "clears_en"):
        assert reason[column]
        assert "{" not in reason[column]
        assert "None" not in reason[column]


def test_clear_and_unknown_findings_are_no_reasons(told: Any, hit: Any) -> None:
    quiet = [hit("X10", result="clear"), {**hit("X07", result="unknown"), "facts": '[{"reason":"stale:social_security"}]'}]
    assert told(quiet).is_empty()


def test_certain_findings_come_first_then_the_larger_amount(told: Any, hit: Any) -> None:
    found = told([hit("X07", link_level="B", amount_month=900), hit("X10", amount_month=100), hit("X09", amount_month=500)])
    assert found["code"].to_list() == ["X09", "X10", "X07"]
    assert found["order"].to_list() == [1, 2, 3]


def test_what_moved_the_score_follows_the_findings_and_says_that_it_is_no_evidence(told: Any, hit: Any) -> None:
    key = {"subject_kind": "award", "subject": "dibao:D1", "benefit": "dibao", "direction": "over"}
    families = [
        ("bias", -2.0, None, None), ("rules", 0.9, "evidence", 1.2), ("income", 0.4, "income_found", 1350.4),
        ("family", 0.3, "income_beside", 3000.0), ("homes", 0.2, "dwelling_shares", 1.0),
        ("identity", -0.5, "listed_unresolved", 0.0),
        ("vehicles", 0.001, "vehicle_price_new", None),
    ]  # fmt: skip
    rows = [{**key, "family": f, "contribution": c, "feature": n, "value": v} for f, c, n, v in families]
    found = told([hit("X10")], moved=CONTRIBUTIONS.of(rows))
    assert found["code"].to_list() == ["X10", "rules", "income", "family", "identity"]
    assert found["source"].to_list() == ["finding", "model", "model", "model", "model"]
    income = found.row(2, named=True)
    assert income["zh"] == "排序因素（收入）：登记的人均月收入（工资基数、养老金、失业金）1,350元，排序提前。"
    assert "it is no evidence" in income["clears_en"]
    assert found.row(4, named=True)["en"].endswith("moved it down.")


@pytest.mark.parametrize(
    ("sentence", "fault"),
    [("Suspected fraud: {facts}.", '"fraud"'), ("A suspect: {facts}.", '"suspect"'), ("{facts:weekday}", "weekday is unknown")],
)
def test_a_sentence_that_judges_a_person_or_cannot_be_written_is_refused(sentence: str, fault: str) -> None:
    content, sha256 = declaration("reasons", "en")
    content["checks"]["X10"]["hit"] = [sentence]
    with pytest.raises(Misconfigured) as raised:
        reasons_from({**content, "sha256": sha256}, where="models/reasons/en.toml")
    assert any(fault in said for said in raised.value.faults)


def test_both_languages_have_the_same_texts_and_cover_checks_features_and_families() -> None:
    zh, en = load_both()
    for part in ("checks", "facts", "families", "features"):
        assert set(getattr(zh, part)) == set(getattr(en, part)), part
    assert set(load_evidence().checks) <= set(zh.checks)
    spec = load_scoring("over")
    assert set(spec.feature_names) <= set(zh.features)
    assert set(spec.families.values()) <= set(zh.families)
    assert all(zh.checks[check].tells == en.checks[check].tells for check in zh.checks)


def test_reasons_are_the_same_whatever_the_order_of_the_findings(told: Any, hit: Any) -> None:
    findings = [hit("X07"), hit("X10"), {**hit("X10"), "subject": "dibao:D2"}]
    assert told(findings).equals(told(findings[::-1]))
    assert pl.Series([1, 1, 2]).to_list() == sorted(told(findings)["order"].to_list())
