"""What the environment and the home's own `settings.toml` may set; the only module that reads the environment.

Variables start with `TARGETING_`. Everything has a default that suits one machine with SQLite. The command line wins over the
environment, the environment over `<home>/settings.toml`, that file over the default.
"""

import os
import tomllib
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from pydantic import ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from targeting.errors import Misconfigured

FILE = "settings.toml"


class Settings(BaseSettings):
    """Settings of one installation; `home` is the folder that holds all of its data.

    `jurisdiction` names the law that the home applies: a folder of models/policies, or one published in the home. In a home for
    `production` nothing may be sent to a household that rests on sample rules; in one for `demo` a banner says what they are.
    """

    model_config = SettingsConfigDict(env_prefix="TARGETING_", frozen=True, extra="forbid")

    home: Path = Path(".targeting")
    database_url: str | None = None
    host: str = "127.0.0.1"
    port: int = 8000
    jurisdiction: str = "cn-qinghe-sample"
    mode: Literal["demo", "production"] = "demo"

    @cached_property
    def store_url(self) -> str:
        """SQLAlchemy URL of the case store: the setting, else SQLite in the home folder."""
        return self.database_url or f"sqlite:///{self.home.resolve() / 'cases.db'}"

    @property
    def has_store(self) -> bool:
        """Whether there may be a case store: one is named, or the home holds one."""
        return self.database_url is not None or (self.home / "cases.db").exists()


def closed_home(settings: Settings) -> Path:
    """The home folder, which exists and is closed to other accounts of the machine: it holds names and numbers of persons."""
    settings.home.mkdir(parents=True, exist_ok=True)
    settings.home.chmod(0o700)
    return settings.home


def load(home: Path | None = None, *, jurisdiction: str | None = None) -> Settings:
    """The settings of this process; what is given on the command line wins over the environment and the home's file.

    Raises:
        Misconfigured: a setting does not exist or has no such value.
    """
    given: dict[str, Any] = {"home": home, "jurisdiction": jurisdiction}
    given = {name: value for name, value in given.items() if value is not None}
    try:
        settings = Settings(**given)
        written = {name: value for name, value in _written(settings.home).items() if name not in settings.model_fields_set}
        return Settings(**given, **written)
    except ValidationError as wrong:
        faults = [f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in wrong.errors(include_input=False)]
        raise Misconfigured(f"A setting is wrong (environment TARGETING_*, or {FILE} of the home).", faults=faults) from None


def _written(home: Path) -> dict[str, Any]:
    """What the home's file sets; nothing where there is no file."""
    file = home / FILE
    if not file.is_file():
        return {}
    try:
        written = tomllib.loads(file.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise Misconfigured(f"{file} is not valid TOML (UTF-8): {fault}. Correct the file.") from fault
    if "home" in written:
        raise Misconfigured(f"{file} cannot say which home it lies in: remove 'home'.")
    return written


def variable(name: str) -> str:
    """The value of an environment variable that a sources file names, such as a database's URL.

    Raises:
        Misconfigured: it is not set.
    """
    value = os.environ.get(name, "")
    if not value:
        raise Misconfigured(f"The environment variable {name}, which the sources file names, is not set. Set it to the URL.")
    return value


def refuse_telemetry() -> None:
    """No library of this process reports to its maker: to be called before such a library is imported."""
    os.environ["DO_NOT_TRACK"] = "true"
    os.environ["MLFLOW_DISABLE_TELEMETRY"] = "true"
