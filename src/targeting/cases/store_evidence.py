"""SQL of the evidence of a case: findings, facts, judgements of links, disputes, dispositions."""

from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from targeting.cases import store_links
from targeting.cases.codes import DisputeState, FactSource, Judgement
from targeting.cases.gate import Proof
from targeting.cases.schema import (
    CaseFact,
    CaseFinding,
    CaseMember,
    CaseReason,
    Dispute,
    FactVerdict,
    LinkJudgement,
    OwnFinding,
    Selection,
    Settled,
)
from targeting.errors import NotFound


def findings(session: Session, case_id: str) -> Sequence[CaseFinding]:
    """The findings of a case, those still said first, in the order received."""
    query = select(CaseFinding).where(CaseFinding.case_id == case_id)
    return session.scalars(query.order_by(CaseFinding.current.desc(), CaseFinding.position, CaseFinding.finding_key)).all()


def facts(session: Session, case_id: str) -> Sequence[CaseFact]:
    """The facts of a case, those still said first, in the order received."""
    query = select(CaseFact).where(CaseFact.case_id == case_id)
    return session.scalars(query.order_by(CaseFact.current.desc(), CaseFact.position, CaseFact.fact_key)).all()


def fact(session: Session, case_id: str, fact_key: str) -> CaseFact:
    """One fact of a case.

    Raises:
        NotFound: the case has no such fact.
    """
    found = session.get(CaseFact, (case_id, fact_key))
    if found is None:
        raise NotFound("The case has no such fact.")
    return found


def reasons(session: Session, case_id: str) -> Sequence[CaseReason]:
    """The reasons of a case, strongest first."""
    return session.scalars(select(CaseReason).where(CaseReason.case_id == case_id).order_by(CaseReason.position)).all()


def members(session: Session, case_id: str) -> Sequence[CaseMember]:
    """The persons of a case, in the order received."""
    return session.scalars(select(CaseMember).where(CaseMember.case_id == case_id).order_by(CaseMember.position)).all()


def judgements(session: Session, link_keys: Iterable[str]) -> dict[str, Judgement]:
    """The standing judgement of each link that has one."""
    return {key: word.judgement for key, word in store_links.words(session, link_keys).items()}


def all_judgements(session: Session) -> Sequence[LinkJudgement]:
    """The standing judgement of every link, in the order of judging."""
    return session.scalars(select(LinkJudgement).where(store_links.newest()).order_by(LinkJudgement.seq)).all()


def disputes(session: Session, case_id: str) -> Sequence[Dispute]:
    """The disputes of a case, oldest first."""
    return session.scalars(select(Dispute).where(Dispute.case_id == case_id).order_by(Dispute.raised_at, Dispute.id)).all()


def dispute(session: Session, dispute_id: str) -> Dispute:
    """One dispute; the lock of its case guards it.

    Raises:
        NotFound: there is none.
    """
    found = session.get(Dispute, dispute_id)
    if found is None:
        raise NotFound("There is no such dispute in your offices.")
    return found


def verdicts(session: Session, case_id: str) -> Sequence[FactVerdict]:
    """The officers' marks on the facts of a case."""
    return session.scalars(select(FactVerdict).where(FactVerdict.case_id == case_id).order_by(FactVerdict.at)).all()


def own_findings(session: Session, case_id: str, user_id: str | None = None) -> Sequence[OwnFinding]:
    """The own findings of a case, of one officer if asked, oldest first."""
    query = select(OwnFinding).where(OwnFinding.case_id == case_id)
    if user_id is not None:
        query = query.where(OwnFinding.user_id == user_id)
    return session.scalars(query.order_by(OwnFinding.recorded_at, OwnFinding.id)).all()


def selections(session: Session, case_id: str) -> Sequence[Selection]:
    """How each run selected the case."""
    return session.scalars(select(Selection).where(Selection.case_id == case_id).order_by(Selection.run)).all()


def dispositions(session: Session, subjects: Iterable[str] | None = None) -> Sequence[Settled]:
    """The dispositions in force, of these subjects if given."""
    query = select(Settled).where(Settled.lifted_at.is_(None))
    if subjects is not None:
        query = query.where(Settled.subject.in_(sorted(set(subjects))))
    return session.scalars(query.order_by(Settled.subject, Settled.check, Settled.facts_sha256)).all()


def disposition(session: Session, subject: str, check: str, facts_sha256: str) -> Settled | None:
    """The disposition in force of these facts under this check."""
    query = select(Settled).where(
        Settled.subject == subject,
        Settled.check == check,
        Settled.facts_sha256 == facts_sha256,
        Settled.lifted_at.is_(None),
    )
    return session.scalars(query.with_for_update()).one_or_none()


def proofs(session: Session, case_id: str) -> dict[str, Proof]:
    """Every fact of the case as something that may prove a ground."""
    found = facts(session, case_id)
    judged = judgements(session, (row.link_key for row in found if row.link_key is not None))
    blocked = {row.fact_key for row in disputes(session, case_id) if row.state != DisputeState.DISMISSED}
    return {
        row.fact_key: Proof(
            fact_key=row.fact_key,
            from_register=row.source == FactSource.REGISTER,
            level=row.level,
            judgement=judged.get(row.link_key) if row.link_key else None,
            disputed=row.fact_key in blocked,
        )
        for row in found
    }
