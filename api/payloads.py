"""HTTP bodies of the JSON API: what a caller sends, typed and bounded; amounts in cents, months `YYYY-MM`, days `YYYY-MM-DD`."""

from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator

from targeting.cases.codes import (
    ApprovalVerdict,
    Cause,
    Channel,
    DisputeRoute,
    DisputeState,
    FactSource,
    Finding,
    HearingOutcome,
    Judgement,
    Role,
    Verdict,
    VisitOutcome,
)
from targeting.cases.records import CaseRow
from targeting.dates import Month

Words = Annotated[str, StringConstraints(min_length=1, max_length=8000, strip_whitespace=True)]
Short = Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)]
Key = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[0-9A-Za-z_-]+$")]
Day = Annotated[date, Field(ge=date(1900, 1, 1), le=date(2200, 12, 31))]
Cents = Annotated[int, Field(ge=0, le=10**12)]


class Body(BaseModel):
    """A body: unknown fields are refused, because a misspelt field would be silently ignored."""

    model_config = ConfigDict(extra="forbid")


class Problem(BaseModel):
    """A failure (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    code: str
    errors: list[dict[str, Any]]
    trace_id: str


class SignIn(Body):
    """Login and password."""

    login: Short
    password: Annotated[str, StringConstraints(min_length=1, max_length=200)]


class SessionOut(BaseModel):
    """Who is signed in, and the token that changing calls send as X-CSRF-Token."""

    login: str
    name: str
    role: Role
    offices: list[str] | None
    powers: list[str]
    csrf_token: str


class CaseList(BaseModel):
    """A page of cases; `next_cursor` asks for the next one and is null at the end."""

    data: list[CaseRow]
    next_cursor: str | None
    total: int | None


class SearchByIdentity(Body):
    """A whole ID number, in the body and never in an address, and what the search is for."""

    resident_id: Annotated[str, StringConstraints(min_length=15, max_length=18, pattern=r"^[0-9]{14,17}[0-9Xx]$")]
    purpose: Words


class Reason(Body):
    """Why."""

    reason: Words


class Assign(Body):
    """To whom; null gives the case back to the office."""

    to_login: Short | None


class Snooze(Body):
    """Until when, and why."""

    until: Day
    reason: Words


class Note(Body):
    """A note."""

    text: Words


class MarkFact(Body):
    """The officer's own mark on one fact."""

    fact_key: Key
    verdict: Verdict


class OwnFindingIn(Body):
    """The officer's own finding, before rank and model reasons are shown."""

    finding: Finding
    note: Words | None = None


class AddFact(Body):
    """What the officer saw or was shown; registers bring their facts with a run."""

    source: FactSource
    kind: Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,40}$")] = "evidence"
    text: Words
    person_id: Short | None = None


class JudgeLink(Body):
    """Same person, different person, or unsure; binds every case that uses the link."""

    fact_key: Key
    judgement: Judgement
    reason: Words


class DisputeIn(Body):
    """A fact that the household disputes."""

    fact_key: Key
    route: DisputeRoute
    reason: Words


class DisputeAnswer(Body):
    """What the register answered."""

    state: DisputeState
    resolution: Words


class NoticeIn(Body):
    """A letter as served: on two ways at least, naming the facts that a decision may rest on."""

    letter: Words
    language: Annotated[str, StringConstraints(pattern="^(zh|en)$")]
    services: Annotated[dict[Channel, Day], Field(min_length=2)]
    fact_keys: list[Key] | None = None


class ReplyIn(Body):
    """The household's answer."""

    received_on: Day
    channel: Channel
    text: Words
    waives_window: bool = False


class VisitIn(Body):
    """An attempt to see the household at home; two take part."""

    attempted_on: Day
    outcome: VisitOutcome
    second_visitor: Short | None = None
    text: Words


class HearingIn(Body):
    """A hearing."""

    held_on: Day
    channel: Channel
    outcome: HearingOutcome
    text: Words


class GroundIn(Body):
    """A ground: `check` where it is a check of the case, else what the inquiry found; the facts that prove it."""

    text: Words
    fact_keys: Annotated[list[Key], Field(max_length=100)]
    check: Annotated[str, StringConstraints(pattern=r"^[A-Z][0-9]{2}$")] | None = None


class MonthIn(Body):
    """One month: what was paid and what was due in it."""

    month: Annotated[str, StringConstraints(pattern=r"^[0-9]{4}-[0-9]{2}$")]
    paid_cents: Cents
    due_cents: Cents

    @field_validator("month")
    @classmethod
    def _is_a_month(cls, text: str) -> str:
        return str(Month.parse(text))


class DecisionIn(Body):
    """A decision; an adverse one waits for a second person and needs all that the law asks for."""

    finding: Finding
    cause: Cause
    reason: Words
    grounds: Annotated[list[GroundIn], Field(max_length=40)] = []
    months: Annotated[list[MonthIn], Field(max_length=120)] = []


class ApprovalIn(Body):
    """What the second person says."""

    verdict: ApprovalVerdict
    reason: Words


class RevealIn(Body):
    """Whose whole number is needed, and what for."""

    person_id: Short
    purpose: Words


class IdentityOut(BaseModel):
    """A whole ID number, given out once and logged."""

    person_id: str
    name: str | None
    resident_id: str | None


class NoticeDraft(BaseModel):
    """The draft of a letter, and the facts it would name."""

    language: str
    letter: str
    fact_keys: list[str]
    reply_until: date


class ChainState(BaseModel):
    """Whether the audit chain is whole, else its first broken link."""

    ok: bool
    events: int
    broken_seq: int | None
    problem: str | None
    head_hash: str
