"""Situations that caseworkers wrote down in tests/situations/**/*.toml, as rows of small counties and as what the checks answer.

All situations of one date and one law are one county, each with its own people, so that the whole set is assessed at once.
"""

import json
import tomllib
from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
from small_county import AS_OF, POLICY, SmallCounty

from targeting.specs.policy import Policy, load_policy

FILES = sorted((Path(__file__).parent / "situations").rglob("*.toml"))
TOLD = {file: tomllib.loads(file.read_text(encoding="utf-8")) for file in FILES}
LAWS = ("law", "dated_law", "under")
"""What may stand once at the head of a file for all its situations."""
SITUATIONS = [
    {
        **{name: told[name] for name in LAWS if name in told},
        **situation,
        "id": f"{file.stem}: {situation['name']}",
        "on": situation.get("on", AS_OF),
    }
    for file, told in TOLD.items()
    if "jurisdiction" not in told  # those of one jurisdiction's means tests: test_means.py
    for situation in told["situation"]
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
    for review in told.get("review", []):
        county.review(**review)
    adders: dict[str, Callable[..., Any]] = {
        "dwelling": county.dwelling,
        "vehicle": county.vehicle,
        "business": county.business,
        "certificate": county.certificate,
        "marriage": county.wedding,
        "funeral": county.funeral,
        "sales": county.sales,
    }
    for thing, add in adders.items():
        for entry in told.get(thing, []):
            add(**entry)
    for register, role in FURTHER.items():
        for entry in told.get(register, []):
            county.entry(register, role, entry.pop("person"), **entry)


FURTHER = {
    "education": "student",
    "custody": "held",
    "clergy": "clergy",
    "consents": "person",
    "wages": "employee",
    "support_orders": "recipient",
    "employment_service": "jobseeker",
}
"""Registers that only some offices have, and the role of the person in each; columns stand as the register declares them."""


UNCHANGED = "{}"
"""The law of a situation that changes no parameter."""


def law_of(situation: dict[str, Any]) -> str:
    """The values of parameters that a situation changes, as text; situations of one date and one law are one county.

    `law` gives a value, in force since 2012; `dated_law` several, each `from` and `to` a day, given or worked out, with its
    `unit` where the parameter is new; `under` names a shipped jurisdiction whose law it is instead of the county's.
    """
    always = {name: [{"value": value}] for name, value in situation.get("law", {}).items()}
    changed = {**always, **situation.get("dated_law", {})}
    if "under" in situation:
        changed["under"] = situation["under"]
    return json.dumps(changed, sort_keys=True, default=str)


def policy_with(changes: str) -> Policy:
    """The county's law, or that of the jurisdiction it is `under`, with these values of parameters."""
    changed = json.loads(changes)
    policy = load_policy(changed.pop("under")) if "under" in changed else POLICY
    parameters = dict(policy.parameters)
    for name, values in changed.items():
        known = parameters.get(name) or parameters["dibao.standard"].model_copy(update={"name": name, "unit": values[0]["unit"]})
        last = known.values[-1]
        dated = tuple(
            last.model_copy(
                update={
                    "value": tuple(entry["value"]) if isinstance(entry.get("value"), list) else entry.get("value"),
                    "of": entry.get("of"),
                    "months": entry.get("months"),
                    "effective_from": date.fromisoformat(entry.get("from", "2012-12-12")),
                    "effective_to": date.fromisoformat(entry["to"]) if "to" in entry else None,
                }
            )
            for entry in values
        )
        parameters[name] = known.model_copy(update={"values": dated})
    return replace(policy, parameters=parameters)


def county_on(on: date) -> SmallCounty:
    """An empty county whose registers were extracted on the date, or when those of the other situations were."""
    return SmallCounty(as_of=on, snapshot=max(on, AS_OF))


@cache
def settled(on: date, law: str) -> SmallCounty:
    """The county of everybody in the situations of a date and a law."""
    county = county_on(on)
    for number, situation in NUMBERED:
        if situation["on"] == on and law_of(situation) == law:
            settle(county, situation, f"{number}/")
    return county


@cache
def findings_on(on: date, law: str = UNCHANGED) -> pl.DataFrame:
    """The findings about everybody in the situations of a date and a law."""
    return settled(on, law).findings(policy_asked(on, law))


def policy_asked(on: date, law: str) -> Policy:
    """The law; another than the county's with only the checks that its situations of the date ask."""
    policy = policy_with(law)
    if law == UNCHANGED:
        return policy
    asked = {check for told in SITUATIONS if told["on"] == on and law_of(told) == law for check in told.get("expect", ())}
    return replace(policy, checks={code: check for code, check in policy.checks.items() if code in asked})


@cache
def families_on(on: date, law: str = UNCHANGED) -> pl.DataFrame:
    """The assessed families of everybody in the situations of a date and a law."""
    return settled(on, law).families(policy_with(law))
