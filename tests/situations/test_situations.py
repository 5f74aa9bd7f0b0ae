"""Every situation a caseworker wrote down comes out as the law says: one TOML table each, in the files beside this one.

All situations of one date are one county, each with its own people, so that the whole set is assessed at once.
"""

import json
import tomllib
from collections.abc import Callable
from copy import deepcopy
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from small_county import AS_OF, SmallCounty

FILES = sorted(Path(__file__).parent.rglob("*.toml"))
SITUATIONS = [
    {**situation, "id": f"{file.stem}: {situation['name']}", "on": situation.get("on", AS_OF)}
    for file in FILES
    for situation in tomllib.loads(file.read_text(encoding="utf-8"))["situation"]
]
NUMBERED = list(enumerate(SITUATIONS))


def settle(county: SmallCounty, situation: dict[str, Any], prefix: str) -> None:
    """The people and things of a situation are rows of the county's registers."""
    county.prefix = prefix
    told = deepcopy(situation)
    for name, person in told["people"].items():
        county.person(name, **person)
    for award in told.get("award", []):
        county.award(award.pop("members"), **award)
    for spell in told.get("insurance", []):
        county.spell(spell.pop("person"), spell.pop("kind"), **spell)
    adders: dict[str, Callable[..., int]] = {
        "dwelling": county.dwelling,
        "vehicle": county.vehicle,
        "business": county.business,
        "certificate": county.certificate,
        "marriage": county.wedding,
        "funeral": county.funeral,
    }
    for thing, add in adders.items():
        for entry in told.get(thing, []):
            add(**entry)


@cache
def findings_on(on: date) -> pl.DataFrame:
    """The findings about everybody in the situations of a date."""
    county = SmallCounty(as_of=on, snapshot=max(on, AS_OF))
    for number, situation in NUMBERED:
        if situation["on"] == on:
            settle(county, situation, f"{number}/")
    return county.findings()


@pytest.mark.parametrize(("number", "situation"), NUMBERED, ids=[situation["id"] for situation in SITUATIONS])
def test_the_situation_comes_out_as_written(number: int, situation: dict[str, Any]) -> None:
    findings = findings_on(situation["on"]).filter(pl.col("person_id").str.starts_with(f"{number}/"))
    for check, answer in situation["expect"].items():
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
