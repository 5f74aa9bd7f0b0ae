"""The door to the database: one engine, one transaction a use case, the events of it in the audit chain, errors without
data.

SQLite runs with WAL, foreign keys and a busy timeout, and writers queue at `BEGIN IMMEDIATE`; PostgreSQL locks the
rows it changes. Events are written last, under the lock of the chain's head, so that two use cases never wait for
each other's cases and the chain has no gap. Whatever the database refuses comes out as one of the project's errors
and never carries a value.
"""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, insert, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from targeting.cases import store_audit, store_queue
from targeting.cases.codes import GateFault, Power, State
from targeting.cases.columns import canonical, new_id
from targeting.cases.lifecycle import RULES, Step, after
from targeting.cases.records import Actor, CaseRow
from targeting.cases.schema import Base, Case
from targeting.errors import AdverseBlocked, Conflict, InvalidInput, NotAllowed, NotFound, Outdated
from targeting.specs.casework import Casework, load_casework

BUSY_MILLISECONDS = 10_000


def engine_url(url: str) -> str:
    """The URL with the driver this project uses: `postgresql://` means psycopg 3.

    >>> engine_url("postgresql://db/targeting")
    'postgresql+psycopg://db/targeting'
    """
    parsed = make_url(url)
    if parsed.drivername in ("postgresql", "postgres"):
        parsed = parsed.set(drivername="postgresql+psycopg")
    return parsed.render_as_string(hide_password=False)


def make_engine(url: str) -> Engine:
    """An engine on SQLite or PostgreSQL that behaves alike on both."""
    engine = create_engine(engine_url(url), hide_parameters=True, json_serializer=canonical, pool_size=10, max_overflow=20)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # the driver must not open transactions behind our back
    for pragma in ("journal_mode=WAL", "foreign_keys=ON", f"busy_timeout={BUSY_MILLISECONDS}", "synchronous=FULL"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def need(actor: Actor, power: Power) -> None:
    """The actor has the power.

    Raises:
        NotAllowed: the actor's role lacks it.
    """
    if not actor.may(power):
        raise NotAllowed(f"The role '{actor.role}' lacks the power '{power}'. Ask somebody who has it.")


@dataclass(slots=True)
class Unit:
    """One transaction: the session, who acts, when, and the events that will be written at its end."""

    session: Session
    rules: Casework
    at: datetime
    actor: Actor | None
    events: list[store_audit.PendingEvent] = field(default_factory=list)

    def event(
        self, kind: str, *, case_id: str | None = None, run: str | None = None, content: Any = None, **payload: Any
    ) -> None:
        """The event will be in the chain when the transaction ends; `content` is what is personal or free text."""
        actor_id = self.actor.user_id if self.actor else None
        self.events.append(store_audit.PendingEvent(new_id(self.at), self.at, actor_id, kind, case_id, run, payload, content))

    def add(self, *rows: Base) -> None:
        """The rows are in the database, in this order."""
        for row in rows:
            self.session.add(row)
            self.session.flush()

    def insert(self, table: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
        """The rows are in the database, without an object each: for the many of a run."""
        if rows:  # nulls are written too: else the rows fall into a statement for each set of columns that have a value
            self.session.execute(insert(table), rows, execution_options={"render_nulls": True})

    def case(self, case_id: str, *, version: int | None = None) -> Case:
        """The case, locked until the end of the transaction.

        Raises:
            NotFound: there is none, or it lies outside the actor's offices.
            Outdated: it is not at `version` any more.
        """
        query = select(Case).where(Case.id == case_id).with_for_update()
        case = self.session.scalars(query.execution_options(populate_existing=True)).one_or_none()
        if case is None or not store_queue.in_scope(case, self.actor):
            raise NotFound("There is no such case in your offices.")
        if version is not None and case.version != version:
            raise Outdated(f"Case {case.number} has changed: it is at version {case.version}, not {version}. Read it again.")
        return case

    def touch(self, case: Case) -> None:
        """The case has a new version, so that whoever read the old one is told."""
        case.version += 1
        case.updated_at = self.at

    def row(self, case: Case) -> CaseRow:
        """The case as lists show it."""
        self.session.flush()
        return store_queue.row(self.session, case.id)


class Store:
    """The case store of one installation; safe to share between threads. In `production` no letter rests on a sample."""

    def __init__(self, url: str, *, rules: Casework | None = None, production: bool = False) -> None:
        self.engine = make_engine(url)
        self.production = production
        self.rules = rules or load_casework()

    def close(self) -> None:
        """All connections are closed."""
        self.engine.dispose()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that sees one moment of the database and changes nothing."""
        options: dict[str, Any] = {}
        if self.engine.dialect.name == "postgresql":
            options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        with Session(self.engine.execution_options(**options), autoflush=False) as session:
            yield session  # closing it keeps what was loaded readable

    @contextmanager
    def writing(self, *, actor: Actor | None, at: datetime) -> Iterator[Unit]:
        """One transaction: all of it holds after the block, or nothing.

        Raises:
            AdverseBlocked: the database refused an adverse outcome.
            Conflict: the database refused a row, or somebody else was first.
        """
        with Session(self.engine.execution_options(writes=True), expire_on_commit=False) as session:
            unit = Unit(session, self.rules, at, actor)
            try:
                yield unit
                session.flush()
                store_audit.append(session, unit.events)
                session.commit()
            except DBAPIError as refused:
                session.rollback()
                raise told(refused) from None

    @contextmanager
    def step(
        self, step: Step, case_id: str, *, actor: Actor, at: datetime, version: int | None = None
    ) -> Iterator[tuple[Unit, Case]]:
        """One step on one case: power, scope, version, state and holder are checked, the state and version are moved.

        Raises:
            NotAllowed: the actor lacks the power.
            NotFound: no such case in the actor's offices.
            Outdated: the case has changed since it was read.
            Conflict: the step does not fit the state, or somebody else holds the case.
        """
        rule = RULES[step]
        if rule.power is not None:
            need(actor, rule.power)
        with self.writing(actor=actor, at=at) as unit:
            case = unit.case(case_id, version=version)
            state = after(step, State(case.state))
            if rule.held:
                hold(case, actor, at)
            case.state = state
            unit.touch(case)
            yield unit, case


def holder(case: Case, at: datetime) -> str | None:
    """The user who holds the case at that instant: assigned, or leased and the lease not over."""
    return None if case.lease_until is not None and case.lease_until <= at else case.assignee_id


def hold(case: Case, actor: Actor, at: datetime) -> None:
    """The actor holds the case for good.

    Raises:
        Conflict: somebody else holds it.
    """
    if holder(case, at) not in (None, actor.user_id):
        raise Conflict(f"Case {case.number} is held by somebody else. Ask a supervisor to assign it to you.")
    case.assignee_id, case.lease_until = actor.user_id, None


def told(refused: DBAPIError) -> Exception:
    """The refusal of the database as one of the project's errors, without any value of a row."""
    sentence = str(refused.orig).splitlines()[0] if refused.orig else ""
    faults = [fault.value for fault in GateFault if fault.value in sentence]
    if faults:
        return AdverseBlocked("The database refuses this decision: something the law asks for is missing.", faults=faults)
    if isinstance(refused, DataError):
        return InvalidInput("A value is larger or longer than the case store keeps. Shorten it.")
    if isinstance(refused, IntegrityError) or "lock" in sentence.lower() or "serializ" in sentence.lower():
        return Conflict("The database refused the change: it contradicts what is stored by now. Read again and retry.")
    return refused
