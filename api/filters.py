"""Filters of the queue as they stand in an address: typed, none silently ignored, never an ID number."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from targeting.cases.codes import Direction, Finding, State, Strength
from targeting.cases.queue import Filters, View
from targeting.cases.records import Actor
from targeting.eligibility import checks
from targeting.errors import InvalidInput

from .texts import Texts

BENEFITS = ("dibao", "dis_living", "dis_care")
CHECKS = tuple(sorted(checks.CHECKS, key=lambda code: (code[0] != "X", code)))
"""The checks of this version, those of the over direction first."""
FILTERS = ("direction", "benefit", "strength", "state", "check", "office", "finding", "text", "run")
CODED = {"direction": Direction, "strength": Strength, "state": State, "finding": Finding}


@dataclass(frozen=True, slots=True)
class FilterField:
    """One drop-down of the filter bar."""

    name: str
    options: tuple[tuple[str, str], ...]
    value: str


@dataclass(frozen=True, slots=True)
class Chip:
    """An active filter and the address without it."""

    label: str
    without: str


def looks_like_identity(text: str) -> bool:
    """Whether a text could be a resident ID: it must not come into an address or a log."""
    compact = "".join(text.split())
    return len(compact) in (15, 18) and compact[:-1].isdigit() and (compact[-1].isdigit() or compact[-1] in "xX")


def filters_of(params: Mapping[str, str]) -> Filters:
    """The typed filters of an address.

    Raises:
        InvalidInput: a filter has a value that does not exist, or holds what may be an ID number.
    """
    typed: dict[str, Any] = {}
    faults = []
    for name in FILTERS:
        value = params.get(name, "").strip()
        if not value:
            continue
        try:
            typed[name] = CODED[name](value) if name in CODED else value
        except ValueError:
            faults.append(f"{name}: expected one of {', '.join(CODED[name])}.")
    if looks_like_identity(params.get("text", "")):
        faults.append("text: an ID number does not belong in an address. Use the search box.")
    if faults:
        raise InvalidInput("The filter does not fit.", faults=faults)
    return Filters(**typed)


def view_of(text: str) -> View:
    """The saved view of that name.

    Raises:
        InvalidInput: there is none.
    """
    try:
        return View(text)
    except ValueError:
        raise InvalidInput(f"view: expected one of {', '.join(View)}.") from None


def kept(view: View, params: Mapping[str, str]) -> dict[str, str]:
    """View and filters of an address, for links that keep them."""
    return {"view": view.value, **{name: params[name] for name in FILTERS if params.get(name)}}


def chips(address: Mapping[str, str], t: Texts) -> list[Chip]:
    """The active filters, each with a way to remove it."""
    found = []
    for name in FILTERS:
        if name in address:
            rest = {key: value for key, value in address.items() if key != name}
            label = f"{t('filter.' + name)}: {t.of(name, address[name])}"
            found.append(Chip(label, "/queue?" + urlencode(rest)))
    return found


def filter_fields(address: Mapping[str, str], actor: Actor, t: Texts) -> list[FilterField]:
    """The drop-downs of the filter bar with what is chosen."""
    offered: dict[str, tuple[tuple[str, str], ...]] = {
        "direction": tuple((code.value, t(f"direction.{code}_long")) for code in Direction),
        "benefit": tuple((code, t.of("benefit", code)) for code in BENEFITS),
        "check": tuple((code, f"{code} {t.of('check', code)}") for code in CHECKS),
        "strength": tuple((code.value, t.of("strength", code)) for code in Strength),
        "state": tuple((code.value, t.of("state", code)) for code in State),
    }
    if actor.offices and len(actor.offices) > 1:
        offered["office"] = tuple((office, office) for office in sorted(actor.offices))
    return [FilterField(name, options, address.get(name, "")) for name, options in offered.items()]
