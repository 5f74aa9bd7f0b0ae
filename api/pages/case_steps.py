"""Small steps of a case that act at once: marks and own finding, take, release, note, wake, take back."""

from collections.abc import Callable

from fastapi import APIRouter, Request
from fastapi.responses import Response

from targeting.cases import deciding, work
from targeting.cases.codes import Finding, Verdict
from targeting.cases.records import Actor, CaseRow
from targeting.dates import now
from targeting.errors import InvalidInput

from ..access import Decider, Form, Worker, store_of
from ..fields import Fields
from ..once import Guard, submitted
from .view import read_case

router = APIRouter()

MARK = "mark-"


def guard(fields: Fields, actor: Actor) -> Guard:
    """Store-side arguments of a changing step: who, when, and the version that the page was made from."""
    version = fields.number("version")
    fields.checked()
    return Guard(actor=actor, at=now(), version=version)


def _acted(request: Request, form: Form, actor: Actor, done: str, act: Callable[[Guard], CaseRow]) -> Response:
    fields = Fields(form)

    def acting() -> str:
        row = act(guard(fields, actor))
        return f"/cases/{row.id}?done={done}"

    return submitted(request, form, actor=actor, act=acting)


@router.post("/cases/{case_id}/marks")
def marks(request: Request, case_id: str, form: Form, actor: Worker) -> Response:
    """The marks that changed are recorded, and the own finding if one was chosen."""
    fields = Fields(form)
    guarded = guard(fields, actor)
    store = store_of(request)

    def act() -> str:
        before = {fact.fact_key: fact.my_verdict for fact in read_case(request, case_id, actor).facts}
        changed = [
            (name.removeprefix(MARK), Verdict(str(value)))
            for name, value in form.multi_items()
            if name.startswith(MARK) and value in list(Verdict) and before.get(name.removeprefix(MARK)) != value
        ]
        for key, verdict in changed:
            row = work.record_verdict(store, case_id=case_id, fact_key=key, verdict=verdict, **guarded)
            guarded["version"] = row.version
        if fields.raw("own_finding"):
            finding = fields.code("own_finding", Finding)
            note = fields.text("own_note", required=False) or None
            fields.checked()
            work.record_own_finding(store, case_id=case_id, finding=finding, note=note, **guarded)
            return f"/cases/{case_id}?done=own_finding#model"
        if not changed:
            raise InvalidInput("No mark was set or changed, and no finding was chosen.")
        return f"/cases/{case_id}?done=verdicts#facts"

    return submitted(request, form, actor=actor, act=act)


@router.post("/cases/{case_id}/take")
def take(request: Request, case_id: str, form: Form, actor: Worker) -> Response:
    """The case is this person's."""
    return _acted(request, form, actor, "claimed", lambda g: work.take(store_of(request), case_id=case_id, **g))


@router.post("/cases/{case_id}/release")
def release(request: Request, case_id: str, form: Form, actor: Worker) -> Response:
    """The case is back in the office's queue."""
    return _acted(request, form, actor, "released", lambda g: work.release(store_of(request), case_id=case_id, **g))


@router.post("/cases/{case_id}/unsnooze")
def unsnooze(request: Request, case_id: str, form: Form, actor: Worker) -> Response:
    """The case is back in the queue before its day."""
    return _acted(request, form, actor, "woken", lambda g: work.unsnooze(store_of(request), case_id=case_id, **g))


@router.post("/cases/{case_id}/note")
def note(request: Request, case_id: str, form: Form, actor: Worker) -> Response:
    """What was written stands in the timeline."""
    fields = Fields(form)
    text = fields.text("text")
    return _acted(request, form, actor, "note", lambda g: work.add_note(store_of(request), case_id=case_id, text=text, **g))


@router.post("/cases/{case_id}/take-back")
def take_back(request: Request, case_id: str, form: Form, actor: Decider) -> Response:
    """The author has taken a proposed decision back before a second person spoke."""
    return _acted(request, form, actor, "undone", lambda g: deciding.take_back(store_of(request), case_id=case_id, **g))
