"""One application, all layers: each family of a small county stands where the law puts it, and silence refuses nobody."""

from datetime import date
from typing import Any

import polars as pl
import pytest
from small_county import JURISDICTION, POLICY, SmallCounty

from targeting.eligibility.layers import LAYERS, as_covered, classified, layer_tests, layers, measures
from targeting.eligibility.situation import Situation, situate
from targeting.households.awards import awards
from targeting.specs.jurisdictions import jurisdictions
from targeting.specs.policy import Policy, load_policy

CHINESE = [
    name for name in jurisdictions() if name.startswith("cn-") and name != JURISDICTION and not load_policy(name).of.abstract
]


def situation(county: SmallCounty, policy: Policy = POLICY) -> Situation:
    families = county.families(policy)
    running, members = awards(county.tables, county.links, families, knowledge=county.knowledge, as_of=county.as_of)
    return situate(families, running, members, county.known(policy), law=policy.on(county.as_of), as_of=county.as_of)


def standing(county: SmallCounty, person: str, policy: Policy = POLICY) -> dict[str, Any]:
    found = layers(situation(county, policy)).filter(pl.col("person_id") == person)
    assert found.height == 1
    return found.row(0, named=True)


@pytest.fixture
def pensioner() -> SmallCounty:
    """A person of 70 alone, with a pension that each test sets."""
    county = SmallCounty()
    county.person("an", born=date(1956, 1, 1))
    return county


@pytest.mark.parametrize(
    ("pension", "layer", "due"),
    [(779.99, "dibao", 1), (780, "margin", None), (1169.99, "margin", None), (1170, "unknown", None), (2500, "monitor", None)],
)
def test_a_pension_decides_the_layer_at_each_line(pensioner: SmallCounty, pension: float, layer: str, due: int | None) -> None:
    # 780 dibao; 1.5 × 780 = 1,170 margin; 30,000 ÷ 12 = 2,500 essential-expenditure hardship, whose bills no register holds
    pensioner.spell("an", "employee_pension", benefit=pension)
    found = standing(pensioner, "an")
    assert (found["layer"], found["amount_month"]) == (layer, due)


def test_whether_a_supporter_is_able_stays_open_before_dibao(pensioner: SmallCounty) -> None:
    pensioner.spell("an", "employee_pension", benefit=300)
    found = standing(pensioner, "an")
    assert (found["layer"], found["open_layers"], found["open"]) == ("dibao", ["tekun"], ["tekun.no_able_supporter"])


def test_an_adult_whom_no_register_knows_is_unknown_and_not_refused() -> None:
    county = SmallCounty()
    county.person("an")
    found = standing(county, "an")
    assert found["layer"] == "unknown"
    assert found["open_layers"] == ["dibao", "margin", "rigid"]


def test_a_base_at_the_floor_bounds_the_wage_and_does_not_decide() -> None:
    county = SmallCounty()
    county.person("an")
    county.spell("an", "employee_pension", base=3920, employer="某公司", start="2022-01")
    assert standing(county, "an")["layer"] == "unknown"


def test_a_car_bars_every_layer(pensioner: SmallCounty) -> None:
    pensioner.spell("an", "employee_pension", benefit=300)
    pensioner.vehicle("an")
    found = standing(pensioner, "an")
    assert found["layer"] == "monitor"
    assert "dibao.property" in found["failed"]


def test_a_car_long_without_inspection_leaves_it_open(pensioner: SmallCounty) -> None:
    pensioner.spell("an", "employee_pension", benefit=300)
    pensioner.vehicle("an", state="inspection_overdue")
    assert standing(pensioner, "an")["layer"] == "unknown"


def test_a_severely_disabled_member_of_a_margin_family_may_apply_alone(pensioner: SmallCounty) -> None:
    pensioner.spell("an", "employee_pension", benefit=1000)
    pensioner.certificate("an", 2)
    assert standing(pensioner, "an")["single_cover"] == ["an"]


@pytest.mark.parametrize(("category", "alone"), [("mental", ["an"]), ("intellectual", ["an"]), ("limb", [])])
def test_grade_3_suffices_for_an_intellectual_or_mental_disability_only(
    pensioner: SmallCounty, category: str, alone: list[str]
) -> None:
    pensioner.spell("an", "employee_pension", benefit=1000)
    pensioner.certificate("an", 3, category=category)
    assert standing(pensioner, "an")["single_cover"] == alone


def test_a_family_on_dibao_has_no_member_to_apply_alone(pensioner: SmallCounty) -> None:
    pensioner.spell("an", "employee_pension", benefit=300)
    pensioner.certificate("an", 1)
    assert standing(pensioner, "an")["single_cover"] == []


def test_every_test_of_a_family_is_told_with_its_law(pensioner: SmallCounty) -> None:
    pensioner.spell("an", "employee_pension", benefit=800)
    told = layer_tests(situation(pensioner), pl.Series(["an"])).filter(pl.col("benefit") == "dibao", pl.col("test") == "income")
    row = told.row(0, named=True)
    assert (row["result"], row["value"], row["limit"], row["turn"]) == ("not_met", 80000, 78000, -2001)
    assert row["legal_basis"] == "CN-DBR21 art. 4; QH-RULES dibao standard"


@pytest.mark.parametrize(
    ("jurisdiction", "on"), [("cn-guangdong-2026-sample", date(2025, 12, 31)), *((name, date(2026, 3, 31)) for name in CHINESE)]
)
def test_every_chinese_sample_runs_over_a_county_with_one_of_everything(jurisdiction: str, on: date) -> None:
    policy = load_policy(jurisdiction)
    county = one_of_everything(on)
    found = layers(situation(county, policy))
    assert found.schema == pl.Schema(LAYERS)
    assert set(found["person_id"]) == {"an", "cai"}
    findings = county.findings(policy)
    assert {"dibao", "dis_care"} <= set(findings["benefit"])
    assert findings.filter(pl.col("check") == "X10")["result"].is_in(["hit", "clear", "unknown"]).all()


def one_of_everything(on: date) -> SmallCounty:
    """An award, a job, a pension, a car, a shop, two homes, a certificate, a wedding and a funeral."""
    county = SmallCounty(as_of=on, snapshot=date(2026, 10, 31))
    county.person("an", born=date(1970, 1, 1))
    county.person("bo", born=date(1972, 1, 1), relation="spouse")
    county.person("cai", born=date(1950, 1, 1), household="2", address="城关街道和平街1号安居苑1号楼1单元101室")
    county.person("dan", household="3", address="城关街道和平街2号安居苑2号楼1单元101室")
    county.wedding("an", "bo")
    county.award({"an": "self", "bo": "spouse"}, amount=700)
    county.award({"cai": "self"}, benefit="dis_care", amount=110)
    county.spell("bo", "employee_pension", base=4500, employer="某公司", start="2022-01")
    county.spell("cai", "resident_pension", benefit=400)
    county.vehicle("an")
    county.business("dan")
    county.dwelling("an")
    county.dwelling("bo")
    county.certificate("cai", 2)
    county.funeral("dan", date(2024, 5, 1), level="B")
    return county


def test_the_disregard_of_the_basic_pension_ends_with_2025() -> None:
    # a residents' pension of 1,550 a month; 143 of it did not count in any month of 2025 (最低生活保障审核确认办法 art. 13)
    policy = load_policy("cn-xiamen-sample")
    counted = []
    for on in (date(2025, 12, 31), date(2026, 7, 31)):
        county = SmallCounty(as_of=on, snapshot=date(2026, 10, 31))
        county.person("an", born=date(1956, 1, 1))
        county.spell("an", "resident_pension", benefit=1550)
        told = layer_tests(situation(county, policy)).filter(pl.col("benefit") == "dibao", pl.col("test") == "income")
        counted.append(told["value"].item())
    assert counted == [140700, 155000]


@pytest.mark.parametrize(
    ("register", "layer"), [("vehicle", "unknown"), ("social_security", "unknown"), ("deaths", "dibao"), ("disability", "dibao")]
)
def test_a_silent_register_leaves_open_what_it_would_have_shown(pensioner: SmallCounty, register: str, layer: str) -> None:
    pensioner.spell("an", "employee_pension", benefit=300)
    found = situation(pensioner)
    units = as_covered(measures(found), pensioner.coverage(**{register: "not_asked"}))
    assert classified(units, found)["layer"].to_list() == [layer]


def test_a_car_bars_though_the_register_of_homes_is_silent(pensioner: SmallCounty) -> None:
    pensioner.spell("an", "employee_pension", benefit=300)
    pensioner.vehicle("an")
    found = situation(pensioner)
    units = as_covered(measures(found), pensioner.coverage(property="no_answer"))
    assert classified(units, found)["layer"].to_list() == ["monitor"]
