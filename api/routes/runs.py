"""Screening runs: what each planned, evaluated, created, updated, skipped; its input in counts."""

from typing import Annotated

from fastapi import APIRouter, Path, Request

from targeting.cases import reading
from targeting.cases.records import RunRow
from targeting.reports.run_overview import RunOverview, run_overview

from ..access import RunReader, store_of

router = APIRouter(prefix="/screening-runs", tags=["runs"])

RunName = Annotated[str, Path(max_length=200)]


@router.get("")
def list_runs(request: Request, actor: RunReader) -> list[RunRow]:
    """Every run whose referrals were opened, newest first."""
    return reading.runs(store_of(request), actor=actor)


@router.get("/{run}")
def show(request: Request, run: RunName, actor: RunReader) -> RunRow:
    """One run."""
    return reading.run(store_of(request), run=run, actor=actor)


@router.get("/{run}/overview")
def overview(request: Request, run: RunName, actor: RunReader) -> RunOverview | None:
    """Files with rejects, link rates, answers of the checks; null where this home does not hold the run's files."""
    found = reading.run(store_of(request), run=run, actor=actor)
    return run_overview(request.app.state.settings.home, found.run)
