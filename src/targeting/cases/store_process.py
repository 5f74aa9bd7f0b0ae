"""SQL of the lawful process: what was done with the household, and the decisions of a case."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from targeting.cases.codes import Channel, HearingOutcome, State
from targeting.cases.gate import Procedure, ServedNotice
from targeting.cases.schema import (
    Approval,
    Case,
    Decision,
    DecisionMonth,
    Ground,
    GroundFact,
    Hearing,
    Notice,
    NoticeFact,
    NoticeService,
    Reply,
    User,
    Visit,
)

HEARD = (HearingOutcome.HEARD, HearingOutcome.DECLINED)


@dataclass(frozen=True, slots=True)
class NoticeParts:
    """A notice with its channels and the facts it names."""

    notice: Notice
    services: dict[Channel, date]
    fact_keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DecisionParts:
    """A decision with its grounds, the facts of each, its months and what the second person said."""

    decision: Decision
    grounds: tuple[tuple[Ground, tuple[str, ...]], ...]
    months: tuple[DecisionMonth, ...]
    approval: Approval | None


def notices(session: Session, case_id: str) -> list[NoticeParts]:
    """The notices of a case, oldest first."""
    found = session.scalars(
        select(Notice).where(Notice.case_id == case_id).order_by(Notice.issued_on, Notice.recorded_at, Notice.id)
    ).all()
    services: dict[str, dict[Channel, date]] = defaultdict(dict)
    named: dict[str, list[str]] = defaultdict(list)
    ids = [notice.id for notice in found]
    for service in session.scalars(select(NoticeService).where(NoticeService.notice_id.in_(ids)).order_by(NoticeService.channel)):
        services[service.notice_id][Channel(service.channel)] = service.served_on
    for fact in session.scalars(select(NoticeFact).where(NoticeFact.notice_id.in_(ids)).order_by(NoticeFact.fact_key)):
        named[fact.notice_id].append(fact.fact_key)
    return [NoticeParts(notice, services[notice.id], tuple(named[notice.id])) for notice in found]


def replies(session: Session, case_id: str) -> Sequence[Reply]:
    """The household's answers, oldest first."""
    query = select(Reply).where(Reply.case_id == case_id)
    return session.scalars(query.order_by(Reply.received_on, Reply.recorded_at, Reply.id)).all()


def visits(session: Session, case_id: str) -> Sequence[Visit]:
    """The visits, oldest first."""
    query = select(Visit).where(Visit.case_id == case_id)
    return session.scalars(query.order_by(Visit.attempted_on, Visit.recorded_at, Visit.id)).all()


def hearings(session: Session, case_id: str) -> Sequence[Hearing]:
    """The hearings, oldest first."""
    query = select(Hearing).where(Hearing.case_id == case_id)
    return session.scalars(query.order_by(Hearing.held_on, Hearing.recorded_at, Hearing.id)).all()


def procedure(session: Session, case_id: str) -> Procedure:
    """What was done with the household, as the gate asks for it."""
    answers = replies(session, case_id)
    served = tuple(
        ServedNotice(
            id=parts.notice.id,
            issued_on=parts.notice.issued_on,
            reply_until=parts.notice.reply_until,
            channels=frozenset(parts.services),
            fact_keys=frozenset(parts.fact_keys),
            replied_on=tuple(reply.received_on for reply in answers if reply.notice_id == parts.notice.id),
            waived_on=tuple(reply.received_on for reply in answers if reply.notice_id == parts.notice.id and reply.waives_window),
        )
        for parts in notices(session, case_id)
    )
    return Procedure(
        notices=served,
        visited_on=tuple(visit.attempted_on for visit in visits(session, case_id)),
        heard_on=tuple(hearing.held_on for hearing in hearings(session, case_id) if hearing.outcome in HEARD),
    )


def windows_ended(session: Session, day: date) -> list[str]:
    """The cases that wait for a household whose last window ended before that day, in a fixed order."""
    last = select(Notice.case_id, func.max(Notice.reply_until).label("until")).group_by(Notice.case_id).subquery()
    query = (
        select(Case.id)
        .join(last, last.c.case_id == Case.id)
        .where(Case.state == State.WAITING_HOUSEHOLD, last.c.until < day)
        .order_by(Case.id)
    )
    return list(session.scalars(query))


def decisions(session: Session, case_id: str) -> list[DecisionParts]:
    """The decisions of a case, oldest first."""
    found = session.scalars(select(Decision).where(Decision.case_id == case_id).order_by(Decision.recorded_at, Decision.id)).all()
    ids = [decision.id for decision in found]
    approvals = {row.decision_id: row for row in session.scalars(select(Approval).where(Approval.decision_id.in_(ids)))}
    grounds = session.scalars(select(Ground).where(Ground.decision_id.in_(ids)).order_by(Ground.position)).all()
    proofs: dict[str, list[str]] = defaultdict(list)
    for proof in session.scalars(
        select(GroundFact).where(GroundFact.ground_id.in_([g.id for g in grounds])).order_by(GroundFact.fact_key)
    ):
        proofs[proof.ground_id].append(proof.fact_key)
    months = session.scalars(select(DecisionMonth).where(DecisionMonth.decision_id.in_(ids)).order_by(DecisionMonth.month)).all()
    return [
        DecisionParts(
            decision,
            tuple((g, tuple(proofs[g.id])) for g in grounds if g.decision_id == decision.id),
            tuple(m for m in months if m.decision_id == decision.id),
            approvals.get(decision.id),
        )
        for decision in found
    ]


def names(session: Session, user_ids: Sequence[str | None]) -> dict[str, str]:
    """The names of users."""
    wanted = sorted({user_id for user_id in user_ids if user_id is not None})
    return {row[0]: row[1] for row in session.execute(select(User.id, User.name).where(User.id.in_(wanted)))}
