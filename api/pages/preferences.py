"""Language and keyboard shortcuts, remembered by the browser for a year; the page of keys and words; the way in."""

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from targeting.cases.codes import Finding, Power

from ..access import Anybody, Form
from ..fields import Fields
from ..rendering import KEYS_COOKIE, LANGUAGE_COOKIE, YEAR, page
from ..texts import LANGUAGES
from .sign_in import inside

router = APIRouter()

SHORTCUTS = (
    (("j", "k"), "move"),
    (("o", "Enter"), "open"),
    (("p",), "preview"),
    (("x",), "tick"),
    (("Shift", "x"), "range"),
    (("/",), "search"),
    (("g", "q"), "queue"),
    (("n",), "next"),
    (("d",), "decide"),
    (("a",), "assign"),
    (("s",), "snooze"),
    (("c",), "note"),
    (("v",), "link"),
    (("y", "n", "?"), "judge"),
    (("j", "k"), "links"),
    (("u",), "undo_link"),
    (("1", "…", "7"), "finding"),
    (("Ctrl", "Enter"), "submit"),
    (("u",), "undo"),
    (("?",), "help"),
)


@router.get("/")
def home(actor: Anybody) -> Response:
    """The first page of this role."""
    return RedirectResponse("/queue" if actor.may(Power.READ_CASES) else "/runs", status_code=303)


@router.post("/language")
def language(request: Request, form: Form) -> Response:  # noqa: ARG001 (kept for its token)
    """The pages are in the chosen language from now on."""
    fields = Fields(form)
    response = RedirectResponse(inside(fields.raw("back") or "/"), status_code=303)
    if fields.raw("language") in LANGUAGES:
        response.set_cookie(LANGUAGE_COOKIE, fields.raw("language"), max_age=YEAR, httponly=True, samesite="lax")
    return response


@router.post("/keys")
def keys(request: Request, form: Form) -> Response:  # noqa: ARG001 (kept for its token)
    """Single-letter shortcuts are on or off (WCAG 2.1.4)."""
    fields = Fields(form)
    response = RedirectResponse(inside(fields.raw("back") or "/"), status_code=303)
    response.set_cookie(KEYS_COOKIE, "off" if fields.raw("keys") == "off" else "on", max_age=YEAR, samesite="lax")
    return response


@router.get("/help")
def help_page(request: Request, actor: Anybody) -> Response:  # noqa: ARG001 (signed in is enough)
    """Keys and the words of decisions."""
    return page(request, "help.html", shortcuts=SHORTCUTS, findings=list(Finding))
