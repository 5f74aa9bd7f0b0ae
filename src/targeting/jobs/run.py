"""The monthly run: intake, link, screen, open cases. Safe to repeat; a killed run goes on where it stopped.

What people have decided flows back as data: judgements on links into linkage, dispositions of facts into the findings.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from targeting.cases import accounts, audit, feedback, migrate, process, queue
from targeting.cases.codes import Role
from targeting.cases.records import Actor
from targeting.cases.store import Store
from targeting.dates import now
from targeting.errors import InvalidInput
from targeting.frames.assessment import DISPOSITIONS
from targeting.frames.identity import JUDGEMENTS
from targeting.jobs import catalogue, intake, opening, policies, precision, screen
from targeting.jobs import link as linking
from targeting.jobs.lake import Lake
from targeting.jobs.policies import LawInUse
from targeting.settings import Settings, closed_home
from targeting.specs.parameter_sets import shipped


def run(sources: Path, *, settings: Settings, as_of: date) -> dict[str, Any]:
    """The registers are read, linked and screened, and the cases within capacity are open.

    Raises:
        InvalidInput: a file cannot be read; all faults of all files at once.
        ParameterNotInForce: the law has no value for the date.
    """
    snapshot = intake.take(sources, home=settings.home, as_of=as_of)
    with opened_store(settings) as store:
        process.note_silence(store, at=now())
        done = _screened(settings, store, snapshot.name)
    return {
        **done,
        "rejected_rows": int(snapshot.summary["rejected"].sum()),
        "registers": snapshot.summary.select("register", "rows", "accepted", "repaired", "rejected").to_dicts(),
    }


def rescreen(settings: Settings) -> dict[str, Any]:
    """The newest snapshot is linked and screened again, bound by what was judged and settled since, and the cases are told.

    A case that rested on a cut link loses what rested on it, or stands on its other facts.

    Raises:
        NotFound: there is no snapshot yet.
    """
    with opened_store(settings) as store:
        return _screened(settings, store, Lake(settings.home).newest("snapshots"))


def link_newest(settings: Settings, *, retrain: bool = False, full: bool = False) -> linking.LinkRun:
    """The newest snapshot is linked, bound by what officers have judged; `retrain`: with weights learnt anew from that too.

    `full`: every identity is decided again, not only what changed.
    """
    with opened_store(settings) as store:
        return linking.link(settings.home, judgements=_judgements(store), retrain=retrain, full=full)


def screen_newest(settings: Settings) -> dict[str, Any]:
    """The newest link run is screened; no case opens."""
    with opened_store(settings) as store:
        in_use, lake = policies.law_in_use(settings, store), Lake(settings.home)
        snapshot = str(lake.manifest("links", lake.newest("links"))["snapshot"])
        off = _switched_off(settings, store, in_use, snapshot)
        done = screen.screen(settings.home, law=in_use, dispositions=_dispositions(store), switched_off=off)
    told = {"run": done.name, "law": policies.said(done.manifest["law"]), "ranked_by": done.manifest["model"]}
    return {**told, **done.manifest["counts"], "checks": done.manifest["checks"]}


def case_table(settings: Settings) -> pl.DataFrame:
    """The cases as the screen shows them: machine flag and human outcome in separate columns."""
    with opened_store(settings) as store:
        return pl.DataFrame(list(queue.all_rows(store)), infer_schema_length=None)


def verify_audit(settings: Settings) -> dict[str, Any]:
    """Whether the audit chain is whole, and which link is the first broken one."""
    with opened_store(settings) as store:
        found = audit.verify(store)
    return {"intact": found.ok, "events": found.events, "first_broken": found.broken_seq, "problem": found.problem}


def law(settings: Settings) -> LawInUse:
    """The law that the home applies; the sample in a home that has no case store yet.

    Raises:
        Misconfigured: there is no such law, or its files are not those that were approved.
    """
    if not settings.has_store:
        return LawInUse(shipped(settings.jurisdiction), published=False)
    with opened_store(settings) as store:
        return policies.law_in_use(settings, store)


def catalogue_of(settings: Settings) -> catalogue.Catalogue:
    """The catalogue of the home; without switches in a home that has no case store yet."""
    if not settings.has_store:
        return catalogue.catalogue(settings, law(settings).policy, switches={})
    with opened_store(settings) as store:
        return catalogue.of_home(settings, store, policies.law_in_use(settings, store).policy)


def public_catalogue(settings: Settings) -> pl.DataFrame:
    """The catalogue that anybody may read (G17), one check a row."""
    return catalogue.table(catalogue.public(catalogue_of(settings)))


def signed_in(store: Store, login: str, password: str) -> Actor:
    """The person at the command line, known by sign-in name and password.

    Raises:
        SignInRefused: login or password is wrong, or the account is locked or closed.
    """
    session = accounts.sign_in(store, login=login, password=password, at=now())
    accounts.sign_out(store, token=session.token, at=now())
    return session.actor


def add_user(settings: Settings, *, name: str, role: str, label: str, offices: list[str], password: str) -> dict[str, Any]:
    """The account exists; without offices it sees the whole county.

    Raises:
        InvalidInput: there is no such role.
    """
    if role not in list(Role):
        raise InvalidInput(f"--role is {role!r}; expected one of {', '.join(Role)}.")
    with opened_store(settings) as store:
        made = accounts.create_user(
            store, login=name, name=label, password=password, role=Role(role),
            offices=tuple(offices), county_wide=not offices, at=now(),
        )  # fmt: skip
    return {"login": made.login, "name": made.name, "role": made.role.value, "offices": list(made.offices)}


def _screened(settings: Settings, store: Store, snapshot: str) -> dict[str, Any]:
    linked = linking.link(settings.home, snapshot=snapshot, judgements=_judgements(store))
    in_use = policies.law_in_use(settings, store)
    off = _switched_off(settings, store, in_use, snapshot)
    screened = screen.screen(settings.home, law=in_use, link_run=linked.name, dispositions=_dispositions(store), switched_off=off)
    counts = opening.open_cases(Lake(settings.home), screened.name, store=store)
    return {
        "snapshot": snapshot,
        "link_run": linked.name,
        "run": screened.name,
        "law": policies.said(screened.manifest["law"]),
        "switched_off": sorted(off),
        "ranked_by": screened.manifest["model"],
        "links": linked.counts,
        "cases": _counted(counts),
    }


def _switched_off(settings: Settings, store: Store, in_use: LawInUse, snapshot: str) -> dict[str, str]:
    """The checks that do not run, those included that what is known of reviews by now switches off (G16)."""
    lake = Lake(settings.home)
    as_of = date.fromisoformat(lake.manifest("snapshots", snapshot)["as_of"])
    return precision.switched_off(store, lake, snapshot=snapshot, policy=in_use.policy, as_of=as_of)


@contextmanager
def opened_store(settings: Settings) -> Iterator[Store]:
    """The case store of the installation at its newest revision."""
    closed_home(settings)
    migrate.upgrade(settings.store_url)
    store = Store(settings.store_url, production=settings.mode == "production")
    try:
        yield store
    finally:
        store.close()


def _judgements(store: Store) -> pl.DataFrame:
    return JUDGEMENTS.of(feedback.judgements(store))


def _dispositions(store: Store) -> pl.DataFrame:
    return DISPOSITIONS.of(feedback.dispositions(store))


def _counted(counts: Any) -> dict[str, Any]:
    return {
        "planned": counts.planned,
        "evaluated": counts.evaluated,
        "created": counts.created,
        "updated": counts.updated,
        "skipped": counts.skipped,
        "skip_reasons": dict(counts.skip_reasons),
    }
