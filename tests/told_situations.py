"""Situations that caseworkers wrote down in tests/situations/**/*.toml, as rows of small counties and as what the checks answer.

All situations of one date and one law are one county, each with its own people, so that the whole set is assessed at once.
"""

import tomllib
from collections.abc import Callable
from copy import deepcopy
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
from small_county import AS_OF, SmallCounty

FILES = sorted((Path(__file__).parent / "situations").rglob("*.toml"))
TOLD = {file: tomllib.loads(file.read_text(encoding="utf-8")) for file in FILES}
SITUATIONS = [
    {**situation, "id": f"{file.stem}: {situation['name']}", "on": situation.get("on", AS_OF)}
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


def county_on(on: date) -> SmallCounty:
    """An empty county whose registers were extracted on the date, or when those of the other situations were."""
    return SmallCounty(as_of=on, snapshot=max(on, AS_OF))


@cache
def findings_on(on: date) -> pl.DataFrame:
    """The findings about everybody in the situations of a date."""
    county = county_on(on)
    for number, situation in NUMBERED:
        if situation["on"] == on:
            settle(county, situation, f"{number}/")
    return county.findings()
