"""A clerical sample tells precision and recall as well as its interval says."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from targeting.errors import InvalidInput
from targeting.evaluation.clerical import draw, estimate, frame
from targeting.linkage.toolkit import read_annotation, write_annotation

SIZES = {"A": 6_000, "B": 1_600, "C": 800}


def run_of_links(seed: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The frame of a run, and whether each pair is truly one person: the heavier the weight, the likelier."""
    random = np.random.default_rng(seed)
    shares = {"A": np.full(SIZES["A"], 0.999), "B": np.linspace(0.93, 1, SIZES["B"]), "C": np.linspace(0.02, 0.6, SIZES["C"])}
    common = {"register": "property", "role": "owner", "method": "test", "rule": "test"}
    rows = [
        {
            **common,
            "row": at + 10_000 * number,
            "person_id": f"p{at}",
            "level": level,
            "weight": None if level == "A" else float(at),
        }
        for number, level in enumerate(SIZES)
        for at in range(SIZES[level])
    ]
    same = np.concatenate([random.uniform(size=SIZES[level]) < shares[level] for level in SIZES])
    table = pl.DataFrame(rows, infer_schema_length=None)
    pairs = frame(table.filter(pl.col("level") != "C"), table.filter(pl.col("level") == "C"))
    truth = table.select(record=pl.format("{}:{}:{}", "register", "row", "role"), person="person_id", match=pl.Series(same))
    return pairs, truth


def test_the_intervals_cover_the_truth_19_times_in_20() -> None:
    pairs, truth = run_of_links(1)
    known = pairs.join(truth, on=["record", "person"])
    linked = known.filter(pl.col("level") != "C")
    right = linked["match"].sum()
    meant = {"precision": right / linked.height, "recall": right / known["match"].sum()}
    covered: dict[str, list[bool]] = {name: [] for name in meant}
    for seed in range(400):
        measured = estimate(truth, draw(pairs, 300, seed=seed)).filter(pl.col("level") == "A+B").row(0, named=True)
        for name, value in meant.items():
            covered[name].append(measured[f"{name}_low"] <= value <= measured[f"{name}_high"])
    for name, hits in covered.items():
        assert 0.92 <= np.mean(hits) <= 0.995, name


def test_the_estimator_is_unbiased_and_exact_where_every_pair_is_judged() -> None:
    pairs, truth = run_of_links(2)
    known = pairs.join(truth, on=["record", "person"])
    right = known.filter(pl.col("level") == "B")["match"].mean()
    drawn = [estimate(truth, draw(pairs, 300, seed=seed)).row(1, named=True)["precision"] for seed in range(100)]
    assert np.mean(drawn) == pytest.approx(right, abs=0.006)
    every = estimate(truth, draw(pairs, 100_000)).row(1, named=True)
    assert every["precision"] == every["precision_low"] == every["precision_high"] == pytest.approx(right)


def test_undecided_pairs_are_left_out_and_an_unread_stratum_is_refused() -> None:
    pairs, truth = run_of_links(3)
    sample = draw(pairs, 300)
    undecided = truth.with_columns(match=pl.when(pl.col("record").str.contains(":1....:")).then(None).otherwise("match"))
    with pytest.raises(InvalidInput, match="B1, B2, B3, B4"):
        estimate(undecided, sample)
    with pytest.raises(InvalidInput, match="at least two"):
        draw(pairs, 10)


def test_a_sheet_comes_back_as_it_was_annotated(tmp_path: Path) -> None:
    file = tmp_path / "sheet.json"
    pairs = pl.DataFrame({"record": ["vehicle:1:owner", "vehicle:2:owner"], "person": ["a", "b"]})
    write_annotation(
        file, pairs, pairs.select("record", name=pl.lit("王伟")), pairs.select("person", name=pl.Series(["王伟", "王玮"]))
    )
    assert file.stat().st_mode & 0o077 == 0
    assert read_annotation(file)["match"].to_list() == [None, None]
    file.write_text(file.read_text("utf-8").replace('"fields"', '"label": 1, "fields"', 1), "utf-8")
    assert read_annotation(file).sort("record")["match"].to_list() == [True, None]
    (tmp_path / "other.json").write_text("[]", "utf-8")
    with pytest.raises(InvalidInput, match="no annotation sheet"):
        read_annotation(tmp_path / "other.json")
