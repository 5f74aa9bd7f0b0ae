"""Tables of the cases: runs, cases, and what officers said and settled about them.

Accounts are in `schema_accounts`, what a run sends in `schema_received`, the lawful process and the decision in
`schema_process`, the audit chain in `schema_audit`; all are imported here so that `Base.metadata` is whole. Keys that
must hold whatever the program does (one open case a subject; a decided case has finding, cause and decision) are
constraints; those that need more than one row are triggers in `migrations/`.
"""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, Integer, false, text
from sqlalchemy.orm import Mapped, mapped_column

from targeting.cases.codes import (
    Arm,
    Cause,
    Direction,
    Disposition,
    DisputeRoute,
    DisputeState,
    Finding,
    Judgement,
    State,
    Strength,
    SubjectKind,
    Verdict,
)
from targeting.cases.columns import Base, Cents, Code, Document, Id, Instant, Long, Name, Sha, Words, one_of
from targeting.cases.schema_accounts import Counter, IdempotencyKey, ReadEntry, SignIn, User, UserOffice
from targeting.cases.schema_audit import AuditContent, AuditEvent, AuditHead
from targeting.cases.schema_process import (
    Approval,
    Decision,
    DecisionMonth,
    Ground,
    GroundFact,
    Hearing,
    Notice,
    NoticeFact,
    NoticeService,
    Reply,
    Visit,
)
from targeting.cases.schema_received import CaseFact, CaseFinding, CaseMember, CaseReason
from targeting.cases.schema_rules import CheckSwitch, PolicyApproval, PolicyProposal

__all__ = [
    "Approval",
    "AuditContent",
    "AuditEvent",
    "AuditHead",
    "Base",
    "Case",
    "CaseFact",
    "CaseFinding",
    "CaseMember",
    "CaseReason",
    "CheckSwitch",
    "Counter",
    "Decision",
    "DecisionMonth",
    "Dispute",
    "FactVerdict",
    "Ground",
    "GroundFact",
    "Hearing",
    "IdempotencyKey",
    "LinkJudgement",
    "LinkUndo",
    "Note",
    "Notice",
    "NoticeFact",
    "NoticeService",
    "OwnFinding",
    "PolicyApproval",
    "PolicyProposal",
    "ReadEntry",
    "Reply",
    "Run",
    "RunEntry",
    "Selection",
    "Settled",
    "SignIn",
    "User",
    "UserOffice",
    "Visit",
]

STILL_OPEN = text("state NOT IN ('decided', 'withdrawn')")


class Run(Base):
    """One screening run whose referrals were opened: its key is the run's, so the same run opens nothing twice."""

    __tablename__ = "runs"

    run: Mapped[Name] = mapped_column(primary_key=True)
    snapshot: Mapped[Name]
    as_of: Mapped[date]
    model: Mapped[Name]
    manifest: Mapped[Document]
    planned: Mapped[int]
    evaluated: Mapped[int]
    created: Mapped[int]
    updated: Mapped[int]
    skipped: Mapped[int]
    skip_reasons: Mapped[Document]
    opened_at: Mapped[Instant]
    withdrawn_at: Mapped[Instant | None]


class RunEntry(Base):
    """What one run did about one subject: created, updated, or skipped with a reason (those beyond capacity only counted)."""

    __tablename__ = "run_entries"

    run: Mapped[Name] = mapped_column(ForeignKey("runs.run"), primary_key=True)
    subject_kind: Mapped[Code] = mapped_column(primary_key=True)
    subject: Mapped[Name] = mapped_column(primary_key=True)
    direction: Mapped[Code] = mapped_column(primary_key=True)
    benefit: Mapped[Code] = mapped_column(primary_key=True)
    outcome: Mapped[Code]
    reason: Mapped[Code | None]
    case_id: Mapped[Id | None] = mapped_column(ForeignKey("cases.id"), index=True)


class Case(Base):
    """One subject in one direction under review; at most one open case for each.

    `rescreen_due`: a present hit rests on a link that was judged to be another person; the next run says what is left of it.
    """

    __tablename__ = "cases"
    __table_args__ = (
        one_of("subject_kind", SubjectKind),
        one_of("direction", Direction),
        one_of("state", State),
        one_of("strength", Strength),
        one_of("finding", Finding),
        one_of("cause", Cause),
        CheckConstraint(
            "(state = 'decided') = (finding IS NOT NULL AND cause IS NOT NULL AND decided_at IS NOT NULL)",
            name="decided_has_outcome",
        ),
        CheckConstraint("state <> 'decided' OR decision_id IS NOT NULL", name="decided_has_decision"),
        CheckConstraint("state <> 'waiting_approval' OR decision_id IS NOT NULL", name="approval_has_decision"),
        Index("uq_cases_open", "subject_kind", "subject", "direction", "benefit", unique=True,
              sqlite_where=STILL_OPEN, postgresql_where=STILL_OPEN),
        Index("ix_cases_queue", "office", "state", "deadline"),
        Index("ix_cases_assignee", "assignee_id", "state"),
        Index("ix_cases_subject", "subject_kind", "subject"),
    )  # fmt: skip

    id: Mapped[Id] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(Words(20), unique=True)
    version: Mapped[int] = mapped_column(Integer, default=1)
    state: Mapped[Code]
    subject_kind: Mapped[Code]
    subject: Mapped[Name]
    direction: Mapped[Code]
    benefit: Mapped[Code]
    office: Mapped[Name | None]
    community: Mapped[Name | None]
    household_id: Mapped[Name | None] = mapped_column(index=True)
    household_label: Mapped[Name]
    detail: Mapped[Document]
    amount_month: Mapped[Cents | None]
    strength: Mapped[Code]
    needs_confirmation: Mapped[bool]
    rescreen_due: Mapped[bool] = mapped_column(default=False, server_default=false())
    main_check: Mapped[Code | None]
    main_reason_zh: Mapped[Long | None]
    main_reason_en: Mapped[Long | None]
    first_run: Mapped[Name] = mapped_column(ForeignKey("runs.run"), index=True)
    last_run: Mapped[Name] = mapped_column(ForeignKey("runs.run"), index=True)
    previous_case_id: Mapped[Id | None] = mapped_column(ForeignKey("cases.id"))
    work_order: Mapped[float]
    opened_at: Mapped[Instant]
    updated_at: Mapped[Instant]
    deadline: Mapped[date]
    assignee_id: Mapped[Id | None] = mapped_column(ForeignKey("users.id"))
    lease_until: Mapped[Instant | None]
    snoozed_until: Mapped[date | None]
    snooze_reason: Mapped[Long | None]
    decision_id: Mapped[Id | None] = mapped_column(
        ForeignKey("decisions.id", use_alter=True, name="fk_cases_decision_id"), default=None
    )
    finding: Mapped[Code | None]
    cause: Mapped[Code | None]
    decided_at: Mapped[Instant | None]
    withdrawn_reason: Mapped[Long | None]


class Selection(Base):
    """How a run selected the case: kept for the evaluation, shown to nobody before an own finding (G12, G15, G26)."""

    __tablename__ = "case_selections"
    __table_args__ = (one_of("arm", Arm),)

    case_id: Mapped[Id] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    run: Mapped[Name] = mapped_column(ForeignKey("runs.run"), primary_key=True)
    opened: Mapped[bool]
    arm: Mapped[Code]
    rank: Mapped[int]
    ranked_of: Mapped[int]
    probability: Mapped[float | None]
    selection_probability: Mapped[float | None]
    tie_seed: Mapped[int | None]
    ranked_by: Mapped[Name | None]


class OwnFinding(Base):
    """What an officer found before seeing rank, arm or model reasons."""

    __tablename__ = "own_findings"
    __table_args__ = (one_of("finding", Finding),)

    id: Mapped[Id] = mapped_column(primary_key=True)
    case_id: Mapped[Id] = mapped_column(ForeignKey("cases.id"), index=True)
    user_id: Mapped[Id] = mapped_column(ForeignKey("users.id"))
    finding: Mapped[Code]
    note: Mapped[Long | None]
    recorded_at: Mapped[Instant]


class FactVerdict(Base):
    """An officer's mark on one fact; the events keep earlier ones."""

    __tablename__ = "fact_verdicts"
    __table_args__ = (
        one_of("verdict", Verdict),
        ForeignKeyConstraint(["case_id", "fact_key"], ["case_facts.case_id", "case_facts.fact_key"]),
    )

    case_id: Mapped[Id] = mapped_column(primary_key=True)
    fact_key: Mapped[Sha] = mapped_column(primary_key=True)
    user_id: Mapped[Id] = mapped_column(ForeignKey("users.id"), primary_key=True)
    verdict: Mapped[Code]
    at: Mapped[Instant]


class LinkJudgement(Base):
    """What a person said of one link; binds every case that uses the link and every later run."""

    __tablename__ = "link_judgements"
    __table_args__ = (one_of("judgement", Judgement),)

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    link_key: Mapped[Sha] = mapped_column(index=True)
    register: Mapped[Code]
    row: Mapped[int]
    role: Mapped[Code]
    snapshot: Mapped[Name]
    identity_sha256: Mapped[Sha | None]
    person_id: Mapped[Name]
    judgement: Mapped[Code]
    reason: Mapped[Long]
    case_id: Mapped[Id | None] = mapped_column(ForeignKey("cases.id"), index=True)
    user_id: Mapped[Id] = mapped_column(ForeignKey("users.id"))
    at: Mapped[Instant]


class LinkUndo(Base):
    """A judgement that somebody took back: it stays on record, and the word before it holds again."""

    __tablename__ = "link_undos"

    judgement: Mapped[int] = mapped_column(ForeignKey("link_judgements.seq"), primary_key=True, autoincrement=False)
    user_id: Mapped[Id] = mapped_column(ForeignKey("users.id"))
    at: Mapped[Instant]


class Dispute(Base):
    """A fact that the household disputes: parked, and the office asks the register."""

    __tablename__ = "disputes"
    __table_args__ = (
        one_of("route", DisputeRoute),
        one_of("state", DisputeState),
        ForeignKeyConstraint(["case_id", "fact_key"], ["case_facts.case_id", "case_facts.fact_key"]),
        CheckConstraint("(state = 'parked') = (resolved_by IS NULL AND resolved_at IS NULL)", name="answered"),
        Index("ix_disputes_fact", "case_id", "fact_key"),
    )

    id: Mapped[Id] = mapped_column(primary_key=True)
    case_id: Mapped[Id] = mapped_column(ForeignKey("cases.id"))
    fact_key: Mapped[Sha]
    route: Mapped[Code]
    state: Mapped[Code]
    reason: Mapped[Long]
    raised_by: Mapped[Id] = mapped_column(ForeignKey("users.id"))
    raised_at: Mapped[Instant]
    answer_due: Mapped[date]
    resolved_by: Mapped[Id | None] = mapped_column(ForeignKey("users.id"))
    resolved_at: Mapped[Instant | None]
    resolution: Mapped[Long | None]


class Settled(Base):
    """A disposition: what was settled about the facts behind one check, in force until lifted or until the facts change."""

    __tablename__ = "dispositions"
    __table_args__ = (
        one_of("disposition", Disposition),
        Index("uq_dispositions_in_force", "subject", "check", "facts_sha256", unique=True,
              sqlite_where=text("lifted_at IS NULL"), postgresql_where=text("lifted_at IS NULL")),
    )  # fmt: skip

    id: Mapped[Id] = mapped_column(primary_key=True)
    subject: Mapped[Name]
    check: Mapped[Code]
    facts_sha256: Mapped[Sha]
    disposition: Mapped[Code]
    case_id: Mapped[Id] = mapped_column(ForeignKey("cases.id"), index=True)
    user_id: Mapped[Id] = mapped_column(ForeignKey("users.id"))
    at: Mapped[Instant]
    lifted_at: Mapped[Instant | None]


class Note(Base):
    """What somebody wrote on a case."""

    __tablename__ = "notes"

    id: Mapped[Id] = mapped_column(primary_key=True)
    case_id: Mapped[Id] = mapped_column(ForeignKey("cases.id"), index=True)
    user_id: Mapped[Id] = mapped_column(ForeignKey("users.id"))
    text: Mapped[Long]
    at: Mapped[Instant]
