"""Showing a whole ID number: a purpose first, an entry in the read log always, the number never in an address."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from targeting.cases import reading
from targeting.dates import now
from targeting.errors import NotFound

from ..access import Form, Revealer, store_of
from ..fields import Fields
from ..rendering import page
from .view import read_case

router = APIRouter()


@router.get("/cases/{case_id}/reveal/{person_id}")
def ask(request: Request, case_id: str, person_id: str, actor: Revealer) -> Response:
    """The form that asks what the number is needed for."""
    d = read_case(request, case_id, actor)
    for member in d.members:
        if member.person_id == person_id:
            return page(request, "reveal.html", d=d, member=member, identity=None)
    raise NotFound("There is no such person in this case.")


@router.post("/cases/{case_id}/reveal/{person_id}")
def reveal(request: Request, case_id: str, person_id: str, form: Form, actor: Revealer) -> Response:
    """The number, once, on a page that no browser keeps; who asked and why is logged."""
    fields = Fields(form)
    purpose = fields.text("purpose")
    fields.checked()
    store, at = store_of(request), now()
    identity = reading.reveal_identity(store, case_id=case_id, person_id=person_id, purpose=purpose, actor=actor, at=at)
    d = read_case(request, case_id, actor)
    return page(request, "reveal.html", d=d, member=None, identity=identity)
