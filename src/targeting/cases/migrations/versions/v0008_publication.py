"""Keeps proposals of parameter sets and their approval by a second person; the database refuses the first one's own approval.

Who may propose and who may approve stands here again in SQL, with `cases.codes.POWERS`; a set that reaches back says
why. Nothing on record is changed, deleted or replaced.
"""

import sqlalchemy as sa
from alembic import op

from targeting.cases.migrations.versions.v0005_guards import ALWAYS, Guard, _postgresql, _sqlite
from targeting.cases.migrations.versions.v0006_nothing_replaced import _no_replacement

revision = "0008"
down_revision = "0007"

TABLES = ("policy_proposals", "policy_approvals")
PROPOSER = """EXISTS (SELECT 1 FROM users u WHERE u.id = NEW.proposer_id AND u.active
    AND u.role IN ('supervisor', 'administrator', 'data_scientist'))"""
SECOND = """EXISTS (SELECT 1 FROM users u JOIN policy_proposals p ON p.id = NEW.proposal_id
    WHERE u.id = NEW.approver_id AND u.active AND u.role IN ('supervisor', 'administrator') AND p.proposer_id <> u.id)"""
SILENT = "NEW.reaches_back AND (NEW.past_reason IS NULL OR length(trim(NEW.past_reason)) = 0)"


def _guards() -> list[Guard]:
    return [
        *(
            Guard(f"{table}_{moment.lower()}", table, moment, ALWAYS, (("append_only", ALWAYS),))
            for table in TABLES
            for moment in ("UPDATE", "DELETE")
        ),
        Guard(
            "policy_proposals_by", "policy_proposals", "INSERT", ALWAYS,
            (("publication.power_missing", f"NOT {PROPOSER}"), ("publication.past_changed_silently", SILENT)),
        ),
        Guard(
            "policy_approvals_second", "policy_approvals", "INSERT", ALWAYS,
            (("publication.second_person_missing", f"NOT {SECOND}"),),
        ),
    ]  # fmt: skip


def _is_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def upgrade() -> None:
    """Parameter sets can be proposed, and approved by somebody else."""
    op.create_table(
        "policy_proposals",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("jurisdiction", sa.String(200), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("base_sha256", sa.String(64), nullable=False),
        sa.Column("proposer_id", sa.String(36), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("past_reason", sa.Text(), nullable=True),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("reaches_back", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["proposer_id"], ["users.id"], name=op.f("fk_policy_proposals_proposer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_proposals")),
    )
    op.create_index("ix_policy_proposals_set", "policy_proposals", ["jurisdiction", "sha256"], unique=False)
    op.create_table(
        "policy_approvals",
        sa.Column("proposal_id", sa.String(36), nullable=False),
        sa.Column("approver_id", sa.String(36), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["approver_id"], ["users.id"], name=op.f("fk_policy_approvals_approver_id")),
        sa.ForeignKeyConstraint(["proposal_id"], ["policy_proposals.id"], name=op.f("fk_policy_approvals_proposal_id")),
        sa.PrimaryKeyConstraint("proposal_id", name=op.f("pk_policy_approvals")),
    )
    postgresql = _is_postgresql()
    for guard in _guards() if postgresql else [*_guards(), *_no_replacement(TABLES)]:
        for statement in _postgresql(guard) if postgresql else _sqlite(guard):
            op.get_bind().exec_driver_sql(statement)
    if postgresql:
        for table in TABLES:
            op.execute(
                f"CREATE TRIGGER {table}_truncate BEFORE TRUNCATE ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncate()"
            )


def downgrade() -> None:
    """Nothing is published."""
    if _is_postgresql():
        for guard in _guards():
            op.get_bind().exec_driver_sql(f"DROP FUNCTION {guard.name}() CASCADE")
    for table in reversed(TABLES):
        op.drop_table(table)  # SQLite: with its guards
