"""The parts of a score are the score."""

from typing import Any

import polars as pl
import pytest

from targeting.explain.contributions import ContributionsDoNotAddUp, contributions

KEY = ["subject"]


def test_contributions_and_bias_add_up_to_the_margin(scored: Any) -> None:
    shares = contributions(scored.model, scored.features, scored.scores)
    totals = shares.group_by("subject").agg(pl.col("contribution").sum()).join(scored.scores, on="subject")
    assert (totals["contribution"] - totals["margin"]).abs().max() < 1e-6


def test_another_model_than_the_one_that_scored_is_refused(scored: Any) -> None:
    moved = scored.scores.with_columns(margin=pl.col("margin") + 1e-3)
    with pytest.raises(ContributionsDoNotAddUp, match="300 of 300"):
        contributions(scored.model, scored.features, moved)


def test_a_subject_is_explained_alike_alone_and_among_others(scored: Any) -> None:
    among = contributions(scored.model, scored.features, scored.scores).filter(pl.col("subject") == "dibao:D7")
    alone = contributions(scored.model, scored.features.filter(pl.col("subject") == "dibao:D7"), scored.scores)
    assert among.equals(alone)


def test_each_family_names_the_feature_that_moved_it_and_its_value(scored: Any) -> None:
    shares = contributions(scored.model, scored.features, scored.scores).filter(pl.col("subject") == "dibao:D7")
    income = shares.filter(pl.col("family") == "income").row(0, named=True)
    assert income["feature"] == "income_found"
    assert income["value"] is None
    assert shares["family"].to_list() == ["bias", "family", "income", "rules"]


def test_nobody_scored_is_nobody_explained(scored: Any) -> None:
    assert contributions(scored.model, scored.features.clear(), scored.scores.clear()).is_empty()
