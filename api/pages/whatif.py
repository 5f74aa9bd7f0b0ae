"""What if: a number or a proposed set is tried over the newest run, before anything is published; the answer is kept."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.responses import Response

from targeting.cases.codes import Power
from targeting.dates import today
from targeting.jobs import policies, whatif

from ..access import Exporter, Form, RunReader, needs, store_of
from ..fields import Fields
from ..once import submitted
from ..rendering import page
from ..rule_lines import change_line, parameter_line, tried_line
from ..trying import ask
from .view import reader_texts

router = APIRouter()

Name = Annotated[str, Path(pattern=r"^[0-9a-f]{16}$")]
SETTINGS_SHOWN = 3


@router.get("/whatif", dependencies=[Depends(needs(Power.READ_RUNS))])
def show_form(request: Request, draft: Annotated[str, Query(pattern="^[0-9a-f]{0,64}$")] = "") -> Response:
    """The numbers that can be tried, with what is in force."""
    t = reader_texts(request)
    law = policies.law_in_use(request.app.state.settings, store_of(request))
    numbers = [
        parameter_line(one, dated, t)
        for one in law.policy.parameters.values()
        if (dated := one.on(today())) is not None and policies.is_number(dated)
    ]
    return page(request, "whatif.html", numbers=numbers, lines=range(SETTINGS_SHOWN), draft=draft)


@router.post("/whatif")
def work_out(request: Request, form: Form, actor: RunReader) -> Response:
    """The answer is worked out, or found where it was asked before."""
    fields = Fields(form)
    draft = fields.raw("draft")
    names, numbers = form.getlist("parameter"), form.getlist("number")
    told = [f"{name}={number}" for name, number in zip(names, numbers, strict=False) if name and str(number).strip()]
    on = fields.day("from") if fields.raw("from") else None
    fields.checked()
    return submitted(request, form, actor=actor, act=lambda: f"/whatif/{ask(request, told, draft=draft, on=on).key}")


@router.get("/whatif/{name}")
def show(request: Request, name: Name, actor: RunReader) -> Response:
    """Who enters, who leaves, money, streets, hours; groups of people for auditors alone."""
    home = request.app.state.settings.home
    answer = whatif.kept(home, name)
    groups = whatif.groups(home, name) if actor.may(Power.READ_GROUPS) else None
    t, tried = reader_texts(request), answer.figures["tried"]
    lines = [tried_line(one, t) for one in tried["settings"]] + [change_line(one, t) for one in tried["changes"]]
    return page(request, "whatif_answer.html", name=name, f=answer.figures, tried=lines, groups=groups)


@router.get("/whatif/{name}/families.csv")
def take(request: Request, name: Name, actor: Exporter) -> Response:
    """The families that change, in the reader's offices; that they were taken out is logged."""
    answer = whatif.kept(request.app.state.settings.home, name)
    found = whatif.families(store_of(request), answer, actor=actor)
    headers = {"Content-Disposition": f'attachment; filename="whatif-{name}.csv"'}
    return Response("\ufeff" + found.write_csv(), media_type="text/csv; charset=utf-8", headers=headers)
