"""The search for one person over the API: what is known goes in the body, never into an address."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse, Response

from targeting.cases.codes import Power

from ..access import needs
from ..lookup import Found, look_up
from ..payloads_links import FoundOut, LookupIn, LookupOut, field_out, waterfall_out
from .changing import Change, Changes

router = APIRouter(tags=["lookup"])

Searching = Annotated[Change, Depends(Changes(needs(Power.REVEAL_IDENTITY), versioned=False))]


@router.post("/lookup", response_model=LookupOut)
def lookup(request: Request, body: LookupIn, change: Searching) -> Response:
    """Candidates of the linked population with level, weight and why; the purpose is in the read log, the answer kept nowhere."""
    given = body.model_dump(exclude={"purpose"}, exclude_none=True)
    link_run, found = look_up(request, given, purpose=body.purpose, actor=change.actor)
    return JSONResponse(LookupOut(link_run=link_run, found=[_out(one) for one in found]).model_dump(mode="json"))


def _out(one: Found) -> FoundOut:
    return FoundOut(
        person_id=one.person_id,
        level=one.level,
        rule=one.rule,
        probability=one.probability,
        weight=one.weight,
        office=one.office,
        fields=[field_out(field, one.bits.get(field.code)) for field in one.fields],
        waterfall=waterfall_out(one.picture),
    )
