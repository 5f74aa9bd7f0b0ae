"""SQL of runs: which cases a run meets, numbers given out, the overview of runs, decided cases as labels."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from targeting.cases import store_queue
from targeting.cases.codes import OPEN_STATES, State
from targeting.cases.records import Actor
from targeting.cases.schema import Case, CaseFinding, Counter, Decision, DecisionMonth, Run, Selection

CHUNK = 400

Subject = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class Past:
    """A closed case of a subject: what was found, when, and which hits it settled, as (check, facts_sha256)."""

    case_id: str
    state: State
    finding: str | None
    closed_at: datetime
    hits: frozenset[tuple[str, str]]


def run(session: Session, key: str) -> Run | None:
    """The run with this key."""
    return session.get(Run, key)


def lock_counter(session: Session, name: str) -> Counter:
    """The counter, locked until the end of the transaction: what it numbers happens one after the other."""
    counter = session.get(Counter, name, with_for_update=True)
    if counter is None:
        counter = Counter(name=name, value=0)
        session.add(counter)
        session.flush()
    return counter


def open_cases(session: Session, subjects: Iterable[Subject]) -> dict[Subject, Case]:
    """The open case of each subject that has one, locked, in a fixed order."""
    found = {}
    for names in _chunks(subject[1] for subject in subjects):
        query = select(Case).where(Case.subject.in_(names), Case.state.in_(OPEN_STATES)).order_by(Case.id)
        for row in session.scalars(query.with_for_update()):
            found[(row.subject_kind, row.subject, row.direction, row.benefit)] = row
    return found


def cases_to_rescreen(session: Session) -> Sequence[Case]:
    """The open cases of which a hit rests on a link judged to be another person, locked, in a fixed order."""
    query = select(Case).where(Case.rescreen_due, Case.state.in_(OPEN_STATES)).order_by(Case.id).with_for_update()
    return session.scalars(query).all()


def open_subjects(session: Session) -> Iterator[Subject]:
    """The subjects that have an open case."""
    query = select(Case.subject_kind, Case.subject, Case.direction, Case.benefit).where(Case.state.in_(OPEN_STATES))
    yield from session.execute(query)


def closed_cases(session: Session, subjects: Iterable[Subject]) -> dict[Subject, list[Past]]:
    """The closed cases of each subject, oldest first."""
    names = sorted({subject[1] for subject in subjects})
    hits: dict[str, set[tuple[str, str]]] = defaultdict(set)
    found: dict[Subject, list[Past]] = defaultdict(list)
    for chunk in _chunks(names):
        closed = select(Case).where(Case.subject.in_(chunk), Case.state.not_in(OPEN_STATES))
        rows = session.scalars(closed.order_by(Case.updated_at, Case.id)).all()
        settled = select(CaseFinding.case_id, CaseFinding.check, CaseFinding.facts_sha256).where(
            CaseFinding.case_id.in_([row.id for row in rows]), CaseFinding.result == "hit"
        )
        for case_id, check, facts_sha256 in session.execute(settled):
            hits[case_id].add((check, facts_sha256))
        for row in rows:
            key = (row.subject_kind, row.subject, row.direction, row.benefit)
            closed_at = row.decided_at or row.updated_at
            found[key].append(Past(row.id, State(row.state), row.finding, closed_at, frozenset(hits[row.id])))
    return found


def runs(session: Session) -> Sequence[tuple[Run, int, int]]:
    """All runs, newest first, each with its open and decided cases."""
    is_open = func.sum(case((Case.state.in_(OPEN_STATES), 1), else_=0))
    decided = func.sum(case((Case.state == State.DECIDED, 1), else_=0))
    counted = select(Case.first_run, is_open.label("open"), decided.label("decided")).group_by(Case.first_run).subquery()
    query = (
        select(Run, func.coalesce(counted.c.open, 0), func.coalesce(counted.c.decided, 0))
        .outerjoin(counted, counted.c.first_run == Run.run)
        .order_by(Run.opened_at.desc(), Run.run)
    )
    return [(row[0], int(row[1]), int(row[2])) for row in session.execute(query)]


def next_unheld(session: Session, actor: Actor, at: datetime, day: date) -> Case | None:
    """The first case of the queue in the actor's offices that nobody holds, locked; rows that others lock are passed over."""
    query = (
        select(Case)
        .where(
            store_queue.scope(actor),
            store_queue.unheld(at),
            store_queue.awake(day),
            Case.state.in_((State.NEW, State.IN_REVIEW)),
        )
        .order_by(*store_queue.place(day))
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    return session.scalars(query).one_or_none()


def outcomes(session: Session) -> Iterator[tuple[Case, Selection, Run, Decision]]:
    """Decided cases with each selection that opened them for review."""
    query = (
        select(Case, Selection, Run, Decision)
        .join(Decision, Decision.id == Case.decision_id)
        .join(Selection, Selection.case_id == Case.id)
        .join(Run, Run.run == Selection.run)
        .where(Case.state == State.DECIDED, Selection.opened)
        .order_by(Case.decided_at, Case.id, Run.as_of, Run.run)
    )
    for row in session.execute(query):
        yield row[0], row[1], row[2], row[3]


def months(session: Session, decision_ids: Iterable[str]) -> dict[str, list[DecisionMonth]]:
    """The months of decisions."""
    found: dict[str, list[DecisionMonth]] = defaultdict(list)
    for ids in _chunks(decision_ids):
        query = select(DecisionMonth).where(DecisionMonth.decision_id.in_(ids)).order_by(DecisionMonth.month)
        for row in session.scalars(query):
            found[row.decision_id].append(row)
    return found


def _chunks(values: Iterable[str]) -> Iterator[list[str]]:
    listed = sorted(set(values))
    for start in range(0, len(listed), CHUNK):
        yield listed[start : start + CHUNK]
