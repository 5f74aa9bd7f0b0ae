"""Keeps runs, cases and what a run sends with them."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Keeps runs, cases and what a run sends with them."""
    _runs()
    _cases()
    _run_entries()
    _case_selections()
    _case_members()
    _case_findings()
    _case_facts()
    _case_reasons()
    _read_log()


def downgrade() -> None:
    """Undoes the above."""
    op.drop_table("read_log")
    op.drop_table("case_reasons")
    op.drop_table("case_facts")
    op.drop_table("case_findings")
    op.drop_table("case_members")
    op.drop_table("case_selections")
    op.drop_table("run_entries")
    op.drop_table("cases")
    op.drop_table("runs")


def _runs() -> None:
    op.create_table(
        "runs",
        sa.Column("run", sa.String(200), nullable=False),
        sa.Column("snapshot", sa.String(200), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("model", sa.String(200), nullable=False),
        sa.Column("manifest", sa.JSON(), nullable=False),
        sa.Column("planned", sa.Integer(), nullable=False),
        sa.Column("evaluated", sa.Integer(), nullable=False),
        sa.Column("created", sa.Integer(), nullable=False),
        sa.Column("updated", sa.Integer(), nullable=False),
        sa.Column("skipped", sa.Integer(), nullable=False),
        sa.Column("skip_reasons", sa.JSON(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("run", name=op.f("pk_runs")),
    )


def _cases() -> None:
    op.create_table(
        "cases",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("number", sa.String(20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("subject_kind", sa.String(40), nullable=False),
        sa.Column("subject", sa.String(200), nullable=False),
        sa.Column("direction", sa.String(40), nullable=False),
        sa.Column("benefit", sa.String(40), nullable=False),
        sa.Column("office", sa.String(200), nullable=True),
        sa.Column("community", sa.String(200), nullable=True),
        sa.Column("household_id", sa.String(200), nullable=True),
        sa.Column("household_label", sa.String(200), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("amount_month", sa.BigInteger(), nullable=True),
        sa.Column("strength", sa.String(40), nullable=False),
        sa.Column("needs_confirmation", sa.Boolean(), nullable=False),
        sa.Column("main_check", sa.String(40), nullable=True),
        sa.Column("main_reason_zh", sa.Text(), nullable=True),
        sa.Column("main_reason_en", sa.Text(), nullable=True),
        sa.Column("first_run", sa.String(200), nullable=False),
        sa.Column("last_run", sa.String(200), nullable=False),
        sa.Column("previous_case_id", sa.String(36), nullable=True),
        sa.Column("work_order", sa.Double(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deadline", sa.Date(), nullable=False),
        sa.Column("assignee_id", sa.String(36), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("snoozed_until", sa.Date(), nullable=True),
        sa.Column("snooze_reason", sa.Text(), nullable=True),
        sa.Column("decision_id", sa.String(36), nullable=True),
        sa.Column("finding", sa.String(40), nullable=True),
        sa.Column("cause", sa.String(40), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_reason", sa.Text(), nullable=True),
        *_what_a_case_may_be(),
        *_decision_of_a_case(),
        sa.ForeignKeyConstraint(["assignee_id"], ["users.id"], name=op.f("fk_cases_assignee_id")),
        sa.ForeignKeyConstraint(["first_run"], ["runs.run"], name=op.f("fk_cases_first_run")),
        sa.ForeignKeyConstraint(["last_run"], ["runs.run"], name=op.f("fk_cases_last_run")),
        sa.ForeignKeyConstraint(["previous_case_id"], ["cases.id"], name=op.f("fk_cases_previous_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cases")),
        sa.UniqueConstraint("number", name=op.f("uq_cases_number")),
    )
    _indexes_of_cases()


def _what_a_case_may_be() -> tuple[sa.CheckConstraint, ...]:
    return (
        sa.CheckConstraint("state <> 'waiting_approval' OR decision_id IS NOT NULL", name=op.f("ck_cases_approval_has_decision")),
        sa.CheckConstraint(
            "cause IN ('change_not_reported', 'household_mistake', 'office_mistake', "
            "'register_error', 'linkage_error', 'suspected_intent', 'none')",
            name=op.f("ck_cases_cause"),
        ),
        sa.CheckConstraint("state <> 'decided' OR decision_id IS NOT NULL", name=op.f("ck_cases_decided_has_decision")),
        sa.CheckConstraint(
            "(state = 'decided') = (finding IS NOT NULL AND cause IS NOT NULL AND decided_at IS NOT NULL)",
            name=op.f("ck_cases_decided_has_outcome"),
        ),
        sa.CheckConstraint("direction IN ('over', 'missing')", name=op.f("ck_cases_direction")),
        sa.CheckConstraint(
            "finding IN ('entitled_as_paid', 'paid_too_much', 'paid_too_little', 'not_entitled', "
            "'wrong_person_linked', 'register_is_wrong', 'cannot_decide')",
            name=op.f("ck_cases_finding"),
        ),
        sa.CheckConstraint(
            "state IN ('new', 'in_review', 'waiting_household', 'visit_due', 'waiting_approval', 'decided', 'withdrawn')",
            name=op.f("ck_cases_state"),
        ),
        sa.CheckConstraint("strength IN ('strong', 'medium', 'weak')", name=op.f("ck_cases_strength")),
        sa.CheckConstraint("subject_kind IN ('award', 'person', 'household')", name=op.f("ck_cases_subject_kind")),
    )


def _indexes_of_cases() -> None:
    op.create_index(op.f("ix_cases_assignee"), "cases", ["assignee_id", "state"], unique=False)
    op.create_index(op.f("ix_cases_first_run"), "cases", ["first_run"], unique=False)
    op.create_index(op.f("ix_cases_household_id"), "cases", ["household_id"], unique=False)
    op.create_index(op.f("ix_cases_last_run"), "cases", ["last_run"], unique=False)
    op.create_index(op.f("ix_cases_queue"), "cases", ["office", "state", "deadline"], unique=False)
    op.create_index(op.f("ix_cases_subject"), "cases", ["subject_kind", "subject"], unique=False)
    op.create_index(
        op.f("uq_cases_open"),
        "cases",
        ["subject_kind", "subject", "direction", "benefit"],
        unique=True,
        sqlite_where=sa.text("state NOT IN ('decided', 'withdrawn')"),
        postgresql_where=sa.text("state NOT IN ('decided', 'withdrawn')"),
    )


def _run_entries() -> None:
    op.create_table(
        "run_entries",
        sa.Column("run", sa.String(200), nullable=False),
        sa.Column("subject_kind", sa.String(40), nullable=False),
        sa.Column("subject", sa.String(200), nullable=False),
        sa.Column("direction", sa.String(40), nullable=False),
        sa.Column("benefit", sa.String(40), nullable=False),
        sa.Column("outcome", sa.String(40), nullable=False),
        sa.Column("reason", sa.String(40), nullable=True),
        sa.Column("case_id", sa.String(36), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_run_entries_case_id")),
        sa.ForeignKeyConstraint(["run"], ["runs.run"], name=op.f("fk_run_entries_run")),
        sa.PrimaryKeyConstraint("run", "subject_kind", "subject", "direction", "benefit", name=op.f("pk_run_entries")),
    )
    op.create_index(op.f("ix_run_entries_case_id"), "run_entries", ["case_id"], unique=False)


def _case_selections() -> None:
    op.create_table(
        "case_selections",
        sa.Column("case_id", sa.String(36), nullable=False),
        sa.Column("run", sa.String(200), nullable=False),
        sa.Column("opened", sa.Boolean(), nullable=False),
        sa.Column("arm", sa.String(40), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("ranked_of", sa.Integer(), nullable=False),
        sa.Column("probability", sa.Double(), nullable=True),
        sa.Column("selection_probability", sa.Double(), nullable=True),
        sa.Column("tie_seed", sa.Integer(), nullable=True),
        sa.Column("ranked_by", sa.String(200), nullable=True),
        sa.CheckConstraint("arm IN ('ranked', 'random')", name=op.f("ck_case_selections_arm")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_selections_case_id")),
        sa.ForeignKeyConstraint(["run"], ["runs.run"], name=op.f("fk_case_selections_run")),
        sa.PrimaryKeyConstraint("case_id", "run", name=op.f("pk_case_selections")),
    )


def _case_members() -> None:
    op.create_table(
        "case_members",
        sa.Column("case_id", sa.String(36), nullable=False),
        sa.Column("person_id", sa.String(200), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(200), nullable=True),
        sa.Column("relation", sa.String(40), nullable=True),
        sa.Column("resident_id", sa.String(18), nullable=True),
        sa.Column("masked_id", sa.String(18), nullable=True),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_members_case_id")),
        sa.PrimaryKeyConstraint("case_id", "person_id", name=op.f("pk_case_members")),
    )
    op.create_index(op.f("ix_case_members_resident_id"), "case_members", ["resident_id"], unique=False)


def _case_findings() -> None:
    op.create_table(
        "case_findings",
        sa.Column("case_id", sa.String(36), nullable=False),
        sa.Column("finding_key", sa.String(64), nullable=False),
        sa.Column("check", sa.String(40), nullable=False),
        sa.Column("result", sa.String(40), nullable=False),
        sa.Column("person_id", sa.String(200), nullable=True),
        sa.Column("link_level", sa.String(1), nullable=True),
        sa.Column("needs_confirmation", sa.Boolean(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("facts_sha256", sa.String(64), nullable=False),
        sa.Column("legal_basis", sa.Text(), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=True),
        sa.Column("amount_month", sa.BigInteger(), nullable=True),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("first_run", sa.String(200), nullable=False),
        sa.Column("last_run", sa.String(200), nullable=False),
        sa.Column("current", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_findings_case_id")),
        sa.PrimaryKeyConstraint("case_id", "finding_key", name=op.f("pk_case_findings")),
    )


def _case_facts() -> None:
    op.create_table(
        "case_facts",
        sa.Column("case_id", sa.String(36), nullable=False),
        sa.Column("fact_key", sa.String(64), nullable=False),
        sa.Column("fact_id", sa.String(200), nullable=False),
        sa.Column("source", sa.String(40), nullable=False),
        sa.Column("person_id", sa.String(200), nullable=True),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("value", sa.Double(), nullable=True),
        sa.Column("unit", sa.String(40), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("known_at", sa.Date(), nullable=True),
        sa.Column("register", sa.String(40), nullable=True),
        sa.Column("row", sa.Integer(), nullable=True),
        sa.Column("role", sa.String(40), nullable=True),
        sa.Column("level", sa.String(1), nullable=True),
        sa.Column("link_key", sa.String(64), nullable=True),
        sa.Column("link", sa.JSON(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("first_run", sa.String(200), nullable=True),
        sa.Column("last_run", sa.String(200), nullable=True),
        sa.Column("current", sa.Boolean(), nullable=False),
        sa.Column("added_by", sa.String(36), nullable=True),
        sa.CheckConstraint("(source = 'register') = (added_by IS NULL)", name=op.f("ck_case_facts_added_by")),
        sa.CheckConstraint(
            "source <> 'register' OR (level IN ('A', 'B') AND link_key IS NOT NULL)", name=op.f("ck_case_facts_level")
        ),
        sa.CheckConstraint("source IN ('register', 'document', 'visit', 'statement')", name=op.f("ck_case_facts_source")),
        sa.ForeignKeyConstraint(["added_by"], ["users.id"], name=op.f("fk_case_facts_added_by")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_facts_case_id")),
        sa.PrimaryKeyConstraint("case_id", "fact_key", name=op.f("pk_case_facts")),
    )
    op.create_index(op.f("ix_case_facts_fact_id"), "case_facts", ["fact_id"], unique=False)
    op.create_index(op.f("ix_case_facts_link_key"), "case_facts", ["link_key"], unique=False)


def _case_reasons() -> None:
    op.create_table(
        "case_reasons",
        sa.Column("case_id", sa.String(36), nullable=False),
        sa.Column("run", sa.String(200), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(40), nullable=False),
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("contribution", sa.Double(), nullable=True),
        sa.Column("zh", sa.Text(), nullable=False),
        sa.Column("en", sa.Text(), nullable=False),
        sa.Column("clears_zh", sa.Text(), nullable=False),
        sa.Column("clears_en", sa.Text(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.CheckConstraint("source IN ('finding', 'model')", name=op.f("ck_case_reasons_source")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_reasons_case_id")),
        sa.PrimaryKeyConstraint("case_id", "run", "position", name=op.f("pk_case_reasons")),
    )


def _read_log() -> None:
    op.create_table(
        "read_log",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("user_id", sa.String(36), nullable=False),
        sa.Column("case_id", sa.String(36), nullable=True),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("person_id", sa.String(200), nullable=True),
        sa.Column("purpose", sa.Text(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('view_case', 'view_rank', 'reveal_identity', 'search_identity', 'export')", name=op.f("ck_read_log_kind")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_read_log_case_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_read_log_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_read_log")),
    )
    op.create_index(op.f("ix_read_log_case_id"), "read_log", ["case_id"], unique=False)
    op.create_index(op.f("ix_read_log_user_at"), "read_log", ["user_id", "at"], unique=False)


def _decision_of_a_case() -> list[sa.Constraint]:
    if op.get_bind().dialect.name != "sqlite":
        return []  # added with the table of decisions
    return [sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], name=op.f("fk_cases_decision_id"))]
