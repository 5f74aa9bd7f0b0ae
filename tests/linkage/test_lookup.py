"""Live lookup finds in the index whom the link run finds, with the same weight, and explains every candidate."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any

import numpy as np
import polars as pl
import pytest

from targeting.frames.identity import IDENTITIES
from targeting.identifiers.resident_id import forms, valid18
from targeting.linkage.lookup import PersonIndex
from targeting.linkage.person_index import build, load, save
from targeting.linkage.resolve import LinkResult
from targeting.linkage.weights import Weights
from targeting.specs.linkage import load_linkage

BORN = date(1975, 3, 14)
HOME = "柳林镇荷湾村3组135号"
SHOWN = ["person_id", "level", "rule", "probability", "weight", "number_bits", "name_bits", "birth_bits", "address_bits"]


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


def typed_in(people: list[dict[str, Any]], make: SimpleNamespace) -> list[dict[str, Any]]:
    """What may be typed in of each of these people: exact, damaged, in part, under another name, with a relative's number."""
    random = Random(7)
    ways = [
        lambda one, other: {"name": one["name"], "number": one["id_text"]},
        lambda one, other: {"number": one["id_text"]},
        lambda one, other: {"name": other["name"], "number": one["id_text"]},
        lambda one, other: {"name": one["name"], "number": make.with_defect(one["id_text"], random.randrange(6, 17))},
        lambda one, other: {"name": one["name"], "number": make.old_form(one["id_text"]), "address": other["address"]},
        lambda one, other: {"name": one["name"], "number": one["id_text"][:15] + "000", "birth_date": one["birth_date"]},
        lambda one, other: {"name": one["name"], "number": one["id_text"][:9] + one["id_text"][10:]},
        lambda one, other: {"name": one["name"], "birth_date": one["birth_date"], "address": one["address"]},
        lambda one, other: {"name": one["name"], "birth_date": one["birth_date"].replace(day=1)},
        lambda one, other: {"name": one["name"][:2] + "?", "birth_date": one["birth_date"]},
        lambda one, other: {
            "name": one["name"][:1] + other["name"][1:],
            "birth_date": one["birth_date"],
            "address": one["address"],
        },
        lambda one, other: {"name": one["name"][::-1], "address": one["address"], "number": one["id_text"][:14]},
        lambda one, other: {"name": one["name"]},
        lambda one, other: {"name": other["name"], "address": one["address"]},
        lambda one, other: {"name": "郗" + one["name"][1:], "birth_date": other["birth_date"]},
    ]
    return [ways[at % len(ways)](one, random.choice(people)) for at, one in enumerate(people)]


def record(row: int, given: dict[str, Any], make: SimpleNamespace) -> dict[str, Any]:
    """What was typed in, as a row of a register."""
    text = pl.Series([given.get("number")], dtype=pl.String)
    form = forms(text, valid18(text)).item()
    said = {"birth_date": given.get("birth_date"), "address": given.get("address"), "id_form": form}
    return make.identity("enquiries", row, given.get("name"), given.get("number"), **said) | {
        "birth_date": given.get("birth_date")
    }


def run_found(result: LinkResult, row: int) -> list[tuple[Any, ...]]:
    """The link or the candidates of a record, best first; of an exact link who it is, of others also what was weighed."""
    columns = [name.replace("number_bits", "id_bits") for name in SHOWN]
    told = pl.concat([result.evidence, result.candidates]).filter((pl.col("register") == "enquiries") & (pl.col("row") == row))
    return told.sort("weight", "person_id", descending=[True, False]).select(columns).rows()


def test_it_finds_what_a_link_run_with_the_same_weights_finds(
    resolve: Callable[..., LinkResult], make: SimpleNamespace, town: list[dict[str, Any]]
) -> None:
    """Same levels, weights, probabilities, outcome and order, for records of every kind in a register of its own."""
    homeless = make.identity("property", 1, "康有余", make.number(BORN, 77), address="柳林镇荷湾村9组1号")
    before = resolve([homeless])
    index = build(
        IDENTITIES.of([*town, homeless]), before.links, kept=Weights(before.weights, before.frequencies), spec=load_linkage()
    )
    given = typed_in([*town[:150], homeless], make)
    rows = [record(at + 1, one, make) for at, one in enumerate(given)]
    after = resolve(
        [homeless, *rows], ledger=before.ledger, trained=Weights(before.weights, before.frequencies), snapshot="2026-11"
    )
    outcomes = set()
    for row, one in enumerate(given, 1):
        found = index.find(one).select(SHOWN).rows()
        expected = run_found(after, row)
        assert [pair[:3] for pair in found] == [pair[:3] for pair in expected], f"{row}: {one}"
        if [pair[1] for pair in found] != ["A"]:  # a link run does not weigh exact links
            assert np.allclose([pair[3:] for pair in found], [pair[3:] for pair in expected], rtol=0, atol=1e-9)
        outcomes |= {pair[1] for pair in found}
    assert outcomes == {"A", "B", "C"}


def test_a_kept_index_finds_the_same_and_one_of_another_version_is_not_loaded(
    run: tuple[PersonIndex, LinkResult], tmp_path: Path
) -> None:
    index, result = run
    save(index, tmp_path / "index")
    kept = Weights(result.weights, result.frequencies)
    loaded = load(tmp_path / "index", kept=kept, spec=load_linkage())
    assert loaded is not None
    for given in ({"name": "张文博"}, {"name": "张文波", "birth_date": BORN, "address": HOME}):
        assert loaded.find(given).equals(index.find(given))
    (tmp_path / "index" / "made_by.json").write_text('{"polars": "0.1"}', "utf-8")
    assert load(tmp_path / "index", kept=kept, spec=load_linkage()) is None
