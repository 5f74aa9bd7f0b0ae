import pytest
from hypothesis import given
from hypothesis import strategies as st

from targeting.identifiers.characters import plain, shape


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("13992119900101123X", "9{17}X"),
        ("13992119900101123x ", "9{17}X "),
        ("2016年3月5日", "9{4}汉9汉99汉".replace("99", "9")),
        ("欧阳娜娜", "汉{4}"),
        ("￥6200.00", "￥9{4}.99"),
        ("abc", "A{3}"),
        ("", ""),
    ],
)
def test_a_shape_shows_where_digits_letters_and_characters_stand(text: str, expected: str) -> None:
    assert shape(text) == expected


@given(st.text(st.characters(categories=["Nd", "Lu", "Ll", "Lo"]), min_size=1))
def test_a_shape_never_holds_a_digit_or_letter_of_the_value(text: str) -> None:
    assert set(shape(text)) <= set("9AX汉{}0123456789…")
    assert not set(plain(text)) - set("9AX汉0123456789…{}") & set(shape(text))


def test_full_width_and_invisible_characters_become_plain() -> None:
    assert plain("\ufeff\u3000Ａ１２\u200b ") == "A12"
