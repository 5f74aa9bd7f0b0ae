"""What the case page shows: plain frozen values read from the store at one moment.

Nothing here holds a whole resident ID but `Identity`, which only the logged reveal gives out.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from targeting.cases.codes import Arm, Cause, Channel, Finding, GateFault, ReadKind
from targeting.cases.records import CaseRow, MonthInput, Ref


@dataclass(frozen=True, slots=True)
class FactRow:
    """A fact of the case: what the register says, the link, the marks."""

    fact_key: str
    fact_id: str
    source: str
    person_id: str | None
    kind: str
    value: float | None
    unit: str | None
    text: str | None
    detail: Mapping[str, Any]
    valid_from: date | None
    valid_to: date | None
    known_at: date | None
    register: str | None
    row: int | None
    role: str | None
    level: str | None
    link_key: str | None
    link: Mapping[str, Any]
    judgement: str | None
    disputed: str | None
    current: bool
    my_verdict: str | None
    verdicts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class FindingRow:
    """The answer of one check: hit, clear or unknown."""

    finding_key: str
    check: str
    result: str
    person_id: str | None
    link_level: str | None
    needs_confirmation: bool
    fact_keys: tuple[str, ...]
    unknown_because: tuple[str, ...]
    legal_basis: str
    effective_from: date | None
    amount_month: int | None
    detail: Mapping[str, Any]
    disposition: str | None
    current: bool
    last_run: str


@dataclass(frozen=True, slots=True)
class ReasonRow:
    """One reason; `source` is finding or model, the latter only after an own finding."""

    source: str
    code: str
    contribution: float | None
    zh: str
    en: str
    clears_zh: str
    clears_en: str
    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MemberRow:
    """A person of the case, number masked."""

    person_id: str
    name: str | None
    relation: str | None
    masked_id: str | None
    detail: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """A served notice with its channels, the facts it names and the answer to it."""

    id: str
    author: Ref
    language: str
    letter: str
    issued_on: date
    reply_until: date
    services: Mapping[Channel, date]
    fact_keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReplyRow:
    """An answer of the household."""

    id: str
    notice_id: str
    received_on: date
    channel: Channel
    waives_window: bool
    text: str


@dataclass(frozen=True, slots=True)
class VisitRow:
    """An attempt to see the household at home."""

    id: str
    attempted_on: date
    outcome: str
    second_visitor: str | None
    text: str


@dataclass(frozen=True, slots=True)
class HearingRow:
    """A hearing."""

    id: str
    held_on: date
    channel: Channel
    outcome: str
    text: str


@dataclass(frozen=True, slots=True)
class GroundInput:
    """A ground of a decision: `check` where it is a check of the case, else what the inquiry found; `fact_keys` prove it."""

    text: str
    fact_keys: tuple[str, ...]
    check: str | None = None


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """A decision with its grounds, months and what the second person said."""

    id: str
    author: Ref
    finding: Finding
    cause: Cause
    reason: str
    decided_on: date
    grounds: tuple[GroundInput, ...]
    months: tuple[MonthInput, ...]
    approver: Ref | None
    approval: str | None
    approval_reason: str | None
    in_force: bool


@dataclass(frozen=True, slots=True)
class DisputeRow:
    """A disputed fact and the register's answer."""

    id: str
    fact_key: str
    route: str
    state: str
    reason: str
    raised_at: datetime
    answer_due: date
    resolution: str | None


@dataclass(frozen=True, slots=True)
class Placement:
    """Rank and arm: given out only after the viewer's own finding, or once the case is decided."""

    run: str
    arm: Arm
    rank: int
    ranked_of: int
    probability: float | None
    ranked_by: str | None


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One event of the case, with its personal content where that is still kept."""

    seq: int
    at: datetime
    actor: Ref | None
    kind: str
    payload: Mapping[str, Any]
    content: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class ReadRow:
    """Who looked at what, and for what purpose."""

    at: datetime
    reader: Ref
    kind: ReadKind
    case_id: str | None
    person_id: str | None
    purpose: str | None


@dataclass(frozen=True, slots=True)
class EventRow:
    """One event of the audit chain: codes and ids only."""

    seq: int
    id: str
    at: datetime
    actor_id: str | None
    kind: str
    case_id: str | None
    run: str | None
    payload: Mapping[str, Any]
    hash: str


@dataclass(frozen=True, slots=True)
class CaseDetail:
    """Everything the case page shows; `placement` and model reasons are empty before the viewer's own finding."""

    case: CaseRow
    run: str
    snapshot: str
    as_of: date
    sample: bool
    detail: Mapping[str, Any]
    members: tuple[MemberRow, ...]
    findings: tuple[FindingRow, ...]
    facts: tuple[FactRow, ...]
    reasons: tuple[ReasonRow, ...]
    own_finding: Finding | None
    placement: Placement | None
    notices: tuple[NoticeRow, ...]
    replies: tuple[ReplyRow, ...]
    visits: tuple[VisitRow, ...]
    hearings: tuple[HearingRow, ...]
    disputes: tuple[DisputeRow, ...]
    decisions: tuple[DecisionRow, ...]
    notes: tuple[TimelineEntry, ...]
    timeline: tuple[TimelineEntry, ...]
    earlier_cases: tuple[CaseRow, ...]
    missing_for_adverse: tuple[GateFault, ...]
    actions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Identity:
    """A whole resident ID, given out by the logged reveal only."""

    person_id: str
    name: str | None
    resident_id: str | None
