"""The law in use: its checks."""

import typer

from targeting.commands.arguments import AsJson
from targeting.commands.printing import finish

app = typer.Typer()


@app.command()
def catalogue(as_json: AsJson = False) -> None:
    """The checks: what each asks, by which article, in which direction."""
    from targeting.jobs import catalogue as job

    finish({"checks": job.catalogue()}, as_json=as_json)
