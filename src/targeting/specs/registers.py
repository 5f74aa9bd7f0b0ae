"""The declaration of one register: how its file is read, whose identities stand in a row, and what may be done with it.

`models/registers/<name>.toml` holds one. Header and code alternatives let the files of other counties in without new code;
`event`, `current_only` and `outreach_basis` are what later stages must know of a register (DESIGN §5.4, G20).
"""

import tomllib
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, field_validator, model_validator

from targeting.errors import Misconfigured
from targeting.specs.loading import declaration, declared_names

KIND = "registers"
ROW = "row"
MONEY_UNITS = ("元", "万元", "千元", "亿元", "角", "分")


class ColumnType(StrEnum):
    """What a cell of a column is. `resident_id` and `name` cells go into identities only, never into the register's table."""

    TEXT = "text"
    TOKEN = "token"
    CODE = "code"
    DATE = "date"
    MONTH = "month"
    MONEY = "money"
    INT = "int"
    NUMBER = "number"
    YESNO = "yesno"
    SHARE = "share"
    RESIDENT_ID = "resident_id"
    NAME = "name"


class Check(StrEnum):
    """A public numbering scheme that the cells of a token column follow."""

    CREDIT_CODE = "credit_code"
    UNIT_NUMBER = "unit_number"
    CERTIFICATE = "disability_certificate"


_BOUNDED = {ColumnType.DATE, ColumnType.MONTH, ColumnType.MONEY, ColumnType.INT, ColumnType.NUMBER, ColumnType.SHARE}
_IDENTITY = {ColumnType.RESIDENT_ID, ColumnType.NAME}


def _decimal(value: object) -> object:
    return Decimal(str(value)) if isinstance(value, int | float) else value


Bound = Annotated[date | Decimal | None, BeforeValidator(_decimal)]


class _Declared(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ColumnSpec(_Declared):
    """One source column: the headers it may stand under, its type, and what is done with a cell that is not of the type.

    A bad cell is set aside (null, recorded), except in an `essential` column, or in one whose blank means "still running"
    (`blank_is_open`): there null would say what the file does not, so the row is refused.
    """

    name: str
    headers: tuple[str, ...] = Field(min_length=1)
    type: ColumnType
    required: bool = False
    essential: bool = False
    blank_is_open: bool = False
    protected: bool = False
    codes: dict[str, tuple[str, ...]] = {}
    unit: str | None = None
    minimum: Bound = None
    maximum: Bound = None
    check: Check | None = None

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if bool(self.codes) != (self.type is ColumnType.CODE) and not (self.codes and self.type is ColumnType.INT):
            raise ValueError(f"column {self.name}: type code needs codes; besides it only type int may have them, as words")
        if (self.minimum is not None or self.maximum is not None) and self.type not in _BOUNDED:
            raise ValueError(f"column {self.name}: minimum and maximum do not apply to type {self.type}")
        if self.type is ColumnType.MONEY and self.unit not in MONEY_UNITS:
            raise ValueError(f"column {self.name}: money needs a unit: {', '.join(MONEY_UNITS)}")
        if self.check and self.type is not ColumnType.TOKEN:
            raise ValueError(f"column {self.name}: check {self.check} applies to type token only")
        dates = self.type in (ColumnType.DATE, ColumnType.MONTH)
        if any(isinstance(bound, date) != dates for bound in (self.minimum, self.maximum) if bound is not None):
            raise ValueError(f"column {self.name}: minimum and maximum must be dates for dates and months, else numbers")
        return self

    def with_words(self, own: Mapping[str, Sequence[str]]) -> "ColumnSpec":
        """The column with these words of its codes besides the declared ones, which mean nothing else any more."""
        taken = {word for words in own.values() for word in words}
        codes = {code: (*own.get(code, ()), *(word for word in words if word not in taken)) for code, words in self.codes.items()}
        return self.model_copy(update={"codes": codes})

    @property
    def tabled(self) -> bool:
        """The column stands in the register's own table: neither an identity's text nor protected."""
        return self.type not in _IDENTITY and not self.protected


class RoleSpec(_Declared):
    """One identity in a row, by the columns that hold its number, name, birth date, address and phone."""

    role: str
    id: str | None = None
    name: str | None = None
    name_only_where: dict[str, str] = {}
    id_type: str | None = None
    birth_date: str | None = None
    address: str | None = None
    other_address: str | None = None
    phone: str | None = None
    group: str | None = None
    organisations: bool = False

    def columns(self) -> tuple[str, ...]:
        """The columns that the role names."""
        named = (self.id, self.name, self.id_type, self.birth_date, self.address, self.other_address, self.phone, self.group)
        return tuple(column for column in (*named, *self.name_only_where) if column is not None)


class EventSpec(_Declared):
    """When a row's event took place, and when it became known: a column of its own, or a lag in days.

    `stale_after_days`: a register whose latest event lies longer ago no longer answers "clear"; left out, it is never stale.
    """

    column: str
    known_at_column: str | None = None
    lag_days: int = Field(default=0, ge=0)
    stale_after_days: int | None = Field(default=None, gt=0)
    source: str = Field(min_length=1)

    def known_at(self, event: date) -> date:
        """The day on which an event became known, where no column says it."""
        return event + timedelta(days=self.lag_days)

    def is_stale(self, latest: date, *, on: date) -> bool:
        """The latest event lies longer ago than the register may lag."""
        return self.stale_after_days is not None and latest + timedelta(days=self.stale_after_days) < on


class FactSpec(_Declared):
    """One thing that each row says of the person in a role: a fact without code.

    `value` is a column of numbers (money in cents) in `unit`, `text` one of codes or words. `valid_from` is a day, or a month's
    first day. `valid_to` is a day that the row states beforehand, as of a certificate; `last_month` that of a spell, whose end
    becomes known when it has been reported. Only rows whose columns have the codes of `where` say it.
    """

    kind: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    role: str
    value: str | None = None
    unit: Literal["cents_month", "cents", "share", "m2", "grade", "count", "none"] = "none"
    text: str | None = None
    valid_from: str | None = None
    valid_to: str | None = None
    last_month: str | None = None
    detail: tuple[str, ...] = ()
    where: dict[str, tuple[str, ...]] = {}

    @model_validator(mode="after")
    def _measured(self) -> Self:
        if (self.value is None) != (self.unit == "none"):
            raise ValueError(f"fact {self.kind}: value and unit go together")
        if self.valid_to is not None and self.last_month is not None:
            raise ValueError(f"fact {self.kind}: name either valid_to or last_month")
        return self

    def columns(self) -> tuple[str, ...]:
        """The columns that the fact reads."""
        named = (self.value, self.text, self.valid_from, self.valid_to, self.last_month, *self.detail, *self.where)
        return tuple(column for column in named if column is not None)


_NUMBERS = {ColumnType.MONEY, ColumnType.INT, ColumnType.NUMBER, ColumnType.SHARE}


class RegisterSpec(_Declared):
    """One register: purpose and legal basis of its use, its columns, roles and event, and the facts that need no code."""

    name: str = Field(alias="register")
    title_zh: str
    title_en: str
    holder: str
    purpose: str = Field(min_length=1)
    legal_basis: str = Field(min_length=1)
    outreach_basis: str | None = None
    key: tuple[str, ...] = ()
    event: EventSpec | None = None
    current_only: tuple[str, ...] = ()
    primary_role: str | None = None
    columns: tuple[ColumnSpec, ...] = Field(min_length=1)
    roles: tuple[RoleSpec, ...] = ()
    facts: tuple[FactSpec, ...] = ()
    sha256: str

    @field_validator("columns")
    @classmethod
    def _named_once(cls, columns: tuple[ColumnSpec, ...]) -> tuple[ColumnSpec, ...]:
        names = [column.name for column in columns]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"declared twice: {', '.join(twice)}")
        if ROW in names:
            raise ValueError(f"a column may not be called {ROW}: that is the row's number in the file")
        return columns

    @model_validator(mode="after")
    def _references_exist(self) -> Self:
        faults = [
            f"{where} names column {name}, which is not declared"
            for where, names in self._references()
            for name in names
            if name not in self.by_name and not (name == ROW and where.startswith("role"))
        ]
        roles = [role.role for role in self.roles]
        if self.primary_role is not None and self.primary_role not in roles:
            faults.append(f"primary_role {self.primary_role} is not among the roles {', '.join(roles) or '(none)'}")
        if len(set(roles)) < len(roles):
            faults.append("a role is declared twice")
        faults += [
            f"role {role.role}: {column} is of type {self.by_name[column].type}, not {expected}"
            for role in self.roles
            for column, expected in ((role.name, ColumnType.NAME), (role.birth_date, ColumnType.DATE))
            if column in self.by_name and self.by_name[column].type is not expected
        ]
        faults += self._fact_faults()
        if faults:
            raise ValueError("; ".join(faults))
        return self

    def _fact_faults(self) -> list[str]:
        roles = {role.role for role in self.roles}
        faults = [f"fact {fact.kind}: there is no role {fact.role}" for fact in self.facts if fact.role not in roles]
        expected = [
            (fact, column, types, words)
            for fact in self.facts
            for column, types, words in (
                (fact.value, _NUMBERS, "a number"),
                (fact.valid_from, {ColumnType.DATE, ColumnType.MONTH}, "a date or month"),
                (fact.valid_to, {ColumnType.DATE}, "a date"),
                (fact.last_month, {ColumnType.MONTH}, "a month"),
            )
        ]
        faults += [
            f"fact {fact.kind}: {column} is of type {self.by_name[column].type}, not {words}"
            for fact, column, types, words in expected
            if column in self.by_name and self.by_name[column].type not in types
        ]
        faults += [
            f"fact {fact.kind}: {column} is a name, a number of a person or protected, which no fact may hold"
            for fact in self.facts
            for column in fact.columns()
            if column in self.by_name and not self.by_name[column].tabled
        ]
        named = [(fact.kind, fact.role) for fact in self.facts]
        return faults + [
            f"fact {kind} of {role} is declared twice" for kind, role in sorted({n for n in named if named.count(n) > 1})
        ]

    def _references(self) -> list[tuple[str, tuple[str, ...]]]:
        event = self.event
        return [
            ("key", self.key),
            ("current_only", self.current_only),
            ("event", tuple(c for c in (event.column, event.known_at_column) if c) if event else ()),
            *((f"role {role.role}", role.columns()) for role in self.roles),
            *((f"fact {fact.kind}", fact.columns()) for fact in self.facts),
        ]

    @property
    def by_name(self) -> dict[str, ColumnSpec]:
        """The columns by their names."""
        return {column.name: column for column in self.columns}

    def with_words(self, own: Mapping[str, Mapping[str, Sequence[str]]]) -> "RegisterSpec":
        """The register where a source writes these words for codes of columns; a word means what the source says."""
        columns = tuple(c.with_words(own[c.name]) if c.name in own else c for c in self.columns)
        return self.model_copy(update={"columns": columns})

    @property
    def outreach(self) -> bool:
        """The register may be used to find people who are entitled and not paid."""
        return self.outreach_basis is not None


def load_registers() -> dict[str, RegisterSpec]:
    """All declared registers by name, sorted.

    Raises:
        Misconfigured: with every fault of every declaration.
    """
    specs: dict[str, RegisterSpec] = {}
    faults: list[str] = []
    for name in declared_names(KIND):
        content, digest = declaration(KIND, name)
        found = _read(content, digest, where=f"models/{KIND}/{name}.toml", faults=faults)
        if found is not None and found.name != name:
            faults.append(f"models/{KIND}/{name}.toml declares register {found.name}: file and register must agree")
        if found is not None:
            specs[name] = found
    _raise_faults(faults)
    return specs


def load_register(path: Path) -> RegisterSpec:
    """The register declared in a file outside models/, e.g. beside a sources.toml.

    Raises:
        Misconfigured: with every fault of the file.
    """
    faults: list[str] = []
    spec = None
    try:
        content = path.read_bytes()
        spec = _read(tomllib.loads(content.decode("utf-8")), sha256(content).hexdigest(), where=path.name, faults=faults)
    except OSError:
        faults.append(f"{path.name} cannot be read")
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        faults.append(f"{path.name} is not valid TOML (UTF-8): {fault}")
    _raise_faults(faults)
    assert spec is not None
    return spec


def _read(content: Mapping[str, Any], digest: str, *, where: str, faults: list[str]) -> RegisterSpec | None:
    try:
        return RegisterSpec.model_validate({**content, "sha256": digest})
    except ValidationError as wrong:
        faults += [
            f"{where}: {'.'.join(map(str, fault['loc'])) or 'declaration'}: {fault['msg'].removeprefix('Value error, ')}"
            for fault in wrong.errors(include_url=False)
        ]
        return None


def _raise_faults(faults: list[str]) -> None:
    if faults:
        raise Misconfigured("Register declarations are wrong; correct them and start again.", faults=faults)
