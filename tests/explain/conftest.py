"""One subject with findings, facts and a small trained booster, to be explained."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import lightgbm
import numpy as np
import polars as pl
import pytest

from targeting.explain.contributions import CONTRIBUTIONS
from targeting.explain.reasons import reasons
from targeting.frames.assessment import FACTS, FINDINGS
from targeting.specs.reasons import load_both

DAY = date(2026, 10, 31)


def fact(fact_id: str, kind: str, **columns: Any) -> dict[str, Any]:
    """One fact of one person."""
    register, row, role, _ = (*fact_id.split(":"), "")[:4]
    detail = json.dumps(columns.pop("detail", {}), ensure_ascii=False)
    return {
        "fact_id": fact_id, "person_id": "wang", "kind": kind, "unit": "none", "detail": detail, "known_at": DAY,
        "register": register, "row": int(row), "role": role, "level": "A", **columns,
    }  # fmt: skip


def hit(check: str, *facts: str, detail: dict[str, Any] | None = None, **columns: Any) -> dict[str, Any]:
    """One hit on one award."""
    return {
        "run": "r", "subject_kind": "award", "subject": "dibao:D1", "benefit": "dibao", "person_id": "wang", "direction": "over",
        "check": check, "result": "hit", "link_level": "A", "legal_basis": "law", "facts": json.dumps(list(facts)),
        "detail": json.dumps(detail or {}), **columns,
    }  # fmt: skip


def told(
    findings: list[dict[str, Any]], facts: list[dict[str, Any]] | None = None, moved: pl.DataFrame | None = None
) -> pl.DataFrame:
    """REASONS of these findings and facts."""
    shares = CONTRIBUTIONS.empty() if moved is None else moved
    return reasons(FINDINGS.of(findings), shares, FACTS.of(facts or []), texts=load_both())


@dataclass(frozen=True)
class Small:
    """A booster of two features beside a prior, as `contributions` reads it."""

    booster: str
    features: tuple[str, ...] = ("evidence", "income_found", "income_beside")
    families: tuple[str, ...] = ("rules", "income", "family")
    prior_feature: str = "evidence"
    prior_weight: float = 0.4
    prior_base: float = -2.5


@dataclass(frozen=True)
class Scored:
    """A model, the features that it scored, and the margins."""

    model: Small
    features: pl.DataFrame
    scores: pl.DataFrame


@pytest.fixture(name="scored")
def _scored() -> Scored:
    random = np.random.default_rng(3)
    values = random.normal(size=(300, 3))
    values[::7, 1] = np.nan
    wrong = (random.random(300) < 1 / (1 + np.exp(1 - values[:, 0] - np.nan_to_num(values[:, 1])))).astype(float)
    data = lightgbm.Dataset(values, label=wrong)
    booster = lightgbm.train({"objective": "binary", "verbosity": -1, "num_threads": 1, "seed": 1}, data, num_boost_round=15)
    model = Small(booster.model_to_string())
    key = {
        "subject_kind": ["award"] * 300, "subject": [f"dibao:D{n}" for n in range(300)], "benefit": ["dibao"] * 300,
        "direction": ["over"] * 300,
    }  # fmt: skip
    columns = {name: pl.Series(values[:, at]).fill_nan(None) for at, name in enumerate(model.features)}
    trees = np.asarray(booster.predict(values, raw_score=True))
    margins = (1 - model.prior_weight) * trees + model.prior_weight * values[:, 0]
    scores = pl.DataFrame({**key, "margin": margins})
    return Scored(model, pl.DataFrame({**key, **columns}), scores)


@pytest.fixture(name="fact")
def _fact() -> Callable[..., dict[str, Any]]:
    return fact


@pytest.fixture(name="hit")
def _hit() -> Callable[..., dict[str, Any]]:
    return hit


@pytest.fixture(name="told")
def _told() -> Callable[..., pl.DataFrame]:
    return told
