"""Decisions: proposed by a named officer, approved by another person where they are adverse or name an intent.

What harms nobody is decided at once. An adverse decision is only taken to a second person when nothing is missing
(`gate`), and the gate is asked again when it is approved; the database asks a third time, in its own words. A score
is never a ground.
"""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from targeting.cases import settling, store_evidence, store_process
from targeting.cases.assembly import detail
from targeting.cases.codes import (
    ADVERSE,
    ApprovalVerdict,
    Cause,
    Finding,
    GateFault,
    Judgement,
    State,
)
from targeting.cases.columns import new_id, plain, sha256
from targeting.cases.dossier import GroundInput
from targeting.cases.gate import Proof, adverse_faults
from targeting.cases.lifecycle import Step
from targeting.cases.records import Actor, CaseRow, MonthInput
from targeting.cases.schema import Approval, Case, Decision, DecisionMonth, Ground, GroundFact, OwnFinding
from targeting.cases.store import Store, Unit
from targeting.errors import AdverseBlocked, Conflict, InvalidInput, NotAllowed

MOST_CENTS = 10**12
"""No benefit of a month comes near it; what is above is a slip of the pen."""


def propose(
    store: Store,
    *,
    case_id: str,
    finding: Finding,
    cause: Cause,
    reason: str,
    grounds: Sequence[GroundInput] = (),
    months: Sequence[MonthInput] = (),
    version: int | None = None,
    actor: Actor,
    at: datetime,
) -> CaseRow:
    """The decision is taken, or waits for a second person where it is adverse or names an intent.

    Raises:
        InvalidInput: reason, months or grounds are incomplete or contradict the finding.
        AdverseBlocked: an adverse decision lacks something; `faults` says what.
    """
    finding, cause = Finding(finding), Cause(cause)
    with store.step(Step.PROPOSE, case_id, actor=actor, at=at, version=version) as (unit, case):
        proofs = store_evidence.proofs(unit.session, case.id)
        _check(unit, case, finding, cause, reason, grounds, months, proofs)
        decision = _write(unit, case, actor, finding, cause, reason, grounds, months)
        if finding in ADVERSE:
            _refuse_gaps(unit, case, decision, grounds, proofs)
        case.decision_id = decision.id
        if finding in ADVERSE or cause is Cause.SUSPECTED_INTENT:
            case.state = State.WAITING_APPROVAL.value
            unit.event("decision.proposed", case_id=case.id, decision=decision.id, finding=finding, cause=cause,
                       record_sha256=decision.record_sha256, content={"reason": reason})  # fmt: skip
        else:
            unit.event("decision.taken", case_id=case.id, decision=decision.id, finding=finding, cause=cause,
                       record_sha256=decision.record_sha256, content={"reason": reason})  # fmt: skip
            _close(unit, case, decision)
        return unit.row(case)


def approve(store: Store, *, case_id: str, reason: str, version: int | None = None, actor: Actor, at: datetime) -> CaseRow:
    """The decision is in force: a second person has approved it.

    Raises:
        NotAllowed: the actor is the author.
        AdverseBlocked: something that was there when it was proposed is missing by now, e.g. a ground is disputed.
    """
    with store.step(Step.APPROVE, case_id, actor=actor, at=at, version=version) as (unit, case):
        decision, grounds = _answer(unit, case, actor, ApprovalVerdict.APPROVED, reason)
        if Finding(decision.finding) in ADVERSE:
            _refuse_gaps(unit, case, decision, grounds, store_evidence.proofs(unit.session, case.id))
        unit.event("decision.approved", case_id=case.id, decision=decision.id, content={"reason": reason})
        _close(unit, case, decision)
        return unit.row(case)


def send_back(store: Store, *, case_id: str, reason: str, version: int | None = None, actor: Actor, at: datetime) -> CaseRow:
    """The decision is not approved; the case is in review again.

    Raises:
        InvalidInput: no reason is given.
        NotAllowed: the actor is the author.
    """
    if not reason.strip():
        raise InvalidInput("reason: say what is to be done before the decision can be approved.")
    with store.step(Step.SEND_BACK, case_id, actor=actor, at=at, version=version) as (unit, case):
        decision, _ = _answer(unit, case, actor, ApprovalVerdict.RETURNED, reason)
        case.decision_id = None
        unit.event("decision.sent_back", case_id=case.id, decision=decision.id, content={"reason": reason})
        return unit.row(case)


def take_back(store: Store, *, case_id: str, version: int | None = None, actor: Actor, at: datetime) -> CaseRow:
    """The author's proposal is not before a second person any more; the case is in review again.

    Raises:
        NotAllowed: the actor is not the author.
    """
    with store.step(Step.TAKE_BACK, case_id, actor=actor, at=at, version=version) as (unit, case):
        decision = unit.session.get_one(Decision, case.decision_id)
        if decision.author_id != actor.user_id:
            raise NotAllowed("Only the author can take a proposal back; a supervisor sends it back.")
        case.decision_id = None
        unit.event("decision.taken_back", case_id=case.id, decision=decision.id)
        return unit.row(case)


def withdraw(store: Store, *, case_id: str, reason: str, version: int | None = None, actor: Actor, at: datetime) -> CaseRow:
    """The case is closed without an outcome, e.g. because its run was at fault.

    Raises:
        InvalidInput: no reason is given.
    """
    if not reason.strip():
        raise InvalidInput("reason: say why the case is withdrawn.")
    with store.step(Step.WITHDRAW, case_id, actor=actor, at=at, version=version) as (unit, case):
        case.decision_id, case.withdrawn_reason = None, reason
        notices = len(store_process.notices(unit.session, case.id))
        unit.event("case.withdrawn", case_id=case.id, notices_served=notices, content={"reason": reason})
        return unit.row(case)


def _check(
    unit: Unit, case: Case, finding: Finding, cause: Cause, reason: str,
    grounds: Sequence[GroundInput], months: Sequence[MonthInput], proofs: dict[str, Proof],
) -> None:  # fmt: skip
    faults = [] if reason.strip() else ["reason: is empty"]
    faults += _month_faults(finding, months)
    hits = {row.check for row in store_evidence.findings(unit.session, case.id) if row.result == "hit" and row.current}
    for number, ground in enumerate(grounds, start=1):
        if not ground.text.strip():
            faults.append(f"grounds[{number}].text: is empty")
        if ground.check is not None and ground.check not in hits:
            faults.append(f"grounds[{number}].check: {ground.check} is no present hit of this case")
        if unknown := set(ground.fact_keys) - proofs.keys():
            faults.append(f"grounds[{number}].fact_keys: {len(unknown)} are no facts of this case")
    if finding is Finding.WRONG_PERSON_LINKED and Judgement.DIFFERENT not in {p.judgement for p in proofs.values()}:
        faults.append("finding: wrong_person_linked needs a link of this case that was judged 'different'")
    if finding is Finding.REGISTER_IS_WRONG and not store_evidence.disputes(unit.session, case.id):
        faults.append("finding: register_is_wrong needs a disputed fact, so that the register is asked")
    if cause is Cause.SUSPECTED_INTENT and finding not in ADVERSE:
        faults.append("cause: suspected_intent needs the finding paid_too_much or not_entitled")
    if faults:
        raise InvalidInput("The decision is incomplete or contradicts itself.", faults=faults)


def _month_faults(finding: Finding, months: Sequence[MonthInput]) -> list[str]:
    faults = []
    if finding in (Finding.PAID_TOO_MUCH, Finding.PAID_TOO_LITTLE) and not months:
        faults.append(f"months: {finding} needs the amounts of each month")
    if len({row.month for row in months}) != len(months):
        faults.append("months: a month is named twice")
    for row in months:
        if row.month.day != 1:
            faults.append(f"months: expected the first day of a month, got {row.month}")
        if min(row.paid_cents, row.due_cents) < 0 or max(row.paid_cents, row.due_cents) > MOST_CENTS:
            faults.append(f"months {row.month:%Y-%m}: expected amounts from 0 to {MOST_CENTS} cents")
        if finding is Finding.PAID_TOO_MUCH and row.paid_cents <= row.due_cents:
            faults.append(f"months {row.month:%Y-%m}: not more was paid than was due")
        if finding is Finding.PAID_TOO_LITTLE and row.paid_cents >= row.due_cents:
            faults.append(f"months {row.month:%Y-%m}: not less was paid than was due")
    return faults


def _write(
    unit: Unit, case: Case, actor: Actor, finding: Finding, cause: Cause, reason: str,
    grounds: Sequence[GroundInput], months: Sequence[MonthInput],
) -> Decision:  # fmt: skip
    """The decision with its grounds, months and sealed record is in the database; the author's own finding too."""
    record = _record(unit, case, actor, grounds, months)
    if not store_evidence.own_findings(unit.session, case.id, actor.user_id):
        unit.add(
            OwnFinding(id=new_id(unit.at), case_id=case.id, user_id=actor.user_id, finding=finding.value,
                       note=None, recorded_at=unit.at)
        )  # fmt: skip
    decision = Decision(
        id=new_id(unit.at), case_id=case.id, author_id=actor.user_id, finding=finding.value, cause=cause.value, reason=reason,
        decided_on=unit.rules.day(unit.at), recorded_at=unit.at, record=record, record_sha256=sha256(record),
    )  # fmt: skip
    unit.add(decision)
    for position, ground in enumerate(grounds):
        row = Ground(
            id=new_id(unit.at), decision_id=decision.id, position=position, kind="check" if ground.check else "inquiry",
            check=ground.check, text=ground.text,
        )  # fmt: skip
        unit.add(row)
        for key in sorted(set(ground.fact_keys)):
            unit.add(GroundFact(ground_id=row.id, case_id=case.id, fact_key=key))
    for month in sorted(months, key=lambda m: m.month):
        unit.add(DecisionMonth(decision_id=decision.id, **asdict(month)))
    return decision


def _record(unit: Unit, case: Case, actor: Actor, grounds: Sequence[GroundInput], months: Sequence[MonthInput]) -> dict[str, Any]:
    """What the decision rests on, as its author could see it: the case, its evidence and process, the run and its versions."""
    seen = asdict(detail(unit.session, case, actor=actor, rules=unit.rules, at=unit.at))
    for part in ("timeline", "notes", "actions", "earlier_cases", "missing_for_adverse"):
        del seen[part]
    seen["grounds"], seen["months"] = [asdict(ground) for ground in grounds], [asdict(month) for month in months]
    seen["clocks_sha256"] = unit.rules.sha256
    sealed: dict[str, Any] = plain(seen)
    return sealed


def _refuse_gaps(unit: Unit, case: Case, decision: Decision, grounds: Sequence[GroundInput], proofs: dict[str, Proof]) -> None:
    procedure = store_process.procedure(unit.session, case.id)
    faults = adverse_faults(procedure, [[proofs[key] for key in g.fact_keys] for g in grounds], on=decision.decided_on)
    if case.rescreen_due:
        faults = (GateFault.RESCREEN, *faults)
    if faults:
        raise AdverseBlocked(
            "This decision would take something away, and something that the law asks for before that is missing.",
            faults=[fault.value for fault in faults],
        )


def _answer(unit: Unit, case: Case, actor: Actor, verdict: ApprovalVerdict, reason: str) -> tuple[Decision, list[GroundInput]]:
    """The second person's answer is in the database."""
    parts = next((p for p in store_process.decisions(unit.session, case.id) if p.decision.id == case.decision_id), None)
    if parts is None:
        raise Conflict("There is no decision to answer.")
    if parts.decision.author_id == actor.user_id:
        raise NotAllowed("A decision is approved or sent back by a second person, never by its author.")
    unit.add(
        Approval(id=new_id(unit.at), decision_id=parts.decision.id, author_id=parts.decision.author_id,
                 approver_id=actor.user_id, verdict=verdict.value, reason=reason, at=unit.at)
    )  # fmt: skip
    return parts.decision, [GroundInput(ground.text, keys, ground.check) for ground, keys in parts.grounds]


def _close(unit: Unit, case: Case, decision: Decision) -> None:
    settling.settle_decided(unit, case, Finding(decision.finding))
    unit.session.flush()
    case.finding, case.cause, case.decided_at = decision.finding, decision.cause, unit.at
    case.state = State.DECIDED.value
    case.needs_confirmation = False
    unit.session.flush()
