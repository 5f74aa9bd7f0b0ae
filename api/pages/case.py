"""The case page: findings, facts, rules, own finding, what would clear it, people, history, timeline (REVIEW §3.4)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from targeting.cases.codes import Finding
from targeting.cases.dossier import CaseDetail, MemberRow
from targeting.dates import Month
from targeting.jobs.catalogue import newest_run

from ..access import Reader
from ..formats import money
from ..rendering import page
from ..texts import Texts
from .case_first_steps import first_steps
from .rule_list import clearings, idle_rules, model_part, rule_list, sentences
from .timeline import timeline
from .view import case_values, read_case, reader_texts

router = APIRouter()

MONTHS_SHOWN = 24


@dataclass(frozen=True, slots=True)
class PaidMonth:
    """What the award paid in one month, and whether that is another amount than the month before."""

    month: str
    cents: int
    changed: bool


@dataclass(frozen=True, slots=True)
class PaidYear:
    """The twelve months of one year; None where the roll says nothing of the month."""

    year: str
    months: tuple[PaidMonth | None, ...]


@dataclass(frozen=True, slots=True)
class MemberLine:
    """One person of the case as a line."""

    person_id: str
    name: str
    relation: str
    masked_id: str
    listed: str
    declared: str
    more: str


@router.get("/cases/{case_id}")
def show(request: Request, case_id: str, actor: Reader) -> Response:
    """The case as this person may see it now."""
    d = read_case(request, case_id, actor)
    t = reader_texts(request)
    response = page(
        request,
        "case.html",
        **case_values(request, d, actor),
        sentences=sentences(d, t),
        rules=rule_list(d, t),
        idle=idle_rules(d, newest_run(request.app.state.settings.home), t),
        clears=clearings(d, t),
        first_steps=first_steps(d, t),
        model=model_part(d, t),
        members=[_member(member, d, t) for member in d.members],
        history=paid_years(paid_months(d)),
        timeline=timeline(d, t),
        findings=list(Finding),
    )
    response.headers["ETag"] = f'"{d.case.version}"'
    return response


def paid_months(d: CaseDetail) -> list[PaidMonth]:
    """What was paid month by month, as the roll says it; months before the award started are not invented."""
    end = Month.of(d.as_of)
    if d.detail.get("paid_months"):
        return _in_order({Month.parse(str(m["month"])[:7]): int(m["amount_cents"]) for m in d.detail["paid_months"]})
    amounts: dict[Month, int] = {}
    seen: set[tuple[str, str]] = set()
    for fact in d.facts:
        award = (str(fact.detail.get("case_no", fact.fact_id)), str(fact.valid_from))
        if (
            fact.kind != "benefit"
            or fact.text != d.case.benefit
            or fact.value is None
            or fact.valid_from is None
            or award in seen
        ):
            continue
        seen.add(award)
        month = max(Month.of(fact.valid_from), end - (MONTHS_SHOWN - 1))
        last = min(end, Month.of(fact.valid_to)) if fact.valid_to else end
        while month <= last:
            amounts[month] = amounts.get(month, 0) + round(fact.value)
            month += 1
    return _in_order(amounts)


def _in_order(amounts: Mapping[Month, int]) -> list[PaidMonth]:
    """The months from the first to the last paid one, gaps as gaps."""
    if not amounts:
        return []
    first = min(amounts)
    months = [first + step for step in range(max(amounts) - first + 1)]
    return [PaidMonth(str(m), amounts.get(m, 0), m > first and amounts.get(m, 0) != amounts.get(m - 1, 0)) for m in months]


def paid_years(months: Sequence[PaidMonth]) -> list[PaidYear]:
    """The months as years of twelve, newest year first."""
    known = {month.month: month for month in months}
    years = sorted({month.month[:4] for month in months}, reverse=True)
    return [PaidYear(year, tuple(known.get(f"{year}-{m:02d}") for m in range(1, 13))) for year in years]


def _member(member: MemberRow, d: CaseDetail, t: Texts) -> MemberLine:
    listed = member.detail.get("listed")
    declared = member.detail.get("declared_income_month", _declared(member.person_id, d))
    return MemberLine(
        member.person_id,
        member.name or "–",
        t.of("relation", member.relation),
        member.masked_id or "–",
        "–" if listed is None else t("word.yes") if listed else t("word.no"),
        money(declared) if declared is not None else "–",
        _more(member.detail, t),
    )


def _declared(person_id: str, d: CaseDetail) -> int | None:
    for fact in d.facts:
        if fact.current and fact.kind == "declared_income" and fact.person_id == person_id and fact.value is not None:
            return round(fact.value)
    return None


def _more(detail: Any, t: Texts) -> str:
    """Birth date and the rule that counts the person in."""
    parts = [str(detail["birth_date"])] if detail.get("birth_date") else []
    if detail.get("rule"):
        parts.append(t.of("household_rule", str(detail["rule"])))
    return " · ".join(parts) or "–"
