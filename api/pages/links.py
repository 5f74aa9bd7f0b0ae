"""Side-by-side comparison of a register row and the person it was linked to: same person, different person, unsure."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from targeting.cases import work
from targeting.cases.codes import Judgement
from targeting.cases.dossier import CaseDetail, FactRow
from targeting.errors import NotFound
from targeting.reports.link_rows import link_sides

from ..access import Form, Reader, Worker, store_of
from ..fields import Fields
from ..once import submitted
from ..rendering import page
from ..texts import Texts
from .case_steps import guard
from .facts_table import AGREEMENTS, facts_table
from .view import read_case, reader_texts

router = APIRouter()

AGREEING = ("exact", "folded", "room", "old_form", "together", "named_together", "itself")
SILENT = ("absent", "not_compared")
ROW_COLUMN = {"id": "masked_id", "name": "name", "birth": "birth_date", "address": "address"}


@dataclass(frozen=True, slots=True)
class Compared:
    """One field on both sides and how they agree."""

    label: str
    left: str
    right: str
    word: str
    differs: bool
    silent: bool


def _fact(d: CaseDetail, key: str) -> FactRow:
    for fact in d.facts:
        if fact.fact_key == key and fact.level is not None:
            return fact
    raise NotFound("There is no such linked fact in this case.")


def sides(home: Path, d: CaseDetail, fact: FactRow) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """The identity in the register's row and the person: from the run's files, else from what came with the case."""
    person = next((m for m in d.members if m.person_id == fact.person_id), None)
    own: dict[str, Any] = {"masked_id": person.masked_id, "name": person.name, **person.detail} if person else {}
    row: Mapping[str, Any] = fact.link.get("row_identity") or {}
    if fact.register is None or fact.row is None or fact.person_id is None:
        return row, own
    left, right = link_sides(home, d.run, register=fact.register, row=fact.row, role=fact.role or "", person_id=fact.person_id)
    return asdict(left) if left else row, own | {k: v for k, v in asdict(right).items() if v} if right else own


def compared(row: Mapping[str, Any], own: Mapping[str, Any], fact: FactRow, t: Texts) -> list[Compared]:
    """The row's identity and the person, field by field; a protected person's address is left out (G23)."""
    lines = []
    for name in AGREEMENTS:
        agreement = str(fact.link.get(f"{name}_agreement") or "absent")
        column = "" if name == "address" and own.get("protected") else ROW_COLUMN.get(name, "")
        lines.append(
            Compared(
                t(f"agreement_field.{name}"),
                str(row.get(column) or "–"),
                str(own.get(column) or "–"),
                t.of("agreement", agreement),
                agreement not in (*AGREEING, *SILENT),
                agreement in SILENT,
            )
        )
    return lines


@router.get("/cases/{case_id}/links/{key}")
def show(request: Request, case_id: str, key: str, actor: Reader) -> Response:
    """The comparison behind one fact."""
    d = read_case(request, case_id, actor)
    t = reader_texts(request)
    fact = _fact(d, key)
    lines = facts_table(d, t).of([key])
    if not lines:
        raise NotFound("This fact is not current any more.")
    row, own = sides(request.app.state.settings.home, d, fact)
    return page(request, "link.html", d=d, f=lines[0], comparison=compared(row, own, fact, t))


@router.post("/cases/{case_id}/links/{key}")
def judge(request: Request, case_id: str, key: str, form: Form, actor: Worker) -> Response:
    """What the officer says of the link is recorded and holds wherever the link is used."""
    fields = Fields(form)
    judgement, reason = fields.code("judgement", Judgement), fields.text("reason")
    guarded = guard(fields, actor)

    def act() -> str:
        work.judge_link(store_of(request), case_id=case_id, fact_key=key, judgement=judgement, reason=reason, **guarded)
        return f"/cases/{case_id}?done=judged#facts"

    return submitted(request, form, actor=actor, act=act)
