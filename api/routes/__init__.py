"""One module a resource of the JSON API under /api/v1."""

from fastapi import APIRouter

from . import audit, case_process, case_work, cases, catalogue, links, lookup, policies, runs, session, whatif

RESOURCES: tuple[APIRouter, ...] = (
    session.router,
    cases.router,
    case_work.router,
    case_process.router,
    links.router,
    lookup.router,
    runs.router,
    catalogue.router,
    policies.router,
    whatif.router,
    audit.router,
)
