"""Families with signs of need and no finding come after all findings, and are never referred."""

import json
from typing import Any

import polars as pl

from targeting.frames.assessment import FINDINGS, HOUSEHOLDS
from targeting.frames.outreach import CELLS
from targeting.screening.visits import visits


def finding(household: str, signs: str, *, result: str = "unknown", check: str = "M01") -> dict[str, Any]:
    return {
        "run": "r", "subject_kind": "household", "subject": household, "benefit": "dibao", "person_id": household,
        "household_id": household, "direction": "missing", "check": check, "result": result, "link_level": "A",
        "effective_from": None, "legal_basis": "x", "facts": "[]", "amount_month": None, "detail": json.dumps({"signs": signs}),
    }  # fmt: skip


def home(name: str, cell: str) -> dict[str, Any]:
    return {
        "household_id": name, "person_id": name, "relation": "head", "rule": "hh.head", "register": "population", "row": 1,
        "level": "A", "listed": False, "office": "o", "community": "c", "grid_cell": cell,
    }  # fmt: skip


def cell(name: str, visit: bool) -> dict[str, Any]:
    return {"grid_cell": name, "office": "o", "community": "c", "families": 9, "recipients": 0, "expected": 5.0,
            "chance": 0.005, "visit": visit}  # fmt: skip


def order(*found: dict[str, Any]) -> list[str]:
    homes = HOUSEHOLDS.of([home(name, "far" if name == "b" else "near") for name in ("a", "b", "c")])
    places = CELLS.of([cell("far", True), cell("near", False)])
    planned: pl.DataFrame = visits(FINDINGS.of(list(found)), homes, places)
    assert planned["place"].to_list() == list(range(1, planned.height + 1))
    return planned["household_id"].to_list()


def test_more_signs_come_first_and_then_cells_that_are_short() -> None:
    found = [finding("a", "without_pension"), finding("b", "without_pension"), finding("c", "fell_out,severely_disabled")]
    assert order(*found) == ["c", "b", "a"]


def test_no_sign_is_no_visit_and_who_is_referred_is_not_visited_twice() -> None:
    assert order(finding("a", ""), finding("b", "without_pension")) == ["b"]
    assert order(finding("b", "fell_out"), finding("b", "fell_out", result="hit", check="U13")) == []
