"""Writes one table as TOML: the few kinds of values that declarations hold. Reading it back gives the same table."""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any


def table(path: Sequence[str], entries: Mapping[str, Any]) -> str:
    """The table under a header of that path; lists of tables one entry a line.

    >>> print(table(("parameters", "a.b"), {"unit": "years", "values": [{"value": 18, "effective_from": date(2021, 1, 1)}]}))
    [parameters."a.b"]
    unit = "years"
    values = [
      { value = 18, effective_from = 2021-01-01 },
    ]
    <BLANKLINE>
    """
    header = ".".join(_key(part) for part in path)
    return "\n".join([f"[{header}]", *(f"{_key(name)} = {_rows(entry)}" for name, entry in entries.items()), ""])


def _rows(entry: Any) -> str:
    if isinstance(entry, list) and entry and all(isinstance(row, Mapping) for row in entry):
        return "[\n" + "".join(f"  {inline(row)},\n" for row in entry) + "]"
    return inline(entry)


def inline(entry: Any) -> str:
    """One value as it stands behind an equals sign.

    >>> inline({"state": ["在用", 1]})
    '{ state = ["在用", 1] }'
    """
    if isinstance(entry, Mapping):
        return "{ " + ", ".join(f"{_key(name)} = {inline(one)}" for name, one in entry.items()) + " }"
    if isinstance(entry, list | tuple):
        return "[" + ", ".join(inline(one) for one in entry) + "]"
    if isinstance(entry, bool):
        return "true" if entry else "false"
    if isinstance(entry, date):
        return entry.isoformat()
    return _text(entry) if isinstance(entry, str) else repr(entry)


def _key(name: str) -> str:
    return name if name.isascii() and name.replace("-", "_").isidentifier() else _text(name)


def _text(words: str) -> str:
    return json.dumps(words, ensure_ascii=False).replace("\x7f", "\\u007f")
