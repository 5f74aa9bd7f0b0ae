"""Referrals of a run become cases, once: one transaction, so that a killed run has opened everything or nothing.

For each referral of the ranking: an open case of the same subject takes in what is new; else, within capacity, a new case opens,
unless everything it would say is cleared, parked or decided already. Decided cases do not reopen by themselves: facts that have
changed since open a new case that names the earlier one. The random arm opens whatever was settled, so that it stays a fair draw.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from targeting.cases import settling, store_evidence, store_runs
from targeting.cases.absorbing import absorb, received_rows, withdraw_cut
from targeting.cases.codes import Arm, Disposition, Finding, Skip, State
from targeting.cases.columns import Base, new_id, plain, sha256
from targeting.cases.received import Received, Row, receive
from targeting.cases.records import Referral, RunCounts, RunManifest
from targeting.cases.schema import Case, Run, RunEntry, Selection
from targeting.cases.schema import Counter as Numbers
from targeting.cases.store import Store, Unit
from targeting.cases.store_runs import Past, Subject
from targeting.dates import Month

NUMBERS = "case_number"
LONGEST_LABEL = 200


@dataclass(slots=True)
class _Known:
    """What the store knows about the subjects of the run, and the numbers and places that new cases get.

    `later` gathers, by table, rows that refer to cases still to be written.
    """

    open: dict[Subject, Case]
    closed: dict[Subject, list[Past]]
    settled: dict[tuple[str, str, str], Disposition]
    numbers: Numbers
    places: Mapping[Subject, float]
    later: defaultdict[type[Base], list[Row]]


def open_run(store: Store, manifest: RunManifest, referrals: Iterable[Referral], *, at: datetime) -> RunCounts:
    """The run's cases are open and the ledger says what was done; the same run again changes nothing.

    Cases are numbered by lot: numbers by rank would tell it, and, beside the place in the queue, the arm (G12, G26).
    `planned` is what the manifest says (else the length of the ranking); created + updated + skipped = evaluated = the ranking.

    Raises:
        InvalidInput: a referral brings evidence that may not reach a case.
    """
    with store.writing(actor=None, at=at) as unit:
        numbers = store_runs.lock_counter(unit.session, NUMBERS)
        if (before := store_runs.run(unit.session, manifest.run)) is not None:
            return _counts(before, repeated=True)
        ranking = sorted(referrals, key=lambda referral: (_share(manifest.run, _subject(referral)), _subject(referral)))
        run = Run(
            run=manifest.run, snapshot=manifest.snapshot, as_of=manifest.as_of, model=manifest.model,
            manifest=dict(manifest.manifest), planned=len(ranking) if manifest.planned is None else manifest.planned,
            evaluated=len(ranking), created=0, updated=0, skipped=0, skip_reasons={}, opened_at=at, withdrawn_at=None,
        )  # fmt: skip
        unit.add(run)
        known = _known(unit, ranking, run.run, numbers)
        skipped: Counter[str] = Counter()
        created: list[Case] = []
        for referral in ranking:
            case, outcome = _one(unit, run, referral, known)
            if isinstance(outcome, Skip):
                skipped[outcome.value] += 1
            elif case is not None and outcome == "created":
                created.append(case)
            else:
                run.updated += 1
            _later(known, _ledger(run, referral, case, outcome, of=len(ranking)))
        gone = _withdrawn(unit, run, met={case.id for case in known.open.values()})
        _write(unit, created, known.later)
        run.created = len(created)
        run.skipped, run.skip_reasons = skipped.total(), dict(sorted(skipped.items()))
        unit.event(
            "run.opened", run=run.run, planned=run.planned, evaluated=run.evaluated, created=run.created,
            updated=run.updated, skipped=run.skip_reasons, withdrawn=gone,
        )  # fmt: skip
        return _counts(run, repeated=False)


def _withdrawn(unit: Unit, run: Run, *, met: set[str]) -> int:
    """Open cases that rest on a cut link and that the run says nothing of any more: how many lost what rested on it."""
    left = [case for case in store_runs.cases_to_rescreen(unit.session) if case.id not in met]
    for case in left:
        withdraw_cut(unit, case, run)
    return len(left)


def open_subjects(store: Store) -> frozenset[Subject]:
    """The subjects that have an open case, as (kind, subject, direction, benefit): their referrals need all their evidence."""
    with store.reading() as session:
        return frozenset(store_runs.open_subjects(session))


def _subject(referral: Referral) -> Subject:
    return (str(referral.subject_kind), referral.subject, str(referral.direction), referral.benefit)


def _known(unit: Unit, ranking: list[Referral], run: str, numbers: Numbers) -> _Known:
    subjects = [_subject(referral) for referral in ranking]
    names = {subject[1] for subject in subjects}
    return _Known(
        open=store_runs.open_cases(unit.session, subjects),
        closed=store_runs.closed_cases(unit.session, subjects),
        settled={
            (row.subject, row.check, row.facts_sha256): Disposition(row.disposition)
            for row in store_evidence.dispositions(unit.session)
            if row.subject in names
        },
        numbers=numbers,
        places=_places(ranking, run),
        later=defaultdict(list),
    )


def _one(unit: Unit, run: Run, referral: Referral, known: _Known) -> tuple[Case | None, Skip | str]:
    """The case that the referral meets, and what becomes of it: created, updated or skipped."""
    case = known.open.get(_subject(referral))
    if case is not None:
        changed = absorb(unit, case, receive(referral, snapshot=run.snapshot), run, referral)
        return case, "updated" if changed else Skip.UNCHANGED
    if not referral.opened:
        return None, Skip.BEYOND_CAPACITY
    received = receive(referral, snapshot=run.snapshot)
    if (reason := _why_not(unit, referral, received, known)) is not None:
        return None, reason
    return _open(unit, run, referral, received, known), "created"


def _why_not(unit: Unit, referral: Referral, received: Received, known: _Known) -> Skip | None:
    """Why no case opens although there is room for it."""
    if referral.arm is Arm.RANDOM:
        return None
    past = known.closed.get(_subject(referral), [])
    decided = [entry for entry in past if entry.state is State.DECIDED]
    if not received.hits:
        return Skip.REVIEWED_RECENTLY if any(_recent(unit, entry) for entry in decided) else None
    standing = {hit: known.settled.get((referral.subject, *hit)) for hit in received.hits}
    live = {hit for hit, disposition in standing.items() if disposition is None}
    if not live:
        return Skip.CLEARED if Disposition.CLEARED in standing.values() else Skip.PARKED
    answered = {hit for entry in decided if entry.finding != Finding.CANNOT_DECIDE for hit in entry.hits}
    if live <= answered:
        return Skip.DECIDED
    undecided = {
        hit for entry in decided if entry.finding == Finding.CANNOT_DECIDE and _recent(unit, entry) for hit in entry.hits
    }
    return Skip.REVIEWED_RECENTLY if live <= answered | undecided else None


def _recent(unit: Unit, entry: Past) -> bool:
    return Month.of(unit.at.date()) - Month.of(entry.closed_at.date()) < unit.rules.rest


def _places(ranking: list[Referral], run: str) -> dict[Subject, float]:
    """Where each opened case stands in the queue; a random one stands anywhere, so that its place does not tell its arm."""
    opened = [referral for referral in ranking if referral.opened]
    last = max((referral.rank for referral in opened if referral.arm is not Arm.RANDOM), default=1)
    wanted = {_subject(r): last * _share(run, _subject(r)) if r.arm is Arm.RANDOM else float(r.rank) for r in opened}
    return {subject: float(place) for place, subject in enumerate(sorted(wanted, key=lambda s: (wanted[s], s)), start=1)}


def _share(run: str, subject: Subject) -> float:
    """A number from 0 to 1 that depends on run and subject only."""
    return int(sha256([run, subject])[:12], 16) / 16**12


def _next(numbers: Numbers) -> int:
    numbers.value += 1
    return numbers.value


def _open(unit: Unit, run: Run, referral: Referral, received: Received, known: _Known) -> Case:
    past = known.closed.get(_subject(referral), [])
    today = unit.rules.day(unit.at)
    first = next((row for row in received.reasons if row["source"] == "finding"), None)
    case = Case(
        id=new_id(unit.at), number=f"{today.year}-{_next(known.numbers):06d}", version=1, state=State.NEW.value,
        subject_kind=str(referral.subject_kind), subject=referral.subject, direction=str(referral.direction),
        benefit=referral.benefit, office=referral.office, community=referral.community, household_id=referral.household_id,
        household_label=_label(referral, received), detail=plain(referral.detail), amount_month=referral.amount_month,
        strength=received.strength.value, needs_confirmation=received.needs_confirmation,
        main_check=next((row["check"] for row in received.findings if row["result"] == "hit"), None),
        main_reason_zh=first["zh"] if first else None, main_reason_en=first["en"] if first else None,
        first_run=run.run, last_run=run.run,
        previous_case_id=past[-1].case_id if past else None, work_order=known.places[_subject(referral)],
        opened_at=unit.at, updated_at=unit.at,
        deadline=unit.rules.after(today, unit.rules.case_deadline), assignee_id=None, lease_until=None, snoozed_until=None,
        snooze_reason=None, decision_id=None, finding=None, cause=None, decided_at=None, withdrawn_reason=None,
    )  # fmt: skip
    unit.session.add(case)
    known.open[_subject(referral)] = case
    _later(known, received_rows(case, received, run.run))
    unit.event("case.opened", case_id=case.id, run=run.run, checks=sorted({check for check, _ in received.hits}))
    return case


def _label(referral: Referral, received: Received) -> str:
    label = referral.household_label or next((row["name"] for row in received.members if row["name"]), referral.benefit)
    return str(label)[:LONGEST_LABEL]


def _write(unit: Unit, created: list[Case], later: Mapping[type[Base], list[Row]]) -> None:
    """The new cases are in the database, then the rows that refer to them; links judged before count at once."""
    unit.session.flush()
    for table, rows in later.items():
        unit.insert(table, rows)
    for case in created:
        if case.needs_confirmation:
            settling.reassess(unit, case)


def _later(known: _Known, rows: Mapping[type[Base], list[Row]]) -> None:
    for table, of_table in rows.items():
        known.later[table] += of_table


def _ledger(run: Run, referral: Referral, case: Case | None, outcome: Skip | str, *, of: int) -> dict[type[Base], list[Row]]:
    """What became of the referral, for ledger and evaluation; what lies beyond capacity is only counted."""
    if outcome is Skip.BEYOND_CAPACITY:
        return {}
    kind, subject, direction, benefit = _subject(referral)
    reason = outcome.value if isinstance(outcome, Skip) else None
    entry = {
        "run": run.run, "subject_kind": kind, "subject": subject, "direction": direction, "benefit": benefit,
        "outcome": "skipped" if reason else str(outcome), "reason": reason, "case_id": case.id if case else None,
    }  # fmt: skip
    if case is None:
        return {RunEntry: [entry]}
    selection = {
        "case_id": case.id, "run": run.run, "opened": referral.opened, "arm": str(referral.arm), "rank": referral.rank,
        "ranked_of": of, "probability": referral.probability, "selection_probability": referral.selection_probability,
        "tie_seed": referral.tie_seed, "ranked_by": referral.ranked_by,
    }  # fmt: skip
    return {RunEntry: [entry], Selection: [selection]}


def _counts(run: Run, *, repeated: bool) -> RunCounts:
    return RunCounts(
        run=run.run,
        planned=run.planned,
        evaluated=run.evaluated,
        created=run.created,
        updated=run.updated,
        skipped=run.skipped,
        skip_reasons=dict(run.skip_reasons),
        repeated=repeated,
    )
