"""A fresh case store for each test, on SQLite and on a real PostgreSQL server, with an office and its people."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from case_office import Office, staff
from sqlalchemy import create_engine, text

from targeting.cases import migrate
from targeting.cases.chain import GENESIS
from targeting.cases.schema import Base
from targeting.cases.store import Store


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    migrate.upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgresql_template(postgresql_server: str) -> str:
    """URL of the server, whose database `template_cases` is migrated."""
    _administer(postgresql_server, "CREATE DATABASE template_cases")
    migrate.upgrade(_database(postgresql_server, "template_cases"))
    return postgresql_server


def _administer(url: str, *statements: str) -> None:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


def _database(url: str, name: str) -> str:
    return url.replace("/postgres?", f"/{name}?")


@pytest.fixture(scope="session")
def stores() -> Iterator[dict[str, Store]]:
    """The stores of the session by URL: an engine that is kept need not compile its statements again for each test."""
    kept: dict[str, Store] = {}
    yield kept
    for store in kept.values():
        store.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, stores: dict[str, Store]) -> Store:
    """An empty store."""
    template = request.getfixturevalue(f"{request.param}_template")
    url = f"sqlite:///{template.with_name('cases.db')}" if request.param == "sqlite" else _database(template, "template_cases")
    kept = stores.setdefault(url, Store(url))
    if request.param == "sqlite":
        kept.engine.dispose()
        for suffix in ("-wal", "-shm"):
            template.with_name(f"cases.db{suffix}").unlink(missing_ok=True)
        shutil.copy(template, template.with_name("cases.db"))
    else:
        _empty(url)
    return kept


def _empty(url: str) -> None:
    """The database holds nothing; its guards are put aside for that."""
    tables = [table.name for table in Base.metadata.sorted_tables]
    head = f"INSERT INTO audit_head (id, seq, hash) VALUES (1, 0, '{GENESIS}')"
    _administer(url, "SET session_replication_role = replica", *(f"DELETE FROM {name}" for name in tables), head)


@pytest.fixture
def office(store: Store) -> Office:
    """The store with its people and no cases."""
    return staff(store)
