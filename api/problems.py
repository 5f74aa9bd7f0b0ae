"""Every failure as RFC 9457 problem+json on the API and as a designed page elsewhere; never an empty list, never a trace.

Source: RFC 9457, "Problem Details for HTTP APIs", sections 3.1 and 3.2.
"""

import logging
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from fastapi import FastAPI, Request
from fastapi.encoders import jsonable_encoder
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from targeting.errors import TargetingError

from .payloads import Problem
from .rendering import problem_page

log = logging.getLogger("targeting.api")
PROBLEM = "application/problem+json"
DOCUMENTED: dict[int | str, dict[str, Any]] = {
    status: {"description": HTTPStatus(status).phrase, "model": Problem, "content": {PROBLEM: {}}}
    for status in (400, 401, 403, 404, 409, 412, 413, 422, 428)
}
"""Failures that any call of the API may answer with, for its description."""


class NotSignedIn(TargetingError):
    """Nobody is signed in; pages lead to the sign-in page, the API answers 401."""

    status = 401
    code = "not_signed_in"


class PreconditionMissing(TargetingError):
    """The change needs an If-Match header, so that nobody's work is overwritten unseen."""

    status = 428
    code = "precondition_required"


def problem(
    request: Request, *, status: int, code: str, detail: str, errors: Sequence[object] = (), title: str | None = None
) -> JSONResponse:
    """The failure as problem+json."""
    body = {
        "type": f"/api/v1/problems/{code}",
        "title": title or HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "instance": request.url.path,
        "code": code,
        "errors": list(errors),
        "trace_id": getattr(request.state, "trace_id", ""),
    }
    return JSONResponse(body, status_code=status, media_type=PROBLEM)


def is_api(request: Request) -> bool:
    """Whether the caller is a program of the API rather than a reader of pages."""
    return request.url.path.startswith("/api/")


def answer(request: Request, error: TargetingError) -> Response:
    """The answer to an error that a user can meet."""
    if is_api(request):
        faults = [{"pointer": "", "code": error.code, "message": fault} for fault in error.faults]
        return problem(request, status=error.status, code=error.code, detail=error.message, errors=faults)
    return problem_page(request, error.status, error.code, error.message, error.faults)


async def _targeting(request: Request, error: Exception) -> Response:
    assert isinstance(error, TargetingError)
    if isinstance(error, NotSignedIn) and not is_api(request):
        way_back = request.url.path if request.method == "GET" else "/"
        return RedirectResponse("/sign-in?" + urlencode({"next": way_back}), status_code=303)
    if error.status >= 500:
        log.error("trace %s: %s", getattr(request.state, "trace_id", ""), error.code)
    return answer(request, error)


async def _validation(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    faults = [
        {
            "pointer": "/" + "/".join(str(part) for part in fault["loc"]),
            "code": str(fault["type"]),
            "message": str(fault["msg"]),
        }
        for fault in error.errors()
    ]
    if is_api(request):
        detail = "The request is not of the declared form; `errors` names each place."
        return problem(request, status=422, code="invalid_input", detail=detail, errors=jsonable_encoder(faults))
    return problem_page(request, 422, "invalid_input", "", [f"{f['pointer']}: {f['message']}" for f in faults])


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    code = HTTPStatus(error.status_code).phrase.lower().replace(" ", "_")
    answered: Response
    if is_api(request):
        answered = problem(request, status=error.status_code, code=code, detail=str(error.detail))
    else:
        answered = problem_page(request, error.status_code, code, "", ())
    answered.headers.update(error.headers or {})
    return answered


def unforeseen(request: Request, error: Exception) -> Response:
    """The answer to a failure of ours: a trace number, and nothing of the inside; its place is logged, its message is not."""
    trace = getattr(request.state, "trace_id", "")
    log.error("trace %s: unforeseen %s at %s", trace, type(error).__name__, _place(error))
    if is_api(request):
        detail = "The service failed; nothing was changed. Report the trace_id."
        return problem(request, status=500, code="internal", detail=detail)
    return problem_page(request, 500, "internal", "", ())


def _place(error: BaseException) -> str:
    """File and line of the failure; the message may hold a person's data and is not logged."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return "unknown place" if trace is None else f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}"


def install(app: FastAPI) -> None:
    """Every failure of the app is answered in the declared form."""
    app.add_exception_handler(TargetingError, _targeting)
    app.add_exception_handler(RequestValidationError, _validation)
    app.add_exception_handler(HTTPException, _http)
