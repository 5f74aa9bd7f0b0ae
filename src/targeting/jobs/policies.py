"""The law that a home applies: the set published there, else the sample that is shipped; and how a set gets published.

A set lies in `<home>/policies/<jurisdiction>/<first 12 characters of its hash>/<folder>/*.toml` from the day it was
proposed. Which of them is the law says the case store, where one person proposed it and another approved it (`cases.publishing`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Literal

from targeting.cases import publishing
from targeting.cases.codes import Power
from targeting.cases.publishing import HASH_SHOWN, Draft, Proposal
from targeting.cases.records import Actor
from targeting.cases.store import Store, need
from targeting.dates import now, today
from targeting.errors import Conflict, InvalidInput, Misconfigured, NotFound
from targeting.jobs.lake import whole_folder
from targeting.settings import Settings
from targeting.specs.parameter_sets import NewValue, ParameterSet, read_folder, shipped, with_value
from targeting.specs.parameters import DatedValue
from targeting.specs.policy import Policy
from targeting.specs.policy_changes import Change, changes
from targeting.specs.trial_values import read_number

SetState = Literal["in_use", "replaced", "waiting", "outdated"]
NO_SET = 64 * "0"
"""In place of the hash of the set in use, where a jurisdiction has neither a published set nor a sample."""


@dataclass(frozen=True, slots=True)
class LawInUse:
    """The set that a home applies, and whether it was published."""

    set: ParameterSet
    published: bool

    @property
    def policy(self) -> Policy:
        """The law as the stages take it."""
        return self.set.policy

    def standing(self, on: date) -> dict[str, Any]:
        """What a run records of the law it rests on: whose, which, and whether it is law or a sample.

        It is a sample unless it was published and every value in force on the date, with the point of a series that it draws
        on, is declared `in_force`.
        """
        in_force = [value for one in self.policy.parameters.values() for value in one.values if value.in_force(on)]
        points = [point for value in in_force if (point := self.policy.on(on).point(value)) is not None]
        unconfirmed = sum(one.status != "in_force" for one in (*in_force, *points))
        return {
            "jurisdiction": self.set.jurisdiction,
            "sha256": self.set.sha256,
            "published": self.published,
            "sample": not self.published or unconfirmed > 0,
            "values": len(in_force) + len(points),
            "values_not_in_force": unconfirmed,
        }


def said(standing: Mapping[str, Any]) -> str:
    """The standing of a run's law in one line: law, or sample and why."""
    which = f"{standing['jurisdiction']} {standing['sha256'][:HASH_SHOWN]}"
    if not standing["sample"]:
        return f"published parameter set {which}"
    if not standing["published"]:
        return f"sample rules, not law ({which} is not published)"
    return f"sample rules, not law ({which}: {standing['values_not_in_force']} of {standing['values']} values are not in force)"


def law_in_use(settings: Settings, store: Store) -> LawInUse:
    """The published set of the home's jurisdiction, else its sample.

    Raises:
        Misconfigured: there is neither, or the files of the published set are not those that were approved.
    """
    sha256 = publishing.published(store, jurisdiction=settings.jurisdiction)
    if sha256 is None:
        return LawInUse(shipped(settings.jurisdiction), published=False)
    try:
        found = set_of(settings, sha256)
    except (NotFound, InvalidInput) as missing:
        raise Misconfigured(f"The published parameter set cannot be read: {missing.message} Restore it from a backup.") from None
    if found.sha256 != sha256:
        raise Misconfigured(
            f"The files in {folder_of(settings, sha256)} are not those that were approved. Restore them, or publish a new set."
        )
    return LawInUse(found, published=True)


def folder_of(settings: Settings, sha256: str) -> Path:
    """Where the files of a set lie in the home."""
    return settings.home / "policies" / settings.jurisdiction / sha256[:HASH_SHOWN]


def set_of(settings: Settings, sha256: str) -> ParameterSet:
    """The set as its files lie in the home now.

    Raises:
        NotFound: there is no such folder.
    """
    folder = folder_of(settings, sha256)
    if not folder.is_dir():
        raise NotFound(
            f"There is no parameter set {sha256[:HASH_SHOWN]} of {settings.jurisdiction} in {settings.home / 'policies'}."
        )
    return read_folder(folder, settings.jurisdiction)


def propose(
    settings: Settings, store: Store, proposed: ParameterSet, *, note: str, past_reason: str = "", actor: Actor
) -> Proposal:
    """The set lies in the home with its hash, and waits for a second person.

    Raises:
        InvalidInput: with every fault of every file; or the set reaches back and no reason is given.
        NotAllowed: the actor may not propose.
        Conflict: it changes nothing, or waits already.
    """
    proposed.policy  # noqa: B018 (reads and cross-checks every file)
    base = _base(settings, store)
    found = changes(base, proposed)
    if not found:
        raise Conflict("The proposed set declares what the one in use declares: it changes nothing.")
    draft = Draft(
        jurisdiction=settings.jurisdiction,
        sha256=proposed.sha256,
        base_sha256=base.sha256 if base else NO_SET,
        note=note,
        changes=[as_row(change) for change in found],
        reaches_back=base is not None and any(change.reaches_back(today()) for change in found),
        past_reason=past_reason,
    )
    publishing.check(draft, actor=actor)
    with whole_folder(folder_of(settings, proposed.sha256)) as folder:
        proposed.write(folder)
    return publishing.propose(store, draft=draft, actor=actor, at=now())


def propose_value(
    settings: Settings,
    store: Store,
    *,
    parameter: str,
    number: str,
    effective_from: date,
    document: str,
    article: str,
    note: str,
    past_reason: str = "",
    actor: Actor,
) -> Proposal:
    """The set in use with one new value is proposed; the value in force until then ends the day before, and stays.

    Raises:
        InvalidInput: there is no such parameter, it is no single number, or the number cannot be one of its unit.
        NotAllowed, Conflict: as `propose` says.
    """
    need(actor, Power.PROPOSE_RULES)
    base = law_in_use(settings, store).set
    declared = base.policy.parameters.get(parameter)
    if declared is None or not is_number(declared.on(effective_from - timedelta(days=1))):
        raise InvalidInput(f"{parameter} is no parameter with a single number in force: edit the files of a draft folder.")
    new = NewValue(
        parameter,
        read_number(parameter, number, declared.unit),
        effective_from,
        document,
        article,
        by=f"{actor.name} ({actor.login})",
    )
    return propose(settings, store, with_value(base, new), note=note, past_reason=past_reason, actor=actor)


def is_number(dated: DatedValue | None) -> bool:
    """A single number is given, which can be changed by itself."""
    return dated is not None and isinstance(dated.value, int | float) and not isinstance(dated.value, bool)


def approve(settings: Settings, store: Store, *, sha256: str, actor: Actor) -> Proposal:
    """The proposed set with this hash (its first characters suffice) is published.

    Raises:
        NotFound: no such set waits.
        NotAllowed: the actor proposed it, or may not publish.
        Conflict: its files have changed since, or another set was published.
    """
    waiting = proposal_of(settings, store, sha256)
    base = _sample(settings)
    return publishing.approve(
        store,
        proposal_id=waiting.id,
        files_sha256=set_of(settings, waiting.sha256).sha256,
        shipped_sha256=base.sha256 if base else NO_SET,
        actor=actor,
        at=now(),
    )


def proposal_of(settings: Settings, store: Store, sha256: str) -> Proposal:
    """The newest proposal whose hash begins so.

    Raises:
        NotFound: there is none.
        InvalidInput: several sets begin so.
    """
    found = [one for one in publishing.proposals(store, jurisdiction=settings.jurisdiction) if one.sha256.startswith(sha256)]
    if not sha256 or not found:
        raise NotFound(
            f"No proposed parameter set of {settings.jurisdiction} begins with {sha256!r}. See 'targeting policies list'."
        )
    if len({one.sha256 for one in found}) > 1:
        raise InvalidInput(f"Several parameter sets begin with {sha256}: give more of the hash.")
    return found[0]


def overview(settings: Settings, store: Store) -> dict[str, Any]:
    """The set in use with its standing today, and every proposal, newest first."""
    base = _base(settings, store)
    published = publishing.published(store, jurisdiction=settings.jurisdiction)
    in_use = LawInUse(base, published is not None).standing(today()) if base else None
    return {
        "jurisdiction": settings.jurisdiction,
        "in_use": said(in_use) if in_use else "nothing: propose a set",
        "sets": [
            {
                "set": one.sha256[:HASH_SHOWN],
                "state": state(one, base.sha256 if base else NO_SET),
                "proposed": one.at.date(),
                "by": one.proposer.label,
                "approved": one.approved_at.date() if one.approved_at else None,
                "approver": one.approver.label if one.approver else None,
                "changes": len(one.changes),
                "reaches_back": one.reaches_back,
                "note": one.note,
            }
            for one in publishing.proposals(store, jurisdiction=settings.jurisdiction)
        ],
    }


def state(one: Proposal, in_use: str) -> SetState:
    """in_use, replaced (published before that), waiting, or outdated (compared with a set that is in use no more)."""
    if one.approved_at is not None:
        return "in_use" if one.sha256 == in_use else "replaced"
    return "waiting" if one.base_sha256 == in_use else "outdated"


def shown(settings: Settings, store: Store, sha256: str | None) -> dict[str, Any]:
    """Every parameter of a set (the one in use, if none is named) with its value of today and its source."""
    found = _found(settings, store, sha256)
    parameters = [{"parameter": one.name, "unit": one.unit, **_today(one.values)} for one in found.policy.parameters.values()]
    return {"jurisdiction": found.jurisdiction, "set": found.sha256, "parameters": parameters}


def write_files(settings: Settings, store: Store, sha256: str | None, *, to: Path) -> None:
    """The files of a set lie in a new folder, to be edited and proposed.

    Raises:
        InvalidInput: the folder exists.
    """
    if to.exists():
        raise InvalidInput(f"{to} exists: name a new folder.")
    _found(settings, store, sha256).write(to)


def _today(values: Iterable[DatedValue]) -> dict[str, Any]:
    """What is in force today; all null where nothing is."""
    told = next((value for value in values if value.in_force(today())), None)
    names = ("value", "effective_from", "effective_to", "document", "article", "status")
    return {name: getattr(told, name) if told else None for name in names}


def compared(settings: Settings, store: Store, sha256: str, against: str | None) -> dict[str, Any]:
    """What a set changes against another one, or against the one in use."""
    old, new = _found(settings, store, against), _found(settings, store, sha256)
    return {"set": new.sha256, "against": old.sha256, "changes": [as_row(change) for change in changes(old, new)]}


def _found(settings: Settings, store: Store, sha256: str | None) -> ParameterSet:
    """The proposed set with this hash, as its files lie there now; without a hash the set in use."""
    if sha256 is None:
        return law_in_use(settings, store).set
    return set_of(settings, proposal_of(settings, store, sha256).sha256)


def as_row(change: Change) -> dict[str, Any]:
    """A change as it is stored, printed and shown."""
    return {
        "part": change.part,
        "name": change.name,
        "kind": change.kind,
        "from": change.effective_from,
        "to": change.effective_to,
        "unit": change.unit,
        "old": change.old,
        "new": change.new,
        "reaches_back": change.reaches_back(today()),
    }


def _base(settings: Settings, store: Store) -> ParameterSet | None:
    """The set in use; none for a jurisdiction that has no sample and in which nothing is published yet."""
    published = publishing.published(store, jurisdiction=settings.jurisdiction)
    return law_in_use(settings, store).set if published else _sample(settings)


def _sample(settings: Settings) -> ParameterSet | None:
    try:
        return shipped(settings.jurisdiction)
    except Misconfigured:
        return None
