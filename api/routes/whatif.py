"""What-if over the API: numbers or a proposed set are tried over the newest run; nothing is published."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import JSONResponse, Response

from targeting.cases.codes import Power
from targeting.cases.records import Actor
from targeting.jobs import whatif

from ..access import RunReader, needs
from ..payloads_policies import WhatIfIn, WhatIfOut
from ..trying import ask
from .changing import Change, Changes

router = APIRouter(prefix="/whatif", tags=["policies"])

Name = Annotated[str, Path(pattern=r"^[0-9a-f]{16}$")]
Asking = Annotated[Change, Depends(Changes(needs(Power.READ_RUNS), versioned=False))]


@router.post("", response_model=WhatIfOut)
def work_out(request: Request, body: WhatIfIn, change: Asking) -> Response:
    """Who enters, who leaves, money a month, by layer and street, flagged subjects and hours."""

    def act() -> Response:
        answer = ask(request, body.settings, draft=body.draft or "", on=body.on)
        return JSONResponse(_out(request, answer, change.actor).model_dump(mode="json"))

    return change.any(body, act)


@router.get("/{name}")
def show(request: Request, name: Name, actor: RunReader) -> WhatIfOut:
    """An answer that was worked out before."""
    return _out(request, whatif.kept(request.app.state.settings.home, name), actor)


def _out(request: Request, answer: whatif.Answer, actor: Actor) -> WhatIfOut:
    groups = whatif.groups(request.app.state.settings.home, answer.key) if actor.may(Power.READ_GROUPS) else None
    return WhatIfOut.model_validate(answer.as_json(groups))
