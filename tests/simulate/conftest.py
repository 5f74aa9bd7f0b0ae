"""Counties of a few thousand persons, made once for the room's tests."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from targeting.simulate.county import SimulatedCounty, create, simulate, snapshot_days
from targeting.simulate.defects import Defects
from targeting.simulate.reviews import Reviews
from targeting.simulate.world import World
from targeting.specs.loading import declaration

AS_OF = date(2026, 10, 31)
SEED = 11


def rows_of(file: Path) -> list[list[str]]:
    """The fields of every line of a register file, split at commas as they stand."""
    return [line.split(",") for line in file.read_bytes().decode("gb18030").split("\r\n")[:-1]]


def table_of(file: Path) -> pl.DataFrame:
    """A faultless register file as text."""
    lines = rows_of(file)
    return pl.DataFrame(lines[1:], schema=lines[0], orient="row")


@dataclass(frozen=True)
class Truth:
    """A county's truth in memory."""

    world: World
    reviews: Reviews
    law: dict[str, Any]


@pytest.fixture(scope="session")
def law() -> dict[str, Any]:
    return declaration("simulation", "law")[0]


@pytest.fixture(scope="session")
def county(tmp_path_factory: pytest.TempPathFactory) -> SimulatedCounty:
    """October and November, as dirty as declared."""
    return simulate(4_000, seed=SEED, as_of=AS_OF, months=2, out=tmp_path_factory.mktemp("county"))


@pytest.fixture(scope="session")
def faultless(tmp_path_factory: pytest.TempPathFactory) -> SimulatedCounty:
    """October and November without a defect."""
    defects = Defects.declared().dirtier(0.0)
    return simulate(4_000, seed=SEED, as_of=AS_OF, months=2, out=tmp_path_factory.mktemp("faultless"), defects=defects)


@pytest.fixture(scope="session")
def truth(law: dict[str, Any]) -> Truth:
    """A larger county's truth, for shares."""
    days = snapshot_days(AS_OF, 2)
    world, reviews = create(40_000, seed=SEED, days=days, prevalence=declaration("simulation", "prevalence")[0], law=law)
    return Truth(world, reviews, law)
