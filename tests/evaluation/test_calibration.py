"""Calibration of declared probabilities counts what it says it counts."""

import numpy as np
import polars as pl
import pytest

from targeting.evaluation.calibration import calibration, expected_error, precision_at_cut


def pairs(size: int, *, bias: float) -> pl.DataFrame:
    random = np.random.default_rng(3)
    true = random.uniform(0.1, 0.9, size)
    return pl.DataFrame({"probability": true + bias, "same": random.uniform(size=size) < true})


def test_honest_probabilities_have_no_expected_error_and_biased_ones_have_their_bias() -> None:
    assert expected_error(pairs(40_000, bias=0.0)) < 0.015
    assert expected_error(pairs(40_000, bias=0.1)) == pytest.approx(0.1, abs=0.015)


def test_bins_hold_as_many_pairs_each_and_pairs_of_one_probability_stay_together() -> None:
    table = calibration(pairs(1_000, bias=0.0), bins=10)
    assert table["pairs"].to_list() == [100] * 10
    assert ((table["low"] <= table["realised"]) & (table["realised"] <= table["high"])).all()
    same = pl.DataFrame({"probability": [0.5] * 7 + [0.9], "same": [True] * 8})
    assert calibration(same, bins=4)["pairs"].to_list() == [7, 1]


def test_precision_at_the_cut_is_that_of_the_links_only() -> None:
    judged = pl.DataFrame({"probability": [1.0, 0.9, 0.4], "same": [True, False, True], "link": [True, True, False]})
    declared, realised = precision_at_cut(judged)
    assert (declared, realised.value, realised.cases) == (pytest.approx(0.95), 0.5, 2)
