"""Links for review over the API: the list with filters and cursor, one link with its evidence, words said and taken back."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.responses import JSONResponse, Response

from targeting.cases import links
from targeting.cases.codes import Power
from targeting.dates import now
from targeting.reports.link_review import LinkFilters, Said, View, leads_of, listed

from ..access import Reader, needs
from ..link_filters import cursor_of, filters_of, place_of
from ..link_source import link_of, ref_of, review_of
from ..payloads_links import JudgementIn, LinkList, LinkOut, LinkRow, Standing, link_out, word_out
from .changing import Change, Changes

router = APIRouter(prefix="/links", tags=["links"])

LinkId = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$", description="Opaque id of a link: record and person.")]
Judging = Annotated[Change, Depends(Changes(needs(Power.WORK_CASES), versioned=False))]
Code = Annotated[str | None, Query(max_length=40)]


def _filters(
    view: View = View.CASES, said: Said = Said.UNDECIDED, register: Code = None, rule: Code = None, band: Code = None,
    office: Code = None,
) -> LinkFilters:  # fmt: skip
    given = {"view": view, "said": said, "register": register, "rule": rule, "band": band, "office": office}
    return filters_of({name: str(value) for name, value in given.items() if value})


@router.get("")
def list_links(
    request: Request,
    actor: Reader,
    filters: Annotated[LinkFilters, Depends(_filters)],
    limit: Annotated[int, Query(ge=1, le=200)] = 40,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
) -> LinkList:
    """Links for review in the caller's offices, those of open cases first; one row a record: the person to be decided next."""
    review = review_of(request, actor)
    found = listed(leads_of(review.table, review.reach), filters, limit=limit, after=place_of(cursor))
    names = (
        "kind",
        "register",
        "row",
        "role",
        "name",
        "person_id",
        "level",
        "rule",
        "probability",
        "weight",
        "margin_bits",
        "office",
    )
    rows = [
        LinkRow(
            id=row["link"], judgement=row["word"], of_open_case=row["first"] < 2, **{name: row[name] for name in names}
        )
        for row in found.rows.iter_rows(named=True)
    ]  # fmt: skip
    return LinkList(data=rows, next_cursor=cursor_of(found.following), decided=found.decided, total=found.total)


@router.get("/{link_id}")
def show(request: Request, link_id: LinkId, actor: Reader) -> LinkOut:
    """One link: both records masked, levels, bits, alternatives, waterfall, what was said. The look is in the read log."""
    return link_out(*link_of(request, review_of(request, actor), link_id, actor))


@router.post("/{link_id}/judgements", response_model=Standing)
def judge(request: Request, link_id: LinkId, body: JudgementIn, change: Judging) -> Response:
    """The word stands, binds every later run, and marks every open case that rests on the link."""

    def act() -> Response:
        ref = ref_of(request, review_of(request, change.actor), link_id, change.actor)
        word = links.judge(
            change.store, link=ref, judgement=body.judgement, note=body.note, actor=change.actor, at=now()
        )  # fmt: skip
        return JSONResponse(Standing(link_id=link_id, standing=word_out(word)).model_dump(mode="json"))

    return change.any(body, act)


@router.post("/{link_id}/undo", response_model=Standing)
def undo(request: Request, link_id: LinkId, change: Judging) -> Response:
    """The standing word is taken back and stays on record; the one before it holds again."""

    def act() -> Response:
        ref = ref_of(request, review_of(request, change.actor), link_id, change.actor)
        links.undo(change.store, link=ref, actor=change.actor, at=now())
        seen = links.view(change.store, link=ref, actor=change.actor, at=now())
        return JSONResponse(Standing(link_id=link_id, standing=word_out(seen.word)).model_dump(mode="json"))

    return change.any(None, act)
