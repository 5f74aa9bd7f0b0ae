"""When a register's rows and columns become known: the part of its specification that every later stage needs.

As of means *known by then* (DESIGN §5.4). A row is known from its event date plus the register's lag, and at the latest with the
snapshot that holds it. A column that holds only the present state is unknown before the snapshot's month.
"""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Knowledge:
    """How one register's rows become known.

    `event` is the column of the event date (null: known with the snapshot), `lag_days` how late the register learns of it,
    `current_only` the columns that hold the present state, `snapshot` the date of the extract.
    """

    event: str | None
    lag_days: int
    snapshot: date
    current_only: frozenset[str] = frozenset()
