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


def situation(county: SmallCounty, policy: Policy = POLICY) -> Situation:
    families = county.families(policy)
    running, members = awards(county.tables, county.links, families, knowledge=county.knowledge, as_of=county.as_of)
    return situate(families, running, members, county.known(policy), law=policy.on(county.as_of), as_of=county.as_of)


@pytest.fixture(scope="module")
def county() -> SmallCounty:
    """People who live alone, each called by what is on record of them; pensioners are 70."""
    county = SmallCounty()

    def alone(name: str, *, born: date = date(1956, 1, 1), pension: float | None = None) -> str:
        number = len(county.rows["population"]) + 1
        county.person(name, born=born, household=str(number), address=f"城关街道和平街{number}号安居苑1号楼1单元101室")
        if pension is not None:
            county.spell(name, "employee_pension", benefit=pension)
        return name

    for pension in (779.99, 780, 1169.99, 1170, 2500):
        alone(f"pension {pension:g}", pension=pension)
    county.vehicle(alone("car", pension=300))
    county.vehicle(alone("old car", pension=300), state="inspection_overdue")
    alone("nothing on record", born=date(1980, 1, 1))
    worker = alone("base at the floor", born=date(1980, 1, 1))
    county.spell(worker, "employee_pension", base=3920, employer="某公司", start="2022-01")
    for name in ("everybody's pension", "everybody's pension, known to the office"):
        county.spell(alone(name), "resident_pension", benefit=358)
    county.award({"everybody's pension, known to the office": "self"}, benefit="dis_living", amount=120)
    county.certificate(alone("poor and disabled", pension=300), 1)
    county.certificate(alone("limb 2", pension=1000), 2)
    for category in ("mental", "intellectual", "limb"):
        county.certificate(alone(f"{category} 3", pension=1000), 3, category=category)
    return county


@pytest.fixture(scope="module")
def found(county: SmallCounty) -> Situation:
    """The situation of all of them."""
    return situation(county)


def standing(found: Situation, person: str) -> dict[str, Any]:
    return layers(found).filter(pl.col("person_id") == person).row(0, named=True)


@pytest.mark.parametrize(
    ("pension", "layer", "due"),
    [
        ("779.99", "dibao", 1),
        ("780", "margin", None),
        ("1169.99", "margin", None),
        ("1170", "unknown", None),
        ("2500", "monitor", None),
    ],
)
def test_a_pension_decides_the_layer_at_each_line(found: Situation, pension: str, layer: str, due: int | None) -> None:
    # 780 dibao; 1.5 × 780 = 1,170 margin; 30,000 ÷ 12 = 2,500 essential-expenditure hardship, whose bills no register holds
    told = standing(found, f"pension {pension}")
    assert (told["layer"], told["amount_month"]) == (layer, due)


def test_whether_a_supporter_is_able_stays_open_before_dibao(found: Situation) -> None:
    told = standing(found, "pension 779.99")
    assert (told["open_layers"], told["open"]) == (["tekun"], ["tekun.no_able_supporter"])


def test_an_adult_whom_no_register_knows_is_unknown_and_not_refused(found: Situation) -> None:
    told = standing(found, "nothing on record")
    assert (told["layer"], told["open_layers"]) == ("unknown", ["dibao", "margin", "rigid"])


def test_a_base_at_the_floor_bounds_the_wage_and_does_not_decide(found: Situation) -> None:
    assert standing(found, "base at the floor")["layer"] == "unknown"


def test_the_pension_of_everybody_says_nothing_of_what_else_a_person_lives_on(found: Situation) -> None:
    assert standing(found, "everybody's pension")["layer"] == "unknown"
    # 780 − (358 − 158) = 580: an office that pays a living subsidy has looked at the family
    told = standing(found, "everybody's pension, known to the office")
    assert (told["layer"], told["amount_month"]) == ("dibao", 58000)


def test_a_car_bars_every_layer(found: Situation) -> None:
    told = standing(found, "car")
    assert told["layer"] == "monitor"
    assert "dibao.property" in told["failed"]


def test_a_car_long_without_inspection_leaves_it_open(found: Situation) -> None:
    assert standing(found, "old car")["layer"] == "unknown"


@pytest.mark.parametrize(
    ("person", "alone"),
    [("limb 2", True), ("mental 3", True), ("intellectual 3", True), ("limb 3", False), ("poor and disabled", False)],
)
def test_who_may_apply_alone(found: Situation, person: str, *, alone: bool) -> None:
    # a member of a margin household with grade 1-2 of any category, or grade 3 intellectual or mental (art. 8); not one on dibao
    assert standing(found, person)["single_cover"] == ([person] if alone else [])


def test_every_test_of_a_family_is_told_with_its_law(found: Situation) -> None:
    person = "pension 780"
    told = layer_tests(found, pl.Series([person])).filter(pl.col("benefit") == "dibao", pl.col("test") == "income")
    row = told.row(0, named=True)
    assert (row["result"], row["value"], row["limit"], row["turn"]) == ("not_met", 78000, 78000, -1)
    assert row["legal_basis"] == "CN-DBR21 art. 4; QH-RULES dibao standard"


@pytest.mark.parametrize(
    ("register", "layer"), [("vehicle", "unknown"), ("social_security", "unknown"), ("deaths", "dibao"), ("disability", "dibao")]
)
def test_a_silent_register_leaves_open_what_it_would_have_shown(
    county: SmallCounty, found: Situation, register: str, layer: str
) -> None:
    units = as_covered(measures(found), county.coverage(**{register: "not_asked"}))
    told = classified(units, found).filter(pl.col("person_id") == "pension 779.99")
    assert told["layer"].to_list() == [layer]


def test_a_car_bars_though_the_register_of_homes_is_silent(county: SmallCounty, found: Situation) -> None:
    units = as_covered(measures(found), county.coverage(property="no_answer"))
    assert classified(units, found).filter(pl.col("person_id") == "car")["layer"].to_list() == ["monitor"]


HIT, CLEAR, LOOK = "hit", "clear", "unknown"
LAST_OF_2025, IN_2026 = date(2025, 12, 31), date(2026, 3, 31)
PROPERTY = ("new car", "old car", "truck", "two small homes", "two large homes")


@pytest.mark.parametrize(
    ("jurisdiction", "on", "expected"),
    [
        ("cn-beijing-sample", IN_2026, (HIT, HIT, HIT, CLEAR, HIT)),  # any motor vehicle; two homes unless below 33 m² a head
        ("cn-shanghai-sample", IN_2026, (HIT, HIT, CLEAR, CLEAR, HIT)),  # a commercial vehicle does not count
        ("cn-xiamen-sample", IN_2026, (LOOK, LOOK, LOOK, CLEAR, HIT)),  # no rule on vehicles published: a look
        ("cn-kunming-sample", IN_2026, (HIT, CLEAR, CLEAR, CLEAR, CLEAR)),  # 50,000 or more within 12 months; three homes
        ("cn-guangdong-2026-sample", LAST_OF_2025, (HIT, HIT, HIT, CLEAR, HIT)),
        ("cn-guangdong-2026-sample", IN_2026, (HIT, HIT, LOOK, CLEAR, HIT)),  # a livelihood vehicle is no automatic veto
    ],
)
def test_one_county_under_the_rules_of_each_city(jurisdiction: str, on: date, expected: tuple[str, ...]) -> None:
    policy, county = load_policy(jurisdiction), one_of_everything(on)
    placed = layers(situation(county, policy))
    assert placed.schema == pl.Schema(LAYERS)
    assert {"an", "cai", *PROPERTY} <= set(placed["person_id"])
    findings = county.findings(policy)
    assert {"dibao", "dis_care"} <= set(findings["benefit"])
    told = {
        row["subject"]: row["result"]
        for row in findings.filter(pl.col("check").is_in(["X09", "X10"])).sort("check", descending=True).iter_rows(named=True)
        if (row["check"] == "X09") == ("homes" in row["subject"])
    }
    assert tuple(told[f"dibao:{name}"] for name in PROPERTY) == expected


def test_every_complete_chinese_sample_is_among_them() -> None:
    complete = {name for name in jurisdictions() if name.startswith("cn-") and not load_policy(name).of.abstract}
    assert complete == {
        JURISDICTION,
        *(f"cn-{city}-sample" for city in ("beijing", "shanghai", "xiamen", "kunming", "guangdong-2026")),
    }


def one_of_everything(on: date) -> SmallCounty:
    """A couple on dibao, a disabled pensioner, a shop, a funeral; and people on dibao called by what they own."""
    county = SmallCounty(as_of=on, snapshot=date(2026, 10, 31))
    county.person("an", born=date(1970, 1, 1))
    county.person("bo", born=date(1972, 1, 1), relation="spouse")
    county.wedding("an", "bo")
    county.award({"an": "self", "bo": "spouse"}, amount=700)
    county.spell("bo", "employee_pension", base=4500, employer="某公司", start="2022-01")
    for number, name in enumerate(("cai", "dan", *PROPERTY), start=2):
        address = f"城关街道和平街{number}号安居苑1号楼1单元101室"
        county.person(name, born=date(1950, 1, 1), household=str(number), address=address)
    county.award({"cai": "self"}, benefit="dis_care", amount=110)
    county.spell("cai", "resident_pension", benefit=400)
    county.certificate("cai", 2)
    county.business("dan")
    county.funeral("dan", date(2024, 5, 1), level="B")
    for name in PROPERTY:
        county.award({name: "self"}, amount=700, case_no=name)
    county.vehicle("new car", price=60_000, first_registered=date(2025, 9, 1))
    county.vehicle("old car", price=60_000, first_registered=date(2024, 6, 1))
    county.vehicle("truck", "轻型货车", use="freight", price=60_000, first_registered=date(2024, 6, 1))
    for name, area in (("two small homes", 15.0), ("two large homes", 40.0)):
        county.dwelling(name, area)
        county.dwelling(name, area)
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
