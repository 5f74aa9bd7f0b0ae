"""The review service put together: store, security envelope, pages, JSON API under /api/v1."""

import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import APIRouter, FastAPI
from fastapi.openapi.utils import get_openapi
from starlette.staticfiles import StaticFiles

from targeting import __version__
from targeting.cases import migrate
from targeting.cases.store import Store
from targeting.settings import Settings, closed_home

from . import problems
from .link_source import Kept
from .pages import PAGES
from .routes import RESOURCES
from .security import Envelope, signing_key

JSON = "application/json"


def describe(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI description of the app; failures are described as problem+json, which is what is sent."""
    if app.openapi_schema is None:
        described = get_openapi(title=app.title, version=app.version, summary=app.summary, routes=app.routes)
        for calls in described["paths"].values():
            for call in calls.values():
                for response in call["responses"].values():
                    content = response.get("content", {})
                    if problems.PROBLEM in content and JSON in content:
                        content[problems.PROBLEM] = content.pop(JSON)
        app.openapi_schema = described
    return app.openapi_schema


def create_app(settings: Settings) -> FastAPI:
    """The service of one installation; its tables are brought to the newest form first."""
    closed_home(settings)
    migrate.upgrade(settings.store_url)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        yield
        app.state.store.close()

    app = FastAPI(
        title="Targeting review",
        version=__version__,
        summary="Referrals with their evidence, decided by people.",
        openapi_url="/api/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
    )
    app.openapi = partial(describe, app)  # type: ignore[method-assign]  # the way FastAPI documents
    app.state.settings = settings
    app.state.store = Store(settings.store_url, production=settings.mode == "production")
    app.state.key = signing_key(settings.home)
    app.state.link_tables, app.state.person_indexes = Kept(), Kept()
    app.state.whatif_lock = threading.Lock()
    app.add_middleware(Envelope, unforeseen=problems.unforeseen)
    problems.install(app)
    api = APIRouter(prefix="/api/v1", responses=problems.DOCUMENTED)
    for resource in RESOURCES:
        api.include_router(resource)
    app.include_router(api)
    for shown in PAGES:
        app.include_router(shown, include_in_schema=False)
    static = Path(str(files(__package__ or "targeting_api") / "static"))
    app.mount("/static", StaticFiles(directory=static), name="static")
    return app


def serve(settings: Settings) -> None:
    """The service has answered on `settings.host:settings.port` until it was stopped."""
    uvicorn.run(
        create_app(settings), host=settings.host, port=settings.port, log_level="info", server_header=False, access_log=False
    )
