"""Precision and recall of links by group of people."""

from datetime import date

import polars as pl
import pytest

from targeting.evaluation import link_groups
from targeting.evaluation.link_groups import evaluate_groups
from targeting.frames.identity import LINKS, PERSONS
from targeting.frames.register import PROTECTED

AS_OF = date(2026, 10, 31)


def measured(linked: dict[int, str | None], meant: dict[int, int]) -> pl.DataFrame:
    """Population: a (row 1, woman, 17), b (row 2, woman, 18 today), c (row 3, man). Vehicle rows as given."""
    people = {1: ("a", "female", date(2008, 11, 1)), 2: ("b", "female", date(2008, 10, 31)), 3: ("c", "male", None)}
    rows = [
        {"register": "population", "row": row, "role": "person", "person_id": person, "level": "A", "method": "test"}
        for row, (person, _, _) in people.items()
    ]
    rows += [
        {"register": "vehicle", "row": row, "role": "owner", "person_id": person, "level": person and "B", "method": "test"}
        for row, person in linked.items()
    ]
    persons = [
        {"person_id": person, "population_row": row, "birth_date": born, "since_snapshot": "s"}
        for row, (person, _, born) in people.items()
    ]
    protected = [
        {"register": "population", "row": row, "attribute": "sex", "value": sex} for row, (_, sex, _) in people.items()
    ] + [{"register": "vehicle", "row": row, "attribute": "hukou_type", "value": "rural"} for row in linked]
    truth = pl.DataFrame([{"register": "vehicle", "row": row, "role": "", "population_row": at} for row, at in meant.items()])
    return evaluate_groups(LINKS.of(rows), PERSONS.of(persons), truth, PROTECTED.of(protected), as_of=AS_OF)


def of(table: pl.DataFrame, attribute: str, group: str, level: str = "A+B") -> tuple[int, int, int]:
    row = table.filter((pl.col("attribute") == attribute) & (pl.col("group") == group) & (pl.col("level") == level)).row(
        0, named=True
    )
    return row["right"], row["linked"], row["persons"]


@pytest.fixture(autouse=True)
def small_groups_are_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(link_groups, "SMALLEST", 1)


def test_a_wrong_link_burdens_the_group_of_the_person_linked_and_a_missed_one_that_of_the_person_meant() -> None:
    table = measured({1: "a", 2: "c", 3: None}, {1: 1, 2: 2, 3: 3})
    assert of(table, "sex", "female") == (1, 1, 2)
    assert of(table, "sex", "male") == (0, 1, 1)


def test_age_is_counted_in_full_years() -> None:
    table = measured({1: "a", 2: "b"}, {1: 1, 2: 2})
    assert of(table, "age", "0–17") == of(table, "age", "18–44") == (1, 1, 1)


def test_what_another_register_states_of_its_rows_makes_groups_too() -> None:
    assert of(measured({1: "a", 2: "c"}, {1: 1, 2: 2}), "hukou_type", "rural") == (1, 2, 2)


def test_small_groups_are_counted_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(link_groups, "SMALLEST", 2)
    table = measured({1: "a", 2: "b", 3: "c"}, {1: 1, 2: 2, 3: 3})
    assert set(table.filter(pl.col("attribute") == "sex")["group"]) == {"female", "others"}
