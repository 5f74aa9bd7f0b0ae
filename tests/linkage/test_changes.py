"""Two link runs compared: only what became of a row counts, not where it stands or how an id was merged."""

from collections.abc import Callable
from datetime import date
from types import SimpleNamespace
from typing import Any

import polars as pl
import pytest

from targeting.frames.identity import IDENTITIES
from targeting.linkage.changes import changes, summary
from targeting.linkage.resolve import LinkResult

Resolve = Callable[..., LinkResult]
BORN = date(1975, 3, 14)
HOME = "柳林镇荷湾村3组135号"


@pytest.fixture
def wei(make: SimpleNamespace) -> dict[str, Any]:
    return make.identity("population", 1, "张文博", make.number(BORN, 17), address=HOME, group="F1")


def compared(resolve: Resolve, town: list[dict[str, Any]], then: list[dict[str, Any]], now: list[dict[str, Any]]) -> pl.DataFrame:
    first = resolve(then)
    second = resolve(now, ledger=first.ledger, snapshot="2026-11")
    sides = [(IDENTITIES.of([*town, *rows]), run.links) for rows, run in ((then, first), (now, second))]
    return changes(sides[0], sides[1], ledger=second.ledger)


def test_a_re_ordered_file_changes_nothing(
    resolve: Resolve, make: SimpleNamespace, town: list[dict[str, Any]], wei: dict[str, Any]
) -> None:
    cars = [make.identity("vehicle", 1, "张文博", make.number(BORN, 17)), make.identity("vehicle", 2, "李无名")]
    turned = [cars[0] | {"row": 2}, cars[1] | {"row": 1}]
    assert compared(resolve, town, [wei, *cars], [wei, *turned]).is_empty()


def test_rows_that_come_and_go_are_told(
    resolve: Resolve, make: SimpleNamespace, town: list[dict[str, Any]], wei: dict[str, Any]
) -> None:
    old, new = make.identity("vehicle", 1, "张文博", make.number(BORN, 17)), make.identity("vehicle", 1, "李无名")
    found = compared(resolve, town, [wei, old], [wei, new])
    assert dict(found.select("change", "register").iter_rows()) == {"new_row": "vehicle", "gone_row": "vehicle"}
    assert summary(found)["rows"].to_list() == [1, 1]


def test_a_row_that_finds_its_person_when_they_are_registered_is_linked_otherwise(
    resolve: Resolve, make: SimpleNamespace, town: list[dict[str, Any]], wei: dict[str, Any]
) -> None:
    car = make.identity("vehicle", 1, "张文博", make.old_form(make.number(BORN, 17)))
    found = compared(resolve, town, [car], [wei, car]).filter(pl.col("register") == "vehicle").row(0, named=True)
    assert (found["change"], found["level_before"], found["level_after"]) == ("linked", None, "B")
    assert (found["method_before"], found["method_after"]) == ("no_candidate", "id_old_form")


def test_a_person_from_elsewhere_who_registers_keeps_the_id_so_nothing_moved(
    resolve: Resolve, make: SimpleNamespace, town: list[dict[str, Any]], wei: dict[str, Any]
) -> None:
    car = make.identity("vehicle", 1, "张文博", make.number(BORN, 17))
    assert compared(resolve, town, [car], [wei, car]).filter(pl.col("register") == "vehicle").is_empty()
