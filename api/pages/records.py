"""Records that an officer keeps of a case: hearing, visit, reply, evidence, putting aside, handing on, dispute, withdrawal.

One declared form each; the words are in the texts, the step is the store's.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from targeting.cases import accounts, deciding, process, work
from targeting.cases.codes import Channel, DisputeRoute, DisputeState, FactSource, HearingOutcome, Power, VisitOutcome
from targeting.cases.dossier import CaseDetail
from targeting.cases.records import Actor
from targeting.cases.store import Store
from targeting.dates import now

from ..access import Form, Worker, needs, store_of
from ..fields import Fields
from ..once import Guard, submitted
from ..rendering import page
from ..texts import Texts
from .case_steps import guard
from .view import read_case, reader_texts

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a record's form; `label` and `hint` are keys of texts."""

    name: str
    type: str
    label: str
    options: Sequence[tuple[str, ...]] = ()
    required: bool = True
    past: bool = True
    hint: str = ""


Fill = Callable[[Texts, CaseDetail, Store], list[Field]]
Act = Callable[[Store, str, Fields], Callable[[Guard], object]]


def _channels(t: Texts) -> list[tuple[str, ...]]:
    return [(code.value, t.of("channel", code)) for code in Channel]


def _choices(t: Texts, section: str, codes: Sequence[str]) -> list[tuple[str, ...]]:
    return [(code, t.of(section, code), t.of(f"{section}_def", code, "")) for code in codes]


def _hearing(t: Texts, d: CaseDetail, store: Store) -> list[Field]:  # noqa: ARG001 (one form for all cases)
    return [
        Field("held_on", "date", "record.hearing.on"),
        Field("channel", "select", "notice.channel", _channels(t)),
        Field("outcome", "choice", "record.hearing.outcome", _choices(t, "hearing_outcome", list(HearingOutcome))),
        Field("text", "text", "record.hearing.text", hint="record.hearing.text_hint"),
    ]


def _hear(store: Store, case_id: str, fields: Fields) -> Callable[[Guard], object]:
    held_on, channel = fields.day("held_on"), fields.code("channel", Channel)
    outcome, text = fields.code("outcome", HearingOutcome), fields.text("text")
    return lambda g: process.record_hearing(
        store, case_id=case_id, held_on=held_on, channel=channel, outcome=outcome, text=text, **g
    )


def _visit(t: Texts, d: CaseDetail, store: Store) -> list[Field]:  # noqa: ARG001 (one form for all cases)
    return [
        Field("attempted_on", "date", "record.visit.on"),
        Field("outcome", "choice", "record.visit.outcome", _choices(t, "visit_outcome", list(VisitOutcome))),
        Field("second_visitor", "line", "record.visit.second", hint="record.visit.second_hint"),
        Field("text", "text", "record.visit.text"),
    ]


def _have_visited(store: Store, case_id: str, fields: Fields) -> Callable[[Guard], object]:
    on, outcome = fields.day("attempted_on"), fields.code("outcome", VisitOutcome)
    second, text = fields.text("second_visitor"), fields.text("text")
    return lambda g: process.record_visit(
        store, case_id=case_id, attempted_on=on, outcome=outcome, second_visitor=second, text=text, **g
    )


def _reply(t: Texts, d: CaseDetail, store: Store) -> list[Field]:  # noqa: ARG001 (one form for all cases)
    return [
        Field("received_on", "date", "record.reply.on"),
        Field("channel", "select", "notice.channel", _channels(t)),
        Field("text", "text", "record.reply.text"),
        Field("waives", "flag", "record.reply.waives", required=False),
    ]


def _have_reply(store: Store, case_id: str, fields: Fields) -> Callable[[Guard], object]:
    on, channel, text = fields.day("received_on"), fields.code("channel", Channel), fields.text("text")
    waives = fields.flag("waives")
    return lambda g: process.record_reply(
        store, case_id=case_id, received_on=on, channel=channel, text=text, waives_window=waives, **g
    )


def _evidence(t: Texts, d: CaseDetail, store: Store) -> list[Field]:  # noqa: ARG001 (no list from the store)
    sources = [source.value for source in FactSource if source is not FactSource.REGISTER]
    people = [(m.person_id, m.name or "–") for m in d.members]
    return [
        Field("source", "choice", "record.evidence.source", _choices(t, "source", sources)),
        Field("person_id", "select", "fact_col.person", people, required=False),
        Field("text", "text", "record.evidence.text", hint="record.evidence.text_hint"),
    ]


def _have_evidence(store: Store, case_id: str, fields: Fields) -> Callable[[Guard], object]:
    source, text = fields.code("source", FactSource), fields.text("text")
    person = fields.raw("person_id") or None
    return lambda g: work.add_fact(store, case_id=case_id, source=source, kind="evidence", text=text, person_id=person, **g)


def _snooze(t: Texts, d: CaseDetail, store: Store) -> list[Field]:  # noqa: ARG001 (one form for all cases)
    return [
        Field("until", "date", "record.snooze.until", past=False),
        Field("text", "text", "decide.reason"),
    ]


def _have_snoozed(store: Store, case_id: str, fields: Fields) -> Callable[[Guard], object]:
    until, reason = fields.day("until"), fields.text("text")
    return lambda g: work.snooze(store, case_id=case_id, until=until, reason=reason, **g)


def _assign(t: Texts, d: CaseDetail, store: Store) -> list[Field]:  # noqa: ARG001 (names need no words)
    officers = [
        (account.login, account.name)
        for account in accounts.accounts(store)
        if account.active and (account.county_wide or d.case.office in account.offices)
    ]
    return [Field("to_login", "select", "record.assign.to", officers, required=False)]


def _have_assigned(store: Store, case_id: str, fields: Fields) -> Callable[[Guard], object]:
    login = fields.raw("to_login") or None
    return lambda g: work.assign(store, case_id=case_id, to_login=login, **g)


def _withdraw(t: Texts, d: CaseDetail, store: Store) -> list[Field]:  # noqa: ARG001 (one form for all cases)
    return [Field("text", "text", "decide.reason")]


def _have_withdrawn(store: Store, case_id: str, fields: Fields) -> Callable[[Guard], object]:
    reason = fields.text("text")
    return lambda g: deciding.withdraw(store, case_id=case_id, reason=reason, **g)


KINDS: dict[str, tuple[Fill, Act, str]] = {
    "hearing": (_hearing, _hear, "hearing"),
    "visit": (_visit, _have_visited, "visit"),
    "reply": (_reply, _have_reply, "reply"),
    "evidence": (_evidence, _have_evidence, "evidence"),
    "snooze": (_snooze, _have_snoozed, "snoozed"),
    "assign": (_assign, _have_assigned, "assigned"),
    "withdraw": (_withdraw, _have_withdrawn, "withdrawn"),
}
"""Per record: its fields, the step it takes, and the sentence shown afterwards."""


def _shown(request: Request, case_id: str, kind: str, actor: Actor) -> Response:
    d = read_case(request, case_id, actor)
    fields = KINDS[kind][0](reader_texts(request), d, store_of(request))
    return page(request, "record.html", d=d, kind=kind, fields=fields)


def _recorded(request: Request, case_id: str, kind: str, form: Form, actor: Actor) -> Response:
    _, step, done = KINDS[kind]
    fields = Fields(form)
    act = step(store_of(request), case_id, fields)
    guarded = guard(fields, actor)

    def acting() -> str:
        act(guarded)
        return f"/cases/{case_id}?done={done}"

    return submitted(request, form, actor=actor, act=acting)


def _offer(kind: str, power: Power) -> None:
    """The form of the record and its sending, each behind the power it needs."""

    def show(request: Request, case_id: str, actor: Annotated[Actor, Depends(needs(power))]) -> Response:
        return _shown(request, case_id, kind, actor)

    def record(request: Request, case_id: str, form: Form, actor: Annotated[Actor, Depends(needs(power))]) -> Response:
        return _recorded(request, case_id, kind, form, actor)

    router.add_api_route(f"/cases/{{case_id}}/{kind}", show, methods=["GET"])
    router.add_api_route(f"/cases/{{case_id}}/{kind}", record, methods=["POST"])


POWER_OF = {"assign": Power.ASSIGN, "withdraw": Power.WITHDRAW}
for _kind in KINDS:
    _offer(_kind, POWER_OF.get(_kind, Power.WORK_CASES))


@router.get("/cases/{case_id}/disputes/{key}")
def show_dispute(request: Request, case_id: str, key: str, actor: Worker) -> Response:  # noqa: ARG001 (in the address)
    """The form for parking a fact that the household disputes."""
    d = read_case(request, case_id, actor)
    t = reader_texts(request)
    routes = _choices(t, "dispute_route", list(DisputeRoute))
    fields = [
        Field("route", "choice", "record.dispute.route", routes),
        Field("text", "text", "record.dispute.text"),
    ]
    return page(request, "record.html", d=d, kind="dispute", fields=fields)


@router.post("/cases/{case_id}/disputes/{key}")
def dispute(request: Request, case_id: str, key: str, form: Form, actor: Worker) -> Response:
    """The fact is parked: nothing rests on it until the register has answered."""
    fields = Fields(form)
    route, reason = fields.code("route", DisputeRoute), fields.text("text")
    guarded = guard(fields, actor)

    def act() -> str:
        work.dispute(store_of(request), case_id=case_id, fact_key=key, route=route, reason=reason, **guarded)
        return f"/cases/{case_id}?done=disputed"

    return submitted(request, form, actor=actor, act=act)


@router.get("/cases/{case_id}/disputes/{key}/answer")
def show_answer(request: Request, case_id: str, key: str, actor: Worker) -> Response:  # noqa: ARG001 (in the form's address)
    """The form for what the register answered about a disputed fact."""
    d = read_case(request, case_id, actor)
    states = [state.value for state in DisputeState if state is not DisputeState.PARKED]
    fields = [
        Field("state", "choice", "record.answer.state", _choices(reader_texts(request), "dispute_state", states)),
        Field("text", "text", "record.answer.text"),
    ]
    return page(request, "record.html", d=d, kind="answer", fields=fields)


@router.post("/cases/{case_id}/disputes/{key}/answer")
def answer(request: Request, case_id: str, key: str, form: Form, actor: Worker) -> Response:
    """The register's answer is recorded and the fact is used again, or not."""
    fields = Fields(form)
    state, resolution = fields.code("state", DisputeState), fields.text("text")
    fields.checked()

    def act() -> str:
        work.resolve_dispute(store_of(request), dispute_id=key, state=state, resolution=resolution, actor=actor, at=now())
        return f"/cases/{case_id}?done=resolved"

    return submitted(request, form, actor=actor, act=act)
