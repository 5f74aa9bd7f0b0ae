"""Typed form of models/casework/minutes.toml: what a flagged subject costs in officers' minutes, by direction."""

from targeting.errors import Misconfigured
from targeting.specs.loading import declaration

DIRECTIONS = ("over", "missing")


def load_minutes() -> dict[str, int]:
    """Minutes a case, by direction.

    Raises:
        Misconfigured: a direction has no whole number of minutes.
    """
    declared, _ = declaration("casework", "minutes")
    found = {direction: declared.get(direction, {}).get("value") for direction in DIRECTIONS}
    if faults := [f"{name}.value: expected a whole number" for name, value in found.items() if not isinstance(value, int)]:
        raise Misconfigured("models/casework/minutes.toml is wrong. Correct it.", faults=faults)
    return {name: int(value) for name, value in found.items() if isinstance(value, int)}
