"""SQL of links and what people have said of them: words that stand, who may see a link, cases that rest on it.

A word stands until it is undone or a newer one is said; an undone word stays on record and the one before it holds again.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, true
from sqlalchemy.orm import Session

from targeting.cases import store_queue
from targeting.cases.codes import OPEN_STATES, Judgement
from targeting.cases.records import Actor
from targeting.cases.schema import Case, CaseFact, CaseMember, LinkJudgement, LinkUndo, Run, User

CHUNK = 400


@dataclass(frozen=True, slots=True)
class Word:
    """A judgement that stands: who said it of which link, when, and the note."""

    seq: int
    link_key: str
    judgement: Judgement
    user_id: str
    name: str
    at: datetime
    note: str


def stands() -> ColumnElement[bool]:
    """The judgement was not undone."""
    return ~exists().where(LinkUndo.judgement == LinkJudgement.seq).correlate(LinkJudgement)


def newest() -> ColumnElement[bool]:
    """The judgement is the newest of its link that stands."""
    last = select(func.max(LinkJudgement.seq)).where(stands()).group_by(LinkJudgement.link_key)
    return LinkJudgement.seq.in_(last)


def words(session: Session, link_keys: Iterable[str] | None = None) -> dict[str, Word]:
    """The standing word of each link that has one, of these links if given."""
    query = select(LinkJudgement, User.name).join(User, User.id == LinkJudgement.user_id).where(newest())
    parts = [query] if link_keys is None else [query.where(LinkJudgement.link_key.in_(keys)) for keys in _chunks(link_keys)]
    return {row.link_key: _word(row, name) for part in parts for row, name in session.execute(part)}


def last_word_of(session: Session, user_id: str) -> Word | None:
    """The newest standing word of this person."""
    query = select(LinkJudgement, User.name).join(User, User.id == LinkJudgement.user_id)
    query = query.where(newest(), LinkJudgement.user_id == user_id).order_by(LinkJudgement.seq.desc()).limit(1)
    found = session.execute(query).one_or_none()
    return _word(*found) if found else None


def said_same(session: Session, identity_sha256: str) -> str | None:
    """The link of this identity that stands as the same person."""
    query = select(LinkJudgement.link_key).where(
        newest(), LinkJudgement.identity_sha256 == identity_sha256, LinkJudgement.judgement == Judgement.SAME
    )
    return session.scalars(query.limit(1)).one_or_none()


def judged(session: Session, link_keys: Iterable[str]) -> Sequence[LinkJudgement]:
    """The standing judgements of these links, as they were recorded, in the order of judging."""
    query = select(LinkJudgement).where(newest())
    found = [row for keys in _chunks(link_keys) for row in session.scalars(query.where(LinkJudgement.link_key.in_(keys)))]
    return sorted(found, key=lambda row: row.seq)


def in_reach(session: Session, link_key: str, person_id: str, actor: Actor) -> bool:
    """Whether a case of the actor's offices rests on the link or is about its person."""
    if actor.offices is None:
        return True
    on_link = exists().where(CaseFact.case_id == Case.id, CaseFact.link_key == link_key).correlate(Case)
    about = exists().where(CaseMember.case_id == Case.id, CaseMember.person_id == person_id).correlate(Case)
    query = select(Case.id).where(store_queue.scope(actor), or_(on_link, about)).limit(1)
    return session.scalars(query).one_or_none() is not None


def cases_on(session: Session, link_key: str, actor: Actor) -> Sequence[tuple[Case, CaseFact]]:
    """The cases of the actor's offices with a present fact on this link, open ones first, each with one such fact."""
    query = (
        select(Case, CaseFact)
        .join(CaseFact, CaseFact.case_id == Case.id)
        .where(store_queue.scope(actor), CaseFact.link_key == link_key, CaseFact.current)
        .order_by(Case.state.in_(OPEN_STATES).desc(), Case.opened_at.desc(), Case.id, CaseFact.position)
    )
    found: dict[str, tuple[Case, CaseFact]] = {}
    for case, fact in session.execute(query):
        found.setdefault(case.id, (case, fact))
    return list(found.values())


def open_cases_on(session: Session, link_key: str) -> Sequence[Case]:
    """All open cases that have a fact on this link, locked, in a fixed order."""
    having = select(CaseFact.case_id).where(CaseFact.link_key == link_key)
    query = select(Case).where(Case.id.in_(having), Case.state.in_(OPEN_STATES)).order_by(Case.id).with_for_update()
    return session.scalars(query).all()


def links_of_open_cases(session: Session, actor: Actor) -> frozenset[str]:
    """The probable links that present facts of the actor's open cases rest on."""
    query = select(CaseFact.link_key).join(Case, Case.id == CaseFact.case_id)
    query = query.where(_open(actor), CaseFact.level == "B", CaseFact.current, CaseFact.link_key.is_not(None))
    return frozenset(key for key in session.scalars(query.distinct()) if key is not None)


def persons_of_cases(session: Session, actor: Actor, *, only_open: bool) -> frozenset[str]:
    """The persons of the actor's cases."""
    query = select(CaseMember.person_id).join(Case, Case.id == CaseMember.case_id)
    query = query.where(_open(actor) if only_open else store_queue.scope(actor))
    return frozenset(session.scalars(query.distinct()))


def is_protected(session: Session, person_id: str) -> bool:
    """Whether a case says that the person's whereabouts are not to be shown (G23)."""
    details = session.scalars(select(CaseMember.detail).where(CaseMember.person_id == person_id))
    return any(detail.get("protected") for detail in details)


def newest_run(session: Session) -> Run | None:
    """The run whose cases were opened last."""
    return session.scalars(select(Run).order_by(Run.opened_at.desc(), Run.run.desc()).limit(1)).one_or_none()


def _open(actor: Actor) -> ColumnElement[bool]:
    return and_(store_queue.scope(actor), Case.state.in_(OPEN_STATES), true())


def _word(row: LinkJudgement, name: str) -> Word:
    return Word(row.seq, row.link_key, Judgement(row.judgement), row.user_id, name, row.at, row.reason)


def _chunks(values: Iterable[str]) -> Iterator[list[str]]:
    listed = sorted(set(values))
    for start in range(0, len(listed), CHUNK):
        yield listed[start : start + CHUNK]
