"""Who is who: link the newest snapshot or files of any person data, compare link runs."""

from pathlib import Path
from typing import Annotated

import typer

from targeting import settings as environment
from targeting.commands.arguments import AsJson, Home
from targeting.commands.printing import finish
from targeting.errors import InvalidInput

app = typer.Typer()
links_app = typer.Typer(no_args_is_help=True, help="Compare link runs.")
app.add_typer(links_app, name="links")


@app.command()
def link(
    left: Annotated[Path | None, typer.Option("--left", help="Instead of a snapshot: a file of person data.")] = None,
    right: Annotated[Path | None, typer.Option("--right", help="File to link it to.")] = None,
    dedupe: Annotated[bool, typer.Option("--dedupe", help="Instead of --right: find the duplicates within --left.")] = False,
    spec: Annotated[str | None, typer.Option("--spec", help="Declaration in models/linkage, or a TOML file, for --left.")] = None,
    to: Annotated[Path | None, typer.Option("--to", help="Folder for the links of --left.")] = None,
    trained: Annotated[
        Path | None, typer.Option("--trained", help="Folder that an earlier run of --left wrote: its weights hold.")
    ] = None,
    retrain: Annotated[
        bool, typer.Option("--retrain", help="Learn the weights anew, from judgements too, and keep a second opinion.")
    ] = False,
    full: Annotated[bool, typer.Option("--full", help="Decide every identity again, not only what changed.")] = False,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Resolve the newest snapshot's identities to persons; or link files of any person data (--left, --right or --dedupe)."""
    from targeting.jobs import link_files
    from targeting.jobs import run as job

    if left is not None:
        if spec is None or to is None:
            raise InvalidInput("--left needs --spec (a declaration of models/linkage or a TOML file) and --to (a new folder).")
        if dedupe == (right is not None):
            raise InvalidInput("--left needs either --right (a file to link it to) or --dedupe (duplicates within it).")
        files = link_files.link_files(left, right, spec=spec, to=to, trained=trained)
        finish({"folder": files.folder, **files.counts}, as_json=as_json)
    done = job.link_newest(environment.load(home), retrain=retrain, full=full)
    finish({"link_run": done.name, "snapshot": done.snapshot, **done.counts}, as_json=as_json)


@links_app.command("diff")
def links_diff(
    before: Annotated[str, typer.Option("--before", help="Name of the earlier link run.")],
    after: Annotated[str | None, typer.Option("--after", help="Name of the later one; else the newest.")] = None,
    to: Annotated[Path | None, typer.Option("--to", help="File for every change, one a row.")] = None,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """What differs between two link runs, and why."""
    from targeting.jobs import links_diff as job

    finish(job.links_diff(environment.load(home).home, before=before, after=after, to=to), as_json=as_json)
