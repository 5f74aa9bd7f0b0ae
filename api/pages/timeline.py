"""The case's events in words: who (a person or the system), when, what, and what was written."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from targeting.cases.dossier import CaseDetail, TimelineEntry

from ..texts import Texts

QUOTED = ("text", "reason", "note", "resolution", "purpose", "summary")
CODED = {
    "finding": "finding",
    "cause": "cause",
    "verdict": "verdict",
    "judgement": "judgement",
    "channel": "channel",
    "route": "dispute_route",
    "state": "dispute_state",
}
OUTCOMES = {"hearing.recorded": "hearing_outcome", "visit.recorded": "visit_outcome"}
"""Which list of words a code of an event's payload belongs to."""


@dataclass(frozen=True, slots=True)
class Event:
    """One event as a line."""

    at: datetime
    who: str
    by_person: bool
    text: str
    quote: str


def timeline(d: CaseDetail, t: Texts) -> list[Event]:
    """The events of the case, newest first; several marks of one person in a row are one line."""
    events: list[Event] = []
    for entry in sorted(d.timeline, key=lambda e: e.seq, reverse=True):
        event = _event(entry, t)
        if events and entry.kind == "fact.marked" and events[-1].text == event.text and events[-1].who == event.who:
            continue
        events.append(event)
    return events


def _event(entry: TimelineEntry, t: Texts) -> Event:
    name = entry.kind.removeprefix("case.").replace(".", "_")
    text = t(f"event.{name}") if t.has(f"event.{name}") else t("event.other", kind=entry.kind)
    sections = CODED | {"outcome": OUTCOMES.get(entry.kind, "outcome")}
    codes = [t.of(section, str(entry.payload[key])) for key, section in sections.items() if entry.payload.get(key)]
    if codes and name != "fact_marked":
        text = f"{text}: {', '.join(codes)}"
    who = entry.actor.label if entry.actor else t("event.system")
    return Event(entry.at, who, entry.actor is not None, text, _quote(entry.content))


def _quote(content: Mapping[str, Any] | None) -> str:
    """What was written, if it is still kept."""
    if not content:
        return ""
    return "\n".join(str(content[key]) for key in QUOTED if content.get(key))
