"""The catalogue: what each check asks, on which law, where it stands and why; and a version that anybody may read (G17)."""

from collections import Counter
from dataclasses import dataclass

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from targeting.cases import check_switches
from targeting.cases.check_switches import Switch
from targeting.cases.codes import Power
from targeting.dates import now
from targeting.eligibility.standing import Standing
from targeting.jobs import catalogue, policies
from targeting.jobs.catalogue import Catalogue, CatalogueEntry, Said
from targeting.specs.checks import CatalogueWords, load_words

from ..access import Form, Publisher, needs, store_of
from ..fields import Fields
from ..laws import law_name
from ..once import submitted
from ..rendering import page
from ..standing_words import standing_words
from ..texts import Texts
from .view import reader_texts

router = APIRouter()

READS = Depends(needs(Power.READ_RUNS))


@dataclass(frozen=True, slots=True)
class CheckLine:
    """One check as the page shows it, in the reader's language."""

    entry: CatalogueEntry
    name: str
    law: str
    standing: str
    words: tuple[tuple[str, str], ...]
    """Label and text of each further entry."""
    switch: Switch | None
    """The newest turn of its switch, if it was ever turned."""


@router.get("/catalogue", dependencies=[READS])
def show(request: Request, module: str = "", state: str = "") -> Response:
    """Every check of the module and state asked for; all where none is."""
    store = store_of(request)
    switches = check_switches.switches(store)
    return _page(request, _of_home(request), module=module, state=state, switches=switches)


@router.get("/catalogue/public")
def show_public(request: Request, module: str = "", state: str = "") -> Response:
    """The catalogue as anybody may read it, signed in or not."""
    return _page(request, catalogue.public(_of_home(request)), module=module, state=state, switches={})


@router.post("/catalogue/{check}/switch-on")
def switch_on(request: Request, check: str, form: Form, actor: Publisher) -> Response:
    """A check that switched itself off runs again from the next run on, by this person."""
    fields = Fields(form)
    reason = fields.text("reason")
    fields.checked()

    def act() -> str:
        check_switches.switch_on(store_of(request), check, reason=reason, actor=actor, at=now())
        return "/catalogue?done=check_switched_on"

    return submitted(request, form, actor=actor, act=act)


def _of_home(request: Request) -> Catalogue:
    settings, store = request.app.state.settings, store_of(request)
    return catalogue.of_home(settings, store, policies.law_in_use(settings, store).policy)


def _page(request: Request, found: Catalogue, *, module: str, state: str, switches: dict[str, Switch]) -> Response:
    t = reader_texts(request)
    words = load_words()
    lines = [_line(one, t, words, switches.get(one.check)) for one in found.entries]
    modules = {one.module: _said(one.module_words, t) for one in found.entries}
    counts = Counter(one.state for one in found.entries)
    return page(
        request,
        "catalogue.html",
        found=found,
        public=request.url.path.endswith("/public"),
        lines=[line for line in lines if module in ("", line.entry.module) and state in ("", line.entry.state)],
        modules=modules,
        states=[(one.value, counts[one.value]) for one in Standing],
        module=module,
        state=state,
    )


def _line(one: CatalogueEntry, t: Texts, words: CatalogueWords, switch: Switch | None) -> CheckLine:
    comma = t("word.comma")
    registers = comma.join(t.of("register", name) for name in one.registers)
    told = (
        ("benefits", comma.join(t.of("benefit", name) for name in one.benefits)),
        ("registers", registers),
        ("department", _said(one.department, t)),
        ("deadline", t("catalogue.workdays", n=one.deadline_workdays)),
        ("evidence", _said(one.evidence, t)),
        ("innocent", _said(one.innocent, t)),
        ("clears", _said(one.clears, t)),
        ("consequence", t("check_consequence." + one.consequence)),
        ("level", one.minimum_level),
        ("floor", t("catalogue.floor_text", share=round(one.precision_floor * 100), reviews=one.minimum_reviews)),
        ("review_by", one.review_by.isoformat()),
    )
    return CheckLine(
        entry=one,
        name=one.title_en if t.language == "en" else one.title_zh,
        law=law_name(one.basis_in_force or "; ".join(article for limb in one.legal_basis for article in limb), t),
        standing=standing_words(one.state, one.because, t, words),
        words=tuple((t("catalogue." + label), text) for label, text in told),
        switch=switch,
    )


def _said(words: Said, t: Texts) -> str:
    return t("word.comma").join(words.en if t.language == "en" else words.zh)
