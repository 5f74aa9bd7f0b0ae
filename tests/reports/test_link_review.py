"""The list of links: a tie is one row with two people, judged ones make way for the next, scope and filters narrow it."""

from dataclasses import replace
from pathlib import Path

import link_world
import polars as pl
import pytest

from targeting.cases.codes import Judgement
from targeting.cases.links import Reach
from targeting.reports.link_review import LinkFilters, Said, View, beside, leads_of, listed, next_undecided, review_table
from targeting.reports.waterfall import weight_of

COUNTY = Reach(offices=None, persons=None, links=frozenset(), open_persons=frozenset(), words={})
ALL = LinkFilters(view=View.ALL)


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> pl.DataFrame:
    home = Path(tmp_path_factory.mktemp("lake"))
    link_world.write_lake(home)
    return review_table(home, snapshot=link_world.SNAPSHOT, link_run=link_world.LINK_RUN, run=link_world.RUN)


def tie_of(table: pl.DataFrame) -> list[str]:
    return table.filter(pl.col("register") == "social_security")["link"].to_list()


def test_a_record_that_may_mean_two_people_is_one_row_of_the_list(table: pl.DataFrame) -> None:
    assert table.height == 5
    found = listed(leads_of(table, COUNTY), ALL, limit=10)
    assert (found.rows.height, found.decided, found.total) == (4, 0, 4)
    assert found.rows.filter(pl.col("register") == "social_security")["kind"].to_list() == ["ambiguous"]
    assert found.counts == {View.CASES: 0, View.PROBABLE: 3, View.AMBIGUOUS: 1, View.POSSIBLE: 0, View.ALL: 4}


def test_those_nearest_to_the_cut_come_first_and_those_of_open_cases_before_them(table: pl.DataFrame) -> None:
    chances = listed(leads_of(table, COUNTY), ALL, limit=9).rows["probability"].to_list()
    assert chances == sorted(chances, key=lambda chance: abs(weight_of(chance) - weight_of(0.95)))
    sure = table.filter((pl.col("register") == "property") & (pl.col("row") == 1))["link"][0]
    of_case = replace(COUNTY, links=frozenset({sure}))
    assert listed(leads_of(table, of_case), ALL, limit=1).rows["link"].to_list() == [sure]
    assert listed(leads_of(table, of_case), LinkFilters(), limit=9).rows["link"].to_list() == [sure]


def test_another_person_takes_the_place_of_one_who_is_not_meant(table: pl.DataFrame) -> None:
    first, second = tie_of(table)
    cut = replace(COUNTY, words={first: Judgement.DIFFERENT})
    assert next_undecided(table, leads_of(table, cut), ALL, after=first) == second
    assert second in listed(leads_of(table, cut), ALL, limit=9).rows["link"].to_list()
    both = replace(COUNTY, words={first: Judgement.DIFFERENT, second: Judgement.DIFFERENT})
    assert listed(leads_of(table, both), ALL, limit=9).rows["register"].is_in(["social_security"]).sum() == 0
    assert listed(leads_of(table, both), ALL, limit=9).decided == 1


def test_a_record_said_to_be_somebody_is_settled_and_an_unsure_one_is_decided_too(table: pl.DataFrame) -> None:
    first, second = tie_of(table)
    said = replace(COUNTY, words={second: Judgement.SAME})
    assert listed(leads_of(table, said), LinkFilters(view=View.ALL, said=Said.SAME), limit=9).rows["link"].to_list() == [second]
    unsure = replace(COUNTY, words={first: Judgement.UNSURE})
    assert listed(leads_of(table, unsure), LinkFilters(view=View.ALL, said=Said.UNSURE), limit=9).rows["link"].to_list() == [
        first
    ]
    assert listed(leads_of(table, unsure), ALL, limit=9).total == 4


def test_the_next_one_follows_in_the_list_and_begins_again_at_its_end(table: pl.DataFrame) -> None:
    order = listed(leads_of(table, COUNTY), ALL, limit=9).rows["link"].to_list()
    assert [next_undecided(table, leads_of(table, COUNTY), ALL, after=link) for link in order] == [*order[1:], order[0]]
    assert beside(leads_of(table, COUNTY), ALL, link=order[1]) == (order[0], order[2])
    everything = replace(COUNTY, words=dict.fromkeys(table["link"], Judgement.SAME))
    assert next_undecided(table, leads_of(table, everything), ALL, after=order[0]) is None


def test_offices_and_persons_bound_what_is_listed(table: pl.DataFrame) -> None:
    here = replace(COUNTY, offices=frozenset({"白石镇"}), persons=frozenset())
    assert listed(leads_of(table, here), ALL, limit=9).rows["register"].to_list() == ["social_security"]
    nobody = replace(COUNTY, offices=frozenset(), persons=frozenset())
    assert listed(leads_of(table, nobody), ALL, limit=9).total == 0
    person = table.filter(pl.col("register") == "disability")["person_id"][0]
    mine = replace(nobody, persons=frozenset({person}))
    assert listed(leads_of(table, mine), ALL, limit=9).rows["register"].to_list() == ["disability"]


def test_a_page_ends_with_the_place_where_the_next_begins(table: pl.DataFrame) -> None:
    first = listed(leads_of(table, COUNTY), ALL, limit=3)
    rest = listed(leads_of(table, COUNTY), ALL, limit=3, after=first.following)
    assert (first.rows.height, rest.rows.height, rest.following) == (3, 1, None)


@pytest.mark.parametrize(
    ("filters", "count"),
    [
        (LinkFilters(view=View.ALL, register="property"), 2),
        (LinkFilters(view=View.ALL, rule="id_one_digit"), 1),
        (LinkFilters(view=View.ALL, band="below_50"), 1),
        (LinkFilters(view=View.ALL, office="白石镇"), 1),
        (LinkFilters(view=View.ALL, office="清河街道"), 4),
        (LinkFilters(view=View.PROBABLE), 3),
        (LinkFilters(view=View.CASES), 0),
    ],
)
def test_filters_narrow_the_list(table: pl.DataFrame, filters: LinkFilters, count: int) -> None:
    assert listed(leads_of(table, COUNTY), filters, limit=9).total == count
