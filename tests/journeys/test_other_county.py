"""The same county in other clothes: other files, headers, order, encodings, units, code lists and days, by TOML only."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest
from dressing import DATABASE, dress

from targeting.jobs import measure, run
from targeting.jobs.lake import Lake
from targeting.settings import Settings
from targeting.simulate import county
from targeting.simulate.defects import Defects

pytestmark = pytest.mark.slow

PROFILE = Path(__file__).parent / "other_county" / "profile.toml"
AS_OF = date(2026, 10, 31)


@pytest.fixture(scope="module")
def homes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Homes in which the county was run, plain and dressed; cells are as dirty as ever, whole rows are not broken."""
    folder = tmp_path_factory.mktemp("counties")
    declared = Defects.declared()
    whole = dict.fromkeys(("empty", "too_few_fields", "too_many_fields", "stray_quote", "stray_comma"), 0.0)
    defects = Defects(declared.identity, declared.name, declared.cell, {**declared.row, **whole}, declared.lag)
    [plain] = county.simulate(600, seed=5, as_of=AS_OF, out=folder / "plain", defects=defects).sources
    sources = {"plain": plain, "dressed": dress(plain, PROFILE, folder / "dressed")}
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv(DATABASE, f"sqlite:///{folder / 'dressed' / 'other.db'}")
        for name, path in sources.items():
            run.run(path, settings=Settings(home=folder / f"{name} home"), as_of=AS_OF)
    return {name: folder / f"{name} home" for name in sources} | {"truth": plain.parent / "truth"}


def newest(home: Path, kind: str, table: str) -> pl.DataFrame:
    lake = Lake(home)
    return lake.table(kind, lake.newest(kind), table)


def test_every_register_is_the_same_table(homes) -> None:
    plain, dressed = homes["plain"], homes["dressed"]
    counts = ["register", "rows", "rejected"]
    assert newest(dressed, "snapshots", "intake").select(counts).equals(newest(plain, "snapshots", "intake").select(counts))
    for register in newest(plain, "snapshots", "intake")["register"]:
        expected, found = newest(plain, "snapshots", register), newest(dressed, "snapshots", register)
        assert found.select(expected.columns).equals(expected), register
    assert newest(dressed, "snapshots", "identities").equals(newest(plain, "snapshots", "identities"))


def test_the_other_county_came_in_many_different_ways(homes) -> None:
    ways = newest(homes["dressed"], "snapshots", "intake").select("encoding", "delimiter").unique()
    assert len(ways) >= 8
    assert set(newest(homes["plain"], "snapshots", "intake")["encoding"]) == {"gb18030"}


def test_the_links_are_as_right_as_those_of_the_plain_county(homes) -> None:
    truth = homes["truth"] / "links.csv"
    measured = {name: measure.links(homes[name], truth)["measures"] for name in ("plain", "dressed")}
    assert measured["dressed"] == measured["plain"]
    assert len(measured["plain"]) > 10


def test_the_findings_are_the_same(homes) -> None:
    lots = {name: newest(homes[name], "runs", "findings") for name in ("plain", "dressed")}
    answered = ["subject_kind", "direction", "check", "result", "benefit", "amount_month", "link_level"]
    said = {name: found.select(answered).sort(pl.all()) for name, found in lots.items()}
    assert said["dressed"].equals(said["plain"])
    awards = {
        name: found.filter(subject_kind="award").select("subject", *answered).sort(pl.all()) for name, found in lots.items()
    }
    assert awards["dressed"].equals(awards["plain"])
    assert {"hit", "clear", "unknown"} == set(said["plain"]["result"])
