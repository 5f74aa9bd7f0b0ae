"""What every answer carries and every request must pass: headers, body size, trace id, the signing key and form tokens.

Sources: OWASP Secure Headers Project; W3C Content Security Policy Level 3; OWASP CSRF Prevention Cheat Sheet (HMAC based token).
"""

import hashlib
import hmac
import os
import secrets
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uuid_utils import uuid7

LARGEST_BODY = 512 * 1024
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class Envelope:
    """Every answer carries the security headers and a trace id, also that to a failure of ours; too large a body is refused."""

    def __init__(self, app: ASGIApp, unforeseen: Callable[[Request, Exception], Response]) -> None:
        self.app = app
        self.unforeseen = unforeseen

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The request has been answered inside the envelope."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        trace_id = str(uuid7())
        scope.setdefault("state", {})["trace_id"] = trace_id
        is_static = scope["path"].startswith("/static/")
        received, started = 0, False

        async def limited() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > LARGEST_BODY:
                raise HTTPException(
                    413, f"The body is larger than {LARGEST_BODY // 1024} KiB; no form or call of this service is."
                )
            return message

        async def sealed(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                headers = MutableHeaders(scope=message)
                headers.update({**HEADERS, "X-Trace-Id": trace_id})
                if is_static:
                    headers["Cache-Control"] = "public, max-age=31536000, immutable"
                else:
                    headers.setdefault("Cache-Control", "no-store")
            await send(message)

        try:
            await self.app(scope, limited, sealed)
        except Exception as error:
            if started:
                raise
            response = await run_in_threadpool(self.unforeseen, Request(scope), error)
            await response(scope, receive, sealed)


def signing_key(home: Path) -> bytes:
    """The key of this installation, made once, readable by its owner only."""
    path = home / "signing.key"
    if not path.exists():
        home.mkdir(parents=True, exist_ok=True)
        draft = home / f".signing.{secrets.token_hex(8)}"
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(secrets.token_bytes(32))
        with suppress(FileExistsError):
            os.link(draft, path)
        draft.unlink()
    return path.read_bytes()


def form_token(key: bytes, visit: str) -> str:
    """The token that every form of this visit carries: a keyed hash of the session (or visit) cookie."""
    return hmac.new(key, b"form:" + visit.encode(), hashlib.sha256).hexdigest()


def same_token(expected: str, given: str) -> bool:
    """Whether the form's token is the visit's, compared in constant time."""
    return hmac.compare_digest(expected.encode(), given.encode())
