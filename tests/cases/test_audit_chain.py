"""The audit chain: whole, or its first broken link is named; personal content is apart and deletable."""

from dataclasses import replace

import pytest
from case_office import ELSEWHERE, MONDAY, Office, referral_of
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from targeting.cases import audit, reading, work
from targeting.cases.codes import Power
from targeting.errors import NotAllowed


@pytest.fixture
def told(office: Office) -> Office:
    """An office in which something has happened."""
    case_id = office.one()
    work.add_note(office.store, case_id=case_id, text="她说车是弟弟的", actor=office.officer, at=MONDAY)
    work.take(office.store, case_id=case_id, actor=office.officer, at=MONDAY)
    office.clear(case_id)
    return office


def tamper(office: Office, *statements: str) -> None:
    """The guards are put aside, as the owner of the database can, and rows are changed."""
    with office.store.engine.execution_options(writes=True).begin() as connection:
        if office.store.engine.dialect.name == "sqlite":
            for (name,) in connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
                connection.execute(text(f"DROP TRIGGER {name}"))
        else:
            connection.execute(text("SET LOCAL session_replication_role = replica"))
        for statement in statements:
            connection.execute(text(statement))


def test_an_untouched_chain_is_whole(told: Office) -> None:
    found = audit.verify(told.store)
    assert (found.ok, found.broken_seq, found.problem) == (True, None, None)
    assert found.events == found.head_seq == 6
    assert audit.verify(told.store, anchor=(found.head_seq, found.head_hash)).ok


def test_an_empty_chain_is_whole(office: Office) -> None:
    assert audit.verify(office.store).ok


@pytest.mark.parametrize(
    ("change", "seq", "problem"),
    [
        ("UPDATE audit_events SET kind = 'case.opened' WHERE seq = 3", 3, "hash"),
        ("UPDATE audit_events SET actor_id = NULL WHERE seq = 3", 3, "hash"),
        ("UPDATE audit_events SET prev_hash = '0' WHERE seq = 4", 4, "link"),
        ("DELETE FROM audit_events WHERE seq = 4", 4, "gap"),
        ("DELETE FROM audit_events WHERE seq = 6", 6, "head"),
        ("UPDATE audit_contents SET content = '\"other\"' WHERE seq = 3", 3, "content"),
        ("UPDATE audit_head SET hash = '0'", 7, "head"),
    ],
)
def test_the_first_broken_link_is_named(told: Office, change: str, seq: int, problem: str) -> None:
    tamper(told, "DELETE FROM audit_contents WHERE seq IN (4, 6)", change)
    found = audit.verify(told.store)
    assert (found.ok, found.broken_seq, found.problem) == (False, seq, problem)


def test_a_chain_that_was_cut_and_patched_up_is_caught_by_an_anchor_noted_elsewhere(told: Office) -> None:
    whole = audit.verify(told.store)
    shorter = told.sql("SELECT hash FROM audit_events WHERE seq = 5")[0][0]
    tamper(
        told,
        "DELETE FROM audit_contents WHERE seq = 6",
        "DELETE FROM audit_events WHERE seq = 6",
        f"UPDATE audit_head SET seq = 5, hash = '{shorter}'",
    )
    assert audit.verify(told.store).ok
    assert audit.verify(told.store, anchor=(whole.head_seq, whole.head_hash)).problem == "anchor"


def test_personal_content_is_deletable_and_the_chain_stays_whole(told: Office) -> None:
    before = audit.verify(told.store).contents
    assert "弟弟" in str(told.sql("SELECT content FROM audit_contents"))
    told.sql("DELETE FROM audit_contents")
    after = audit.verify(told.store)
    assert (after.ok, after.contents, before > 0) == (True, 0, True)
    case_id = told.id_of(referral_of(1))
    assert {entry.content for entry in told.case(case_id).timeline if entry.kind == "case.noted"} == {None}


def test_no_personal_content_is_in_the_events_themselves(told: Office) -> None:
    everything = str(told.sql("SELECT * FROM audit_events"))
    assert not any(word in everything for word in ("弟弟", "王建国", "139921", "sold"))


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE audit_events SET kind = 'x' WHERE seq = 1",
        "DELETE FROM audit_events WHERE seq = 1",
        "UPDATE audit_contents SET salt = 'x'",
        "UPDATE audit_head SET seq = 1",
        "DELETE FROM audit_head",
        "INSERT INTO audit_events (seq, id, at, kind, payload, prev_hash, hash)"
        " VALUES (9, 'x', '2026-11-02 00:00:00', 'x', '{}', 'x', 'y')",
        "UPDATE read_log SET purpose = 'x'",
    ],
)
def test_the_database_refuses_to_rewrite_what_happened(told: Office, change: str) -> None:
    told.case(told.id_of(referral_of(1)))
    with pytest.raises(IntegrityError):
        told.sql(change)
    assert audit.verify(told.store).ok


def test_a_refused_use_case_leaves_no_event(told: Office) -> None:
    before = audit.verify(told.store).events
    with pytest.raises(NotAllowed):
        work.take_next(told.store, actor=told.auditor, at=MONDAY)
    assert audit.verify(told.store).events == before


def test_auditors_read_events_and_reads_caseworkers_do_not(told: Office) -> None:
    events = audit.events(told.store, after=2, limit=2, actor=told.auditor)
    assert [event.seq for event in events] == [3, 4]
    told.case(told.id_of(referral_of(1)))
    reads = reading.read_log(told.store, actor=told.auditor)
    assert {(read.reader.label, read.kind.value) for read in reads} == {("Officer", "view_case"), ("Officer", "view_rank")}
    elsewhere = replace(told.supervisor, offices=frozenset({ELSEWHERE}))
    assert len(audit.events(told.store, actor=told.supervisor)) == 5  # but for the run, which belongs to no case
    assert audit.events(told.store, actor=elsewhere) == reading.read_log(told.store, actor=elsewhere) == []
    assert not told.officer.may(Power.READ_AUDIT)
    for refused in (audit.events, reading.read_log):
        with pytest.raises(NotAllowed):
            refused(told.store, actor=told.officer)
