"""No path to an adverse outcome without the lawful process: the server says what is missing, the database refuses on its own."""

from datetime import date

import pytest
from case_office import AUGUST, MONDAY, Office, days, doubtful, fact, finding, referral_of
from sqlalchemy.exc import IntegrityError

from targeting.cases import deciding, process, work
from targeting.cases.codes import (
    Cause,
    Channel,
    DisputeRoute,
    DisputeState,
    FactSource,
    Finding,
    GateFault,
    HearingOutcome,
    Judgement,
    State,
    VisitOutcome,
)
from targeting.cases.dossier import GroundInput
from targeting.errors import AdverseBlocked, InvalidInput, NotAllowed

RECORDS = (
    "notices", "notice_services", "notice_facts", "replies", "visits", "hearings", "decisions", "decision_grounds",
    "decision_ground_facts", "decision_months", "approvals", "own_findings", "audit_events", "read_log",
)  # fmt: skip


def blocked(office: Office, case_id: str, **values) -> set[str]:
    with pytest.raises(AdverseBlocked) as refused:
        office.propose(case_id, **values)
    return set(refused.value.faults)


def forced(office: Office, case_id: str, *, approve: bool = True) -> None:
    """A hand at the database decides the case: decision, ground, evidence, approval and outcome by SQL alone."""
    office.sql(
        "INSERT INTO decisions (id, case_id, author_id, finding, cause, reason, decided_on, recorded_at, record, record_sha256)"
        " VALUES ('d', :c, :a, 'not_entitled', 'none', 'because', :on, :at, '{}', '0')",
        c=case_id, a=office.officer.user_id, on=date(2026, 11, 2), at=MONDAY.replace(tzinfo=None),
    )  # fmt: skip
    office.sql("INSERT INTO decision_grounds (id, decision_id, position, kind, text) VALUES ('g', 'd', 0, 'inquiry', 'car')")
    for key in office.fact_keys(case_id):
        office.sql("INSERT INTO decision_ground_facts (ground_id, case_id, fact_key) VALUES ('g', :c, :k)", c=case_id, k=key)
    if approve:
        office.sql(
            "INSERT INTO approvals (id, decision_id, author_id, approver_id, verdict, reason, at)"
            " VALUES ('a', 'd', :a, :s, 'approved', 'yes', :at)",
            a=office.officer.user_id, s=office.supervisor.user_id, at=MONDAY.replace(tzinfo=None),
        )  # fmt: skip
    office.sql(
        "UPDATE cases SET state = 'decided', finding = 'not_entitled', cause = 'none', decided_at = :at, decision_id = 'd'"
        " WHERE id = :c",
        c=case_id, at=MONDAY.replace(tzinfo=None),
    )  # fmt: skip


def test_the_whole_lawful_path_ends_in_an_approved_reduction(office: Office) -> None:
    case_id = office.one()
    assert office.serve(case_id).state is State.WAITING_HOUSEHOLD
    assert office.reply(case_id, waives=True).state is State.IN_REVIEW
    office.hear(case_id)
    assert office.propose(case_id).state is State.WAITING_APPROVAL
    decided = office.approve(case_id)
    assert (decided.state, decided.finding, decided.cause) == ("decided", "paid_too_much", "change_not_reported")
    decision = office.case(case_id).decisions[-1]
    assert decision.in_force
    assert decision.approver is not None
    assert decision.approver.id == office.supervisor.user_id
    assert [(m.month, m.paid_cents - m.due_cents) for m in decision.months] == [(AUGUST, 96000)]


def test_nothing_done_yet_lacks_notice_and_hearing(office: Office) -> None:
    case_id = office.one()
    assert {GateFault.NOTICE, GateFault.HEARING} <= blocked(office, case_id)
    assert office.case(case_id).missing_for_adverse == (GateFault.NOTICE, GateFault.HEARING)


def test_an_open_window_blocks_although_the_household_was_heard(office: Office) -> None:
    case_id = office.one()
    office.serve(case_id)
    office.hear(case_id)
    assert GateFault.REPLY_WINDOW in blocked(office, case_id, at=MONDAY + days(2))


# Served on Monday 2026-11-02: ten workdays end on Monday 2026-11-16, so the first day after the window is the 17th.
@pytest.mark.parametrize(("day", "open_"), [(14, True), (15, False)])
def test_the_window_ends_after_ten_workdays(office: Office, day: int, open_: bool) -> None:
    case_id = office.one()
    office.serve(case_id)
    office.reply(case_id)
    office.hear(case_id, at=MONDAY + days(3))
    if open_:
        assert blocked(office, case_id, at=MONDAY + days(day)) == {GateFault.REPLY_WINDOW, GateFault.NOT_IN_NOTICE}
    else:
        assert office.propose(case_id, at=MONDAY + days(day)).state is State.WAITING_APPROVAL


def test_silence_is_no_admission_and_asks_for_a_visit(office: Office) -> None:
    case_id = office.one()
    office.serve(case_id)
    late = MONDAY + days(16)
    assert process.note_silence(office.store, at=MONDAY + days(14)) == 0
    assert process.note_silence(office.store, at=late) == 1
    assert office.case(case_id).case.state is State.VISIT_DUE
    assert {GateFault.VISIT, GateFault.HEARING} <= blocked(office, case_id, at=late)
    assert office.visit(case_id, at=late, outcome=VisitOutcome.NOT_REACHED).state is State.VISIT_DUE
    assert blocked(office, case_id, at=late) == {GateFault.HEARING}
    office.hear(case_id, at=late, outcome=HearingOutcome.NOT_REACHED)
    assert blocked(office, case_id, at=late) == {GateFault.HEARING}
    assert office.hear(case_id, at=late).state is State.IN_REVIEW
    assert office.propose(case_id, at=late).state is State.WAITING_APPROVAL


def test_who_was_heard_within_the_window_was_not_silent(office: Office) -> None:
    case_id = office.one()
    office.serve(case_id)
    office.hear(case_id, at=MONDAY + days(3))
    process.note_silence(office.store, at=MONDAY + days(16))
    assert office.case(case_id).case.state is State.IN_REVIEW
    assert office.propose(case_id, at=MONDAY + days(16)).state is State.WAITING_APPROVAL


def test_a_hearing_before_the_notice_does_not_count(office: Office) -> None:
    case_id = office.one()
    office.hear(case_id, at=MONDAY - days(1))
    office.serve(case_id)
    office.reply(case_id, waives=True)
    assert blocked(office, case_id) == {GateFault.HEARING}


def test_one_channel_is_not_a_notice(office: Office) -> None:
    case_id = office.one()
    with pytest.raises(InvalidInput, match="at least 2 channels"):
        office.serve(case_id, services={Channel.LETTER: office.store.rules.day(MONDAY)})


def test_a_ground_needs_a_fact_that_the_notice_named(office: Office) -> None:
    case_id = office.one()
    office.processed(case_id)
    assert blocked(office, case_id, grounds=()) == {GateFault.GROUND}
    assert GateFault.EVIDENCE in blocked(office, case_id, grounds=(GroundInput("It is so.", ()),))
    _, key = work.add_fact(
        office.store, case_id=case_id, source=FactSource.VISIT, kind="seen", text="A second car in the yard.",
        actor=office.officer, at=MONDAY,
    )  # fmt: skip
    grounds = (GroundInput("He owns a car.", office.fact_keys(case_id), "X10"), GroundInput("And another one.", (key,)))
    assert blocked(office, case_id, grounds=grounds) == {GateFault.NOT_IN_NOTICE}
    office.processed(case_id, at=MONDAY + days(1))
    assert office.propose(case_id, grounds=grounds, at=MONDAY + days(1)).state is State.WAITING_APPROVAL


def test_a_disputed_fact_is_parked_until_the_register_has_answered(office: Office) -> None:
    case_id = office.one()
    office.processed(case_id)
    key = office.fact_keys(case_id)[0]
    office.propose(case_id)
    work.dispute(office.store, case_id=case_id, fact_key=key, route=DisputeRoute.IDENTITY_THEFT, reason="Not his signature.",
                 actor=office.colleague, at=MONDAY)  # fmt: skip
    with pytest.raises(AdverseBlocked) as refused:
        office.approve(case_id)
    assert refused.value.faults == (GateFault.PARKED,)
    dispute = office.case(case_id).disputes[0]
    assert dispute.answer_due == date(2026, 12, 17)  # 45 days
    work.resolve_dispute(office.store, dispute_id=dispute.id, state=DisputeState.DISMISSED, resolution="It is his.",
                         actor=office.officer, at=MONDAY)  # fmt: skip
    assert office.approve(case_id).state is State.DECIDED


def test_a_probable_link_proves_nothing_until_a_person_has_confirmed_it(office: Office) -> None:
    case_id = office.one(doubtful(1))
    office.processed(case_id)
    key = office.fact_keys(case_id)[0]
    grounds = (GroundInput("A second home.", (key,), "X09"),)
    assert office.case(case_id).case.needs_confirmation
    assert blocked(office, case_id, grounds=grounds) == {GateFault.UNCONFIRMED}
    for judgement, allowed in ((Judgement.UNSURE, False), (Judgement.DIFFERENT, False), (Judgement.SAME, True)):
        row = work.judge_link(office.store, case_id=case_id, fact_key=key, judgement=judgement, reason="Deed compared.",
                              actor=office.officer, at=MONDAY)  # fmt: skip
        if not allowed:
            cut = {GateFault.RESCREEN} if judgement is Judgement.DIFFERENT else set()
            assert blocked(office, case_id, grounds=grounds) == {GateFault.UNCONFIRMED, *cut}
    assert not row.needs_confirmation
    assert office.propose(case_id, grounds=grounds).state is State.WAITING_APPROVAL


def test_the_author_never_approves(office: Office) -> None:
    case_id = office.one()
    office.processed(case_id)
    work.assign(office.store, case_id=case_id, to_login="supervisor", actor=office.deputy, at=MONDAY)
    office.propose(case_id, actor=office.supervisor)
    with pytest.raises(NotAllowed, match="never by its author"):
        office.approve(case_id, actor=office.supervisor)
    with pytest.raises(NotAllowed, match="lacks the power"):
        office.approve(case_id, actor=office.officer)
    assert "approve" not in office.case(case_id, actor=office.supervisor).actions
    assert "approve" in office.case(case_id, actor=office.deputy).actions
    assert office.approve(case_id, actor=office.deputy).state is State.DECIDED


def test_suspected_intent_needs_an_adverse_finding_and_a_supervisor(office: Office) -> None:
    case_id = office.one()
    with pytest.raises(InvalidInput) as refused:
        office.clear(case_id, cause=Cause.SUSPECTED_INTENT)
    assert "suspected_intent" in refused.value.faults[0]


@pytest.mark.parametrize("missing", ["everything", "notice", "window", "hearing", "approval", "nothing"])
def test_a_hand_at_the_database_is_refused_at_each_missing_step(office: Office, missing: str) -> None:
    case_id = office.one()
    if missing not in ("everything", "notice"):
        office.serve(case_id)
    if missing not in ("everything", "notice", "window"):
        office.reply(case_id, waives=True)
    if missing not in ("everything", "hearing"):
        office.hear(case_id)
    words = {
        "everything": GateFault.NOTICE, "notice": GateFault.NOTICE, "window": GateFault.REPLY_WINDOW,
        "hearing": GateFault.HEARING, "approval": GateFault.APPROVAL,
    }  # fmt: skip
    if missing == "nothing":
        forced(office, case_id)
        assert office.sql("SELECT state FROM cases")[0][0] == "decided"
        return
    with pytest.raises(IntegrityError, match=words[missing].value):
        forced(office, case_id, approve=missing != "approval")
    assert office.sql("SELECT state FROM cases")[0][0] != "decided"


def test_the_database_refuses_an_approval_by_the_author_or_by_a_caseworker(office: Office) -> None:
    case_id = office.one()
    office.processed(case_id)
    office.propose(case_id)
    decision = office.case(case_id).decisions[0]
    insert = (
        "INSERT INTO approvals (id, decision_id, author_id, approver_id, verdict, reason, at)"
        " VALUES ('a', :d, :a, :s, 'approved', 'yes', :at)"
    )
    naive = MONDAY.replace(tzinfo=None)
    for author, approver in (
        (office.officer, office.officer),  # the author
        (office.supervisor, office.officer),  # another author is claimed
        (office.officer, office.colleague),  # no supervisor
    ):
        with pytest.raises(IntegrityError):
            office.sql(insert, d=decision.id, a=author.user_id, s=approver.user_id, at=naive)


def test_a_decided_case_does_not_turn_adverse_afterwards(office: Office) -> None:
    case_id = office.one()
    office.clear(case_id)
    for change in (
        "UPDATE cases SET finding = 'not_entitled'",
        "UPDATE cases SET finding = 'paid_too_much', cause = 'suspected_intent'",
        "UPDATE cases SET state = 'in_review', finding = NULL, cause = NULL, decided_at = NULL",
        "UPDATE decisions SET finding = 'not_entitled'",
        "DELETE FROM decisions",
    ):
        with pytest.raises(IntegrityError):
            office.sql(change)
    assert office.case(case_id).case.finding is Finding.ENTITLED_AS_PAID


def test_what_is_on_record_is_neither_changed_nor_deleted(office: Office) -> None:
    case_id = office.one()
    office.processed(case_id)
    office.visit(case_id)
    office.propose(case_id)
    office.approve(case_id)
    office.case(case_id)
    for table in RECORDS:
        column = office.sql(f"SELECT * FROM {table}")[0]._fields[0]
        for change in (f"UPDATE {table} SET {column} = {column}", f"DELETE FROM {table}"):
            with pytest.raises(IntegrityError, match="append_only"):
                office.sql(change)


def test_a_link_level_cannot_be_raised_by_hand(office: Office) -> None:
    office.one(doubtful(1))
    with pytest.raises(IntegrityError, match="append_only"):
        office.sql("UPDATE case_facts SET level = 'A'")


def test_a_decision_on_facts_of_another_case_is_refused(office: Office) -> None:
    other = referral_of(2, facts=(fact("vehicle", 555, value=1.0),), findings=(finding("X10", ["vehicle:555:owner:vehicle"]),))
    office.open(referral_of(1), other)
    first, second = office.id_of(referral_of(1)), office.id_of(other)
    office.processed(first)
    with pytest.raises(InvalidInput) as refused:
        office.propose(first, grounds=(GroundInput("Elsewhere.", office.fact_keys(second)),))
    assert "are no facts of this case" in refused.value.faults[0]


def test_a_score_cannot_be_a_ground(office: Office) -> None:
    case_id = office.one()
    office.processed(case_id)
    with pytest.raises(InvalidInput) as refused:
        office.propose(case_id, grounds=(GroundInput("Ranked first.", office.fact_keys(case_id), "model"),))
    assert "no present hit" in refused.value.faults[0]
    office.propose(case_id)
    decision = office.case(case_id).decisions[0].id
    with pytest.raises(IntegrityError):
        office.sql(
            "INSERT INTO decision_grounds (id, decision_id, position, kind, text) VALUES ('x', :d, 9, 'model', 'score')",
            d=decision,
        )


def test_sent_back_and_taken_back_decisions_are_worked_on_again(office: Office) -> None:
    case_id = office.one()
    office.processed(case_id)
    office.propose(case_id)
    assert deciding.take_back(office.store, case_id=case_id, actor=office.officer, at=MONDAY).state is State.IN_REVIEW
    office.propose(case_id, at=MONDAY + days(1))
    row = deciding.send_back(
        office.store, case_id=case_id, reason="Hear his wife too.", actor=office.supervisor, at=MONDAY + days(1)
    )
    assert row.state is State.IN_REVIEW
    office.propose(case_id, at=MONDAY + days(2))
    assert office.approve(case_id, at=MONDAY + days(2)).state is State.DECIDED
    assert [d.in_force for d in office.case(case_id).decisions] == [False, False, True]
