"""Tables of accounts: users and their offices, sign-ins, read log, idempotency keys and counters."""

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from targeting.cases.codes import ReadKind, Role
from targeting.cases.columns import Base, Code, Id, Instant, Long, Name, Sha, Words, one_of


class User(Base):
    """A named person with an account; never deleted, because decisions name them."""

    __tablename__ = "users"
    __table_args__ = (one_of("role", Role), CheckConstraint("login = lower(login)", name="login_lower"))

    id: Mapped[Id] = mapped_column(primary_key=True)
    login: Mapped[Name] = mapped_column(unique=True)
    name: Mapped[Name]
    role: Mapped[Code]
    county_wide: Mapped[bool]
    password_hash: Mapped[str | None] = mapped_column(Words(300))
    active: Mapped[bool] = mapped_column(default=True)
    failed_sign_ins: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[Instant | None]
    created_at: Mapped[Instant]


class UserOffice(Base):
    """An office whose cases the user may see."""

    __tablename__ = "user_offices"

    user_id: Mapped[Id] = mapped_column(ForeignKey("users.id"), primary_key=True)
    office: Mapped[Name] = mapped_column(primary_key=True)


class SignIn(Base):
    """A signed-in session, kept by the hash of its token, so that a copy of the table opens no door."""

    __tablename__ = "sign_ins"

    token_sha256: Mapped[Sha] = mapped_column(primary_key=True)
    user_id: Mapped[Id] = mapped_column(ForeignKey("users.id"), index=True)
    csrf_token: Mapped[str] = mapped_column(Words(64))
    created_at: Mapped[Instant]
    last_seen_at: Mapped[Instant]
    expires_at: Mapped[Instant]
    revoked_at: Mapped[Instant | None]


class ReadEntry(Base):
    """Who looked at what, and for what purpose."""

    __tablename__ = "read_log"
    __table_args__ = (one_of("kind", ReadKind), Index("ix_read_log_user_at", "user_id", "at"))

    id: Mapped[Id] = mapped_column(primary_key=True)
    user_id: Mapped[Id] = mapped_column(ForeignKey("users.id"))
    case_id: Mapped[Id | None] = mapped_column(ForeignKey("cases.id"), index=True)
    kind: Mapped[Code]
    person_id: Mapped[Name | None]
    purpose: Mapped[Long | None]
    at: Mapped[Instant]


class IdempotencyKey(Base):
    """A request that was or is being answered: the same key gives the same answer."""

    __tablename__ = "idempotency_keys"

    user_id: Mapped[Id] = mapped_column(ForeignKey("users.id"), primary_key=True)
    key: Mapped[Name] = mapped_column(primary_key=True)
    route: Mapped[Name]
    body_sha256: Mapped[Sha]
    status: Mapped[int | None]
    response: Mapped[Long | None]
    claimed_at: Mapped[Instant]


class Counter(Base):
    """The last number given out of a series, e.g. of case numbers."""

    __tablename__ = "counters"

    name: Mapped[Name] = mapped_column(primary_key=True)
    value: Mapped[int]
