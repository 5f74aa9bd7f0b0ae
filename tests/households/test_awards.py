"""Awards in payment: the amount once, the applicant, and no end that was not known."""

from datetime import date

import polars as pl
from small_county import SmallCounty

from targeting.households.awards import awards


def running(county: SmallCounty) -> tuple[pl.DataFrame, pl.DataFrame]:
    return awards(county.tables, county.links, county.families(), knowledge=county.knowledge, as_of=county.as_of)


def two() -> SmallCounty:
    county = SmallCounty()
    county.person("an")
    county.person("bo", relation="spouse")
    return county


def test_the_amount_of_the_award_is_repeated_on_rows_and_counted_once() -> None:
    county = two()
    county.award({"an": "self", "bo": "spouse"}, amount=1060, declared={"an": 300, "bo": 200})
    award = running(county)[0].row(0, named=True)
    assert (award["amount_month"], award["declared_income_month"], award["members_listed"]) == (106_000, 50_000, 2)
    assert (award["person_id"], award["household_id"]) == ("an", "an")


def test_where_rows_disagree_the_amount_that_most_rows_name_counts() -> None:
    county = two()
    county.award({"an": "self", "bo": "spouse", "c": "child"}, amount=1060)
    county.rows["assistance_roll"][0]["amount_cents"] = 99_999_999
    assert running(county)[0]["amount_month"].item() == 106_000


def test_an_award_is_in_payment_from_its_first_to_its_last_month() -> None:
    county = two()
    county.award({"an": "self"}, amount=780, start="2025-03", end="2026-04")
    for day, there in (
        (date(2025, 2, 28), False),
        (date(2025, 3, 31), True),
        (date(2026, 4, 30), True),
        (date(2026, 5, 31), False),
    ):
        county.as_of = day
        found = running(county)[0]
        assert bool(found.height) is there
        assert found["end_month"].is_null().all()


def test_an_applicant_who_is_not_resolved_leaves_person_and_family_open() -> None:
    county = two()
    county.award({"xx": "self", "bo": "spouse"}, amount=1560, unresolved=["xx"])
    award, members = running(county)
    assert award.select("person_id", "household_id").row(0) == (None, None)
    assert members["person_id"].to_list() == [None, "bo"]
