from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from targeting.identifiers import resident_id
from targeting.identifiers.characters import plain_series
from targeting.identifiers.resident_id import IdForm

VALID = "11010519491231002X"


@pytest.mark.parametrize("number", [VALID, "440524188001010014"])
def test_the_published_examples_are_valid(number: str) -> None:
    assert resident_id.is_valid(number)


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        ("110105194912310021", "check character 1 where X is due"),
        ("11010519491231002x", "a lower-case x is for cleaning, not for validity"),
        ("110105194902290025", "29 February of a common year"),
        ("110105194913310020", "month 13"),
        ("010105194912310028", "an area never begins with 0"),
        ("1101051949123100", "16 places"),
        ("", "nothing"),
    ],
)
def test_a_number_with_a_defect_is_not_valid(number: str, reason: str) -> None:
    assert not resident_id.is_valid(number), reason


def test_29_february_of_a_leap_year_is_a_birth_date() -> None:
    first17 = "11010520000229001"
    assert resident_id.is_valid(first17 + resident_id.check_character(first17))


def test_a_15_digit_number_is_upgraded_with_century_19_and_check_character() -> None:
    assert resident_id.upgrade("110105491231002") == VALID


@pytest.mark.parametrize(("sequence", "year"), [("995", 1980), ("996", 1880), ("999", 1880)])
def test_the_old_sequences_996_to_999_mean_born_in_the_1800s(sequence: str, year: int) -> None:
    upgraded = resident_id.upgrade(f"440524800101{sequence}")
    assert upgraded is not None
    assert resident_id.birth_date(upgraded) == date(year, 1, 1)
    assert resident_id.birth_date(f"440524800101{sequence}") == date(year, 1, 1)


def test_a_15_digit_number_without_a_birth_date_is_not_upgraded() -> None:
    assert resident_id.upgrade("110105491331002") is None
    assert resident_id.upgrade("11010549123100X") is None


@pytest.mark.parametrize(
    ("received", "cleaned", "form"),
    [
        (VALID, VALID, IdForm.VALID18),
        ("11010519491231002x", VALID, IdForm.VALID18),
        ("１１０１０５１９４９１２３１００２Ｘ", VALID, IdForm.VALID18),
        (" 110105 19491231 002X\u3000", VALID, IdForm.VALID18),
        ("'11010519491231002X", VALID, IdForm.VALID18),
        ('="11010519491231002X"', VALID, IdForm.VALID18),
        ("\u200b11010519491231002X", VALID, IdForm.VALID18),
        ("110105194912310021", "110105194912310021", IdForm.INVALID18),
        ("110105491231002", "110105491231002", IdForm.OLD15),
        ("1.10105E+17", "1.10105E+17", IdForm.MANGLED),
        ("110105194912310000", "110105194912310000", IdForm.MANGLED),
        ("110105********002X", "110105********002X", IdForm.MASKED),
        ("110105XXXXXXXX002X", "110105XXXXXXXX002X", IdForm.MASKED),
        ("军字第1234567号", "军字第1234567号", IdForm.OTHER),
        ("", "", IdForm.ABSENT),
        (None, None, IdForm.ABSENT),
    ],
)
def test_a_number_is_cleaned_and_classed(received: str | None, cleaned: str | None, form: IdForm) -> None:
    numbers = resident_id.cleaned(plain_series(pl.Series([received], dtype=pl.String)))
    assert numbers.to_list() == [cleaned]
    assert resident_id.forms(numbers, resident_id.valid18(numbers)).to_list() == [form.value]


def test_birth_dates_of_a_column_are_read_from_18_digits_only() -> None:
    numbers = pl.Series([VALID, "110105491231002", None])
    assert resident_id.birth_dates(numbers).to_list() == [date(1949, 12, 31), None, None]


numbers17 = st.tuples(st.integers(110000, 659999), st.dates(date(1900, 1, 1), date(2030, 1, 1)), st.integers(0, 999)).map(
    lambda parts: f"{parts[0]}{parts[1]:%Y%m%d}{parts[2]:03d}"
)


@given(numbers17)
def test_every_number_closed_with_its_check_character_is_valid(first17: str) -> None:
    number = first17 + resident_id.check_character(first17)
    assert resident_id.is_valid(number)
    assert resident_id.birth_date(number) == date(int(number[6:10]), int(number[10:12]), int(number[12:14]))


@given(numbers17, st.integers(0, 16))
def test_no_transposition_of_two_neighbouring_digits_stays_valid(first17: str, place: int) -> None:
    number = first17 + resident_id.check_character(first17)
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    if swapped != number:
        assert not resident_id.is_valid(swapped)
