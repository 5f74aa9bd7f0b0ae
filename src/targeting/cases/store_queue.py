"""SQL of the queue: scope, saved views, filters, order, pages, counts, export.

Order: band of the deadline (late, this week, next three weeks, later), then the benefit of a review, then age. A page ends with a
cursor that holds the last row's place and the day of the band, so that it goes on where it stopped.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, false, func, literal, or_, select, true, tuple_
from sqlalchemy.orm import Session, aliased

from targeting.cases.codes import OPEN_STATES, Arm, Cause, Direction, Finding, Power, State, Strength, SubjectKind
from targeting.cases.records import Actor, CaseRow, Ref
from targeting.cases.schema import (
    Approval,
    Case,
    CaseFinding,
    CaseMember,
    Decision,
    DecisionMonth,
    OwnFinding,
    Selection,
    User,
)

BANDS = ((0, "late"), (7, "week"), (28, "month"))


class View(StrEnum):
    """The saved views of the queue."""

    MY_OPEN = "my_open"
    UNASSIGNED = "unassigned"
    DUE_THIS_WEEK = "due_this_week"
    WAITING_HOUSEHOLD = "waiting_household"
    VISIT_DUE = "visit_due"
    TO_APPROVE = "to_approve"
    LINK_TO_CHECK = "link_to_check"
    MAY_BE_MISSING = "may_be_missing"
    ALL_OPEN = "all_open"
    SNOOZED = "snoozed"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Filters:
    """What narrows a view; None lets everything through. `text` is part of a label or the whole case number."""

    direction: Direction | None = None
    benefit: str | None = None
    state: State | None = None
    office: str | None = None
    assignee: str | None = None
    check: str | None = None
    strength: Strength | None = None
    finding: Finding | None = None
    run: str | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Moment:
    """The instant and local day that a list is read at."""

    at: datetime
    day: date


def in_scope(row: Case, actor: Actor | None) -> bool:
    """Whether the case lies in the actor's offices; the system itself sees all."""
    return actor is None or actor.offices is None or row.office in actor.offices


def scope(actor: Actor) -> ColumnElement[bool]:
    """The cases of the actor's offices."""
    if actor.offices is None:
        return true()
    return Case.office.in_(sorted(actor.offices)) if actor.offices else false()


def held_by(user_id: str, at: datetime) -> ColumnElement[bool]:
    """The cases that the user holds at that instant."""
    return and_(Case.assignee_id == user_id, or_(Case.lease_until.is_(None), Case.lease_until > at))


def unheld(at: datetime) -> ColumnElement[bool]:
    """The cases that nobody holds at that instant: not assigned, or the lease is over."""
    return or_(Case.assignee_id.is_(None), Case.lease_until <= at)


def awake(day: date) -> ColumnElement[bool]:
    """The cases that are not snoozed on that day."""
    return or_(Case.snoozed_until.is_(None), Case.snoozed_until <= day)


def view_condition(view: View, actor: Actor, moment: Moment) -> ColumnElement[bool]:
    """The cases of a saved view."""
    is_open = Case.state.in_(OPEN_STATES)
    mine_to_approve = exists().where(Decision.id == Case.decision_id, Decision.author_id != actor.user_id).correlate(Case)
    conditions: dict[View, ColumnElement[bool]] = {
        View.MY_OPEN: and_(is_open, held_by(actor.user_id, moment.at), awake(moment.day)),
        View.UNASSIGNED: and_(is_open, unheld(moment.at), awake(moment.day)),
        View.DUE_THIS_WEEK: and_(is_open, Case.deadline <= moment.day + timedelta(days=7)),
        View.WAITING_HOUSEHOLD: Case.state == State.WAITING_HOUSEHOLD,
        View.VISIT_DUE: Case.state == State.VISIT_DUE,
        View.TO_APPROVE: and_(Case.state == State.WAITING_APPROVAL, mine_to_approve) if actor.may(Power.APPROVE) else false(),
        View.LINK_TO_CHECK: and_(is_open, Case.needs_confirmation, awake(moment.day)),
        View.MAY_BE_MISSING: and_(is_open, Case.direction == Direction.MISSING, awake(moment.day)),
        View.ALL_OPEN: is_open,
        View.SNOOZED: and_(is_open, Case.snoozed_until > moment.day),
        View.CLOSED: Case.state.in_((State.DECIDED, State.WITHDRAWN)),
    }
    return conditions[view]


def filter_conditions(filters: Filters) -> list[ColumnElement[bool]]:
    """The conditions of the filters that are set."""
    plain = (
        (Case.direction, filters.direction),
        (Case.benefit, filters.benefit),
        (Case.state, filters.state),
        (Case.office, filters.office),
        (Case.assignee_id, filters.assignee),
        (Case.strength, filters.strength),
        (Case.finding, filters.finding),
        (Case.last_run, filters.run),
    )
    found: list[ColumnElement[bool]] = [column == value for column, value in plain if value is not None]
    if filters.check is not None:
        hit = (
            exists()
            .where(
                CaseFinding.case_id == Case.id,
                CaseFinding.check == filters.check,
                CaseFinding.result == "hit",
                CaseFinding.current,
            )
            .correlate(Case)
        )
        found.append(hit)
    if filters.text:
        found.append(
            or_(Case.number == filters.text.strip(), Case.household_label.contains(filters.text.strip(), autoescape=True))
        )
    return found


def counts(session: Session, actor: Actor, moment: Moment) -> dict[View, int]:
    """How many cases each saved view holds for the actor."""
    columns = [
        func.coalesce(func.sum(case((view_condition(view, actor, moment), 1), else_=0)), 0).label(view.value) for view in View
    ]
    row = session.execute(select(*columns).where(scope(actor))).one()
    return {view: int(getattr(row, view.value)) for view in View}


def band(day: date) -> ColumnElement[int]:
    """The band of the deadline seen from that day: 0 late … 3 later."""
    limits = [(Case.deadline < day + timedelta(days=days), index) for index, (days, _) in enumerate(BANDS)]
    return case(*limits, else_=len(BANDS))


def place(day: date) -> tuple[Any, ...]:
    """The columns by which the queue is ordered."""
    return (band(day), Case.work_order, Case.opened_at, Case.id)


def page(
    session: Session,
    conditions: Sequence[ColumnElement[bool]],
    *,
    day: date,
    limit: int,
    after: tuple[int, float, datetime, str] | None = None,
) -> list[tuple[CaseRow, tuple[int, float, datetime, str]]]:
    """The rows after a place in the queue, each with its own place."""
    columns = place(day)
    query = _rows().add_columns(band(day), Case.work_order).where(*conditions).order_by(*columns).limit(limit)
    if after is not None:
        values = (literal(after[0]), literal(after[1]), literal(after[2], Case.opened_at.type), literal(after[3]))
        query = query.where(tuple_(*columns) > tuple_(*values))
    found = []
    for *parts, its_band, work_order in session.execute(query):
        shown = _shown(*parts)
        found.append((shown, (its_band, work_order, shown.opened_at, shown.id)))
    return found


def total(session: Session, conditions: Sequence[ColumnElement[bool]]) -> int:
    """How many cases the conditions let through."""
    return session.execute(select(func.count()).select_from(Case).where(*conditions)).scalar_one()


def row(session: Session, case_id: str) -> CaseRow:
    """One case as lists show it."""
    return _shown(*session.execute(_rows().where(Case.id == case_id)).one())


def rows(session: Session, conditions: Sequence[ColumnElement[bool]]) -> list[CaseRow]:
    """The cases that the conditions let through, newest first."""
    return [_shown(*parts) for parts in session.execute(_rows().where(*conditions).order_by(Case.opened_at.desc(), Case.id))]


def same_household(case_row: Case) -> list[ColumnElement[bool]]:
    """The other cases of the same subject or household."""
    same = and_(Case.subject_kind == case_row.subject_kind, Case.subject == case_row.subject)
    if case_row.household_id is not None:
        same = or_(same, Case.household_id == case_row.household_id)
    return [Case.id != case_row.id, same]


def of_identity(resident_id: str) -> ColumnElement[bool]:
    """The cases in which the person with this number is a member."""
    return exists().where(CaseMember.case_id == Case.id, CaseMember.resident_id == resident_id).correlate(Case)


def _rows() -> Select[Any]:
    first = exists().where(OwnFinding.case_id == Case.id)
    masked = select(CaseMember.masked_id).where(CaseMember.case_id == Case.id, CaseMember.position == 0).scalar_subquery()
    return select(Case, User.name, masked, first).outerjoin(User, User.id == Case.assignee_id)


def _shown(found: Case, assignee: str | None, masked_id: str | None, judged: bool) -> CaseRow:
    return CaseRow(
        id=found.id,
        number=found.number,
        version=found.version,
        state=State(found.state),
        direction=Direction(found.direction),
        subject_kind=SubjectKind(found.subject_kind),
        benefit=found.benefit,
        office=found.office,
        household_label=found.household_label,
        masked_id=masked_id,
        main_check=found.main_check,
        main_reason_zh=found.main_reason_zh,
        main_reason_en=found.main_reason_en,
        strength=Strength(found.strength),
        judged_by_person=bool(judged),
        needs_confirmation=found.needs_confirmation,
        rescreen_due=found.rescreen_due,
        amount_month=found.amount_month,
        deadline=found.deadline,
        opened_at=found.opened_at,
        updated_at=found.updated_at,
        snoozed_until=found.snoozed_until,
        assignee=Ref(found.assignee_id, assignee or "") if found.assignee_id else None,
        lease_until=found.lease_until,
        finding=Finding(found.finding) if found.finding else None,
        cause=Cause(found.cause) if found.cause else None,
        decided_at=found.decided_at,
    )


def export(session: Session, conditions: Sequence[ColumnElement[bool]]) -> Iterator[dict[str, Any]]:
    """The cases with the machine's flag (`flag_*`) and people's outcome (`outcome_*`) in separate columns.

    Rank, arm and probability are given for decided cases only.
    """
    author, approver = aliased(User), aliased(User)
    difference = (
        select(func.sum(DecisionMonth.paid_cents - DecisionMonth.due_cents))
        .where(DecisionMonth.decision_id == Case.decision_id)
        .scalar_subquery()
    )
    query = (
        select(Case, Selection, author.name, approver.name, difference)
        .outerjoin(Selection, and_(Selection.case_id == Case.id, Selection.run == Case.first_run))
        .outerjoin(Decision, Decision.id == Case.decision_id)
        .outerjoin(author, author.id == Decision.author_id)
        .outerjoin(Approval, Approval.decision_id == Decision.id)
        .outerjoin(approver, approver.id == Approval.approver_id)
        .where(*conditions)
        .order_by(Case.opened_at, Case.number)
    )
    checks = _hit_checks(session, conditions)
    for found, selection, officer, second, cents in session.execute(query):
        decided = found.state == State.DECIDED
        yield {
            "case": found.number,
            "office": found.office,
            "household": found.household_label,
            "direction": found.direction,
            "benefit": found.benefit,
            "subject_kind": found.subject_kind,
            "subject": found.subject,
            "opened_on": found.opened_at.date(),
            "deadline": found.deadline,
            "flag_run": found.last_run,
            "flag_checks": ",".join(checks.get(found.id, ())),
            "flag_reason": found.main_reason_zh,
            "flag_strength": found.strength,
            "flag_needs_confirmation": found.needs_confirmation,
            "flag_amount_month": found.amount_month,
            "flag_arm": Arm(selection.arm).value if decided and selection else None,
            "flag_rank": selection.rank if decided and selection else None,
            "flag_probability": selection.probability if decided and selection else None,
            "state": found.state,
            "outcome_finding": found.finding,
            "outcome_cause": found.cause,
            "outcome_decided_on": found.decided_at.date() if found.decided_at else None,
            "outcome_difference": int(cents) if decided and cents is not None else None,
            "outcome_officer": officer if decided else None,
            "outcome_approver": second if decided else None,
        }


def _hit_checks(session: Session, conditions: Sequence[ColumnElement[bool]]) -> dict[str, dict[str, None]]:
    query = (
        select(CaseFinding.case_id, CaseFinding.check)
        .join(Case, Case.id == CaseFinding.case_id)
        .where(*conditions, CaseFinding.result == "hit", CaseFinding.current)
        .order_by(CaseFinding.case_id, CaseFinding.position)
    )
    found: dict[str, dict[str, None]] = {}
    for case_id, check in session.execute(query):
        found.setdefault(case_id, {})[check] = None
    return found
