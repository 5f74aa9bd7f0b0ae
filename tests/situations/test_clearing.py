"""What is said to clear a finding does clear it, and less does not: every hit of every situation, changed as computed (G02)."""

import json
from functools import cache
from typing import Any

import polars as pl
import pytest
from clearing_changes import CHANGES, WHOLE, Changed
from small_county import AS_OF, SmallCounty
from told_situations import SITUATIONS, UNCHANGED, county_on, findings_on, law_of, policy_asked, settle

from targeting.eligibility.checks import CHECKS
from targeting.explain.clearing import PREFIX
from targeting.explain.reasons import reasons
from targeting.frames.assessment import FACTS, FINDINGS
from targeting.frames.referral import CONTRIBUTIONS
from targeting.specs.reasons import load_both

pytestmark = pytest.mark.slow

HALF = 0.5
Row = dict[str, Any]


def all_hits() -> list[Row]:
    """The hits of all situations of all dates by the county's law, and of the day by every law."""
    asked = {(told["on"], law_of(told)) for told in SITUATIONS if told.get("expect")}
    found = pl.concat([findings_on(on, law) for on, law in sorted(asked) if law == UNCHANGED or on == AS_OF])
    return found.filter(pl.col("result") == "hit").sort("check", "subject", "person_id").to_dicts()


def situation_of(hit: Row) -> int:
    return int(hit["person_id"].split("/")[0])


def meant(hit: Row) -> bool:
    """The office's overdue review stands beside most situations: it is walked in those that are about it."""
    return hit["check"] != "X26" or "X26" in SITUATIONS[situation_of(hit)].get("expect", {})


@cache
def copies() -> tuple[tuple[int, str, str], ...]:
    """One copy of its situation a hit of the day: number, check and benefit."""
    present = [hit for hit in all_hits() if meant(hit) and SITUATIONS[situation_of(hit)]["on"] == AS_OF]
    return tuple(sorted({(situation_of(hit), hit["check"], hit["benefit"]) for hit in present}))


def copied(law: str) -> SmallCounty:
    """A county of the copies under a law, each with its own people."""
    county = county_on(AS_OF)
    for copy, (number, _, _) in enumerate(copies()):
        if law_of(SITUATIONS[number]) == law:
            settle(county, SITUATIONS[number], f"{copy}/")
    return county


def laws() -> list[str]:
    return sorted({law_of(SITUATIONS[number]) for number, _, _ in copies()})


def hits_by_copy(county: SmallCounty, law: str) -> dict[int, Row]:
    """The hit of each copy's own check and benefit."""
    found = county.findings(policy_asked(AS_OF, law)).filter(pl.col("result") == "hit").sort("subject", "person_id")
    return {
        copy: hit
        for hit in found.iter_rows(named=True)
        if copies()[copy := situation_of(hit)][1:] == (hit["check"], hit["benefit"])
    }


@cache
def before() -> dict[int, Row]:
    return {copy: hit for law in laws() for copy, hit in hits_by_copy(copied(law), law).items()}


@cache
def after(part: float) -> dict[int, bool]:
    """Whether each copy's hit is still there after this part of its change; copies in which it cannot be made are left out."""
    still: dict[int, bool] = {}
    for law in laws():
        county, made = copied(law), []
        for copy, hit in sorted(before().items()):
            if law_of(SITUATIONS[copies()[copy][0]]) != law or hit["check"] not in CHANGES:
                continue
            if CHANGES[hit["check"]](Changed(county, f"{copy}/", hit, json.loads(hit["detail"])), part):
                made.append(copy)
        left = hits_by_copy(county, law)
        still |= {copy: copy in left for copy in made}
    return still


def told(hits: list[Row]) -> pl.DataFrame:
    return reasons(FINDINGS.of(hits), CONTRIBUTIONS.empty(), FACTS.empty(), texts=load_both())


@pytest.mark.parametrize("check", sorted(CHECKS))
def test_every_hit_says_with_its_figures_what_would_clear_it(check: str) -> None:
    hits = [hit for hit in all_hits() if hit["check"] == check]
    assert hits, f"no situation in tests/situations is a hit of {check}: write one"
    for hit in hits:
        computed = {name: value for name, value in json.loads(hit["detail"]).items() if name.startswith(PREFIX)}
        situation = SITUATIONS[situation_of(hit)]["id"]
        assert any(value is not None for value in computed.values()), f"{situation}: the detail has no {PREFIX}…"
        reason = told([hit]).row(0, named=True)
        for language in ("clears_zh", "clears_en"):
            smallest, newline, _ = reason[language].partition("\n")
            assert newline, f"{situation}: models/reasons has no clears_if of {check} that can be told ({language})"
            assert any(character.isdigit() for character in smallest), f"{situation}: {smallest}"


@pytest.mark.parametrize("check", sorted(CHECKS))
def test_the_computed_change_of_the_registers_clears_the_finding_and_half_of_it_does_not(check: str) -> None:
    assert check in CHANGES, f"say in tests/clearing_changes.py how registers change when {check} is cleared"
    own = [copy for copy in before() if copies()[copy][1] == check]
    enough = {copy: after(WHOLE)[copy] for copy in own if copy in after(WHOLE)}
    half = {copy: after(HALF)[copy] for copy in own if copy in after(HALF)}
    assert enough, "the change could be made in no situation"
    assert not [name(copy) for copy, still in enough.items() if still], "the whole change is not enough"
    assert not [name(copy) for copy, still in half.items() if not still], "half of the change is enough"


def name(copy: int) -> str:
    return str(SITUATIONS[copies()[copy][0]]["id"])
