"""The catalogue of checks: what each asks, on which law, whether it runs and why not; a public version without small counts."""

from fastapi import APIRouter, Request

from targeting.jobs import catalogue, policies
from targeting.jobs.catalogue import Catalogue

from ..access import RunReader, store_of

router = APIRouter(prefix="/catalogue", tags=["catalogue"])


@router.get("")
def show(request: Request, actor: RunReader) -> Catalogue:
    """Every declared check on the date of the newest run, with that run's counts."""
    del actor
    return _found(request)


@router.get("/public")
def show_public(request: Request) -> Catalogue:
    """The catalogue as anybody may read it (G17): no person, small counts kept back."""
    return catalogue.public(_found(request))


def _found(request: Request) -> Catalogue:
    settings, store = request.app.state.settings, store_of(request)
    return catalogue.of_home(settings, store, policies.law_in_use(settings, store).policy)
