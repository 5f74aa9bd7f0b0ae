"""The law in use: its checks, and how it is changed."""

from pathlib import Path
from typing import Annotated

import typer

from targeting import settings as environment
from targeting.cases.codes import Power
from targeting.commands import policies
from targeting.commands.arguments import AsJson, Home, Jurisdiction, asked_password, day
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


@app.command()
def whatif(
    told: Annotated[
        list[str] | None, typer.Option("--set", help="name=number, e.g. dibao.standard=860: money in whole units, not cents.")
    ] = None,
    draft: Annotated[Path | None, typer.Option("--draft", help="Instead: a folder with a whole parameter set.")] = None,
    law_on: Annotated[str | None, typer.Option("--from", help="Day whose law is compared; else the day of the run.")] = None,
    to: Annotated[Path | None, typer.Option("--to", help="File for the families that change; needs --as.")] = None,
    login: Annotated[
        str | None, typer.Option("--as", help="Sign-in name: auditors see groups of people, others may write --to.")
    ] = None,
    jurisdiction: Jurisdiction = None,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """What a change of the law would do to everybody of the newest run: who enters, who leaves, money, hours."""
    from targeting.jobs import export, run
    from targeting.jobs import whatif as job
    from targeting.specs.parameter_sets import read_folder

    settings = environment.load(home, jurisdiction=jurisdiction)
    with run.opened_store(settings) as store:
        actor = run.signed_in(store, login, asked_password()) if login else None
        whole = read_folder(draft, settings.jurisdiction) if draft else None
        on = day(law_on, "--from") if law_on else None
        answer = job.ask(settings, store, told=told or [], draft=whole, on=on)
        if to is not None:
            export.write(job.families(store, answer, actor=actor), to)
    groups = job.groups(settings.home, answer.key) if actor and actor.may(Power.READ_GROUPS) else None
    finish(answer.as_json(groups) if as_json else answer.in_words(groups), as_json=as_json)
