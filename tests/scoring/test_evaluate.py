"""What an evaluation says, and what stops a promotion."""

from datetime import date
from typing import Any

import numpy as np
import polars as pl
import pytest

from targeting.errors import InvalidInput
from targeting.scoring import measures
from targeting.scoring.evaluate import evaluate
from targeting.scoring.folds import household_folds, rolling_origin
from targeting.scoring.gates import failed, verdicts
from targeting.scoring.train import labelled

NAMES = ("evidence", "income_found", "dwelling_shares")
ONE = np.ones((1, 4))


def test_rolling_origin_never_trains_on_the_future_or_on_a_family_of_the_test(history: Any, spec_of: Any) -> None:
    past, spec = history(), spec_of(*NAMES)
    rows = labelled(past.features, past.labels, spec=spec)
    splits = list(rolling_origin(rows, spec=spec.evaluation))
    assert len(splits) == spec.evaluation.splits
    for split in splits:
        train, test = rows[split.train], rows[split.test]
        assert train["label_known_at"].max() <= split.cut <= test["as_of"].min()
        assert not set(train["household_id"]) & set(test["household_id"])


def test_one_family_is_always_in_one_fold(history: Any, spec_of: Any) -> None:
    rows = labelled(history().features, history().labels, spec=spec_of(*NAMES))
    fold = pl.Series(household_folds(rows, folds=5, seed=1))
    assert rows.with_columns(fold=fold).group_by("household_id").agg(pl.col("fold").n_unique())["fold"].max() == 1


def test_a_real_signal_beats_chance_and_shuffled_labels_do_not(history: Any, spec_of: Any) -> None:
    real, none = (evaluate(h.features, h.labels, spec=spec_of(*NAMES)) for h in (history(), history(shuffled=True)))
    assert real.scorers["model"]["auc"].low > real.scorers["random"]["auc"].high
    low, high = none.scorers["model"]["auc"].low, none.scorers["model"]["auc"].high
    assert low < 0.5 < high


def test_every_challenger_is_measured_with_intervals(history: Any, spec_of: Any) -> None:
    past = history()
    found = evaluate(past.features, past.labels, spec=spec_of(*NAMES))
    assert set(found.scorers) == {"model", "random", "best single feature", "rules alone", "logistic"}
    for figures in found.scorers.values():
        for figure in figures.values():
            assert figure.low <= figure.value <= figure.high


def test_a_feature_that_knows_the_answer_is_a_leak_and_stops_the_promotion_until_explained(history: Any, spec_of: Any) -> None:
    past, spec = history(leak=True), spec_of(*NAMES)
    found = evaluate(past.features, past.labels, spec=spec)
    assert [leak.what for leak in found.leaks] == ["feature dwelling_shares", "model"]
    assert "leak" in [verdict.gate for verdict in failed(verdicts(found, spec=spec))]
    explained = verdicts(found, spec=spec, explained=["feature dwelling_shares", "model"])
    assert "leak" not in [verdict.gate for verdict in failed(explained)]


def test_without_a_random_arm_calibration_is_insufficient_which_is_not_pass(history: Any, spec_of: Any) -> None:
    past, spec = history(), spec_of(*NAMES)
    found = evaluate(past.features, past.labels.with_columns(arm=pl.lit("chosen")), spec=spec)
    answers = {verdict.gate: verdict.answer for verdict in failed(verdicts(found, spec=spec))}
    assert answers["calibration"] == "insufficient"


def test_reviews_of_one_outcome_cannot_be_evaluated(history: Any, spec_of: Any) -> None:
    past = history()
    with pytest.raises(InvalidInput, match="cannot be evaluated"):
        evaluate(past.features, past.labels.with_columns(outcome=pl.lit("correct")), spec=spec_of(*NAMES))


def test_an_evaluation_is_the_same_twice(history: Any, spec_of: Any) -> None:
    past = history()
    one, other = (evaluate(past.features, past.labels, spec=spec_of(*NAMES)).as_json() for _ in range(2))
    assert one == other


def test_auc_counts_a_tie_as_half() -> None:
    wrong = np.array([1.0, 0.0, 1.0, 0.0])
    assert measures.auc(measures.Ordered.by(np.zeros(4)), wrong, ONE)[0] == 0.5
    # Pairs (wrong, correct): .9>.5, .9>.1, .5=.5, .5>.1 → 3.5 of 4.
    assert measures.auc(measures.Ordered.by(np.array([0.9, 0.5, 0.5, 0.1])), wrong, ONE)[0] == 0.875


def test_average_precision_of_a_short_list_by_hand() -> None:
    wrong = np.array([1.0, 0.0, 1.0, 0.0])
    # Found at places 1 and 3: (1/1 + 2/3) / 2.
    found = measures.average_precision(measures.Ordered.by(np.array([4.0, 3.0, 2.0, 1.0])), wrong, ONE)[0]
    assert found == pytest.approx((1 + 2 / 3) / 2)


def test_a_tie_across_the_capacity_counts_in_proportion() -> None:
    wrong = np.array([1.0, 0.0, 0.0, 1.0])
    # Two slots: the first is sure, the second is one of three alike, one of which is wrong.
    found = measures.found(measures.Ordered.by(np.array([2.0, 1.0, 1.0, 1.0])), wrong, ONE, share=0.5)[0]
    assert found == pytest.approx(1 + 1 / 3)


def test_calibration_error_is_the_mean_gap() -> None:
    assert measures.calibration_error(np.full(10, 0.3), np.array([1.0] * 5 + [0.0] * 5), bins=1) == pytest.approx(0.2)


def test_a_resample_takes_whole_families() -> None:
    weights = measures.family_weights(["a", "a", "b", "c"], resamples=20, seed=1)
    assert (weights[0] == 1).all()
    assert (weights[:, 0] == weights[:, 1]).all()
    assert (weights[1:, [0, 2, 3]].sum(axis=1) == 3).all()


def test_labels_become_known_only_with_their_day(history: Any, spec_of: Any) -> None:
    past, spec = history(), spec_of(*NAMES)
    late = past.labels.with_columns(label_known_at=pl.lit(date(2026, 6, 1)))
    rows = labelled(past.features, late, spec=spec)
    assert all(len(split.train) == 0 for split in rolling_origin(rows, spec=spec.evaluation))
