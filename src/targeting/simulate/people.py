"""Everybody of the imaginary county, alive or dead, as one array a property; a person is a position.

Persons who are kin of the county's people but live elsewhere are here too (`registered` is false): they own, marry and found
firms, and stand in no population register.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
import polars as pl

from targeting.simulate.clock import FAR, NOBODY, Bools, Ints, choose, joined, number_text, pick, year_of

HOME_REGIONS = (139951, 139952, 139953, 139955, 139956)
HOME_REGION_WEIGHTS = (0.78, 0.07, 0.06, 0.05, 0.04)
FAR_REGIONS = (149961, 379962, 419963, 519964, 629965, 659966, 339967, 219968, 349969)
WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2], dtype=np.int64)
CHECK_DIGITS = list("10X98765432")
GOMPERTZ_A, GOMPERTZ_B = 2.6e-5, 0.098  # deaths a year at age x: A·exp(B·x); median age at death 81


@dataclass(slots=True)
class People:
    """One array a property, all of the same length; days as in `clock`, persons as positions, -1 for nobody."""

    born: Ints
    male: Bools
    father: Ints
    mother: Ints
    spouse: Ints
    married_on: Ints
    divorced_on: Ints
    dies_on: Ints
    surname: Ints
    given_first: Ints
    given_second: Ints
    people: Ints
    region: Ints
    twin: Ints

    def __len__(self) -> int:
        return len(self.born)

    def grow(self, more: People) -> Ints:
        """Add persons; answers their positions."""
        start = len(self)
        for field in fields(self):
            setattr(self, field.name, np.concatenate([getattr(self, field.name), getattr(more, field.name)]))
        return np.arange(start, len(self), dtype=np.int64)

    def marry(self, husbands: Ints, wives: Ints, on: Ints) -> None:
        """Make couples of two lists of persons."""
        self.spouse[husbands], self.spouse[wives] = wives, husbands
        self.married_on[husbands] = self.married_on[wives] = on

    def alive(self, on: int) -> Bools:
        """Who has been born and has not died by a day."""
        lives: Bools = (self.born <= on) & (self.dies_on > on)
        return lives


def newcomers(born: Ints, male: Bools, random: np.random.Generator) -> People:
    """Persons without parents, marriage or names, with a day of death drawn from Gompertz mortality."""
    count = len(born)
    age = np.log1p(-np.log(np.maximum(random.random(count), 1e-12)) * GOMPERTZ_B / GOMPERTZ_A) / GOMPERTZ_B
    nobody = np.full(count, NOBODY, dtype=np.int64)
    never = np.full(count, FAR, dtype=np.int64)
    regions = random.choice(HOME_REGIONS, size=count, p=HOME_REGION_WEIGHTS).astype(np.int64)
    return People(
        born=born.astype(np.int64),
        male=male,
        father=nobody.copy(),
        mother=nobody.copy(),
        spouse=nobody.copy(),
        married_on=never.copy(),
        divorced_on=never.copy(),
        dies_on=born.astype(np.int64) + (age * 365.2425).astype(np.int64) + 1,
        surname=nobody.copy(),
        given_first=nobody.copy(),
        given_second=nobody.copy(),
        people=np.zeros(count, dtype=np.int64),
        region=regions,
        twin=nobody.copy(),
    )


def resident_ids(people: People) -> pl.Series:
    """A valid 18-digit number each, no two alike; regions are codes that nobody was ever assigned."""
    day = people.born.astype("datetime64[D]")
    years = year_of(people.born)
    month = day.astype("datetime64[M]").astype(np.int64) % 12 + 1
    in_month = (day - day.astype("datetime64[M]")).astype(np.int64) + 1
    birth = years * 10_000 + month * 100 + in_month
    order = np.lexsort((np.arange(len(people)), people.male, birth, people.region))
    key = (people.region * 100_000_000 + birth) * 2 + people.male
    ranked = key[order]
    starts = np.concatenate([[True], ranked[1:] != ranked[:-1]])
    first = np.maximum.accumulate(np.where(starts, np.arange(len(ranked)), 0))
    rank = np.empty(len(people), dtype=np.int64)
    rank[order] = np.arange(len(ranked)) - first
    # Neighbours in the hospital's book get neighbouring numbers, so twins differ in one digit and the check digit.
    sequence = ((rank + key * 7919 % 497) % 497 + 1) * 2 + people.male  # 996–999 meant a century in the old form
    digits17 = people.region * 10**11 + birth * 10**3 + sequence
    return joined(number_text(digits17), check_digits(digits17))


def check_digits(digits17: Ints) -> pl.Series:
    """The 18th digit of each number (GB 11643-1999)."""
    total = np.zeros(len(digits17), dtype=np.int64)
    for place, weight in enumerate(WEIGHTS):
        total += digits17 // 10 ** (16 - place) % 10 * weight
    return pick(CHECK_DIGITS, total % 11)


def sex_text(people: People) -> pl.Series:
    """男 or 女."""
    return choose(people.male, pl.Series(["男"]).new_from_index(0, len(people)), pl.Series(["女"]).new_from_index(0, len(people)))
