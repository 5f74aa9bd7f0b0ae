"""Tables of the lawful process: notice, reply, visit, hearing, decision with its grounds and months, approval.

Rows are only ever added: triggers refuse update and delete. That the approver is not the author is a constraint of `approvals`.
"""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from targeting.cases.codes import ApprovalVerdict, Cause, Channel, Finding, HearingOutcome, VisitOutcome
from targeting.cases.columns import Base, Cents, Code, Document, Id, Instant, Long, Name, Sha, one_of


class Notice(Base):
    """A letter to the household: what was found, how to contest it, until when to reply."""

    __tablename__ = "notices"
    __table_args__ = (CheckConstraint("reply_until > issued_on", name="window"),)

    id: Mapped[Id] = mapped_column(primary_key=True)
    case_id: Mapped[Id] = mapped_column(ForeignKey("cases.id"), index=True)
    author_id: Mapped[Id] = mapped_column(ForeignKey("users.id"))
    language: Mapped[Code]
    letter: Mapped[Long]
    issued_on: Mapped[date]
    reply_until: Mapped[date]
    recorded_at: Mapped[Instant]


class NoticeService(Base):
    """A channel on which the notice was served, and when."""

    __tablename__ = "notice_services"
    __table_args__ = (one_of("channel", Channel),)

    notice_id: Mapped[Id] = mapped_column(ForeignKey("notices.id"), primary_key=True)
    channel: Mapped[Code] = mapped_column(primary_key=True)
    served_on: Mapped[date]
    served_by: Mapped[Id] = mapped_column(ForeignKey("users.id"))


class NoticeFact(Base):
    """A fact that the notice names: only such a fact can carry an adverse decision."""

    __tablename__ = "notice_facts"
    __table_args__ = (ForeignKeyConstraint(["case_id", "fact_key"], ["case_facts.case_id", "case_facts.fact_key"]),)

    notice_id: Mapped[Id] = mapped_column(ForeignKey("notices.id"), primary_key=True)
    case_id: Mapped[Id]
    fact_key: Mapped[Sha] = mapped_column(primary_key=True)


class Reply(Base):
    """What the household answered; it may waive the rest of the window."""

    __tablename__ = "replies"
    __table_args__ = (one_of("channel", Channel),)

    id: Mapped[Id] = mapped_column(primary_key=True)
    case_id: Mapped[Id] = mapped_column(ForeignKey("cases.id"), index=True)
    notice_id: Mapped[Id] = mapped_column(ForeignKey("notices.id"), index=True)
    received_on: Mapped[date]
    channel: Mapped[Code]
    waives_window: Mapped[bool]
    text: Mapped[Long]
    recorded_by: Mapped[Id] = mapped_column(ForeignKey("users.id"))
    recorded_at: Mapped[Instant]


class Visit(Base):
    """An attempt to see the household at home; two investigators take part (art. 16)."""

    __tablename__ = "visits"
    __table_args__ = (one_of("outcome", VisitOutcome),)

    id: Mapped[Id] = mapped_column(primary_key=True)
    case_id: Mapped[Id] = mapped_column(ForeignKey("cases.id"), index=True)
    attempted_on: Mapped[date]
    outcome: Mapped[Code]
    second_visitor: Mapped[Name | None]
    text: Mapped[Long]
    recorded_by: Mapped[Id] = mapped_column(ForeignKey("users.id"))
    recorded_at: Mapped[Instant]


class Hearing(Base):
    """The household was heard, or declined to be."""

    __tablename__ = "hearings"
    __table_args__ = (one_of("channel", Channel), one_of("outcome", HearingOutcome))

    id: Mapped[Id] = mapped_column(primary_key=True)
    case_id: Mapped[Id] = mapped_column(ForeignKey("cases.id"), index=True)
    held_on: Mapped[date]
    channel: Mapped[Code]
    outcome: Mapped[Code]
    text: Mapped[Long]
    recorded_by: Mapped[Id] = mapped_column(ForeignKey("users.id"))
    recorded_at: Mapped[Instant]


class Decision(Base):
    """What a named officer proposes or decides; `record` seals what it rests on."""

    __tablename__ = "decisions"
    __table_args__ = (
        one_of("finding", Finding),
        one_of("cause", Cause),
        CheckConstraint("length(trim(reason)) > 0", name="reason"),
        UniqueConstraint("id", "author_id"),
    )

    id: Mapped[Id] = mapped_column(primary_key=True)
    case_id: Mapped[Id] = mapped_column(ForeignKey("cases.id"), index=True)
    author_id: Mapped[Id] = mapped_column(ForeignKey("users.id"))
    finding: Mapped[Code]
    cause: Mapped[Code]
    reason: Mapped[Long]
    decided_on: Mapped[date]
    recorded_at: Mapped[Instant]
    record: Mapped[Document]
    record_sha256: Mapped[Sha]


class Ground(Base):
    """One ground of a decision: a check of the case, or what the officer found; never a score."""

    __tablename__ = "decision_grounds"
    __table_args__ = (CheckConstraint("kind IN ('check', 'inquiry')", name="kind"),)

    id: Mapped[Id] = mapped_column(primary_key=True)
    decision_id: Mapped[Id] = mapped_column(ForeignKey("decisions.id"), index=True)
    position: Mapped[int]
    kind: Mapped[Code]
    check: Mapped[Code | None]
    text: Mapped[Long]


class GroundFact(Base):
    """A fact that proves a ground."""

    __tablename__ = "decision_ground_facts"
    __table_args__ = (ForeignKeyConstraint(["case_id", "fact_key"], ["case_facts.case_id", "case_facts.fact_key"]),)

    ground_id: Mapped[Id] = mapped_column(ForeignKey("decision_grounds.id"), primary_key=True)
    case_id: Mapped[Id]
    fact_key: Mapped[Sha] = mapped_column(primary_key=True)


class DecisionMonth(Base):
    """One month of the decision: what was paid and what was due in it; never an average."""

    __tablename__ = "decision_months"
    __table_args__ = (CheckConstraint("paid_cents >= 0 AND due_cents >= 0", name="amounts"),)

    decision_id: Mapped[Id] = mapped_column(ForeignKey("decisions.id"), primary_key=True)
    month: Mapped[date] = mapped_column(primary_key=True)
    paid_cents: Mapped[Cents]
    due_cents: Mapped[Cents]


class Approval(Base):
    """What a second person said of a decision: never its author."""

    __tablename__ = "approvals"
    __table_args__ = (
        one_of("verdict", ApprovalVerdict),
        CheckConstraint("approver_id <> author_id", name="second_person"),
        ForeignKeyConstraint(["decision_id", "author_id"], ["decisions.id", "decisions.author_id"]),
        UniqueConstraint("decision_id"),
    )

    id: Mapped[Id] = mapped_column(primary_key=True)
    decision_id: Mapped[Id]
    author_id: Mapped[Id]
    approver_id: Mapped[Id] = mapped_column(ForeignKey("users.id"))
    verdict: Mapped[Code]
    reason: Mapped[Long]
    at: Mapped[Instant]
