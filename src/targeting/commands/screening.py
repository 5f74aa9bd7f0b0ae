"""From register files to referrals: imaginary county, intake, screen, the whole monthly run, and exports."""

from pathlib import Path
from typing import Annotated

import typer

from targeting import settings as environment
from targeting.commands.arguments import AsJson, AsOf, Home, Jurisdiction, SourcesFile, day
from targeting.commands.printing import finish

app = typer.Typer()


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

    finish(simulation.simulate(to, persons=persons, months=months, seed=seed, as_of=day(as_of)), as_json=as_json)


@app.command()
def intake(sources: SourcesFile, as_of: AsOf, home: Home = None, as_json: AsJson = False) -> None:
    """Read the register files into a snapshot; print accepted, repaired and rejected rows of each."""
    from targeting.jobs import intake as job

    snapshot = job.take(sources, home=environment.closed_home(environment.load(home)), as_of=day(as_of))
    registers = snapshot.summary.select("register", "rows", "accepted", "repaired", "rejected").to_dicts()
    finish({"snapshot": snapshot.name, "registers": registers}, as_json=as_json, needs_a_look=snapshot.has_rejects)


@app.command()
def screen(jurisdiction: Jurisdiction = None, home: Home = None, as_json: AsJson = False) -> None:
    """Households, facts, findings, score, reasons and referrals of the newest link run."""
    from targeting.jobs import run as job

    finish(job.screen_newest(environment.load(home, jurisdiction=jurisdiction)), as_json=as_json)


@app.command()
def rescreen(jurisdiction: Jurisdiction = None, home: Home = None, as_json: AsJson = False) -> None:
    """Link and screen the newest snapshot again after links were judged or facts settled, and tell the cases."""
    from targeting.jobs import run as job

    finish(job.rescreen(environment.load(home, jurisdiction=jurisdiction)), as_json=as_json)


@app.command()
def run(sources: SourcesFile, as_of: AsOf, jurisdiction: Jurisdiction = None, home: Home = None, as_json: AsJson = False) -> None:
    """Intake, link, screen and opening of cases; safe to repeat, goes on where a killed run stopped."""
    from targeting.jobs import run as job

    settings = environment.load(home, jurisdiction=jurisdiction)
    result = job.run(sources, settings=settings, as_of=day(as_of))
    finish(result, as_json=as_json, needs_a_look=bool(result["rejected_rows"]))


@app.command()
def export(
    name: Annotated[str, typer.Argument(help="links, persons, rejects, findings, referrals, cells, visits, cases or catalogue.")],
    to: Annotated[Path, typer.Option("--to", help="File ending in .parquet, .csv or .xlsx.")],
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Write one table for others, with fixed column names."""
    from targeting.jobs import export as job
    from targeting.jobs import run as store

    settings = environment.load(home)
    rows = job.export(
        name,
        home=settings.home,
        to=to,
        cases=lambda: store.case_table(settings),
        catalogue=lambda: store.public_catalogue(settings),
    )
    finish({"table": name, "file": str(to), "rows": rows}, as_json=as_json)
