"""Cases as a list and one by one: saved views, typed filters, opaque cursors, search by ID number in a body."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.responses import JSONResponse, Response
from pydantic import TypeAdapter

from targeting.cases import queue, reading, work
from targeting.cases.codes import Direction, Finding, Power, State, Strength
from targeting.cases.dossier import CaseDetail
from targeting.cases.queue import Filters, View
from targeting.cases.records import CaseRow
from targeting.dates import now
from targeting.errors import InvalidInput

from ..access import Reader, needs, store_of
from ..filters import looks_like_identity
from ..pages.letter import draft, suggested
from ..payloads import CaseList, IdentityOut, NoticeDraft, RevealIn, SearchByIdentity
from ..rendering import office_day
from ..texts import texts
from .changing import Change, Changes, etag

router = APIRouter(tags=["cases"])

CaseId = Annotated[str, Path(pattern=r"^[0-9a-f-]{1,36}$", description="Opaque id of a case.")]
Text = Annotated[str | None, Query(max_length=200)]
DETAIL = TypeAdapter(CaseDetail)


@router.get("/cases")
def list_cases(
    request: Request,
    actor: Reader,
    view: View = View.MY_OPEN,
    direction: Direction | None = None,
    benefit: Text = None,
    state: State | None = None,
    office: Text = None,
    check: Text = None,
    strength: Strength | None = None,
    finding: Finding | None = None,
    run: Text = None,
    text: Text = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: Annotated[str | None, Query(max_length=400)] = None,
    with_total: bool = False,
) -> CaseList:
    """A page of a saved view in working order; never a score."""
    if looks_like_identity(text or ""):
        raise InvalidInput("text: an ID number does not belong in an address. POST /api/v1/cases/search-by-identity.")
    filters = Filters(
        direction=direction, benefit=benefit, state=state, office=office, check=check, strength=strength,
        finding=finding, run=run, text=text,
    )  # fmt: skip
    page = queue.cases(
        store_of(request), view=view, filters=filters, limit=limit, cursor=cursor, with_total=with_total, actor=actor, at=now()
    )
    return CaseList(data=list(page.rows), next_cursor=page.cursor, total=page.total)


@router.get("/views")
def views(request: Request, actor: Reader) -> dict[View, int]:
    """How many cases each saved view holds for the caller."""
    return queue.counts(store_of(request), actor=actor, at=now())


@router.post("/cases/search-by-identity")
def search_by_identity(
    body: SearchByIdentity, change: Annotated[Change, Depends(Changes(needs(Power.REVEAL_IDENTITY), versioned=False))]
) -> list[CaseRow]:
    """Cases in which the person with this number is a member; the search and its purpose are logged."""
    rows = queue.find_by_identity(change.store, resident_id=body.resident_id, purpose=body.purpose, actor=change.actor, at=now())
    return list(rows)


@router.post("/cases/take-next", response_model=CaseRow | None)
def take_next(change: Annotated[Change, Depends(Changes(needs(Power.WORK_CASES), versioned=False))]) -> Response:
    """The most urgent case that nobody holds, leased for 30 minutes; null where there is none."""

    def act() -> Response:
        row = work.take_next(change.store, actor=change.actor, at=now())
        if row is None:
            return JSONResponse(None)
        shown = TypeAdapter(CaseRow).dump_python(row, mode="json")
        return JSONResponse(shown, headers={"ETag": etag(row)})

    return change.any(None, act)


@router.get("/cases/{case_id}", response_model=CaseDetail)
def show(request: Request, case_id: CaseId, actor: Reader) -> Response:
    """Everything about a case; rank, arm and model reasons only after the caller's own finding. The reading is logged."""
    detail = reading.case(store_of(request), case_id=case_id, actor=actor, at=now())
    headers = {"ETag": etag(detail.case), "X-Run": detail.run, "X-Snapshot": detail.snapshot}
    return JSONResponse(DETAIL.dump_python(detail, mode="json"), headers=headers)


@router.get("/cases/{case_id}/notice-draft")
def notice_draft(
    request: Request, case_id: CaseId, actor: Reader, language: Annotated[str, Query(pattern="^(zh|en)$")] = "zh"
) -> NoticeDraft:
    """The letter to the household as it would be written today, and the facts it would name."""
    detail = reading.case(store_of(request), case_id=case_id, actor=actor, at=now())
    t, day, rules = texts(language), office_day(request), store_of(request).rules
    reply_until = rules.after(day, rules.reply_window)
    letter = draft(detail, t, today=day, reply_until=reply_until, officer=actor.name)
    return NoticeDraft(language=language, letter=letter, fact_keys=sorted(suggested(detail, t)), reply_until=reply_until)


@router.post("/cases/{case_id}/reveal", response_model=IdentityOut)
def reveal(
    case_id: CaseId,
    body: RevealIn,
    change: Annotated[Change, Depends(Changes(needs(Power.REVEAL_IDENTITY), versioned=False))],
) -> IdentityOut:
    """The whole ID number of one person of the case; who asked and why is logged, and the answer is kept nowhere."""
    found = reading.reveal_identity(
        change.store, case_id=case_id, person_id=body.person_id, purpose=body.purpose, actor=change.actor, at=now()
    )
    return IdentityOut(person_id=found.person_id, name=found.name, resident_id=found.resident_id)
