"""Links → families, facts, findings, scores, reasons and the ranking of referrals: one screening run in the lake.

A run is keyed by everything that can change a byte of it: link run, law, specifications, model, dispositions, capacity and code.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

import targeting
from targeting.eligibility.cells import cells
from targeting.eligibility.standing import CheckStanding, Standing, standings
from targeting.explain.contributions import contributions
from targeting.explain.reasons import reasons
from targeting.frames.assessment import DISPOSITIONS
from targeting.frames.referral import CONTRIBUTIONS, SCORES
from targeting.jobs import inputs as lake_inputs
from targeting.jobs.assess import Circumstances, circumstances, features, findings
from targeting.jobs.lake import Lake, fingerprint, frame_fingerprint
from targeting.jobs.policies import LawInUse
from targeting.jobs.progress import step
from targeting.jobs.registry import load_champion
from targeting.scoring.model import Model
from targeting.scoring.predict import predict
from targeting.screening.refer import refer
from targeting.screening.visits import visits
from targeting.specs.policy import Policy
from targeting.specs.reasons import load_both
from targeting.specs.scoring import Ranking, load_evidence, load_ranking, load_scoring
from targeting.specs.valuation import load_valuation

NO_MODEL = "findings_and_money"


@dataclass(frozen=True, slots=True)
class ScreeningRun:
    """A screening run in the lake."""

    name: str
    manifest: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Declared:
    """What people have declared and published, and a run obeys: law, texts, capacity, model."""

    policy: Policy
    ranking: Ranking
    model: Model | None
    switched_off: Mapping[str, str]

    @property
    def running(self) -> Policy:
        """The law with the checks that are not switched off."""
        checks = {code: check for code, check in self.policy.checks.items() if code not in self.switched_off}
        return replace(self.policy, checks=checks)

    def hashes(self) -> dict[str, str]:
        """The hash of each declaration, for the key and the manifest."""
        zh, en = load_both()
        return {
            "policy": self.policy.sha256,
            "capacity": self.ranking.capacity.sha256,
            "evidence": self.ranking.evidence.sha256,
            "valuation": load_valuation().sha256,
            "reasons_zh": zh.sha256,
            "reasons_en": en.sha256,
            "model": fingerprint(self.model.to_text()) if self.model else NO_MODEL,
            "features": load_scoring(self.model.name).sha256 if self.model else NO_MODEL,
        }


def screen(
    home: Path,
    *,
    law: LawInUse,
    link_run: str | None = None,
    dispositions: pl.DataFrame | None = None,
    switched_off: Mapping[str, str] | None = None,
) -> ScreeningRun:
    """The link run (the newest, if none is named) is screened by the law; the same inputs again are the same run.

    `switched_off`: code of each check that does not run, and why (G16).

    Raises:
        NotFound: there is no such link run.
        ParameterNotInForce: the law has no value for the date.
    """
    lake = Lake(home)
    link_run = link_run or lake.newest("links")
    dispositions = DISPOSITIONS.empty() if dispositions is None else dispositions
    links = lake.manifest("links", link_run)
    snapshot = lake.manifest("snapshots", str(links["snapshot"]))
    as_of = date.fromisoformat(snapshot["as_of"])
    declared = Declared(law.policy, load_ranking(), load_champion(home, on=as_of), dict(switched_off or {}))
    key = {
        "as_of": snapshot["as_of"],
        "snapshot": links["snapshot"],
        "link_run": link_run,
        "ledger": links["ledger_after"],
        "judgements": links["judgements"],
        "dispositions": frame_fingerprint(dispositions),
        "law": law.standing(as_of),
        "switched_off": sorted(declared.switched_off),
        "declarations": declared.hashes(),
        "code": targeting.__version__,
    }
    digest = fingerprint(key)
    name = f"{snapshot['as_of']}-{digest[:12]}"
    if name not in lake.names("runs"):
        _screen(lake, name, declared, dispositions, key={**key, "seed": _lot(str(links["snapshot"]))})
    lake.point("runs", name)
    return ScreeningRun(name, lake.manifest("runs", name))


def _lot(snapshot: str) -> int:
    """The seed of the lot: of the snapshot alone, so that screening a month again draws the same awards (G15)."""
    return int(fingerprint(snapshot)[:8], 16)


def _screen(lake: Lake, name: str, declared: Declared, dispositions: pl.DataFrame, *, key: Mapping[str, Any]) -> None:
    inputs = lake_inputs.load(lake, str(key["link_run"]))
    with step("families and facts"):
        known = circumstances(inputs, law=declared.policy.on(inputs.as_of), as_of=inputs.as_of)
    coverage = inputs.coverage
    del inputs
    with step("findings"):
        found = findings(known, coverage, policy=declared.running, dispositions=dispositions, run=name)
    with step("places to visit"):
        places = cells(
            known.households, known.awards, known.award_members, known.facts, coverage, policy=declared.policy, as_of=known.as_of
        )
    with step("features and scores"):
        scores, shares = _scored(known, found, declared)
    with step("reasons"):
        why = reasons(found, shares, known.facts, texts=load_both())
    with step("ranking of referrals"):
        referrals, arms = refer(
            found, scores, why, known.awards, known.award_members, known.households,
            capacity=declared.ranking, informing=informing(declared.policy), run=name, seed=int(key["seed"]),
        )  # fmt: skip
    manifest = {**key, "run": name, "model": declared.model.label if declared.model else NO_MODEL}
    tables = {
        "households": known.households,
        "awards": known.awards,
        "award_members": known.award_members,
        "facts": known.facts,
        "ties": known.ties,
        "price_index": known.price_index,
        "findings": found,
        "cells": places,
        "visits": visits(found, known.households, places),
        "coverage": coverage,
        "scores": scores,
        "reasons": why,
        "referrals": referrals,
        "arms": arms,
    }
    law = declared.policy.on(known.as_of)
    idle = not_evaluated(standings(law, coverage=coverage, switched_off=declared.switched_off))
    counts = {**{table: frame.height for table, frame in tables.items()}, "opened": int(referrals["opened"].sum())}
    lake.write("runs", name, tables, {**manifest, "counts": counts, "checks": _by_check(found), "not_evaluated": idle})


def _scored(known: Circumstances, found: pl.DataFrame, declared: Declared) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Scores and what moved them; both empty where no model was promoted, and findings and money rank."""
    model = declared.model
    if model is None:
        return SCORES.empty(), CONTRIBUTIONS.empty()
    numbers = features(known, found, spec=load_scoring(model.name), evidence=load_evidence())
    scores = predict(model, numbers)
    return scores, contributions(model, numbers, scores)


def informing(policy: Policy) -> frozenset[str]:
    """The checks of the over direction that inform at most: their hits alone claim no review (DOMAIN §3.1)."""
    return frozenset(c.code for c in policy.checks.values() if c.direction == "over" and c.consequence == "inform")


def not_evaluated(found: Iterable[CheckStanding]) -> list[dict[str, Any]]:
    """The checks that gave no answer, for the manifest: what each asks, state and what says so."""
    return [
        {
            "check": one.check.code,
            "title_zh": one.check.title_zh,
            "title_en": one.check.title_en,
            "direction": one.check.direction,
            "benefits": list(one.check.benefits),
            "state": one.state.value,
            "because": list(one.because),
        }
        for one in found
        if one.state != Standing.RUNS
    ]


def _by_check(findings: pl.DataFrame) -> list[dict[str, Any]]:
    """How many subjects each check answered hit, clear and unknown."""
    counts = findings.group_by("direction", "check", "result").len("subjects").sort("direction", "check", "result")
    rows: list[dict[str, Any]] = json.loads(counts.write_json())
    return rows
