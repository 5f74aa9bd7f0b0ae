"""Intervals against published values and against their own laws."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from targeting.errors import InvalidInput
from targeting.evaluation.intervals import bootstrap, f1, ratio, wilson


@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    # Newcombe 1998, table I, method 3 (score without continuity correction)
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_gives_the_published_bounds(successes: int, trials: int, low: float, high: float) -> None:
    interval = wilson(successes, trials)
    assert interval.low == pytest.approx(low, abs=5e-5)
    assert interval.high == pytest.approx(high, abs=5e-5)


def test_f1_is_the_harmonic_mean_and_sure_of_nothing_even_without_an_error() -> None:
    interval = f1(80, 100, 90)
    precision, recall = 80 / 100, 80 / 90
    assert interval.value == pytest.approx(2 * precision * recall / (precision + recall))
    assert interval.low < interval.value < interval.high
    assert f1(100, 100, 100).low < f1(100, 100, 100).high == 1.0


@pytest.mark.parametrize("share", [0.9, 0.98])
def test_the_f1_interval_covers_the_truth_19_times_in_20(share: float) -> None:
    """Rows are right, wrongly linked or missed, the last two alike often."""
    drawn = np.random.default_rng(5).multinomial(400, [share, (1 - share) / 2, (1 - share) / 2], size=2000)
    truth = 2 * share / (1 + share)
    intervals = [f1(int(right), int(right + wrong), int(right + missed)) for right, wrong, missed in drawn]
    assert 0.93 < np.mean([interval.low <= truth <= interval.high for interval in intervals]) < 0.97


@given(st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_holds_the_share_and_stays_within_0_and_1(counts: tuple[int, int]) -> None:
    interval = wilson(*counts)
    assert 0 <= interval.low <= interval.value <= interval.high <= 1


def test_a_share_of_nothing_has_no_value() -> None:
    assert math.isnan(wilson(0, 0).value)
    assert wilson(0, 0).as_dict() == {"value": None, "low": None, "high": None, "cases": 0}


def test_more_successes_than_trials_is_refused() -> None:
    with pytest.raises(InvalidInput, match="got 3 of 2"):
        wilson(3, 2)


def test_a_ratio_of_equal_shares_is_one_and_its_interval_holds_one() -> None:
    interval = ratio(20, 100, 40, 200)
    assert interval.value == pytest.approx(1.0)
    assert interval.low < 1 < interval.high


def test_a_ratio_over_no_successes_has_no_value() -> None:
    assert math.isnan(ratio(3, 10, 0, 10).value)


def test_bootstrap_is_repeatable_and_close_to_the_normal_interval_of_a_mean() -> None:
    values = np.random.default_rng(1).normal(5.0, 2.0, size=400)
    once = bootstrap(lambda at: float(values[at].mean()), 400, seed=7, repeats=400)
    again = bootstrap(lambda at: float(values[at].mean()), 400, seed=7, repeats=400)
    assert once == again
    assert once.low == pytest.approx(values.mean() - 1.96 * 0.1 * values.std() / 2, abs=0.05)
    assert once.high > once.value > once.low
