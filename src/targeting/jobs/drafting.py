"""An unknown file → a draft of its specification and of a sources file, in a folder of its own, for a person to complete."""

import os
import re
from pathlib import Path
from typing import Any

from targeting.errors import InvalidInput
from targeting.jobs.progress import step
from targeting.registers.draft import draft
from targeting.specs.registers import load_registers
from targeting.specs.values import load_values

_NAME = re.compile(r"[a-z][a-z0-9_]*")


def draft_specification(file: Path, *, to: Path, register: str | None = None, sheet: str | None = None) -> dict[str, Any]:
    """`<register>.toml` and `sources.toml` lie in the folder `to`.

    Raises:
        InvalidInput: the file is not there or cannot be read, the name is none, or the drafts would replace a file.
    """
    if not file.is_file():
        raise InvalidInput(f"The file {file} does not exist. Name the register's file.")
    specs = load_registers()
    name = register or _name_of(file)
    if not _NAME.fullmatch(name) or name in specs:
        raise InvalidInput(f"--register is {name!r}; expected a new name of letters, digits and _, such as housing_fund.")
    specification, sources = to / f"{name}.toml", to / "sources.toml"
    there = [path.name for path in (specification, sources) if path.exists()]
    if there:
        raise InvalidInput(f"{to} holds {' and '.join(there)} already; nothing was changed. Name another folder with --to.")
    place = os.path.relpath(file.resolve(), to.resolve())
    with step(f"look at {file.name}"):
        made = draft(
            file,
            register=name,
            place=place,
            specs=specs,
            values=load_values(),
            sheet=int(sheet) if sheet is not None and sheet.isdecimal() else sheet,
        )
    to.mkdir(parents=True, exist_ok=True)
    specification.write_text(made.specification, encoding="utf-8")
    sources.write_text(made.sources, encoding="utf-8")
    return {
        "specification": str(specification),
        "sources": str(sources),
        "like": f"{made.like.register} (by {made.like.by})" if made.like else None,
        "rows": made.rows,
        "columns": [
            {
                "column": column.header,
                "type": column.type.value,
                "fit": f"{column.share:.1%}",
                "filled": f"{column.filled:.1%}",
            }
            for column in made.profiles
        ],
    }


def _name_of(file: Path) -> str:
    """The file's name in letters and digits, where it has some."""
    plain = re.sub(r"[^a-z0-9]+", "_", file.stem.lower()).strip("_")
    return plain if _NAME.fullmatch(plain) and plain not in load_registers() else "new_register"
