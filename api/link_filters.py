"""Filters of the link review as they stand in an address: typed codes only, never a name or a number."""

import base64
import binascii
import json
import re
from collections.abc import Mapping
from enum import StrEnum

from targeting.errors import InvalidInput
from targeting.reports.link_review import BANDS, LinkFilters, Place, Said, View

FILTERS = ("view", "said", "register", "rule", "band", "office")
CODE = re.compile(r"^[a-z0-9_]{1,40}$")
CASE = re.compile(r"^[0-9a-f-]{1,36}$")
LONGEST_OFFICE = 40


def filters_of(params: Mapping[str, str]) -> LinkFilters:
    """The typed filters of an address.

    Raises:
        InvalidInput: a filter has a value that cannot be.
    """
    faults: list[str] = []
    given = {name: params.get(name, "").strip() for name in FILTERS}
    view, said = _one_of(View, given["view"] or View.CASES, faults), _one_of(Said, given["said"] or Said.UNDECIDED, faults)
    for name in ("register", "rule"):
        if given[name] and not CODE.match(given[name]):
            faults.append(f"{name}: expected a code.")
    if given["band"] and given["band"] not in BANDS:
        faults.append(f"band: expected one of {', '.join(BANDS)}.")
    if len(given["office"]) > LONGEST_OFFICE or any(character.isdigit() for character in given["office"]):
        faults.append("office: expected the name of an office.")
    if faults:
        raise InvalidInput("The filter does not fit.", faults=faults)
    return LinkFilters(
        View(view), Said(said), given["register"] or None, given["rule"] or None, given["band"] or None, given["office"] or None
    )


def kept(params: Mapping[str, str]) -> dict[str, str]:
    """Filters of an address, and the case from which the reader came, for links that keep them."""
    address = {name: params[name] for name in FILTERS if params.get(name)}
    return address | ({"case": params["case"]} if CASE.match(params.get("case", "")) else {})


def cursor_of(place: Place | None) -> str | None:
    """The place as an opaque text."""
    if place is None:
        return None
    return base64.urlsafe_b64encode(json.dumps([place.first, place.place]).encode()).decode().rstrip("=")


def place_of(cursor: str | None) -> Place | None:
    """The place that a cursor names.

    Raises:
        InvalidInput: it was not given out here.
    """
    if not cursor:
        return None
    try:
        first, place = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if not all(isinstance(part, int) and abs(part) < 2**60 for part in (first, place)):
            raise ValueError("not a place")
        return Place(first, place)
    except (ValueError, TypeError, binascii.Error):
        raise InvalidInput("cursor: expected one that an earlier page gave out. Start again without it.") from None


def _one_of(codes: type[StrEnum], value: str, faults: list[str]) -> str:
    if value in list(codes):
        return value
    faults.append(f"{codes.__name__.lower()}: expected one of {', '.join(codes)}.")
    return next(iter(codes))
