import polars as pl
import pytest

from targeting.identifiers import credit_code


@pytest.mark.parametrize("code", ["91350100M000100Y43", "11320000MB151840XJ"])
def test_the_published_examples_are_valid(code: str) -> None:
    assert credit_code.is_valid(code)
    assert credit_code.valid(pl.Series([code])).to_list() == [True]


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("91350100M000100Y44", "wrong check character"),
        ("91350100O000100Y43", "the letter O is not in the alphabet"),
        ("91350100M000100Y4", "17 places"),
        ("913501A0M000100Y43", "the area has digits only"),
        ("11010519491231002X", "a resident ID is not a credit code by accident of its form"),
    ],
)
def test_a_code_with_a_defect_is_not_valid(code: str, reason: str) -> None:
    assert not credit_code.is_valid(code), reason
    assert credit_code.valid(pl.Series([code])).to_list() == [False], reason


def test_a_column_without_any_code_has_none_valid() -> None:
    assert credit_code.valid(pl.Series([None, "", "张伟"])).to_list() == [False, False, False]
