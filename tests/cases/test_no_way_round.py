"""No way round the guards: nothing on record is replaced, deleted or moved, and no notice is older than its case."""

from dataclasses import replace
from datetime import date

import pytest
from case_office import MONDAY, Office, days, referral_of
from sqlalchemy.exc import DBAPIError

from targeting.cases import bulk
from targeting.cases.codes import Channel, Direction, DisputeRoute
from targeting.cases.work import dispute
from targeting.errors import InvalidInput

REPLACED = (
    "notices", "notice_services", "notice_facts", "replies", "hearings", "decisions", "decision_grounds",
    "decision_ground_facts", "decision_months", "approvals", "own_findings", "audit_events", "audit_contents", "cases",
    "case_facts",
)  # fmt: skip


def refused(office: Office, statement: str, word: str, **values) -> None:
    with pytest.raises(DBAPIError, match=word):
        office.sql(statement, **values)


@pytest.fixture
def decided(office: Office) -> str:
    """A case with an approved reduction."""
    case_id = office.one()
    office.processed(case_id)
    office.propose(case_id)
    office.approve(case_id)
    return case_id


@pytest.mark.parametrize("day", [date(2025, 1, 6), MONDAY.date() - days(1)])
def test_a_notice_is_not_older_than_its_case(office: Office, day: date) -> None:
    case_id = office.one()
    for services in ({Channel.LETTER: day, Channel.VISIT: day}, {Channel.LETTER: day, Channel.VISIT: MONDAY.date()}):
        with pytest.raises(InvalidInput, match=r"services\.letter: lies before the case was opened \(2026-11-02\)"):
            office.serve(case_id, services=services)


def test_nor_does_a_hand_at_the_database_make_it_older(office: Office) -> None:
    case_id = office.one()
    notice = (
        "INSERT INTO notices (id, case_id, author_id, language, letter, issued_on, reply_until, recorded_at)"
        " VALUES (:id, :c, :a, 'en', 'x', :on, :until, :at)"
    )
    given = {"c": case_id, "a": office.officer.user_id, "at": MONDAY.replace(tzinfo=None), "until": date(2026, 11, 16)}
    refused(office, notice, "gate.reply_window_open", id="n1", on=date(2026, 11, 1), **given)
    office.sql(notice, id="n2", on=date(2026, 11, 2), **given)
    service = "INSERT INTO notice_services (notice_id, channel, served_on, served_by) VALUES ('n2', 'letter', :on, :a)"
    refused(office, service, "gate.reply_window_open", on=date(2026, 11, 1), a=office.officer.user_id)
    office.sql(service, on=date(2026, 11, 2), a=office.officer.user_id)


def test_nothing_on_record_is_replaced(office: Office, decided: str) -> None:
    sqlite = office.store.engine.dialect.name == "sqlite"
    for table in REPLACED:
        before = office.sql(f"SELECT * FROM {table}")
        assert before, table
        again = "INSERT OR REPLACE INTO {0} SELECT * FROM {0}" if sqlite else "INSERT INTO {0} SELECT * FROM {0}"
        refused(office, again.format(table), "append_only|audit_chain" if sqlite else "duplicate key|audit_chain|append_only")
        assert office.sql(f"SELECT * FROM {table}") == before


def test_a_second_approval_replaces_no_first_one(office: Office, decided: str) -> None:
    sqlite = office.store.engine.dialect.name == "sqlite"
    refused(
        office,
        f"INSERT {'OR REPLACE' if sqlite else ''} INTO approvals (id, decision_id, author_id, approver_id, verdict, reason, at)"
        " SELECT 'other', decision_id, author_id, approver_id, 'returned', 'no', at FROM approvals",
        "append_only" if sqlite else "duplicate key",
    )
    assert office.sql("SELECT verdict FROM approvals") == [("approved",)]


def test_a_decided_case_stays_with_its_household(office: Office, decided: str) -> None:
    for change in ("subject = 'dibao:D999999'", "household_id = 'H9'", "direction = 'missing'", "benefit = 'dis_care'"):
        refused(office, f"UPDATE cases SET {change} WHERE id = :i", "decided_is_final", i=decided)


def test_cases_facts_and_disputes_are_never_deleted(office: Office) -> None:
    case_id = office.one()
    key = office.fact_keys(case_id)[0]
    dispute(
        office.store, case_id=case_id, fact_key=key, route=DisputeRoute.REGISTER_ERROR, reason="sold",
        actor=office.officer, at=MONDAY,
    )  # fmt: skip
    for table in ("disputes", "case_facts", "cases"):
        refused(office, f"DELETE FROM {table}", "append_only")


def test_no_outcome_stands_on_a_case_that_is_not_decided(office: Office) -> None:
    case_id = office.one()
    refused(office, "UPDATE cases SET finding = 'not_entitled' WHERE id = :i", "decided_is_final", i=case_id)


def test_whoever_may_be_missing_out_is_not_turned_away_in_bulk(office: Office) -> None:
    paid, missing = referral_of(1), replace(referral_of(2), direction=Direction.MISSING)
    office.open(paid, missing)
    ids = [office.id_of(paid), office.id_of(missing)]
    cleared, refusal = bulk.clear_all(office.store, case_ids=ids, reason="same", actor=office.officer, at=MONDAY)
    assert cleared.error is None
    assert "may be missing out" in (refusal.error or "")
    assert office.case(ids[1]).case.state == "new"
