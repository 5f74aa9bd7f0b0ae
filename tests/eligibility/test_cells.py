"""U12: cells are compared with families like theirs in the whole county; no person is found."""

import polars as pl
import pytest
from small_county import POLICY, SmallCounty

from targeting.eligibility.cells import cells, chance_of_so_few
from targeting.households.awards import awards


def two_cells(poor: int = 30, rich: int = 30, paid: int = 12) -> SmallCounty:
    """Two cells of the same families without work; in `near` so many are paid, in `far` nobody; beside them families at work."""
    county = SmallCounty()
    for number in range(poor + rich):
        for cell in ("near", "far"):
            name = f"{cell}{number}"
            county.person(name, household=name, grid_cell=cell)
            if number >= poor:
                county.spell(name, "employee_pension", base=5000, employer="某公司")
            elif cell == "near" and number < paid:
                county.award({name: "self"}, amount=780)
    return county


def counted(county: SmallCounty, coverage: pl.DataFrame | None = None) -> pl.DataFrame:
    families = county.families()
    running, members = awards(county.tables, county.links, families, knowledge=county.knowledge, as_of=county.as_of)
    known = county.coverage() if coverage is None else coverage
    return cells(families, running, members, county.known(), known, policy=POLICY, as_of=county.as_of)


def test_a_cell_where_nobody_is_paid_is_visited_and_its_twin_is_not() -> None:
    found = {row["grid_cell"]: row for row in counted(two_cells()).to_dicts()}
    # 12 of 60 workless families are paid: 0.2 × 30 = 6 expected in each; Poisson: exp(-6) = 0.0025 of none at all.
    assert (found["far"]["recipients"], round(found["far"]["expected"], 6)) == (0, 6.0)
    assert round(found["far"]["chance"], 4) == 0.0025
    assert (found["far"]["visit"], found["near"]["visit"]) == (True, False)


def test_just_over_the_limit_of_chance_nobody_is_sent() -> None:
    # 9 of 60 are paid: 4.5 expected, exp(-4.5) = 0.0111 ≥ 0.01.
    assert not counted(two_cells(paid=9))["visit"].any()


def test_families_at_work_raise_no_expectation() -> None:
    # Paid families are 0 of 60 at work and 12 of 60 without: the cell's expectation is that of its workless families alone.
    assert counted(two_cells(rich=90))["expected"].round(6).to_list() == [6.0, 6.0]


@pytest.mark.parametrize("register", ["grid", "social_security", "disability"])
def test_a_silent_or_unauthorised_register_leaves_no_plan(register: str) -> None:
    county = two_cells(poor=3, rich=0, paid=1)
    without = county.coverage().with_columns(outreach=pl.col("outreach") & (pl.col("register") != register))
    assert counted(county, county.coverage(**{register: "not_asked"})).is_empty()
    assert counted(county, without).is_empty()


def test_the_chance_of_any_number_up_to_many_is_one() -> None:
    assert chance_of_so_few(60, 6.0) == pytest.approx(1.0)
    assert chance_of_so_few(0, 0.0) == 1.0
