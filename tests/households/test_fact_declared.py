"""Facts that a register declares: value, dates, and what was known when."""

from datetime import date

import polars as pl

from targeting.households.fact_declared import declared_facts
from targeting.specs.knowledge import Knowledge
from targeting.specs.registers import FactSpec

DEPOSIT = FactSpec(
    kind="deposit", role="holder", value="cents", unit="cents_month", text="state", valid_from="first", last_month="last",
    detail=("employer",),
)  # fmt: skip
PERMIT = FactSpec(kind="permit", role="holder", valid_from="issued", valid_to="until", where={"state": ("normal",)})
TABLE = pl.DataFrame(
    {
        "row": [1, 2, 3],
        "cents": [120_000, 90_000, 5_000],
        "state": ["normal", "sealed", "normal"],
        "first": [date(2025, 3, 1), date(2023, 1, 1), date(2026, 10, 1)],
        "last": [None, date(2026, 8, 1), None],
        "issued": [date(2025, 3, 9)] * 3,
        "until": [date(2031, 3, 8)] * 3,
        "employer": ["甲公司", "乙公司", None],
    },
    schema_overrides={"last": pl.Date},
)
LINKS = pl.DataFrame(
    {
        "register": ["fund"] * 3,
        "row": [1, 2, 3],
        "role": ["holder"] * 3,
        "person_id": ["an", "bo", "an"],
        "level": ["A", "B", "A"],
    }
)


def known(as_of: date, *facts: FactSpec) -> pl.DataFrame:
    how = Knowledge("first", 30, date(2026, 10, 31), current_only=frozenset({"state"}), facts=facts)
    return declared_facts({"fund": TABLE}, LINKS, knowledge={"fund": how}, as_of=as_of)


def test_a_row_says_what_its_register_declares_of_the_person_in_the_role() -> None:
    found = known(date(2026, 12, 31), DEPOSIT).sort("row")
    assert found.select("fact_id", "person_id", "value", "unit", "text", "level").rows() == [
        ("fund:1:holder:deposit", "an", 120_000.0, "cents_month", "normal", "A"),
        ("fund:2:holder:deposit", "bo", 90_000.0, "cents_month", "sealed", "B"),
        ("fund:3:holder:deposit", "an", 5_000.0, "cents_month", "normal", "A"),
    ]
    assert found["valid_to"].to_list() == [None, date(2026, 8, 31), None]
    assert found["detail"][0] == '{"employer":"甲公司"}'


def test_a_spell_ends_when_its_end_was_reported_and_a_row_is_known_after_its_lag() -> None:
    ends = {as_of: known(as_of, DEPOSIT).filter(row=2)["valid_to"].item() for as_of in (date(2026, 9, 29), date(2026, 9, 30))}
    assert ends == {date(2026, 9, 29): None, date(2026, 9, 30): date(2026, 8, 31)}
    assert known(date(2026, 10, 30), DEPOSIT)["row"].to_list() == [1, 2]
    assert known(date(2026, 10, 31), DEPOSIT)["row"].to_list() == [1, 2, 3], "the extract shows it at the latest"


def test_only_rows_with_the_declared_codes_say_it_and_a_stated_last_day_is_known_beforehand() -> None:
    found = known(date(2026, 10, 31), PERMIT)
    assert found["row"].to_list() == [1, 3]
    assert found["valid_to"].unique().to_list() == [date(2031, 3, 8)]
    assert found["value"].null_count() == 2
    assert known(date(2026, 9, 30), PERMIT).is_empty(), "the present state says nothing of an earlier month"


def test_a_register_that_was_not_received_declares_nothing() -> None:
    how = Knowledge("first", 30, date(2026, 10, 31), facts=(DEPOSIT,))
    assert declared_facts({}, LINKS, knowledge={"fund": how}, as_of=date(2026, 10, 31)).is_empty()
