"""A register that reaches only a part shows what is there, never that nothing is (G27)."""

import json
from datetime import date
from typing import Any

import polars as pl
import pytest
from small_county import SmallCounty

PERIOD_BEGINS = date(2026, 5, 1)


@pytest.fixture
def two_streets() -> SmallCounty:
    """Two awards in two streets; only the first family has a car."""
    county = SmallCounty()
    for name, street in (("an", "柳林镇"), ("bo", "城关街道")):
        county.person(name, household=name, address=f"{street}和平街{len(county.rows['population']) + 1}号")
        county.award({name: "self"}, amount=780, street=street, case_no=f"T-{name}")
    county.vehicle("an")
    return county


def told(county: SmallCounty, check: str, register: str, **reach: Any) -> dict[str, tuple[str, list[str]]]:
    """Result and reasons of a check by award, where the register reaches only so far."""
    rows = county.coverage().to_dicts()
    coverage = pl.DataFrame(
        [{**row, **(reach if row["register"] == register else {})} for row in rows], schema=county.coverage().schema
    )
    found = county.findings(coverage=coverage).filter(pl.col("check") == check)
    return {
        row["subject"].split("-")[1]: (row["result"], [e["reason"] for e in json.loads(row["facts"]) if isinstance(e, dict)])
        for row in found.iter_rows(named=True)
    }


def test_an_office_that_a_register_does_not_cover_is_never_clear(two_streets: SmallCounty) -> None:
    answers = told(two_streets, "X10", "vehicle", offices=["柳林镇"])
    assert answers == {"an": ("hit", []), "bo": ("unknown", ["not_covered:vehicle"])}


def test_what_a_register_shows_stands_though_it_does_not_cover_the_office(two_streets: SmallCounty) -> None:
    answers = told(two_streets, "X10", "vehicle", offices=["城关街道"])
    assert answers == {"an": ("hit", []), "bo": ("clear", [])}


@pytest.mark.parametrize(
    ("covers_from", "of_bo"), [(PERIOD_BEGINS, ("clear", [])), (date(2026, 5, 2), ("unknown", ["not_covered:vehicle"]))]
)
def test_a_register_that_begins_within_the_period_leaves_nobody_clear(
    two_streets: SmallCounty, covers_from: date, of_bo: tuple[str, list[str]]
) -> None:
    assert told(two_streets, "X10", "vehicle", covers_from=covers_from)["bo"] == of_bo


@pytest.mark.parametrize(("covers_to", "of_an"), [(date(2026, 10, 1), "hit"), (date(2026, 9, 30), "unknown")])
def test_a_register_that_ends_before_the_month_of_assessment_answers_nothing(
    two_streets: SmallCounty, covers_to: date, of_an: str
) -> None:
    assert told(two_streets, "X10", "vehicle", covers_to=covers_to)["an"][0] == of_an


def test_a_finding_that_rests_on_silence_is_unknown_where_the_register_does_not_cover(two_streets: SmallCounty) -> None:
    """The living subsidy is due to an, who holds a certificate and draws dibao; the roll covers the other street only."""
    two_streets.certificate("an", 1)
    whole = two_streets.findings().filter(pl.col("check") == "M02")
    part = pl.DataFrame(
        [
            {**row, **({"offices": ["城关街道"]} if row["register"] == "assistance_roll" else {})}
            for row in two_streets.coverage().to_dicts()
        ],
        schema=two_streets.coverage().schema,
    )
    limited = two_streets.findings(coverage=part).filter(pl.col("check") == "M02")
    assert "hit" in set(whole["result"])
    assert set(limited["result"]) == {"unknown"}
    assert limited["facts"].str.contains("not_covered:assistance_roll").all()
