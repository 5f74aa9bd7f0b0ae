"""Live lookup finds in the index whom the link run finds, with the same weight, and explains every candidate."""

from collections.abc import Callable
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from targeting.frames.identity import IDENTITIES
from targeting.linkage.lookup import PersonIndex, build
from targeting.linkage.resolve import LinkResult
from targeting.linkage.weights import Weights
from targeting.specs.linkage import load_linkage

BORN = date(1975, 3, 14)
HOME = "柳林镇荷湾村3组135号"


@pytest.fixture
def run(resolve: Callable[..., LinkResult], make: SimpleNamespace, town: list[dict[str, Any]]) -> tuple[PersonIndex, LinkResult]:
    people = [
        make.identity("population", 1, "张文博", make.number(BORN, 17), address=HOME, group="F1"),
        make.identity("population", 2, "张文波", make.number(BORN, 19), address=HOME, group="F1"),
        make.identity("population", 3, "张文博", make.number(date(1988, 5, 2), 4), address="柳林镇荷湾村9组1号"),
    ]
    row = make.identity("disability", 1, "张文博", make.with_defect(make.number(BORN, 17), 12), address=HOME)
    result = resolve([*people, row])
    index = build(
        IDENTITIES.of([*town, *people]), result.links, kept=Weights(result.weights, result.frequencies), spec=load_linkage()
    )
    return index, result


def test_a_verified_number_and_its_name_are_level_a(run: tuple[PersonIndex, LinkResult], make: SimpleNamespace) -> None:
    index, result = run
    found = index.find({"name": " 張文博", "number": make.number(BORN, 17).lower()})
    assert found.row(0, named=True)["person_id"] == make.person_at(result, 1)
    assert found["level"].to_list()[0] == "A"


def test_a_name_alone_shows_all_its_bearers_and_links_nobody(run: tuple[PersonIndex, LinkResult], make: SimpleNamespace) -> None:
    index, result = run
    found = index.find({"name": "张文博"})
    assert set(found["person_id"]) == {make.person_at(result, 1), make.person_at(result, 3)}
    assert set(found["level"]) == {"C"}
    assert found["probability"].sum() <= 1


def test_a_birth_day_tells_the_bearers_apart(run: tuple[PersonIndex, LinkResult], make: SimpleNamespace) -> None:
    index, result = run
    best = index.find({"name": "张文博", "birth_date": BORN, "address": HOME}).row(0, named=True)
    assert (best["person_id"], best["level"], best["birth_level"]) == (make.person_at(result, 1), "B", "exact")
    assert best["birth_bits"] > 4


def test_it_weighs_as_the_link_run_does(run: tuple[PersonIndex, LinkResult], make: SimpleNamespace) -> None:
    """A register of its own has its own rates; a search has those of all registers, which here are the same."""
    index, result = run
    best = index.find({"name": "张文博", "number": make.with_defect(make.number(BORN, 17), 12), "address": HOME}).row(
        0, named=True
    )
    linked = make.link_of(result, "disability", 1)
    assert (best["person_id"], best["level"], best["rule"]) == (linked["person_id"], linked["level"], linked["method"])


@pytest.mark.parametrize("given", [{}, {"name": "???"}, {"number": "12"}, {"name": "无此人也"}])
def test_what_says_nothing_finds_nobody(run: tuple[PersonIndex, LinkResult], given: dict[str, Any]) -> None:
    found = run[0].find(given)
    assert found.is_empty()
    assert {"person_id", "level", "rule", "probability", "weight", "name_bits"} <= set(found.columns)
