"""Signing in and out over the API, and who is signed in."""

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from targeting.cases import accounts
from targeting.cases.codes import POWERS
from targeting.cases.records import Session
from targeting.dates import now

from ..access import SESSION_COOKIE, Anybody, store_of, whoever
from ..pages.sign_in import keep_session
from ..payloads import SessionOut, SignIn
from ..problems import NotSignedIn

router = APIRouter(prefix="/session", tags=["session"])


def _shown(session: Session) -> SessionOut:
    actor = session.actor
    return SessionOut(
        login=actor.login,
        name=actor.name,
        role=actor.role,
        offices=None if actor.offices is None else sorted(actor.offices),
        powers=sorted(POWERS[actor.role]),
        csrf_token=session.csrf_token,
    )


@router.post("", response_model=SessionOut)
def sign_in(request: Request, body: SignIn) -> Response:
    """A session cookie for somebody who knows login and password; the answer holds the token for changing calls."""
    session = accounts.sign_in(store_of(request), login=body.login, password=body.password, at=now())
    response = JSONResponse(_shown(session).model_dump(mode="json"))
    keep_session(response, request, session)
    return response


@router.get("")
def show(request: Request) -> SessionOut:
    """Who is signed in."""
    session = whoever(request)
    if session is None:
        raise NotSignedIn("Nobody is signed in.")
    return _shown(session)


@router.delete("", status_code=204)
def sign_out(request: Request, actor: Anybody) -> Response:  # noqa: ARG001 (signed in is enough)
    """The session has ended."""
    accounts.sign_out(store_of(request), token=request.cookies.get(SESSION_COOKIE, ""), at=now())
    response = Response(status_code=204)
    response.delete_cookie(SESSION_COOKIE)
    return response
