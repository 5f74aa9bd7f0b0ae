"""A link judged to be another person blocks its case at once; the next screening withdraws what rested on it, or it stands."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from targeting.cases import accounts, links, reading
from targeting.cases.codes import Judgement, Role
from targeting.cases.records import Actor
from targeting.cases.store import Store
from targeting.dates import now
from targeting.jobs import run
from targeting.settings import Settings


@pytest.fixture(scope="module")
def rested(small_home: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """A county in which every case of the over direction lost the link under its first hit, screened again."""
    home = Path(shutil.copytree(small_home, tmp_path_factory.mktemp("cut") / "home"))
    settings = Settings(home=home)
    with run.opened_store(settings) as store:
        account = accounts.create_user(
            store,
            login="lin",
            name="Lin",
            password="long enough 2026",
            role=Role.SUPERVISOR,
            offices=(),
            county_wide=True,
            at=now(),
        )
        actor = Actor(account.user_id, "lin", "Lin", Role.SUPERVISOR, None)
        cut = {case_id: _cut_first(store, case_id, fact_key, actor) for case_id, fact_key in _under_a_hit(store)}
        blocked = {case_id: reading.case(store, case_id=case_id, actor=actor, at=now()) for case_id in cut}
    again = run.rescreen(settings)
    with run.opened_store(settings) as store:
        after = {case_id: reading.case(store, case_id=case_id, actor=actor, at=now()) for case_id in cut}
    return {"home": home, "cut": cut, "blocked": blocked, "after": after, "run": again}


def _under_a_hit(store: Store) -> list[tuple[str, str]]:
    """Three cases with one fact each under a present hit, of registers that only say what somebody owns or is paid."""
    query = text(
        "SELECT f.case_id, g.facts, f.fact_id, f.fact_key FROM case_facts f JOIN case_findings g ON g.case_id = f.case_id"
        " WHERE g.result = 'hit' AND f.register IN ('vehicle', 'property', 'social_security', 'business', 'deaths')"
        " ORDER BY f.case_id, f.fact_key"
    )
    with store.reading() as session:
        rows = session.execute(query).all()
    found: dict[str, str] = {}
    for case_id, facts, fact_id, fact_key in rows:
        if fact_id in json.loads(facts):
            found.setdefault(case_id, fact_key)
    return sorted(found.items())[:3]


def _cut_first(store: Store, case_id: str, fact_key: str, actor: Actor) -> str:
    detail = reading.case(store, case_id=case_id, actor=actor, at=now())
    fact = next(fact for fact in detail.facts if fact.fact_key == fact_key)
    assert fact.link_key is not None
    on_case = links.on_a_case(store, link_key=fact.link_key, actor=actor)
    assert on_case is not None
    links.judge(store, link=on_case.ref, judgement=Judgement.DIFFERENT, note="Not hers.", actor=actor, at=now())
    return fact.link_key


def test_the_cases_are_marked_at_once(rested: dict[str, Any]) -> None:
    assert len(rested["cut"]) == 3
    assert all(detail.case.rescreen_due for detail in rested["blocked"].values())


def test_screening_again_takes_the_facts_of_a_cut_link_out_of_every_case(rested: dict[str, Any]) -> None:
    for case_id, link_key in rested["cut"].items():
        after = rested["after"][case_id]
        assert not after.case.rescreen_due
        assert not [fact for fact in after.facts if fact.current and fact.link_key == link_key]
        standing = {key for finding in after.findings if finding.current and finding.result == "hit" for key in finding.fact_keys}
        assert not standing & {fact.fact_key for fact in after.facts if fact.link_key == link_key}
        assert after.run == rested["run"]["run"]
        assert after.timeline[-1].kind == "case.absorbed"


def test_screening_again_twice_changes_nothing(rested: dict[str, Any]) -> None:
    again = run.rescreen(Settings(home=rested["home"]))
    assert (again["run"], again["cases"]) == (rested["run"]["run"], rested["run"]["cases"])
