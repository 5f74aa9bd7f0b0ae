"""Tables of what a run sends with a referral: members, findings, facts, reasons, as received.

A fact and a finding are kept under a hash of what they say: the next run's same fact is the same row, and a mark, a notice or a
clearance ends by itself when the fact changes.
"""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from targeting.cases.codes import FactSource
from targeting.cases.columns import Base, Cents, Code, Document, Id, Long, Name, Sha, Words, one_of


class CaseMember(Base):
    """A person of the case: the number is kept for the reveal that needs a purpose, the mask is what pages show."""

    __tablename__ = "case_members"

    case_id: Mapped[Id] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    person_id: Mapped[Name] = mapped_column(primary_key=True)
    position: Mapped[int]
    name: Mapped[Name | None]
    relation: Mapped[Code | None]
    resident_id: Mapped[str | None] = mapped_column(Words(18), index=True)
    masked_id: Mapped[str | None] = mapped_column(Words(18))
    detail: Mapped[Document]


class CaseFinding(Base):
    """The answer of one check as received; `current` while the newest run that knows the case still says it."""

    __tablename__ = "case_findings"

    case_id: Mapped[Id] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    finding_key: Mapped[Sha] = mapped_column(primary_key=True)
    check: Mapped[Code]
    result: Mapped[Code]
    person_id: Mapped[Name | None]
    link_level: Mapped[str | None] = mapped_column(Words(1))
    needs_confirmation: Mapped[bool]
    facts: Mapped[Document]
    facts_sha256: Mapped[Sha]
    legal_basis: Mapped[Long]
    effective_from: Mapped[date | None]
    amount_month: Mapped[Cents | None]
    detail: Mapped[Document]
    position: Mapped[int]
    first_run: Mapped[Name]
    last_run: Mapped[Name]
    current: Mapped[bool]


class CaseFact(Base):
    """One fact of the case; its key is a hash of what it says, so marks and clearances end when it changes."""

    __tablename__ = "case_facts"
    __table_args__ = (
        one_of("source", FactSource),
        CheckConstraint("source <> 'register' OR (level IN ('A', 'B') AND link_key IS NOT NULL)", name="level"),
        CheckConstraint("(source = 'register') = (added_by IS NULL)", name="added_by"),
    )

    case_id: Mapped[Id] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    fact_key: Mapped[Sha] = mapped_column(primary_key=True)
    fact_id: Mapped[Name] = mapped_column(index=True)
    source: Mapped[Code]
    person_id: Mapped[Name | None]
    kind: Mapped[Code]
    value: Mapped[float | None]
    unit: Mapped[Code | None]
    text: Mapped[Long | None]
    detail: Mapped[Document]
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    known_at: Mapped[date | None]
    register: Mapped[Code | None]
    row: Mapped[int | None]
    role: Mapped[Code | None]
    level: Mapped[str | None] = mapped_column(Words(1))
    link_key: Mapped[Sha | None] = mapped_column(index=True)
    link: Mapped[Document]
    position: Mapped[int]
    first_run: Mapped[Name | None]
    last_run: Mapped[Name | None]
    current: Mapped[bool]
    added_by: Mapped[Id | None] = mapped_column(ForeignKey("users.id"))


class CaseReason(Base):
    """One reason as received, strongest first; those of the model are shown only after an own finding."""

    __tablename__ = "case_reasons"
    __table_args__ = (CheckConstraint("source IN ('finding', 'model')", name="source"),)

    case_id: Mapped[Id] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    run: Mapped[Name] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[Code]
    code: Mapped[Code]
    contribution: Mapped[float | None]
    zh: Mapped[Long]
    en: Mapped[Long]
    clears_zh: Mapped[Long]
    clears_en: Mapped[Long]
    facts: Mapped[Document]
