"""The lawful process with the household: notice, reply or silence, visit, hearing.

Dates are local days and may lie before today (the letter went out yesterday), never after it, and a notice is never older than
its case: its window would end before it began. What is recorded is never changed: a mistake is put right by a further record.
Source: DOMAIN §1.8–1.9, G03, G04.
"""

from collections.abc import Collection, Mapping
from datetime import date, datetime

from targeting.cases import store_evidence, store_process
from targeting.cases.codes import Channel, HearingOutcome, Judgement, State, VisitOutcome
from targeting.cases.columns import new_id
from targeting.cases.gate import CHANNELS_NEEDED
from targeting.cases.law_behind import need_law_of
from targeting.cases.lifecycle import RULES, Step
from targeting.cases.records import Actor, CaseRow
from targeting.cases.schema import Case, Hearing, Notice, NoticeFact, NoticeService, Reply, Visit
from targeting.cases.settling import fact_ids
from targeting.cases.store import Store, Unit
from targeting.errors import Conflict, InvalidInput


def serve_notice(
    store: Store,
    *,
    case_id: str,
    letter: str,
    language: str,
    services: Mapping[Channel, date],
    fact_keys: Collection[str] | None = None,
    version: int | None = None,
    actor: Actor,
    at: datetime,
) -> CaseRow:
    """The notice is served, the household has its window to reply, and the case waits for it.

    `services` says on which channels and when; the window runs in workdays from the last of them. `fact_keys` are the facts that
    the letter names, by default all that are behind the present hits or were added by an officer: only they can carry an adverse
    decision later.

    Raises:
        InvalidInput: no letter, fewer than two channels, a service in the future or before the case was opened, or a fact
            that the case does not have.
        RestsOnSample: the case rests on sample rules, in a home for production.
    """
    today = store.rules.day(at)
    faults = [] if letter.strip() else ["letter: is empty"]
    if len(services) < CHANNELS_NEEDED:
        faults.append(f"services: expected at least {CHANNELS_NEEDED} channels, got {len(services)}")
    faults += [f"services.{channel}: lies in the future" for channel, day in services.items() if day > today]
    if faults:
        raise InvalidInput("The notice cannot be recorded.", faults=faults)
    with store.step(Step.SERVE_NOTICE, case_id, actor=actor, at=at, version=version) as (unit, case):
        opened = store.rules.day(case.opened_at)
        if early := sorted(channel for channel, day in services.items() if day < opened):
            faults = [f"services.{channel}: lies before the case was opened ({opened})" for channel in early]
            raise InvalidInput("The notice cannot be recorded.", faults=faults)
        need_law_of(store, unit.session, case.last_run)
        named = _named(unit, case, fact_keys)
        issued_on = max(services.values())
        notice = Notice(
            id=new_id(at), case_id=case.id, author_id=actor.user_id, language=language, letter=letter, issued_on=issued_on,
            reply_until=store.rules.after(issued_on, store.rules.reply_window), recorded_at=at,
        )  # fmt: skip
        unit.add(notice)
        for channel, day in sorted(services.items()):
            unit.add(NoticeService(notice_id=notice.id, channel=channel.value, served_on=day, served_by=actor.user_id))
        for key in named:
            unit.add(NoticeFact(notice_id=notice.id, case_id=case.id, fact_key=key))
        unit.event(
            "notice.served", case_id=case.id, notice=notice.id, channels=sorted(services), issued_on=issued_on,
            reply_until=notice.reply_until, facts=named, content={"letter": letter},
        )  # fmt: skip
        return unit.row(case)


def record_reply(
    store: Store,
    *,
    case_id: str,
    received_on: date,
    channel: Channel,
    text: str,
    waives_window: bool = False,
    version: int | None = None,
    actor: Actor,
    at: datetime,
) -> CaseRow:
    """What the household answered to the newest notice is on the case, which is in review again.

    Raises:
        InvalidInput: no words, or a day in the future or before the notice.
        Conflict: no notice was served.
    """
    words = _told(text, "reply")
    with store.step(Step.REPLY, case_id, actor=actor, at=at, version=version) as (unit, case):
        served = store_process.notices(unit.session, case.id)
        if not served:
            raise Conflict("No notice was served in this case: record a hearing or a note instead.")
        notice = served[-1].notice
        _day("received_on", received_on, not_before=min(served[-1].services.values()), today=store.rules.day(at))
        reply = Reply(
            id=new_id(at), case_id=case.id, notice_id=notice.id, received_on=received_on, channel=Channel(channel).value,
            waives_window=waives_window, text=words, recorded_by=actor.user_id, recorded_at=at,
        )  # fmt: skip
        unit.add(reply)
        unit.event(
            "reply.recorded", case_id=case.id, notice=notice.id, channel=channel, received_on=received_on,
            waives_window=waives_window, content={"text": words},
        )  # fmt: skip
        return unit.row(case)


def note_silence(store: Store, *, at: datetime, limit: int = 10_000) -> int:
    """Cases whose window ended in silence ask for a visit; those heard meanwhile are in review. How many is returned.

    Silence is no admission (G04): nothing but the task follows from it. To be called once a day and with each run.
    """
    today = store.rules.day(at)
    with store.reading() as session:
        waiting = store_process.windows_ended(session, today)[:limit]
    moved = 0
    for case_id in waiting:
        with store.writing(actor=None, at=at) as unit:
            case = unit.case(case_id)
            if State(case.state) not in RULES[Step.SILENCE].sources:
                continue
            procedure = store_process.procedure(unit.session, case.id)
            if any(not notice.ended(today) for notice in procedure.notices):
                continue
            silent = procedure.notices[-1].silent(today, procedure.heard_on)
            case.state = State.VISIT_DUE.value if silent else State.IN_REVIEW.value
            unit.touch(case)
            unit.event("notice.window_ended", case_id=case.id, notice=procedure.notices[-1].id, silent=silent)
            moved += 1
    return moved


def record_visit(
    store: Store,
    *,
    case_id: str,
    attempted_on: date,
    outcome: VisitOutcome,
    second_visitor: str | None,
    text: str,
    version: int | None = None,
    actor: Actor,
    at: datetime,
) -> CaseRow:
    """The attempt to see the household at home is on the case; who was reached is in review again.

    Raises:
        InvalidInput: no words, no second visitor (art. 16 asks for two), or a day in the future.
    """
    words = _told(text, "visit")
    if not (second_visitor or "").strip():
        raise InvalidInput("second_visitor: a home visit is made by two investigators (最低生活保障审核确认办法 art. 16).")
    with store.step(Step.VISIT, case_id, actor=actor, at=at, version=version) as (unit, case):
        _day("attempted_on", attempted_on, not_before=None, today=store.rules.day(at))
        visit = Visit(
            id=new_id(at), case_id=case.id, attempted_on=attempted_on, outcome=VisitOutcome(outcome).value,
            second_visitor=second_visitor, text=words, recorded_by=actor.user_id, recorded_at=at,
        )  # fmt: skip
        unit.add(visit)
        if outcome == VisitOutcome.REACHED and case.state == State.VISIT_DUE:
            case.state = State.IN_REVIEW.value
        unit.event(
            "visit.recorded", case_id=case.id, visit=visit.id, attempted_on=attempted_on, outcome=outcome,
            content={"text": words, "second_visitor": second_visitor},
        )  # fmt: skip
        return unit.row(case)


def record_hearing(
    store: Store,
    *,
    case_id: str,
    held_on: date,
    channel: Channel,
    outcome: HearingOutcome,
    text: str,
    version: int | None = None,
    actor: Actor,
    at: datetime,
) -> CaseRow:
    """The hearing is on the case; only `heard` and `declined` count as one.

    Raises:
        InvalidInput: no words, or a day in the future.
    """
    words = _told(text, "hearing")
    with store.step(Step.HEARING, case_id, actor=actor, at=at, version=version) as (unit, case):
        _day("held_on", held_on, not_before=None, today=store.rules.day(at))
        hearing = Hearing(
            id=new_id(at), case_id=case.id, held_on=held_on, channel=Channel(channel).value,
            outcome=HearingOutcome(outcome).value, text=words, recorded_by=actor.user_id, recorded_at=at,
        )  # fmt: skip
        unit.add(hearing)
        if outcome in store_process.HEARD and case.state == State.VISIT_DUE:
            case.state = State.IN_REVIEW.value
        unit.event(
            "hearing.recorded", case_id=case.id, hearing=hearing.id, held_on=held_on, channel=channel, outcome=outcome,
            content={"text": words},
        )  # fmt: skip
        return unit.row(case)


def _named(unit: Unit, case: Case, fact_keys: Collection[str] | None) -> list[str]:
    """The facts that a notice names, sorted."""
    facts = [row for row in store_evidence.facts(unit.session, case.id) if row.current]
    proofs = store_evidence.proofs(unit.session, case.id)
    cut = {key for key, proof in proofs.items() if proof.judgement is Judgement.DIFFERENT}
    if fact_keys is not None:
        unknown = set(fact_keys) - {row.fact_key for row in facts}
        if unknown:
            raise InvalidInput(f"fact_keys: {len(unknown)} of {len(set(fact_keys))} are no present facts of this case.")
        if cut & set(fact_keys):
            raise InvalidInput("fact_keys: a fact hangs on a link that was judged to be another person: it names nobody here.")
        return sorted(set(fact_keys))
    used = {
        fact_id
        for row in store_evidence.findings(unit.session, case.id)
        if row.current and row.result == "hit"
        for fact_id in fact_ids(row)
    }
    named = {row.fact_key for row in facts if row.fact_id in used or row.added_by is not None}
    return sorted(named - cut)


def _told(text: str, what: str) -> str:
    if not text.strip():
        raise InvalidInput(f"text: say in words what the {what} brought.")
    return text.strip()


def _day(name: str, day: date, *, not_before: date | None, today: date) -> None:
    if day > today:
        raise InvalidInput(f"{name}: expected today ({today}) or earlier, got {day}.")
    if not_before is not None and day < not_before:
        raise InvalidInput(f"{name}: expected {not_before} or later, because nothing was served before, got {day}.")
