"""Small rankings: awards of offices, findings and scores, and who comes out where."""

from collections.abc import Callable
from typing import Any

import polars as pl
import pytest

from targeting.frames.assessment import AWARD_MEMBERS, AWARDS, FINDINGS, HOUSEHOLDS
from targeting.frames.referral import REASONS, SCORES
from targeting.screening.refer import refer
from targeting.specs.scoring import Ranking, load_ranking


def award(case_no: str, *, office: str = "东街道", amount: int = 50_000, benefit: str = "dibao") -> dict[str, Any]:
    """An award in payment."""
    return {
        "benefit": benefit, "case_no": case_no, "person_id": f"p-{case_no}", "household_id": f"h-{case_no}", "members_listed": 1,
        "amount_month": amount, "office": office, "register": "assistance_roll", "row": 1,
    }  # fmt: skip


def finding(subject: str, check: str, **columns: Any) -> dict[str, Any]:
    """A hit of a check on an award; a missing one where the kind is household or person."""
    return {
        "run": "r", "subject_kind": "award", "subject": subject, "benefit": "dibao", "person_id": f"p-{subject}",
        "direction": "over", "check": check, "result": "hit", "link_level": "A", "legal_basis": "law", "facts": "[]",
        "detail": "{}", **columns,
    }  # fmt: skip


def missing(household: str, *, amount: int = 60_000, check: str = "M01") -> dict[str, Any]:
    """A household that may be missing out."""
    return finding(
        household, check, subject_kind="household", direction="missing", household_id=household, amount_month=amount
    )  # fmt: skip


def ranking(**capacity: Any) -> Ranking:
    """The declared ranking with another capacity."""
    declared = load_ranking()
    return Ranking(declared.capacity.model_copy(update=capacity), declared.evidence)


def referred(
    awards: list[dict[str, Any]],
    findings: list[dict[str, Any]],
    *,
    probabilities: dict[str, float] | None = None,
    homes: dict[str, str] | None = None,
    capacity: Ranking | None = None,
    seed: int = 1,
    members: list[dict[str, Any]] | None = None,
    informing: frozenset[str] = frozenset(),
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """REFERRALS and ARMS of these awards and findings."""
    scores = [
        {"subject_kind": "award", "subject": subject, "benefit": "dibao", "direction": "over", "probability": probability,
         "margin": 0.0, "model": "over 3"}
        for subject, probability in (probabilities or {}).items()
    ]  # fmt: skip
    households = [
        {"household_id": household, "person_id": household, "relation": "head", "rule": "hh", "register": "population", "row": 1,
         "level": "A", "listed": False, "office": office}
        for household, office in (homes or {}).items()
    ]  # fmt: skip
    return refer(
        FINDINGS.of(findings), SCORES.of(scores), REASONS.empty(), AWARDS.of(awards), AWARD_MEMBERS.of(members or []),
        HOUSEHOLDS.of(households),
        capacity=capacity or ranking(), informing=informing, run="r1", seed=seed,
    )  # fmt: skip


@pytest.fixture(name="award")
def _award() -> Callable[..., dict[str, Any]]:
    return award


@pytest.fixture(name="finding")
def _finding() -> Callable[..., dict[str, Any]]:
    return finding


@pytest.fixture(name="missing")
def _missing() -> Callable[..., dict[str, Any]]:
    return missing


@pytest.fixture(name="ranking")
def _ranking() -> Callable[..., Ranking]:
    return ranking


@pytest.fixture(name="referred")
def _referred() -> Callable[..., tuple[pl.DataFrame, pl.DataFrame]]:
    return referred
