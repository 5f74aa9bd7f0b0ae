"""One what-if at a time: a county of a million takes a minute and gigabytes, so a second question is refused meanwhile."""

from collections.abc import Sequence
from datetime import date

from fastapi import Request

from targeting.errors import Conflict
from targeting.jobs import policies, whatif

from .access import store_of


def ask(request: Request, told: Sequence[str], *, draft: str, on: date | None) -> whatif.Answer:
    """The answer to numbers, or to a proposed set named by its hash.

    Raises:
        Conflict: another question is being worked out.
    """
    settings, store, lock = request.app.state.settings, store_of(request), request.app.state.whatif_lock
    if not lock.acquire(blocking=False):
        raise Conflict("Another what-if is being worked out. Ask again when it is done.")
    try:
        whole = policies.set_of(settings, policies.proposal_of(settings, store, draft).sha256) if draft else None
        return whatif.ask(settings, store, told=told, draft=whole, on=on)
    finally:
        lock.release()
