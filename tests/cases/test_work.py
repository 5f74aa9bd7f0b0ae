"""Taking, leasing, assigning, judging links, disputing facts, versions; and what a decision has to say."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from case_office import AUGUST, ELSEWHERE, MONDAY, Office, days, doubtful, referral_of

from targeting.cases import audit, deciding, process, queue, work
from targeting.cases.codes import (
    Cause,
    DisputeRoute,
    DisputeState,
    FactSource,
    Finding,
    Judgement,
    State,
    Verdict,
)
from targeting.cases.columns import sha256
from targeting.cases.queue import Filters, View
from targeting.cases.records import MonthInput
from targeting.errors import Conflict, InvalidInput, NotAllowed, NotFound, Outdated

SEPTEMBER = AUGUST.replace(month=9)


def test_take_next_leases_the_first_case_for_half_an_hour(office: Office) -> None:
    office.open(referral_of(1), referral_of(2))
    first = work.take_next(office.store, actor=office.officer, at=MONDAY)
    second = work.take_next(office.store, actor=office.colleague, at=MONDAY)
    assert first is not None
    assert second is not None
    assert (first.number[-1], second.number[-1]) == ("1", "2")
    assert first.lease_until == MONDAY + timedelta(minutes=30)
    assert work.take_next(office.store, actor=office.supervisor, at=MONDAY + timedelta(minutes=29)) is None
    again = work.take_next(office.store, actor=office.supervisor, at=MONDAY + timedelta(minutes=30))
    assert again is not None
    assert again.id == first.id


def test_the_first_step_on_a_leased_case_makes_it_ones_own(office: Office) -> None:
    case_id = office.one()
    work.take_next(office.store, actor=office.officer, at=MONDAY)
    with pytest.raises(Conflict, match="held by somebody else"):
        work.take(office.store, case_id=case_id, actor=office.colleague, at=MONDAY)
    row = work.record_own_finding(office.store, case_id=case_id, finding=Finding.NOT_ENTITLED, actor=office.officer, at=MONDAY)
    assert (row.state, row.lease_until, row.assignee and row.assignee.label) == (State.IN_REVIEW, None, "Officer")
    assert work.take_next(office.store, actor=office.colleague, at=MONDAY + days(1)) is None
    assert work.release(office.store, case_id=case_id, actor=office.officer, at=MONDAY).assignee is None


def test_take_next_passes_over_other_offices_and_snoozed_cases(office: Office) -> None:
    office.open(replace(referral_of(1), office=ELSEWHERE), referral_of(2))
    second = office.id_of(referral_of(2))
    row = work.snooze(office.store, case_id=second, until=MONDAY.date() + days(2), reason="away", actor=office.officer, at=MONDAY)
    assert row.snoozed_until == MONDAY.date() + days(2)
    work.release(office.store, case_id=second, actor=office.officer, at=MONDAY)
    assert work.take_next(office.store, actor=office.colleague, at=MONDAY) is None
    woken = work.unsnooze(office.store, case_id=second, actor=office.officer, at=MONDAY)
    assert woken.snoozed_until is None


@pytest.mark.parametrize("until", [0, 181])
def test_a_case_is_snoozed_into_the_future_and_for_half_a_year_at_most(office: Office, until: int) -> None:
    case_id = office.one()
    with pytest.raises(InvalidInput) as refused:
        work.snooze(office.store, case_id=case_id, until=MONDAY.date() + days(until), reason=" ", actor=office.officer, at=MONDAY)
    assert len(refused.value.faults) == 2


def test_supervisors_assign_to_officers_of_that_office(office: Office) -> None:
    case_id = office.one()
    row = work.assign(office.store, case_id=case_id, to_login="colleague", actor=office.supervisor, at=MONDAY)
    assert row.assignee is not None
    assert row.assignee.id == office.colleague.user_id
    for login in ("stranger", "auditor", "nobody"):
        with pytest.raises(NotFound):
            work.assign(office.store, case_id=case_id, to_login=login, actor=office.supervisor, at=MONDAY)
    with pytest.raises(NotAllowed):
        work.assign(office.store, case_id=case_id, to_login=None, actor=office.officer, at=MONDAY)


def test_who_has_read_an_older_version_changes_nothing_and_is_told(office: Office) -> None:
    case_id = office.one()
    read = office.case(case_id).case.version
    newer = work.add_note(office.store, case_id=case_id, text="One.", version=read, actor=office.officer, at=MONDAY)
    assert newer.version == read + 1
    with pytest.raises(Outdated, match=f"at version {read + 1}, not {read}"):
        work.add_note(office.store, case_id=case_id, text="Two.", version=read, actor=office.officer, at=MONDAY)
    assert len(office.case(case_id).notes) == 1


def test_marks_on_facts_are_each_officers_own(office: Office) -> None:
    case_id = office.one()
    key = office.fact_keys(case_id)[0]
    for verdict in (Verdict.UNSURE, Verdict.RIGHT):
        work.record_verdict(office.store, case_id=case_id, fact_key=key, verdict=verdict, actor=office.officer, at=MONDAY)
    fact = office.case(case_id, actor=office.colleague).facts[0]
    assert (fact.my_verdict, fact.verdicts) == (None, {"Officer": "right"})
    with pytest.raises(NotFound, match="no such fact"):
        work.record_verdict(office.store, case_id=case_id, fact_key="0", verdict=Verdict.RIGHT, actor=office.officer, at=MONDAY)


def test_a_cut_link_is_cut_in_every_open_case_that_uses_it(office: Office) -> None:
    office.open(doubtful(1), doubtful(2), replace(doubtful(3, row=901)))
    first, second, third = (office.id_of(referral_of(n)) for n in (1, 2, 3))
    before = office.case(second).case.version
    work.judge_link(office.store, case_id=first, fact_key=office.fact_keys(first)[0], judgement=Judgement.DIFFERENT,
                    reason="Another man.", actor=office.officer, at=MONDAY)  # fmt: skip
    elsewhere = office.case(second)
    assert (elsewhere.facts[0].judgement, elsewhere.case.needs_confirmation, elsewhere.case.strength) == (
        "different",
        False,
        "weak",
    )
    assert (elsewhere.case.version, elsewhere.timeline[-1].kind) == (before + 1, "link.judged_elsewhere")
    assert office.case(third).case.needs_confirmation
    row = office.clear(first, finding=Finding.WRONG_PERSON_LINKED, cause=Cause.LINKAGE_ERROR)
    assert row.state is State.DECIDED


def test_a_confirmed_link_makes_the_evidence_strong(office: Office) -> None:
    case_id = office.one(doubtful(1))
    assert office.case(case_id).case.strength == "medium"
    row = work.judge_link(office.store, case_id=case_id, fact_key=office.fact_keys(case_id)[0], judgement=Judgement.SAME,
                          reason="Deed compared.", actor=office.officer, at=MONDAY)  # fmt: skip
    assert (row.strength, row.needs_confirmation) == ("strong", False)


def test_an_upheld_dispute_clears_what_hung_on_the_fact(office: Office) -> None:
    case_id = office.one()
    key = office.fact_keys(case_id)[0]
    dispute = {"case_id": case_id, "fact_key": key, "route": DisputeRoute.REGISTER_ERROR, "reason": "Sold in May."}
    work.dispute(office.store, **dispute, actor=office.officer, at=MONDAY)
    with pytest.raises(Conflict, match="disputed already"):
        work.dispute(office.store, **dispute, actor=office.officer, at=MONDAY)
    found = office.case(case_id)
    assert (found.findings[0].disposition, found.facts[0].disputed) == ("parked", "parked")
    answer = {"dispute_id": found.disputes[0].id, "state": DisputeState.UPHELD, "resolution": "Transfer was late."}
    work.resolve_dispute(office.store, **answer, actor=office.officer, at=MONDAY)
    assert office.case(case_id).findings[0].disposition == "cleared"
    with pytest.raises(Conflict, match="upheld already"):
        work.resolve_dispute(office.store, **answer, actor=office.officer, at=MONDAY)
    row = office.clear(case_id, finding=Finding.REGISTER_IS_WRONG, cause=Cause.REGISTER_ERROR)
    assert row.finding is Finding.REGISTER_IS_WRONG


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"reason": " "}, "reason"),
        ({"finding": Finding.PAID_TOO_LITTLE}, "needs the amounts of each month"),
        ({"finding": Finding.PAID_TOO_LITTLE, "months": (MonthInput(AUGUST, 100, 100),)}, "not less was paid"),
        ({"finding": Finding.PAID_TOO_LITTLE, "months": (MonthInput(AUGUST, 1, 2), MonthInput(AUGUST, 1, 2))}, "named twice"),
        ({"finding": Finding.PAID_TOO_LITTLE, "months": (MonthInput(AUGUST.replace(day=2), 1, 2),)}, "first day of a month"),
        ({"finding": Finding.PAID_TOO_LITTLE, "months": (MonthInput(AUGUST, -1, 2),)}, "expected amounts from 0"),
        ({"finding": Finding.PAID_TOO_LITTLE, "months": (MonthInput(AUGUST, 1, 10**30),)}, "expected amounts from 0"),
        ({"finding": Finding.WRONG_PERSON_LINKED}, "judged 'different'"),
        ({"finding": Finding.REGISTER_IS_WRONG}, "needs a disputed fact"),
    ],
)
def test_a_decision_that_contradicts_itself_is_refused(office: Office, values: dict, said: str) -> None:
    case_id = office.one()
    with pytest.raises(InvalidInput) as refused:
        office.clear(case_id, **values)
    assert any(said in fault for fault in refused.value.faults)
    assert office.case(case_id).case.state is State.NEW


def test_paid_too_little_harms_nobody_and_needs_no_second_person(office: Office) -> None:
    case_id = office.one()
    months = (MonthInput(SEPTEMBER, 50000, 60000), MonthInput(AUGUST, 50000, 70000))
    row = office.clear(case_id, finding=Finding.PAID_TOO_LITTLE, cause=Cause.OFFICE_MISTAKE, months=months)
    assert (row.state, row.finding) == (State.DECIDED, "paid_too_little")
    assert office.case(case_id).decisions[0].months == tuple(reversed(months))


def test_the_sealed_record_holds_what_the_author_saw_and_not_what_was_hidden(office: Office) -> None:
    case_id = office.one()
    office.clear(case_id)
    stored, digest = office.sql("SELECT record, record_sha256 FROM decisions")[0]
    record = json.loads(stored) if isinstance(stored, str) else stored
    assert sha256(record) == digest
    assert (record["placement"], {row["source"] for row in record["reasons"]}) == (None, {"finding"})
    assert (record["run"], record["snapshot"], record["facts"][0]["register"]) == ("run-1", "2026-10-31", "vehicle")
    assert "13992119680412001X" not in str(record)
    assert office.case(case_id).own_finding is Finding.ENTITLED_AS_PAID


def test_a_withdrawn_case_has_no_outcome_and_may_come_again(office: Office) -> None:
    case_id = office.one()
    with pytest.raises(NotAllowed):
        deciding.withdraw(office.store, case_id=case_id, reason="Bad load.", actor=office.officer, at=MONDAY)
    row = deciding.withdraw(office.store, case_id=case_id, reason="Bad load.", actor=office.supervisor, at=MONDAY)
    assert (row.state, row.finding) == (State.WITHDRAWN, None)
    assert office.open(referral_of(1), run="run-2", at=MONDAY + days(30)).created == 1


def test_facts_of_registers_come_with_runs_only(office: Office) -> None:
    case_id = office.one()
    arguments = {"case_id": case_id, "kind": "seen", "text": "A car.", "actor": office.officer, "at": MONDAY}
    with pytest.raises(InvalidInput, match="come with a run"):
        work.add_fact(office.store, source=FactSource.REGISTER, **arguments)
    _, key = work.add_fact(office.store, source=FactSource.DOCUMENT, **arguments)
    with pytest.raises(InvalidInput, match="hangs on no link"):
        work.judge_link(office.store, case_id=case_id, fact_key=key, judgement=Judgement.SAME, reason="x",
                        actor=office.officer, at=MONDAY)  # fmt: skip
    office.open(referral_of(1), run="run-2", at=MONDAY + days(30))
    assert next(row for row in office.case(case_id).facts if row.fact_key == key).current


def test_signs_that_postgresql_refuses_are_left_out_on_both(office: Office) -> None:
    case_id = office.one()
    work.add_note(office.store, case_id=case_id, text="a\x00b\ud800c 汉", actor=office.officer, at=MONDAY)
    assert office.sql("SELECT text FROM notes") == [("ab?c 汉",)]
    assert audit.verify(office.store).ok
    for call in (
        lambda: office.case("\x00"),
        lambda: work.take(office.store, case_id="\x00", actor=office.officer, at=MONDAY),
        lambda: work.record_verdict(
            office.store, case_id=case_id, fact_key="\x00", verdict="right", actor=office.officer, at=MONDAY
        ),
    ):
        with pytest.raises(NotFound):
            call()
    assert queue.find_by_identity(office.store, resident_id="\x00", purpose="x", actor=office.officer, at=MONDAY) == ()
    filters = Filters(text="\x00%_", run="\x00", check="\x00")
    assert queue.cases(office.store, view=View.ALL_OPEN, filters=filters, actor=office.officer, at=MONDAY).rows == ()


def test_dates_of_the_process_lie_neither_in_the_future_nor_before_the_notice(office: Office) -> None:
    case_id = office.one()
    today = office.store.rules.day(MONDAY)
    with pytest.raises(InvalidInput, match="future"):
        office.serve(case_id, services={"letter": today, "visit": today + days(1)})
    with pytest.raises(Conflict, match="does not fit the state"):
        office.reply(case_id)
    office.serve(case_id)
    for received_on in (today - days(1), today + days(1)):
        with pytest.raises(InvalidInput, match="received_on"):
            process.record_reply(office.store, case_id=case_id, received_on=received_on, channel="phone", text="x",
                                 actor=office.officer, at=MONDAY)  # fmt: skip
    with pytest.raises(InvalidInput, match="two investigators"):
        process.record_visit(office.store, case_id=case_id, attempted_on=today, outcome="reached", second_visitor=None, text="x",
                             actor=office.officer, at=MONDAY)  # fmt: skip
