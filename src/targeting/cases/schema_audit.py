"""Tables of the audit chain: each event carries the hash of the one before; personal content is apart and deletable (G21)."""

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from targeting.cases.columns import Base, Code, Document, Id, Instant, Name, Sha


class AuditEvent(Base):
    """One event: codes and ids only; `hash` covers every other column, `content_sha256` the salted personal content."""

    __tablename__ = "audit_events"

    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    id: Mapped[Id] = mapped_column(unique=True)
    at: Mapped[Instant]
    actor_id: Mapped[Id | None]
    kind: Mapped[Code]
    case_id: Mapped[Id | None] = mapped_column(index=True)
    run: Mapped[Name | None]
    payload: Mapped[Document]
    content_sha256: Mapped[Sha | None]
    prev_hash: Mapped[Sha] = mapped_column(unique=True)
    hash: Mapped[Sha] = mapped_column(unique=True)


class AuditContent(Base):
    """The personal content of one event, with the salt of its hash; deleting it leaves the chain whole."""

    __tablename__ = "audit_contents"

    seq: Mapped[int] = mapped_column(BigInteger, ForeignKey("audit_events.seq"), primary_key=True, autoincrement=False)
    salt: Mapped[Sha]
    content: Mapped[Document]


class AuditHead(Base):
    """The last event of the chain; its one row is the lock under which events are written."""

    __tablename__ = "audit_head"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(BigInteger)
    hash: Mapped[Sha]
