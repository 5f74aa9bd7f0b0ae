"""Tables of rules: parameter sets that somebody proposed, the second persons who approved them, switches of checks. Append-only.

That the approver is another person, with the power, is a trigger of the database too (migration v0008).
"""

from sqlalchemy import Boolean, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from targeting.cases.columns import Base, Code, Document, Id, Instant, Long, Name, Sha


class PolicyProposal(Base):
    """A whole parameter set of a jurisdiction that somebody proposed, with what it changes against the set it was made from."""

    __tablename__ = "policy_proposals"
    __table_args__ = (Index("ix_policy_proposals_set", "jurisdiction", "sha256"),)

    id: Mapped[Id] = mapped_column(primary_key=True)
    jurisdiction: Mapped[Name]
    sha256: Mapped[Sha]
    base_sha256: Mapped[Sha]
    proposer_id: Mapped[Id] = mapped_column(ForeignKey("users.id"))
    note: Mapped[Long]
    past_reason: Mapped[Long | None]
    changes: Mapped[Document]
    reaches_back: Mapped[bool] = mapped_column(Boolean)
    at: Mapped[Instant]


class PolicyApproval(Base):
    """The word of a second person: the proposed set is the law of the jurisdiction from then on, until another one is."""

    __tablename__ = "policy_approvals"

    proposal_id: Mapped[Id] = mapped_column(ForeignKey("policy_proposals.id"), primary_key=True)
    approver_id: Mapped[Id] = mapped_column(ForeignKey("users.id"))
    at: Mapped[Instant]


class CheckSwitch(Base):
    """One turn of the switch of a check: off by itself below its precision floor, on by a named person (migration v0009)."""

    __tablename__ = "check_switches"
    __table_args__ = (Index("ix_check_switches_check", "check", "at"),)

    id: Mapped[Id] = mapped_column(primary_key=True)
    check: Mapped[Code]
    running: Mapped[bool] = mapped_column(Boolean)
    actor_id: Mapped[Id | None] = mapped_column(ForeignKey("users.id"))
    reason: Mapped[Long]
    figures: Mapped[Document]
    at: Mapped[Instant]
