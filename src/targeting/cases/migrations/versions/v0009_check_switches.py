"""Keeps every turn of a check's switch: off by itself, on by a named supervisor or administrator; nothing changes later."""

import sqlalchemy as sa
from alembic import op

from targeting.cases.migrations.versions.v0005_guards import ALWAYS, Guard, _postgresql, _sqlite
from targeting.cases.migrations.versions.v0006_nothing_replaced import _no_replacement

revision = "0009"
down_revision = "0008"

TABLE = "check_switches"
NAMED = """EXISTS (SELECT 1 FROM users u WHERE u.id = NEW.actor_id AND u.active
    AND u.role IN ('supervisor', 'administrator'))"""


def _guards() -> list[Guard]:
    return [
        *(
            Guard(f"{TABLE}_{moment.lower()}", TABLE, moment, ALWAYS, (("append_only", ALWAYS),))
            for moment in ("UPDATE", "DELETE")
        ),
        Guard(f"{TABLE}_on_by", TABLE, "INSERT", ALWAYS, (("switch.named_person_missing", f"NEW.running AND NOT {NAMED}"),)),
    ]


def _is_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def upgrade() -> None:
    """Checks can be switched off, and on again by a named person."""
    op.create_table(
        TABLE,
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("check", sa.String(40), nullable=False),
        sa.Column("running", sa.Boolean(), nullable=False),
        sa.Column("actor_id", sa.String(36), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["users.id"], name=op.f("fk_check_switches_actor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_check_switches")),
    )
    op.create_index("ix_check_switches_check", TABLE, ["check", "at"], unique=False)
    postgresql = _is_postgresql()
    for guard in _guards() if postgresql else [*_guards(), *_no_replacement((TABLE,))]:
        for statement in _postgresql(guard) if postgresql else _sqlite(guard):
            op.get_bind().exec_driver_sql(statement)
    if postgresql:
        op.execute(
            f"CREATE TRIGGER {TABLE}_truncate BEFORE TRUNCATE ON {TABLE} FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncate()"
        )


def downgrade() -> None:
    """No check has a switch."""
    if _is_postgresql():
        for guard in _guards():
            op.get_bind().exec_driver_sql(f"DROP FUNCTION {guard.name}() CASCADE")
    op.drop_table(TABLE)  # SQLite: with its guards
