"""A change of the law tried over everybody: money by hand, nothing published, groups for auditors alone."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from shutil import copytree

import polars as pl
import pytest

from targeting.cases.codes import Role
from targeting.cases.records import Actor
from targeting.cases.store import Store
from targeting.errors import Conflict, InvalidInput, NotAllowed
from targeting.jobs import run, whatif
from targeting.jobs.lake import Lake
from targeting.settings import Settings
from targeting.specs.parameter_sets import NewValue, shipped, with_value


@pytest.fixture(scope="module")
def home(small_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(copytree(small_home, tmp_path_factory.mktemp("whatif") / "home"))


@pytest.fixture(scope="module")
def store(home: Path) -> Iterator[Store]:
    with run.opened_store(Settings(home=home)) as opened:
        yield opened


def asked(home: Path, store: Store, *told: str, on: date | None = None) -> whatif.Answer:
    return whatif.ask(Settings(home=home), store, told=told, draft=None, on=on)


def test_a_raised_standard_gives_every_family_the_rise_for_each_member(home: Path, store: Store) -> None:
    answer = asked(home, store, "dibao.standard=860")
    totals, changed = answer.figures["totals"], answer.changed
    more = changed.filter(pl.col("change") == "more")
    # The amount is the standard for each member less income, on totals: so the rise is 80 yuan for each member.
    assert (more["amount_then"] - more["amount_now"] == more["members"] * 8000).all()
    assert more.height == totals["more"]["families"] > 20
    assert totals["leaves"]["families"] == totals["less"]["families"] == 0
    assert totals["money"]["difference"] == (changed["amount_then"] - changed["amount_now"]).sum()
    assert sum(row["money_difference"] for row in answer.figures["streets"]) == totals["money"]["difference"]
    assert sum(row["money_then"] for row in answer.figures["layers"]) == totals["money"]["then"]


def test_a_lowered_standard_puts_families_out(home: Path, store: Store) -> None:
    totals = asked(home, store, "dibao.standard=300").figures["totals"]
    assert totals["leaves"]["families"] > 0
    assert totals["enters"]["families"] == totals["more"]["families"] == 0


def test_the_same_number_changes_nobody(home: Path, store: Store) -> None:
    answer = asked(home, store, "dibao.standard=780")
    assert answer.changed.is_empty()
    assert all(row["new"] == row["no_more"] == 0 for row in answer.figures["flagged"])


def test_a_draft_set_is_tried_as_a_whole_and_from_its_day(home: Path, store: Store) -> None:
    new = NewValue("dibao.standard", 86000, date(2026, 12, 1), "QH-RULES", "dibao standard", by="Zhou")
    draft = with_value(shipped("cn-qinghe-sample"), new)
    settings = Settings(home=home)
    now = whatif.ask(settings, store, told=(), draft=draft, on=None)
    then = whatif.ask(settings, store, told=(), draft=draft, on=date(2026, 12, 1))
    assert now.figures["totals"]["money"]["difference"] == 0
    assert then.figures["totals"]["more"] == asked(home, store, "dibao.standard=860").figures["totals"]["more"]


def test_asking_again_gives_the_kept_answer_and_publishes_nothing(home: Path, store: Store) -> None:
    runs = Lake(home).names("runs")
    first = asked(home, store, "dibao.standard=860")
    assert asked(home, store, "dibao.standard=860").key == first.key
    assert Lake(home).names("runs") == runs
    assert not run.law(Settings(home=home)).published


def test_nothing_or_two_things_to_try_is_told(home: Path, store: Store) -> None:
    with pytest.raises(InvalidInput, match="either --set"):
        asked(home, store)
    with pytest.raises(InvalidInput, match="no such parameter"):
        asked(home, store, "dibao.standad=1")


def test_the_list_of_families_goes_to_who_may_export_in_the_own_offices_alone(home: Path, store: Store) -> None:
    answer = asked(home, store, "dibao.standard=860")
    with pytest.raises(NotAllowed):
        whatif.families(store, answer, actor=None)
    with pytest.raises(NotAllowed):
        whatif.families(store, answer, actor=Actor("u", "sun", "Sun", Role.AUDITOR, None))


def test_groups_lie_with_what_only_auditors_read_and_hold_no_small_count(home: Path, store: Store) -> None:
    answer = asked(home, store, "dibao.standard=1500")
    assert "groups" not in answer.as_json()
    groups = whatif.groups(home, answer.key)
    assert {row["attribute"] for row in groups} <= {"age", "sex", "ethnicity", "marital_state"}
    assert all(count is None or count == 0 or count >= 5 for row in groups for count in (row["enter"], row["leave"]))
    assert "sex" not in json.dumps(dict(answer.figures), default=str)


def test_a_run_of_an_earlier_version_is_to_be_screened_again(home: Path, store: Store, tmp_path: Path) -> None:
    old = Path(copytree(home, tmp_path / "old"))
    lake = Lake(old)
    (lake.folder("runs", lake.newest("runs")) / "ties.parquet").unlink()
    with pytest.raises(Conflict, match="targeting screen"):
        whatif.ask(Settings(home=old), store, told=["dibao.standard=810"], draft=None, on=None)


def test_the_answer_in_words_says_money_in_whole_units(home: Path, store: Store) -> None:
    few = {"attribute": "sex", "group": "female", "enter": None, "leave": 0}
    words = asked(home, store, "dibao.standard=860").in_words([few])
    assert words["tried"] == "dibao.standard: 780.00 a person a month → 860.00 a person a month"
    assert words["law"].startswith("sample rules, not law")
    assert list(words["streets"][0]) == ["street", "enter", "leave", "money_now", "money_then", "money_difference"]
    assert words["groups"][0]["enter"] is None
