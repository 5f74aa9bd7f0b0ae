"""Precision and recall of links count what they say they count."""

from pathlib import Path

import polars as pl
import pytest

from targeting.errors import InvalidInput
from targeting.evaluation.links import evaluate, judge, read_truth
from targeting.frames.identity import LINKS, PERSONS


def link(register: str, row: int, role: str, person_id: str | None, level: str | None = None) -> dict[str, object]:
    return {"register": register, "row": row, "role": role, "person_id": person_id, "level": level, "method": "test"}


@pytest.fixture
def links() -> pl.DataFrame:
    """Persons a (rows 1 and 3) and b (row 2) of the population, e from elsewhere; row 4 of the population was rejected."""
    return LINKS.of(
        [
            *[link("population", row, "person", person, "A") for row, person in ((1, "a"), (2, "b"), (3, "a"))],
            link("vehicle", 1, "owner", "a", "A"),
            link("vehicle", 2, "owner", "a", "B"),
            link("vehicle", 3, "owner", None),
            link("vehicle", 4, "owner", "e", "A"),
            link("vehicle", 5, "owner", "b", "B"),
            link("vehicle", 6, "owner", "e", "A"),
            link("vehicle", 7, "owner", None),
            link("assistance_roll", 1, "member", "a", "A"),
            link("assistance_roll", 1, "applicant", "b", "A"),
        ]
    )


@pytest.fixture
def persons() -> pl.DataFrame:
    rows = [{"person_id": "a", "population_row": 1}, {"person_id": "b", "population_row": 2}, {"person_id": "e"}]
    return PERSONS.of([row | {"since_snapshot": "s"} for row in rows])


def truth(*rows: tuple[str, int, str, int | None]) -> pl.DataFrame:
    return pl.DataFrame(list(rows), schema=["register", "row", "role", "population_row"], orient="row", infer_schema_length=None)


@pytest.mark.parametrize(
    ("row", "population_row", "verdict"),
    [
        (1, 1, "right"),
        (1, 3, "right"),  # the same person's second row
        (2, 2, "wrong"),
        (3, 2, "missed"),
        (4, None, "elsewhere"),
        (5, None, "wrong"),
        (6, 4, "rejected"),
        (6, 2, "apart"),  # a person of its own: nobody else's fact is claimed
        (7, None, "rightly_none"),
    ],
)
def test_each_verified_link_gets_its_verdict(
    links: pl.DataFrame, persons: pl.DataFrame, row: int, population_row: int | None, verdict: str
) -> None:
    asked = truth(("vehicle", row, "", population_row)).cast({"population_row": pl.Int64})
    assert judge(links, persons, asked)["verdict"].to_list() == [verdict]


def test_a_blank_role_is_the_registers_own(links: pl.DataFrame, persons: pl.DataFrame) -> None:
    assert judge(links, persons, truth(("assistance_roll", 1, "", 1)))["verdict"].to_list() == ["right"]
    assert judge(links, persons, truth(("assistance_roll", 1, "applicant", 2)))["verdict"].to_list() == ["right"]


def test_precision_and_recall_add_up_by_level(links: pl.DataFrame, persons: pl.DataFrame) -> None:
    """Vehicle rows 1–4: one right at A, one wrong at B, one missed, one elsewhere (not counted)."""
    rows = truth(("vehicle", 1, "", 1), ("vehicle", 2, "", 2), ("vehicle", 3, "", 2), ("vehicle", 4, "", None))
    table = evaluate(links, persons, rows).filter(pl.col("register") == "vehicle")
    measured = {row["level"]: (row["linked"], row["right"], row["persons"]) for row in table.iter_rows(named=True)}
    assert measured == {"A": (1, 1, 3), "B": (1, 0, 3), "A+B": (2, 1, 3)}
    both = table.filter(pl.col("level") == "A+B").row(0, named=True)
    assert both["precision"] == 1 / 2
    assert both["recall"] == 1 / 3
    assert both["recall_low"] < 1 / 3 < both["recall_high"]


def test_a_truth_file_that_does_not_fit_is_refused_with_all_its_faults(links: pl.DataFrame, persons: pl.DataFrame) -> None:
    more = pl.concat([links, LINKS.of([link("marriage", 1, role, None) for role in ("husband", "wife")])])
    with pytest.raises(InvalidInput) as fault:
        judge(more, persons, truth(("yachts", 1, "", 1), ("marriage", 1, "", 1)))
    assert "yachts" in str(fault.value)
    assert "husband, wife" in str(fault.value)


def test_a_truth_file_is_read_with_blanks_as_nobody(tmp_path: Path) -> None:
    file = tmp_path / "truth.csv"
    file.write_text("register,row,role,population_row\nvehicle,1,,7\nvehicle,2,,\n", "utf-8")
    assert read_truth(file)["population_row"].to_list() == [7, None]


@pytest.mark.parametrize(
    ("text", "fault"),
    [("register,row\nvehicle,1\n", "role, population_row"), ("register,row,role,population_row\nvehicle,x,,1\n", "data rows 1")],
)
def test_a_broken_truth_file_says_where(tmp_path: Path, text: str, fault: str) -> None:
    file = tmp_path / "truth.csv"
    file.write_text(text, "utf-8")
    with pytest.raises(InvalidInput, match=fault):
        read_truth(file)
