"""A person keeps one id from month to month; every id ever given resolves; no id tells anything about the person."""

import hashlib
from collections.abc import Callable
from datetime import date
from types import SimpleNamespace
from typing import Any

import polars as pl
import pytest

from targeting.frames.identity import LEDGER
from targeting.linkage.ledger import resolves_to
from targeting.linkage.resolve import LinkResult

Resolve = Callable[..., LinkResult]
BORN = date(1975, 3, 14)
HOME = "柳林镇荷湾村3组135号"


@pytest.fixture
def october(make: SimpleNamespace) -> list[dict[str, Any]]:
    """Two registered people, one of them without a number, and an owner who lives elsewhere."""
    return [
        make.identity("population", 1, "张文博", make.number(BORN, 17), address=HOME, group="F1"),
        make.identity("population", 2, "刘桂芳", birth_date=date(1977, 1, 9), address=HOME, group="F1"),
        make.identity("vehicle", 1, "赵玉良", make.number(date(1980, 2, 2), 5, area="139931")),
    ]


def test_the_same_files_give_the_same_ids_in_a_fresh_home(resolve: Resolve, october: list[dict[str, Any]]) -> None:
    assert resolve(october).ledger.equals(resolve(october).ledger)


def test_an_id_is_no_function_of_the_resident_id(resolve: Resolve, make: SimpleNamespace, october: list[dict[str, Any]]) -> None:
    """The same number in another row of another snapshot gets another id; no common hash of the number gives it."""
    one = make.person_at(resolve(october), 1)
    moved = [october[0] | {"row": 9}, *october[1:]]
    assert make.person_at(resolve(moved), 9) != one
    assert make.person_at(resolve(october, snapshot="2026-11"), 1) != one
    digest = hashlib.blake2b(october[0]["resident_id"].encode(), digest_size=8).hexdigest()
    assert digest not in one


def test_people_keep_their_ids_when_the_rows_are_reordered(
    resolve: Resolve, make: SimpleNamespace, october: list[dict[str, Any]]
) -> None:
    first = resolve(october)
    later = [row | {"row": 3 - row["row"] if row["register"] == "population" else 7} for row in october]
    second = resolve(later, ledger=first.ledger, snapshot="2026-11")
    assert make.person_at(second, 2) == make.person_at(first, 1)
    assert make.person_at(second, 1) == make.person_at(first, 2)
    assert make.link_of(second, "vehicle", 7)["person_id"] == make.link_of(first, "vehicle", 1)["person_id"]
    assert second.ledger.height == first.ledger.height
    since = second.persons.filter(pl.col("person_id") == make.person_at(first, 1))["since_snapshot"]
    assert since.to_list() == ["2026-10"]


def test_a_number_that_is_added_or_corrected_makes_no_new_person(
    resolve: Resolve, make: SimpleNamespace, october: list[dict[str, Any]]
) -> None:
    first = resolve(october)
    corrected = october[0] | make.identity("population", 1, "张文博", make.number(BORN, 19), address=HOME, group="F1")
    added = october[1] | make.identity("population", 2, "刘桂芳", make.number(date(1977, 1, 9), 22), address=HOME, group="F1")
    second = resolve([corrected, added, october[2]], ledger=first.ledger, snapshot="2026-11")
    assert make.person_at(second, 1) == make.person_at(first, 1)
    assert make.person_at(second, 2) == make.person_at(first, 2)
    entry = second.ledger.filter(pl.col("person_id") == make.person_at(first, 2)).row(0, named=True)
    assert entry["resident_id"] == make.number(date(1977, 1, 9), 22)


def test_a_woman_who_moves_and_changes_her_name_is_found_by_her_number(
    resolve: Resolve, make: SimpleNamespace, october: list[dict[str, Any]]
) -> None:
    first = resolve(october)
    moved = october[0] | {"name": "张文波", "name_key": "张文波", "address": "石桥镇云店村5组37号", "group": "F9"}
    second = resolve([moved, *october[1:]], ledger=first.ledger, snapshot="2026-11")
    assert make.person_at(second, 1) == make.person_at(first, 1)


def test_a_namesake_with_another_number_in_another_home_is_a_new_person(
    resolve: Resolve, make: SimpleNamespace, october: list[dict[str, Any]]
) -> None:
    first = resolve(october)
    other = make.identity("population", 1, "张文博", make.number(BORN, 77), address="石桥镇云店村5组37号", group="F9")
    second = resolve([other, *october[1:]], ledger=first.ledger, snapshot="2026-11")
    assert make.person_at(second, 1) != make.person_at(first, 1)


def test_an_owner_from_elsewhere_who_registers_keeps_the_id(
    resolve: Resolve, make: SimpleNamespace, october: list[dict[str, Any]]
) -> None:
    first = resolve(october)
    arrived = make.identity("population", 3, "赵玉良", october[2]["id_text"], address="石桥镇云店村1组2号", group="F5")
    second = resolve([*october, arrived], ledger=first.ledger, snapshot="2026-11")
    assert make.person_at(second, 3) == make.link_of(first, "vehicle", 1)["person_id"]


def test_two_entries_that_turn_out_to_be_one_person_are_merged_and_both_ids_resolve(
    resolve: Resolve, make: SimpleNamespace, october: list[dict[str, Any]]
) -> None:
    """A woman registered without a number, and an owner of that number under a folded name, are one person once it is added."""
    born, good = date(1977, 1, 9), make.number(date(1977, 1, 9), 22)
    owner = make.identity("vehicle", 2, "刘桂芳", good)
    without_birth = october[1] | {"birth_date": None, "name": "刘?芳", "name_key": "刘?芳"}
    first = resolve([october[0], without_birth, owner])
    registered, elsewhere = make.person_at(first, 2), make.link_of(first, "vehicle", 2)["person_id"]
    known = make.identity("population", 2, "刘?芳", good, address=HOME, group="F1", birth_date=born)
    second = resolve([october[0], known, owner], ledger=first.ledger, snapshot="2026-11")
    assert make.person_at(second, 2) == make.link_of(second, "vehicle", 2)["person_id"]
    if registered != elsewhere:
        now = resolves_to(pl.Series([registered, elsewhere]), second.ledger)
        assert make.person_at(second, 2) in now.to_list()


def test_ids_of_the_past_stay_in_the_ledger_when_their_people_are_gone(
    resolve: Resolve, make: SimpleNamespace, october: list[dict[str, Any]]
) -> None:
    first = resolve(october)
    second = resolve(october[1:], ledger=first.ledger, snapshot="2026-11")
    gone = make.person_at(first, 1)
    assert gone in second.ledger["person_id"].to_list()
    assert gone not in second.persons["person_id"].to_list()
    back = resolve(october, ledger=second.ledger, snapshot="2026-12")
    assert make.person_at(back, 1) == gone


def test_an_unknown_id_resolves_to_itself() -> None:
    assert resolves_to(pl.Series(["p123"]), LEDGER.empty()).to_list() == ["p123"]
