"""Accounts, sign-ins and idempotency keys."""

from datetime import timedelta

import pytest
from case_office import HERE, MONDAY, Office, days
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from targeting.cases import accounts
from targeting.cases.codes import Power, Role
from targeting.errors import Conflict, InvalidInput, NotAllowed, SignInRefused

GOOD = "a long enough password"


@pytest.fixture(autouse=True)
def _quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Argon2 at its lowest cost; nothing here guesses passwords."""
    monkeypatch.setattr(accounts, "HASHER", PasswordHash((Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1),)))


@pytest.fixture
def wang(office: Office) -> Office:
    """The office, and an account that can sign in."""
    accounts.create_user(
        office.store, login=" Wang ", name="王建国", password=GOOD, role=Role.CASEWORKER, offices=(HERE,), at=MONDAY
    )
    return office


def sign_in(office: Office, password: str = GOOD, at=MONDAY, login: str = "wang"):
    return accounts.sign_in(office.store, login=login, password=password, at=at)


def test_who_signs_in_acts_with_role_and_offices_until_signing_out(wang: Office) -> None:
    opened = sign_in(wang, login="WANG")
    found = accounts.session(wang.store, token=opened.token, at=MONDAY + timedelta(minutes=5))
    assert found is not None
    assert (found.actor, found.csrf_token) == (opened.actor, opened.csrf_token)
    assert (found.actor.role, found.actor.offices) == ("caseworker", frozenset({HERE}))
    accounts.sign_out(wang.store, token=opened.token, at=MONDAY)
    assert accounts.session(wang.store, token=opened.token, at=MONDAY) is None
    assert accounts.session(wang.store, token="never given out", at=MONDAY) is None


def test_neither_passwords_nor_tokens_are_stored(wang: Office) -> None:
    opened = sign_in(wang)
    stored = str(wang.sql("SELECT * FROM users WHERE login = 'wang'")) + str(wang.sql("SELECT * FROM sign_ins"))
    stored += str(wang.sql("SELECT payload FROM audit_events"))
    assert GOOD not in stored
    assert opened.token not in stored
    assert "$argon2id$" in stored


def test_every_refusal_sounds_the_same(wang: Office) -> None:
    words = set()
    for login, password in (("wang", "wrong"), ("nobody", GOOD), ("officer", GOOD)):  # the last one has no password
        with pytest.raises(SignInRefused) as refused:
            sign_in(wang, password, login=login)
        words.add(str(refused.value))
    assert len(words) == 1


@pytest.mark.parametrize(("failures", "gets_in"), [(4, True), (5, False)])
def test_five_failures_lock_the_account_for_a_quarter_of_an_hour(wang: Office, failures: int, gets_in: bool) -> None:
    for _ in range(failures):
        with pytest.raises(SignInRefused):
            sign_in(wang, "wrong")
    if gets_in:
        assert sign_in(wang).actor.login == "wang"
        return
    with pytest.raises(SignInRefused):
        sign_in(wang, at=MONDAY + timedelta(minutes=14))
    assert sign_in(wang, at=MONDAY + timedelta(minutes=15)).actor.login == "wang"


def test_a_session_ends_when_idle_and_after_a_working_day(wang: Office) -> None:
    opened = sign_in(wang)
    assert accounts.session(wang.store, token=opened.token, at=MONDAY + timedelta(minutes=61)) is None
    for minutes in range(50, 600, 50):
        assert accounts.session(wang.store, token=opened.token, at=MONDAY + timedelta(minutes=minutes)) is not None
    assert accounts.session(wang.store, token=opened.token, at=MONDAY + timedelta(minutes=600)) is None


def test_closing_an_account_or_a_new_password_ends_its_sessions(wang: Office) -> None:
    opened = sign_in(wang)
    accounts.set_password(wang.store, login="wang", password="another long one", at=MONDAY)
    assert accounts.session(wang.store, token=opened.token, at=MONDAY) is None
    opened = sign_in(wang, "another long one")
    accounts.set_active(wang.store, login="wang", active=False, at=MONDAY)
    assert accounts.session(wang.store, token=opened.token, at=MONDAY) is None
    with pytest.raises(SignInRefused):
        sign_in(wang, "another long one")


def test_a_changed_role_and_an_unlocking_hold_at_once(wang: Office) -> None:
    changed = accounts.set_role(wang.store, login="wang", role=Role.SUPERVISOR, county_wide=True, at=MONDAY)
    assert (changed.role, changed.offices, changed.county_wide) == ("supervisor", (), True)
    for _ in range(5):
        with pytest.raises(SignInRefused):
            sign_in(wang, "wrong")
    accounts.unlock(wang.store, login="wang", at=MONDAY)
    assert sign_in(wang).actor.may(Power.APPROVE)


def test_accounts_are_managed_by_administrators_only(office: Office) -> None:
    with pytest.raises(NotAllowed, match="users:manage"):
        accounts.create_user(
            office.store, login="x", name="x", password=GOOD, role=Role.SUPERVISOR, at=MONDAY, actor=office.supervisor
        )


def test_all_faults_of_an_account_are_told_at_once(office: Office) -> None:
    with pytest.raises(InvalidInput) as refused:
        accounts.create_user(office.store, login=" ", name="", password="short", role=Role.CASEWORKER, at=MONDAY)
    assert len(refused.value.faults) == 3
    assert "short" not in str(refused.value).replace("expected", "")
    with pytest.raises(Conflict, match="is taken"):
        accounts.create_user(office.store, login="Officer", name="O", password=GOOD, role=Role.CASEWORKER, at=MONDAY)


def claim(office: Office, *, body: str = "1", at=MONDAY, route: str = "POST /cases", actor=None):
    return accounts.claim_key(office.store, actor=actor or office.officer, key="k", route=route, body_sha256=body, at=at)


def test_a_repeated_request_gets_the_first_answer(office: Office) -> None:
    assert claim(office).replay is None
    with pytest.raises(Conflict, match="being answered"):
        claim(office)
    accounts.finish_key(office.store, actor=office.officer, key="k", status=201, response='{"id": 1}', at=MONDAY)
    assert claim(office).replay == (201, '{"id": 1}')
    assert claim(office, actor=office.colleague).replay is None
    for values in ({"body": "2"}, {"route": "POST /notes"}):
        with pytest.raises(Conflict, match="another request"):
            claim(office, **values)
    assert claim(office, body="2", at=MONDAY + days(2)).replay is None


def test_a_failed_or_abandoned_request_may_be_repeated(office: Office) -> None:
    claim(office)
    accounts.release_key(office.store, actor=office.officer, key="k", at=MONDAY)
    assert claim(office).replay is None
    assert claim(office, at=MONDAY + timedelta(minutes=2)).replay is None
