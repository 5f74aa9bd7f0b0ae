"""The daily work on a case: take, assign, snooze, note, marks on facts, own finding, links judged, facts disputed.

Every use case is one transaction that ends with its event in the audit chain; each returns the case as lists show it, with
its new version. `version` is what the caller read (If-Match): if the case has moved on, nothing is done and the caller is told.
"""

from datetime import date, datetime, timedelta

from targeting.cases import links, settling, store_accounts, store_evidence, store_links, store_runs
from targeting.cases.codes import (
    DisputeRoute,
    DisputeState,
    FactSource,
    Finding,
    Judgement,
    Power,
    Verdict,
)
from targeting.cases.columns import new_id, sha256
from targeting.cases.lifecycle import Step
from targeting.cases.records import Actor, CaseRow
from targeting.cases.schema import CaseFact, Dispute, FactVerdict, Note, OwnFinding, Run
from targeting.cases.store import Store, Unit, need
from targeting.errors import Conflict, InvalidInput, NotFound


def take_next(store: Store, *, actor: Actor, at: datetime) -> CaseRow | None:
    """The first case of the queue that nobody holds is the actor's for half an hour; None where there is none.

    The first thing done to it makes it the actor's for good; a lease that ends unused gives it back.
    """
    need(actor, Power.WORK_CASES)
    with store.writing(actor=actor, at=at) as unit:
        case = store_runs.next_unheld(unit.session, actor, at, store.rules.day(at))
        if case is None:
            return None
        case.assignee_id = actor.user_id
        case.lease_until = at + timedelta(minutes=store.rules.lease)
        unit.touch(case)
        unit.event("case.leased", case_id=case.id, until=case.lease_until)
        return unit.row(case)


def take(store: Store, *, case_id: str, version: int | None = None, actor: Actor, at: datetime) -> CaseRow:
    """The case is the actor's and in review."""
    with store.step(Step.TAKE, case_id, actor=actor, at=at, version=version) as (unit, case):
        unit.event("case.taken", case_id=case.id)
        return unit.row(case)


def release(store: Store, *, case_id: str, version: int | None = None, actor: Actor, at: datetime) -> CaseRow:
    """Nobody holds the case."""
    with store.step(Step.RELEASE, case_id, actor=actor, at=at, version=version) as (unit, case):
        case.assignee_id = None
        unit.event("case.released", case_id=case.id)
        return unit.row(case)


def assign(
    store: Store, *, case_id: str, to_login: str | None, version: int | None = None, actor: Actor, at: datetime
) -> CaseRow:
    """The case is held by that officer, or by nobody.

    Raises:
        NotFound: there is no active officer with this login who may work on cases of this office.
    """
    with store.step(Step.ASSIGN, case_id, actor=actor, at=at, version=version) as (unit, case):
        case.assignee_id = None if to_login is None else _officer(unit, to_login, case.office)
        case.lease_until = None
        unit.event("case.assigned", case_id=case.id, to=case.assignee_id)
        return unit.row(case)


def snooze(
    store: Store, *, case_id: str, until: date, reason: str, version: int | None = None, actor: Actor, at: datetime
) -> CaseRow:
    """The case is out of the queue until that day.

    Raises:
        InvalidInput: the day is past or too far, or no reason is given.
    """
    today = store.rules.day(at)
    faults = [] if reason.strip() else ["reason: is empty"]
    if not today < until <= today + timedelta(days=store.rules.longest_snooze):
        faults.append(f"until: expected a day after {today} and at most {store.rules.longest_snooze} days on, got {until}")
    if faults:
        raise InvalidInput("The case cannot be snoozed.", faults=faults)
    with store.step(Step.SNOOZE, case_id, actor=actor, at=at, version=version) as (unit, case):
        case.snoozed_until, case.snooze_reason = until, reason
        unit.event("case.snoozed", case_id=case.id, until=until, content={"reason": reason})
        return unit.row(case)


def unsnooze(store: Store, *, case_id: str, version: int | None = None, actor: Actor, at: datetime) -> CaseRow:
    """The case is back in the queue."""
    with store.step(Step.SNOOZE, case_id, actor=actor, at=at, version=version) as (unit, case):
        case.snoozed_until, case.snooze_reason = None, None
        unit.event("case.unsnoozed", case_id=case.id)
        return unit.row(case)


def add_note(store: Store, *, case_id: str, text: str, version: int | None = None, actor: Actor, at: datetime) -> CaseRow:
    """The note is on the case."""
    written = _text(text, "A note")
    with store.step(Step.NOTE, case_id, actor=actor, at=at, version=version) as (unit, case):
        note = Note(id=new_id(at), case_id=case.id, user_id=actor.user_id, text=written, at=at)
        unit.add(note)
        unit.event("case.noted", case_id=case.id, note=note.id, content={"text": written})
        return unit.row(case)


def record_verdict(
    store: Store, *, case_id: str, fact_key: str, verdict: Verdict,
    version: int | None = None, actor: Actor, at: datetime,
) -> CaseRow:  # fmt: skip
    """The officer's mark (✓ ✗ ?) is on the fact."""
    with store.step(Step.VERDICT, case_id, actor=actor, at=at, version=version) as (unit, case):
        store_evidence.fact(unit.session, case.id, fact_key)
        marked = unit.session.get(FactVerdict, (case.id, fact_key, actor.user_id))
        if marked is None:
            unit.add(
                FactVerdict(case_id=case.id, fact_key=fact_key, user_id=actor.user_id, verdict=Verdict(verdict).value, at=at)
            )
        else:
            marked.verdict, marked.at = Verdict(verdict).value, at
        unit.event("fact.marked", case_id=case.id, fact=fact_key, verdict=verdict)
        return unit.row(case)


def record_own_finding(
    store: Store, *, case_id: str, finding: Finding, note: str | None = None,
    version: int | None = None, actor: Actor, at: datetime,
) -> CaseRow:  # fmt: skip
    """What the officer found is kept; from now on rank, arm and model reasons may be shown to that officer."""
    with store.step(Step.OWN_FINDING, case_id, actor=actor, at=at, version=version) as (unit, case):
        row = OwnFinding(
            id=new_id(at), case_id=case.id, user_id=actor.user_id, finding=Finding(finding).value, note=note, recorded_at=at
        )
        unit.add(row)
        unit.event("finding.own_recorded", case_id=case.id, finding=finding, content={"note": note} if note else None)
        return unit.row(case)


def add_fact(
    store: Store, *, case_id: str, source: FactSource, kind: str, text: str, person_id: str | None = None,
    value: float | None = None, unit_code: str | None = None, valid_from: date | None = None,
    valid_to: date | None = None, version: int | None = None, actor: Actor, at: datetime,
) -> tuple[CaseRow, str]:  # fmt: skip
    """What the officer saw or was given is a fact of the case; its key is returned too.

    Raises:
        InvalidInput: the source is a register (only runs bring those), or there are no words.
    """
    if FactSource(source) is FactSource.REGISTER:
        raise InvalidInput("source: expected document, visit or statement; facts of registers come with a run.")
    words = _text(text, "A fact")
    with store.step(Step.ADD_FACT, case_id, actor=actor, at=at, version=version) as (unit, case):
        identity = new_id(at)
        fact = CaseFact(
            case_id=case.id, fact_key=sha256(["officer", identity]), fact_id=f"officer:{identity}", source=source.value,
            person_id=person_id, kind=kind, value=value, unit=unit_code, text=words, detail={}, valid_from=valid_from,
            valid_to=valid_to, known_at=store.rules.day(at), register=None, row=None, role=None, level=None, link_key=None,
            link={}, position=1_000_000, first_run=None, last_run=None, current=True, added_by=actor.user_id,
        )  # fmt: skip
        unit.add(fact)
        unit.event("fact.added", case_id=case.id, fact=fact.fact_key, source=source, fact_kind=kind, content={"text": words})
        return unit.row(case), fact.fact_key


def judge_link(
    store: Store, *, case_id: str, fact_key: str, judgement: Judgement, reason: str,
    version: int | None = None, actor: Actor, at: datetime,
) -> CaseRow:  # fmt: skip
    """What a person says of the link behind a fact holds in every case that uses it and in every later run.

    Raises:
        InvalidInput: no reason is given, or the fact hangs on no link.
    """
    words = _text(reason, "A judgement of a link")
    with store.step(Step.JUDGE_LINK, case_id, actor=actor, at=at, version=version) as (unit, case):
        fact = store_evidence.fact(unit.session, case.id, fact_key)
        if fact.link_key is None or fact.person_id is None or fact.register is None or fact.row is None:
            raise InvalidInput("This fact hangs on no link: it was added by an officer.")
        run = unit.session.get_one(Run, fact.last_run or case.last_run)
        link = links.LinkRef(
            fact.link_key, fact.register, fact.row, fact.role or "", run.snapshot, fact.link.get("identity_sha256"),
            fact.person_id, str(fact.link.get("rule") or ""),
        )  # fmt: skip
        links.record(unit, link, Judgement(judgement), words, case_id=case.id)
        settling.reassess(unit, case)
        unit.event("link.judged", case_id=case.id, link=fact.link_key, judgement=judgement, content={"reason": words})
        for other in store_links.open_cases_on(unit.session, fact.link_key):
            if other.id == case.id:
                continue
            settling.reassess(unit, other)
            unit.touch(other)
            unit.event("link.judged_elsewhere", case_id=other.id, link=fact.link_key, judgement=judgement, case=case.id)
        return unit.row(case)


def dispute(
    store: Store, *, case_id: str, fact_key: str, route: DisputeRoute, reason: str,
    version: int | None = None, actor: Actor, at: datetime,
) -> CaseRow:  # fmt: skip
    """The fact is parked: it proves nothing until the register has answered, and the office asks the register.

    Raises:
        InvalidInput: no reason is given.
        Conflict: the fact is disputed already.
    """
    words = _text(reason, "A dispute")
    with store.step(Step.DISPUTE, case_id, actor=actor, at=at, version=version) as (unit, case):
        fact = store_evidence.fact(unit.session, case.id, fact_key)
        known = store_evidence.disputes(unit.session, case.id)
        if any(row.fact_key == fact.fact_key and row.state == DisputeState.PARKED for row in known):
            raise Conflict("This fact is disputed already.")
        row = Dispute(
            id=new_id(at), case_id=case.id, fact_key=fact.fact_key, route=DisputeRoute(route).value,
            state=DisputeState.PARKED.value, reason=words, raised_by=actor.user_id, raised_at=at,
            answer_due=store.rules.day(at) + timedelta(days=store.rules.register_answer),
            resolved_by=None, resolved_at=None, resolution=None,
        )  # fmt: skip
        unit.add(row)
        settling.park(unit, case, fact)
        unit.event("fact.disputed", case_id=case.id, fact=fact.fact_key, dispute=row.id, route=route, content={"reason": words})
        return unit.row(case)


def resolve_dispute(
    store: Store, *, dispute_id: str, state: DisputeState, resolution: str, actor: Actor, at: datetime
) -> CaseRow:
    """The register has answered: upheld clears what hung on the fact, dismissed lets it be used again.

    Raises:
        InvalidInput: the state is not upheld or dismissed, or there is no resolution.
        Conflict: the dispute is resolved already.
    """
    if state not in (DisputeState.UPHELD, DisputeState.DISMISSED):
        raise InvalidInput(f"state: expected upheld or dismissed, got {state}.")
    words = _text(resolution, "A resolution")
    with store.reading() as session:
        case_id = store_evidence.dispute(session, dispute_id).case_id
    with store.step(Step.RESOLVE_DISPUTE, case_id, actor=actor, at=at) as (unit, case):
        row = store_evidence.dispute(unit.session, dispute_id)
        if row.state != DisputeState.PARKED:
            raise Conflict(f"This dispute is {row.state} already.")
        row.state, row.resolved_by, row.resolved_at, row.resolution = state.value, actor.user_id, at, words
        unit.session.flush()
        fact = store_evidence.fact(unit.session, case.id, row.fact_key)
        settling.unpark(unit, case, fact, upheld=state is DisputeState.UPHELD)
        unit.event("fact.dispute_resolved", case_id=case.id, dispute=row.id, state=state, content={"resolution": words})
        return unit.row(case)


def _text(text: str, what: str) -> str:
    if not text.strip():
        raise InvalidInput(f"{what} needs words: got none.")
    return text.strip()


def _officer(unit: Unit, login: str, office: str | None) -> str:
    user = store_accounts.user_by_login(unit.session, login)
    if user is None or not user.active:
        raise NotFound("There is no active account with this login.")
    officer = store_accounts.actor(unit.session, user)
    if not officer.may(Power.WORK_CASES) or (officer.offices is not None and office not in officer.offices):
        raise NotFound("The account with this login may not work on cases of this office.")
    return user.id
