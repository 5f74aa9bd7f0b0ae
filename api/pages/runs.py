"""Runs: what each planned, evaluated, created, updated and skipped; its files with rejects, its link rates, its findings."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from targeting.cases import reading
from targeting.reports.run_overview import run_overview

from ..access import RunReader, store_of
from ..rendering import page

router = APIRouter()

FIGURES = ("planned", "evaluated", "created", "updated", "skipped", "open_cases", "decided_cases")


@router.get("/runs")
def show_all(request: Request, actor: RunReader) -> Response:
    """Every run whose referrals were opened, newest first."""
    return page(request, "runs.html", runs=reading.runs(store_of(request), actor=actor))


@router.get("/runs/{run}")
def show(request: Request, run: str, actor: RunReader) -> Response:
    """One run with its input and links, as its manifest and tables in the lake say."""
    row = reading.run(store_of(request), run=run, actor=actor)
    overview = run_overview(request.app.state.settings.home, row.run)
    figures = [(name, getattr(row, name)) for name in FIGURES]
    return page(request, "run.html", r=row, figures=figures, overview=overview)
