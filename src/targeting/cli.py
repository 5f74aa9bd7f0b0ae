"""The command line (DESIGN §5.1): reads arguments, calls one job, prints its result.

Exit code 0: done · 1: done, with rejected or unprocessed items that need a look · 2: bad input or configuration, said in one
sentence. Progress goes to standard error; `--json` prints one JSON object as result.
"""

import json
import sys
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from targeting import settings as environment
from targeting.errors import InvalidInput, TargetingError

app = typer.Typer(name="targeting", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__)
train_app = typer.Typer(no_args_is_help=True, help="Train a score on past reviews.")
evaluate_app = typer.Typer(no_args_is_help=True, help="Measure links or referrals against a truth file.")
links_app = typer.Typer(no_args_is_help=True, help="Compare link runs.")
audit_app = typer.Typer(no_args_is_help=True, help="Verify the audit chain.")
users_app = typer.Typer(no_args_is_help=True, help="Accounts of the review service.")
app.add_typer(train_app, name="train")
app.add_typer(links_app, name="links")
app.add_typer(evaluate_app, name="evaluate")
app.add_typer(audit_app, name="audit")
app.add_typer(users_app, name="users")

Home = Annotated[Path | None, typer.Option("--home", help="Folder of the installation; else $TARGETING_HOME, else ./.targeting.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the result as one JSON object.")]
SourcesFile = Annotated[Path, typer.Option("--sources", help="TOML file that says which file is which register.")]
AsOf = Annotated[str, typer.Option("--as-of", help="Date of the assessment, YYYY-MM-DD.")]


def main() -> None:
    """The command line has run, and the process ends with the exit code of DESIGN §5.1."""
    try:
        app()
    except TargetingError as error:
        print(f"targeting: {error}", file=sys.stderr)
        sys.exit(2)


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidInput(f"--as-of is {text!r}; expected a date such as 2026-10-31.") from None


def _finish(result: Mapping[str, Any], *, as_json: bool, needs_a_look: bool = False) -> None:
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


@app.command()
def simulate(
    to: Annotated[Path, typer.Option("--to", help="Folder for the registers, one sub-folder a monthly snapshot.")],
    persons: Annotated[int, typer.Option(min=200, help="Registered persons.")] = 30_000,
    months: Annotated[int, typer.Option(min=1, max=24, help="Monthly snapshots.")] = 1,
    seed: Annotated[int, typer.Option(help="The same seed gives the same files.")] = 1,
    as_of: AsOf = "2026-10-31",
    as_json: AsJson = False,
) -> None:
    """An imaginary county with known truth, as its departments would send it."""
    from targeting.jobs import simulation

    _finish(simulation.simulate(to, persons=persons, months=months, seed=seed, as_of=_date(as_of)), as_json=as_json)


@app.command()
def intake(sources: SourcesFile, as_of: AsOf, home: Home = None, as_json: AsJson = False) -> None:
    """Read the register files into a snapshot; print accepted, repaired and rejected rows of each."""
    from targeting.jobs import intake as job

    snapshot = job.take(sources, home=environment.closed_home(environment.load(home)), as_of=_date(as_of))
    registers = snapshot.summary.select("register", "rows", "accepted", "repaired", "rejected").to_dicts()
    _finish({"snapshot": snapshot.name, "registers": registers}, as_json=as_json, needs_a_look=snapshot.has_rejects)


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
        _finish({"folder": files.folder, **files.counts}, as_json=as_json)
    done = job.link_newest(environment.load(home), retrain=retrain)
    _finish({"link_run": done.name, "snapshot": done.snapshot, **done.counts}, as_json=as_json)


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

    _finish(job.links_diff(environment.load(home).home, before=before, after=after, to=to), as_json=as_json)


@app.command()
def screen(home: Home = None, as_json: AsJson = False) -> None:
    """Households, facts, findings, score, reasons and referrals of the newest link run."""
    from targeting.jobs import run as job

    _finish(job.screen_newest(environment.load(home)), as_json=as_json)


@app.command()
def rescreen(home: Home = None, as_json: AsJson = False) -> None:
    """Link and screen the newest snapshot again after links were judged or facts settled, and tell the cases."""
    from targeting.jobs import run as job

    _finish(job.rescreen(environment.load(home)), as_json=as_json)


@app.command()
def run(sources: SourcesFile, as_of: AsOf, home: Home = None, as_json: AsJson = False) -> None:
    """Intake, link, screen and opening of cases; safe to repeat, goes on where a killed run stopped."""
    from targeting.jobs import run as job

    result = job.run(sources, settings=environment.load(home), as_of=_date(as_of))
    _finish(result, as_json=as_json, needs_a_look=bool(result["rejected_rows"]))


@app.command()
def export(
    name: Annotated[str, typer.Argument(help="links, persons, rejects, findings, referrals or cases.")],
    to: Annotated[Path, typer.Option("--to", help="File ending in .parquet, .csv or .xlsx.")],
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Write one table for others, with fixed column names."""
    from targeting.jobs import export as job
    from targeting.jobs import run as store

    settings = environment.load(home)
    rows = job.export(name, home=settings.home, to=to, cases=lambda: store.case_table(settings))
    _finish({"table": name, "file": str(to), "rows": rows}, as_json=as_json)


@train_app.command("over")
def train_over(
    by: Annotated[str, typer.Option("--by", help="Who trains; may not be the one who promotes.")],
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Train the *over* score on past reviews, with features as known at the month of each review."""
    from targeting.jobs import train as job

    _finish(job.train_over(environment.load(home), by=by), as_json=as_json)


@app.command()
def promote(
    version: Annotated[str, typer.Argument(help="Version number of the trained model.")],
    approver: Annotated[str, typer.Option("--approver", help="Who approves; not the trainer.")],
    provisional: Annotated[
        str | None, typer.Option("--provisional", help="Written reason to let it rank for three months where a gate lacks data.")
    ] = None,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Make a trained model the one that ranks from the next run on."""
    from targeting.jobs import train as job

    _finish(job.promote(environment.load(home), version=version, approver=approver, provisional=provisional), as_json=as_json)


@evaluate_app.command("links")
def evaluate_links(
    truth: Annotated[Path | None, typer.Option("--truth", help="Columns register, row, role, population_row.")] = None,
    by: Annotated[
        str, typer.Option("--by", help="register, or group: sex, age band and the other audit attributes.")
    ] = "register",
    sample: Annotated[int | None, typer.Option("--sample", help="Instead: draw so many pairs for reviewers, into --to.")] = None,
    to: Annotated[Path | None, typer.Option("--to", help="New file for the sheet (JSON of RecordLinkage ANNOTATOR).")] = None,
    reviewed: Annotated[Path | None, typer.Option("--reviewed", help="Instead: the sheet as the reviewers left it.")] = None,
    strata: Annotated[Path | None, typer.Option("--strata", help="Its strata, if they are not beside it.")] = None,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Precision, recall and F1 of the links by level and register or group, from a truth file or a clerical sample."""
    from targeting.jobs import measure

    if sum(given is not None for given in (truth, sample, reviewed)) != 1:
        raise InvalidInput("Give one of --truth, --sample (with --to) and --reviewed.")
    if reviewed is not None:
        _finish(measure.reviewed_links(reviewed, strata=strata), as_json=as_json)
    if sample is not None:
        if to is None:
            raise InvalidInput("--sample needs --to: the file for the sheet.")
        _finish(measure.sample_links(environment.load(home).home, sample, to=to), as_json=as_json)
    assert truth is not None
    _finish(measure.links(environment.load(home).home, truth, by=by), as_json=as_json)


@evaluate_app.command("referrals")
def evaluate_referrals(
    truth: Annotated[Path, typer.Option("--truth", help="case_no, population_row, benefit, direction, wrong, amount_month.")],
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Precision, recall and money found at capacity and over the whole ranking, with intervals."""
    from targeting.jobs import measure

    _finish(measure.referrals(environment.load(home).home, truth), as_json=as_json)


@app.command()
def catalogue(as_json: AsJson = False) -> None:
    """The checks: what each asks, by which article, in which direction."""
    from targeting.jobs import catalogue as job

    _finish({"checks": job.catalogue()}, as_json=as_json)


@audit_app.command("verify")
def audit_verify(home: Home = None, as_json: AsJson = False) -> None:
    """Walk the audit chain; name the first broken link, if there is one."""
    from targeting.jobs import run as job

    result = job.verify_audit(environment.load(home))
    _finish(result, as_json=as_json, needs_a_look=not result["intact"])


@users_app.command("add")
def users_add(
    name: Annotated[str, typer.Argument(help="Sign-in name.")],
    role: Annotated[str, typer.Option("--role", help="caseworker or supervisor.")],
    label: Annotated[str, typer.Option("--label", help="Name as shown to colleagues.")],
    office: Annotated[list[str] | None, typer.Option("--office", help="Office whose cases they see; repeat for several.")] = None,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Create an account; the password is asked for and never shown."""
    from targeting.jobs import run as job

    password = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    account = job.add_user(environment.load(home), name=name, role=role, label=label, offices=office or [], password=password)
    _finish(account, as_json=as_json)


@app.command()
def serve(home: Home = None) -> None:
    """Serve the review pages and the API on the address of the settings (127.0.0.1:8000)."""
    from targeting_api import serve as start

    start(environment.load(home))


@app.command()
def demo(
    persons: Annotated[int, typer.Option(min=1000, help="Registered persons of the imaginary county.")] = 30_000,
    only_prepare: Annotated[bool, typer.Option("--only-prepare", help="Everything but serving.")] = False,
    home: Home = None,
) -> None:
    """Imaginary county, two months of it, trained score, demo accounts and the review service."""
    from targeting_api import serve as start

    from targeting.jobs import demo as job

    settings = environment.load(home)
    job.prepare(settings, persons=persons)
    if not only_prepare:
        start(settings)


if __name__ == "__main__":
    main()
