from datetime import date

import polars as pl
import pytest

from targeting.jobs.inputs import as_declared, coverage


def test_a_register_without_rows_gives_no_answer_and_one_not_received_was_not_asked() -> None:
    registers = [
        {"register": "property", "data_until": None, "rows": 0, "rejected": 0},
        {"register": "vehicle", "data_until": "2026-10-01", "rows": 3, "rejected": 1},
    ]
    found = coverage({"registers": registers, "stale": [], "outreach": []})
    answers = dict(found.select("register", "answer").iter_rows())
    assert (answers["property"], answers["vehicle"], answers["deaths"]) == ("no_answer", "answered", "not_asked")


@pytest.mark.parametrize(
    ("request_", "answer"),
    [
        ({"authorised": False}, "not_authorised"),
        ({"answered": False}, "no_answer"),
        ({"authorised": False, "answered": False}, "not_authorised"),
    ],
)
def test_what_was_asked_in_vain_is_told_apart_from_what_was_not_asked(request_: dict[str, bool], answer: str) -> None:
    found = coverage({"registers": [], "stale": [], "outreach": [], "asked": {"vehicle": request_}})
    assert dict(found.select("register", "answer").iter_rows())["vehicle"] == answer


def test_how_far_an_answer_reaches_stands_beside_it() -> None:
    registers = [{"register": "vehicle", "data_until": "2026-10-01", "rows": 3, "rejected": 1}]
    asked = {"vehicle": {"covers_from": "2020-01-01", "covers_to": None, "offices": ["柳林镇"]}}
    found = coverage({"registers": registers, "stale": ["vehicle"], "outreach": [], "asked": asked})
    row = next(row for row in found.iter_rows(named=True) if row["register"] == "vehicle")
    assert (row["answer"], row["covers_from"], row["covers_to"], row["offices"]) == (
        "stale", date(2020, 1, 1), None, ["柳林镇"],
    )  # fmt: skip


def test_a_snapshot_taken_before_a_column_was_declared_is_blank_there() -> None:
    old = pl.DataFrame({"row": [1], "death_date": [date(2026, 1, 5)]})
    own = pl.DataFrame({"row": [1], "balance": [7]})
    tables = as_declared({"deaths": old, "an_office_s_own": own})
    assert tables["deaths"].select("row", "death_date").equals(old)
    assert tables["deaths"]["cremated_on"].to_list() == [None]
    assert tables["deaths"].schema["cremated_on"] == pl.Date
    assert tables["an_office_s_own"].equals(own)
