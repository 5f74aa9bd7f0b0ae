"""The queue: saved views with counts, filters, pages with a cursor, search by number, export of what the filter shows.

Rank, arm and score are in none of it. The place of a case drawn at random is drawn too, so that its place does not tell.
"""

import base64
import binascii
import json
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from targeting.cases import store_queue
from targeting.cases.codes import Power, ReadKind
from targeting.cases.columns import new_id
from targeting.cases.records import Actor, CasePage, CaseRow
from targeting.cases.schema import ReadEntry
from targeting.cases.store import Store, need
from targeting.cases.store_queue import Filters, Moment, View
from targeting.errors import InvalidInput

__all__ = ["Filters", "View", "all_rows", "cases", "counts", "export_rows", "find_by_identity"]

LONGEST_PAGE = 200


def counts(store: Store, *, actor: Actor, at: datetime) -> dict[View, int]:
    """How many cases each saved view holds for the actor."""
    need(actor, Power.READ_CASES)
    with store.reading() as session:
        return store_queue.counts(session, actor, _moment(store, at))


def cases(
    store: Store,
    *,
    view: View,
    filters: Filters | None = None,
    limit: int = 50,
    cursor: str | None = None,
    with_total: bool = False,
    actor: Actor,
    at: datetime,
) -> CasePage:
    """A page of the view: band of the deadline, then benefit of a review, then age.

    Raises:
        InvalidInput: the limit lies outside 1 to 200, or the cursor was not given out here.
        NotAllowed: the role does not read cases.
    """
    need(actor, Power.READ_CASES)
    if not 1 <= limit <= LONGEST_PAGE:
        raise InvalidInput(f"limit: expected 1 to {LONGEST_PAGE}, got {limit}.")
    moment = _moment(store, at)
    day, after = _read_cursor(cursor) if cursor else (moment.day, None)
    with store.reading() as session:
        conditions = [
            store_queue.scope(actor),
            store_queue.view_condition(view, actor, moment),
            *store_queue.filter_conditions(filters or Filters()),
        ]
        found = store_queue.page(session, conditions, day=day, limit=limit + 1, after=after)
        total = store_queue.total(session, conditions) if with_total else None
    rows = tuple(row for row, _ in found[:limit])
    following = _write_cursor(day, found[limit - 1][1]) if len(found) > limit else None
    return CasePage(rows, following, total)


def find_by_identity(store: Store, *, resident_id: str, purpose: str, actor: Actor, at: datetime) -> tuple[CaseRow, ...]:
    """The actor's cases in which the person with this number is a member; the search is in the read log.

    Raises:
        InvalidInput: no purpose is given.
        NotAllowed: the role may not search by number.
    """
    need(actor, Power.REVEAL_IDENTITY)
    if not purpose.strip():
        raise InvalidInput("A search by number needs a purpose: it is kept in the read log.")
    with store.writing(actor=actor, at=at) as unit:
        conditions = [store_queue.scope(actor), store_queue.of_identity(resident_id.strip().upper())]
        rows = tuple(store_queue.rows(unit.session, conditions))
        unit.add(_read_entry(actor, ReadKind.SEARCH_IDENTITY, purpose, at))
        unit.event("identity.searched", found=len(rows), content={"purpose": purpose})
    return rows


def export_rows(
    store: Store, *, view: View, filters: Filters | None = None, actor: Actor, at: datetime
) -> Iterator[dict[str, Any]]:
    """What the filter shows, machine flag and human outcome in separate columns; the export is in the read log."""
    need(actor, Power.EXPORT)
    moment = _moment(store, at)
    with store.writing(actor=actor, at=at) as unit:
        unit.add(_read_entry(actor, ReadKind.EXPORT, f"view {view}", at))
        unit.event("cases.exported", view=view)
    conditions = [
        store_queue.scope(actor),
        store_queue.view_condition(view, actor, moment),
        *store_queue.filter_conditions(filters or Filters()),
    ]
    return _exported(store, conditions)


def all_rows(store: Store) -> Iterator[dict[str, Any]]:
    """Every case, for the command line of the machine; the same columns as `export_rows`."""
    return _exported(store, [])


def _exported(store: Store, conditions: list[Any]) -> Iterator[dict[str, Any]]:
    with store.reading() as session:
        yield from store_queue.export(session, conditions)


def _moment(store: Store, at: datetime) -> Moment:
    return Moment(at, store.rules.day(at))


def _read_entry(actor: Actor, kind: ReadKind, purpose: str, at: datetime) -> ReadEntry:
    return ReadEntry(id=new_id(at), user_id=actor.user_id, case_id=None, kind=kind.value, person_id=None, purpose=purpose, at=at)


def _write_cursor(day: date, place: tuple[int, float, datetime, str]) -> str:
    band, order, opened_at, case_id = place
    content = json.dumps([day.isoformat(), band, order, opened_at.isoformat(), case_id])
    return base64.urlsafe_b64encode(content.encode("utf-8")).decode("ascii").rstrip("=")


def _read_cursor(cursor: str) -> tuple[date, tuple[int, float, datetime, str]]:
    try:
        content = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        day, band, order, opened_at, case_id = content
        place = (int(band), float(order), datetime.fromisoformat(opened_at), str(case_id))
        if place[2].tzinfo is None:
            raise ValueError("naive instant")
        return date.fromisoformat(day), place
    except (ValueError, TypeError, binascii.Error):
        raise InvalidInput("cursor: expected one that an earlier page gave out. Start again without it.") from None
