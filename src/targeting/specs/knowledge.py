"""When a register's rows and columns become known: the part of its specification that every later stage needs.

As of means *known by then* (DESIGN §5.4). A row is known from its event date plus the register's lag, and at the latest with the
snapshot that holds it. A column that holds only the present state is unknown before the snapshot's month.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from targeting.specs.registers import FactSpec, RegisterSpec


@dataclass(frozen=True, slots=True)
class Knowledge:
    """How one register's rows become known.

    `event` is the column of the event date (null: known with the snapshot), `lag_days` how late the register learns of it,
    `known_at` a column that says so itself, `current_only` the columns that hold the present state, `snapshot` the date of the
    extract, `facts` what its declaration says that a row tells of a person.
    """

    event: str | None
    lag_days: int
    snapshot: date
    current_only: frozenset[str] = frozenset()
    known_at: str | None = None
    facts: tuple[FactSpec, ...] = ()


def knowledge_of(specs: Mapping[str, RegisterSpec], *, snapshot: date) -> dict[str, Knowledge]:
    """How each declared register's rows become known, for an extract of `snapshot`."""
    return {
        name: Knowledge(
            event=spec.event.column if spec.event else None,
            lag_days=spec.event.lag_days if spec.event else 0,
            snapshot=snapshot,
            current_only=frozenset(spec.current_only),
            known_at=spec.event.known_at_column if spec.event else None,
            facts=spec.facts,
        )
        for name, spec in specs.items()
    }
