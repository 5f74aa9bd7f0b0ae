"""The law in use: its checks, and how it is changed."""

import typer

from targeting import settings as environment
from targeting.commands import policies
from targeting.commands.arguments import AsJson, Home, Jurisdiction
from targeting.commands.printing import finish

app = typer.Typer()
app.add_typer(policies.app, name="policies")


@app.command()
def catalogue(jurisdiction: Jurisdiction = None, home: Home = None, as_json: AsJson = False) -> None:
    """The checks: what each asks, by which article, in which direction."""
    from targeting.jobs import catalogue as job
    from targeting.jobs import run

    law = run.law(environment.load(home, jurisdiction=jurisdiction))
    finish({"checks": job.catalogue(law.policy)}, as_json=as_json)
