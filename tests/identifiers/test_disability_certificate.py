import polars as pl
import pytest

from targeting.identifiers import disability_certificate
from targeting.identifiers.disability_certificate import Certificate

RESIDENT_ID = "11010519491231002X"


@pytest.mark.parametrize(
    ("number", "parts"),
    [
        (RESIDENT_ID + "42", Certificate(RESIDENT_ID, 4, 2, 0)),
        (RESIDENT_ID + "71B1", Certificate(RESIDENT_ID, 7, 1, 1)),
        ("11010549123100242", Certificate("110105491231002", 4, 2, 0)),
    ],
)
def test_a_certificate_number_holds_resident_id_category_grade_and_reissue(number: str, parts: Certificate) -> None:
    assert disability_certificate.parse(number) == parts
    assert disability_certificate.resident_ids(pl.Series([number])).to_list() == [parts.resident_id]


@pytest.mark.parametrize("number", [RESIDENT_ID, RESIDENT_ID + "82", RESIDENT_ID + "45", RESIDENT_ID + "42B", ""])
def test_a_number_of_another_form_is_no_certificate_and_is_left_as_it_is(number: str) -> None:
    assert disability_certificate.parse(number) is None
    assert disability_certificate.valid(pl.Series([number])).to_list() == [False]
    assert disability_certificate.resident_ids(pl.Series([number])).to_list() == [number]
