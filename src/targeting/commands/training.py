"""Train a score, promote it, and measure links and referrals against what is known."""

from pathlib import Path
from typing import Annotated

import typer

from targeting import settings as environment
from targeting.commands.arguments import AsJson, Home
from targeting.commands.printing import finish
from targeting.errors import InvalidInput

app = typer.Typer()
train_app = typer.Typer(no_args_is_help=True, help="Train a score on past reviews.")
evaluate_app = typer.Typer(no_args_is_help=True, help="Measure links or referrals against a truth file.")
app.add_typer(train_app, name="train")
app.add_typer(evaluate_app, name="evaluate")


@train_app.command("over")
def train_over(
    by: Annotated[str, typer.Option("--by", help="Who trains; may not be the one who promotes.")],
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Train the *over* score on past reviews, with features as known at the month of each review."""
    from targeting.jobs import train as job

    finish(job.train_over(environment.load(home), by=by), as_json=as_json)


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

    finish(job.promote(environment.load(home), version=version, approver=approver, provisional=provisional), as_json=as_json)


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
        finish(measure.reviewed_links(reviewed, strata=strata), as_json=as_json)
    if sample is not None:
        if to is None:
            raise InvalidInput("--sample needs --to: the file for the sheet.")
        finish(measure.sample_links(environment.load(home).home, sample, to=to), as_json=as_json)
    assert truth is not None
    finish(measure.links(environment.load(home).home, truth, by=by), as_json=as_json)


@evaluate_app.command("referrals")
def evaluate_referrals(
    truth: Annotated[Path, typer.Option("--truth", help="case_no, population_row, benefit, direction, wrong, amount_month.")],
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Precision, recall and money found at capacity and over the whole ranking, with intervals."""
    from targeting.jobs import measure

    finish(measure.referrals(environment.load(home).home, truth), as_json=as_json)
