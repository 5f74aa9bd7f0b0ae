"""What the case page shows, and who looked at it: every view is in the read log.

Rank, arm and the model's reasons are left out until the viewer has recorded an own finding or the case is decided (G12, G26).
"""

from datetime import datetime

from sqlalchemy.orm import Session

from targeting.cases import store_accounts, store_queue, store_runs
from targeting.cases.assembly import detail
from targeting.cases.codes import Power, ReadKind
from targeting.cases.columns import new_id
from targeting.cases.dossier import CaseDetail, Identity, ReadRow
from targeting.cases.records import Actor, CaseRow, Ref, RunRow
from targeting.cases.schema import Case, CaseMember, ReadEntry, Run
from targeting.cases.store import Store, need
from targeting.errors import InvalidInput, NotFound


def case(store: Store, *, case_id: str, actor: Actor, at: datetime) -> CaseDetail:
    """Everything the case page shows; the view, and a look at the rank, are in the read log.

    Raises:
        NotAllowed: the role does not read cases.
        NotFound: no such case in the actor's offices.
    """
    need(actor, Power.READ_CASES)
    with store.reading() as session:
        found = detail(session, _visible(session, case_id, actor), actor=actor, rules=store.rules, at=at)
    kinds = [ReadKind.VIEW_CASE] if found.placement is None else [ReadKind.VIEW_CASE, ReadKind.VIEW_RANK]
    with store.writing(actor=actor, at=at) as unit:
        unit.add(*(_entry(actor, kind, case_id, at) for kind in kinds))
    return found


def preview(store: Store, *, case_id: str, actor: Actor, at: datetime) -> CaseRow:
    """The case as lists show it; the view is in the read log."""
    need(actor, Power.READ_CASES)
    with store.reading() as session:
        row = store_queue.row(session, _visible(session, case_id, actor).id)
    with store.writing(actor=actor, at=at) as unit:
        unit.add(_entry(actor, ReadKind.VIEW_CASE, case_id, at))
    return row


def reveal_identity(store: Store, *, case_id: str, person_id: str, purpose: str, actor: Actor, at: datetime) -> Identity:
    """The whole number of a person of the case; who asked and why is in the read log and in the audit chain.

    Raises:
        InvalidInput: no purpose is given.
        NotFound: no such case in the actor's offices, or no such person in it.
    """
    need(actor, Power.REVEAL_IDENTITY)
    if not purpose.strip():
        raise InvalidInput("purpose: say what the number is needed for; it is kept in the read log.")
    with store.writing(actor=actor, at=at) as unit:
        found = unit.case(case_id)
        member = unit.session.get(CaseMember, (found.id, person_id))
        if member is None:
            raise NotFound("The case has no such person.")
        unit.add(_entry(actor, ReadKind.REVEAL_IDENTITY, case_id, at, person_id=person_id, purpose=purpose))
        unit.event("identity.revealed", case_id=case_id, person=person_id, content={"purpose": purpose})
        return Identity(member.person_id, member.name, member.resident_id)


def note_export(store: Store, *, what: str, actor: Actor, at: datetime) -> None:
    """The actor may take a list of families out of the service, and that is in the read log and in the audit chain.

    Raises:
        NotAllowed: the role does not export.
    """
    need(actor, Power.EXPORT)
    with store.writing(actor=actor, at=at) as unit:
        entry = ReadEntry(
            id=new_id(at), user_id=actor.user_id, case_id=None, kind=ReadKind.EXPORT.value, person_id=None, purpose=what, at=at
        )
        unit.add(entry)
        unit.event("families.exported", what=what)


def runs(store: Store, *, actor: Actor) -> list[RunRow]:
    """All runs, newest first."""
    need(actor, Power.READ_RUNS)
    with store.reading() as session:
        return [_run_row(*parts) for parts in store_runs.runs(session)]


def run(store: Store, *, run: str, actor: Actor) -> RunRow:
    """One run.

    Raises:
        NotFound: there is none with this key.
    """
    found = next((row for row in runs(store, actor=actor) if row.run == run), None)
    if found is None:
        raise NotFound("There is no such run.")
    return found


def read_log(
    store: Store, *, actor: Actor, case_id: str | None = None, user_id: str | None = None, limit: int = 200
) -> list[ReadRow]:
    """Who looked at what in the actor's offices, newest first; what belongs to no case only for the whole county."""
    need(actor, Power.READ_AUDIT)
    with store.reading() as session:
        return [
            ReadRow(entry.at, Ref(entry.user_id, name), ReadKind(entry.kind), entry.case_id, entry.person_id, entry.purpose)
            for entry, name in store_accounts.reads(session, actor, case_id=case_id, user_id=user_id, limit=limit)
        ]


def _visible(session: Session, case_id: str, actor: Actor) -> Case:
    found = session.get(Case, case_id)
    if found is None or not store_queue.in_scope(found, actor):
        raise NotFound("There is no such case in your offices.")
    return found


def _entry(
    actor: Actor, kind: ReadKind, case_id: str, at: datetime, *, person_id: str | None = None, purpose: str | None = None
) -> ReadEntry:
    return ReadEntry(
        id=new_id(at), user_id=actor.user_id, case_id=case_id, kind=kind.value, person_id=person_id, purpose=purpose, at=at
    )


def _run_row(found: Run, open_cases: int, decided_cases: int) -> RunRow:
    return RunRow(
        run=found.run,
        snapshot=found.snapshot,
        as_of=found.as_of,
        model=found.model,
        planned=found.planned,
        evaluated=found.evaluated,
        created=found.created,
        updated=found.updated,
        skipped=found.skipped,
        skip_reasons=found.skip_reasons,
        opened_at=found.opened_at,
        open_cases=open_cases,
        decided_cases=decided_cases,
        manifest=found.manifest,
    )
