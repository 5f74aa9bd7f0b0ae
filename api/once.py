"""The same request twice is answered once: `Idempotency-Key` on the API, a hidden key in every form.

Source: IETF draft-ietf-httpapi-idempotency-key-header. The store keeps keys 24 hours; another body under a key is a conflict.
"""

import json
from collections.abc import Callable
from datetime import datetime
from hashlib import sha256
from typing import TypedDict

from fastapi import Request
from fastapi.responses import RedirectResponse, Response
from starlette.datastructures import FormData

from targeting.cases import accounts
from targeting.cases.records import Actor
from targeting.dates import now
from targeting.errors import InvalidInput

from .access import store_of

SHORTEST_KEY, LONGEST_KEY = 8, 200


class Guard(TypedDict):
    """What every changing step of the store is told besides its content: who, when, and on which version of the case."""

    actor: Actor
    at: datetime
    version: int | None


def once(request: Request, *, actor: Actor, key: str, body: bytes, act: Callable[[], Response]) -> Response:
    """The answer of `act`, or the earlier answer to the same key; a failed act frees the key."""
    if not SHORTEST_KEY <= len(key) <= LONGEST_KEY or not key.isascii() or not key.isprintable():
        raise InvalidInput(f"Idempotency-Key needs {SHORTEST_KEY} to {LONGEST_KEY} printable ASCII characters, got {len(key)}.")
    store = store_of(request)
    route = f"{request.method} {request.url.path}"
    claim = accounts.claim_key(store, actor=actor, key=key, route=route, body_sha256=sha256(body).hexdigest(), at=now())
    if claim.replay is not None:
        status, text = claim.replay
        return _restored(status, text)
    try:
        response = act()
    except BaseException:
        accounts.release_key(store, actor=actor, key=key, at=now())
        raise
    accounts.finish_key(store, actor=actor, key=key, status=response.status_code, response=_kept(response), at=now())
    return response


def _kept(response: Response) -> str:
    headers = {name: value for name, value in response.headers.items() if name in ("location", "etag", "content-type")}
    return json.dumps({"headers": headers, "body": bytes(response.body).decode("utf-8")}, ensure_ascii=False)


def _restored(status: int, text: str) -> Response:
    kept = json.loads(text)
    return Response(kept["body"], status_code=status, headers={**kept["headers"], "Idempotency-Replayed": "true"})


def submitted(request: Request, form: FormData, *, actor: Actor, act: Callable[[], str]) -> Response:
    """The redirect to the address that `act` gives (303, so that reloading repeats nothing); done once for the form's key."""
    fields = sorted((name, str(value)) for name, value in form.multi_items() if name not in ("csrf", "idempotency_key"))
    return once(
        request,
        actor=actor,
        key=str(form.get("idempotency_key", "")),
        body=json.dumps(fields, ensure_ascii=False).encode(),
        act=lambda: RedirectResponse(act(), status_code=303),
    )
