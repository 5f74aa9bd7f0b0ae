"""The evidence of a link adds up: the bits of the fields and the prior are its weight, and the margin names the next person."""

from collections.abc import Callable
from datetime import date
from types import SimpleNamespace

import polars as pl
import pytest

from targeting.linkage.resolve import LinkResult

BORN = date(1975, 3, 14)
HOME = "柳林镇荷湾村3组135号"
PARTS = ["prior_bits", "id_bits", "name_bits", "birth_bits", "address_bits", "relation_bits"]


@pytest.fixture
def linked(resolve: Callable[..., LinkResult], make: SimpleNamespace) -> LinkResult:
    wei = make.identity("population", 1, "张文博", make.number(BORN, 17), address=HOME, group="F1")
    bo = make.identity("population", 2, "张文波", make.number(BORN, 19), address=HOME, group="F1")
    slip = make.identity("disability", 1, "张文博", make.with_defect(make.number(BORN, 17), 12), address=HOME)
    sure = make.identity("vehicle", 1, "张文博", make.number(BORN, 17))
    bare = make.identity("vehicle", 2, "张文博")
    return resolve([wei, bo, slip, sure, bare])


def row(table: pl.DataFrame, register: str, number: int) -> dict[str, object]:
    return table.filter((pl.col("register") == register) & (pl.col("row") == number)).row(0, named=True)


def test_the_bits_of_the_fields_and_the_prior_are_the_weight(linked: LinkResult) -> None:
    for table in (linked.evidence.drop_nulls("weight"), linked.candidates):
        assert table.height
        assert (table.select(pl.sum_horizontal(PARTS)).to_series() - table["weight"]).abs().max() < 1e-6  # type: ignore[operator]


def test_a_link_says_who_comes_next_and_by_how_much(linked: LinkResult, make: SimpleNamespace) -> None:
    found = row(linked.evidence, "disability", 1)
    assert found["runner_up"] == make.person_at(linked, 2)
    assert found["margin_bits"] > 3  # type: ignore[operator]  # the declared margin of a link


def test_what_a_number_and_a_name_settle_has_no_bits(linked: LinkResult) -> None:
    found = row(linked.evidence, "vehicle", 1)
    assert (found["level"], found["weight"], found["name_bits"], found["margin_bits"]) == ("A", None, None, None)


def test_a_possible_link_has_its_bits_too(linked: LinkResult) -> None:
    found = row(linked.candidates, "vehicle", 2)
    assert found["name_bits"] > 0  # type: ignore[operator]
    assert found["id_bits"] == 0
