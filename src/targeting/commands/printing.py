"""How a command prints its result and ends: lines and tables for people, one JSON object for programs."""

import json
from collections.abc import Mapping
from typing import Any

import typer


def finish(result: Mapping[str, Any], *, as_json: bool, needs_a_look: bool = False) -> None:
    """The result is printed and the command ends, with code 1 where something needs a look."""
    if as_json:
        print(json.dumps(result, ensure_ascii=False, default=str))
    else:
        for key, value in result.items():
            if isinstance(value, list) and value and isinstance(value[0], dict):
                _print_table(key, value)
            else:
                print(f"{key}: {value}")
    raise typer.Exit(1 if needs_a_look else 0)


def _print_table(title: str, rows: list[dict[str, Any]]) -> None:
    """The rows under their column names, each column as wide as its widest cell."""
    cells = [list(rows[0]), *([_cell(value) for value in row.values()] for row in rows)]
    widths = [max(len(row[at]) for row in cells) for at in range(len(rows[0]))]
    print(f"{title}:")
    for row in cells:
        print("  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def _cell(value: object) -> str:
    return "–" if value is None or value != value else str(value)
