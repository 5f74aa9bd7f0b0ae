import polars as pl

from targeting.identifiers import unit_number
from targeting.identifiers.unit_number import UnitNumber

NUMBER = "139921009042JC27412F00105233"


def test_the_parts_of_a_unit_number_have_6_3_3_2_5_1_8_places() -> None:
    assert unit_number.parse(NUMBER) == UnitNumber("139921", "009", "042", "JC", "27412", "F", "00105233")
    assert unit_number.valid(pl.Series([NUMBER])).to_list() == [True]


def test_a_number_of_27_places_or_an_old_deed_number_is_not_a_unit_number() -> None:
    for number in (NUMBER[:-1], "清房权证字第001234号", NUMBER.replace("F", "X"), ""):
        assert unit_number.parse(number) is None
        assert unit_number.valid(pl.Series([number])).to_list() == [False]
