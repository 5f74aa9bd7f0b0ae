"""Random walks through all steps: no path ends in an adverse outcome without the process, and server and database agree.

At every step a hand at the database also tries to close the case adversely; it may only succeed where the server would let an
approved decision through, judged here by a third, naive reading of what was recorded.
"""

from contextlib import suppress
from datetime import datetime, timedelta

import pytest
from case_office import MONDAY, Office, doubtful, referral_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError

from targeting.cases import deciding, process, work
from targeting.cases.codes import (
    ADVERSE,
    Channel,
    DisputeRoute,
    DisputeState,
    Finding,
    HearingOutcome,
    Judgement,
    State,
    VisitOutcome,
)
from targeting.cases.dossier import CaseDetail, GroundInput
from targeting.errors import TargetingError

pytestmark = pytest.mark.slow

STEPS = (
    "serve", "serve", "reply", "waive", "hear", "hear", "not_heard", "visit", "wait_a_day", "wait_three_weeks", "silence",
    "dispute", "dismiss", "uphold", "confirm", "deny", "propose", "propose", "propose_not_entitled", "approve", "approve",
    "approve_by_author", "send_back", "take_back", "clear", "force",
)  # fmt: skip


class Walk:
    """One case and the clock of its walk; a step that is refused leaves everything as it was."""

    def __init__(self, office: Office, number: int, *, sure: bool) -> None:
        self.office = office
        self.at: datetime = MONDAY + timedelta(days=40 * number)
        referral = referral_of(number) if sure else doubtful(number, row=9000 + number)
        office.open(referral, run=f"run-{number}", at=self.at)
        self.case_id = office.id_of(referral)
        self.key = office.fact_keys(self.case_id)[0]
        self.check = "X10" if sure else "X09"

    def state(self) -> State:
        return State(self.office.sql("SELECT state FROM cases WHERE id = :i", i=self.case_id)[0][0])

    def now(self) -> CaseDetail:
        return self.office.case(self.case_id, at=self.at)

    def take(self, step: str) -> None:
        self.at += timedelta(minutes=1)
        try:
            getattr(self, step)()
        except TargetingError:
            return

    def serve(self) -> None:
        self.office.serve(self.case_id, at=self.at)

    def reply(self) -> None:
        self.office.reply(self.case_id, at=self.at)

    def waive(self) -> None:
        self.office.reply(self.case_id, at=self.at, waives=True)

    def hear(self) -> None:
        self.office.hear(self.case_id, at=self.at)

    def not_heard(self) -> None:
        self.office.hear(self.case_id, at=self.at, outcome=HearingOutcome.NOT_REACHED)

    def visit(self) -> None:
        self.office.visit(self.case_id, at=self.at, outcome=VisitOutcome.NOT_REACHED)

    def wait_a_day(self) -> None:
        self.at += timedelta(days=1)

    def wait_three_weeks(self) -> None:
        self.at += timedelta(days=21)

    def silence(self) -> None:
        process.note_silence(self.office.store, at=self.at)

    def dispute(self) -> None:
        work.dispute(self.office.store, case_id=self.case_id, fact_key=self.key, route=DisputeRoute.REGISTER_ERROR,
                     reason="Not mine.", actor=self.office.officer, at=self.at)  # fmt: skip

    def dismiss(self) -> None:
        self._resolve(DisputeState.DISMISSED)

    def uphold(self) -> None:
        self._resolve(DisputeState.UPHELD)

    def _resolve(self, state: DisputeState) -> None:
        query = "SELECT id FROM disputes WHERE case_id = :i AND state = 'parked'"
        for (dispute,) in self.office.sql(query, i=self.case_id):
            work.resolve_dispute(self.office.store, dispute_id=dispute, state=state, resolution="Answered.",
                                 actor=self.office.officer, at=self.at)  # fmt: skip

    def confirm(self) -> None:
        self._judge(Judgement.SAME)

    def deny(self) -> None:
        self._judge(Judgement.DIFFERENT)

    def _judge(self, judgement: Judgement) -> None:
        work.judge_link(self.office.store, case_id=self.case_id, fact_key=self.key, judgement=judgement, reason="Compared.",
                        actor=self.office.officer, at=self.at)  # fmt: skip

    def propose(self) -> None:
        self.office.propose(self.case_id, at=self.at, grounds=(GroundInput("It is his.", (self.key,), self.check),))

    def propose_not_entitled(self) -> None:
        self.office.propose(self.case_id, at=self.at, finding=Finding.NOT_ENTITLED, months=(),
                            grounds=(GroundInput("It is his.", (self.key,), self.check),))  # fmt: skip

    def approve(self) -> None:
        self.office.approve(self.case_id, at=self.at)

    def approve_by_author(self) -> None:
        self.office.approve(self.case_id, at=self.at, actor=self.office.officer)

    def send_back(self) -> None:
        deciding.send_back(self.office.store, case_id=self.case_id, reason="More.", actor=self.office.supervisor, at=self.at)

    def take_back(self) -> None:
        deciding.take_back(self.office.store, case_id=self.case_id, actor=self.office.officer, at=self.at)

    def clear(self) -> None:
        self.office.clear(self.case_id, at=self.at)

    def force(self) -> None:
        """A hand at the database closes the case on the newest decision, approved or not."""
        query = "SELECT id, finding, cause FROM decisions WHERE case_id = :i ORDER BY recorded_at DESC"
        for decision, finding, cause in self.office.sql(query, i=self.case_id)[:1]:
            with suppress(IntegrityError):
                self.office.sql(
                    "UPDATE cases SET state = 'decided', finding = :f, cause = :c, decided_at = :at, decision_id = :d"
                    " WHERE id = :i",
                    f=finding, c=cause, at=self.at.replace(tzinfo=None), d=decision, i=self.case_id,
                )  # fmt: skip


def lawful(d: CaseDetail, author: str, *, sure: bool) -> bool:
    """A naive reading of the record of a decided case: was everything there on the day of the decision?"""
    decision = next(row for row in d.decisions if row.in_force)
    on = decision.decided_on
    named = [n for n in d.notices if set(decision.grounds[0].fact_keys) <= set(n.fact_keys) and len(n.services) >= 2]
    heard = [h.held_on for h in d.hearings if h.outcome in ("heard", "declined") and h.held_on <= on]

    def answered(notice_id: str, *, waiver: bool = False) -> bool:
        return any(r.notice_id == notice_id and r.received_on <= on and (r.waives_window or not waiver) for r in d.replies)

    ended = [n for n in named if n.reply_until < on or answered(n.id, waiver=True)]
    spoken = all(
        answered(n.id)
        or any(n.issued_on <= day <= n.reply_until for day in heard)
        or any(n.reply_until < v.attempted_on <= on for v in d.visits)
        for n in ended
    )
    fact = next(f for f in d.facts if f.fact_key == decision.grounds[0].fact_keys[0])
    linked = fact.judgement == "same" or (fact.judgement is None and sure)
    undisputed = all(x.state == "dismissed" for x in d.disputes)
    second = decision.approval == "approved" and decision.approver is not None and decision.approver.id != author
    return (
        bool(ended)
        and spoken
        and all(any(n.issued_on <= day for day in heard) for n in ended)
        and linked
        and undisputed
        and second
    )


NUMBERS = iter(range(1, 100_000))


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True, database=None
)
@given(steps=st.lists(st.sampled_from(STEPS), min_size=6, max_size=22), sure=st.booleans())
def test_no_walk_ends_adversely_without_the_process(office: Office, steps: list[str], sure: bool) -> None:
    walk = Walk(office, next(NUMBERS), sure=sure)
    for step in steps:
        walk.take(step)
        if walk.state() is State.DECIDED:
            break
    d = walk.now()
    assert (d.case.finding is not None) == (d.case.state is State.DECIDED)
    if d.case.finding in ADVERSE:
        assert lawful(d, office.officer.user_id, sure=sure)


@pytest.mark.parametrize("sure", [True, False])
def test_the_walk_can_end_adversely_at_all(office: Office, sure: bool) -> None:
    walk = Walk(office, next(NUMBERS), sure=sure)
    for step in ("confirm", "serve", "wait_three_weeks", "silence", "visit", "hear", "propose", "approve"):
        walk.take(step)
    d = walk.now()
    assert d.case.finding in ADVERSE
    assert lawful(d, office.officer.user_id, sure=sure)


def test_every_single_omission_keeps_the_walk_from_ending_adversely(office: Office) -> None:
    path = ("confirm", "serve", "wait_three_weeks", "silence", "visit", "hear", "propose", "approve")
    for left_out in path:
        walk = Walk(office, next(NUMBERS), sure=False)
        for step in path:
            if step != left_out:
                walk.take(step)
        walk.force()
        ends = walk.now().case.finding in ADVERSE
        assert ends == (left_out == "silence"), left_out  # the task of the visit is a convenience, the visit itself is not


def test_channels_are_counted_not_their_number_of_days(office: Office) -> None:
    walk = Walk(office, next(NUMBERS), sure=True)
    walk.at += timedelta(days=1)
    today = office.store.rules.day(walk.at)
    office.serve(walk.case_id, at=walk.at, services={Channel.SMS: today - timedelta(days=1), Channel.OFFICE: today})
    assert walk.now().notices[0].issued_on == today
