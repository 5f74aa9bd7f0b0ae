"""Accounts: named people, what they may do and see, their sign-ins; and the keys that make a repeated request harmless.

Passwords are kept as argon2id hashes, session tokens as sha256. Which of login, password or lock was wrong is never said.
"""

import hashlib
import secrets
from collections.abc import Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from targeting.cases import store_accounts
from targeting.cases.codes import Power, Role
from targeting.cases.columns import new_id
from targeting.cases.records import Account, Actor, Session
from targeting.cases.schema_accounts import IdempotencyKey, SignIn, User
from targeting.cases.store import Store, Unit, need
from targeting.errors import Conflict, InvalidInput, NotFound, SignInRefused

SEEN_EVERY = timedelta(minutes=1)
ABANDONED_AFTER = timedelta(minutes=1)
HASHER = PasswordHash((Argon2Hasher(),))


@dataclass(frozen=True, slots=True)
class Claim:
    """A claimed idempotency key; `replay` is the answer that was given before, as status and body."""

    replay: tuple[int, str] | None


def create_user(
    store: Store,
    *,
    login: str,
    name: str,
    password: str,
    role: Role,
    offices: Iterable[str] = (),
    county_wide: bool = False,
    at: datetime,
    actor: Actor | None = None,
) -> Account:
    """There is an account with this login; `actor` None is the command line of the machine.

    Raises:
        InvalidInput: login or name is empty, or the password is too short.
        Conflict: the login is taken.
    """
    login, name = login.strip().lower(), name.strip()
    faults = [f"{what} is empty" for what, value in (("login", login), ("name", name)) if not value]
    faults += _password_faults(store, password)
    if faults:
        raise InvalidInput("The account cannot be created.", faults=faults)
    with _managing(store, actor, at) as unit:
        if store_accounts.user_by_login(unit.session, login) is not None:
            raise Conflict(f"The login '{login}' is taken. Choose another one.")
        user = User(
            id=new_id(at),
            login=login,
            name=name,
            role=Role(role).value,
            county_wide=county_wide,
            password_hash=HASHER.hash(password),
            active=True,
            failed_sign_ins=0,
            locked_until=None,
            created_at=at,
        )
        unit.add(user)
        store_accounts.set_offices(unit.session, user.id, tuple(offices))
        unit.event("user.created", user_id=user.id, role=user.role, county_wide=county_wide, offices=sorted(set(offices)))
        return store_accounts.account(unit.session, user)


def accounts(store: Store) -> list[Account]:
    """All accounts by login."""
    with store.reading() as session:
        return [store_accounts.account(session, user) for user in store_accounts.users(session)]


def set_password(store: Store, *, login: str, password: str, at: datetime, actor: Actor | None = None) -> None:
    """The account has this password, is not locked, and its sign-ins are over.

    Raises:
        InvalidInput: the password is too short.
        NotFound: there is no such account.
    """
    if faults := _password_faults(store, password):
        raise InvalidInput("The password cannot be set.", faults=faults)
    with _managing(store, actor, at) as unit:
        user = _existing(unit, login)
        user.password_hash, user.failed_sign_ins, user.locked_until = HASHER.hash(password), 0, None
        store_accounts.revoke_sign_ins(unit.session, user.id, at)
        unit.event("user.password_set", user_id=user.id)


def set_active(store: Store, *, login: str, active: bool, at: datetime, actor: Actor | None = None) -> None:
    """The account is open, or closed with its sign-ins over."""
    with _managing(store, actor, at) as unit:
        user = _existing(unit, login)
        user.active = active
        if not active:
            store_accounts.revoke_sign_ins(unit.session, user.id, at)
        unit.event("user.opened" if active else "user.closed", user_id=user.id)


def set_role(
    store: Store,
    *,
    login: str,
    role: Role,
    offices: Iterable[str] = (),
    county_wide: bool = False,
    at: datetime,
    actor: Actor | None = None,
) -> Account:
    """The account has this role and these offices."""
    with _managing(store, actor, at) as unit:
        user = _existing(unit, login)
        user.role, user.county_wide = Role(role).value, county_wide
        store_accounts.set_offices(unit.session, user.id, tuple(offices))
        unit.event("user.role_set", user_id=user.id, role=user.role, county_wide=county_wide, offices=sorted(set(offices)))
        return store_accounts.account(unit.session, user)


def unlock(store: Store, *, login: str, at: datetime, actor: Actor | None = None) -> None:
    """The account is not locked."""
    with _managing(store, actor, at) as unit:
        user = _existing(unit, login)
        user.failed_sign_ins, user.locked_until = 0, None
        unit.event("user.unlocked", user_id=user.id)


def sign_in(store: Store, *, login: str, password: str, at: datetime) -> Session:
    """The person is signed in; repeated failures lock the account for a while.

    Raises:
        SignInRefused: login or password is wrong, or the account is locked or closed.
    """
    with store.reading() as reading:
        known = store_accounts.user_by_login(reading, login)
        password_hash = known.password_hash if known is not None else None
    good = HASHER.verify(password, password_hash or _absent()) and password_hash is not None
    if known is not None:
        with store.writing(actor=None, at=at) as unit:
            user = store_accounts.user_by_login(unit.session, login, lock=True)
            if user is not None and _let_in(unit, user, good=good):
                return _open(unit, user)
    raise SignInRefused("Login or password is wrong, or the account is locked. Try again later or ask an administrator.")


def session(store: Store, *, token: str, at: datetime) -> Session | None:
    """The session with this token; None where it is over, revoked, idle for too long, or the account is closed."""
    digest = _digest(token)
    with store.reading() as reading:
        found = store_accounts.sign_in_row(reading, digest)
        if found is None:
            return None
        sign_in_row, user = found
        idle = timedelta(minutes=store.rules.session_idle)
        over = sign_in_row.revoked_at is not None or sign_in_row.expires_at <= at or at - sign_in_row.last_seen_at > idle
        if over or not user.active:
            return None
        actor = store_accounts.actor(reading, user)
    if at - sign_in_row.last_seen_at > SEEN_EVERY:
        with store.writing(actor=actor, at=at) as unit:
            if (row := unit.session.get(SignIn, digest)) is not None:
                row.last_seen_at = at
    return Session(token, sign_in_row.csrf_token, actor, sign_in_row.expires_at)


def sign_out(store: Store, *, token: str, at: datetime) -> None:
    """The session with this token is over."""
    with store.writing(actor=None, at=at) as unit:
        row = unit.session.get(SignIn, _digest(token))
        if row is not None and row.revoked_at is None:
            row.revoked_at = at
            unit.event("user.signed_out", user_id=row.user_id)


def revoke_all(store: Store, *, user_id: str, at: datetime, actor: Actor | None = None) -> None:
    """All sessions of the user are over."""
    with _managing(store, actor, at) as unit:
        store_accounts.revoke_sign_ins(unit.session, user_id, at)
        unit.event("user.sessions_revoked", user_id=user_id)


def claim_key(store: Store, *, actor: Actor, key: str, route: str, body_sha256: str, at: datetime) -> Claim:
    """The key is claimed for this request, or the answer given to it before is returned.

    A claim that was never finished (the process died) can be taken over after a minute.

    Raises:
        InvalidInput: the key is empty or longer than 200 characters.
        Conflict: the key was used for another request, or the request is being answered.
    """
    if not 0 < len(key) <= 200:
        raise InvalidInput("Idempotency-Key: expected 1 to 200 characters.")
    with store.writing(actor=actor, at=at) as unit:
        store_accounts.forget_keys(unit.session, at - timedelta(hours=store.rules.idempotency))
        row = store_accounts.idempotency_row(unit.session, actor.user_id, key)
        if row is None:
            claimed = IdempotencyKey(
                user_id=actor.user_id, key=key, route=route, body_sha256=body_sha256,
                status=None, response=None, claimed_at=at,
            )  # fmt: skip
            unit.add(claimed)
            return Claim(None)
        if (row.route, row.body_sha256) != (route, body_sha256):
            raise Conflict("The Idempotency-Key was used for another request. Send a new key.")
        if row.status is not None:
            return Claim((row.status, row.response or ""))
        if at - row.claimed_at < ABANDONED_AFTER:
            raise Conflict("The request with this Idempotency-Key is being answered. Wait and ask again.")
        row.claimed_at = at
        return Claim(None)


def finish_key(store: Store, *, actor: Actor, key: str, status: int, response: str, at: datetime) -> None:
    """The answer to the claimed request is kept."""
    with store.writing(actor=actor, at=at) as unit:
        row = store_accounts.idempotency_row(unit.session, actor.user_id, key)
        if row is not None:
            row.status, row.response = status, response


def release_key(store: Store, *, actor: Actor, key: str, at: datetime) -> None:
    """The claim is gone: the request failed and may be repeated."""
    with store.writing(actor=actor, at=at) as unit:
        row = store_accounts.idempotency_row(unit.session, actor.user_id, key)
        if row is not None:
            unit.session.delete(row)


def _managing(store: Store, actor: Actor | None, at: datetime) -> AbstractContextManager[Unit]:
    if actor is not None:
        need(actor, Power.MANAGE_USERS)
    return store.writing(actor=actor, at=at)


def _existing(unit: Unit, login: str) -> User:
    user = store_accounts.user_by_login(unit.session, login, lock=True)
    if user is None:
        raise NotFound("There is no account with this login.")
    return user


def _password_faults(store: Store, password: str) -> list[str]:
    least = store.rules.password_characters
    return [] if len(password) >= least else [f"password: expected at least {least} characters, got {len(password)}"]


@cache
def _absent() -> str:
    """A hash that no password has, so that an unknown login takes as long as a known one."""
    return HASHER.hash(secrets.token_urlsafe(16))


def _let_in(unit: Unit, user: User, *, good: bool) -> bool:
    """Whether the person may come in; a failure is counted, and the last one allowed locks the account."""
    locked = user.locked_until is not None and user.locked_until > unit.at
    if good and user.active and not locked:
        user.failed_sign_ins, user.locked_until = 0, None
        return True
    if not locked:
        user.failed_sign_ins += 1
        if user.failed_sign_ins >= unit.rules.sign_in_failures:
            user.failed_sign_ins = 0
            user.locked_until = unit.at + timedelta(minutes=unit.rules.sign_in_lock)
            unit.event("user.locked", user_id=user.id)
    unit.event("user.sign_in_refused", user_id=user.id)
    return False


def _open(unit: Unit, user: User) -> Session:
    token, csrf = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    expires_at = unit.at + timedelta(hours=unit.rules.session)
    row = SignIn(
        token_sha256=_digest(token), user_id=user.id, csrf_token=csrf, created_at=unit.at,
        last_seen_at=unit.at, expires_at=expires_at, revoked_at=None,
    )  # fmt: skip
    unit.add(row)
    unit.event("user.signed_in", user_id=user.id)
    return Session(token, csrf, store_accounts.actor(unit.session, user), expires_at)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8")).hexdigest()
