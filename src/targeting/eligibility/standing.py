"""Where each check of the catalogue stands on a date: it runs, or it does not and why. What does not run is never clear (G27)."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import polars as pl

from targeting.eligibility.checks import CHECKS
from targeting.eligibility.coverage import silent
from targeting.specs.checks import CheckDeclaration
from targeting.specs.policy import PolicyOn

OF_PLACES = frozenset({"U12"})
"""Checks that answer about grid cells, not about people (`cells`)."""


class Standing(StrEnum):
    """Whether a check runs, and if not, why; the first that holds counts."""

    NO_LAW = "no_law_in_force"
    NEEDS_REGISTER = "needs_register"
    NOT_BUILT = "not_built"
    SWITCHED_OFF = "switched_off"
    REGISTER_SILENT = "register_silent"
    RUNS = "runs"


@dataclass(frozen=True, slots=True)
class CheckStanding:
    """One check, where it stands, what says so (articles, registers, or why it was switched off), and its law in force."""

    check: CheckDeclaration
    state: Standing
    because: tuple[str, ...]
    basis: str | None


def standings(law: PolicyOn, *, coverage: pl.DataFrame | None, switched_off: Mapping[str, str]) -> tuple[CheckStanding, ...]:
    """Every declared check, in the order of codes. `coverage` (COVERAGE) is null before anything was read: no register is silent.

    `switched_off`: code to what was measured when it switched itself off (G16).
    """
    found = []
    for code, check in sorted(law.policy.checks.items()):
        basis = law.basis(check)
        state, because = _standing(check, basis, law, coverage, switched_off.get(code))
        found.append(CheckStanding(check, state, because, basis))
    return tuple(found)


def _standing(
    check: CheckDeclaration, basis: str | None, law: PolicyOn, coverage: pl.DataFrame | None, off: str | None
) -> tuple[Standing, tuple[str, ...]]:
    if basis is None:
        return Standing.NO_LAW, _repealed(check, law)
    if check.needs_registers:
        return Standing.NEEDS_REGISTER, check.needs_registers
    if check.code not in CHECKS and check.code not in OF_PLACES:
        return Standing.NOT_BUILT, ()
    if not check.enabled or off is not None:
        return Standing.SWITCHED_OFF, (off or "declared",)
    why = [] if coverage is None else silent(coverage, check, month=law.on.replace(day=1))
    return (Standing.REGISTER_SILENT, tuple(why)) if why else (Standing.RUNS, ())


def _repealed(check: CheckDeclaration, law: PolicyOn) -> tuple[str, ...]:
    """The limbs of the legal basis of which no article is in force."""
    return tuple(
        " / ".join(limb)
        for limb in check.legal_basis
        if not any(law.policy.instrument(article.split(" ", 1)[0]).in_force(law.on) for article in limb)
    )
