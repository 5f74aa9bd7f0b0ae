"""Files of any person data link by declaration alone: Latin names without numbers, Chinese registers, one file with itself."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import polars as pl
import pytest

from targeting.errors import Conflict, InvalidInput, Misconfigured
from targeting.jobs.link_files import link_files as link_paths
from targeting.linkage.files import FileLinks, dedupe, link_files
from targeting.linkage.pairing import one_to_one
from targeting.linkage.toolkit import febrl4, second_opinion
from targeting.specs.files import load_file_linkage, parse_file_linkage
from targeting.specs.loading import declaration


@pytest.fixture(scope="module")
def febrl() -> tuple[pl.DataFrame, pl.DataFrame]:
    return febrl4()


@pytest.fixture(scope="module")
def linked(febrl: tuple[pl.DataFrame, pl.DataFrame]) -> FileLinks:
    return link_files(*febrl, spec=load_file_linkage("febrl4"))


def test_febrl4_is_linked_with_hardly_an_error(linked: FileLinks, febrl: tuple[pl.DataFrame, pl.DataFrame]) -> None:
    """F1 at the own cut of at least .9990: at most ten errors among 5,000 people."""
    left, right = febrl
    right_ones = (left["person"].gather(linked.links["left"]) == right["person"].gather(linked.links["right"])).sum()
    assert 2 * right_ones / (linked.links.height + left.height) >= 0.9990


def test_nobody_stands_in_two_links(linked: FileLinks) -> None:
    assert linked.links["left"].is_unique().all()
    assert linked.links["right"].is_unique().all()


def test_the_bits_of_the_fields_and_the_prior_add_up_to_the_weight(
    linked: FileLinks, febrl: tuple[pl.DataFrame, pl.DataFrame]
) -> None:
    bits = linked.links.select(pl.sum_horizontal(pl.selectors.ends_with("_bits"))).to_series()
    rest = (linked.links["weight"] - bits).round(4)
    assert rest.n_unique() == 1


def test_given_weights_make_the_same_links_without_learning(linked: FileLinks, febrl: tuple[pl.DataFrame, pl.DataFrame]) -> None:
    again = link_files(*febrl, spec=load_file_linkage("febrl4"), trained=linked.trained)
    assert again.links.equals(linked.links)
    assert again.trained is linked.trained


def test_one_file_is_deduplicated(febrl: tuple[pl.DataFrame, pl.DataFrame]) -> None:
    both = pl.concat(febrl)
    found = dedupe(both, spec=load_file_linkage("febrl4"))
    right = (both["person"].gather(found.links["left"]) == both["person"].gather(found.links["right"])).sum()
    assert right / found.links.height >= 0.999
    assert right / 5000 >= 0.999
    assert found.counts["persons"] == pytest.approx(5000, abs=10)


def test_a_second_opinion_agrees_on_all_but_few_pairs(linked: FileLinks) -> None:
    """ECM on exact agreement alone: every pair it sees as a link is one here too."""
    table = pl.concat([linked.links, linked.possible])
    codes = table.select(pl.selectors.ends_with("_level").ne("exact").cast(pl.Int8))
    assert second_opinion(codes).head(linked.links.height).mean() == pytest.approx(1, abs=0.2)


def test_chinese_registers_link_by_declaration(make: SimpleNamespace) -> None:
    people = make.townspeople(200)
    right = pl.DataFrame(
        {
            "idn": [p["id_text"] for p in people],
            "name": [p["name"] for p in people],
            "dob": [f"{p['birth_date']:%Y%m%d}" for p in people],
            "addr": [p["address"] for p in people],
        }
    )
    left = right[50:150].with_columns(idn=pl.when(pl.int_range(pl.len()) % 3 == 0).then("idn"))
    found = link_files(left, right, spec=load_file_linkage("chinese_registers"))
    assert (found.links["left"] + 50).to_list() == found.links["right"].to_list()
    assert found.counts["exact"] == 34
    assert found.links.height == 100


def test_a_verified_number_that_differs_is_another_person() -> None:
    row = {"name": "张文博", "dob": "19750314", "addr": "柳林镇荷湾村3组135号"}
    left = pl.DataFrame([row | {"idn": "139921197503140188"}])
    right = pl.DataFrame([row | {"idn": "13992119750314017X"}])
    assert link_files(left, right, spec=load_file_linkage("chinese_registers")).links.is_empty()


def test_all_faults_of_a_declaration_are_told_at_once() -> None:
    content: dict[str, Any] = declaration("linkage", "febrl4")[0]
    content["blocking"][0] = ["shoe_size"]
    content["fields"][0]["similar"] = [0.5, 0.9]
    content["fields"][2]["swapped_with"] = "nothing"
    content["decision"]["candidate"] = 0.9
    with pytest.raises(Misconfigured) as fault:
        parse_file_linkage(content, sha256="0" * 64, where="models/linkage/test.toml")
    for part in ("shoe_size", "similar must fall", "text only", "candidate must lie below link"):
        assert part in str(fault.value)


def test_a_run_writes_its_tables_and_its_weights_hold_later(tmp_path: Path, febrl: tuple[pl.DataFrame, pl.DataFrame]) -> None:
    one, other = (table.head(300) for table in febrl)
    one.drop("person").write_csv(tmp_path / "one.csv")
    other.drop("person").write_parquet(tmp_path / "other.parquet")
    first = link_paths(tmp_path / "one.csv", tmp_path / "other.parquet", spec="febrl4", to=tmp_path / "first")
    link_paths(tmp_path / "one.csv", tmp_path / "other.parquet", spec="febrl4", to=tmp_path / "again", trained=tmp_path / "first")
    links = pl.read_parquet(tmp_path / "first" / "links.parquet")
    assert links.height == first.counts["links"] > 0
    assert links["left_record"].str.ends_with("-org").all()
    assert links.equals(pl.read_parquet(tmp_path / "again" / "links.parquet"))
    assert json.loads((tmp_path / "first" / "manifest.json").read_text())["counts"] == first.counts
    with pytest.raises(Conflict, match="there already"):
        link_paths(tmp_path / "one.csv", None, spec="febrl4", to=tmp_path / "first")


def test_missing_columns_are_all_told(tmp_path: Path) -> None:
    pl.DataFrame({"rec_id": ["1"], "surname": ["smith"]}).write_csv(tmp_path / "one.csv")
    with pytest.raises(InvalidInput) as fault:
        link_paths(tmp_path / "one.csv", None, spec="febrl4", to=tmp_path / "out")
    for name in ("given_name", "postcode", "state"):
        assert name in str(fault.value)


def test_two_records_that_claim_one_person_alike_are_both_held_possible() -> None:
    """Odds of 1000 each against .05 that it is nobody: .5 each (1000 / 2000.05), just under the cut."""
    pairs = pl.DataFrame({"left": [0, 1, 2], "right": [5, 5, 6]})
    chosen, probability = one_to_one(pairs, np.array([1000.0, 1000.0, 1000.0]), nobody=0.05, free=1000, cut=0.5)
    assert chosen.tolist() == [False, False, True]
    assert probability[:2] == pytest.approx([0.5, 0.5], abs=0.001)


def test_who_is_taken_is_nobody_elses_and_makes_the_rest_likelier() -> None:
    """Record 1 is as like 5 as like 6; 5 is surely record 0's, so 6 it is."""
    pairs = pl.DataFrame({"left": [0, 1, 1], "right": [5, 5, 6]})
    chosen, probability = one_to_one(pairs, np.array([1e6, 1.0, 1.0]), nobody=0.05, free=1000, cut=0.5)
    assert chosen.tolist() == [True, False, True]
    assert probability[2] > 0.9 > 0.5 > probability[1]


def test_further_passes_find_what_the_first_ones_cannot(make: SimpleNamespace) -> None:
    """A name alone, written differently from the surname on, is met through the birth day and the surname only."""
    people = make.townspeople(200)
    right = pl.DataFrame(
        {
            "idn": pl.Series([None] * len(people), dtype=pl.String),
            "name": [p["name"] for p in people],
            "dob": [f"{p['birth_date']:%Y%m%d}" for p in people],
            "addr": pl.Series([None] * len(people), dtype=pl.String),
        }
    )
    left = right.with_columns(name=pl.when(pl.int_range(pl.len()) == 7).then(pl.col("name") + "堃").otherwise("name"))
    spec = load_file_linkage("chinese_registers")
    assert 7 in link_files(left, right, spec=spec).links["left"]
    assert 7 not in link_files(left, right, spec=spec.model_copy(update={"further": (("name",),)})).links["left"]


def test_further_passes_and_the_sure_probability_are_declared_together() -> None:
    content: dict[str, Any] = declaration("linkage", "chinese_registers")[0]
    del content["decision"]["sure"]
    with pytest.raises(Misconfigured, match="go together"):
        parse_file_linkage(content, sha256="0" * 64, where="models/linkage/test.toml")
