"""What the environment may set; the only module that reads it.

Variables start with `TARGETING_`. Everything has a default that suits one machine with SQLite.
"""

import os
from functools import cached_property
from pathlib import Path

from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Settings of one installation; `home` is the folder that holds all of its data."""

    model_config = SettingsConfigDict(env_prefix="TARGETING_", frozen=True)

    home: Path = Path(".targeting")
    database_url: str | None = None
    host: str = "127.0.0.1"
    port: int = 8000

    @cached_property
    def store_url(self) -> str:
        """SQLAlchemy URL of the case store: the setting, else SQLite in the home folder."""
        return self.database_url or f"sqlite:///{self.home.resolve() / 'cases.db'}"


def closed_home(settings: Settings) -> Path:
    """The home folder, which exists and is closed to other accounts of the machine: it holds names and numbers of persons."""
    settings.home.mkdir(parents=True, exist_ok=True)
    settings.home.chmod(0o700)
    return settings.home


def load(home: Path | None = None) -> Settings:
    """The settings of this process; `home` given on the command line wins over the environment."""
    return Settings() if home is None else Settings(home=home)


def refuse_telemetry() -> None:
    """No library of this process reports to its maker: to be called before such a library is imported."""
    os.environ["DO_NOT_TRACK"] = "true"
    os.environ["MLFLOW_DISABLE_TELEMETRY"] = "true"
