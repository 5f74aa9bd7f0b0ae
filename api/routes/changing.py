"""A changing call on a case: `If-Match` names the version seen (else 412), `Idempotency-Key` makes a repeat harmless."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import Header, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, TypeAdapter

from targeting.cases.records import Actor, CaseRow
from targeting.cases.store import Store
from targeting.dates import now
from targeting.errors import InvalidInput

from ..access import Needs, store_of
from ..once import Guard, once
from ..problems import PreconditionMissing

ETAG = re.compile(r'^(?:W/)?"(\d{1,9})"$')
ROW = TypeAdapter(CaseRow)


def etag(row: CaseRow) -> str:
    """The entity tag of a case: its version."""
    return f'"{row.version}"'


def version_of(if_match: str | None) -> int:
    """The version that the caller saw.

    Raises:
        PreconditionMissing: there is no If-Match.
        InvalidInput: it is not an entity tag given out here.
    """
    if not if_match:
        raise PreconditionMissing("If-Match is missing: send the ETag of the case as you read it.")
    found = ETAG.match(if_match.strip())
    if found is None:
        raise InvalidInput('If-Match: expected one entity tag such as "3".')
    return int(found.group(1))


@dataclass(frozen=True, slots=True)
class Change:
    """One changing call: who, on which version, under which key."""

    request: Request
    actor: Actor
    key: str
    version: int | None

    @property
    def store(self) -> Store:
        """The case store."""
        return store_of(self.request)

    @property
    def guard(self) -> Guard:
        """Store-side arguments of the step."""
        return Guard(actor=self.actor, at=now(), version=self.version)

    def case(self, body: BaseModel | None, act: Callable[[], CaseRow]) -> Response:
        """The case after the step, with its new entity tag."""

        def answered() -> Response:
            row = act()
            return JSONResponse(ROW.dump_python(row, mode="json"), headers={"ETag": etag(row)})

        return self.any(body, answered)

    def any(self, body: BaseModel | None, act: Callable[[], Response]) -> Response:
        """The answer of the step, given once for the key."""
        sent = b"" if body is None else body.model_dump_json().encode()
        sent += b"" if self.version is None else f"@{self.version}".encode()
        return once(self.request, actor=self.actor, key=self.key, body=sent, act=act)


Key = Annotated[
    str,
    Header(alias="Idempotency-Key", min_length=8, max_length=200, pattern=r"^[!-~]+$", description="Makes a repeat harmless."),
]
Match = Annotated[str | None, Header(alias="If-Match", description="ETag of the case as read.")]
Token = Annotated[str | None, Header(alias="X-CSRF-Token", description="From GET /api/v1/session.")]


@dataclass(frozen=True, slots=True)
class Changes:
    """The dependency of a changing call: the power it needs, and what it is made from."""

    needs: Needs
    versioned: bool = True

    def __call__(self, request: Request, key: Key, if_match: Match = None, token: Token = None) -> Change:  # noqa: ARG002 (token: for the description)
        """The call, made by somebody who may."""
        actor = self.needs(request)
        return Change(request, actor, key, version_of(if_match) if self.versioned else None)
