"""Lets the database itself refuse: adverse outcomes without the lawful process, changes of what is on record, gaps in the chain.

The conditions are those of `cases.gate`, written again in SQL, so that neither a fault of the program nor a hand at the database
gets past them (G01, G03–G06, G12, G21). Each refusal starts with a code of `cases.codes.GateFault`, or with `append_only`,
`decided_is_final`, `audit_chain`. Conditions are SQL that SQLite and PostgreSQL read alike; only the frame around them differs.
"""

from dataclasses import dataclass

from alembic import op

revision = "0005"
down_revision = "0004"

ADVERSE = "NEW.state = 'decided' AND NEW.finding IN ('paid_too_much', 'not_entitled')"
ON = "(SELECT d.decided_on FROM decisions d WHERE d.id = NEW.decision_id)"
SERVED = "(SELECT count(*) FROM notice_services s WHERE s.notice_id = n.id) >= 2"
COUNTS = f"""n.case_id = NEW.id AND {SERVED} AND (n.reply_until < {ON} OR EXISTS (
    SELECT 1 FROM replies r WHERE r.notice_id = n.id AND r.waives_window AND r.received_on <= {ON}))"""
PROOFS = """decision_ground_facts gf JOIN decision_grounds g ON g.id = gf.ground_id AND g.decision_id = NEW.decision_id"""
NAMES = f"""EXISTS (SELECT 1 FROM {PROOFS} JOIN notice_facts nf ON nf.fact_key = gf.fact_key AND nf.case_id = gf.case_id
    WHERE nf.notice_id = n.id AND nf.case_id = NEW.id)"""
HEARD = f"""hearings h WHERE h.case_id = NEW.id AND h.outcome IN ('heard', 'declined') AND h.held_on <= {ON}"""
NEWEST_WORD = "(SELECT j.judgement FROM link_judgements j WHERE j.link_key = f.link_key ORDER BY j.seq DESC LIMIT 1)"

GATE = (
    ("gate.notice_missing", "NOT EXISTS (SELECT 1 FROM notices n WHERE n.case_id = NEW.id)"),
    (
        "gate.notice_on_fewer_than_two_channels",
        f"NOT EXISTS (SELECT 1 FROM notices n WHERE n.case_id = NEW.id AND {SERVED})",
    ),
    ("gate.reply_window_open", f"NOT EXISTS (SELECT 1 FROM notices n WHERE {COUNTS})"),
    (
        "gate.visit_after_silence_missing",
        f"""EXISTS (SELECT 1 FROM notices n WHERE {COUNTS} AND {NAMES}
            AND NOT EXISTS (SELECT 1 FROM replies a WHERE a.notice_id = n.id AND a.received_on <= {ON})
            AND NOT EXISTS (SELECT 1 FROM {HEARD} AND h.held_on >= n.issued_on AND h.held_on <= n.reply_until)
            AND NOT EXISTS (SELECT 1 FROM visits v WHERE v.case_id = NEW.id
                AND v.attempted_on > n.reply_until AND v.attempted_on <= {ON}))""",
    ),
    (
        "gate.hearing_missing",
        f"""NOT EXISTS (SELECT 1 FROM {HEARD}) OR EXISTS (SELECT 1 FROM notices n WHERE {COUNTS} AND {NAMES}
            AND NOT EXISTS (SELECT 1 FROM {HEARD} AND h.held_on >= n.issued_on))""",
    ),
    ("gate.ground_missing", "NOT EXISTS (SELECT 1 FROM decision_grounds g WHERE g.decision_id = NEW.decision_id)"),
    (
        "gate.ground_without_evidence",
        f"""EXISTS (SELECT 1 FROM decision_grounds o WHERE o.decision_id = NEW.decision_id AND NOT EXISTS (
            SELECT 1 FROM decision_ground_facts p WHERE p.ground_id = o.id))
            OR EXISTS (SELECT 1 FROM {PROOFS} WHERE gf.case_id <> NEW.id)""",
    ),
    (
        "gate.ground_on_disputed_fact",
        f"""EXISTS (SELECT 1 FROM {PROOFS} JOIN disputes p ON p.case_id = gf.case_id AND p.fact_key = gf.fact_key
            WHERE p.state <> 'dismissed')""",
    ),
    (
        "gate.ground_on_unconfirmed_link",
        f"""EXISTS (SELECT 1 FROM {PROOFS} JOIN case_facts f ON f.case_id = gf.case_id AND f.fact_key = gf.fact_key
            WHERE f.source = 'register'
            AND COALESCE({NEWEST_WORD}, CASE WHEN f.level = 'A' THEN 'same' ELSE 'none' END) <> 'same')""",
    ),
    (
        "gate.ground_not_in_notice",
        f"""EXISTS (SELECT 1 FROM {PROOFS} WHERE NOT EXISTS (SELECT 1 FROM notice_facts nf
            JOIN notices n ON n.id = nf.notice_id
            WHERE nf.fact_key = gf.fact_key AND nf.case_id = NEW.id AND {COUNTS}))""",
    ),
)
DECIDED = (
    (
        "gate.officer_missing",
        """NOT EXISTS (SELECT 1 FROM decisions d WHERE d.id = NEW.decision_id AND d.case_id = NEW.id
            AND d.finding = NEW.finding AND d.cause = NEW.cause AND length(trim(d.reason)) > 0)""",
    ),
)
SECOND_PERSON = (
    (
        "gate.second_person_missing",
        """NOT EXISTS (SELECT 1 FROM approvals a JOIN decisions d ON d.id = a.decision_id
            WHERE a.decision_id = NEW.decision_id AND a.verdict = 'approved' AND a.approver_id <> d.author_id)""",
    ),
)
NEEDS_SECOND = f"({ADVERSE}) OR (NEW.state = 'decided' AND NEW.cause = 'suspected_intent')"
ALWAYS = "1 = 1"
RECORDS = (
    "own_findings", "link_judgements", "notices", "notice_services", "notice_facts", "replies", "visits", "hearings",
    "decisions", "decision_grounds", "decision_ground_facts", "decision_months", "approvals", "read_log", "audit_events",
)  # fmt: skip


@dataclass(frozen=True)
class Guard:
    """A trigger: when it looks, and what it refuses with which words; `then` is done where nothing is refused."""

    name: str
    table: str
    moment: str
    when: str
    refusals: tuple[tuple[str, str], ...]
    then: str = ""


def _changed(*columns: str) -> str:
    return " OR ".join(f"COALESCE(OLD.{c}, '') <> COALESCE(NEW.{c}, '')" for c in columns)


def _guards() -> list[Guard]:
    guards = []
    for moment in ("INSERT", "UPDATE"):
        suffix = moment.lower()
        guards += [
            Guard(f"cases_decided_{suffix}", "cases", moment, "NEW.state = 'decided'", DECIDED),
            Guard(f"cases_gate_{suffix}", "cases", moment, ADVERSE, GATE),
            Guard(f"cases_second_person_{suffix}", "cases", moment, NEEDS_SECOND, SECOND_PERSON),
        ]
    final = _changed("state", "finding", "cause", "decision_id")
    guards.append(Guard("cases_final", "cases", "UPDATE", "OLD.state = 'decided'", (("decided_is_final", final),)))
    said = _changed("source", "person_id", "kind", "text", "register", "role", "level", "link_key")
    guards.append(Guard("case_facts_content", "case_facts", "UPDATE", ALWAYS, (("append_only", said),)))
    guards += [
        Guard(f"{table}_{moment.lower()}", table, moment, ALWAYS, (("append_only", ALWAYS),))
        for table in RECORDS
        for moment in ("UPDATE", "DELETE")
    ]
    guards += _process_guards()
    guards += _chain_guards()
    return guards


def _process_guards() -> list[Guard]:
    supervisor = "EXISTS (SELECT 1 FROM users u WHERE u.id = NEW.approver_id AND u.role = 'supervisor' AND u.active)"
    late = "EXISTS (SELECT 1 FROM notices n WHERE n.id = NEW.notice_id AND NEW.served_on > n.issued_on)"
    answered = """EXISTS (SELECT 1 FROM approvals a WHERE a.decision_id = {0})
        OR EXISTS (SELECT 1 FROM cases c WHERE c.decision_id = {0} AND c.state = 'decided')"""
    of_ground = "(SELECT g.decision_id FROM decision_grounds g WHERE g.id = NEW.ground_id)"
    closed = {
        "decision_grounds": answered.format("NEW.decision_id"),
        "decision_months": answered.format("NEW.decision_id"),
        "decision_ground_facts": answered.format(of_ground),
    }
    return [
        Guard(
            "approvals_by_supervisor", "approvals", "INSERT", ALWAYS,
            (("gate.second_person_missing", f"NOT {supervisor}"),),
        ),
        Guard("notice_services_day", "notice_services", "INSERT", ALWAYS, (("gate.reply_window_open", late),)),
        *(Guard(f"{table}_closed", table, "INSERT", ALWAYS, (("append_only", when),)) for table, when in closed.items()),
    ]  # fmt: skip


def _chain_guards() -> list[Guard]:
    follows = "EXISTS (SELECT 1 FROM audit_head h WHERE h.id = 1 AND h.seq + 1 = NEW.seq AND h.hash = NEW.prev_hash)"
    forward = "NEW.id <> OLD.id OR NEW.seq <> OLD.seq + 1"
    move = "UPDATE audit_head SET seq = NEW.seq, hash = NEW.hash WHERE id = 1;"
    refuse = (("audit_chain", ALWAYS),)
    return [
        Guard("audit_events_chain", "audit_events", "INSERT", ALWAYS, (("audit_chain", f"NOT {follows}"),), then=move),
        Guard("audit_contents_kept", "audit_contents", "UPDATE", ALWAYS, refuse),
        Guard("audit_head_forward", "audit_head", "UPDATE", ALWAYS, (("audit_chain", forward),)),
        Guard("audit_head_delete", "audit_head", "DELETE", ALWAYS, refuse),
        Guard("audit_head_insert", "audit_head", "INSERT", ALWAYS, refuse),
    ]


def _sqlite(guard: Guard) -> list[str]:
    refusals = "\n".join(f"SELECT RAISE(ABORT, '{code}') WHERE {condition};" for code, condition in guard.refusals)
    return [
        f"CREATE TRIGGER {guard.name} BEFORE {guard.moment} ON {guard.table} FOR EACH ROW WHEN {guard.when}\n"
        f"BEGIN\n{refusals}\n{guard.then}\nEND"
    ]


def _postgresql(guard: Guard) -> list[str]:
    refusals = "\n".join(
        f"IF {condition} THEN RAISE EXCEPTION '{code}' USING ERRCODE = 'check_violation'; END IF;"
        for code, condition in guard.refusals
    )
    result = "OLD" if guard.moment == "DELETE" else "NEW"
    return [
        f"CREATE FUNCTION {guard.name}() RETURNS trigger LANGUAGE plpgsql AS $guard$ BEGIN\n"
        f"IF {guard.when} THEN\n{refusals}\nEND IF;\n{guard.then}\nRETURN {result};\nEND $guard$",
        f"CREATE TRIGGER {guard.name} BEFORE {guard.moment} ON {guard.table} FOR EACH ROW EXECUTE FUNCTION {guard.name}()",
    ]


def _no_truncate() -> list[str]:
    """PostgreSQL can empty a table without touching a row."""
    function = (
        "CREATE FUNCTION refuse_truncate() RETURNS trigger LANGUAGE plpgsql AS $guard$ BEGIN\n"
        "RAISE EXCEPTION 'append_only' USING ERRCODE = 'check_violation';\nEND $guard$"
    )
    tables = (*RECORDS, "audit_contents", "audit_head", "cases", "case_facts", "disputes")
    return [
        function,
        *(
            f"CREATE TRIGGER {table}_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncate()"
            for table in tables
        ),
    ]


def upgrade() -> None:
    """The guards are in force."""
    postgresql = op.get_bind().dialect.name == "postgresql"
    for guard in _guards():
        for statement in _postgresql(guard) if postgresql else _sqlite(guard):
            op.get_bind().exec_driver_sql(statement)
    if postgresql:
        for statement in _no_truncate():
            op.get_bind().exec_driver_sql(statement)


def downgrade() -> None:
    """Nothing is guarded by the database."""
    postgresql = op.get_bind().dialect.name == "postgresql"
    for guard in reversed(_guards()):
        target = f"FUNCTION {guard.name}() CASCADE" if postgresql else f"TRIGGER {guard.name}"
        op.get_bind().exec_driver_sql(f"DROP {target}")
    if postgresql:
        op.get_bind().exec_driver_sql("DROP FUNCTION refuse_truncate() CASCADE")
