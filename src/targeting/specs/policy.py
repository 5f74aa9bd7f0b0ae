"""Typed form of models/policies/<jurisdiction>/*.toml: legal instruments, dated parameters and the checks that apply them.

A parameter has a value only where one is in force: asking for another date is an error that says what to add, never a default.
A check runs only while every limb of its legal basis has an instrument in force, so repealing a law in the file disables it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from itertools import pairwise
from typing import Annotated, Any, Literal, Self, TypeVar

from pydantic import Field, ValidationError, model_validator

from targeting.errors import Misconfigured, ParameterNotInForce
from targeting.specs.checks import CheckDeclaration
from targeting.specs.declared import Declared
from targeting.specs.loading import declaration, declared_names

KIND = "policies"
Scalar = bool | int | float | str
Value = Scalar | tuple[str, ...] | tuple[dict[str, Scalar], ...]
Answer = Literal["hit", "clear", "unknown"]


class Dated(Declared):
    """Something in force from a day to a day, both included; without an end it still is."""

    effective_from: date
    effective_to: date | None = None

    def in_force(self, on: date) -> bool:
        """It is in force on the date."""
        return self.effective_from <= on and (self.effective_to is None or on <= self.effective_to)

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.effective_to is not None and self.effective_to < self.effective_from:
            raise ValueError(f"effective_to {self.effective_to} is before effective_from {self.effective_from}")
        return self


class Instrument(Dated):
    """A law, regulation or notice, and the days on which it is in force."""

    code: Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9-]*$")]
    title_zh: str
    title_en: str


class DatedValue(Dated):
    """One value of a parameter, with the document and article that set it."""

    value: Value
    document: str
    article: str
    status: Literal["sample", "draft", "in_force"]


class Parameter(Declared):
    """A number, list or table that the law or the locality sets, by date."""

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$")]
    unit: str
    note: str = ""
    values: Annotated[tuple[DatedValue, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _one_value_a_day(self) -> Self:
        ordered = sorted(self.values, key=lambda value: value.effective_from)
        for earlier, later in pairwise(ordered):
            if earlier.effective_to is None or earlier.effective_to >= later.effective_from:
                raise ValueError(f"two values are in force on {later.effective_from}: end the earlier one the day before")
        return self


@dataclass(frozen=True, slots=True)
class PolicyOn:
    """The law of one jurisdiction on one date."""

    policy: "Policy"
    on: date

    def value(self, name: str) -> DatedValue:
        """The parameter's value in force on the date, with its source.

        Raises:
            ParameterNotInForce: none is; the message says what to add.
        """
        parameter = self.policy.parameter(name)
        for dated in parameter.values:
            if dated.in_force(self.on):
                return dated
        spans = "; ".join(f"{v.effective_from} to {v.effective_to or 'now'}" for v in parameter.values)
        raise ParameterNotInForce(
            f"Parameter {name} has no value in force on {self.on}: it has values for {spans} "
            f"({self.policy.where}). Add a value with its legal source, or assess another date."
        )

    def number(self, name: str) -> float:
        """The number in force; money in cents, shares 0-1."""
        value = self.value(name).value
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise Misconfigured(f"Parameter {name} in {self.policy.where} must be a number, found {type(value).__name__}.")
        return value

    def whole(self, name: str) -> int:
        """The whole number in force: cents, months, years."""
        value = self.number(name)
        if int(value) != value:
            raise Misconfigured(f"Parameter {name} in {self.policy.where} must be a whole number, found {value}.")
        return int(value)

    def words(self, name: str) -> tuple[str, ...]:
        """The list of words in force."""
        value = self.value(name).value
        if not isinstance(value, tuple) or not all(isinstance(word, str) for word in value):
            raise Misconfigured(f"Parameter {name} in {self.policy.where} must be a list of words.")
        return tuple(str(word) for word in value)

    def rows(self, name: str) -> tuple[dict[str, Scalar], ...]:
        """The table in force, in its order."""
        value = self.value(name).value
        if not isinstance(value, tuple) or not all(isinstance(row, dict) for row in value):
            raise Misconfigured(f"Parameter {name} in {self.policy.where} must be a list of tables.")
        return tuple(row for row in value if isinstance(row, dict))

    def basis(self, check: CheckDeclaration) -> str | None:
        """Documents and articles in force for the check, one a limb at least; null where a limb has none: it may not run."""
        articles: list[str] = []
        for limb in check.legal_basis:
            found = [article for article in limb if self.policy.instrument(article.split(" ", 1)[0]).in_force(self.on)]
            if not found:
                return None
            articles += found
        return "; ".join(articles)

    @property
    def minor_below_years(self) -> int:
        """A child below this age is a minor."""
        return self.whole("household.minor_below_years")

    @property
    def student_until_years(self) -> int:
        """Up to this age an unmarried child without a job who lives apart may be a student up to bachelor level."""
        return self.whole("household.student_until_years")

    @property
    def parent_elder_by_years(self) -> int:
        """A parent is at least so many years older than the child, where the booklet names only the grandparents."""
        return self.whole("household.parent_elder_by_years")


@dataclass(frozen=True, slots=True)
class Policy:
    """The dated law of one jurisdiction: instruments, parameters and checks, and the hash of the files that declare it."""

    jurisdiction: str
    instruments: Mapping[str, Instrument]
    parameters: Mapping[str, Parameter]
    checks: Mapping[str, CheckDeclaration]
    sha256: str

    def on(self, day: date) -> PolicyOn:
        """The law as it stands on the date."""
        return PolicyOn(self, day)

    def only(self, direction: Literal["over", "missing"]) -> "Policy":
        """The same law with the checks of one direction."""
        return replace(self, checks={code: check for code, check in self.checks.items() if check.direction == direction})

    def parameter(self, name: str) -> Parameter:
        """The parameter of that name.

        Raises:
            Misconfigured: it is not declared.
        """
        if name not in self.parameters:
            raise Misconfigured(
                f"Parameter {name} is not declared in {self.where}. Add it with unit, value, date and legal source."
            )
        return self.parameters[name]

    def instrument(self, code: str) -> Instrument:
        """The legal instrument of that code.

        Raises:
            Misconfigured: it is not declared.
        """
        if code not in self.instruments:
            raise Misconfigured(f"Instrument {code} is not declared in {self.where}. Add its titles and effective dates.")
        return self.instruments[code]

    @property
    def where(self) -> str:
        """The folder that declares it."""
        return f"models/{KIND}/{self.jurisdiction}"


def load_policy(jurisdiction: str) -> Policy:
    """The law that models/policies/<jurisdiction>/*.toml declare.

    Raises:
        Misconfigured: with every fault of every file.
    """
    names = [name for name in declared_names(KIND) if name.startswith(f"{jurisdiction}/")]
    if not names:
        known = sorted({name.split("/")[0] for name in declared_names(KIND)})
        raise Misconfigured(f"No policy {jurisdiction}. Declared in models/{KIND}: {', '.join(known) or 'none'}.")
    files = {name: declaration(KIND, name) for name in names}
    digest = sha256("".join(f"{name}:{files[name][1]};" for name in names).encode()).hexdigest()
    return policy_from({name: content for name, (content, _) in files.items()}, jurisdiction=jurisdiction, digest=digest)


Form = TypeVar("Form", bound=Declared)


def policy_from(files: Mapping[str, Mapping[str, Any]], *, jurisdiction: str, digest: str) -> Policy:
    """The law that these declarations (file name to content) make up, cross-checked.

    Raises:
        Misconfigured: with every fault.
    """
    faults: list[str] = []
    instruments = _named(files, "instruments", Instrument, "code", faults)
    parameters = _named(files, "parameters", Parameter, "name", faults)
    checks = _named(files, "checks", CheckDeclaration, "code", faults)
    unknown = {"instruments", "parameters", "checks"}
    faults += [f"{file}: unknown part {part}" for file, content in files.items() for part in content if part not in unknown]
    cited = [(f"check {c.code}", article) for c in checks.values() for limb in c.legal_basis for article in limb]
    cited += [(f"parameter {p.name}", v.document) for p in parameters.values() for v in p.values]
    faults += [
        f"{where} cites {article}, no instrument of this code" for where, article in cited if _code(article) not in instruments
    ]
    if faults:
        raise Misconfigured(f"The policy in models/{KIND}/{jurisdiction} is wrong; correct it and start again.", faults=faults)
    return Policy(jurisdiction, instruments, parameters, checks, digest)


def _code(article: str) -> str:
    return article.split(" ", 1)[0]


def _named(files: Mapping[str, Mapping[str, Any]], part: str, form: type[Form], key: str, faults: list[str]) -> dict[str, Form]:
    """The entries of one part over all files, by name; a name that stands twice is a fault."""
    found: dict[str, Form] = {}
    for file, content in files.items():
        for name, entry in content.get(part, {}).items():
            try:
                made = form.model_validate({**entry, key: name})
            except ValidationError as wrong:
                faults += [_fault(f"{file}: {part}.{name}", fault) for fault in wrong.errors(include_url=False)]
                continue
            if name in found:
                faults.append(f"{file}: {part}.{name} is declared twice")
            found[name] = made
    return dict(sorted(found.items()))


def _fault(where: str, fault: Any) -> str:
    path: Iterable[Any] = fault["loc"]
    return f"{where}.{'.'.join(map(str, path))}: {str(fault['msg']).removeprefix('Value error, ')}"
