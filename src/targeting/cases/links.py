"""Links judged by people: same person, different person, cannot tell; each word binds every case and every later run.

A word is an event with a person, a time and an optional note; taking it back is a further event. Whoever may work on cases judges
the links of the cases of their offices; a supervisor also those of anybody who lives in their offices; auditors read.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from targeting.cases import settling, store_links, store_queue
from targeting.cases.codes import OPEN_STATES, Judgement, Power, ReadKind
from targeting.cases.columns import new_id
from targeting.cases.records import Actor
from targeting.cases.schema import CaseMember, LinkJudgement, LinkUndo, ReadEntry, Run
from targeting.cases.store import Store, Unit, need
from targeting.cases.store_links import Word
from targeting.errors import Conflict, InvalidInput, NotAllowed, NotFound

DEFINING, JUDGED = "defines_person", "judged"
LONGEST_NOTE = 2000
UNDO_OTHERS = Power.APPROVE
"""The power to take back what somebody else has said."""


@dataclass(frozen=True, slots=True)
class LinkRef:
    """One identity in one row and the person it is said to be; `office` is where that person lives, where it is known."""

    link_key: str
    register: str
    row: int
    role: str
    snapshot: str
    identity_sha256: str | None
    person_id: str
    rule: str
    office: str | None = None


@dataclass(frozen=True, slots=True)
class CaseOnLink:
    """A case that has a present fact on the link; `case_id` leads to it."""

    case_id: str
    number: str
    label: str
    open: bool
    fact_key: str


@dataclass(frozen=True, slots=True)
class OnCase:
    """A link as it came with a case: its evidence, what the case says of the person, and the link run that made it."""

    ref: LinkRef
    evidence: Mapping[str, Any]
    told: Mapping[str, Any]
    link_run: str | None


@dataclass(frozen=True, slots=True)
class Seen:
    """What the store knows of one link as this person may see it."""

    word: Word | None
    cases: tuple[CaseOnLink, ...]


@dataclass(frozen=True, slots=True)
class Reach:
    """Which links somebody may see and which matter first: None means all.

    `links`: probable links under present facts of open cases; `open_persons`: the persons of open cases.
    """

    offices: frozenset[str] | None
    persons: frozenset[str] | None
    links: frozenset[str]
    open_persons: frozenset[str]
    words: dict[str, Judgement]


def reach(store: Store, *, actor: Actor) -> Reach:
    """The links that the actor may list, the first of them, and all words that stand.

    Raises:
        NotAllowed: the role does not read cases.
    """
    need(actor, Power.READ_CASES)
    with store.reading() as session:
        county = actor.offices is None
        return Reach(
            offices=actor.offices if actor.may(Power.APPROVE) else frozenset(),
            persons=None if county else store_links.persons_of_cases(session, actor, only_open=False),
            links=store_links.links_of_open_cases(session, actor),
            open_persons=store_links.persons_of_cases(session, actor, only_open=True),
            words={key: word.judgement for key, word in store_links.words(session).items()},
        )


def judged(store: Store, link_keys: Iterable[str]) -> list[LinkRef]:
    """Records and persons of links that were judged, as they were then: a cut link is in no later run."""
    with store.reading() as session:
        return [
            LinkRef(row.link_key, row.register, row.row, row.role, row.snapshot, row.identity_sha256, row.person_id, JUDGED)
            for row in store_links.judged(session, link_keys)
        ]


def newest_run(store: Store) -> Run | None:
    """The run whose links are under review: the one whose cases were opened last."""
    with store.reading() as session:
        return store_links.newest_run(session)


def on_a_case(store: Store, *, link_key: str, actor: Actor) -> OnCase | None:
    """The link as a present fact of the actor's cases has it."""
    need(actor, Power.READ_CASES)
    with store.reading() as session:
        found = store_links.cases_on(session, link_key, actor)
        if not found:
            return None
        case, fact = found[0]
        run = session.get_one(Run, fact.last_run or case.last_run)
        member = session.get(CaseMember, (case.id, fact.person_id))
        told = {} if member is None else {"name": member.name, "masked_id": member.masked_id, **member.detail}
        ref = LinkRef(
            link_key, fact.register or "", fact.row or 0, fact.role or "", run.snapshot, fact.link.get("identity_sha256"),
            fact.person_id or "", str(fact.link.get("rule") or ""),
        )  # fmt: skip
        return OnCase(ref, {"level": fact.level, **fact.link}, told, run.manifest.get("link_run"))


def is_protected(store: Store, person_id: str) -> bool:
    """Whether a case says that the person's whereabouts are not to be shown (G23)."""
    with store.reading() as session:
        return store_links.is_protected(session, person_id)


def view(store: Store, *, link: LinkRef, actor: Actor, at: datetime) -> Seen:
    """The standing word of a link and the cases that rest on it; the look is in the read log.

    Raises:
        NotFound: the link is none of the actor's offices.
    """
    need(actor, Power.READ_CASES)
    with store.reading() as session:
        _need_reach(session, link, actor)
        found = store_links.cases_on(session, link.link_key, actor)
        word = store_links.words(session, [link.link_key]).get(link.link_key)
        cases = tuple(CaseOnLink(c.id, c.number, c.household_label, c.state in OPEN_STATES, f.fact_key) for c, f in found)
    with store.writing(actor=actor, at=at) as unit:
        unit.add(_read(actor, ReadKind.VIEW_LINK, at, person_id=link.person_id, case_id=cases[0].case_id if cases else None))
    return Seen(word, cases)


def judge(store: Store, *, link: LinkRef, judgement: Judgement, note: str = "", actor: Actor, at: datetime) -> Word:
    """The word stands, binds every later run, and every open case that rests on the link is marked at once.

    Raises:
        NotAllowed: the role does not work on cases.
        NotFound: the link is none of the actor's offices.
        InvalidInput: the row defines the person, or the note is too long.
        Conflict: the same identity stands as another person.
    """
    need(actor, Power.WORK_CASES)
    if len(note) > LONGEST_NOTE:
        raise InvalidInput(f"note: {len(note)} characters, at most {LONGEST_NOTE}.")
    if link.rule == DEFINING:
        raise InvalidInput("This row is the person's own entry in the population register: there is nothing to judge.")
    with store.writing(actor=actor, at=at) as unit:
        _need_reach(unit.session, link, actor)
        other = store_links.said_same(unit.session, link.identity_sha256) if link.identity_sha256 else None
        if judgement is Judgement.SAME and other not in (None, link.link_key):
            raise Conflict("This record was said to be another person. Undo that first.")
        row = record(unit, link, Judgement(judgement), note.strip(), case_id=None)
        _tell_cases(unit, link.link_key, "link.judged", judgement=judgement, content={"reason": note.strip()} if note else None)
        return Word(row.seq, link.link_key, Judgement(judgement), actor.user_id, actor.name, at, row.reason)


def record(unit: Unit, link: LinkRef, judgement: Judgement, note: str, *, case_id: str | None) -> LinkJudgement:
    """The judgement is in the database."""
    row = LinkJudgement(
        link_key=link.link_key, register=link.register, row=link.row, role=link.role, snapshot=link.snapshot,
        identity_sha256=link.identity_sha256, person_id=link.person_id, judgement=judgement.value, reason=note,
        case_id=case_id, user_id=unit.actor.user_id if unit.actor else "", at=unit.at,
    )  # fmt: skip
    unit.add(row)
    return row


def undo(store: Store, *, link: LinkRef, actor: Actor, at: datetime) -> None:
    """The standing word of the link is taken back, and the one before it holds; cases that rest on the link are told.

    Raises:
        NotFound: the link is none of the actor's offices.
        Conflict: no word stands.
        NotAllowed: the word is somebody else's, and the actor is no supervisor.
    """
    need(actor, Power.WORK_CASES)
    with store.writing(actor=actor, at=at) as unit:
        _need_reach(unit.session, link, actor)
        word = store_links.words(unit.session, [link.link_key]).get(link.link_key)
        if word is None:
            raise Conflict("Nobody has judged this link: there is nothing to undo.")
        _take_back(unit, word, actor)


def undo_last(store: Store, *, actor: Actor, at: datetime) -> str:
    """The actor's newest standing word is taken back; the link it was about.

    Raises:
        Conflict: the actor has said nothing that stands.
    """
    need(actor, Power.WORK_CASES)
    with store.writing(actor=actor, at=at) as unit:
        word = store_links.last_word_of(unit.session, actor.user_id)
        if word is None:
            raise Conflict("You have judged no link: there is nothing to undo.")
        _take_back(unit, word, actor)
        return word.link_key


def reveal(store: Store, *, link: LinkRef, purpose: str, actor: Actor, at: datetime) -> None:
    """Who sees both whole numbers of the link, and why, is in the read log and in the audit chain.

    Raises:
        InvalidInput: no purpose is given.
        NotFound: the link is none of the actor's offices.
    """
    need(actor, Power.REVEAL_IDENTITY)
    if not purpose.strip():
        raise InvalidInput("purpose: say what the number is needed for; it is kept in the read log.")
    with store.writing(actor=actor, at=at) as unit:
        _need_reach(unit.session, link, actor)
        unit.add(_read(actor, ReadKind.REVEAL_IDENTITY, at, person_id=link.person_id, purpose=purpose.strip()))
        unit.event("identity.revealed", person=link.person_id, content={"purpose": purpose.strip()})


def look_up(store: Store, *, purpose: str, found: list[str], actor: Actor, at: datetime) -> None:
    """The search of a person is in the read log with its purpose and whom it found, and in the audit chain.

    Raises:
        InvalidInput: no purpose is given.
    """
    need(actor, Power.REVEAL_IDENTITY)
    if not purpose.strip():
        raise InvalidInput("purpose: say what the search is needed for; it is kept in the read log.")
    with store.writing(actor=actor, at=at) as unit:
        for person_id in found or (None,):
            unit.add(_read(actor, ReadKind.LOOKUP, at, person_id=person_id, purpose=purpose.strip()))
        unit.event("person.looked_up", found=len(found), content={"purpose": purpose.strip()})


def _take_back(unit: Unit, word: Word, actor: Actor) -> None:
    if word.user_id != actor.user_id and not actor.may(UNDO_OTHERS):
        raise NotAllowed("This word is somebody else's: a supervisor may undo it.")
    unit.add(LinkUndo(judgement=word.seq, user_id=actor.user_id, at=unit.at))
    _tell_cases(unit, word.link_key, "link.undone", judgement=word.judgement)


def _tell_cases(unit: Unit, link_key: str, kind: str, *, judgement: Judgement, content: object = None) -> None:
    """Each open case that rests on the link is reassessed and has a new version; without one, the event stands alone.

    Another office is told the word, not the note.
    """
    cases = store_links.open_cases_on(unit.session, link_key)
    for case in cases:
        settling.reassess(unit, case)
        unit.touch(case)
        told = content if store_queue.in_scope(case, unit.actor) else None
        unit.event(kind, case_id=case.id, link=link_key, judgement=judgement, content=told)
    if not cases:
        unit.event(kind, link=link_key, judgement=judgement, content=content)


def _need_reach(session: Session, link: LinkRef, actor: Actor) -> None:
    lives_here = actor.may(Power.APPROVE) and actor.offices is not None and link.office in actor.offices
    if not lives_here and not store_links.in_reach(session, link.link_key, link.person_id, actor):
        raise NotFound("There is no such link in your offices.")


def _read(
    actor: Actor, kind: ReadKind, at: datetime, *, person_id: str | None, case_id: str | None = None, purpose: str | None = None
) -> ReadEntry:
    return ReadEntry(
        id=new_id(at), user_id=actor.user_id, case_id=case_id, kind=kind.value, person_id=person_id, purpose=purpose, at=at
    )
