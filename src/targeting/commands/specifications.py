"""Specifications of registers."""

from pathlib import Path
from typing import Annotated

import typer

from targeting.commands.arguments import AsJson
from targeting.commands.printing import finish

app = typer.Typer()
specs_app = typer.Typer(no_args_is_help=True, help="Specifications of registers.")
app.add_typer(specs_app, name="specs")


@specs_app.callback()
def specs() -> None:
    """Specifications of registers."""


@specs_app.command()
def draft(
    file: Annotated[Path, typer.Argument(help="A register's file of which nothing is declared yet.")],
    to: Annotated[Path, typer.Option("--to", help="Folder for the drafts; nothing in it is replaced.")],
    register: Annotated[str | None, typer.Option("--register", help="Name of the register; else the file's.")] = None,
    sheet: Annotated[str | None, typer.Option("--sheet", help="Of a workbook: name of the sheet, or number from 1.")] = None,
    as_json: AsJson = False,
) -> None:
    """Propose a specification for a file: layout, types with the share of cells that fit, codes, the register it is like."""
    from targeting.jobs import drafting as job

    finish(job.draft_specification(file, to=to, register=register, sheet=sheet), as_json=as_json)
