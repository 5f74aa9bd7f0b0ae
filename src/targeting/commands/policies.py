"""Parameter sets: propose one, approve somebody else's, and see what is in use, what waits and what changes."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from targeting import settings as environment
from targeting.commands.arguments import As, AsJson, Home, Jurisdiction, asked_password
from targeting.commands.printing import finish

app = typer.Typer(no_args_is_help=True, help="Publish parameter sets: one person proposes, a second one approves.")

Hash = Annotated[str, typer.Argument(help="Hash of the set; its first characters suffice.")]


@app.command()
def propose(
    folder: Annotated[Path, typer.Argument(help="Folder with the *.toml files of the set.")],
    login: As,
    note: Annotated[str, typer.Option("--note", help="Why, for the person who approves it.")],
    correct_past: Annotated[
        str, typer.Option("--correct-past", help="Why values of days that have passed change, where they do.")
    ] = "",
    jurisdiction: Jurisdiction = None,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """The set is checked and waits for a second person; what it changes, by date, is printed."""
    from targeting.jobs import policies, run
    from targeting.specs.parameter_sets import read_folder

    settings = environment.load(home, jurisdiction=jurisdiction)
    with run.opened_store(settings) as store:
        actor = run.signed_in(store, login, asked_password())
        proposed = read_folder(folder, settings.jurisdiction)
        made = policies.propose(settings, store, proposed, note=note, past_reason=correct_past, actor=actor)
    finish({"set": made.sha256, "waits_for": "a second person", "changes": _rows(made.changes, as_json)}, as_json=as_json)


@app.command()
def approve(
    sha256: Hash,
    login: As,
    jurisdiction: Jurisdiction = None,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """The set that somebody else proposed is published: the next run applies it."""
    from targeting.jobs import policies, run

    settings = environment.load(home, jurisdiction=jurisdiction)
    with run.opened_store(settings) as store:
        actor = run.signed_in(store, login, asked_password())
        done = policies.approve(settings, store, sha256=sha256, actor=actor)
    finish({"set": done.sha256, "jurisdiction": done.jurisdiction, "published": done.approved_at}, as_json=as_json)


@app.command(name="list")
def list_sets(jurisdiction: Jurisdiction = None, home: Home = None, as_json: AsJson = False) -> None:
    """The set in use, and every proposal with who made and who approved it."""
    from targeting.jobs import policies, run

    settings = environment.load(home, jurisdiction=jurisdiction)
    with run.opened_store(settings) as store:
        finish(policies.overview(settings, store), as_json=as_json)


@app.command()
def show(
    sha256: Annotated[str | None, typer.Argument(help="Hash of a proposed set; else the set in use.")] = None,
    to: Annotated[Path | None, typer.Option("--to", help="New folder for its files: the start of a draft.")] = None,
    jurisdiction: Jurisdiction = None,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Every parameter of a set with its value of today, document and article."""
    from targeting.jobs import policies, run

    settings = environment.load(home, jurisdiction=jurisdiction)
    with run.opened_store(settings) as store:
        if to is not None:
            policies.write_files(settings, store, sha256, to=to)
        finish(policies.shown(settings, store, sha256), as_json=as_json)


@app.command()
def diff(
    sha256: Hash,
    against: Annotated[str | None, typer.Option("--against", help="Hash of another set; else the one in use.")] = None,
    jurisdiction: Jurisdiction = None,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """What a set changes against the one in use, or against another one."""
    from targeting.jobs import policies, run

    settings = environment.load(home, jurisdiction=jurisdiction)
    with run.opened_store(settings) as store:
        compared = policies.compared(settings, store, sha256, against)
    finish({**compared, "changes": _rows(compared["changes"], as_json)}, as_json=as_json)


def _rows(changes: Sequence[Mapping[str, Any]], as_json: bool) -> list[dict[str, Any]]:
    """The changes, for people each old and new in short."""
    if as_json:
        return [dict(change) for change in changes]
    return [{**change, "old": _short(change["old"]), "new": _short(change["new"])} for change in changes]


def _short(told: Mapping[str, Any] | None) -> str | None:
    if told is None:
        return None
    value = str(told["value"]) if "value" in told else "…"
    source = " ".join(str(told[name]) for name in ("document", "article", "status") if name in told)
    return f"{value[:60]} ({source})" if source else value[:60]
