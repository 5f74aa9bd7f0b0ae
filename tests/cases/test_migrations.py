"""The migrations make exactly the tables of the schema, go up and down, and say when a store is of another revision."""

from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect

from targeting.cases import migrate
from targeting.cases.schema import Base
from targeting.cases.store import Store, make_engine


def test_the_migrated_tables_are_those_of_the_schema(store: Store) -> None:
    with store.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


def test_a_store_of_an_earlier_revision_is_brought_to_the_newest_once(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'new' / 'cases.db'}"
    assert migrate.upgrade(url, "0003") == "0003"
    newest = migrate.upgrade(url)
    assert newest > "0003"
    assert migrate.upgrade(url) == newest


def test_the_guards_can_be_taken_down_and_put_up_again(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'cases.db'}"
    migrate.upgrade(url)
    engine = make_engine(url)
    config = migrate._config()
    with engine.execution_options(writes=True).connect() as connection, connection.begin():
        config.attributes["connection"] = connection
        command.downgrade(config, "base")
        assert inspect(connection).get_table_names() == ["alembic_version"]
    engine.dispose()
    migrate.upgrade(url)


def test_sqlite_waits_for_writers_and_keeps_its_references(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path / 'cases.db'}")
    with engine.connect() as connection:
        found = [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("journal_mode", "foreign_keys", "busy_timeout")
        ]
    engine.dispose()
    assert found == ["wal", 1, 10000]
