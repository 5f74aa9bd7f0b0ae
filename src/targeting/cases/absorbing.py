"""What a run sends is kept with the case: all of it when the case opens, what is new when the case is open already.

A row that says the same as before stays the same row and only learns where it stands now; one that is not said any more is kept
and no longer `current`. A case for which nothing changed keeps its version, so that nobody who reads it is disturbed.
"""

from collections.abc import Iterable
from typing import Any

from targeting.cases import settling, store_evidence
from targeting.cases.codes import Direction, FactSource, Judgement
from targeting.cases.columns import Base, plain
from targeting.cases.received import Received, Row
from targeting.cases.records import Referral
from targeting.cases.schema import Case, CaseFact, CaseFinding, CaseMember, CaseReason, Run
from targeting.cases.store import Unit

MOVES = {
    "fact_id",
    "row",
    "detail",
    "known_at",
    "link",
    "position",
    "facts",
    "legal_basis",
    "amount_month",
    "effective_from",
}


def received_rows(case: Case, received: Received, run: str) -> dict[type[Base], list[Row]]:
    """The rows of the referral that belong to a new case, by table."""
    stamps: dict[str, Any] = {"case_id": case.id, "first_run": run, "last_run": run, "current": True}
    return {
        CaseFact: [{**stamps, "added_by": None, **row} for row in received.facts],
        CaseFinding: [{**stamps, **row} for row in received.findings],
        CaseReason: [{"case_id": case.id, "run": run, **row} for row in received.reasons],
        CaseMember: [{"case_id": case.id, **row} for row in received.members],
    }


def absorb(unit: Unit, case: Case, received: Received, run: Run, referral: Referral) -> bool:
    """The open case says what the new run says; whether anything changed that its officer should know of."""
    facts = {row.fact_key: row for row in store_evidence.facts(unit.session, case.id) if row.source == FactSource.REGISTER}
    findings = {row.finding_key: row for row in store_evidence.findings(unit.session, case.id)}
    new_facts, gone_facts = _merge(unit, case, run.run, facts, received.facts, CaseFact, "fact_key", {"added_by": None})
    new, gone = _merge(unit, case, run.run, findings, received.findings, CaseFinding, "finding_key", {})
    case.last_run, case.detail = run.run, plain(referral.detail)
    changed = bool(new_facts or gone_facts or new or gone) or case.amount_month != referral.amount_month
    if not changed:
        return False
    for reason in store_evidence.reasons(unit.session, case.id):
        unit.session.delete(reason)
    unit.session.flush()
    unit.session.add_all(CaseReason(case_id=case.id, run=run.run, **row) for row in received.reasons)
    known = {member.person_id for member in store_evidence.members(unit.session, case.id)}
    unit.session.add_all(CaseMember(case_id=case.id, **row) for row in received.members if row["person_id"] not in known)
    first = next((row for row in received.reasons if row["source"] == "finding"), None)
    case.amount_month = referral.amount_month
    case.main_check = next((row["check"] for row in received.findings if row["result"] == "hit"), None)
    case.main_reason_zh, case.main_reason_en = (first["zh"], first["en"]) if first else (None, None)
    settling.reassess(unit, case)
    unit.touch(case)
    unit.event(
        "case.absorbed", case_id=case.id, run=run.run, new_checks=_checks(new), gone_checks=_checks(gone),
        new_facts=len(new_facts), gone_facts=len(gone_facts),
    )  # fmt: skip
    return True


def withdraw_cut(unit: Unit, case: Case, run: Run) -> None:
    """What rested on links judged to be another person is said no more; what else the case says stands."""
    proofs = store_evidence.proofs(unit.session, case.id)
    facts = [row for row in store_evidence.facts(unit.session, case.id) if row.current]
    cut = [row for row in facts if proofs[row.fact_key].judgement is Judgement.DIFFERENT]
    ids = {row.fact_id for row in cut}
    findings = [row for row in store_evidence.findings(unit.session, case.id) if row.current]
    unsaid = case.direction == Direction.MISSING  # a run names each subject that it finds to be missing out
    gone = [row for row in findings if ids & set(settling.fact_ids(row)) or (unsaid and row.result == "hit")]
    for fact in cut:
        fact.current = False
    for finding in gone:
        finding.current = False
    case.last_run = run.run
    left = next((row for row in findings if row.current and row.result == "hit"), None)
    case.main_check = left.check if left else None
    if left is None:
        case.main_reason_zh = case.main_reason_en = None
    settling.reassess(unit, case)
    unit.touch(case)
    unit.event(
        "case.absorbed", case_id=case.id, run=run.run, new_checks=[], gone_checks=_checks(gone), new_facts=0, gone_facts=len(cut)
    )


def _merge(
    unit: Unit, case: Case, run: str, known: dict[str, Any], received: Iterable[Row], table: type[Any], key: str, extra: Row
) -> tuple[list[Any], list[Any]]:
    """Rows said again are current, new ones are added, the others are not current any more; the new and the gone are returned."""
    said, new = set(), []
    for values in received:
        said.add(values[key])
        row = known.get(values[key])
        if row is None:
            row = table(case_id=case.id, first_run=run, last_run=run, current=True, **extra, **values)
            unit.session.add(row)
            new.append(row)
            continue
        if not row.current:
            new.append(row)
        row.current, row.last_run = True, run
        for name in MOVES & values.keys():
            setattr(row, name, values[name])
    gone = [row for name, row in known.items() if name not in said and row.current]
    for row in gone:
        row.current = False
    return new, gone


def _checks(rows: Iterable[Any]) -> list[str]:
    return sorted({row.check for row in rows if row.result == "hit"})
