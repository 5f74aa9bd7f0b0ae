"""HTTP bodies of parameter sets and of what-if: what a caller sends and gets."""

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import BaseModel, Field, StringConstraints

from targeting.jobs.policies import SetState

from .payloads import Body, Day, Short, Words

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$", max_length=100)]
Number = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,12}(\.[0-9]{1,6})?$")]
FileName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,60}$")]
Setting = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_.]*=[0-9.]+$", max_length=140)]
Set = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{6,64}$")]


class ValueIn(Body):
    """One new value for the set in use; money in whole units of the currency, not in cents."""

    parameter: Name
    number: Number
    effective_from: Day
    document: Short
    article: Short
    note: Words
    past_reason: str = Field(default="", max_length=8000)


class FilesIn(Body):
    """A whole set: file name without `.toml` to text."""

    files: dict[FileName, Annotated[str, StringConstraints(max_length=400_000)]] = Field(min_length=1, max_length=40)
    note: Words
    past_reason: str = Field(default="", max_length=8000)


class SetOut(BaseModel):
    """A proposed set."""

    sha256: str
    jurisdiction: str
    state: SetState
    proposer: str
    proposed_at: datetime
    note: str
    past_reason: str | None
    reaches_back: bool
    approver: str | None
    approved_at: datetime | None
    changes: list[dict[str, Any]]


class SetsOut(BaseModel):
    """The set in use, law or sample, and every proposal, newest first."""

    jurisdiction: str
    in_use: str
    published: bool
    sample: bool
    sets: list[SetOut]


class WhatIfIn(Body):
    """Numbers to be tried (`name=number`, money in whole units), or a proposed set by its hash; `on` the day of the law."""

    settings: list[Setting] = Field(default=[], max_length=20)
    draft: Set | None = None
    on: date | None = Field(default=None, ge=date(2000, 1, 1), le=date(2100, 12, 31))


class WhatIfOut(BaseModel):
    """The answer; money in cents a month. `groups` only for auditors."""

    whatif: str
    run: str
    as_of: date
    tried: dict[str, Any]
    standing: dict[str, Any]
    totals: dict[str, Any]
    layers: list[dict[str, Any]]
    moves: list[dict[str, Any]]
    streets: list[dict[str, Any]]
    flagged: list[dict[str, Any]]
    groups: list[dict[str, Any]] | None = None
