"""What goes into the use cases and what comes out: plain frozen values, no table behind them.

Amounts are integer cents, months the first day of the month, instants UTC. Nothing here holds a whole resident ID but
`ReferralMember` (in) and `Identity` (out of the logged reveal).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from targeting.cases.codes import (
    POWERS,
    Arm,
    Cause,
    Direction,
    Finding,
    Power,
    Role,
    State,
    Strength,
    SubjectKind,
)


@dataclass(frozen=True, slots=True)
class Actor:
    """The named person who acts; `offices` limits what can be seen, None means the whole county."""

    user_id: str
    login: str
    name: str
    role: Role
    offices: frozenset[str] | None

    def may(self, power: Power) -> bool:
        """Whether the role has the power."""
        return power in POWERS[self.role]


@dataclass(frozen=True, slots=True)
class Session:
    """A signed-in session; `token` is the cookie's value and is known only here and to the browser."""

    token: str
    csrf_token: str
    actor: Actor
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Account:
    """An account as administrators see it."""

    user_id: str
    login: str
    name: str
    role: Role
    offices: tuple[str, ...]
    county_wide: bool
    active: bool
    locked_until: datetime | None


@dataclass(frozen=True, slots=True)
class RunManifest:
    """One screening run: the key under which it opens cases once."""

    run: str
    snapshot: str
    as_of: date
    model: str
    manifest: Mapping[str, Any] = field(default_factory=dict)
    planned: int | None = None


@dataclass(frozen=True, slots=True)
class ReferralMember:
    """A person of a referral."""

    person_id: str
    name: str | None = None
    relation: str | None = None
    resident_id: str | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Referral:
    """One subject of the whole ranking with what stands behind it.

    `findings`, `facts` and `reasons` are rows of those contracts as dicts (JSON columns as text or parsed). A finding may carry
    `facts_sha256` (else it is computed from what its facts say); a fact may carry `identity_sha256` and `evidence` (the row of
    the evidence contract for its link). A referral that is not `opened` may leave them out, unless its subject has an open case
    (`opening.open_subjects`): an open case takes in what is sent, and what is not sent is said no more.
    `detail` is what pages show and no check uses (months paid, coverage of registers); the newest run's is kept.
    """

    subject_kind: SubjectKind
    subject: str
    direction: Direction
    benefit: str
    rank: int
    arm: Arm
    opened: bool
    probability: float | None = None
    amount_month: int | None = None
    selection_probability: float | None = None
    tie_seed: int | None = None
    ranked_by: str | None = None
    household_id: str | None = None
    household_label: str | None = None
    office: str | None = None
    community: str | None = None
    members: tuple[ReferralMember, ...] = ()
    findings: tuple[Mapping[str, Any], ...] = ()
    facts: tuple[Mapping[str, Any], ...] = ()
    reasons: tuple[Mapping[str, Any], ...] = ()
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RunCounts:
    """What a run did: created + updated + skipped = evaluated; `repeated` says that the key had been opened before."""

    run: str
    planned: int
    evaluated: int
    created: int
    updated: int
    skipped: int
    skip_reasons: Mapping[str, int]
    repeated: bool


@dataclass(frozen=True, slots=True)
class RunRow:
    """A run on the overview page."""

    run: str
    snapshot: str
    as_of: date
    model: str
    planned: int
    evaluated: int
    created: int
    updated: int
    skipped: int
    skip_reasons: Mapping[str, int]
    opened_at: datetime
    open_cases: int
    decided_cases: int
    manifest: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Ref:
    """A thing and its label."""

    id: str
    label: str


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A case in the queue: no score, no rank, no arm."""

    id: str
    number: str
    version: int
    state: State
    direction: Direction
    subject_kind: SubjectKind
    benefit: str
    office: str | None
    household_label: str
    masked_id: str | None
    main_check: str | None
    main_reason_zh: str | None
    main_reason_en: str | None
    strength: Strength
    judged_by_person: bool
    needs_confirmation: bool
    rescreen_due: bool
    amount_month: int | None
    deadline: date
    opened_at: datetime
    updated_at: datetime
    snoozed_until: date | None
    assignee: Ref | None
    lease_until: datetime | None
    finding: Finding | None
    cause: Cause | None
    decided_at: datetime | None


@dataclass(frozen=True, slots=True)
class CasePage:
    """A page of the queue; `cursor` asks for the next one, None at the end."""

    rows: tuple[CaseRow, ...]
    cursor: str | None
    total: int | None


@dataclass(frozen=True, slots=True)
class MonthInput:
    """One month: what was paid and what was due in it."""

    month: date
    paid_cents: int
    due_cents: int


@dataclass(frozen=True, slots=True)
class OutcomeRow:
    """A decided case as a label: who was looked at, how it was selected, what people found."""

    case_id: str
    subject_kind: SubjectKind
    subject: str
    benefit: str
    direction: Direction
    run: str
    as_of: date
    arm: Arm
    selection_probability: float | None
    decided_on: date
    finding: Finding
    cause: Cause
    months: tuple[MonthInput, ...]


@dataclass(frozen=True, slots=True)
class BulkResult:
    """What became of one case of a bulk action; `error` is None where it was done."""

    case_id: str
    error: str | None
