"""Bulk work on ticked cases: assign, put aside, note, clear with the same reason after the list was shown. Never adverse."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from targeting.cases import bulk, reading
from targeting.cases.records import Actor, BulkResult
from targeting.dates import now
from targeting.errors import InvalidInput, NotFound

from ..access import Form, Worker, store_of
from ..fields import Fields
from ..rendering import page
from .sign_in import inside
from .view import main_reason, reader_texts

router = APIRouter()


@router.post("/queue/bulk")
def act_on_ticked(request: Request, form: Form, actor: Worker) -> Response:
    """Each ticked case has been acted on, or says why not; clearing shows the list first."""
    fields = Fields(form)
    ids, act = fields.list("case"), fields.raw("act")
    if not ids:
        raise InvalidInput("No case is ticked.")
    target = inside(fields.raw("back") or "/queue")
    rows = [reading.preview(store_of(request), case_id=case_id, actor=actor, at=now()) for case_id in ids]
    labels = {row.id: f"{row.household_label} {row.number}" for row in rows}
    if act == "clear" and not fields.flag("confirmed"):
        text = fields.text("text")
        fields.checked()
        t = reader_texts(request)
        shown = [{"id": r.id, "household_label": r.household_label, "number": r.number, "direction": r.direction,
                  "reason": main_reason(r, t)} for r in rows]  # fmt: skip
        return page(request, "bulk.html", act=act, rows=shown, text=text, results=None, labels=labels, target=target)
    results = _act(request, fields, act, ids, actor)
    return page(request, "bulk.html", act=act, rows=(), text="", results=results, labels=labels, target=target)


def _act(request: Request, fields: Fields, act: str, ids: tuple[str, ...], actor: Actor) -> list[BulkResult]:
    store, at = store_of(request), now()
    if act == "assign":
        return bulk.assign_all(store, case_ids=ids, to_login=fields.raw("to_login") or None, actor=actor, at=at)
    if act == "snooze":
        until, reason = fields.day("until"), fields.text("text")
        fields.checked()
        return bulk.snooze_all(store, case_ids=ids, until=until, reason=reason, actor=actor, at=at)
    text = fields.text("text")
    fields.checked()
    if act == "note":
        return bulk.note_all(store, case_ids=ids, text=text, actor=actor, at=at)
    if act == "clear":
        return bulk.clear_all(store, case_ids=ids, reason=text, actor=actor, at=at)
    raise NotFound("There is no such bulk action; there are assign, snooze, note and clear.")
