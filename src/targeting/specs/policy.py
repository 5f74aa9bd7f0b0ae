"""The law of one jurisdiction on one date: instruments, dated parameters, reference series, benefits, and checks that apply it.

A parameter has a value only where one is in force: asking for another date is an error that says what to add, never a default.
A check runs only while every limb of its legal basis has an instrument in force, so repealing a law in the file disables it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Any, Literal

from targeting.errors import Misconfigured, ParameterNotInForce
from targeting.specs.benefits import Benefit, Limbs
from targeting.specs.checks import CheckDeclaration
from targeting.specs.dated import Instrument
from targeting.specs.jurisdictions import (
    FILE,
    KIND,
    Jurisdiction,
    in_local_words,
    jurisdiction_of,
    named,
    policy_files,
    with_added_tests,
)
from targeting.specs.parameters import DatedValue, Parameter, Point, Scalar, Series, exact, multiplier, of_size
from targeting.specs.soundness import faults_of

Answer = Literal["hit", "clear", "unknown"]
PARTS = ("instruments", "parameters", "series", "benefits", "checks", FILE)


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
        dated = parameter.on(self.on)
        if dated is not None:
            return dated
        spans = "; ".join(f"{v.effective_from} to {v.effective_to or 'now'}" for v in parameter.values)
        raise ParameterNotInForce(
            f"Parameter {name} has no value in force on {self.on}: it has values for {spans} "
            f"({self.policy.where}). Add a value with its legal source, or assess another date."
        )

    def amount(self, name: str, size: int | None = None) -> Fraction:
        """The number in force, given or worked out, exactly; of a table by size, the entry for a unit of that size.

        Raises:
            ParameterNotInForce: it, what it follows from, or the point of its series has no value; says what to add.
            Misconfigured: it is no number, or a table by size and no size is asked for.
        """
        dated = self.value(name)
        base, unit = self._base(name, dated, size)
        if dated.by_size:
            if size is None:
                raise Misconfigured(f"Parameter {name} in {self.policy.where} is a table by size of the unit: ask for one size.")
            entry = of_size(dated, size)
            if entry is None:
                raise ParameterNotInForce(
                    f"Parameter {name} ({self.policy.where}) has no value for a unit of {size} on {self.on}. "
                    "Add it to by_size, or say with further what each further person adds."
                )
            found = base * entry
        else:
            found = base * multiplier(dated, unit, self.amount(dated.times) if isinstance(dated.times, str) else None)
        if dated.at_most:
            found = min(found, self.amount(dated.at_most, size))
        return max(found, self.amount(dated.at_least, size)) if dated.at_least else found

    def _base(self, name: str, dated: DatedValue, size: int | None) -> tuple[Fraction, str]:
        """What the value multiplies, and its unit: the number itself, another parameter, a point of a series, or one."""
        if dated.of is not None:
            return self.amount(dated.of, size), self.policy.parameter(dated.of).unit
        if dated.series is not None:
            return self._point(dated), self.policy.series[dated.series].unit
        if dated.by_size:
            return Fraction(1), ""
        if isinstance(dated.value, bool) or not isinstance(dated.value, int | float):
            raise Misconfigured(f"Parameter {name} in {self.policy.where} must be a number, found {type(dated.value).__name__}.")
        return exact(dated.value), ""

    def _point(self, dated: DatedValue) -> Fraction:
        place, year = self._place_and_year(dated)
        point = self.policy.series[dated.series or ""].at(place, year)
        if point is None:
            raise ParameterNotInForce(
                f"Series {dated.series} ({self.policy.where}) has no value for {place} in {year}, asked for on {self.on}. "
                "Add the point with its source, or assess another date."
            )
        return exact(point.value)

    def _place_and_year(self, dated: DatedValue) -> tuple[str, int]:
        years = {"same": self.on.year, "last": self.on.year - 1}
        return dated.place or self.policy.of.place, years[dated.year] if isinstance(dated.year, str) else dated.year

    def source(self, name: str) -> str:
        """Document and article of the value in force and of everything it is worked out from."""
        dated = self.value(name)
        under = [self.source(other) for other in dated.follows_from]
        point = self.point(dated)
        under += [point.source] if point else []
        return "; ".join(dict.fromkeys([dated.source, *under]))

    def point(self, dated: DatedValue) -> Point | None:
        """The point of the series that the value draws on; null where it draws on none, or the series lacks it."""
        return None if dated.series is None else self.policy.series[dated.series].at(*self._place_and_year(dated))

    def number(self, name: str) -> float:
        """The number in force; money in cents, shares 0-1."""
        found = self.amount(name)
        return found.numerator if found.denominator == 1 else float(found)

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
        return self.basis_of(check.legal_basis)

    def basis_of(self, limbs: Limbs) -> str | None:
        """Documents and articles in force, one a limb at least; null where a limb has none."""
        articles: list[str] = []
        for limb in limbs:
            found = [article for article in limb if self.policy.instrument(article.split(" ", 1)[0]).in_force(self.on)]
            if not found:
                return None
            articles += found
        return "; ".join(articles)

    def benefits(self) -> tuple[Benefit, ...]:
        """The benefits and layers whose law is in force on the date, in the order of classification."""
        declared = sorted(self.policy.benefits.values(), key=lambda benefit: (benefit.order, benefit.code))
        return tuple(benefit for benefit in declared if self.basis_of(benefit.legal_basis) is not None)

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
    """The dated law of one jurisdiction: instruments, parameters, series, benefits and checks, and the hash of its files."""

    of: Jurisdiction
    instruments: Mapping[str, Instrument]
    parameters: Mapping[str, Parameter]
    series: Mapping[str, Series]
    benefits: Mapping[str, Benefit]
    checks: Mapping[str, CheckDeclaration]
    sha256: str

    @property
    def jurisdiction(self) -> str:
        """Its code: the name of its folder."""
        return self.of.code

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
    """The law that models/policies/<jurisdiction>/*.toml and those of the jurisdictions it extends declare.

    Raises:
        Misconfigured: there is no such jurisdiction; or with every fault of every file.
    """
    files, digest = policy_files(jurisdiction)
    return policy_from(files, jurisdiction=jurisdiction, digest=digest)


def policy_from(files: Mapping[str, Mapping[str, Any]], *, jurisdiction: str, digest: str) -> Policy:
    """The law that these declarations (`folder/file` to content, an extended jurisdiction's first) make up, cross-checked.

    Raises:
        Misconfigured: with every fault.
    """
    faults: list[str] = []
    of = jurisdiction_of(files, jurisdiction, faults)
    files = with_added_tests(files)
    if of.local:
        cites = ("checks", "benefits", "parameters", "series")
        files = {
            file: {part: in_local_words(entry, of.local) if part in cites else entry for part, entry in content.items()}
            for file, content in files.items()
        }
    law = Policy(
        of=of,
        instruments=named(files, "instruments", Instrument, "code", faults),
        parameters=named(files, "parameters", Parameter, "name", faults),
        series=named(files, "series", Series, "name", faults),
        benefits=named(files, "benefits", Benefit, "code", faults),
        checks=named(files, "checks", CheckDeclaration, "code", faults),
        sha256=digest,
    )
    faults += [f"{file}: unknown part {part}" for file, content in files.items() for part in content if part not in PARTS]
    faults += faults_of(law.instruments, law.parameters, law.series, law.benefits, law.checks, abstract=of.abstract)
    if faults:
        raise Misconfigured(f"The policy in models/{KIND}/{jurisdiction} is wrong; correct it and start again.", faults=faults)
    return law
