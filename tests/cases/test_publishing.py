"""A second person publishes: nobody approves an own proposal, nothing is published silently, and the record stays."""

from dataclasses import replace
from datetime import timedelta

import pytest
from case_office import MONDAY, Office
from sqlalchemy.exc import DBAPIError

from targeting.cases import audit, publishing
from targeting.cases.codes import Role
from targeting.cases.publishing import Draft, Proposal
from targeting.cases.records import Actor
from targeting.errors import Conflict, InvalidInput, NotAllowed, NotFound

SAMPLE, FIRST, SECOND = "0" * 64, "a" * 64, "b" * 64
CHANGE = {"part": "parameters", "name": "dibao.standard", "old": {"value": 78000}, "new": {"value": 86000}}
DRAFT = Draft("cn-x", FIRST, SAMPLE, "The county's notice of September.", (CHANGE,), reaches_back=False)


def proposed(office: Office, draft: Draft = DRAFT, actor: Actor | None = None, later: int = 0) -> Proposal:
    return publishing.propose(office.store, draft=draft, actor=actor or office.supervisor, at=MONDAY + timedelta(hours=later))


def approved(office: Office, one: Proposal, actor: Actor | None = None, **values: str) -> Proposal:
    arguments = {"files_sha256": one.sha256, "shipped_sha256": SAMPLE} | values
    at = MONDAY + timedelta(hours=len(office.sql("SELECT 1 FROM policy_approvals")) + 1)
    return publishing.approve(office.store, proposal_id=one.id, actor=actor or office.deputy, at=at, **arguments)


def in_use(office: Office) -> str | None:
    return publishing.published(office.store, jurisdiction="cn-x")


def test_a_set_is_law_once_a_second_person_approved_it(office: Office) -> None:
    one = proposed(office)
    assert in_use(office) is None
    done = approved(office, one)
    assert in_use(office) == FIRST
    assert (done.proposer.label, done.approver and done.approver.label) == ("Supervisor", "Deputy")
    kinds = {row.kind: row.payload["sha256"] for row in audit.events(office.store, actor=office.auditor)}
    assert kinds == {"policy.proposed": FIRST, "policy.published": FIRST}
    assert audit.verify(office.store).ok


def test_nobody_approves_an_own_proposal(office: Office) -> None:
    with pytest.raises(NotAllowed, match="a second person"):
        approved(office, proposed(office), office.supervisor)
    assert in_use(office) is None


@pytest.mark.parametrize("role", [Role.CASEWORKER, Role.AUDITOR, Role.DATA_SCIENTIST])
def test_who_lacks_the_power_approves_nothing(office: Office, role: Role) -> None:
    one = proposed(office)
    with pytest.raises(NotAllowed, match="rules:publish"):
        approved(office, one, replace(office.deputy, role=role))


@pytest.mark.parametrize("role", [Role.CASEWORKER, Role.AUDITOR])
def test_who_lacks_the_power_proposes_nothing(office: Office, role: Role) -> None:
    with pytest.raises(NotAllowed, match="rules:propose"):
        proposed(office, actor=replace(office.supervisor, role=role))


def test_files_changed_since_are_not_approved(office: Office) -> None:
    with pytest.raises(Conflict, match="have changed since"):
        approved(office, proposed(office), files_sha256=SECOND)


def test_a_set_compared_with_another_one_than_that_in_use_is_not_approved(office: Office) -> None:
    first, second = proposed(office), proposed(office, replace(DRAFT, sha256=SECOND), later=1)
    approved(office, first)
    with pytest.raises(Conflict, match="Propose it again"):
        approved(office, second)
    approved(office, proposed(office, replace(DRAFT, sha256=SECOND, base_sha256=FIRST), later=3))
    assert in_use(office) == SECOND
    assert [one.sha256 for one in publishing.proposals(office.store, jurisdiction="cn-x")] == [SECOND, SECOND, FIRST]


def test_a_set_is_approved_once_and_proposed_once(office: Office) -> None:
    one = proposed(office)
    with pytest.raises(Conflict, match="proposed already"):
        proposed(office)
    approved(office, one)
    with pytest.raises(Conflict, match="published already"):
        approved(office, one)
    with pytest.raises(Conflict, match="the one in use"):
        proposed(office)
    with pytest.raises(NotFound):
        publishing.approve(
            office.store, proposal_id="x", files_sha256=FIRST, shipped_sha256=SAMPLE, actor=office.deputy, at=MONDAY
        )


def test_the_past_is_not_changed_silently(office: Office) -> None:
    back = replace(DRAFT, reaches_back=True)
    with pytest.raises(InvalidInput, match="days that have passed"):
        proposed(office, back)
    with pytest.raises(InvalidInput, match="note: say why"):
        proposed(office, replace(DRAFT, note=" "))
    assert proposed(office, replace(back, past_reason="The notice came late.")).past_reason == "The notice came late."


def test_a_hand_at_the_database_gets_past_none_of_this(office: Office) -> None:
    proposal = (
        "INSERT INTO policy_proposals (id, jurisdiction, sha256, base_sha256, proposer_id, note, past_reason, changes,"
        " reaches_back, at) VALUES (:id, 'cn-x', :s, :s, :by, 'n', NULL, '[]', :back, :at)"
    )
    approval = "INSERT INTO policy_approvals (proposal_id, approver_id, at) VALUES (:id, :by, :at)"
    at = {"at": MONDAY.replace(tzinfo=None), "s": FIRST}
    for word, statement, values in (
        ("publication.power_missing", proposal, {"id": "p0", "by": office.officer.user_id, "back": False}),
        ("publication.past_changed_silently", proposal, {"id": "p0", "by": office.supervisor.user_id, "back": True}),
    ):
        with pytest.raises(DBAPIError, match=word):
            office.sql(statement, **values, **at)
    one = proposed(office)
    for by in (office.supervisor, office.officer, office.auditor):
        with pytest.raises(DBAPIError, match=r"publication\.second_person_missing"):
            office.sql(approval, id=one.id, by=by.user_id, at=at["at"])
    approved(office, one)
    for statement in (
        "UPDATE policy_proposals SET note = 'x'",
        "UPDATE policy_approvals SET approver_id = approver_id",
        "DELETE FROM policy_approvals",
        "DELETE FROM policy_proposals",
    ):
        with pytest.raises(DBAPIError, match="append_only"):
            office.sql(statement)


def test_nothing_published_is_replaced(office: Office) -> None:
    approved(office, proposed(office))
    sqlite = office.store.engine.dialect.name == "sqlite"
    for table in ("policy_proposals", "policy_approvals"):
        again = "INSERT OR REPLACE INTO {0} SELECT * FROM {0}" if sqlite else "INSERT INTO {0} SELECT * FROM {0}"
        with pytest.raises(DBAPIError, match="append_only" if sqlite else "duplicate key|second_person"):
            office.sql(again.format(table))
