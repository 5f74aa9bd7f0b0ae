"""Letters to the household: draft from the case, record of how they were served, the letter for printing."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from targeting.cases import law_behind, process
from targeting.cases.codes import Channel
from targeting.errors import InvalidInput, NotFound

from ..access import Form, Reader, Worker, store_of
from ..fields import Fields
from ..once import submitted
from ..rendering import language_of, office_day, page
from ..texts import LANGUAGES, texts
from .case_steps import guard
from .letter import draft, noticeable, suggested
from .view import read_case, reader_texts

router = APIRouter()

WAYS = (1, 2)
Language = Annotated[str, Query(pattern="^(zh|en|)$")]


@router.get("/cases/{case_id}/notice")
def show(request: Request, case_id: str, actor: Worker, language: Language = "") -> Response:
    """The draft in the language asked for, with the facts it names, and where to record the service."""
    d = read_case(request, case_id, actor)
    law_behind.need_law(store_of(request), sample=d.sample)
    written_in = language if language in LANGUAGES else "zh"
    t = texts(written_in)
    day, rules = office_day(request), store_of(request).rules
    letter = draft(d, t, today=day, reply_until=rules.after(day, rules.reply_window), officer=actor.name)
    return page(
        request,
        "notice.html",
        d=d,
        letter=letter,
        language=written_in,
        facts=noticeable(d, reader_texts(request)),
        chosen=suggested(d, t),
        channels=list(Channel),
    )


@router.post("/cases/{case_id}/notice")
def serve(request: Request, case_id: str, form: Form, actor: Worker) -> Response:
    """The letter and the ways it was served are recorded; the reply window runs from the last of them."""
    fields = Fields(form)
    letter, language = fields.text("letter"), fields.raw("language")
    ways = [(fields.code(f"channel-{n}", Channel), fields.day(f"on-{n}")) for n in WAYS]
    fact_keys = fields.list("fact")
    guarded = guard(fields, actor)
    if len({channel for channel, _ in ways}) < len(WAYS):
        raise InvalidInput("The letter has to reach the household on two different ways.")

    def act() -> str:
        process.serve_notice(
            store_of(request),
            case_id=case_id,
            letter=letter,
            language=language if language in LANGUAGES else language_of(request),
            services=dict(ways),
            fact_keys=fact_keys,
            **guarded,
        )
        return f"/cases/{case_id}?done=notice"

    return submitted(request, form, actor=actor, act=act)


@router.get("/cases/{case_id}/notices/{notice_id}")
def show_letter(request: Request, case_id: str, notice_id: str, actor: Reader) -> Response:
    """The letter as served, for reading and printing."""
    d = read_case(request, case_id, actor)
    law_behind.need_law(store_of(request), sample=d.sample)
    for notice in d.notices:
        if notice.id == notice_id:
            return page(request, "letter.html", d=d, n=notice)
    raise NotFound("There is no such letter in this case.")
