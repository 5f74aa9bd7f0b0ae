"""Features and labels → Evaluation: rolling origin by family, the model beside its challengers, intervals, and the leak guard.

The figures say what would have been found had the reviews of each period been done in the order of a model that knew only the
reviews before it. Every feature alone, and the model, are held against the leak limits of the declaration (SCORING §5).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from targeting.errors import InvalidInput
from targeting.scoring import booster, challengers, measures
from targeting.scoring.calibrate import calibrate
from targeting.scoring.folds import Split, families, rolling_origin
from targeting.scoring.matrix import Matrix, Vector, matrix
from targeting.scoring.measures import Figure, Ordered
from targeting.scoring.train import labelled, unseen_margins
from targeting.specs.scoring import ScoringSpec

MODEL = "model"


@dataclass(frozen=True, slots=True)
class Leak:
    """Something that knows the answer too well; it stops promotion until a person explains it."""

    what: str
    auc: float
    limit: float


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Measures of the model and of each challenger over the test periods, and what the leak guard found."""

    scorers: Mapping[str, Mapping[str, Figure]]
    splits: tuple[Mapping[str, Any], ...]
    tie_luck: Mapping[str, tuple[float, float]]
    random_arm: Mapping[str, Figure]
    features: Mapping[str, float]
    leaks: tuple[Leak, ...]

    def as_json(self) -> dict[str, Any]:
        """The evaluation as plain values."""
        return {
            "scorers": {name: {m: f.as_json() for m, f in figures.items()} for name, figures in self.scorers.items()},
            "splits": [dict(split) for split in self.splits],
            "tie_luck": {name: {"worst": round(w, 4), "best": round(b, 4)} for name, (w, b) in self.tie_luck.items()},
            "random_arm": {name: figure.as_json() for name, figure in self.random_arm.items()},
            "features": dict(self.features),
            "leaks": [{"what": leak.what, "auc": leak.auc, "limit": leak.limit} for leak in self.leaks],
        }


@dataclass(frozen=True, slots=True)
class Tested:
    """One test period: its rows and the scores that each scorer gave them."""

    split: Split
    wrong: Vector
    money: Vector
    scores: Mapping[str, Vector]


def evaluate(features: pl.DataFrame, labels: pl.DataFrame, *, spec: ScoringSpec) -> Evaluation:
    """How well the declared model orders reviews that it has not seen, beside its challengers.

    Raises:
        InvalidInput: no period has both outcomes to train on and to test on.
    """
    rows = labelled(features, labels, spec=spec)
    values, wrong = matrix(rows, names=spec.feature_names), rows["wrong"].to_numpy()
    periods = list(_periods(rows, values, wrong, spec=spec))
    if not periods:
        raise InvalidInput(
            f"No period of the {len(rows)} reviews has both outcomes before and after it: {spec.name} cannot be evaluated. "
            "Bring more reviews, or evaluate later."
        )
    weights = measures.family_weights(families(rows).to_list(), resamples=spec.evaluation.resamples, seed=spec.evaluation.seed)
    scorers = {name: _figures(periods, name, weights, spec=spec) for name in periods[0].scores}
    alone = challengers.single_aucs(values, wrong, names=spec.feature_names)
    return Evaluation(
        scorers=scorers,
        splits=tuple(_described(period) for period in periods),
        tie_luck={name: _luck(periods, name, spec=spec) for name in scorers},
        random_arm=_random_arm(rows, values, wrong, weights, spec=spec),
        features=alone,
        leaks=_leaks(alone, scorers[MODEL]["auc"], spec=spec),
    )


def _periods(rows: pl.DataFrame, values: Matrix, wrong: Vector, *, spec: ScoringSpec) -> list[Tested]:
    money = rows["amount_month"].fill_null(0).to_numpy().astype(np.float64)
    periods = []
    for number, split in enumerate(rolling_origin(rows, spec=spec.evaluation)):
        known, unseen = wrong[split.train], wrong[split.test]
        if not (0 < known.sum() < len(known) and 0 < unseen.sum() < len(unseen)):
            continue
        scores = {MODEL: booster.fit(values[split.train], known, spec=spec).margins(values[split.test])}
        scores |= challengers.scores(values[split.train], known, values[split.test], spec=spec, draw=number)
        periods.append(Tested(split, unseen, money[split.test], scores))
    return periods


def _figures(periods: list[Tested], name: str, weights: Matrix, *, spec: ScoringSpec) -> dict[str, Figure]:
    """Measures pooled over the periods: counts added up within capacity, areas weighted by the wrong ones of each period."""
    share = spec.evaluation.capacity_share
    size = len(weights)
    sums = {key: np.zeros(size) for key in ("auc", "ap", "found", "money", "wrong", "all_money", "seen")}
    for period in periods:
        ordered, own = Ordered.by(period.scores[name]), weights[:, period.split.test]
        hits = (own * period.wrong).sum(axis=1)
        sums["auc"] += np.nan_to_num(measures.auc(ordered, period.wrong, own)) * hits
        sums["ap"] += np.nan_to_num(measures.average_precision(ordered, period.wrong, own)) * hits
        sums["found"] += measures.found(ordered, period.wrong, own, share=share)
        sums["money"] += measures.found(ordered, period.wrong * period.money, own, share=share)
        sums["wrong"] += hits
        sums["all_money"] += (own * period.wrong * period.money).sum(axis=1)
        sums["seen"] += own.sum(axis=1)
    shares = {
        "auc": (sums["auc"], sums["wrong"]),
        "average_precision": (sums["ap"], sums["wrong"]),
        "precision_at_capacity": (sums["found"], share * sums["seen"]),
        "recall_at_capacity": (sums["found"], sums["wrong"]),
        "money_share_at_capacity": (sums["money"], sums["all_money"]),
        "lift_at_capacity": (sums["found"] * sums["seen"], share * sums["seen"] * sums["wrong"]),
        "base_rate": (sums["wrong"], sums["seen"]),
    }
    with np.errstate(invalid="ignore", divide="ignore"):
        return {measure: measures.figure(part / whole) for measure, (part, whole) in shares.items()}


def _luck(periods: list[Tested], name: str, *, spec: ScoringSpec) -> tuple[float, float]:
    share = spec.evaluation.capacity_share
    lucks = [measures.tie_luck(period.scores[name], period.wrong, share=share) for period in periods]
    slots = np.array([max(1, round(share * len(period.wrong))) for period in periods], dtype=np.float64)
    worst, best = np.average(np.array(lucks), axis=0, weights=slots)
    return float(worst), float(best)


def _random_arm(rows: pl.DataFrame, values: Matrix, wrong: Vector, weights: Matrix, *, spec: ScoringSpec) -> dict[str, Figure]:
    """Prevalence, order and calibration where reviews were drawn, not chosen; no model has seen a row of the family it scores."""
    drawn = rows["arm"].to_numpy() == "random"
    if not 0 < wrong[drawn].sum() < drawn.sum():
        return {}
    margins, truth, own = unseen_margins(rows, values, wrong, spec=spec)[drawn], wrong[drawn], weights[:, drawn]
    probabilities = calibrate(margins, truth, spec=spec.calibration).probabilities(margins)
    with np.errstate(invalid="ignore", divide="ignore"):
        prevalence = measures.figure((own * truth).sum(axis=1) / own.sum(axis=1))
        ratio = measures.figure((own * probabilities).sum(axis=1) / (own * truth).sum(axis=1))
    return {
        "prevalence": prevalence,
        "auc": measures.figure(measures.auc(Ordered.by(margins), truth, own)),
        "average_precision": measures.figure(measures.average_precision(Ordered.by(margins), truth, own)),
        "predicted_over_actual": ratio,
        "calibration_error": Figure(measures.calibration_error(probabilities, truth)),
    }


def _leaks(alone: Mapping[str, float], model: Figure, *, spec: ScoringSpec) -> tuple[Leak, ...]:
    limit = spec.gates.feature_auc_at_most
    leaks = [Leak(f"feature {name}", area, limit) for name, area in alone.items() if area > limit]
    if model.value is not None and model.value > spec.gates.model_auc_at_most:
        leaks.append(Leak("model", round(model.value, 4), spec.gates.model_auc_at_most))
    return tuple(leaks)


def _described(period: Tested) -> dict[str, Any]:
    return {
        "cut": str(period.split.cut),
        "train": len(period.split.train),
        "test": len(period.split.test),
        "wrong": int(period.wrong.sum()),
    }
