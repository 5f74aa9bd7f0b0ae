"""The review service: serve it, its accounts, its audit chain, the demonstration."""

from typing import Annotated

import typer

from targeting import settings as environment
from targeting.commands.arguments import AsJson, Home
from targeting.commands.printing import finish

app = typer.Typer()
audit_app = typer.Typer(no_args_is_help=True, help="Verify the audit chain.")
users_app = typer.Typer(no_args_is_help=True, help="Accounts of the review service.")
app.add_typer(audit_app, name="audit")
app.add_typer(users_app, name="users")


@audit_app.command("verify")
def audit_verify(home: Home = None, as_json: AsJson = False) -> None:
    """Walk the audit chain; name the first broken link, if there is one."""
    from targeting.jobs import run as job

    result = job.verify_audit(environment.load(home))
    finish(result, as_json=as_json, needs_a_look=not result["intact"])


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
    finish(account, as_json=as_json)


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
