"""Both sides of one link as the files say them, for the side-by-side comparison: the register's row, and the person's own row.

In: the run's manifest (which snapshot, which link run), the snapshot's `identities`, the link run's `persons`. Out: name, masked
number, birth date and address of each side; a side that this home does not hold is None. No whole number leaves here.
"""

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

SHOWN_FRONT, SHOWN_END = 3, 4
DEFINING = ("population", "person")
"""Register and role whose rows are the persons."""


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a comparison."""

    name: str | None
    masked_id: str | None
    birth_date: date | None
    address: str | None


def link_sides(home: Path, run: str, *, register: str, row: int, role: str, person_id: str) -> tuple[Side | None, Side | None]:
    """The identity in the register's row, and the person's own row in the population register."""
    manifest = home / "lake" / "runs" / run / "manifest.json"
    if "/" in run or not manifest.exists():
        return None, None
    declared = json.loads(manifest.read_text("utf-8"))
    identities = home / "lake" / "snapshots" / str(declared.get("snapshot")) / "identities.parquet"
    persons = home / "lake" / "links" / str(declared.get("link_run")) / "persons.parquet"
    if not identities.exists():
        return None, None
    own = _population_row(persons, person_id)
    left = _side(identities, register, row, role)
    return left, _side(identities, DEFINING[0], own, DEFINING[1]) if own is not None else None


def hidden(number: str | None) -> str | None:
    """A number of any form with its middle hidden; a short one is hidden whole.

    >>> hidden("139921680412001"), hidden("1399"), hidden(None)
    ('139********2001', '****', None)
    """
    if not number:
        return None
    if len(number) < SHOWN_FRONT + SHOWN_END + SHOWN_END:
        return "*" * len(number)
    return number[:SHOWN_FRONT] + "*" * (len(number) - SHOWN_FRONT - SHOWN_END) + number[-SHOWN_END:]


def _population_row(persons: Path, person_id: str) -> int | None:
    if not persons.exists():
        return None
    rows = pl.scan_parquet(persons).filter(pl.col("person_id") == person_id).select("population_row").collect()
    return rows.item() if rows.height == 1 else None


def _side(identities: Path, register: str, row: int, role: str) -> Side | None:
    found = (
        pl.scan_parquet(identities)
        .filter((pl.col("register") == register) & (pl.col("row") == row) & (pl.col("role") == role))
        .select("name", "id_text", "birth_date", "address")
        .collect()
    )
    if found.height != 1:
        return None
    name, number, born, address = found.row(0)
    return Side(name, hidden(number), born, address)
