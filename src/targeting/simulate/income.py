"""Who earns what, month by month: wages, farm and cash work, pensions, support; and the insurance that stands in the register.

A spell is one source of income (or one insurance without income) of one person from month to month. The law's countable
income is what the spells truly bring, whether or not a register or a declaration shows it.
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import Any, ClassVar

import numpy as np

from targeting.simulate.clock import FAR_MONTH, Bools, Floats, Ints, month_of, summed, whole_years
from targeting.simulate.columns import Columns
from targeting.simulate.living import Living
from targeting.simulate.people import People


class Source(IntEnum):
    """Kinds of spell; those up to UNEMPLOYED stand in the social insurance register."""

    WAGE = 0
    PUBLIC_WAGE = 1
    SELF_INSURED = 2
    RESIDENT_INSURED = 3
    PENSION = 4
    PUBLIC_PENSION = 5
    RESIDENT_PENSION = 6
    VETERAN = 7
    UNEMPLOYED = 8
    FARM = 9
    CASH = 10
    SUPPORT = 11


@dataclass(slots=True)
class Spells(Columns):
    """One spell a row; `monthly` is what comes in, `countable` what the law counts of it, both yuan."""

    person: Ints
    source: Ints
    start: Ints
    end: Ints
    monthly: Ints
    countable: Ints
    base: Ints
    employer: Ints
    declared: Bools
    job: Bools  # starting it opens the gradual exit

    defaults: ClassVar[dict[str, Any]] = {
        "start": 0,
        "end": FAR_MONTH,
        "monthly": 0,
        "countable": 0,
        "base": 0,
        "employer": 0,
        "declared": True,
        "job": False,
    }


@dataclass(slots=True)
class Economy:
    """The class of each family (by unit) and everybody's spells."""

    poor: Bools
    low: Bools
    spells: Spells


def assign_classes(
    people: People,
    living: Living,
    *,
    last: int,
    rates: dict[str, float],
    random: np.random.Generator,
) -> tuple[Bools, Bools]:
    """Which families are below the standard and which are near it; entries by unit."""
    here = living.present & people.alive(last)
    age = whole_years(people.born, last)
    size = np.bincount(living.unit[here], minlength=len(people))
    young = np.bincount(living.unit[here & (age < 60)], minlength=len(people))
    elderly = (size > 0) & (young == 0)
    adults = np.bincount(living.unit[here & (age >= 18)], minlength=len(people))
    alone_with_children = (adults == 1) & (size > adults)
    drawn = random.random(len(people))
    share = rates["hardship_unit_share"] * np.where(elderly, rates["elderly_hardship_factor"], rates["other_hardship_factor"])
    share = np.where(alone_with_children, rates["hardship_unit_share"] * rates["lone_parent_hardship_factor"], share)
    poor = (size > 0) & (drawn < share)
    low = (size > 0) & ~poor & (drawn < share + rates["low_income_unit_share"])
    return poor, low


def assign_income(
    people: People,
    living: Living,
    poor: Bools,
    low: Bools,
    *,
    month: int,
    last: int,
    rates: dict[str, float],
    law: dict[str, Any],
    random: np.random.Generator,
) -> Spells:
    """Spells of everybody, such that each family's income a head fits its class in the month of reference."""
    basic_pension, base_floor = law["basic_pension_not_counted_yuan"], law["contribution_base_floor_yuan"]
    age = whole_years(people.born, last)
    alive = living.present & people.alive(last)
    poor_person = poor[living.unit]
    spells = Spells.empty()
    drawn = random.random(len(people))
    retired = alive & (age >= np.where(people.male, 60, 55))
    work = alive & (age >= 18) & ~retired & ~living.student
    formal, public, flexible = rates["formal_job_share"], rates["public_job_share"], rates["flexible_insured_share"]
    wage = work & ~poor_person & (drawn < formal)
    official = work & ~poor_person & ~wage & (drawn < formal + public)
    own = work & ~poor_person & ~wage & ~official & (drawn < formal + public + flexible)
    resident = work & ~wage & ~official & ~own & (random.random(len(people)) < 0.8)
    _jobs(spells, np.flatnonzero(wage), Source.WAGE, age, month, base_floor, rates["job_change_share_a_year"], random)
    _jobs(spells, np.flatnonzero(official), Source.PUBLIC_WAGE, age, month, base_floor, 0.02, random)
    starts = month - random.integers(3, 150, len(people))
    spells.grow(Spells.rows(person=np.flatnonzero(own), source=Source.SELF_INSURED, start=starts[own], base=base_floor))
    spells.grow(
        Spells.rows(
            person=np.flatnonzero(resident),
            source=Source.RESIDENT_INSURED,
            start=starts[resident],
            base=random.choice([200, 300, 500, 800, 1000, 2000], resident.sum(), p=[0.5, 0.2, 0.15, 0.08, 0.05, 0.02]),
        )
    )
    _pensions(spells, people, np.flatnonzero(retired), poor_person, age, month, basic_pension, random)
    _fill(spells, people, living, poor, low, age, month, last, law["standard_yuan"], random)
    return spells


def _jobs(
    spells: Spells, who: Ints, source: Source, age: Ints, month: int, floor: int, change: float, random: np.random.Generator
) -> None:
    count = len(who)
    official = source is Source.PUBLIC_WAGE
    amount = np.round(np.exp(random.normal(np.log(5600 if official else 4300), 0.22 if official else 0.30, count))).astype(
        np.int64
    )
    years = np.minimum(np.maximum(age[who] - 20, 1), 1 + random.exponential(6.0 / max(change / 0.14, 0.3), count))
    start = month - (years * 12).astype(np.int64)
    true_base = random.random(count) < (0.95 if official else 0.45)
    base = np.where(true_base, np.maximum(amount, floor), floor)
    spells.grow(
        Spells.rows(
            person=who,
            source=source,
            start=start,
            monthly=amount,
            countable=amount,
            base=base,
            employer=random.integers(0, 10_000, count),
            job=True,
        )
    )
    before = who[random.random(count) < 0.22]
    if len(before):
        of = np.searchsorted(who, before)
        end = start[of] - random.integers(1, 3, len(before))
        earlier = np.round(amount[of] * random.uniform(0.6, 0.95, len(before))).astype(np.int64)
        spells.grow(
            Spells.rows(
                person=before,
                source=source,
                start=end - random.integers(6, 60, len(before)),
                end=end,
                monthly=earlier,
                countable=earlier,
                base=np.maximum(earlier // 2, 2000),
                employer=random.integers(0, 10_000, len(before)),
            )
        )


def _pensions(
    spells: Spells, people: People, who: Ints, poor: Bools, age: Ints, month: int, basic: int, random: np.random.Generator
) -> None:
    drawn = random.random(len(who))
    start = month_of(people.born[who]) + np.where(people.male[who], 60, 55) * 12
    employee = ~poor[who] & (drawn < 0.38) & (start <= month)
    public = ~poor[who] & ~employee & (drawn < 0.45) & (start <= month)
    resident = ~employee & ~public & (age[who] >= 60)
    for mask, source, low, high in ((employee, Source.PENSION, 1700, 4200), (public, Source.PUBLIC_PENSION, 3400, 6500)):
        amount = random.integers(low, high, mask.sum())
        spells.grow(Spells.rows(person=who[mask], source=source, start=start[mask], monthly=amount, countable=amount))
    amount = basic + random.integers(3, 160, resident.sum())
    start = np.maximum(month_of(people.born[who[resident]]) + 60 * 12, 2009 * 12)
    spells.grow(
        Spells.rows(person=who[resident], source=Source.RESIDENT_PENSION, start=start, monthly=amount, countable=amount - basic)
    )


def _fill(
    spells: Spells,
    people: People,
    living: Living,
    poor: Bools,
    low: Bools,
    age: Ints,
    month: int,
    last: int,
    standard: int,
    random: np.random.Generator,
) -> None:
    """Farm, cash work or support so that the family's income a head is what its class says."""
    count = len(people)
    here = living.present & people.alive(last)
    size = np.bincount(living.unit[here], minlength=count)
    total = unit_income(spells, living.unit, here, month, count)
    target = np.where(random.random(count) < 0.3, random.uniform(0, 0.08, count), random.uniform(0.08, 0.88, count))
    target = np.where(low, random.uniform(1.03, 1.97, count), target)
    target = standard * np.where(~poor & ~low, 2.05 + random.exponential(1.9, count), target)
    missing = np.where(size > 0, np.round(target * size - total, -1), 0).astype(np.int64)
    missing = np.where(poor & (total > 0.9 * standard * size), 0, missing)
    needs = np.flatnonzero(missing >= 20)
    worker = _earner(living, here, age, count)
    earner = worker[needs]
    aged = age[earner] >= 66
    farms = random.random(len(needs)) < 0.45
    source = np.where(aged, Source.SUPPORT, np.where(farms, Source.FARM, Source.CASH))
    spells.grow(
        Spells.rows(
            person=earner,
            source=source,
            start=month - random.integers(40, 90, len(needs)),
            monthly=missing[needs],
            countable=missing[needs],
        )
    )


def _earner(living: Living, here: Bools, age: Ints, count: int) -> Ints:
    """The member of each family who would earn: the one nearest to 40."""
    members = np.flatnonzero(here)
    order = members[np.argsort(-np.abs(age[members] - 40), kind="stable")]
    earner = np.full(count, -1, dtype=np.int64)
    earner[living.unit[order]] = order
    return earner


def unit_income(spells: Spells, unit: Ints, counted: Bools, month: int, count: int) -> Floats:
    """The countable income of each family in one month, of the members who count."""
    runs = (spells.start <= month) & (spells.end >= month) & counted[spells.person]
    return summed(unit[spells.person[runs]], spells.countable[runs], count)
