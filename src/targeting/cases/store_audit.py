"""SQL of the audit chain: events are appended under the lock of the head, and read back in order."""

import secrets
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from targeting.cases import store_queue
from targeting.cases.chain import content_hash, event_hash
from targeting.cases.columns import plain
from targeting.cases.records import Actor
from targeting.cases.schema import Case
from targeting.cases.schema_audit import AuditContent, AuditEvent, AuditHead

BATCH = 500
LAST = 2**62


@dataclass(frozen=True, slots=True)
class PendingEvent:
    """An event of the running transaction, not yet in the chain."""

    id: str
    at: datetime
    actor_id: str | None
    kind: str
    case_id: str | None
    run: str | None
    payload: Any
    content: Any


def append(session: Session, events: Sequence[PendingEvent]) -> None:
    """The events are in the chain, in order; the head stays locked until the transaction ends."""
    if not events:
        return
    head = session.execute(select(AuditHead.seq, AuditHead.hash).where(AuditHead.id == 1).with_for_update()).one()
    seq, previous = head.seq, head.hash
    rows, contents = [], []
    for pending in events:
        seq += 1
        content_sha256 = None
        if pending.content is not None:
            salt, content = secrets.token_hex(32), plain(pending.content)
            content_sha256 = content_hash(salt, content)
            contents.append({"seq": seq, "salt": salt, "content": content})
        row = {
            "seq": seq,
            "id": pending.id,
            "at": pending.at,
            "actor_id": pending.actor_id,
            "kind": pending.kind,
            "case_id": pending.case_id,
            "run": pending.run,
            "payload": plain(pending.payload),
            "content_sha256": content_sha256,
            "prev_hash": previous,
        }
        row["hash"] = previous = event_hash(**row)
        rows.append(row)
    session.execute(insert(AuditEvent), rows)
    if contents:
        session.execute(insert(AuditContent), contents)


def head(session: Session) -> tuple[int, str]:
    """Number and hash of the last event, as the head has them."""
    seq, digest = session.execute(select(AuditHead.seq, AuditHead.hash).where(AuditHead.id == 1)).one()
    return seq, digest


def chain(session: Session) -> Generator[tuple[AuditEvent, AuditContent | None]]:
    """All events in order, each with its content where that is still kept."""
    query = (
        select(AuditEvent, AuditContent)
        .outerjoin(AuditContent, AuditContent.seq == AuditEvent.seq)
        .order_by(AuditEvent.seq)
        .execution_options(yield_per=BATCH)
    )
    result = session.execute(query)
    try:
        for row in result:
            yield row[0], row[1]
    finally:
        result.close()


def events(session: Session, actor: Actor, *, after: int, limit: int, case_id: str | None) -> Sequence[AuditEvent]:
    """The events after a number in the actor's offices, of one case if asked, oldest first."""
    query = select(AuditEvent).where(AuditEvent.seq > min(after, LAST))
    if actor.offices is not None:
        query = query.where(AuditEvent.case_id.in_(select(Case.id).where(store_queue.scope(actor))))
    if case_id is not None:
        query = query.where(AuditEvent.case_id == case_id)
    return session.scalars(query.order_by(AuditEvent.seq).limit(limit)).all()


def of_case(session: Session, case_id: str) -> Sequence[tuple[AuditEvent, AuditContent | None]]:
    """The events of one case, oldest first."""
    query = (
        select(AuditEvent, AuditContent)
        .outerjoin(AuditContent, AuditContent.seq == AuditEvent.seq)
        .where(AuditEvent.case_id == case_id)
        .order_by(AuditEvent.seq)
    )
    return [(row[0], row[1]) for row in session.execute(query)]
