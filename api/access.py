"""Who is calling and what they may do: every route names the power it needs, so that a test can walk all of them."""

import secrets
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData

from targeting.cases import accounts
from targeting.cases.codes import Power
from targeting.cases.records import Actor, Session
from targeting.cases.store import Store
from targeting.dates import now
from targeting.errors import NotAllowed

from .problems import NotSignedIn, is_api
from .rendering import VISIT_COOKIE
from .security import form_token, same_token

SESSION_COOKIE = "targeting_session"
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
MOST_FILES = 40


def store_of(request: Request) -> Store:
    """The case store of this process."""
    store: Store = request.app.state.store
    return store


def whoever(request: Request) -> Session | None:
    """The session of the caller, or nobody's; read once a request."""
    if not hasattr(request.state, "session"):
        token = request.cookies.get(SESSION_COOKIE)
        session = accounts.session(store_of(request), token=token, at=now()) if token else None
        request.state.session = session
        request.state.account = session.actor if session else None
        request.state.csrf = session.csrf_token if session else visit_token(request)
    found: Session | None = request.state.session
    return found


def visit_token(request: Request) -> str:
    """The form token of somebody not signed in; the visit is a cookie that `page` sets."""
    visit = request.cookies.get(VISIT_COOKIE)
    if not visit:
        visit = secrets.token_urlsafe(24)
        request.state.new_visit = visit
    return form_token(request.app.state.key, visit)


@dataclass(frozen=True, slots=True)
class Needs:
    """The dependency of a route that only some roles may use; None: anybody who is signed in."""

    power: Power | None

    def __call__(self, request: Request) -> Actor:
        """The signed-in person, who has the power; a changing API call has also sent the session's form token."""
        session = whoever(request)
        if session is None:
            raise NotSignedIn("Nobody is signed in, or the session has ended. Sign in and repeat the request.")
        if self.power is not None and not session.actor.may(self.power):
            raise NotAllowed(f"The role {session.actor.role} may not do this; it needs the power {self.power}.")
        if is_api(request) and request.method not in SAFE_METHODS:
            given = request.headers.get("x-csrf-token", "")
            if not same_token(session.csrf_token, given):
                raise NotAllowed("The X-CSRF-Token header is not this session's. GET /api/v1/session gives it.")
        return session.actor


def needs(power: Power | None = None) -> Needs:
    """The dependency `Needs(power)`: reads well in a route's signature."""
    return Needs(power)


async def checked_form(request: Request) -> FormData:
    """The form of a page, sent from a page of ours: its token is this session's (or visit's)."""
    return await _checked(request, files=0)


async def checked_upload(request: Request) -> FormData:
    """The form of a page with the files of a parameter set, as `checked_form`."""
    return await _checked(request, files=MOST_FILES)


async def _checked(request: Request, *, files: int) -> FormData:
    form = await request.form(max_files=files, max_fields=1200)
    await run_in_threadpool(whoever, request)
    request.state.form = form
    given = form.get("csrf")
    if not isinstance(given, str) or not same_token(request.state.csrf, given):
        await form.close()
        raise NotAllowed("The form does not carry this session's token; it was opened before the last sign-in.")
    return form


Form = Annotated[FormData, Depends(checked_form)]
Upload = Annotated[FormData, Depends(checked_upload)]
Reader = Annotated[Actor, Depends(needs(Power.READ_CASES))]
Worker = Annotated[Actor, Depends(needs(Power.WORK_CASES))]
Decider = Annotated[Actor, Depends(needs(Power.DECIDE))]
Approver = Annotated[Actor, Depends(needs(Power.APPROVE))]
Assigner = Annotated[Actor, Depends(needs(Power.ASSIGN))]
Withdrawer = Annotated[Actor, Depends(needs(Power.WITHDRAW))]
Revealer = Annotated[Actor, Depends(needs(Power.REVEAL_IDENTITY))]
Exporter = Annotated[Actor, Depends(needs(Power.EXPORT))]
Proposer = Annotated[Actor, Depends(needs(Power.PROPOSE_RULES))]
Publisher = Annotated[Actor, Depends(needs(Power.PUBLISH_RULES))]
RunReader = Annotated[Actor, Depends(needs(Power.READ_RUNS))]
AuditReader = Annotated[Actor, Depends(needs(Power.READ_AUDIT))]
Anybody = Annotated[Actor, Depends(needs(None))]
