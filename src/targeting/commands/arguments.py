"""Options that several commands take, each with one name and one meaning."""

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from targeting.errors import InvalidInput

Home = Annotated[Path | None, typer.Option("--home", help="Folder of the installation; else $TARGETING_HOME, else ./.targeting.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the result as one JSON object.")]
SourcesFile = Annotated[Path, typer.Option("--sources", help="TOML file that says which file is which register.")]
Jurisdiction = Annotated[
    str | None, typer.Option("--jurisdiction", help="Whose law; else $TARGETING_JURISDICTION, else the home's settings.toml.")
]
As = Annotated[str, typer.Option("--as", help="Sign-in name of the person who acts; the password is asked for.")]
AsOf = Annotated[str, typer.Option("--as-of", help="Date of the assessment, YYYY-MM-DD.")]


def asked_password() -> str:
    """The password of the person who acts, asked for and never shown."""
    password: str = typer.prompt("Password", hide_input=True)
    return password


def day(text: str, option: str = "--as-of") -> date:
    """The date that an option names.

    Raises:
        InvalidInput: it is not a date.
    """
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidInput(f"{option} is {text!r}; expected a date such as 2026-10-31.") from None
