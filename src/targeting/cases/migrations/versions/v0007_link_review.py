"""Lets a link be judged that no case rests on yet, a judgement be taken back, and every look at a link be logged.

`link_undos` names judgements that hold no more; the gate reads the newest that still stands. A case of which a link was cut has
no adverse outcome before it is screened again, and a fact whose link was cut cannot be named in a notice. SQLite cannot change a
column, so two tables are made anew there with their guards.
"""

from collections.abc import Callable

import sqlalchemy as sa
from alembic import op

from targeting.cases.migrations.versions.v0005_guards import ADVERSE, ALWAYS, GATE, NEWEST_WORD, Guard, _postgresql, _sqlite
from targeting.cases.migrations.versions.v0006_nothing_replaced import _no_replacement

revision = "0007"
down_revision = "0006"

STANDING_WORD = """(SELECT j.judgement FROM link_judgements j WHERE j.link_key = f.link_key
    AND NOT EXISTS (SELECT 1 FROM link_undos u WHERE u.judgement = j.seq) ORDER BY j.seq DESC LIMIT 1)"""
STANDING_GATE = (
    ("gate.link_cut_since_screening", "NEW.rescreen_due"),
    *((code, condition.replace(NEWEST_WORD, STANDING_WORD)) for code, condition in GATE),
)
CUT = f"""EXISTS (SELECT 1 FROM case_facts f WHERE f.case_id = NEW.case_id AND f.fact_key = NEW.fact_key
    AND f.source = 'register' AND {STANDING_WORD} = 'different')"""
KINDS = ("view_case", "view_rank", "reveal_identity", "search_identity", "export")
MORE_KINDS = ("view_link", "lookup")
REMADE = ("link_judgements", "read_log")


def _judgements_table(name: str, *, case_needed: bool) -> None:
    op.create_table(
        name,
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
        sa.Column("case_id", sa.String(36), nullable=not case_needed),
        sa.Column("user_id", sa.String(36), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("judgement IN ('same', 'different', 'unsure')", name=op.f("ck_link_judgements_judgement")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_link_judgements_case_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_link_judgements_user_id")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_link_judgements")),
    )


def _read_log_table(name: str, kinds: tuple[str, ...]) -> None:
    op.create_table(
        name,
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("user_id", sa.String(36), nullable=False),
        sa.Column("case_id", sa.String(36), nullable=True),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("person_id", sa.String(200), nullable=True),
        sa.Column("purpose", sa.Text(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(_one_of(kinds), name=op.f("ck_read_log_kind")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_read_log_case_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_read_log_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_read_log")),
    )


def _one_of(kinds: tuple[str, ...]) -> str:
    return f"kind IN ({', '.join(repr(kind) for kind in kinds)})"


def _remade(table: str, make: Callable[[str], None], where: str = "1 = 1") -> None:
    """SQLite: the table in its new form with the same rows, indexes and guards."""
    make(f"{table}_new")
    op.execute(f"INSERT INTO {table}_new SELECT * FROM {table} WHERE {where}")
    op.drop_table(table)
    op.rename_table(f"{table}_new", table)
    if table == "read_log":
        op.create_index(op.f("ix_read_log_case_id"), table, ["case_id"], unique=False)
        op.create_index("ix_read_log_user_at", table, ["user_id", "at"], unique=False)
    else:
        op.create_index(op.f("ix_link_judgements_case_id"), table, ["case_id"], unique=False)
        op.create_index(op.f("ix_link_judgements_link_key"), table, ["link_key"], unique=False)
    _put_up(_append_only(table) + _no_replacement((table,)))


def _append_only(table: str) -> list[Guard]:
    return [Guard(f"{table}_{m.lower()}", table, m, ALWAYS, (("append_only", ALWAYS),)) for m in ("UPDATE", "DELETE")]


def _gates(conditions: tuple[tuple[str, str], ...]) -> list[Guard]:
    return [Guard(f"cases_gate_{m.lower()}", "cases", m, ADVERSE, conditions) for m in ("INSERT", "UPDATE")]


def _cut_guard() -> Guard:
    return Guard("notice_facts_cut", "notice_facts", "INSERT", ALWAYS, (("gate.ground_on_unconfirmed_link", CUT),))


def _is_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def _put_up(guards: list[Guard]) -> None:
    for guard in guards:
        for statement in _postgresql(guard) if _is_postgresql() else _sqlite(guard):
            op.get_bind().exec_driver_sql(statement)


def _take_down(guards: list[Guard]) -> None:
    for guard in guards:
        target = f"FUNCTION {guard.name}() CASCADE" if _is_postgresql() else f"TRIGGER {guard.name}"
        op.get_bind().exec_driver_sql(f"DROP {target}")


def upgrade() -> None:
    """Judgements stand or are undone, with or without a case; the gate reads the one that stands."""
    _take_down(_gates(GATE))
    if _is_postgresql():
        op.alter_column("link_judgements", "case_id", nullable=True)
        op.drop_constraint(op.f("ck_read_log_kind"), "read_log")
        op.create_check_constraint(op.f("ck_read_log_kind"), "read_log", _one_of((*KINDS, *MORE_KINDS)))
    else:
        _remade("link_judgements", lambda name: _judgements_table(name, case_needed=False))
        _remade("read_log", lambda name: _read_log_table(name, (*KINDS, *MORE_KINDS)))
    op.create_table(
        "link_undos",
        sa.Column("judgement", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("user_id", sa.String(36), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["judgement"], ["link_judgements.seq"], name=op.f("fk_link_undos_judgement")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_link_undos_user_id")),
        sa.PrimaryKeyConstraint("judgement", name=op.f("pk_link_undos")),
    )
    op.add_column("cases", sa.Column("rescreen_due", sa.Boolean(), server_default=sa.false(), nullable=False))
    _put_up([*_gates(STANDING_GATE), _cut_guard(), *_append_only("link_undos")])
    if _is_postgresql():
        op.execute(
            "CREATE TRIGGER link_undos_truncate BEFORE TRUNCATE ON link_undos "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncate()"
        )
    else:
        _put_up(_no_replacement(("link_undos",)))


def downgrade() -> None:
    """Every judgement has a case and stands; those without a case are gone."""
    _take_down([_cut_guard(), *_gates(STANDING_GATE), *_append_only("link_undos")])
    op.drop_table("link_undos")
    op.drop_column("cases", "rescreen_due")
    if _is_postgresql():
        _take_down(_append_only("link_judgements")[1:])
        op.execute("DELETE FROM link_judgements WHERE case_id IS NULL")
        _put_up(_append_only("link_judgements")[1:])
        op.alter_column("link_judgements", "case_id", nullable=False)
        op.drop_constraint(op.f("ck_read_log_kind"), "read_log")
        op.create_check_constraint(op.f("ck_read_log_kind"), "read_log", _one_of(KINDS), postgresql_not_valid=True)
    else:
        _remade("link_judgements", lambda name: _judgements_table(name, case_needed=True), "case_id IS NOT NULL")
        _remade("read_log", lambda name: _read_log_table(name, KINDS), f"{_one_of(KINDS)}")
    _put_up(_gates(GATE))
