"""Company is what other rows say of a record; its own row vouches for nobody."""

import polars as pl
import pytest

from targeting.linkage.habits import habits
from targeting.linkage.relate import acquainted, company


def suggested(rows: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """What company suggests of units (`unit`, `row`, `group`), each linked to the person of its own number."""
    units = pl.DataFrame(rows, schema={"unit": pl.UInt32, "row": pl.Int64, "group": pl.String}, orient="row")
    units = units.with_columns(register=pl.lit("marriage"))
    links = units.select("unit", person="unit", rule=pl.lit("exact_id"))
    told = units.with_columns(verified=pl.lit(value=True), birth_date=pl.lit(None, dtype=pl.Date))
    wide = habits(told).wide_groups
    known = company(units, links, defining_register="population", max_group=20, wide_groups=wide)
    return acquainted(units, known).rows()


@pytest.mark.parametrize("group", ["1", None])
def test_a_couple_that_only_its_own_row_joins_is_no_company(group: str | None) -> None:
    assert suggested([(0, 1, group), (1, 1, group)]) == []


def test_a_couple_of_one_group_is_company_where_another_row_joins_it() -> None:
    rows = suggested([(0, 1, "case"), (1, 1, "case"), (2, 2, "case")])
    assert (0, 1, "together") not in rows
    assert (2, 0, "itself") in rows


def test_two_roles_of_one_row_may_be_one_person_where_groups_are_wider_than_rows() -> None:
    """An applicant who is the only member of their award."""
    assert (1, 0, "itself") in suggested([(0, 1, "alone"), (1, 1, "alone"), (2, 2, "family"), (3, 3, "family")])
