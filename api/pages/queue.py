"""The queue: saved views with counts, filters in the address, preview, take next, search, export (REVIEW §3.3)."""

import csv
import io
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import Response

from targeting.cases import accounts, work
from targeting.cases import queue as case_queue
from targeting.cases.codes import Power
from targeting.cases.dossier import CaseDetail
from targeting.cases.queue import Filters, View
from targeting.cases.records import Actor, CaseRow
from targeting.dates import now

from ..access import Exporter, Form, Reader, Worker, store_of
from ..fields import Fields
from ..filters import chips, filter_fields, filters_of, kept, looks_like_identity, view_of
from ..once import submitted
from ..rendering import page
from ..texts import Texts
from .facts_table import facts_table
from .rule_list import sentences
from .timeline import timeline
from .view import leased, main_reason, read_case, reader_texts

router = APIRouter()

PAGE = 50
TOP_FACTS = 3
HOT = (View.DUE_THIS_WEEK, View.VISIT_DUE)


@router.get("/queue")
def show(request: Request, actor: Reader) -> Response:
    """A page of one saved view, narrowed by the filters in the address."""
    params = request.query_params
    view, filters = view_of(params.get("view", View.MY_OPEN)), filters_of(params)
    store, at, t = store_of(request), now(), reader_texts(request)
    found = case_queue.cases(
        store, view=view, filters=filters, limit=PAGE, cursor=params.get("cursor") or None, with_total=True, actor=actor, at=at
    )
    address = kept(view, params)
    previewed = params.get("preview", "")
    preview = preview_values(read_case(request, previewed, actor), t) if previewed else None
    return page(
        request,
        "queue.html",
        view=view.value,
        rail=_rail(case_queue.counts(store, actor=actor, at=at), actor),
        rows=[_row(row, address, t) for row in found.rows],
        total=found.total,
        chips=chips(address, t),
        filter_fields=filter_fields(address, actor, t),
        query=urlencode(address),
        preview=preview,
        previewed=previewed,
        next_page="/queue?" + urlencode(address | {"cursor": found.cursor}) if found.cursor else "",
        first_page="/queue?" + urlencode(address) if params.get("cursor") else "",
        colleagues=[a for a in accounts.accounts(store) if a.active] if actor.may(Power.ASSIGN) else [],
    )


def _rail(counts: Mapping[View, int], actor: Actor) -> list[dict[str, Any]]:
    """The saved views with their counts; approving is for those who may."""
    return [
        {"view": view.value, "count": counts.get(view, 0), "hot": view in HOT and counts.get(view, 0) > 0}
        for view in View
        if view is not View.TO_APPROVE or actor.may(Power.APPROVE)
    ]


def _row(row: CaseRow, address: Mapping[str, str], t: Texts) -> dict[str, Any]:
    """One row of the queue: no score, no rank, no arm."""
    shown = {name: getattr(row, name) for name in row.__dataclass_fields__}
    return shown | {
        "reason": main_reason(row, t),
        "leased": leased(row, now()),
        "preview": "/queue?" + urlencode({**address, "preview": row.id}),
    }


def preview_values(d: CaseDetail, t: Texts) -> dict[str, Any]:
    """Reason, top three facts, last event."""
    facts = [line for line in facts_table(d, t).main if line.key][:TOP_FACTS]
    events = timeline(d, t)
    return {
        "case": d.case,
        "sentences": [s.text for s in sentences(d, t)],
        "facts": facts,
        "last": events[0] if events else None,
    }


@router.get("/queue/preview/{case_id}")
def preview_part(request: Request, case_id: str, actor: Reader) -> Response:
    """The preview alone, for a browser that fetches it into the page."""
    t = reader_texts(request)
    return page(request, "preview.html", p=preview_values(read_case(request, case_id, actor), t))


@router.post("/queue/take-next")
def take_next(request: Request, form: Form, actor: Worker) -> Response:
    """The most urgent case that nobody holds is this person's for 30 minutes."""

    def act() -> str:
        row = work.take_next(store_of(request), actor=actor, at=now())
        return f"/cases/{row.id}?done=taken" if row else "/queue?view=unassigned&done=nothing_left"

    return submitted(request, form, actor=actor, act=act)


@router.post("/search")
def search(request: Request, form: Form, actor: Reader) -> Response:
    """Cases by name, case number or ID number; the text never comes into an address."""
    fields = Fields(form)
    text = fields.text("text")
    fields.checked()
    store, at = store_of(request), now()
    if looks_like_identity(text):
        purpose = reader_texts(request)("found.purpose")
        number = "".join(text.split()).upper()
        rows = case_queue.find_by_identity(store, resident_id=number, purpose=purpose, actor=actor, at=at)
    else:
        rows = tuple(
            row
            for view in (View.ALL_OPEN, View.CLOSED)
            for row in case_queue.cases(store, view=view, filters=Filters(text=text), limit=PAGE, actor=actor, at=at).rows
        )
    return page(request, "found.html", rows=rows)


@router.get("/queue/export")
def export(request: Request, actor: Exporter) -> Response:
    """What the filter shows as CSV: the machine's flag and people's outcome in separate columns; the export is logged."""
    params = request.query_params
    rows = case_queue.export_rows(
        store_of(request),
        view=view_of(params.get("view", View.MY_OPEN)),
        filters=filters_of(params),
        actor=actor,
        at=now(),
    )
    text = io.StringIO()
    writer: csv.DictWriter[str] | None = None
    for row in rows:
        if writer is None:
            writer = csv.DictWriter(text, fieldnames=list(row))
            writer.writeheader()
        writer.writerow({name: _cell(value) for name, value in row.items()})
    headers = {"Content-Disposition": 'attachment; filename="cases.csv"'}
    return Response("\ufeff" + text.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)


def _cell(value: object) -> object:
    """A cell that a spreadsheet cannot take for a formula (OWASP, CSV injection)."""
    return f"'{value}" if isinstance(value, str) and value[:1] in "=+-@\t\r" else value
