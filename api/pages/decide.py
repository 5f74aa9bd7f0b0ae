"""The decision: finding, cause, reason, grounds with their facts, months; refused where the law asks for more (REVIEW §3.5)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from targeting.cases import deciding, work
from targeting.cases.codes import Cause, Finding, State
from targeting.cases.dossier import CaseDetail, GroundInput
from targeting.cases.records import MonthInput
from targeting.dates import Month, now
from targeting.errors import AdverseBlocked

from ..access import Decider, Form, store_of
from ..fields import Fields
from ..once import submitted
from ..rendering import office_day, page
from ..texts import Texts
from .case import paid_months
from .case_steps import guard
from .facts_table import FactLine, facts_table
from .rule_list import sentences
from .steps import fault_words
from .view import case_values, read_case, reader_texts

router = APIRouter()

MONTHS_OFFERED = 12
INQUIRY = "inquiry"


@dataclass(frozen=True, slots=True)
class GroundChoice:
    """A check that applies, with the facts that can prove it."""

    code: str
    text: str
    facts: tuple[FactLine, ...]


@dataclass(frozen=True, slots=True)
class Typed:
    """What was filled in, so that a refused form loses nothing."""

    finding: str = ""
    cause: str = ""
    reason: str = ""
    grounds: Sequence[str] = ()
    proofs: Mapping[str, Sequence[str]] = field(default_factory=dict)
    months: Sequence[str] = ()
    paid: Mapping[str, str] = field(default_factory=dict)
    due: Mapping[str, str] = field(default_factory=dict)


@router.get("/cases/{case_id}/decide")
def show(request: Request, case_id: str, actor: Decider) -> Response:
    """The form, with the steps that an adverse decision still lacks beside it."""
    d = read_case(request, case_id, actor)
    typed = Typed(finding=d.own_finding or "", proofs=_noticed_proofs(d, reader_texts(request)))
    return page(request, "decide.html", **_values(request, d, actor, typed, ()))


@router.post("/cases/{case_id}/decide")
def propose(request: Request, case_id: str, form: Form, actor: Decider) -> Response:
    """Decided at once where it harms nobody, else waiting for a second person; refused with all that is missing."""
    fields = Fields(form)
    finding, cause = fields.code("finding", Finding), fields.code("cause", Cause)
    reason, months = fields.text("reason"), _months(fields)
    d = read_case(request, case_id, actor)
    grounds = _grounds(fields, d, reader_texts(request))
    guarded = guard(fields, actor)
    store = store_of(request)

    def act() -> str:
        row = deciding.propose(
            store, case_id=case_id, finding=finding, cause=cause, reason=reason, grounds=grounds, months=months, **guarded
        )
        done = {State.DECIDED: "decided", State.WAITING_APPROVAL: "proposed"}.get(row.state, "cannot_decide")
        if fields.raw("then") == "next":
            following = work.take_next(store, actor=actor, at=now())
            if following is not None:
                return f"/cases/{following.id}?done={done}"
        return f"/cases/{case_id}?done={done}"

    try:
        return submitted(request, form, actor=actor, act=act)
    except AdverseBlocked as blocked:
        t = reader_texts(request)
        values = _values(request, d, actor, _typed(fields), fault_words(blocked.faults, t))
        return page(request, "decide.html", status=blocked.status, **values)


def _values(request: Request, d: CaseDetail, actor: Any, typed: Typed, faults: Sequence[str]) -> dict[str, Any]:
    t = reader_texts(request)
    table = facts_table(d, t)
    return case_values(request, d, actor) | {
        "typed": typed,
        "faults": faults,
        "findings": list(Finding),
        "causes": list(Cause),
        "grounds": _choices(d, t),
        "own_facts": [line for line in table.all if line.level is None],
        "noticed": {key for notice in d.notices for key in notice.fact_keys},
        "months": _offered(d, office_day(request)),
    }


def _choices(d: CaseDetail, t: Texts) -> list[GroundChoice]:
    """The checks that apply, one ground each, with their facts."""
    table = facts_table(d, t)
    said = {sentence.check: sentence.text for sentence in sentences(d, t)}
    keys: dict[str, list[str]] = {}
    for finding in d.findings:
        if finding.result == "hit" and finding.current:
            keys.setdefault(finding.check, []).extend(finding.fact_keys)
    return [GroundChoice(code, said.get(code, code), tuple(table.of(found))) for code, found in keys.items()]


def _noticed_proofs(d: CaseDetail, t: Texts) -> dict[str, tuple[str, ...]]:
    """Facts that the household has been told of are ticked beforehand; the ground itself is the officer's to tick."""
    noticed = {key for notice in d.notices for key in notice.fact_keys}
    return {g.code: tuple(f.key for f in g.facts if f.key in noticed and f.disputed != "parked") for g in _choices(d, t)}


def _grounds(fields: Fields, d: CaseDetail, t: Texts) -> tuple[GroundInput, ...]:
    said = {choice.code: choice.text for choice in _choices(d, t)}
    grounds = []
    for code in fields.list("ground"):
        proofs = fields.list(f"proof-{code}")
        if code == INQUIRY:
            grounds.append(GroundInput(fields.raw("reason"), proofs))
        elif code in said:
            grounds.append(GroundInput(said[code], proofs, code))
    return tuple(grounds)


def _months(fields: Fields) -> tuple[MonthInput, ...]:
    months = []
    for text in fields.list("month"):
        try:
            first = Month.parse(text).first_day
        except ValueError:
            fields.faults.append("month: expected YYYY-MM.")
            continue
        months.append(MonthInput(first, fields.cents(f"paid-{text}"), fields.cents(f"due-{text}")))
    return tuple(months)


def _offered(d: CaseDetail, today: date) -> list[dict[str, str]]:
    """The last months, newest first, each with what was paid in it: never an average."""
    paid = {month.month: month.cents for month in paid_months(d)}
    newest = Month.of(today)
    months = [str(newest - back) for back in range(MONTHS_OFFERED)]
    return [{"month": month, "paid": _yuan(paid.get(month))} for month in months]


def _yuan(cents: int | None) -> str:
    if cents is None:
        return ""
    return f"{cents // 100}" if cents % 100 == 0 else f"{cents // 100}.{cents % 100:02d}"


def _typed(fields: Fields) -> Typed:
    grounds = fields.list("ground")
    months = fields.list("month")
    return Typed(
        finding=fields.raw("finding"),
        cause=fields.raw("cause"),
        reason=fields.raw("reason"),
        grounds=grounds,
        proofs={code: fields.list(f"proof-{code}") for code in grounds},
        months=months,
        paid={month: fields.raw(f"paid-{month}") for month in months},
        due={month: fields.raw(f"due-{month}") for month in months},
    )
