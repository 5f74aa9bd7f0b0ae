"""Switches of checks: one that was measured below its floor is off for later runs, until a named person switches it on (G16).

Every turn of a switch is a row that stays, and an event of the audit chain.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from targeting.cases import store_runs
from targeting.cases.codes import Power
from targeting.cases.columns import new_id, plain
from targeting.cases.records import Actor, Ref
from targeting.cases.schema_accounts import User
from targeting.cases.schema_rules import CheckSwitch
from targeting.cases.store import Store, need
from targeting.errors import Conflict, InvalidInput


@dataclass(frozen=True, slots=True)
class Switch:
    """The newest turn of one check's switch: whether it runs, by whom (null: by itself), why, with which figures, and when."""

    check: str
    running: bool
    by: Ref | None
    reason: str
    figures: Mapping[str, Any]
    at: datetime


def switches(store: Store) -> dict[str, Switch]:
    """The newest turn of every switch that was ever turned, by code."""
    with store.reading() as session:
        return {check: _switch(session, row) for check, row in _newest(session).items()}


def switch_off(store: Store, check: str, *, reason: str, figures: Mapping[str, Any], at: datetime) -> bool:
    """The check is off for later runs by what was measured; false where it was off already."""
    with store.writing(actor=None, at=at) as unit:
        store_runs.lock_counter(unit.session, f"check.{check}")
        before = _newest(unit.session).get(check)
        if before is not None and not before.running:
            return False
        unit.add(
            CheckSwitch(
                id=new_id(at), check=check, running=False, actor_id=None, reason=reason, figures=plain(dict(figures)), at=at
            )
        )
        unit.event("check.switched_off", check=check, **plain(dict(figures)))
        return True


def switch_on(store: Store, check: str, *, reason: str, actor: Actor, at: datetime) -> Switch:
    """A named person lets the check run again; only reviews known later count for its precision.

    Raises:
        NotAllowed: the role may not publish rules.
        InvalidInput: no reason is given.
        Conflict: the check is not switched off.
    """
    need(actor, Power.PUBLISH_RULES)
    if not reason.strip():
        raise InvalidInput("Say why the check may run again.")
    with store.writing(actor=actor, at=at) as unit:
        store_runs.lock_counter(unit.session, f"check.{check}")
        before = _newest(unit.session).get(check)
        if before is None or before.running:
            raise Conflict(f"The check {check} is not switched off.")
        row = CheckSwitch(
            id=new_id(at), check=check, running=True, actor_id=actor.user_id, reason=reason.strip(), figures={}, at=at
        )
        unit.add(row)
        unit.event("check.switched_on", check=check, content={"reason": row.reason})
        return _switch(unit.session, row)


def _newest(session: Session) -> dict[str, CheckSwitch]:
    rows = session.scalars(select(CheckSwitch).order_by(CheckSwitch.at, CheckSwitch.id))
    return {row.check: row for row in rows}


def _switch(session: Session, row: CheckSwitch) -> Switch:
    by = Ref(row.actor_id, session.get_one(User, row.actor_id).name) if row.actor_id else None
    return Switch(row.check, row.running, by, row.reason, row.figures, row.at)
