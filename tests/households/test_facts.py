"""Facts: by month, by share, with their source row, and nothing that was learned later."""

from datetime import date

import polars as pl
import pytest
from small_county import AS_OF, SmallCounty

from targeting.frames.assessment import FACT_KINDS


@pytest.fixture
def county() -> SmallCounty:
    county = SmallCounty()
    county.person("an")
    return county


def of_kind(county: SmallCounty, kind: str) -> list[dict[str, object]]:
    return county.known().filter(pl.col("kind") == kind).to_dicts()


def test_a_yearly_contribution_is_no_monthly_fact(county: SmallCounty) -> None:
    county.spell("an", "resident_pension", base=3000)
    assert set(county.known()["kind"]) == {"birth"}


@pytest.mark.parametrize(
    ("insurance", "employer", "kind"),
    [
        ("employee_pension", "清河县某公司", "wage_base"),
        ("employee_pension", "灵活就业人员", "self_paid_base"),
        ("employee_pension", "个体参保窗口", "self_paid_base"),
        ("employee_pension", None, "self_paid_base"),
        ("unemployment", "清河县某公司", "wage_base"),
        ("public_pension", "清河县第一中学", "wage_base"),
    ],
)
def test_a_contribution_base_shows_a_wage_only_where_an_employer_pays(
    county: SmallCounty, insurance: str, employer: str | None, kind: str
) -> None:
    county.spell("an", insurance, base=4000, employer=employer)
    assert [(fact["value"], fact["unit"]) for fact in of_kind(county, kind)] == [(400_000, "cents_month")]


def test_a_pensioner_with_an_employer_named_receives_and_earns_no_wage(county: SmallCounty) -> None:
    county.spell("an", "employee_pension", benefit=2500, employer="清河县某公司")
    assert of_kind(county, "wage_base") == []
    assert [(fact["text"], fact["value"]) for fact in of_kind(county, "pension")] == [("employee_pension", 250_000)]


def test_a_spell_that_ended_later_reads_as_running_then(county: SmallCounty) -> None:
    county.spell("an", "employee_pension", base=4000, employer="清河县某公司", end="2026-03")
    assert of_kind(county, "wage_base")[0]["valid_to"] == date(2026, 3, 31)
    county.as_of = date(2026, 2, 28)
    assert of_kind(county, "wage_base")[0]["valid_to"] is None


@pytest.mark.parametrize("days", range(0, 700, 35))
def test_no_fact_is_known_later_than_the_date_of_assessment(days: int) -> None:
    county = SmallCounty(as_of=date.fromordinal(AS_OF.toordinal() - days))
    county.person("an")
    county.spell("an", "employee_pension", base=4000, employer="某公司", start="2025-06")
    county.vehicle("an", first_registered=date(2025, 8, 1))
    county.dwelling("an", registered_on=date(2025, 9, 1))
    county.business("an", founded=date(2026, 1, 10))
    county.certificate("an", issued=date(2026, 2, 10))
    county.wedding("an", None, date(2026, 3, 10))
    county.funeral("an", date(2026, 9, 1))
    known = county.known()
    assert (known["known_at"] <= county.as_of).all()
    assert set(known["kind"]) <= set(FACT_KINDS)


def test_the_present_state_of_a_car_says_nothing_of_an_earlier_month(county: SmallCounty) -> None:
    county.vehicle("an", state="scrapped", first_registered=date(2020, 1, 1))
    assert of_kind(county, "vehicle") == []
    county.as_of = date(2026, 9, 30)
    assert len(of_kind(county, "vehicle")) == 1


def test_an_inspection_that_had_lapsed_then_is_known_because_no_later_one_took_place(county: SmallCounty) -> None:
    county.vehicle("an", inspection_until=date(2025, 5, 1), first_registered=date(2019, 1, 1))
    county.as_of = date(2026, 1, 31)
    assert '"inspection_until":"2025-05-01"' in str(of_kind(county, "vehicle")[0]["detail"])
    county.as_of = date(2025, 3, 31)
    assert '"inspection_until":null' in str(of_kind(county, "vehicle")[0]["detail"])


@pytest.mark.parametrize(
    ("co_ownership", "share", "expected"),
    [("sole", None, 1.0), ("joint", None, 0.5), ("shares", 0.25, 0.25), ("shares", None, None)],
)
def test_a_share_is_as_stated_or_split_or_unknown(
    county: SmallCounty, co_ownership: str, share: float | None, expected: float | None
) -> None:
    county.dwelling("an", 100.0, co_ownership=co_ownership, share=share)
    assert of_kind(county, "dwelling")[0]["value"] == expected
    assert of_kind(county, "floor_area")[0]["value"] == (None if expected is None else 100.0 * expected)


def test_four_joint_holders_hold_a_quarter_each(county: SmallCounty) -> None:
    for name in ("an", "bo", "ci", "di"):
        county.dwelling(name, co_ownership="joint", unit_number="139921005027GB00001F00010001")
    assert {fact["value"] for fact in of_kind(county, "dwelling")} == {0.25}


def test_a_renewed_deed_of_one_unit_counts_once_and_names_both_rows(county: SmallCounty) -> None:
    unit = "139921005027GB00001F00010001"
    county.dwelling("an", unit_number=unit, registered_on=date(2005, 1, 1))
    county.dwelling("an", unit_number=unit, registered_on=date(2020, 1, 1))
    facts = of_kind(county, "dwelling")
    assert [fact["row"] for fact in facts] == [2]
    assert '"rows":[1,2]' in str(facts[0]["detail"])


def test_a_home_passed_on_to_the_next_holder_was_held_until_then(county: SmallCounty) -> None:
    unit = "139921005027GB00001F00010001"
    county.dwelling("an", unit_number=unit, registered_on=date(2015, 1, 1), state="historic")
    county.dwelling("bo", unit_number=unit, registered_on=date(2025, 6, 1))
    held = {}
    for day in (date(2025, 3, 31), date(2025, 9, 30), AS_OF):
        county.as_of = day
        held[day] = {fact["person_id"] for fact in of_kind(county, "dwelling")}
    assert list(held.values()) == [{"an"}, {"bo"}, {"bo"}]


def test_a_death_is_a_fact_of_each_register_that_shows_it(county: SmallCounty) -> None:
    county.funeral("an", date(2026, 5, 1))
    county.person("an", status="dead", status_date=date(2026, 5, 20))
    assert {(fact["text"], fact["valid_from"]) for fact in of_kind(county, "death")} == {
        ("funeral", date(2026, 5, 1)),
        ("population", date(2026, 5, 20)),
    }


def test_a_marriage_ends_the_day_before_the_divorce(county: SmallCounty) -> None:
    county.person("bo")
    county.wedding("an", "bo", date(2010, 1, 1))
    county.wedding("an", "bo", date(2020, 5, 2), kind="divorce")
    told = {(fact["person_id"], fact["text"], fact["valid_to"]) for fact in of_kind(county, "marriage")}
    assert told == {("an", "bo", date(2020, 5, 1)), ("bo", "an", date(2020, 5, 1))}
