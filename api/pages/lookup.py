"""The page on which a caseworker looks one person up; what is typed is sent in a body and stands in no address."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from ..access import Form, Revealer
from ..drawing import draw, signed
from ..fields import Fields
from ..lookup import look_up
from ..rendering import page
from .link_review import chance
from .view import reader_texts

router = APIRouter()

TYPED = ("name", "number", "birth_date", "address")


@router.get("/lookup")
def ask(request: Request, actor: Revealer) -> Response:  # noqa: ARG001 (its power is what matters)
    """The empty form."""
    return page(request, "lookup.html", given={}, found=None)


@router.post("/lookup")
def answer(request: Request, form: Form, actor: Revealer) -> Response:
    """The candidates below what was typed."""
    fields, t = Fields(form), reader_texts(request)
    typed = {name: fields.raw(name) for name in (*TYPED, "purpose")}
    given: dict[str, Any] = {name: typed[name] for name in ("name", "number", "address") if typed[name]}
    if typed["birth_date"]:
        given["birth_date"] = fields.day("birth_date")
    if not given:
        fields.faults.append(t("lookup.one_needed"))
    purpose = fields.text("purpose")
    fields.checked()
    _, found = look_up(request, given, purpose=purpose, actor=actor)
    shown = [(one, chance(one.probability), draw(one.picture, t) if one.picture else None) for one in found]
    return page(request, "lookup.html", given=typed, found=shown, signed=signed)
