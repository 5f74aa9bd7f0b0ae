"""An imaginary history of reviews whose outcome depends on one feature, and on nothing else."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from targeting.frames.referral import LABELS
from targeting.specs.scoring import ScoringSpec, load_scoring


@dataclass(frozen=True)
class History:
    """Features and labels of one imaginary county."""

    features: pl.DataFrame
    labels: pl.DataFrame


def spec_of(*names: str) -> ScoringSpec:
    """The declared model with these features, small enough for a test."""
    spec = load_scoring("over")
    return spec.model_copy(
        update={
            "features": tuple(feature for feature in spec.features if feature.name in names),
            "booster": spec.booster.model_copy(update={"rounds": 20}),
            "evaluation": spec.evaluation.model_copy(update={"resamples": 50}),
        }
    )


def history(*, awards: int = 900, signal: float = 1.0, leak: bool = False, shuffled: bool = False, seed: int = 7) -> History:
    """Reviews of a year: evidence raises the odds of wrong by `signal`; with `leak`, dwelling_shares is the outcome itself."""
    random = np.random.default_rng(seed)
    evidence, noise = random.exponential(1.0, awards), random.normal(size=awards)
    wrong = random.random(awards) < 1 / (1 + np.exp(1.5 - signal * (0.7 if shuffled else evidence)))
    drawn = random.random(awards) < 0.5
    days = [date(2025, 1, 15) + timedelta(days=int(day)) for day in np.sort(random.integers(0, 365, awards))]
    key = {
        "subject_kind": ["award"] * awards,
        "subject": [f"dibao:D{at}" for at in range(awards)],
        "benefit": ["dibao"] * awards,
        "direction": ["over"] * awards,
        "as_of": [day.replace(day=1) - timedelta(days=1) for day in days],
    }
    features = pl.DataFrame(
        {
            **key,
            "household_id": [f"h{at // 2}" for at in range(awards)],
            "evidence": evidence,
            "income_found": noise,
            "dwelling_shares": wrong.astype(float) if leak else random.normal(size=awards),
        }
    )
    labels = pl.DataFrame(
        {
            **key,
            "review": [f"reviews:{at}" for at in range(awards)],
            "reviewed_on": days,
            "label_known_at": days,
            "arm": ["random" if d else "chosen" for d in drawn],
            "outcome": ["wrong" if w else "correct" for w in wrong],
            "amount_month": (50_000 * wrong).astype(np.int64),
            "office": ["a"] * awards,
        }
    )
    return History(features, LABELS.conform(labels))


@pytest.fixture(name="spec_of")
def _spec_of() -> Callable[..., ScoringSpec]:
    return spec_of


@pytest.fixture(name="history")
def _history() -> Callable[..., History]:
    return history
