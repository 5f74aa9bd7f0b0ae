"""One module a page: what it shows, in Chinese and English. Every form carries a token and a key, so that it acts once."""

from fastapi import APIRouter

from . import (
    approvals,
    audit,
    bulk,
    case,
    case_steps,
    catalogue,
    decide,
    identity,
    link_review,
    lookup,
    notices,
    policies,
    preferences,
    queue,
    records,
    runs,
    sign_in,
    whatif,
)

PAGES: tuple[APIRouter, ...] = (
    sign_in.router,
    preferences.router,
    queue.router,
    bulk.router,
    case.router,
    case_steps.router,
    records.router,
    link_review.router,
    lookup.router,
    notices.router,
    decide.router,
    approvals.router,
    identity.router,
    runs.router,
    catalogue.router,
    policies.router,
    whatif.router,
    audit.router,
)
