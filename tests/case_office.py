"""An office for tests of the case store: people without passwords, referrals as a run brings them, steps of the lawful process.

Names and numbers are invented; region code 139921 is not assigned.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import text

from targeting.cases import deciding, opening, process, reading
from targeting.cases.codes import (
    Arm,
    Cause,
    Channel,
    Direction,
    Finding,
    HearingOutcome,
    Role,
    SubjectKind,
    VisitOutcome,
)
from targeting.cases.columns import new_id
from targeting.cases.dossier import CaseDetail, GroundInput
from targeting.cases.records import Actor, CaseRow, MonthInput, Referral, ReferralMember, RunCounts, RunManifest
from targeting.cases.schema import User, UserOffice
from targeting.cases.store import Store

MONDAY = datetime(2026, 11, 2, 2, tzinfo=UTC)
HERE, ELSEWHERE = "清河街道", "白石镇"
AUGUST = date(2026, 8, 1)
PEOPLE = {
    "officer": (Role.CASEWORKER, HERE),
    "colleague": (Role.CASEWORKER, HERE),
    "supervisor": (Role.SUPERVISOR, HERE),
    "deputy": (Role.SUPERVISOR, HERE),
    "stranger": (Role.CASEWORKER, ELSEWHERE),
    "auditor": (Role.AUDITOR, None),
}


def days(count: float) -> timedelta:
    """That many days."""
    return timedelta(days=count)


@dataclass(frozen=True)
class Office:
    """The store and those who act on it."""

    store: Store
    officer: Actor
    colleague: Actor
    supervisor: Actor
    deputy: Actor
    stranger: Actor
    auditor: Actor

    def open(self, *referrals: Referral, run: str = "run-1", at: datetime = MONDAY, snapshot: str = "2026-10-31") -> RunCounts:
        """The referrals are opened as one run."""
        manifest = RunManifest(run, snapshot, date.fromisoformat(snapshot), "over 3", {"seed": 7})
        return opening.open_run(self.store, manifest, referrals, at=at)

    def one(self, referral: Referral | None = None, *, at: datetime = MONDAY) -> str:
        """The id of a newly opened case."""
        chosen = referral or referral_of(1)
        self.open(chosen, at=at)
        return self.id_of(chosen)

    def id_of(self, referral: Referral) -> str:
        """The id of the newest case of the referral's subject."""
        query = "SELECT id FROM cases WHERE subject = :s AND direction = :d ORDER BY opened_at DESC"
        return str(self.sql(query, s=referral.subject, d=str(referral.direction))[0][0])

    def case(self, case_id: str, *, actor: Actor | None = None, at: datetime = MONDAY) -> CaseDetail:
        """The case as the officer sees it."""
        return reading.case(self.store, case_id=case_id, actor=actor or self.officer, at=at)

    def sql(self, statement: str, **values: Any) -> Sequence[Any]:
        """What a hand at the database does."""
        with self.store.engine.execution_options(writes=True).begin() as connection:
            result = connection.execute(text(statement), values)
            return result.all() if result.returns_rows else []

    def fact_keys(self, case_id: str) -> tuple[str, ...]:
        """The facts behind the present hits of the case."""
        used = self.sql("SELECT facts FROM case_findings WHERE case_id = :i AND result = 'hit' AND current", i=case_id)
        ids = {name for (names,) in used for name in (json.loads(names) if isinstance(names, str) else names)}
        keys = self.sql("SELECT fact_id, fact_key FROM case_facts WHERE case_id = :i AND current", i=case_id)
        return tuple(sorted(key for name, key in keys if name in ids))

    def serve(self, case_id: str, *, at: datetime = MONDAY, **values: Any) -> CaseRow:
        """A notice was served today on two channels."""
        today = self.store.rules.day(at)
        arguments: dict[str, Any] = {
            "letter": "We found a car.", "language": "en", "services": {Channel.LETTER: today, Channel.VISIT: today}
        } | values  # fmt: skip
        return process.serve_notice(self.store, case_id=case_id, actor=self.officer, at=at, **arguments)

    def reply(self, case_id: str, *, at: datetime = MONDAY, waives: bool = False) -> CaseRow:
        """The household has answered today."""
        return process.record_reply(
            self.store, case_id=case_id, received_on=self.store.rules.day(at), channel=Channel.PHONE, text="It is my brother's.",
            waives_window=waives, actor=self.officer, at=at,
        )  # fmt: skip

    def hear(self, case_id: str, *, at: datetime = MONDAY, outcome: HearingOutcome = HearingOutcome.HEARD) -> CaseRow:
        """The household was heard today."""
        return process.record_hearing(
            self.store, case_id=case_id, held_on=self.store.rules.day(at), channel=Channel.OFFICE, outcome=outcome,
            text="He explained it.", actor=self.officer, at=at,
        )  # fmt: skip

    def visit(self, case_id: str, *, at: datetime = MONDAY, outcome: VisitOutcome = VisitOutcome.REACHED) -> CaseRow:
        """Two investigators went there today."""
        return process.record_visit(
            self.store, case_id=case_id, attempted_on=self.store.rules.day(at), outcome=outcome, second_visitor="Qian",
            text="Seen at home.", actor=self.officer, at=at,
        )  # fmt: skip

    def propose(self, case_id: str, *, at: datetime = MONDAY, **values: Any) -> CaseRow:
        """The officer proposes a reduction on the present hits, unless told otherwise."""
        arguments: dict[str, Any] = {
            "finding": Finding.PAID_TOO_MUCH, "cause": Cause.CHANGE_NOT_REPORTED, "reason": "A car was bought in March.",
            "grounds": (GroundInput("He owns a car.", self.fact_keys(case_id), "X10"),),
            "months": (MonthInput(AUGUST, 96000, 0),), "actor": self.officer,
        } | values  # fmt: skip
        return deciding.propose(self.store, case_id=case_id, at=at, **arguments)

    def clear(self, case_id: str, *, at: datetime = MONDAY, **values: Any) -> CaseRow:
        """The officer finds that what is paid is right."""
        arguments: dict[str, Any] = {
            "finding": Finding.ENTITLED_AS_PAID, "cause": Cause.NONE, "reason": "The car was sold.", "grounds": (), "months": ()
        } | values  # fmt: skip
        return self.propose(case_id, at=at, **arguments)

    def approve(self, case_id: str, *, at: datetime = MONDAY, actor: Actor | None = None) -> CaseRow:
        """The supervisor approves."""
        return deciding.approve(
            self.store, case_id=case_id, reason="Evidence and hearing are complete.", actor=actor or self.supervisor, at=at
        )

    def processed(self, case_id: str, *, at: datetime = MONDAY) -> None:
        """Notice served, window waived, household heard."""
        self.serve(case_id, at=at)
        self.reply(case_id, at=at, waives=True)
        self.hear(case_id, at=at)


def staff(store: Store) -> Office:
    """The office with its people."""
    actors = {}
    with store.writing(actor=None, at=MONDAY) as unit:
        for login, (role, place) in PEOPLE.items():
            user = User(
                id=new_id(MONDAY), login=login, name=login.title(), role=role.value, county_wide=place is None,
                password_hash=None, active=True, failed_sign_ins=0, locked_until=None, created_at=MONDAY,
            )  # fmt: skip
            unit.add(user)
            if place is not None:
                unit.add(UserOffice(user_id=user.id, office=place))
            actors[login] = Actor(user.id, login, user.name, role, None if place is None else frozenset({place}))
    return Office(store=store, **actors)


def fact(kind: str, row: int, **values: Any) -> dict[str, Any]:
    """A fact as a run brings it."""
    return {
        "fact_id": f"vehicle:{row}:owner:{kind}", "person_id": "P1", "kind": kind, "value": 9800000.0, "unit": "cents",
        "text": "car", "detail": "{}", "valid_from": date(2026, 3, 12), "valid_to": None, "known_at": date(2026, 4, 1),
        "register": "vehicle", "row": row, "role": "owner", "level": "A", "identity_sha256": f"{row:064d}",
    } | values  # fmt: skip


def finding(check: str, facts: Sequence[Any], **values: Any) -> dict[str, Any]:
    """A finding as a run brings it."""
    return {
        "check": check, "person_id": "P1", "result": "hit", "link_level": "A", "facts": list(facts), "detail": "{}",
        "legal_basis": "CN-DBR21 art. 14", "effective_from": date(2026, 3, 12), "amount_month": 96000,
    } | values  # fmt: skip


def reason(code: str, source: str = "finding") -> dict[str, Any]:
    """A reason as a run brings it."""
    return {
        "source": source, "code": code, "contribution": 0.4 if source == "model" else None, "zh": f"{code} 命中",
        "en": f"{code} hit", "clears_zh": "已出售", "clears_en": "sold", "facts": "[]",
    }  # fmt: skip


def referral_of(number: int, **values: Any) -> Referral:
    """A referral with a car behind one hit (X10), and a model reason."""
    car = fact("vehicle", 100 + number)
    return replace(
        Referral(
            subject_kind=SubjectKind.AWARD, subject=f"dibao:D{number:06d}", direction=Direction.OVER, benefit="dibao",
            rank=number, arm=Arm.RANKED, opened=True, probability=0.61, amount_month=96000, selection_probability=1.0,
            tie_seed=7, ranked_by="over 3", household_id=f"H{number}", household_label=f"王建国{number}", office=HERE,
            community="和平社区",
            members=(ReferralMember(f"P{number}", f"王建国{number}", "self", f"139921196804120{number % 100:02d}X"),),
            findings=(finding("X10", [car["fact_id"]]),), facts=(car,),
            reasons=(reason("X10"), reason("vehicles", "model")),
        ),
        **values,
    )  # fmt: skip


def doubtful(number: int, *, row: int = 900) -> Referral:
    """A referral whose one hit hangs on a probable link; `row` is the shared row of the register."""
    deed = fact("dwelling", row, level="B", register="property", fact_id=f"property:{row}:owner:dwelling")
    return referral_of(number, findings=(finding("X09", [deed["fact_id"]], link_level="B"),), facts=(deed,))
