"""Publication of parameter sets: one person proposes, a second one approves, and both stay on record with the set's hash.

The files of a set lie in the home (`jobs.policies`); here is who said what about which hash, and that goes into the audit chain.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from targeting.cases import store_runs
from targeting.cases.codes import Power
from targeting.cases.columns import new_id, plain
from targeting.cases.records import Actor, Ref
from targeting.cases.schema_accounts import User
from targeting.cases.schema_rules import PolicyApproval, PolicyProposal
from targeting.cases.store import Store, need
from targeting.errors import Conflict, InvalidInput, NotAllowed, NotFound

HASH_SHOWN = 12
"""Characters of a hash that name a set in folders, commands and pages."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A parameter set to be proposed: its hash, the hash of the set in use that it was compared with, and what differs.

    `reaches_back`: a value in force on a day that has passed differs; then `past_reason` says why.
    """

    jurisdiction: str
    sha256: str
    base_sha256: str
    note: str
    changes: Sequence[Mapping[str, Any]]
    reaches_back: bool
    past_reason: str = ""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposed set as it is listed; `approver` and `approved_at` are empty until a second person has approved it."""

    id: str
    jurisdiction: str
    sha256: str
    base_sha256: str
    proposer: Ref
    note: str
    past_reason: str | None
    changes: Sequence[Mapping[str, Any]]
    reaches_back: bool
    at: datetime
    approver: Ref | None
    approved_at: datetime | None


def propose(store: Store, *, draft: Draft, actor: Actor, at: datetime) -> Proposal:
    """The set is proposed and waits for a second person.

    Raises:
        NotAllowed, InvalidInput: as `check` says.
        Conflict: the set is the one in use, or is waiting already.
    """
    check(draft, actor=actor)
    with store.writing(actor=actor, at=at) as unit:
        in_use = _newest_published(unit.session, draft.jurisdiction)
        if draft.sha256 == (in_use.sha256 if in_use else None):
            raise Conflict(f"The set {draft.sha256[:HASH_SHOWN]} is the one in use: it changes nothing.")
        if any(waiting.sha256 == draft.sha256 for waiting in _waiting(unit.session, draft.jurisdiction, in_use)):
            raise Conflict(f"The set {draft.sha256[:HASH_SHOWN]} is proposed already and waits for a second person.")
        row = PolicyProposal(
            id=new_id(at), jurisdiction=draft.jurisdiction, sha256=draft.sha256, base_sha256=draft.base_sha256,
            proposer_id=actor.user_id, note=draft.note.strip(), past_reason=draft.past_reason.strip() or None,
            changes=plain(list(draft.changes)), reaches_back=draft.reaches_back, at=at,
        )  # fmt: skip
        unit.add(row)
        unit.event(
            "policy.proposed", jurisdiction=row.jurisdiction, sha256=row.sha256, base_sha256=row.base_sha256,
            proposal=row.id, reaches_back=row.reaches_back, content={"note": row.note, "past_reason": row.past_reason},
        )  # fmt: skip
        return _proposal(unit.session, row)


def check(draft: Draft, *, actor: Actor) -> None:
    """The actor may propose the draft, and it says why.

    Raises:
        NotAllowed: the actor's role may not propose.
        InvalidInput: no note says why, or the set reaches back and no reason says why.
    """
    need(actor, Power.PROPOSE_RULES)
    faults = [] if draft.note.strip() else ["note: say why the set is proposed, for the person who approves it."]
    if draft.reaches_back and not draft.past_reason.strip():
        faults.append("past_reason: the set changes values of days that have passed. Say why, or let the values begin later.")
    if faults:
        raise InvalidInput("The parameter set cannot be proposed.", faults=faults)


def approve(store: Store, *, proposal_id: str, files_sha256: str, shipped_sha256: str, actor: Actor, at: datetime) -> Proposal:
    """The set is published: the next run applies it.

    `files_sha256` is the hash of its files as they lie in the home now; `shipped_sha256` that of the sample, in use until a
    set is published.

    Raises:
        NotAllowed: the actor proposed it, or the role may not publish.
        NotFound: there is no such proposal.
        Conflict: it is approved already, its files have changed, or another set has been published since.
    """
    need(actor, Power.PUBLISH_RULES)
    with store.writing(actor=actor, at=at) as unit:
        row = unit.session.get(PolicyProposal, proposal_id)
        if row is None:
            raise NotFound("There is no such proposal.")
        if row.proposer_id == actor.user_id:
            raise NotAllowed("Who proposed a set may not approve it: a second person has to.")
        if unit.session.get(PolicyApproval, row.id) is not None:
            raise Conflict(f"The set {row.sha256[:HASH_SHOWN]} is published already.")
        if files_sha256 != row.sha256:
            raise Conflict("The files of the set have changed since it was proposed. Propose them as they are now.")
        store_runs.lock_counter(unit.session, f"policy.{row.jurisdiction}")
        in_use = _newest_published(unit.session, row.jurisdiction)
        if row.base_sha256 != (in_use.sha256 if in_use else shipped_sha256):
            raise Conflict(
                "Another set is in use than the one it was compared with. Propose it again, to see what it changes now."
            )
        unit.add(PolicyApproval(proposal_id=row.id, approver_id=actor.user_id, at=at))
        unit.event("policy.published", jurisdiction=row.jurisdiction, sha256=row.sha256, proposal=row.id)
        return _proposal(unit.session, row)


def proposals(store: Store, *, jurisdiction: str) -> list[Proposal]:
    """Every proposal of the jurisdiction, newest first."""
    query = select(PolicyProposal).where(PolicyProposal.jurisdiction == jurisdiction)
    with store.reading() as session:
        rows = session.scalars(query.order_by(PolicyProposal.at.desc(), PolicyProposal.id.desc())).all()
        return [_proposal(session, row) for row in rows]


def published(store: Store, *, jurisdiction: str) -> str | None:
    """The hash of the set that was published last; null where none was."""
    with store.reading() as session:
        row = _newest_published(session, jurisdiction)
        return row.sha256 if row else None


def _newest_published(session: Session, jurisdiction: str) -> PolicyProposal | None:
    query = (
        select(PolicyProposal)
        .join(PolicyApproval, PolicyApproval.proposal_id == PolicyProposal.id)
        .where(PolicyProposal.jurisdiction == jurisdiction)
        .order_by(PolicyApproval.at.desc(), PolicyProposal.id.desc())
        .limit(1)
    )
    return session.scalars(query).one_or_none()


def _waiting(session: Session, jurisdiction: str, in_use: PolicyProposal | None) -> Sequence[PolicyProposal]:
    """The proposals without an approval that were made since the set in use was published, or since ever."""
    query = (
        select(PolicyProposal)
        .outerjoin(PolicyApproval, PolicyApproval.proposal_id == PolicyProposal.id)
        .where(PolicyProposal.jurisdiction == jurisdiction, PolicyApproval.proposal_id.is_(None))
    )
    if in_use is not None:
        query = query.where(PolicyProposal.base_sha256 == in_use.sha256)
    return session.scalars(query).all()


def _proposal(session: Session, row: PolicyProposal) -> Proposal:
    approval = session.get(PolicyApproval, row.id)
    return Proposal(
        row.id, row.jurisdiction, row.sha256, row.base_sha256, _named(session, row.proposer_id), row.note, row.past_reason,
        row.changes, row.reaches_back, row.at, _named(session, approval.approver_id) if approval else None,
        approval.at if approval else None,
    )  # fmt: skip


def _named(session: Session, user_id: str) -> Ref:
    return Ref(user_id, session.get_one(User, user_id).name)
