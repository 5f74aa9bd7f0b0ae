"""Clocks and limits of the case work: typed form of `models/casework/clocks.toml`, each value a fact that holds for the office.

A value that is missing, of the wrong type or below 1 is a fault; all faults are reported at once.
"""

from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta, timezone
from typing import Any

from targeting.dates import add_workdays
from targeting.errors import Misconfigured
from targeting.specs.loading import declaration


@dataclass(frozen=True, slots=True)
class Casework:
    """The clocks and limits in force; names are those of the declaration, units are written there."""

    reply_window: int
    case_deadline: int
    register_answer: int
    rest: int
    lease: int
    longest_snooze: int
    bulk: int
    password_characters: int
    sign_in_failures: int
    sign_in_lock: int
    session: int
    session_idle: int
    idempotency: int
    local_time: int
    holidays: frozenset[date]
    workdays: frozenset[date]
    sha256: str

    def day(self, at: datetime) -> date:
        """The local day of an instant.

        >>> load_casework().day(datetime.fromisoformat("2026-10-30T17:00Z"))
        datetime.date(2026, 10, 31)
        """
        return at.astimezone(timezone(timedelta(hours=self.local_time))).date()

    def after(self, day: date, workdays: int) -> date:
        """The date that many workdays after `day`, holidays left out and decreed workdays counted.

        >>> load_casework().after(date(2026, 9, 30), 3)
        datetime.date(2026, 10, 10)
        """
        return add_workdays(day, workdays, holidays=self.holidays, workdays=self.workdays)


def load_casework(name: str = "clocks") -> Casework:
    """The declared clocks and limits.

    Raises:
        Misconfigured: a value is missing, not a whole number, below 1, or a calendar entry is not a date.
    """
    declared, sha256 = declaration("casework", name)
    numbers = [f.name for f in fields(Casework) if f.name not in ("holidays", "workdays", "sha256")]
    calendar = declared.get("calendar", {})
    faults = [f"{key}.value: expected a whole number of at least 1" for key in numbers if not _is_count(declared.get(key))]
    faults += [
        f"calendar.{key}: expected a list of dates"
        for key in ("holidays", "workdays")
        if not all(isinstance(day, date) for day in calendar.get(key, [None]))
    ]
    if faults:
        raise Misconfigured(f"models/casework/{name}.toml has {len(faults)} faults. Correct each.", faults=faults)
    return Casework(
        **{key: declared[key]["value"] for key in numbers},
        holidays=frozenset(calendar["holidays"]),
        workdays=frozenset(calendar["workdays"]),
        sha256=sha256,
    )


def _is_count(entry: Any) -> bool:
    value = entry.get("value") if isinstance(entry, dict) else None
    return isinstance(value, int) and not isinstance(value, bool) and value >= 1
