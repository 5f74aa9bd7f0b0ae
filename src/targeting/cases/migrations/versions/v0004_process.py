"""Keeps the lawful process and the decision."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Keeps the lawful process and the decision."""
    _notices()
    _notice_services()
    _notice_facts()
    _replies()
    _visits()
    _hearings()
    _decisions()
    _decision_grounds()
    _decision_ground_facts()
    _decision_months()
    _approvals()
    if op.get_bind().dialect.name == "postgresql":  # SQLite took the reference to a table still to come
        op.create_foreign_key(op.f("fk_cases_decision_id"), "cases", "decisions", ["decision_id"], ["id"])


def downgrade() -> None:
    """Undoes the above."""
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint(op.f("fk_cases_decision_id"), "cases")
    op.drop_table("approvals")
    op.drop_table("decision_months")
    op.drop_table("decision_ground_facts")
    op.drop_table("decision_grounds")
    op.drop_table("decisions")
    op.drop_table("hearings")
    op.drop_table("visits")
    op.drop_table("replies")
    op.drop_table("notice_facts")
    op.drop_table("notice_services")
    op.drop_table("notices")


def _notices() -> None:
    op.create_table(
        "notices",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("case_id", sa.String(36), nullable=False),
        sa.Column("author_id", sa.String(36), nullable=False),
        sa.Column("language", sa.String(40), nullable=False),
        sa.Column("letter", sa.Text(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("reply_until", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("reply_until > issued_on", name=op.f("ck_notices_window")),
        sa.ForeignKeyConstraint(["author_id"], ["users.id"], name=op.f("fk_notices_author_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_notices_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
    )
    op.create_index(op.f("ix_notices_case_id"), "notices", ["case_id"], unique=False)


def _notice_services() -> None:
    op.create_table(
        "notice_services",
        sa.Column("notice_id", sa.String(36), nullable=False),
        sa.Column("channel", sa.String(40), nullable=False),
        sa.Column("served_on", sa.Date(), nullable=False),
        sa.Column("served_by", sa.String(36), nullable=False),
        sa.CheckConstraint(
            "channel IN ('letter', 'visit', 'phone', 'sms', 'office', 'community', 'electronic')",
            name=op.f("ck_notice_services_channel"),
        ),
        sa.ForeignKeyConstraint(["notice_id"], ["notices.id"], name=op.f("fk_notice_services_notice_id")),
        sa.ForeignKeyConstraint(["served_by"], ["users.id"], name=op.f("fk_notice_services_served_by")),
        sa.PrimaryKeyConstraint("notice_id", "channel", name=op.f("pk_notice_services")),
    )


def _notice_facts() -> None:
    op.create_table(
        "notice_facts",
        sa.Column("notice_id", sa.String(36), nullable=False),
        sa.Column("case_id", sa.String(36), nullable=False),
        sa.Column("fact_key", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id", "fact_key"], ["case_facts.case_id", "case_facts.fact_key"], name=op.f("fk_notice_facts_case_id_fact_key")
        ),
        sa.ForeignKeyConstraint(["notice_id"], ["notices.id"], name=op.f("fk_notice_facts_notice_id")),
        sa.PrimaryKeyConstraint("notice_id", "fact_key", name=op.f("pk_notice_facts")),
    )


def _replies() -> None:
    op.create_table(
        "replies",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("case_id", sa.String(36), nullable=False),
        sa.Column("notice_id", sa.String(36), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("channel", sa.String(40), nullable=False),
        sa.Column("waives_window", sa.Boolean(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.String(36), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "channel IN ('letter', 'visit', 'phone', 'sms', 'office', 'community', 'electronic')", name=op.f("ck_replies_channel")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_replies_case_id")),
        sa.ForeignKeyConstraint(["notice_id"], ["notices.id"], name=op.f("fk_replies_notice_id")),
        sa.ForeignKeyConstraint(["recorded_by"], ["users.id"], name=op.f("fk_replies_recorded_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_replies")),
    )
    op.create_index(op.f("ix_replies_case_id"), "replies", ["case_id"], unique=False)
    op.create_index(op.f("ix_replies_notice_id"), "replies", ["notice_id"], unique=False)


def _visits() -> None:
    op.create_table(
        "visits",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("case_id", sa.String(36), nullable=False),
        sa.Column("attempted_on", sa.Date(), nullable=False),
        sa.Column("outcome", sa.String(40), nullable=False),
        sa.Column("second_visitor", sa.String(200), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.String(36), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("outcome IN ('reached', 'not_reached')", name=op.f("ck_visits_outcome")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_visits_case_id")),
        sa.ForeignKeyConstraint(["recorded_by"], ["users.id"], name=op.f("fk_visits_recorded_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visits")),
    )
    op.create_index(op.f("ix_visits_case_id"), "visits", ["case_id"], unique=False)


def _hearings() -> None:
    op.create_table(
        "hearings",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("case_id", sa.String(36), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("channel", sa.String(40), nullable=False),
        sa.Column("outcome", sa.String(40), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.String(36), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "channel IN ('letter', 'visit', 'phone', 'sms', 'office', 'community', 'electronic')",
            name=op.f("ck_hearings_channel"),
        ),
        sa.CheckConstraint("outcome IN ('heard', 'declined', 'not_reached')", name=op.f("ck_hearings_outcome")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_hearings_case_id")),
        sa.ForeignKeyConstraint(["recorded_by"], ["users.id"], name=op.f("fk_hearings_recorded_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hearings")),
    )
    op.create_index(op.f("ix_hearings_case_id"), "hearings", ["case_id"], unique=False)


def _decisions() -> None:
    op.create_table(
        "decisions",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("case_id", sa.String(36), nullable=False),
        sa.Column("author_id", sa.String(36), nullable=False),
        sa.Column("finding", sa.String(40), nullable=False),
        sa.Column("cause", sa.String(40), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("record", sa.JSON(), nullable=False),
        sa.Column("record_sha256", sa.String(64), nullable=False),
        sa.CheckConstraint(
            "cause IN ('change_not_reported', 'household_mistake', 'office_mistake', "
            "'register_error', 'linkage_error', 'suspected_intent', 'none')",
            name=op.f("ck_decisions_cause"),
        ),
        sa.CheckConstraint(
            "finding IN ('entitled_as_paid', 'paid_too_much', 'paid_too_little', 'not_entitled', "
            "'wrong_person_linked', 'register_is_wrong', 'cannot_decide')",
            name=op.f("ck_decisions_finding"),
        ),
        sa.CheckConstraint("length(trim(reason)) > 0", name=op.f("ck_decisions_reason")),
        sa.ForeignKeyConstraint(["author_id"], ["users.id"], name=op.f("fk_decisions_author_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_decisions_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decisions")),
        sa.UniqueConstraint("id", "author_id", name=op.f("uq_decisions_id_author_id")),
    )
    op.create_index(op.f("ix_decisions_case_id"), "decisions", ["case_id"], unique=False)


def _decision_grounds() -> None:
    op.create_table(
        "decision_grounds",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("decision_id", sa.String(36), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("check", sa.String(40), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.CheckConstraint("kind IN ('check', 'inquiry')", name=op.f("ck_decision_grounds_kind")),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], name=op.f("fk_decision_grounds_decision_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision_grounds")),
    )
    op.create_index(op.f("ix_decision_grounds_decision_id"), "decision_grounds", ["decision_id"], unique=False)


def _decision_ground_facts() -> None:
    op.create_table(
        "decision_ground_facts",
        sa.Column("ground_id", sa.String(36), nullable=False),
        sa.Column("case_id", sa.String(36), nullable=False),
        sa.Column("fact_key", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id", "fact_key"],
            ["case_facts.case_id", "case_facts.fact_key"],
            name=op.f("fk_decision_ground_facts_case_id_fact_key"),
        ),
        sa.ForeignKeyConstraint(["ground_id"], ["decision_grounds.id"], name=op.f("fk_decision_ground_facts_ground_id")),
        sa.PrimaryKeyConstraint("ground_id", "fact_key", name=op.f("pk_decision_ground_facts")),
    )


def _decision_months() -> None:
    op.create_table(
        "decision_months",
        sa.Column("decision_id", sa.String(36), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("paid_cents", sa.BigInteger(), nullable=False),
        sa.Column("due_cents", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("paid_cents >= 0 AND due_cents >= 0", name=op.f("ck_decision_months_amounts")),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], name=op.f("fk_decision_months_decision_id")),
        sa.PrimaryKeyConstraint("decision_id", "month", name=op.f("pk_decision_months")),
    )


def _approvals() -> None:
    op.create_table(
        "approvals",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("decision_id", sa.String(36), nullable=False),
        sa.Column("author_id", sa.String(36), nullable=False),
        sa.Column("approver_id", sa.String(36), nullable=False),
        sa.Column("verdict", sa.String(40), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("approver_id <> author_id", name=op.f("ck_approvals_second_person")),
        sa.CheckConstraint("verdict IN ('approved', 'returned')", name=op.f("ck_approvals_verdict")),
        sa.ForeignKeyConstraint(["approver_id"], ["users.id"], name=op.f("fk_approvals_approver_id")),
        sa.ForeignKeyConstraint(
            ["decision_id", "author_id"], ["decisions.id", "decisions.author_id"], name=op.f("fk_approvals_decision_id_author_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approvals")),
        sa.UniqueConstraint("decision_id", name=op.f("uq_approvals_decision_id")),
    )
