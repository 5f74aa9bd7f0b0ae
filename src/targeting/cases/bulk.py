"""The same done to many cases, each on its own: what became of each is told. Nothing adverse is ever done in bulk.

Source: REVIEW §3.6: assign, snooze, note, clear with the same reason; at most 50.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime

from targeting.cases import deciding, work
from targeting.cases.codes import Cause, Direction, Finding
from targeting.cases.records import Actor, BulkResult, CaseRow
from targeting.cases.schema import Case
from targeting.cases.store import Store
from targeting.errors import InvalidInput, TargetingError


def assign_all(store: Store, *, case_ids: Sequence[str], to_login: str | None, actor: Actor, at: datetime) -> list[BulkResult]:
    """Each case is held by that officer, or says why not."""
    return _each(store, case_ids, lambda case_id: work.assign(store, case_id=case_id, to_login=to_login, actor=actor, at=at))


def snooze_all(
    store: Store, *, case_ids: Sequence[str], until: date, reason: str, actor: Actor, at: datetime
) -> list[BulkResult]:
    """Each case is out of the queue until that day, or says why not."""
    return _each(
        store,
        case_ids,
        lambda case_id: work.snooze(store, case_id=case_id, until=until, reason=reason, actor=actor, at=at),
    )


def note_all(store: Store, *, case_ids: Sequence[str], text: str, actor: Actor, at: datetime) -> list[BulkResult]:
    """The note is on each case, or the case says why not."""
    return _each(store, case_ids, lambda case_id: work.add_note(store, case_id=case_id, text=text, actor=actor, at=at))


def clear_all(store: Store, *, case_ids: Sequence[str], reason: str, actor: Actor, at: datetime) -> list[BulkResult]:
    """Each case is decided 'entitled as paid' with the same reason, or says why not.

    Whoever may be missing out is not turned away in bulk: such a case closes one by one.
    """

    def clear(case_id: str) -> CaseRow:
        with store.reading() as session:
            case = session.get(Case, case_id)
        if case is not None and case.direction == Direction.MISSING:
            raise InvalidInput("A household that may be missing out is not turned away in bulk. Decide the case by itself.")
        return deciding.propose(
            store, case_id=case_id, finding=Finding.ENTITLED_AS_PAID, cause=Cause.NONE, reason=reason, actor=actor, at=at
        )

    return _each(store, case_ids, clear)


def _each(store: Store, case_ids: Sequence[str], act: Callable[[str], CaseRow]) -> list[BulkResult]:
    wanted = list(dict.fromkeys(case_ids))
    if not 1 <= len(wanted) <= store.rules.bulk:
        raise InvalidInput(f"case_ids: expected 1 to {store.rules.bulk} cases, got {len(wanted)}.")
    return [_one(case_id, act) for case_id in wanted]


def _one(case_id: str, act: Callable[[str], CaseRow]) -> BulkResult:
    try:
        act(case_id)
    except TargetingError as refused:
        return BulkResult(case_id, str(refused))
    return BulkResult(case_id, None)
