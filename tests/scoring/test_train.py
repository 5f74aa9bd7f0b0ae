"""Training, calibration and prediction."""

from datetime import date
from typing import Any

import numpy as np
import polars as pl
import pytest

from targeting.errors import InvalidInput, Misconfigured
from targeting.frames.referral import LABELS
from targeting.scoring.calibrate import Calibration, calibrate
from targeting.scoring.model import Model
from targeting.scoring.predict import predict
from targeting.scoring.train import labelled, train
from targeting.specs.scoring import load_scoring

NAMES = ("evidence", "income_found")


def test_the_same_reviews_give_the_same_model_byte_for_byte_in_whatever_order(history: Any, spec_of: Any) -> None:
    past = history()
    one = train(past.features, past.labels, spec=spec_of(*NAMES))
    other = train(past.features.reverse(), past.labels.sample(fraction=1.0, shuffle=True, seed=3), spec=spec_of(*NAMES))
    assert one.to_text() == other.to_text()


def test_a_higher_weight_of_evidence_never_lowers_the_probability(history: Any, spec_of: Any) -> None:
    past = history()
    model = train(past.features, past.labels, spec=spec_of(*NAMES))
    ladder = past.features.head(50).with_columns(evidence=pl.Series(np.linspace(0, 5, 50)), income_found=pl.lit(0.0))
    scores = predict(model, ladder).join(ladder.select("subject", "evidence"), on="subject").sort("evidence")
    assert scores["probability"].is_sorted()
    assert scores["probability"][-1] > scores["probability"][0]


def test_undetermined_reviews_are_no_labels(history: Any, spec_of: Any) -> None:
    past = history()
    undetermined = past.labels.with_columns(
        outcome=pl.when(pl.col("reviewed_on") < date(2025, 6, 1)).then(pl.lit("undetermined")).otherwise("outcome")
    )
    rows = labelled(past.features, undetermined, spec=spec_of(*NAMES))
    assert rows["reviewed_on"].min() == date(2025, 6, 1)


def test_a_review_before_the_award_has_features_is_left_out(history: Any, spec_of: Any) -> None:
    past = history()
    rows = labelled(past.features.head(100), past.labels, spec=spec_of(*NAMES))
    assert len(rows) == 100


def test_too_few_wrong_ones_train_no_model(history: Any, spec_of: Any) -> None:
    past = history()
    few = pl.concat(
        [past.labels.filter(pl.col("outcome") == "correct"), past.labels.filter(pl.col("outcome") == "wrong").head(5)]
    )
    with pytest.raises(InvalidInput, match="5 found wrong; at least 20 of each outcome"):
        train(past.features, few, spec=spec_of(*NAMES))


def test_calibration_rests_on_the_random_arm_only(history: Any, spec_of: Any) -> None:
    past = history()
    chosen = past.labels.with_columns(arm=pl.lit("chosen"))
    assert train(past.features, chosen, spec=spec_of(*NAMES)).calibration == Calibration("none")
    assert train(past.features, past.labels, spec=spec_of(*NAMES)).calibration.kind == "platt"


def test_platt_recovers_a_margin_that_is_twice_too_bold() -> None:
    random = np.random.default_rng(5)
    margins = random.normal(size=20_000) * 2
    wrong = (random.random(20_000) < 1 / (1 + np.exp(-(0.5 * margins - 1)))).astype(float)
    few = load_scoring("over").calibration.model_copy(update={"isotonic_from_positives": 10**6})
    (slope, intercept) = calibrate(margins, wrong, spec=few).points[0]
    assert slope == pytest.approx(0.5, abs=0.03)
    assert intercept == pytest.approx(-1.0, abs=0.05)


def test_isotonic_from_a_thousand_positives_never_falls() -> None:
    random = np.random.default_rng(5)
    margins = random.normal(size=10_000)
    wrong = (random.random(10_000) < 1 / (1 + np.exp(-margins))).astype(float)
    fitted = calibrate(margins, wrong, spec=load_scoring("over").calibration)
    assert fitted.kind == "isotonic"
    shares = fitted.probabilities(np.linspace(-4, 4, 200))
    assert (np.diff(shares) >= 0).all()
    assert Calibration.from_json(fitted.as_json()) == fitted


def test_one_score_never_serves_both_directions(history: Any, spec_of: Any) -> None:
    past = history()
    model = train(past.features, past.labels, spec=spec_of(*NAMES))
    with pytest.raises(Misconfigured, match="scores over, the features are of missing"):
        predict(model, past.features.with_columns(direction=pl.lit("missing")))


def test_features_of_another_declaration_are_refused(history: Any, spec_of: Any) -> None:
    past = history()
    model = train(past.features, past.labels, spec=spec_of(*NAMES))
    with pytest.raises(Misconfigured) as raised:
        predict(model, past.features.drop("income_found"))
    assert raised.value.faults == ("income_found",)


def test_a_file_that_is_no_model_is_said_to_be_none() -> None:
    with pytest.raises(InvalidInput, match="not a model"):
        Model.from_text("{}", version="1")


def test_no_reviews_are_no_labels() -> None:
    assert LABELS.empty().is_empty()
