"""Verification of the audit chain: what comes out is whole, or the first link that is broken and how."""

from contextlib import closing
from dataclasses import dataclass

from targeting.cases import store_audit
from targeting.cases.chain import GENESIS, content_hash, event_hash
from targeting.cases.codes import Power
from targeting.cases.dossier import EventRow
from targeting.cases.records import Actor
from targeting.cases.schema_audit import AuditContent, AuditEvent
from targeting.cases.store import Store, need


@dataclass(frozen=True, slots=True)
class Verification:
    """Whether the chain is whole; `broken_seq` names the first broken link, `problem` says what is wrong with it.

    Problems: gap (an event is missing), link (it does not follow the one before), hash (the event was changed), content (the
    personal content was changed), head (events at the end are missing), anchor (the event noted elsewhere is another one).
    """

    ok: bool
    events: int
    contents: int
    broken_seq: int | None
    problem: str | None
    head_seq: int
    head_hash: str


def verify(store: Store, *, anchor: tuple[int, str] | None = None) -> Verification:
    """The chain is read from its first event to the last; `anchor` is a number and hash that was noted outside the database."""
    expected, previous, contents = 1, GENESIS, 0
    with store.reading() as session, closing(store_audit.chain(session)) as links:
        head_seq, head_hash = store_audit.head(session)
        for event, content in links:
            problem = _problem(event, content, expected=expected, previous=previous)
            if problem is None and anchor is not None and anchor[0] == event.seq and anchor[1] != event.hash:
                problem = "anchor"
            if problem is not None:
                broken = expected if problem == "gap" else event.seq
                return Verification(False, expected - 1, contents, broken, problem, head_seq, head_hash)
            expected, previous, contents = event.seq + 1, event.hash, contents + (content is not None)
            session.expunge_all()
    last = expected - 1
    if (last, previous) != (head_seq, head_hash):
        return Verification(False, last, contents, expected, "head", head_seq, head_hash)
    if anchor is not None and anchor[0] > last:
        return Verification(False, last, contents, expected, "anchor", head_seq, head_hash)
    return Verification(True, last, contents, None, None, head_seq, head_hash)


def events(store: Store, *, after: int = 0, limit: int = 100, case_id: str | None = None, actor: Actor) -> list[EventRow]:
    """The events after a number in the actor's offices, codes and ids only, oldest first.

    Raises:
        NotAllowed: the role does not read the audit chain.
    """
    need(actor, Power.READ_AUDIT)
    with store.reading() as session:
        return [
            EventRow(row.seq, row.id, row.at, row.actor_id, row.kind, row.case_id, row.run, row.payload, row.hash)
            for row in store_audit.events(session, actor, after=after, limit=limit, case_id=case_id)
        ]


def _problem(event: AuditEvent, content: AuditContent | None, *, expected: int, previous: str) -> str | None:
    if event.seq != expected:
        return "gap"
    if event.prev_hash != previous:
        return "link"
    digest = event_hash(
        seq=event.seq,
        id=event.id,
        at=event.at,
        actor_id=event.actor_id,
        kind=event.kind,
        case_id=event.case_id,
        run=event.run,
        payload=event.payload,
        content_sha256=event.content_sha256,
        prev_hash=event.prev_hash,
    )
    if digest != event.hash:
        return "hash"
    if content is not None and content_hash(content.salt, content.content) != event.content_sha256:
        return "content"
    return None
