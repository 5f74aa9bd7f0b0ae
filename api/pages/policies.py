"""Parameters: what is in force, what waits for a second person, what a set changes; propose one value or a whole set, approve."""

import re

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from starlette.datastructures import FormData, UploadFile

from targeting.cases import publishing
from targeting.cases.codes import Power
from targeting.cases.publishing import HASH_SHOWN
from targeting.dates import today
from targeting.errors import InvalidInput
from targeting.jobs import policies
from targeting.specs.parameter_sets import of_files

from ..access import Form, Proposer, Publisher, RunReader, Upload, needs, store_of
from ..fields import Fields
from ..once import submitted
from ..rendering import page
from ..rule_lines import change_line, parameter_line
from .view import reader_texts

router = APIRouter()

READS = Depends(needs(Power.READ_RUNS))

FILE_NAME = re.compile(r"^[a-z][a-z0-9_]{0,60}\.toml$")
MOST_CHANGES = 300
"""Changes shown of one set; the rest are counted."""


@router.get("/policies", dependencies=[READS])
def show_all(request: Request) -> Response:
    """The set in use, every proposal, and every parameter in force today."""
    settings, store, t = request.app.state.settings, store_of(request), reader_texts(request)
    law = policies.law_in_use(settings, store)
    sets = publishing.proposals(store, jurisdiction=settings.jurisdiction)
    lines = [
        parameter_line(parameter, dated, t)
        for parameter in law.policy.parameters.values()
        if (dated := parameter.on(today())) is not None
    ]
    return page(
        request,
        "policies.html",
        standing=law.standing(today()),
        jurisdiction=law.policy.of.title_en if t.language == "en" else law.policy.of.title_zh,
        sets=[(one, policies.state(one, law.set.sha256)) for one in sets],
        parameters=lines,
    )


@router.get("/policies/new", dependencies=[Depends(needs(Power.PROPOSE_RULES))])
def show_form(request: Request, parameter: str = "") -> Response:
    """The form for one new value, and that for the files of a whole set."""
    t = reader_texts(request)
    law = policies.law_in_use(request.app.state.settings, store_of(request))
    numbers = [
        parameter_line(one, dated, t)
        for one in law.policy.parameters.values()
        if (dated := one.on(today())) is not None and policies.is_number(dated)
    ]
    titles = {code: one.title_en if t.language == "en" else one.title_zh for code, one in law.policy.instruments.items()}
    return page(request, "policy_new.html", numbers=numbers, chosen=parameter, documents=titles)


@router.post("/policies/value")
def propose_value(request: Request, form: Form, actor: Proposer) -> Response:
    """The set in use with one new value waits for a second person."""
    fields = Fields(form)
    values = {name: fields.text(name) for name in ("parameter", "number", "document", "article", "note")}
    effective_from, past_reason = fields.day("effective_from"), fields.text("past_reason", required=False)
    fields.checked()

    def act() -> str:
        made = policies.propose_value(
            request.app.state.settings,
            store_of(request),
            effective_from=effective_from,
            past_reason=past_reason,
            actor=actor,
            **values,
        )
        return f"/policies/{made.sha256[:HASH_SHOWN]}?done=rules_proposed"

    return submitted(request, form, actor=actor, act=act)


@router.post("/policies/files")
def propose_files(request: Request, form: Upload, actor: Proposer) -> Response:
    """The set of the uploaded files waits for a second person."""
    settings = request.app.state.settings
    files = _received(form, settings.jurisdiction)
    fields = Fields(form)
    note, past_reason = fields.text("note"), fields.text("past_reason", required=False)
    fields.checked()

    def act() -> str:
        proposed = of_files(files, settings.jurisdiction)
        made = policies.propose(settings, store_of(request), proposed, note=note, past_reason=past_reason, actor=actor)
        return f"/policies/{made.sha256[:HASH_SHOWN]}?done=rules_proposed"

    return submitted(request, form, actor=actor, act=act)


@router.get("/policies/{sha256}")
def show(request: Request, sha256: str, actor: RunReader) -> Response:
    """One proposed set: who, why, what it changes by date; and the button of the second person."""
    settings, store, t = request.app.state.settings, store_of(request), reader_texts(request)
    one = policies.proposal_of(settings, store, sha256)
    law = policies.law_in_use(settings, store)
    return page(
        request,
        "policy.html",
        one=one,
        state=policies.state(one, law.set.sha256),
        changes=[change_line(change, t) for change in one.changes[:MOST_CHANGES]],
        more=max(0, len(one.changes) - MOST_CHANGES),
        own=one.proposer.id == actor.user_id,
    )


@router.post("/policies/{sha256}/approve")
def approve(request: Request, sha256: str, form: Form, actor: Publisher) -> Response:
    """The set that somebody else proposed is the law from the next run on."""

    def act() -> str:
        done = policies.approve(request.app.state.settings, store_of(request), sha256=sha256, actor=actor)
        return f"/policies/{done.sha256[:HASH_SHOWN]}?done=rules_published"

    return submitted(request, form, actor=actor, act=act)


def _received(form: FormData, jurisdiction: str) -> dict[str, bytes]:
    """The files that were sent, as those of the jurisdiction."""
    sent = [one for one in form.getlist("files") if isinstance(one, UploadFile)]
    read = []
    for one in sent:
        with one.file as file:
            read.append((one.filename or "", file.read()))
    named = [(name.rpartition("/")[2], content) for name, content in read if name]
    if wrong := [f"{name[:80]}: expected a name such as parameters.toml." for name, _ in named if not FILE_NAME.match(name)]:
        raise InvalidInput("Not all files can be those of a parameter set.", faults=wrong)
    if not named:
        raise InvalidInput("No file was sent: choose the *.toml files of the set.")
    return {f"{jurisdiction}/{name.removesuffix('.toml')}": content for name, content in named}
