"""Every situation a caseworker wrote down comes out as the law says: one TOML table each, in the files beside this one."""

import json
from typing import Any

import polars as pl
import pytest
from told_situations import NUMBERED, SITUATIONS, families_on, findings_on, law_of


@pytest.mark.parametrize(("number", "situation"), NUMBERED, ids=[situation["id"] for situation in SITUATIONS])
def test_the_situation_comes_out_as_written(number: int, situation: dict[str, Any]) -> None:
    expected_answers = situation.get("expect", {})
    assert expected_answers or "family" in situation, "nothing is expected"
    for person, members in situation.get("family", {}).items():
        assert _family(number, situation, person) == members, person
    if not expected_answers:
        return
    findings = findings_on(situation["on"], law_of(situation)).filter(pl.col("person_id").str.starts_with(f"{number}/"))
    for check, answer in expected_answers.items():
        expected = {"result": answer} if isinstance(answer, str) else dict(answer)
        about = f":{expected.pop('case')}" if "case" in expected else ""
        benefit = expected.pop("benefit", "")
        found = findings.filter(
            pl.col("check") == check, pl.col("benefit").str.starts_with(benefit), pl.col("subject").str.ends_with(about)
        )
        if expected["result"] == "not asked":
            assert found.is_empty(), check
            continue
        assert found.height == 1, f"{check}: {found.height} answers"
        told = _told(found.row(0, named=True))
        assert {key: told[key] for key in expected} == expected, check


def test_names_of_situations_are_told_apart() -> None:
    names = [situation["id"] for situation in SITUATIONS]
    assert len(names) == len(set(names))


def _family(number: int, situation: dict[str, Any], person: str) -> dict[str, str]:
    """The members of a person's family and the clause that puts each there."""
    families = families_on(situation["on"], law_of(situation))
    head = families.filter(pl.col("person_id") == f"{number}/{person}")["household_id"]
    members = families.filter(pl.col("household_id").is_in(head.to_list()))
    return {name.split("/")[1]: rule for name, rule in members.select("person_id", "rule").iter_rows()}


def _told(row: dict[str, Any]) -> dict[str, Any]:
    amount = row["amount_month"]
    return {
        "result": row["result"],
        "amount": None if amount is None else amount / 100,
        "about": row["person_id"].split("/")[1],
        "from": row["effective_from"],
        "level": row["link_level"],
        "basis": row["legal_basis"],
        "reasons": [entry["reason"] for entry in json.loads(row["facts"]) if isinstance(entry, dict)],
    }
