"""The demonstration: an imaginary county, two months of it, a score trained on its past reviews, and accounts to sign in with.

Nothing here knows the county's truth; the score is trained and promoted by the same commands that an office uses.
"""

from datetime import date
from pathlib import Path

from targeting.cases import accounts
from targeting.cases.codes import Role
from targeting.dates import now
from targeting.errors import NotAllowed
from targeting.jobs import run, simulation, train
from targeting.jobs.progress import say
from targeting.settings import Settings

FIRST_MONTH = date(2026, 9, 30)
SEED = 20260930
PASSWORD = "demo-only-passphrase"
ACCOUNTS = (("wang", "王建国", Role.CASEWORKER), ("li", "李淑芬", Role.CASEWORKER), ("zhao", "赵立新", Role.SUPERVISOR))


def prepare(settings: Settings, *, persons: int) -> None:
    """The home holds two screened months with open cases, a promoted score where its gates are passed, and three accounts."""
    county = simulation.simulate(settings.home / "county", persons=persons, months=2, seed=SEED, as_of=FIRST_MONTH)
    first, second = county["snapshots"]
    _say_run(_screened(settings, first))
    _train(settings)
    _say_run(_screened(settings, second))
    _open_accounts(settings)
    say(f"\nOpen http://{settings.host}:{settings.port} and sign in:")
    for login, name, role in ACCOUNTS:
        say(f"  {login:6} {PASSWORD}  ({name}, {role.value})")


def _screened(settings: Settings, snapshot: dict[str, str]) -> dict[str, object]:
    return run.run(Path(snapshot["sources"]), settings=settings, as_of=date.fromisoformat(snapshot["as_of"]))


def _say_run(result: dict[str, object]) -> None:
    cases = result["cases"]
    say(f"[bold]{result['run']}[/]: ranked by {result['ranked_by']}; rejected rows {result['rejected_rows']}; cases {cases}")


def _train(settings: Settings) -> None:
    trained = train.train_over(settings, by="demo data scientist")
    lacking = any(gate["answer"] == "insufficient" for gate in trained["gates"])
    reason = "demonstration: two years of one county's reviews are few" if lacking else None
    try:
        train.promote(settings, version=trained["version"], approver="demo supervisor", provisional=reason)
    except NotAllowed as refusal:
        say(f"The score is not promoted, findings and money go on ranking: {refusal}")


def _open_accounts(settings: Settings) -> None:
    with run.opened_store(settings) as store:
        known = {account.login for account in accounts.accounts(store)}
        for login, name, role in ACCOUNTS:
            if login not in known:
                accounts.create_user(store, login=login, name=name, password=PASSWORD, role=role, county_wide=True, at=now())
