"""Brings a case store to the newest revision; works from the wheel, in an empty folder, on a store in any earlier revision."""

from importlib import resources
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy.engine import make_url

from targeting.cases.store import engine_url, make_engine


def upgrade(url: str, revision: str = "head") -> str:
    """The store at this URL is at the revision, newest by default; the revision is returned."""
    database = make_url(engine_url(url)).database
    if url.startswith("sqlite") and database:
        Path(database).parent.mkdir(parents=True, exist_ok=True)
    engine = make_engine(url)
    try:
        with engine.execution_options(writes=True).connect() as connection, connection.begin():
            config = _config()
            config.attributes["connection"] = connection
            command.upgrade(config, revision)
            return MigrationContext.configure(connection).get_current_revision() or "empty"
    finally:
        engine.dispose()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(resources.files("targeting.cases.migrations")).replace("%", "%%"))
    return config
