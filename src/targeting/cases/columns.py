"""Base class, column types and keys that every table of the case store shares; the same on SQLite and PostgreSQL."""

import hashlib
import json
import secrets
import uuid
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, DateTime, Dialect, MetaData, String, Text
from sqlalchemy.orm import DeclarativeBase, mapped_column
from sqlalchemy.types import TypeDecorator


class UtcInstant(TypeDecorator[datetime]):
    """An instant, always aware and always UTC; SQLite keeps it without its zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """The instant as stored; a naive one is refused."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise TypeError("An instant without a time zone cannot be stored. Pass an aware datetime, e.g. dates.now().")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """The instant as read, in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Words(TypeDecorator[str]):
    """A text as both databases take it: PostgreSQL refuses NUL and half characters, SQLite would keep them."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """The text without NUL and with a question mark for half a surrogate pair."""
        if value is None or (value.isascii() and "\x00" not in value):
            return value
        return value.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")


class LongWords(Words):
    """A text of any length."""

    impl = Text
    cache_ok = True


NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

Id = Annotated[str, mapped_column(Words(36))]
Code = Annotated[str, mapped_column(Words(40))]
Name = Annotated[str, mapped_column(Words(200))]
Sha = Annotated[str, mapped_column(Words(64))]
Long = Annotated[str, mapped_column(LongWords)]
Cents = Annotated[int, mapped_column(BigInteger)]
Instant = Annotated[datetime, mapped_column(UtcInstant)]
Document = Annotated[Any, mapped_column(JSON)]


class Base(DeclarativeBase):
    """Base of all tables."""

    metadata = MetaData(naming_convention=NAMES)


def one_of(column: str, codes: type[StrEnum]) -> CheckConstraint:
    """The check that the column holds one of the codes."""
    listed = ", ".join(f"'{code}'" for code in codes)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


def new_id(at: datetime) -> str:
    """A UUIDv7: opaque, and in the order of time to the millisecond.

    Source: RFC 9562 §5.7.
    """
    milliseconds = int(at.timestamp() * 1000)
    bits = (milliseconds << 80) | (0x7 << 76) | (secrets.randbits(12) << 64) | (0b10 << 62) | secrets.randbits(62)
    return str(uuid.UUID(int=bits))


def canonical(value: object) -> str:
    """The one JSON text of a value: sorted keys, no spaces, characters as they are."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)
    return text.encode("utf-8", "replace").decode("utf-8")


def sha256(value: object) -> str:
    """The sha256 of the value's canonical JSON."""
    return hashlib.sha256(canonical(value).encode("utf-8")).hexdigest()


def plain(value: object) -> Any:
    """The value as JSON gives it back: mappings, lists, texts, numbers; days and instants as ISO 8601."""
    return json.loads(canonical(value))
