"""Closes three ways round the guards: REPLACE and DELETE of what is on record, a closed case moved, a notice older than its case.

SQLite's `INSERT OR REPLACE` removes a row without a word to the triggers of DELETE, so a row whose key is taken is refused at
INSERT as well. A notice or a service dated before the case was opened would let the window to reply end before it began (G03).
"""

from alembic import op
from sqlalchemy import inspect

from targeting.cases.migrations.versions.v0005_guards import ALWAYS, RECORDS, Guard, _changed, _postgresql, _sqlite

revision = "0006"
down_revision = "0005"

KEPT = ("cases", "case_facts", "disputes")
"""Tables of which rows change, but never go."""
OPENED = "(SELECT date(c.opened_at) FROM cases c WHERE c.id = {0})"
NOTICED_CASE = "(SELECT n.case_id FROM notices n WHERE n.id = NEW.notice_id)"
NOT_OPEN = (("decided_is_final", "NEW.finding IS NOT NULL OR NEW.decided_at IS NOT NULL"),)
MOVED = _changed("id", "subject_kind", "subject", "direction", "benefit", "household_id")


def _guards() -> list[Guard]:
    before_case = (("gate.reply_window_open", f"NEW.issued_on < {OPENED.format('NEW.case_id')}"),)
    before_service = (("gate.reply_window_open", f"NEW.served_on < {OPENED.format(NOTICED_CASE)}"),)
    return [
        Guard("cases_stay", "cases", "UPDATE", "OLD.state = 'decided'", (("decided_is_final", MOVED),)),
        *(
            Guard(f"cases_outcome_{moment.lower()}", "cases", moment, "NEW.state <> 'decided'", NOT_OPEN)
            for moment in ("INSERT", "UPDATE")
        ),
        *(Guard(f"{table}_kept", table, "DELETE", ALWAYS, (("append_only", ALWAYS),)) for table in KEPT),
        Guard("notices_after_opening", "notices", "INSERT", ALWAYS, before_case),
        Guard("notice_services_after_opening", "notice_services", "INSERT", ALWAYS, before_service),
    ]


def _no_replacement(kept: tuple[str, ...] = (*RECORDS, *KEPT, "audit_contents")) -> list[Guard]:
    """SQLite alone: a row whose primary key or unique columns are taken replaces nothing."""
    tables = inspect(op.get_bind())
    guards = []
    for table in kept:
        keys = [tables.get_pk_constraint(table)["constrained_columns"]]
        keys += [unique["column_names"] for unique in tables.get_unique_constraints(table)]
        taken = " OR ".join(
            f"EXISTS (SELECT 1 FROM {table} t WHERE {' AND '.join(f't.{column} = NEW.{column}' for column in key)})"
            for key in keys
        )
        guards.append(Guard(f"{table}_no_replacement", table, "INSERT", ALWAYS, (("append_only", taken),)))
    return guards


def upgrade() -> None:
    """The guards are in force."""
    postgresql = op.get_bind().dialect.name == "postgresql"
    for guard in _guards() if postgresql else [*_guards(), *_no_replacement()]:
        for statement in _postgresql(guard) if postgresql else _sqlite(guard):
            op.get_bind().exec_driver_sql(statement)


def downgrade() -> None:
    """The guards of 0005 stand alone."""
    postgresql = op.get_bind().dialect.name == "postgresql"
    for guard in reversed(_guards() if postgresql else [*_guards(), *_no_replacement()]):
        target = f"FUNCTION {guard.name}() CASCADE" if postgresql else f"TRIGGER {guard.name}"
        op.get_bind().exec_driver_sql(f"DROP {target}")
