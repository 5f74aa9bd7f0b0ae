"""What people have settled, given back to the jobs as plain rows: dispositions, judgements of links, outcomes as labels."""

from typing import Any

from targeting.cases import store_evidence, store_runs
from targeting.cases.codes import Arm, Cause, Direction, Finding, Judgement, SubjectKind
from targeting.cases.records import MonthInput, OutcomeRow
from targeting.cases.store import Store


def dispositions(store: Store) -> list[dict[str, Any]]:
    """Rows of the dispositions contract: what is parked or cleared now."""
    with store.reading() as session:
        return [
            {
                "subject": row.subject,
                "check": row.check,
                "facts_sha256": row.facts_sha256,
                "disposition": row.disposition,
            }
            for row in store_evidence.dispositions(session)
        ]


def judgements(store: Store) -> list[dict[str, Any]]:
    """Rows of the judgements contract: the newest word on each link whose identity's hash the run sent; unsure binds nothing."""
    with store.reading() as session:
        found = [
            {
                "register": row.register,
                "row": row.row,
                "role": row.role,
                "snapshot": row.snapshot,
                "identity_sha256": row.identity_sha256,
                "person_id": row.person_id,
                "judgement": row.judgement,
            }
            for row in store_evidence.all_judgements(session)
            if row.judgement != Judgement.UNSURE and row.identity_sha256 is not None
        ]
    return sorted(found, key=lambda row: (row["identity_sha256"], row["person_id"]))


def outcomes(store: Store) -> list[OutcomeRow]:
    """Decided cases, one row for each run that opened the case for review."""
    with store.reading() as session:
        found = list(store_runs.outcomes(session))
        months = store_runs.months(session, [decision.id for _, _, _, decision in found])
        return [
            OutcomeRow(
                case_id=case.id,
                subject_kind=SubjectKind(case.subject_kind),
                subject=case.subject,
                benefit=case.benefit,
                direction=Direction(case.direction),
                run=run.run,
                as_of=run.as_of,
                arm=Arm(selection.arm),
                selection_probability=selection.selection_probability,
                decided_on=store.rules.day(case.decided_at) if case.decided_at else decision.decided_on,
                finding=Finding(decision.finding),
                cause=Cause(decision.cause),
                months=tuple(MonthInput(m.month, m.paid_cents, m.due_cents) for m in months[decision.id]),
            )
            for case, selection, run, decision in found
        ]


def label_rows(store: Store) -> list[dict[str, Any]]:
    """Decided cases as labels, one row a case: `arm` is random where any run drew it so; `amount_month` is that of the last month
    decided, else what was at stake; never an average."""
    with store.reading() as session:
        found = list(store_runs.outcomes(session))
        months = store_runs.months(session, [decision.id for _, _, _, decision in found])
    rows: dict[str, dict[str, Any]] = {}
    for case, selection, _, decision in found:
        last = months[decision.id][-1] if months[decision.id] else None
        row = rows.setdefault(
            case.id,
            {
                "id": case.id,
                "subject_kind": case.subject_kind,
                "subject": case.subject,
                "benefit": case.benefit,
                "direction": case.direction,
                "finding": decision.finding,
                "decided_on": store.rules.day(case.decided_at) if case.decided_at else decision.decided_on,
                "opened_on": store.rules.day(case.opened_at),
                "arm": selection.arm,
                "amount_month": abs(last.paid_cents - last.due_cents) if last else case.amount_month,
                "office": case.office,
            },
        )
        if selection.arm == Arm.RANDOM:
            row["arm"] = Arm.RANDOM.value
    return list(rows.values())
