"""Signing in and out: one sentence for every refusal, a fresh session each time, a way back to the page that was asked for."""

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from targeting.cases import accounts
from targeting.cases.records import Session
from targeting.dates import now
from targeting.errors import SignInRefused

from ..access import SESSION_COOKIE, Form, store_of, whoever
from ..fields import Fields
from ..rendering import language_of, page
from ..texts import texts

router = APIRouter()


def inside(path: str) -> str:
    """The path if it is a page of ours, else the queue: a link from outside leads nowhere else."""
    safe = path.startswith("/") and not path.startswith(("//", "/\\", "/sign-")) and path.isprintable()
    return path if safe else "/"


def keep_session(response: Response, request: Request, session: Session) -> None:
    """The browser holds the session's token where scripts cannot read it."""
    response.set_cookie(
        SESSION_COOKIE,
        session.token,
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
        max_age=max(1, int((session.expires_at - now()).total_seconds())),
    )


@router.get("/sign-in")
def show(request: Request, next: str = "/") -> Response:  # noqa: A002 (the name of the query parameter)
    """The form, or the way on for somebody who is signed in already."""
    if whoever(request) is not None:
        return RedirectResponse(inside(next), status_code=303)
    return page(request, "sign_in.html", next=inside(next), login="", refused="")


@router.post("/sign-in")
def sign_in(request: Request, form: Form) -> Response:
    """A session for somebody who knows login and password."""
    fields = Fields(form)
    target = inside(fields.raw("next") or "/")
    password = form.get("password")
    try:
        session = accounts.sign_in(
            store_of(request),
            login=fields.raw("login"),
            password=password if isinstance(password, str) else "",
            at=now(),
        )
    except SignInRefused:
        refused = texts(language_of(request))("sign_in.refused")
        return page(request, "sign_in.html", status=401, next=target, login=fields.raw("login"), refused=refused)
    response = RedirectResponse(target, status_code=303)
    keep_session(response, request, session)
    return response


@router.post("/sign-out")
def sign_out(request: Request, form: Form) -> Response:  # noqa: ARG001 (the form's token is what matters)
    """The session has ended, here and in the store."""
    token = request.cookies.get(SESSION_COOKIE)
    if token:
        accounts.sign_out(store_of(request), token=token, at=now())
    response = RedirectResponse("/sign-in", status_code=303)
    response.delete_cookie(SESSION_COOKIE)
    return response
