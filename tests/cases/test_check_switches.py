"""A check that is switched off stays so until a named person switches it on; every turn stays on record."""

from dataclasses import replace
from datetime import timedelta

import pytest
from case_office import MONDAY, Office
from sqlalchemy.exc import DBAPIError

from targeting.cases import audit, check_switches
from targeting.cases.codes import Role
from targeting.errors import Conflict, InvalidInput, NotAllowed

FIGURES = {"reviews": 60, "confirmed": 12, "upper_95": 0.32, "floor": 0.5}


def off(office: Office, hours: int = 0) -> bool:
    at = MONDAY + timedelta(hours=hours)
    return check_switches.switch_off(office.store, "X10", reason="12 of 60", figures=FIGURES, at=at)


def test_a_check_switches_itself_off_once_and_the_chain_says_with_which_figures(office: Office) -> None:
    assert off(office)
    assert not off(office, 1)
    switch = check_switches.switches(office.store)["X10"]
    assert (switch.running, switch.by, switch.figures["confirmed"]) == (False, None, 12)
    told = {row.kind: row.payload for row in audit.events(office.store, actor=office.auditor)}
    assert told["check.switched_off"] == {"check": "X10", **FIGURES}
    assert audit.verify(office.store).ok


def test_a_named_person_switches_it_on_again_and_says_why(office: Office) -> None:
    off(office)
    at = MONDAY + timedelta(hours=2)
    switch = check_switches.switch_on(office.store, "X10", reason="the register is repaired", actor=office.supervisor, at=at)
    assert (switch.running, switch.by and switch.by.label) == (True, "Supervisor")
    assert off(office, 3)
    assert not check_switches.switches(office.store)["X10"].running


@pytest.mark.parametrize("role", [Role.CASEWORKER, Role.AUDITOR, Role.DATA_SCIENTIST])
def test_who_may_not_publish_rules_switches_nothing_on(office: Office, role: Role) -> None:
    off(office)
    with pytest.raises(NotAllowed, match="rules:publish"):
        check_switches.switch_on(office.store, "X10", reason="so", actor=replace(office.deputy, role=role), at=MONDAY)


def test_without_a_reason_or_while_it_runs_nothing_is_switched_on(office: Office) -> None:
    with pytest.raises(Conflict, match="not switched off"):
        check_switches.switch_on(office.store, "X10", reason="so", actor=office.supervisor, at=MONDAY)
    off(office)
    with pytest.raises(InvalidInput, match="Say why"):
        check_switches.switch_on(office.store, "X10", reason=" ", actor=office.supervisor, at=MONDAY)


def test_the_database_itself_refuses_a_turn_by_nobody_or_by_an_officer_and_any_change(office: Office) -> None:
    off(office)
    columns = 'id, "check", running, actor_id, reason, figures, at'
    for actor in ("NULL", f"'{office.officer.user_id}'"):
        with pytest.raises(DBAPIError):
            office.sql(f"INSERT INTO check_switches ({columns}) SELECT 'x', \"check\", NOT running, {actor}, 'r', figures, at "
                       "FROM check_switches")  # fmt: skip
    for change in ("UPDATE check_switches SET reason = 'r'", "DELETE FROM check_switches"):
        with pytest.raises(DBAPIError):
            office.sql(change)
