"""The county's registers, linked: nothing wrong at level A, and the marks that the linkage must keep (2,000 verified rows)."""

from pathlib import Path

import polars as pl
import pytest

from targeting.evaluation.links import evaluate, read_truth
from targeting.frames.identity import IDENTITIES, JUDGEMENTS, LEDGER
from targeting.linkage.resolve import LinkResult, link
from targeting.registers.intake import read_register
from targeting.specs.linkage import load_linkage
from targeting.specs.sources import load_sources

SOURCES = Path(__file__).parents[1] / "county" / "sources.toml"
COUNTY = Path(__file__).parents[3] / "shared" / "county"

pytestmark = [
    pytest.mark.county,
    pytest.mark.skipif(not COUNTY.is_dir(), reason="the county's files are not beside the project"),
]


@pytest.fixture(scope="module")
def linked() -> LinkResult:
    """All registers of the county, linked."""
    taken = [read_register(source, spec) for source, spec in load_sources(SOURCES).pairs()]
    identities = IDENTITIES.conform(pl.concat([intake.identities for intake in taken]))
    return link(identities, spec=load_linkage(), ledger=LEDGER.empty(), judgements=JUDGEMENTS.empty(), snapshot="county")


@pytest.fixture(scope="module")
def measured(linked: LinkResult) -> pl.DataFrame:
    return evaluate(linked.links, linked.persons, read_truth(COUNTY / "truth_links_sample.csv"))


def test_no_link_of_level_a_is_wrong(measured: pl.DataFrame) -> None:
    exact = measured.filter((pl.col("register") == "all") & (pl.col("level") == "A")).row(0, named=True)
    assert exact["linked"] == exact["right"] > 1_700


def test_links_of_level_b_are_right_and_few_people_are_missed(measured: pl.DataFrame) -> None:
    """Targets: precision of B .99, recall of A and B .98. What is missed has a name and nothing else."""
    rows = {row["level"]: row for row in measured.filter(pl.col("register") == "all").iter_rows(named=True)}
    assert rows["B"]["precision"] >= 0.99
    assert rows["A+B"]["recall"] >= 0.98


def test_in_no_register_does_the_recall_of_a_and_b_lie_surely_below_the_target(measured: pl.DataFrame) -> None:
    both = measured.filter((pl.col("level") == "A+B") & (pl.col("register") != "all"))
    assert both.filter(pl.col("recall_high") < 0.98).is_empty()


def test_every_row_of_every_register_has_an_answer(linked: LinkResult) -> None:
    without = linked.links.filter(pl.col("person_id").is_null())
    reasons = {
        "ambiguous",
        "below_cut",
        "exact_id_other_name",
        "name_only",
        "no_candidate",
        "organisation",
        "same_person_twice_in_row",
    }
    assert set(without["method"]) <= reasons
    assert linked.links.filter(pl.col("person_id").is_not_null())["level"].is_in(["A", "B"]).all()
