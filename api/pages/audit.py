"""The audit chain's state and who looked at what (G20, G21)."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from targeting.cases import audit, reading

from ..access import AuditReader, store_of
from ..rendering import page

router = APIRouter()

READS_SHOWN, EVENTS_SHOWN = 100, 100


@router.get("/audit")
def show(request: Request, actor: AuditReader) -> Response:
    """Whether the chain is whole, and the newest entries of the read log."""
    store = store_of(request)
    reads = reading.read_log(store, case_id=None, actor=actor, limit=READS_SHOWN)
    chain = audit.verify(store)
    events = audit.events(store, after=max(0, chain.events - EVENTS_SHOWN), limit=EVENTS_SHOWN, actor=actor)
    return page(request, "audit.html", v=chain, reads=reads, events=list(reversed(events)))
