"""What one parameter set changes against another: each parameter by date, old and new; each other declaration that differs.

A change reaches back where a value in force on a day that has passed differs: such a change has to be explained, never silent.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from targeting.specs.parameter_sets import ParameterSet

PARAMETERS = "parameters"
DATES = ("effective_from", "effective_to")
SOURCE = ("document", "article", "status", "by", "note")
UNDATED = ("series", "instruments", "benefits")

Entry = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Change:
    """One difference; for a parameter from a day to a day (null: still), else of the whole declaration.

    `kind`: value (what is in force differs), source (only document, article, status or remark differ), added, removed or
    changed (a declaration as such). `old`, `new`: what was and will be declared, null where nothing was or will be.
    """

    part: str
    name: str
    kind: str
    effective_from: date | None
    effective_to: date | None
    unit: str
    old: Entry | None
    new: Entry | None

    def reaches_back(self, today: date) -> bool:
        """A value in force before today differs, or what applies without a date: a series, an instrument, a benefit."""
        if self.part in UNDATED:
            return self.kind in ("changed", "removed") and not _only_more(self.old or {}, self.new or {})
        return self.kind == "value" and self.effective_from is not None and self.effective_from < today


def changes(old: ParameterSet | None, new: ParameterSet) -> list[Change]:
    """Every difference, parameters first, in the order of names and days; all is new where there is no old set."""
    parts = {part for one in (old, new) if one for content in one.content.values() for part in content}
    found = []
    for part in sorted(parts, key=lambda part: (part != PARAMETERS, part)):
        before, after = old.entries(part) if old else {}, new.entries(part)
        for name in sorted({*before, *after}):
            was, will = before.get(name), after.get(name)
            if was == will:
                continue
            if part == PARAMETERS and (was is None or "values" in was) and (will is None or "values" in will):
                found += _of_parameter(name, was or {}, will or {})
            else:
                kind = "added" if was is None else "removed" if will is None else "changed"
                found.append(Change(part, name, kind, None, None, "", _plain(was), _plain(will)))
    return found


def _of_parameter(name: str, was: Entry, will: Entry) -> list[Change]:
    """The differences of one parameter: of its description, then of its values, day by day."""
    found = []
    unit = str(will.get("unit", was.get("unit", "")))
    told_before = {key: entry for key, entry in was.items() if key != "values"}
    told_after = {key: entry for key, entry in will.items() if key != "values"}
    if was and will and told_before != told_after:
        found.append(Change(PARAMETERS, name, "changed", None, None, unit, told_before, told_after))
    days = sorted({day for value in (*was.get("values", ()), *will.get("values", ())) for day in _edges(value)})
    for at, day in enumerate(days):
        until = days[at + 1] - timedelta(days=1) if at + 1 < len(days) else None
        old, new = _on(was, day), _on(will, day)
        if old == new:
            continue
        kind = "source" if _value(old) == _value(new) else "value"
        last = found[-1] if found else None
        if last and last.effective_to == day - timedelta(days=1) and (last.kind, last.old, last.new) == (kind, old, new):
            found[-1] = Change(PARAMETERS, name, kind, last.effective_from, until, unit, old, new)
        else:
            found.append(Change(PARAMETERS, name, kind, day, until, unit, old, new))
    return found


def _only_more(old: Entry, new: Entry) -> bool:
    """Nothing that was declared differs but its source; entries of lists may have been added."""
    told = [name for name in old if name not in SOURCE]
    return all(_told(old[name]) == _told(new.get(name)) or _adds(old[name], new.get(name)) for name in told)


def _adds(old: Any, new: Any) -> bool:
    if not isinstance(old, list) or not isinstance(new, list):
        return False
    kept = [_told(entry) for entry in new]
    return all(_told(entry) in kept for entry in old)


def _told(entry: Any) -> Any:
    return _value(entry) if isinstance(entry, Mapping) else entry


def _edges(value: Entry) -> list[date]:
    """The first day of a value, and the first day after it."""
    end = value.get("effective_to")
    return [value["effective_from"], *([end + timedelta(days=1)] if end else [])]


def _on(parameter: Entry, day: date) -> Entry | None:
    """What is declared for the day, without its dates."""
    for value in parameter.get("values", ()):
        end = value.get("effective_to")
        if value["effective_from"] <= day and (end is None or day <= end):
            return {key: entry for key, entry in value.items() if key not in DATES}
    return None


def _value(told: Entry | None) -> Entry | None:
    return None if told is None else {key: entry for key, entry in told.items() if key not in SOURCE}


def _plain(entry: Any) -> Entry | None:
    return entry if entry is None or isinstance(entry, Mapping) else {"value": entry}
