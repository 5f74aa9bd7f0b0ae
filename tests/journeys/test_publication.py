"""A parameter is changed: one person proposes, a second one sees what it would do and approves, and the next run applies it."""

from collections.abc import Callable
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
import review_world

from targeting.dates import now
from targeting.jobs import run
from targeting.jobs.lake import Lake
from targeting.settings import Settings

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def prepared(small_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of a screened month with people to sign in."""
    home = Path(copytree(small_home, tmp_path_factory.mktemp("publication") / "home"))
    with run.opened_store(Settings(home=home)) as store:
        review_world.people(store, at=now())
    return home


def _fill(page: Any, *, past: str) -> None:
    page.get_by_label("New value").fill("860")
    page.get_by_label("In force from").fill("2026-10-01")
    page.get_by_label("Document").select_option("QH-RULES")
    page.get_by_label("Article").fill("dibao standard")
    page.locator("#p-note").fill("Notice of the county, October 2026")
    page.locator("#p-past").fill(past)


def test_a_value_is_proposed_tried_approved_by_a_second_person_and_applied(service: Any, sign_in: Callable) -> None:
    proposer, supervisor = sign_in("data"), sign_in("lin")
    proposer.open("/policies")
    assert proposer.sees("Sample rules, not law.")
    proposer.page.get_by_role("row", name="dibao.standard").get_by_role("link", name="Change").click()
    _fill(proposer.page, past="")
    proposer.press("Propose; a second person approves")
    assert proposer.sees("days that have passed")
    proposer.open("/policies/new?parameter=dibao.standard")
    _fill(proposer.page, past="The notice came late.")
    proposer.press("Propose; a second person approves")
    assert proposer.sees("Proposed: it waits for a second person.")
    assert proposer.sees("780 yuan a person a month")
    assert proposer.sees("860 yuan a person a month")
    assert proposer.sees("You proposed this: somebody else has to approve it.")
    assert proposer.page.get_by_role("button", name="Approve and publish").count() == 0

    supervisor.open("/policies")
    supervisor.page.get_by_role("row", name="waits for a second person").get_by_role("link").first.click()
    supervisor.page.get_by_role("link", name="See first what it would do").click()
    supervisor.press("Work it out")
    assert supervisor.sees("Who enters, who leaves")
    assert supervisor.page.get_by_text("By group of people").count() == 0
    supervisor.open("/policies")
    supervisor.page.get_by_role("row", name="waits for a second person").get_by_role("link").first.click()
    supervisor.press("Approve and publish")
    assert supervisor.sees("Approved and published: the next run applies it.")

    home = Path(str(service.store.engine.url.database)).parent
    done = run.rescreen(Settings(home=home))
    manifest = Lake(home).manifest("runs", done["run"])
    assert manifest["law"]["published"]
    assert supervisor.page.url.split("/")[-1].startswith(manifest["law"]["sha256"][:12])
    supervisor.open(f"/runs/{done['run']}")
    assert supervisor.sees(manifest["law"]["sha256"][:12])
    assert not [fault for fault in proposer.faults if "422" not in fault] + supervisor.faults


def test_an_auditor_sees_groups_of_people_and_no_small_count(sign_in: Callable) -> None:
    auditor = sign_in("shen")
    auditor.open("/whatif")
    auditor.page.get_by_label("Parameter").first.select_option("dibao.standard")
    auditor.page.get_by_label("Value to try").first.fill("1500")
    auditor.press("Work it out")
    assert auditor.sees("By group of people (auditors only)")
    assert auditor.page.get_by_role("link", name="Download").count() == 0
    assert not auditor.faults
