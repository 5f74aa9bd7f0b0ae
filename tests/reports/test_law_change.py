"""Families under two laws: who enters, who leaves, money and work, counted by hand."""

import polars as pl
import pytest

from targeting.reports import law_change


def side(*rows: tuple[str, str, int, str, int]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=list(law_change.SIDE), orient="row")


@pytest.fixture
def families() -> pl.DataFrame:
    """Of five families one enters with 100 yuan, one leaves with 50, one gets 80 more, one stays and one is unknown."""
    stay = (("H4", "西", 4, "monitor", 0), ("H5", "西", 2, "unknown", 0))
    now = side(("H1", "东", 2, "margin", 0), ("H2", "东", 3, "dibao", 5000), ("H3", "西", 1, "dibao", 70000), *stay)
    then = side(("H1", "东", 2, "dibao", 10000), ("H2", "东", 3, "margin", 0), ("H3", "西", 1, "dibao", 78000), *stay)
    return law_change.beside(now, then)


def test_who_enters_who_leaves_and_the_money(families: pl.DataFrame) -> None:
    totals = law_change.totals(families)
    assert totals["enters"] == {"families": 1, "persons": 2}
    assert totals["leaves"] == {"families": 1, "persons": 3}
    assert totals["more"] == {"families": 1, "persons": 1}
    assert totals["less"] == {"families": 0, "persons": 0}
    assert (totals["families"], totals["families_unknown"]) == (5, 1)
    assert totals["money"] == {"now": 75000, "then": 88000, "difference": 13000}  # 50 + 700 → 100 + 780 yuan


def test_layers_moves_and_streets_add_up_to_the_totals(families: pl.DataFrame) -> None:
    layers = {row["layer"]: row for row in law_change.by_layer(families)}
    assert layers["dibao"] == {
        "layer": "dibao", "families_now": 2, "families_then": 2, "come": 1, "go": 1, "money_now": 75000, "money_then": 88000,
    }  # fmt: skip
    assert law_change.moves(families) == [
        {"layer_now": "dibao", "layer_then": "margin", "families": 1, "persons": 3},
        {"layer_now": "margin", "layer_then": "dibao", "families": 1, "persons": 2},
    ]
    streets = law_change.by_street(families)
    assert [(row["street"], row["enter"], row["leave"], row["money_difference"]) for row in streets] == [
        ("东", 1, 1, 5000),
        ("西", 0, 0, 8000),
    ]


def test_the_same_law_changes_nothing() -> None:
    one = side(("H1", "东", 2, "dibao", 100))
    assert law_change.beside(one, one)["change"].to_list() == ["same"]
    assert law_change.moves(law_change.beside(one, one)) == []


def test_flagged_subjects_cost_their_minutes() -> None:
    def found(*subjects: str, result: str = "hit") -> pl.DataFrame:
        return pl.DataFrame(
            {"subject_kind": "award", "subject": subjects, "direction": "over", "benefit": "dibao", "result": result}
        )

    now = pl.concat([found("a", "b", "b"), found("d", result="clear")])
    over, missing = law_change.flagged(now, found("b", "c", "d"), {"over": 90, "missing": 60})
    assert over == {
        "direction": "over", "now": 2, "then": 3, "new": 2, "no_more": 1, "hours_now": 3.0, "hours_then": 4.5, "minutes_each": 90,
    }  # fmt: skip
    assert (missing["now"], missing["hours_then"]) == (0, 0.0)
