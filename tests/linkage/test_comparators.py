"""What each field may and may not do for a link, over all parts of it."""

from collections.abc import Callable
from datetime import date
from types import SimpleNamespace

import pytest

from targeting.linkage.resolve import LinkResult

Resolve = Callable[..., LinkResult]
BORN = date(1975, 3, 14)
HOME = "柳林镇荷湾村3组135号"
PHONE = "14000000001"


@pytest.mark.parametrize("part", [2, 5, 7, 10, 11, 13, 15, 17], ids=lambda at: f"place_{at + 1}")
def test_a_wrong_digit_in_any_part_of_the_number_is_found_beside_the_name(
    resolve: Resolve, make: SimpleNamespace, part: int
) -> None:
    """Area, year, month, day, sequence and check: whichever half is spoilt, another key brings the two together."""
    wei = make.identity("population", 1, "张文博", make.number(BORN, 17), address=HOME)
    row = make.identity("disability", 1, "张文博", make.with_defect(make.number(BORN, 17), part, digit="5"))
    found = make.link_of(resolve([wei, row]), "disability", 1)
    assert (found["level"], found["method"]) == ("B", "id_one_digit")


def test_a_wrong_digit_in_both_halves_is_found_beside_the_name_and_links_nobody_by_itself(
    resolve: Resolve, make: SimpleNamespace
) -> None:
    wei = make.identity("population", 1, "张文博", make.number(BORN, 17), address=HOME)
    twice = make.with_defect(make.with_defect(make.number(BORN, 17), 11), 12)
    result = resolve([wei, make.identity("disability", 1, "张文博", twice)])
    assert make.link_of(result, "disability", 1)["person_id"] is None
    assert result.candidates["id_agreement"].to_list() == ["two_defects"]


@pytest.mark.parametrize("name", ["张文博", "张文波", "李文博"])
def test_a_phone_is_nobodys_identity(resolve: Resolve, make: SimpleNamespace, name: str) -> None:
    """Families, shops and village offices share one; it neither finds a person nor supports a link."""
    wei = make.identity("population", 1, "张文博", make.number(BORN, 17), address=HOME, phone=PHONE)
    row = make.identity("business", 1, name, phone=PHONE)
    with_phone = resolve([wei, row])
    without = resolve([wei | {"phone": None}, row | {"phone": None}])
    found, expected = (make.link_of(result, "business", 1) for result in (with_phone, without))
    assert found["person_id"] is None
    assert (found["method"], found["weight"]) == (expected["method"], expected["weight"])


@pytest.mark.parametrize(
    ("address", "level"),
    [
        (HOME, "room"),
        ("柳林镇荷湾村三组135", "room"),
        ("柳林镇荷湾村3组", "community"),
        ("柳林镇荷湾村", "community"),
        ("柳林镇石桥村3组135号", "town"),
        ("石桥镇荷湾村3组135号", "different"),
    ],
)
def test_an_address_agrees_down_to_the_lowest_level_that_both_reach(
    resolve: Resolve, make: SimpleNamespace, address: str, level: str
) -> None:
    wei = make.identity("population", 1, "张文博", make.number(BORN, 17), address=HOME)
    result = resolve([wei, make.identity("business", 1, "张文博", address=address)])
    told = [*result.evidence.rows(named=True), *result.candidates.rows(named=True)]
    assert [row["address_agreement"] for row in told if row["register"] == "business"] == [level]
