"""No group of fewer than five is told, nor what would give it away."""

from datetime import date

import polars as pl
import pytest

from targeting.evaluation.change_groups import by_group, told


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        ([40, 5, 9], [40, 5, 9]),
        ([40, 4, 9], [40, None, None]),  # 9 with it: else 53 − 49 = 4
        ([40, 4, 3], [40, None, None]),
        ([40, 0, 9], [40, 0, 9]),
        ([4], [None]),
        ([], []),
    ],
)
def test_small_counts_are_left_out_and_never_one_alone(counts: list[int], shown: list[int | None]) -> None:
    assert told(counts) == shown


def test_persons_are_counted_by_group_and_change() -> None:
    n = 12
    people = pl.DataFrame({"person_id": [f"P{i}" for i in range(n)], "change": ["enters"] * 7 + ["leaves"] * 5})
    links = pl.DataFrame({"register": "population", "row": range(1, n + 1), "person_id": people["person_id"]})
    persons = pl.DataFrame(
        {"person_id": people["person_id"], "population_row": range(1, n + 1), "birth_date": None}
    ).with_columns(pl.col("birth_date").cast(pl.Date))
    protected = pl.DataFrame(
        {"register": "population", "row": range(1, n + 1), "attribute": "sex", "value": ["female"] * 7 + ["male"] * 5}
    )
    rows = by_group(people, links, persons, protected, as_of=date(2026, 10, 31))
    assert rows == [
        {"attribute": "sex", "group": "female", "enter": 7, "leave": 0},
        {"attribute": "sex", "group": "male", "enter": 0, "leave": 5},
    ]
