"""The declared linkage model: blocking passes, comparisons with their levels, learning, cuts.

In: `models/linkage/<name>.toml`. Out: a frozen `LinkageSpec` with the sha256 of the file. All faults are reported at once.
"""

from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from targeting.errors import Misconfigured
from targeting.specs.loading import declaration

KEYS = ("id_end", "id_front", "id_start", "id_tail", "name_key", "pinyin", "surname", "given", "birth", "dwelling")
FIELDS = ("number", "name", "birth", "address", "relation")
SUM_TOLERANCE = 0.02  # m, and u without vetoed levels, are shares of all pairs: they sum to one but for rounding


class _Declared(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Pass(_Declared):
    """One blocking pass: pairs that agree on all its keys are compared."""

    name: str
    keys: tuple[str, ...] = Field(min_length=1)


class Blocking(_Declared):
    """All blocking passes and the largest block that is still compared."""

    max_block: int = Field(gt=0)
    max_group: int = Field(gt=1)
    passes: tuple[Pass, ...] = Field(min_length=1)


class Level(_Declared):
    """One level of a comparison, with the rates that start the learning.

    `m`: among records of one person; `u`: of two people who have nothing to do with each other; `home`: of two people of one home
    (as m, where none is declared: homes agree in addresses and company as one person does).
    """

    name: str
    m: float = Field(ge=0, le=1)
    u: float = Field(gt=0, le=1)
    home: float | None = Field(default=None, gt=0, le=1)
    corroborates: bool = False
    carries_near_name: bool = False
    veto: bool = False


class Comparison(_Declared):
    """One field and its levels, from agreement to disagreement."""

    field: str
    levels: tuple[Level, ...] = Field(min_length=2)

    def names(self) -> tuple[str, ...]:
        """The names of the levels, in order."""
        return tuple(level.name for level in self.levels)


class Learning(_Declared):
    """How m, u and the prior are learnt."""

    prior_weight: float = Field(gt=0)
    rounds: int = Field(ge=0)
    sample_pairs: int = Field(ge=0)
    seed: int
    start_prior: float = Field(gt=0, lt=1)
    relatives: float = Field(gt=0)
    min_register: int = Field(ge=1)


class Names(_Declared):
    """How names are compared."""

    partial_from_length: int = Field(ge=2)
    surname_readings: dict[str, str] = Field(default_factory=dict)


class Decision(_Declared):
    """The cuts between link, possible link and non-link."""

    link: float = Field(gt=0.5, lt=1)
    candidate: float = Field(gt=0, lt=1)
    negligible: float = Field(gt=0, lt=1)
    corroboration_bits: float = Field(ge=0)
    margin_bits: float = Field(ge=0)
    max_candidates: int = Field(ge=1)


class LinkageSpec(_Declared):
    """A declared linkage model."""

    title: str
    version: str
    defining_register: str
    learning: Learning
    blocking: Blocking
    comparisons: tuple[Comparison, ...]
    names: Names
    decision: Decision
    sha256: str = ""

    def comparison(self, field: str) -> Comparison:
        """The comparison of a field."""
        return next(comparison for comparison in self.comparisons if comparison.field == field)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        faults = [
            f"blocking pass {one.name}: key {key!r} is not known; known are {', '.join(KEYS)}"
            for one in self.blocking.passes
            for key in one.keys
            if key not in KEYS
        ]
        declared = [comparison.field for comparison in self.comparisons]
        if sorted(declared) != sorted(FIELDS):
            faults.append(f"comparisons: {', '.join(declared)} declared, expected each of {', '.join(FIELDS)} once")
        for comparison in self.comparisons:
            faults += _level_faults(comparison)
        if self.decision.candidate >= self.decision.link:
            faults.append("decision: candidate must lie below link")
        if self.decision.negligible >= self.decision.candidate:
            faults.append("decision: negligible must lie below candidate")
        if faults:
            raise ValueError("; ".join(faults))
        return self


def load_linkage(name: str = "persons") -> LinkageSpec:
    """The declared linkage model of that name.

    Raises:
        Misconfigured: there is no such declaration, or it has faults; all of them are listed.
    """
    content, sha256 = declaration("linkage", name)
    return parse_linkage(content, sha256=sha256, where=f"models/linkage/{name}.toml")


def parse_linkage(content: dict[str, Any], *, sha256: str, where: str) -> LinkageSpec:
    """The linkage model that this content declares.

    Raises:
        Misconfigured: it has faults; all of them are listed.
    """
    try:
        return LinkageSpec.model_validate({**content, "sha256": sha256})
    except ValidationError as error:
        faults = [
            f"{'.'.join(str(part) for part in fault['loc']) or 'whole file'}: {fault['msg']}"
            for fault in error.errors(include_url=False, include_input=False)
        ]
        raise Misconfigured(f"{where} does not declare a linkage model. Correct these:", faults=faults) from None


def _level_faults(comparison: Comparison) -> list[str]:
    names = comparison.names()
    faults = [] if len(set(names)) == len(names) else [f"comparison {comparison.field}: a level is declared twice"]
    kept = [level for level in comparison.levels if not level.veto]
    for which, total in (("m", sum(level.m for level in kept)), ("u", sum(level.u for level in kept))):
        if abs(total - 1) > SUM_TOLERANCE:
            faults.append(f"comparison {comparison.field}: {which} sums to {total:.3f}, expected 1")
    faults += [f"comparison {comparison.field}: level {level.name} needs m above 0, or veto" for level in kept if level.m == 0]
    return faults
