"""Link review: a filterable list, one link side by side with its evidence, y / n / ? / u, and on to the next by itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import urlencode

import polars as pl
from fastapi import APIRouter, Path, Request
from fastapi.responses import RedirectResponse, Response

from targeting.cases import links, reading
from targeting.cases.codes import Judgement
from targeting.cases.links import Seen
from targeting.cases.records import Actor
from targeting.dates import now
from targeting.errors import NotFound
from targeting.reports.link_detail import LinkDetail, ref_in, whole_numbers
from targeting.reports.link_review import Said, View, beside, leads_of, listed, next_undecided
from targeting.specs.linkage import load_linkage

from ..access import Form, Reader, Revealer, Worker, store_of
from ..drawing import draw, signed
from ..fields import Fields
from ..formats import percent
from ..link_filters import FILTERS, cursor_of, filters_of, kept, place_of
from ..link_source import Review, link_of, ref_of, review_of
from ..once import submitted
from ..rendering import page
from ..texts import Texts
from .view import reader_texts

router = APIRouter()

PAGE = 40
LinkId = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$")]


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the list."""

    link: str
    href: str
    name: str
    register: str
    rule: str
    kind: str
    word: str | None
    probability: str
    of_open_case: bool


@router.get("/links")
def show(request: Request, actor: Reader) -> Response:
    """The list with its first undecided link opened."""
    review = review_of(request, actor)
    filters = filters_of(request.query_params)
    leads = leads_of(review.table, review.reach)
    found = listed(leads, filters, limit=PAGE, after=place_of(request.query_params.get("cursor")))
    first = str(found.rows["link"][0]) if found.rows.height else None
    return _shown(request, actor, review, leads, first)


@router.get("/links/{link_id}")
def show_one(request: Request, link_id: LinkId, actor: Reader) -> Response:
    """The list with this link opened."""
    review = review_of(request, actor)
    return _shown(request, actor, review, leads_of(review.table, review.reach), link_id)


@router.get("/cases/{case_id}/links/{key}")
def from_case(request: Request, case_id: str, key: str, actor: Reader) -> Response:
    """The comparison behind one fact of a case."""
    d = reading.case(store_of(request), case_id=case_id, actor=actor, at=now())
    fact = next((fact for fact in d.facts if fact.fact_key == key and fact.current and fact.link_key), None)
    if fact is None:
        raise NotFound("There is no such linked fact in this case.")
    return RedirectResponse(f"/links/{fact.link_key}?" + urlencode({"case": case_id}), status_code=303)


@router.post("/links/undo")
def undo_last(request: Request, form: Form, actor: Worker) -> Response:
    """The actor's last word is taken back, and its link is open again."""

    def act() -> str:
        link = links.undo_last(store_of(request), actor=actor, at=now())
        there = ref_in(review_of(request, actor).table, link) or links.on_a_case(store_of(request), link_key=link, actor=actor)
        where = f"/links/{link}" if there else "/links"
        return f"{where}?" + urlencode(kept(request.query_params) | {"done": "link_undone"})

    return submitted(request, form, actor=actor, act=act)


@router.post("/links/{link_id}/judgement")
def judge(request: Request, link_id: LinkId, form: Form, actor: Worker) -> Response:
    """The word stands, and the next link is opened: the next of the list, or the case from which the reader came."""
    fields = Fields(form)
    judgement, note = fields.code("judgement", Judgement), fields.text("note", required=False)
    fields.checked()
    review, address = review_of(request, actor), kept(request.query_params)

    def act() -> str:
        ref = ref_of(request, review, link_id, actor)
        links.judge(store_of(request), link=ref, judgement=judgement, note=note, actor=actor, at=now())
        if address.get("case"):
            return f"/cases/{address['case']}?done=judged#facts"
        fresh = review_of(request, actor)
        leads = leads_of(fresh.table, fresh.reach)
        following = next_undecided(fresh.table, leads, filters_of(address), after=link_id)
        return f"/links{'/' + following if following else ''}?" + urlencode(address | {"done": f"link_{judgement}"})

    return submitted(request, form, actor=actor, act=act)


@router.post("/links/{link_id}/undo")
def undo(request: Request, link_id: LinkId, form: Form, actor: Worker) -> Response:
    """The standing word is taken back; it stays on record."""

    def act() -> str:
        store = store_of(request)
        links.undo(store, link=ref_of(request, review_of(request, actor), link_id, actor), actor=actor, at=now())
        there = ref_in(review_of(request, actor).table, link_id) or links.on_a_case(store, link_key=link_id, actor=actor)
        return f"/links{'/' + link_id if there else ''}?" + urlencode(kept(request.query_params) | {"done": "link_undone"})

    return submitted(request, form, actor=actor, act=act)


@router.post("/links/{link_id}/numbers")
def numbers(request: Request, link_id: LinkId, form: Form, actor: Revealer) -> Response:
    """Both whole numbers, once, on a page that no browser keeps; who asked and why is logged."""
    fields = Fields(form)
    purpose = fields.text("purpose")
    fields.checked()
    review = review_of(request, actor)
    ref = ref_of(request, review, link_id, actor)
    links.reveal(store_of(request), link=ref, purpose=purpose, actor=actor, at=now())
    left, right = whole_numbers(review.files, ref)
    back = f"/links/{link_id}?" + urlencode(kept(request.query_params))
    return page(request, "link_numbers.html", record=left, person=right, way_back=back)


def _shown(request: Request, actor: Actor, review: Review, leads: pl.DataFrame, link_id: str | None) -> Response:
    params, t = request.query_params, reader_texts(request)
    filters, address = filters_of(params), kept(params)
    found = listed(leads, filters, limit=PAGE, after=place_of(params.get("cursor")))
    query = urlencode(address)
    values = _one(request, review, link_id, actor, t) if link_id else {"d": None}
    before, after = beside(leads, filters, link=link_id) if link_id else (None, None)
    return page(
        request,
        "links.html",
        rows=[_row(row, query, t) for row in found.rows.iter_rows(named=True)],
        decided=found.decided,
        total=found.total,
        tabs=[(view.value, found.counts[view], urlencode({**address, "view": view.value})) for view in View],
        view=filters.view.value,
        fields=_fields(address, found.choices, t),
        narrowed=any(address.get(name) for name in FILTERS if name != "view"),
        query=query,
        selected=link_id,
        before=f"/links/{before}?{query}" if before else "",
        after=f"/links/{after}?{query}" if after else "",
        more="/links?" + urlencode(address | {"cursor": cursor_of(found.following)}) if found.following else "",
        first_page=f"/links?{query}" if params.get("cursor") else "",
        from_case=address.get("case", ""),
        **values,
    )


def _one(request: Request, review: Review, link_id: str, actor: Actor, t: Texts) -> dict[str, Any]:
    detail, seen = link_of(request, review, link_id, actor)
    return {
        "d": detail,
        "seen": seen,
        "drawing": draw(detail.picture, t) if detail.picture else None,
        "signed": signed,
        "chance": chance,
        "tie_bits": f"{load_linkage().decision.margin_bits:g}",
        "may_judge": not detail.own_row,
        "mine": _mine(seen, actor),
        "level": _level(detail),
    }


def _mine(seen: Seen, actor: Actor) -> bool:
    return seen.word is not None and (seen.word.user_id == actor.user_id or actor.may(links.UNDO_OTHERS))


def _level(detail: LinkDetail) -> str:
    return detail.level if detail.level in ("A", "B") else "C"


def _row(row: Mapping[str, Any], query: str, t: Texts) -> Row:
    return Row(
        link=row["link"],
        href=f"/links/{row['link']}?{query}",
        name=row["name"] or t("links.not_given"),
        register=t.of("register", row["register"]),
        rule=t.of("link_rule", row["rule"]),
        kind=row["kind"],
        word=row["word"],
        probability=chance(row["probability"]),
        of_open_case=row["first"] < 2,
    )


def chance(probability: float | None) -> str:
    """A probability of a list in few characters; what would round to certainty is not certain.

    >>> chance(0.49), chance(0.9998), chance(None)
    ('49.0 %', '> 99.9 %', '')
    """
    if probability is None:
        return ""
    return "> 99.9 %" if probability > 0.999 else percent(probability)


def _fields(address: Mapping[str, str], choices: Mapping[str, list[str]], t: Texts) -> list[dict[str, Any]]:
    """The drop-downs of the filter."""
    offered: dict[str, list[tuple[str, str]]] = {
        "said": [(said.value, t.of("link_said", said)) for said in Said],
        "register": [(code, t.of("register", code)) for code in choices["register"]],
        "rule": [(code, t.of("link_rule", code)) for code in choices["rule"]],
        "band": [(code, t.of("link_band", code)) for code in ("below_50", "50_95", "95_99", "99_999", "above_999")],
    }
    if len(choices["office"]) > 1:
        offered["office"] = [(office, office) for office in choices["office"]]
    return [{"name": name, "options": options, "value": address.get(name, "")} for name, options in offered.items()]
