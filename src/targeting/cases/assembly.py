"""The case page's content read at one moment: rows of the store → `CaseDetail`.

Rank, arm and the model's reasons stay out until the viewer has recorded an own finding or the case is decided (G12, G26).
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from targeting.cases import store_audit, store_evidence, store_process, store_queue
from targeting.cases.codes import (
    OPEN_STATES,
    Arm,
    Cause,
    Channel,
    DisputeState,
    Finding,
    GateFault,
    State,
)
from targeting.cases.dossier import (
    CaseDetail,
    DecisionRow,
    DisputeRow,
    FactRow,
    FindingRow,
    GroundInput,
    HearingRow,
    MemberRow,
    NoticeRow,
    Placement,
    ReasonRow,
    ReplyRow,
    TimelineEntry,
    VisitRow,
)
from targeting.cases.gate import procedure_faults
from targeting.cases.law_behind import rests_on_sample
from targeting.cases.lifecycle import RULES, Step, steps_from
from targeting.cases.records import Actor, MonthInput, Ref
from targeting.cases.schema import Case, Dispute, Run
from targeting.cases.settling import fact_ids
from targeting.cases.store import holder
from targeting.cases.store_process import DecisionParts, NoticeParts
from targeting.specs.casework import Casework

NOTES = ("case.noted",)


def detail(session: Session, case: Case, *, actor: Actor, rules: Casework, at: datetime) -> CaseDetail:
    """Everything about the case that the actor may see now."""
    run = session.get_one(Run, case.last_run)
    own = store_evidence.own_findings(session, case.id, actor.user_id)
    unveiled = bool(own) or case.state == State.DECIDED
    disputes = store_evidence.disputes(session, case.id)
    notices = store_process.notices(session, case.id)
    decisions = store_process.decisions(session, case.id)
    timeline = _timeline(session, case)
    return CaseDetail(
        case=store_queue.row(session, case.id),
        run=run.run,
        snapshot=run.snapshot,
        as_of=run.as_of,
        sample=rests_on_sample(run),
        detail=case.detail,
        members=_members(session, case),
        findings=_findings(session, case),
        facts=_facts(session, case, actor, disputes),
        reasons=_reasons(session, case, unveiled=unveiled),
        own_finding=Finding(own[-1].finding) if own else None,
        placement=_placement(session, case) if unveiled else None,
        notices=_notices(session, notices),
        replies=_replies(session, case),
        visits=_visits(session, case),
        hearings=_hearings(session, case),
        disputes=_disputes(disputes),
        decisions=_decisions(session, case, decisions),
        notes=tuple(entry for entry in timeline if entry.kind in NOTES),
        timeline=timeline,
        earlier_cases=tuple(
            row
            for row in store_queue.rows(session, store_queue.same_household(case))
            if actor.offices is None or row.office in actor.offices
        ),
        missing_for_adverse=_missing(session, case, rules, at),
        actions=_actions(case, actor, at, notices=notices, decisions=decisions, disputes=disputes),
    )


def _members(session: Session, case: Case) -> tuple[MemberRow, ...]:
    return tuple(
        MemberRow(row.person_id, row.name, row.relation, row.masked_id, row.detail)
        for row in store_evidence.members(session, case.id)
    )


def _findings(session: Session, case: Case) -> tuple[FindingRow, ...]:
    keys = {row.fact_id: row.fact_key for row in store_evidence.facts(session, case.id)}
    standing = {(row.check, row.facts_sha256): row.disposition for row in store_evidence.dispositions(session, [case.subject])}
    return tuple(
        FindingRow(
            finding_key=row.finding_key,
            check=row.check,
            result=row.result,
            person_id=row.person_id,
            link_level=row.link_level,
            needs_confirmation=row.needs_confirmation,
            fact_keys=tuple(keys[fact_id] for fact_id in fact_ids(row) if fact_id in keys),
            unknown_because=tuple(
                str(entry["reason"]) for entry in row.facts if isinstance(entry, Mapping) and "reason" in entry
            ),
            legal_basis=row.legal_basis,
            effective_from=row.effective_from,
            amount_month=row.amount_month,
            detail=row.detail,
            disposition=standing.get((row.check, row.facts_sha256)),
            current=row.current,
            last_run=row.last_run,
        )
        for row in store_evidence.findings(session, case.id)
    )


def _facts(session: Session, case: Case, actor: Actor, disputes: Sequence[Dispute]) -> tuple[FactRow, ...]:
    found = store_evidence.facts(session, case.id)
    judged = store_evidence.judgements(session, (row.link_key for row in found if row.link_key is not None))
    disputed = {row.fact_key: row.state for row in disputes}
    marks: dict[str, dict[str, str]] = {}
    for mark in store_evidence.verdicts(session, case.id):
        marks.setdefault(mark.fact_key, {})[mark.user_id] = mark.verdict
    names = store_process.names(session, [user for verdicts in marks.values() for user in verdicts])
    return tuple(
        FactRow(
            fact_key=row.fact_key,
            fact_id=row.fact_id,
            source=row.source,
            person_id=row.person_id,
            kind=row.kind,
            value=row.value,
            unit=row.unit,
            text=row.text,
            detail=row.detail,
            valid_from=row.valid_from,
            valid_to=row.valid_to,
            known_at=row.known_at,
            register=row.register,
            row=row.row,
            role=row.role,
            level=row.level,
            link_key=row.link_key,
            link=row.link,
            judgement=judged.get(row.link_key) if row.link_key else None,
            disputed=disputed.get(row.fact_key),
            current=row.current,
            my_verdict=marks.get(row.fact_key, {}).get(actor.user_id),
            verdicts={names[user]: verdict for user, verdict in marks.get(row.fact_key, {}).items()},
        )
        for row in found
    )


def _reasons(session: Session, case: Case, *, unveiled: bool) -> tuple[ReasonRow, ...]:
    return tuple(
        ReasonRow(
            row.source, row.code, row.contribution, row.zh, row.en, row.clears_zh, row.clears_en, tuple(map(str, row.facts))
        )
        for row in store_evidence.reasons(session, case.id)
        if unveiled or row.source != "model"
    )


def _placement(session: Session, case: Case) -> Placement | None:
    found = store_evidence.selections(session, case.id)
    row = next((row for row in found if row.run == case.last_run), found[-1] if found else None)
    if row is None:
        return None
    return Placement(row.run, Arm(row.arm), row.rank, row.ranked_of, row.probability, row.ranked_by)


def _notices(session: Session, notices: Sequence[NoticeParts]) -> tuple[NoticeRow, ...]:
    names = store_process.names(session, [parts.notice.author_id for parts in notices])
    return tuple(
        NoticeRow(
            id=parts.notice.id,
            author=_ref(parts.notice.author_id, names),
            language=parts.notice.language,
            letter=parts.notice.letter,
            issued_on=parts.notice.issued_on,
            reply_until=parts.notice.reply_until,
            services=parts.services,
            fact_keys=parts.fact_keys,
        )
        for parts in notices
    )


def _replies(session: Session, case: Case) -> tuple[ReplyRow, ...]:
    return tuple(
        ReplyRow(row.id, row.notice_id, row.received_on, Channel(row.channel), row.waives_window, row.text)
        for row in store_process.replies(session, case.id)
    )


def _visits(session: Session, case: Case) -> tuple[VisitRow, ...]:
    return tuple(
        VisitRow(row.id, row.attempted_on, row.outcome, row.second_visitor, row.text)
        for row in store_process.visits(session, case.id)
    )


def _hearings(session: Session, case: Case) -> tuple[HearingRow, ...]:
    return tuple(
        HearingRow(row.id, row.held_on, Channel(row.channel), row.outcome, row.text)
        for row in store_process.hearings(session, case.id)
    )


def _disputes(disputes: Sequence[Dispute]) -> tuple[DisputeRow, ...]:
    return tuple(
        DisputeRow(row.id, row.fact_key, row.route, row.state, row.reason, row.raised_at, row.answer_due, row.resolution)
        for row in disputes
    )


def _decisions(session: Session, case: Case, decisions: Sequence[DecisionParts]) -> tuple[DecisionRow, ...]:
    people = [parts.decision.author_id for parts in decisions]
    people += [parts.approval.approver_id for parts in decisions if parts.approval is not None]
    names = store_process.names(session, people)
    return tuple(
        DecisionRow(
            id=parts.decision.id,
            author=_ref(parts.decision.author_id, names),
            finding=Finding(parts.decision.finding),
            cause=Cause(parts.decision.cause),
            reason=parts.decision.reason,
            decided_on=parts.decision.decided_on,
            grounds=tuple(GroundInput(ground.text, keys, ground.check) for ground, keys in parts.grounds),
            months=tuple(MonthInput(month.month, month.paid_cents, month.due_cents) for month in parts.months),
            approver=_ref(parts.approval.approver_id, names) if parts.approval else None,
            approval=parts.approval.verdict if parts.approval else None,
            approval_reason=parts.approval.reason if parts.approval else None,
            in_force=case.state == State.DECIDED and parts.decision.id == case.decision_id,
        )
        for parts in decisions
    )


def _timeline(session: Session, case: Case) -> tuple[TimelineEntry, ...]:
    found = store_audit.of_case(session, case.id)
    names = store_process.names(session, [event.actor_id for event, _ in found])
    return tuple(
        TimelineEntry(
            seq=event.seq,
            at=event.at,
            actor=_ref(event.actor_id, names) if event.actor_id else None,
            kind=event.kind,
            payload=event.payload,
            content=content.content if content is not None else None,
        )
        for event, content in found
    )


def _missing(session: Session, case: Case, rules: Casework, at: datetime) -> tuple[GateFault, ...]:
    if case.state not in OPEN_STATES:
        return ()
    due = (GateFault.RESCREEN,) if case.rescreen_due else ()
    return (*due, *procedure_faults(store_process.procedure(session, case.id), on=rules.day(at)))


def _actions(
    case: Case, actor: Actor, at: datetime, *,
    notices: Sequence[Any], decisions: Sequence[DecisionParts], disputes: Sequence[Dispute],
) -> tuple[str, ...]:  # fmt: skip
    """The steps that the actor may take now, but for what the gate says of an adverse decision."""
    author = next((p.decision.author_id for p in decisions if p.decision.id == case.decision_id), None)
    impossible = {
        Step.REPLY: not notices,
        Step.RESOLVE_DISPUTE: not any(row.state == DisputeState.PARKED for row in disputes),
        Step.APPROVE: author == actor.user_id,
        Step.SEND_BACK: author == actor.user_id,
        Step.TAKE_BACK: author != actor.user_id,
        Step.RELEASE: holder(case, at) != actor.user_id,
        Step.TAKE: holder(case, at) == actor.user_id and case.lease_until is None,
    }
    taken = holder(case, at) not in (None, actor.user_id)
    return tuple(
        step.value
        for step in steps_from(State(case.state))
        if (power := RULES[step].power) is not None
        and actor.may(power)
        and not (RULES[step].held and taken)
        and not impossible.get(step, False)
    )


def _ref(user_id: str, names: Mapping[str, str]) -> Ref:
    return Ref(user_id, names.get(user_id, ""))
