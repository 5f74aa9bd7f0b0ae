"""SQL of accounts: users, offices, sign-ins, idempotency keys, read log."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from targeting.cases import store_queue
from targeting.cases.codes import Role
from targeting.cases.records import Account, Actor
from targeting.cases.schema import Case
from targeting.cases.schema_accounts import IdempotencyKey, ReadEntry, SignIn, User, UserOffice


def user_by_login(session: Session, login: str, *, lock: bool = False) -> User | None:
    """The user with this login."""
    query = select(User).where(User.login == login.strip().lower())
    return session.scalars(query.with_for_update() if lock else query).one_or_none()


def user_offices(session: Session, user_id: str) -> tuple[str, ...]:
    """The offices of a user, sorted."""
    query = select(UserOffice.office).where(UserOffice.user_id == user_id).order_by(UserOffice.office)
    return tuple(session.scalars(query))


def set_offices(session: Session, user_id: str, offices: Sequence[str]) -> None:
    """The user has these offices and no others."""
    session.execute(delete(UserOffice).where(UserOffice.user_id == user_id))
    session.add_all(UserOffice(user_id=user_id, office=office) for office in sorted(set(offices)))
    session.flush()


def actor(session: Session, user: User) -> Actor:
    """The user as somebody who acts."""
    offices = None if user.county_wide else frozenset(user_offices(session, user.id))
    return Actor(user.id, user.login, user.name, Role(user.role), offices)


def account(session: Session, user: User) -> Account:
    """The user as administrators see it."""
    return Account(
        user_id=user.id,
        login=user.login,
        name=user.name,
        role=Role(user.role),
        offices=user_offices(session, user.id),
        county_wide=user.county_wide,
        active=user.active,
        locked_until=user.locked_until,
    )


def users(session: Session) -> Sequence[User]:
    """All users by login."""
    return session.scalars(select(User).order_by(User.login)).all()


def sign_in_row(session: Session, token_sha256: str) -> tuple[SignIn, User] | None:
    """The sign-in with this token and its user."""
    query = select(SignIn, User).join(User, User.id == SignIn.user_id).where(SignIn.token_sha256 == token_sha256)
    found = session.execute(query).one_or_none()
    return (found[0], found[1]) if found else None


def revoke_sign_ins(session: Session, user_id: str, at: datetime) -> None:
    """No sign-in of the user opens a door any more."""
    session.execute(update(SignIn).where(SignIn.user_id == user_id, SignIn.revoked_at.is_(None)).values(revoked_at=at))


def idempotency_row(session: Session, user_id: str, key: str) -> IdempotencyKey | None:
    """The claimed key of this user."""
    return session.get(IdempotencyKey, (user_id, key), with_for_update=True)


def forget_keys(session: Session, before: datetime) -> None:
    """Keys claimed before that instant are gone."""
    session.execute(delete(IdempotencyKey).where(IdempotencyKey.claimed_at < before))


def reads(session: Session, actor: Actor, *, case_id: str | None, user_id: str | None, limit: int) -> list[tuple[ReadEntry, str]]:
    """The read log of cases in the actor's offices, newest first, each entry with the reader's name."""
    query = select(ReadEntry, User.name).join(User, User.id == ReadEntry.user_id)
    if actor.offices is not None:
        query = query.where(ReadEntry.case_id.in_(select(Case.id).where(store_queue.scope(actor))))
    if case_id is not None:
        query = query.where(ReadEntry.case_id == case_id)
    if user_id is not None:
        query = query.where(ReadEntry.user_id == user_id)
    query = query.order_by(ReadEntry.at.desc(), ReadEntry.id.desc()).limit(limit)
    return [(row[0], row[1]) for row in session.execute(query)]
