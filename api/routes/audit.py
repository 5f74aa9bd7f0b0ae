"""The audit chain over the API."""

from typing import Annotated

from fastapi import APIRouter, Query, Request

from targeting.cases import audit, reading
from targeting.cases.dossier import EventRow, ReadRow

from ..access import AuditReader, store_of
from ..payloads import ChainState

router = APIRouter(prefix="/audit", tags=["audit"])


@router.get("/chain")
def chain(request: Request, actor: AuditReader) -> ChainState:  # noqa: ARG001 (its power is what matters)
    """Whether the chain is whole, else its first broken link."""
    found = audit.verify(store_of(request))
    return ChainState(
        ok=found.ok, events=found.events, broken_seq=found.broken_seq, problem=found.problem, head_hash=found.head_hash
    )


@router.get("/events")
def events(
    request: Request,
    actor: AuditReader,
    after: Annotated[int, Query(ge=0, le=2**53)] = 0,
    limit: Annotated[int, Query(ge=1, le=200)] = 100,
) -> list[EventRow]:
    """Events of the chain after a number, oldest first: codes and ids only."""
    return audit.events(store_of(request), after=after, limit=limit, actor=actor)


@router.get("/reads")
def reads(request: Request, actor: AuditReader, limit: Annotated[int, Query(ge=1, le=200)] = 50) -> list[ReadRow]:
    """Who looked at what, newest first."""
    return reading.read_log(store_of(request), actor=actor, limit=limit)
