"""Means tests of every shipped jurisdiction come out as published: one TOML table a unit, in the folders beside this file.

Money is in the jurisdiction's currency, `other` measures as they are; a measure that a situation leaves out is known to nobody.
`held` are balances by day, `things` are assets that the jurisdiction's table of effects judges.
"""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from targeting.eligibility.assets import assessed
from targeting.eligibility.balances import held_on
from targeting.eligibility.means_test import first_met, judged, means_test
from targeting.errors import ParameterNotInForce
from targeting.specs.jurisdictions import jurisdictions
from targeting.specs.policy import PolicyOn, load_policy

FILES = sorted(Path(__file__).parent.glob("*/*.toml"))
TOLD = {file: tomllib.loads(file.read_text(encoding="utf-8")) for file in FILES}
SITUATIONS = [
    {
        "on": told.get("on"),
        **situation,
        "jurisdiction": told["jurisdiction"],
        "id": f"{told['jurisdiction']}: {situation['name']}",
    }
    for told in TOLD.values()
    if "jurisdiction" in told
    for situation in told["situation"]
]
policy = cache(load_policy)
KNOWN = {
    "on",
    "name",
    "jurisdiction",
    "id",
    "members",
    "money",
    "other",
    "unbounded",
    "held",
    "things",
    "value",
    "expect",
    "error",
}


@pytest.mark.parametrize("situation", SITUATIONS, ids=[situation["id"] for situation in SITUATIONS])
def test_the_unit_is_assessed_as_written(situation: dict[str, Any]) -> None:
    assert set(situation) <= KNOWN, sorted(set(situation) - KNOWN)
    law = policy(situation["jurisdiction"]).on(situation["on"])
    if "error" in situation:
        with pytest.raises(ParameterNotInForce, match=situation["error"]):
            means_test(unit(situation, law), key="unit", law=law)
        return
    for name, value in situation.get("value", {}).items():
        assert law.value(name).value == value or law.number(name) == value, name
    if expected := dict(situation.get("expect", {})):
        frame = unit(situation, law)
        layer = expected.pop("layer", None)
        if layer is not None:
            assert judged(frame, law=law).select(first_met([b.code for b in law.benefits()])[0]).item() == layer
        rows = {row["benefit"]: row for row in means_test(frame, key="unit", law=law).iter_rows(named=True)}
        for benefit, answer in expected.items():
            wanted = {"result": answer} if isinstance(answer, str) else answer
            told = as_told(rows[benefit])
            assert {key: told[key] for key in wanted} == wanted, benefit


def test_names_of_situations_are_told_apart() -> None:
    names = [situation["id"] for situation in SITUATIONS]
    assert len(names) == len(set(names))


def test_every_shipped_jurisdiction_has_situations() -> None:
    complete = {name for name in jurisdictions() if not policy(name).of.abstract}
    assert complete == {situation["jurisdiction"] for situation in SITUATIONS}


def unit(situation: dict[str, Any], law: PolicyOn) -> pl.DataFrame:
    """The situation as a frame of one unit with every measure that the law's benefits ask for."""
    row: dict[str, Any] = {"unit": "u", "members": situation.get("members", 1), **situation.get("other", {})}
    row |= {name: round(amount * 100) for name, amount in situation.get("money", {}).items()}
    row |= _held(situation, law)
    row |= _things(situation, law, row)
    measures = {name for benefit in law.benefits() for name in benefit.measures}
    row = dict.fromkeys(sorted(measures)) | row
    bounded = {name for name in row if f"{name}_at_most" in row} | set(situation.get("unbounded", []))
    row |= {f"{name}_at_most": row.get(f"{name}_at_most") for name in bounded}
    yes_no = {name for benefit in law.benefits() for name in _yes_no(benefit)}
    money = {name: pl.Int64 for name in (*situation.get("unbounded", []),) for name in (name, f"{name}_at_most")}
    types = {name: money.get(name, pl.Boolean if name in yes_no else pl.Float64) for name in row if row[name] is None}
    return pl.DataFrame([row], schema_overrides=types)


def _yes_no(benefit: Any) -> set[str]:
    asked = {test.column for test in benefit.tests if test.operator == "is" and isinstance(test.value, bool)}
    less = () if benefit.amount is None else benefit.amount.less
    return asked | {n for t in benefit.tests for n in (t.if_true, t.if_false) if n} | {c.if_true for c in less if c.if_true}


def _held(situation: dict[str, Any], law: PolicyOn) -> dict[str, Any]:
    """The balances as held on the days that the law looks at."""
    if "held" not in situation:
        return {}
    balances = pl.DataFrame([{**entry, "unit": "u", "value": round(entry["value"] * 100)} for entry in situation["held"]])
    held = held_on(balances, key="unit", as_of=law.on).drop("unit").row(0, named=True)
    return {name: value for name, value in held.items() if value is not None}


def _things(situation: dict[str, Any], law: PolicyOn, row: dict[str, Any]) -> dict[str, Any]:
    """What the things come to: `<table>_barred`, and what counts of them added to the measure called as the table."""
    found: dict[str, Any] = {}
    for table, things in situation.get("things", {}).items():
        rows = [{"bought": None, "needs": [], **thing, "unit": "u", "value": _cents(thing.get("value"))} for thing in things]
        frame = pl.DataFrame(rows, schema_overrides={"bought": pl.Date, "needs": pl.List(pl.String), "value": pl.Int64})
        named = {str(said["needs"]) for said in law.rows(f"{table}.effects") if "needs" in said}
        needs = {name: pl.col("needs").list.contains(name) for name in named}
        came = assessed(frame, f"{table}.effects", law=law, key="unit", needs=needs).row(0, named=True)
        found[f"{table}_barred"] = came["barred"]
        for measure in (table, f"{table}_first_of_month"):
            found[measure] = (row.get(measure) or 0) + came["counted"] if came["counted"] is not None else None
    barred = [value for name, value in found.items() if name.endswith("_barred")]
    if barred:  # the Chinese layers ask for all property at once
        found["property_barred"] = True if True in barred else None if None in barred else False
    return found


def _cents(amount: float | None) -> int | None:
    return None if amount is None else round(amount * 100)


def as_told(row: dict[str, Any]) -> dict[str, Any]:
    """The answer as situations write it: amounts in the currency, tests without the benefit's name, turns by measure."""
    amount, at_least = row["amount_month"], row["amount_at_least"]
    return {
        "result": row["result"],
        "amount": None if amount is None else amount / 100,
        "amount_at_least": None if at_least is None else at_least / 100,
        "failed": [name.split(".")[1] for name in row["failed"]],
        "open": [name.split(".")[1] for name in row["open"]],
        "turn": {turn["test"]: turn["change"] for turn in row["turns"]},
        "basis": row["legal_basis"],
    }
