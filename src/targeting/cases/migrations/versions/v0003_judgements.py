"""Keeps what officers say and settle about a case."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Keeps what officers say and settle about a case."""
    _own_findings()
    _fact_verdicts()
    _link_judgements()
    _disputes()
    _dispositions()
    _notes()


def downgrade() -> None:
    """Undoes the above."""
    op.drop_table("notes")
    op.drop_table("dispositions")
    op.drop_table("disputes")
    op.drop_table("link_judgements")
    op.drop_table("fact_verdicts")
    op.drop_table("own_findings")


def _own_findings() -> None:
    op.create_table(
        "own_findings",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("case_id", sa.String(36), nullable=False),
        sa.Column("user_id", sa.String(36), nullable=False),
        sa.Column("finding", sa.String(40), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "finding IN ('entitled_as_paid', 'paid_too_much', 'paid_too_little', 'not_entitled', "
            "'wrong_person_linked', 'register_is_wrong', 'cannot_decide')",
            name=op.f("ck_own_findings_finding"),
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_own_findings_case_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_own_findings_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_own_findings")),
    )
    op.create_index(op.f("ix_own_findings_case_id"), "own_findings", ["case_id"], unique=False)


def _fact_verdicts() -> None:
    op.create_table(
        "fact_verdicts",
        sa.Column("case_id", sa.String(36), nullable=False),
        sa.Column("fact_key", sa.String(64), nullable=False),
        sa.Column("user_id", sa.String(36), nullable=False),
        sa.Column("verdict", sa.String(40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("verdict IN ('right', 'wrong', 'unsure')", name=op.f("ck_fact_verdicts_verdict")),
        sa.ForeignKeyConstraint(
            ["case_id", "fact_key"], ["case_facts.case_id", "case_facts.fact_key"], name=op.f("fk_fact_verdicts_case_id_fact_key")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_fact_verdicts_user_id")),
        sa.PrimaryKeyConstraint("case_id", "fact_key", "user_id", name=op.f("pk_fact_verdicts")),
    )


def _link_judgements() -> None:
    op.create_table(
        "link_judgements",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("link_key", sa.String(64), nullable=False),
        sa.Column("register", sa.String(40), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(40), nullable=False),
        sa.Column("snapshot", sa.String(200), nullable=False),
        sa.Column("identity_sha256", sa.String(64), nullable=True),
        sa.Column("person_id", sa.String(200), nullable=False),
        sa.Column("judgement", sa.String(40), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("case_id", sa.String(36), nullable=False),
        sa.Column("user_id", sa.String(36), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("judgement IN ('same', 'different', 'unsure')", name=op.f("ck_link_judgements_judgement")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_link_judgements_case_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_link_judgements_user_id")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_link_judgements")),
    )
    op.create_index(op.f("ix_link_judgements_case_id"), "link_judgements", ["case_id"], unique=False)
    op.create_index(op.f("ix_link_judgements_link_key"), "link_judgements", ["link_key"], unique=False)


def _disputes() -> None:
    op.create_table(
        "disputes",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("case_id", sa.String(36), nullable=False),
        sa.Column("fact_key", sa.String(64), nullable=False),
        sa.Column("route", sa.String(40), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("raised_by", sa.String(36), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer_due", sa.Date(), nullable=False),
        sa.Column("resolved_by", sa.String(36), nullable=True),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolution", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(state = 'parked') = (resolved_by IS NULL AND resolved_at IS NULL)", name=op.f("ck_disputes_answered")
        ),
        sa.CheckConstraint("route IN ('register_error', 'identity_theft')", name=op.f("ck_disputes_route")),
        sa.CheckConstraint("state IN ('parked', 'upheld', 'dismissed')", name=op.f("ck_disputes_state")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_disputes_case_id")),
        sa.ForeignKeyConstraint(
            ["case_id", "fact_key"], ["case_facts.case_id", "case_facts.fact_key"], name=op.f("fk_disputes_case_id_fact_key")
        ),
        sa.ForeignKeyConstraint(["raised_by"], ["users.id"], name=op.f("fk_disputes_raised_by")),
        sa.ForeignKeyConstraint(["resolved_by"], ["users.id"], name=op.f("fk_disputes_resolved_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disputes")),
    )
    op.create_index(op.f("ix_disputes_fact"), "disputes", ["case_id", "fact_key"], unique=False)


def _dispositions() -> None:
    op.create_table(
        "dispositions",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("subject", sa.String(200), nullable=False),
        sa.Column("check", sa.String(40), nullable=False),
        sa.Column("facts_sha256", sa.String(64), nullable=False),
        sa.Column("disposition", sa.String(40), nullable=False),
        sa.Column("case_id", sa.String(36), nullable=False),
        sa.Column("user_id", sa.String(36), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("disposition IN ('parked', 'cleared')", name=op.f("ck_dispositions_disposition")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_dispositions_case_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_dispositions_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispositions")),
    )
    op.create_index(op.f("ix_dispositions_case_id"), "dispositions", ["case_id"], unique=False)
    op.create_index(
        op.f("uq_dispositions_in_force"),
        "dispositions",
        ["subject", "check", "facts_sha256"],
        unique=True,
        sqlite_where=sa.text("lifted_at IS NULL"),
        postgresql_where=sa.text("lifted_at IS NULL"),
    )


def _notes() -> None:
    op.create_table(
        "notes",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("case_id", sa.String(36), nullable=False),
        sa.Column("user_id", sa.String(36), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_notes_case_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_notes_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notes")),
    )
    op.create_index(op.f("ix_notes_case_id"), "notes", ["case_id"], unique=False)
