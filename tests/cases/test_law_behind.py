"""What rests on sample rules is marked, and in a home for production no letter comes of it."""

from datetime import timedelta
from typing import Any

import pytest
from case_office import MONDAY, Office, referral_of

from targeting.cases import law_behind
from targeting.cases.opening import open_run
from targeting.cases.records import RunManifest
from targeting.errors import RestsOnSample

LAW = {"jurisdiction": "cn-x", "sha256": "0" * 64, "published": True, "sample": False}


def opened(office: Office, law: dict[str, Any] | None, run: str = "run-1") -> str:
    manifest = RunManifest(run, "2026-10-31", MONDAY.date(), "over 3", {"law": law} if law else {})
    open_run(office.store, manifest, [referral_of(1)], at=MONDAY)
    return office.id_of(referral_of(1))


def production(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office.store, "production", True)


@pytest.mark.parametrize("law", [None, LAW | {"published": False, "sample": True}, LAW | {"sample": True}])
def test_in_production_no_letter_rests_on_sample_rules(
    office: Office, monkeypatch: pytest.MonkeyPatch, law: dict[str, Any] | None
) -> None:
    case_id = opened(office, law)
    production(office, monkeypatch)
    assert office.case(case_id).sample
    with pytest.raises(RestsOnSample, match="not on published law"):
        office.serve(case_id)
    assert not office.sql("SELECT 1 FROM notices")


def test_a_letter_that_rests_on_published_law_goes_out(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    case_id = opened(office, LAW)
    production(office, monkeypatch)
    assert not office.case(case_id).sample
    office.serve(case_id)
    assert len(office.sql("SELECT 1 FROM notices")) == 1


def test_in_a_demonstration_a_letter_may_rest_on_sample_rules(office: Office) -> None:
    office.serve(opened(office, None))
    assert len(office.sql("SELECT 1 FROM notices")) == 1


def test_the_newest_run_says_whether_pages_rest_on_sample_rules(office: Office) -> None:
    assert not law_behind.newest_is_sample(office.store)
    opened(office, LAW | {"sample": True})
    assert law_behind.newest_is_sample(office.store)
    manifest = RunManifest("run-2", "2026-10-31", MONDAY.date(), "over 3", {"law": LAW})
    open_run(office.store, manifest, [], at=MONDAY + timedelta(days=1))
    assert not law_behind.newest_is_sample(office.store)
