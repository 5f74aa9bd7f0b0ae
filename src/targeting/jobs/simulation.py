"""An imaginary county on disk, for demonstration, tests and benchmarks."""

from datetime import date
from pathlib import Path
from typing import Any

from targeting.jobs.progress import step
from targeting.simulate import county


def simulate(out: Path, *, persons: int, months: int, seed: int, as_of: date) -> dict[str, Any]:
    """The registers of so many months, the first as of `as_of`, lie in one folder a month, each with sources.toml and truth.

    Raises:
        InvalidInput: fewer persons than make a county.
    """
    with step(f"imagine a county of {persons:,} persons"):
        made = county.simulate(persons, seed=seed, as_of=as_of, months=months, out=out)
    return {
        "persons": made.persons,
        "awards": made.awards,
        "snapshots": [
            {"as_of": day.isoformat(), "sources": str(sources)} for day, sources in zip(made.as_of, made.sources, strict=True)
        ],
    }
