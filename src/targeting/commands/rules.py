"""The law in use: its checks, and how it is changed."""

from pathlib import Path
from typing import Annotated

import typer

from targeting import settings as environment
from targeting.cases.codes import Power
from targeting.commands import policies
from targeting.commands.arguments import As, AsJson, Home, Jurisdiction, asked_password, day
from targeting.commands.printing import finish

app = typer.Typer()
app.add_typer(policies.app, name="policies")

SHOWN = ("check", "state", "because", "direction", "title_zh", "title_en", "legal_basis", "consequence", "subjects", "hits")
"""Columns of the printed catalogue; `--json` gives all."""


@app.command()
def catalogue(jurisdiction: Jurisdiction = None, home: Home = None, as_json: AsJson = False) -> None:
    """The checks: what each asks, by which article, and whether it runs; if not, why."""
    from targeting.jobs import catalogue as job
    from targeting.jobs import run

    found = run.catalogue_of(environment.load(home, jurisdiction=jurisdiction))
    rows = job.lines(found)
    shown = rows if as_json else [{name: row[name] for name in SHOWN} for row in rows]
    finish({"as_of": found.as_of, "run": found.run, "checks": shown}, as_json=as_json)


@app.command()
def check_on(
    check: Annotated[str, typer.Argument(help="Code of the check, such as X10.")],
    login: As,
    reason: Annotated[str, typer.Option("--reason", help="Why it may run again.")],
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """A check that switched itself off runs again from the next run on."""
    from targeting.cases import check_switches
    from targeting.dates import now
    from targeting.jobs import run

    with run.opened_store(environment.load(home)) as store:
        actor = run.signed_in(store, login, asked_password())
        switch = check_switches.switch_on(store, check, reason=reason, actor=actor, at=now())
    finish({"check": switch.check, "running": switch.running, "by": actor.name, "reason": switch.reason}, as_json=as_json)


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
