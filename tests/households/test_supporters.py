"""Legal supporters outside the family: read only with their own consent, by an order before a formula (社会救助法 art. 41)."""

from datetime import date
from typing import Any

import polars as pl
import pytest
from small_county import AS_OF, POLICY, SmallCounty

from targeting.eligibility.income import income
from targeting.eligibility.situation import Situation, situate
from targeting.eligibility.support import support_answers
from targeting.households.awards import awards
from targeting.households.residents import residents
from targeting.households.supporters import supporters

TOWN = "城关街道和平街1号安居苑1号楼1单元101室"


@pytest.fixture
def parents() -> SmallCounty:
    """An old mother on dibao; her grown son in town, in the same booklet, earns 6,000 yuan a month."""
    county = SmallCounty()
    county.person("mother", date(1955, 1, 1))
    county.person("zhou", date(1985, 1, 1), "child", address=TOWN)
    county.award({"mother": "self"}, amount=780)
    county.entry("wages", "employee", "zhou", employer="某公司", month="2026-09", pay=6000, kind="wage")
    return county


def agree(county: SmallCounty, *people: str, **more: Any) -> None:
    for person in people:
        county.entry("consents", "person", person, purpose="supporter_check", valid_from=date(2026, 9, 1), **more)


def situation(county: SmallCounty) -> Situation:
    families = county.families()
    running, members = awards(county.tables, county.links, families, knowledge=county.knowledge, as_of=county.as_of)
    law = POLICY.on(county.as_of)
    return situate(families, running, members, county.known(), law=law, as_of=county.as_of)


def support(county: SmallCounty) -> dict[str, float]:
    rows = income(situation(county)).filter(pl.col("source") == "support", pl.col("person_id") == "mother")
    return {str(month)[:7]: cents / 100 for month, cents in rows.select("month", "counted").iter_rows()}


def test_without_consent_the_answer_is_not_authorised_and_nothing_of_the_supporter_is_read(parents: SmallCounty) -> None:
    assert dict(support_answers(situation(parents)).iter_rows()) == {"mother": "not_authorised"}
    assert support(parents) == {}
    told = parents.known().filter(pl.col("person_id") == "mother")
    for column in ("text", "detail", "fact_id"):
        assert not told[column].drop_nulls().str.contains("zhou").any()
    assert told.filter(pl.col("kind") == "supporter").select("text", "register").row(0) == (None, "population")


def test_a_supporter_without_consent_changes_no_finding(parents: SmallCounty) -> None:
    alone = SmallCounty()
    alone.person("mother", date(1955, 1, 1))
    alone.award({"mother": "self"}, amount=780)
    mine = pl.col("subject").str.starts_with("dibao:")
    assert parents.findings().filter(mine).equals(alone.findings().filter(mine))


def test_with_consent_the_formula_takes_what_lies_above_the_line_in_the_month_it_was_earned(parents: SmallCounty) -> None:
    """September: (6,000 - 1.5 x 780) x 1 head x 50 % / 1 supported = 2,415 yuan; other months 0."""
    agree(parents, "zhou")
    assert dict(support_answers(situation(parents)).iter_rows()) == {"mother": "authorised"}
    assert support(parents) == {"2026-09": 2415}


def test_every_adult_of_the_supporters_family_must_have_consented(parents: SmallCounty) -> None:
    """The son's wife earns nothing on record: (6,000 - 2 x 1,170) x 50 % = 1,830 once she agrees too."""
    parents.person("wife", date(1986, 1, 1), household="2", address=TOWN)
    parents.wedding("zhou", "wife")
    agree(parents, "zhou")
    assert support(parents) == {}
    assert dict(support_answers(situation(parents)).iter_rows()) == {"mother": "not_authorised"}
    agree(parents, "wife")
    assert support(parents) == {"2026-09": 1830}


def test_an_order_of_a_court_stands_before_the_formula(parents: SmallCounty) -> None:
    agree(parents, "zhou")
    parents.entry("support_orders", "recipient", "mother", payer="zhou", kind="order", amount=300, start_month="2026-08")
    assert support(parents) == {"2026-08": 300, "2026-09": 300, "2026-10": 300}
    assert dict(support_answers(situation(parents)).iter_rows()) == {"mother": "ordered"}
    named = parents.known().filter(pl.col("kind") == "support")
    assert not named["detail"].drop_nulls().str.contains("zhou").any()


@pytest.mark.parametrize(("until", "answer"), [(AS_OF, "authorised"), (date(2026, 10, 30), "not_authorised")])
def test_a_consent_holds_up_to_its_last_day(parents: SmallCounty, until: date, answer: str) -> None:
    agree(parents, "zhou", valid_to=until)
    assert support_answers(situation(parents))["answer"].item() == answer


def test_a_consent_to_something_else_or_of_an_uncertain_identity_authorises_nothing(parents: SmallCounty) -> None:
    parents.entry("consents", "person", "zhou", purpose="own_application", valid_from=date(2026, 9, 1))
    agree(parents, "zhou", level="B")
    assert support_answers(situation(parents))["answer"].to_list() == ["not_authorised"]


@pytest.mark.parametrize("case", ["old", "disabled", "on dibao"])
def test_who_cannot_be_asked_for_support_is_expected_to_give_none(parents: SmallCounty, case: str) -> None:
    if case == "old":
        parents.rows["population"][1]["birth_date"] = date(1966, 10, 31)
        parents.rows["population"][0]["birth_date"] = date(1940, 1, 1)
    if case == "disabled":
        parents.certificate("zhou", 2)
    if case == "on dibao":
        parents.award({"zhou": "self"}, amount=100)
    agree(parents, "zhou")
    assert support(parents) == {}


def test_one_day_short_of_sixty_a_supporter_is_asked(parents: SmallCounty) -> None:
    parents.rows["population"][1]["birth_date"] = date(1966, 11, 1)
    parents.rows["population"][0]["birth_date"] = date(1940, 1, 1)
    agree(parents, "zhou")
    assert support(parents) == {"2026-09": 2415}


def test_without_the_register_of_consents_a_family_that_is_on_no_award_has_no_supporters(parents: SmallCounty) -> None:
    parents.rows["assistance_roll"].clear()
    parents.identities = [row for row in parents.identities if row["register"] != "assistance_roll"]
    families = parents.families()
    people = residents(parents.tables, parents.links, knowledge=parents.knowledge, as_of=AS_OF)
    found = supporters(
        people, families, parents.tables, parents.links, rules=POLICY.on(AS_OF), knowledge=parents.knowledge, as_of=AS_OF
    )
    assert found.is_empty()
