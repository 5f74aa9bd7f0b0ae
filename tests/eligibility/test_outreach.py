"""The missing direction sees registers with an outreach basis only, and nobody outside the family (G20)."""

import polars as pl
import pytest
from small_county import SmallCounty

BEARS_ON_MEANS = ("property", "vehicle", "business")
ELSEWHERE = "文昌街道工业路94号教师公寓8号楼2单元303室"


@pytest.fixture
def poor() -> SmallCounty:
    """A person whom an office has recognised as poor, with a home too many, a car and a firm."""
    county = SmallCounty()
    county.person("an", grid_cell="c1")
    county.certificate("an", 1)
    county.award({"an": "self"}, "dis_living", amount=120)
    return county


def richly(county: SmallCounty) -> SmallCounty:
    county.dwelling("an", 200.0)
    county.dwelling("an", 200.0)
    county.vehicle("an")
    county.business("an")
    return county


def missing(county: SmallCounty, **more: pl.DataFrame) -> pl.DataFrame:
    return county.findings(**more).filter(pl.col("direction") == "missing")


def with_basis(county: SmallCounty, *registers: str) -> pl.DataFrame:
    return county.coverage().with_columns(outreach=pl.col("outreach") | pl.col("register").is_in(registers))


def test_registers_of_means_have_no_outreach_basis_unless_one_is_declared(poor: SmallCounty) -> None:
    basis = dict(poor.coverage().select("register", "outreach").iter_rows())
    assert not any(basis[register] for register in BEARS_ON_MEANS)


def test_what_registers_without_an_outreach_basis_hold_changes_no_missing_finding(poor: SmallCounty) -> None:
    before = missing(poor)
    assert set(before.filter(pl.col("result") == "hit")["check"]) >= {"M01", "U02"}
    assert missing(richly(poor)).equals(before)


def test_where_a_basis_is_declared_what_bars_dibao_bars_an_invitation(poor: SmallCounty) -> None:
    found = missing(richly(poor), coverage=with_basis(poor, *BEARS_ON_MEANS))
    assert "hit" not in found.filter(pl.col("check") == "M01")["result"].to_list()


def test_the_over_direction_still_sees_everything(poor: SmallCounty) -> None:
    poor.award({"an": "self"}, amount=780)
    found = richly(poor).findings().filter(pl.col("check") == "X10")
    assert found["result"].to_list() == ["hit"]


def test_a_child_who_lives_apart_and_earns_well_changes_nothing_for_its_parents(poor: SmallCounty) -> None:
    poor.person("kid", relation="child", address=ELSEWHERE)
    before = missing(poor).filter(pl.col("household_id") == "an")
    poor.spell("kid", "employee_pension", base=20_000, employer="某公司")
    assert missing(poor).filter(pl.col("household_id") == "an").equals(before)
