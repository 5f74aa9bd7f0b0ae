"""What every room's tests may use."""

from datetime import date
from pathlib import Path

import pytest

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
