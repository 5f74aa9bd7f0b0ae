"""What blocking brings, what can never be linked, and the judged pairs, on a small county with known truth."""

from pathlib import Path

import polars as pl
import pytest

from targeting.evaluation import blocking, link_pictures, unlinkable
from targeting.evaluation.links import read_truth
from targeting.jobs import measure
from targeting.linkage.resolve import Residue
from targeting.specs.linkage import load_linkage

SPEC = load_linkage()


@pytest.fixture(scope="module")
def residue(small_home: Path) -> Residue:
    return measure.weighed_pairs(small_home)


@pytest.fixture(scope="module")
def truth(small_county: Path) -> pl.DataFrame:
    return read_truth(small_county / "2026-10" / "truth" / "links.csv")


def test_passes_together_bring_every_weighed_pair_and_nearly_every_true_one(residue: Residue, truth: pl.DataFrame) -> None:
    table = blocking.passes(residue, blocking=SPEC.blocking, truth=truth)
    together = table.filter(pl.col("pass") == blocking.ALL).row(0, named=True)
    parts = table.filter(pl.col("pass") != blocking.ALL)
    assert parts["only"].sum() < together["pairs"] <= parts["pairs"].sum()
    assert together["pairs"] >= residue.pairs.select("unit", "person").unique().height * 0.99
    assert together["found"] >= parts["found"].max()
    assert together["completeness"] > 0.9
    assert together["reduction_ratio"] > 0.99
    assert parts["found_only"].sum() <= together["found"]
    link_pictures.blocking_picture(table).to_dict()


def test_a_pass_that_is_left_out_loses_what_only_it_finds(residue: Residue, truth: pl.DataFrame) -> None:
    table = blocking.passes(residue, blocking=SPEC.blocking, truth=truth)
    first = (
        table.sort("only", descending=True).filter(~pl.col("pass").is_in([blocking.ALL, blocking.TOGETHER])).row(0, named=True)
    )
    kept = tuple(one for one in SPEC.blocking.passes if one.name != first["pass"])
    fewer = blocking.passes(residue, blocking=SPEC.blocking.model_copy(update={"passes": kept}))
    company = fewer.filter(pl.col("pass") == blocking.TOGETHER).row(0, named=True)
    assert company["pairs"] >= first["only"] > 0


def test_a_record_with_a_name_alone_is_unlinkable_and_one_with_a_number_is_not(residue: Residue) -> None:
    weighed = unlinkable.against_themselves(residue, spec=SPEC)
    own = residue.settled.residue
    assert weighed.height == own.height
    table = unlinkable.unlinkables(residue, spec=SPEC)
    assert (table["settled"] + table["unlinkable"] <= table["records"]).all()
    assert 0 < table["unlinkable"].sum() < own.height
    link_pictures.unlinkable_picture(table).to_dict()


def test_judged_pairs_above_a_higher_weight_are_more_often_right(residue: Residue, truth: pl.DataFrame) -> None:
    judged = blocking.judged_pairs(residue, truth)
    table = link_pictures.thresholds(judged, wanted=blocking.true_pairs(residue, truth).height, steps=8)
    assert table["recall"].is_sorted(descending=True)
    assert table["precision"][-1] > table["precision"][0]
    assert judged.filter(pl.col("link"))["same"].mean() > 0.97
    link_pictures.threshold_picture(table, cut=4.0).to_dict()
