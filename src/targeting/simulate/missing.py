"""Awards that pay too little, awards stopped though the family is entitled, and awards that end as they should."""

import numpy as np

from targeting.simulate.awards import DIBAO
from targeting.simulate.clock import FAR_MONTH, NOBODY
from targeting.simulate.improper import place_kind
from targeting.simulate.income import Source, Spells
from targeting.simulate.planting import EMPLOYERS, Chosen, leave_out, listed_member, lives_on, months_between
from targeting.simulate.world import World


def plant_missing(world: World, shares: dict[str, float], random: np.random.Generator) -> None:
    """Members left out, amounts out of date, awards stopped in error."""
    age = world.age()
    applicant = np.zeros(len(world.people), dtype=bool)
    applicant[world.awards.applicant] = True
    young = ~applicant & lives_on(world) & (age < 21)
    place_kind(world, "left_out_member", shares["left_out_member"], DIBAO, young, _left_out, random)
    place_kind(world, "outdated_amount", shares["outdated_amount"], DIBAO, (age >= 18) & lives_on(world), _outdated, random)
    awards = world.awards
    plain = np.flatnonzero((awards.benefit == DIBAO) & (awards.kind == 0) & (awards.look == 0))
    stopped = np.sort(random.permutation(plain)[: int(shares["ended_in_error"] * len(plain) + random.random())])
    awards.end[stopped] = months_between(np.maximum(awards.start[stopped] + 2, world.first_month + 8), world.month, random)


def _left_out(chosen: Chosen) -> None:
    leave_out(chosen.world, chosen.awards, chosen.person)


def _outdated(chosen: Chosen) -> None:
    chosen.world.awards.short[chosen.awards] = chosen.random.integers(7, 22, len(chosen)) * 10


def lose_work(world: World, share: float, random: np.random.Generator) -> None:
    """A share of the families in hardship had an insured job until half a year before the award, or before they needed one.

    Families whose award starts after the first snapshot all had work, so that they are not yet entitled.
    """
    people, unit, awards, age = world.people, world.truth.living.unit, world.awards, world.age()
    floor = world.law["contribution_base_floor_yuan"]
    fits = np.flatnonzero((age >= 20) & (age < 60) & lives_on(world) & world.truth.living.present & world.poor[unit])
    worker = np.full(len(people), NOBODY, dtype=np.int64)
    worker[unit[fits]] = fits
    since = np.full(len(people), world.month, dtype=np.int64)
    since[awards.unit[awards.benefit == DIBAO]] = awards.start[awards.benefit == DIBAO]
    units = np.flatnonzero(worker != NOBODY)
    later = since[units] > world.month
    units = units[later | (random.random(len(units)) < share)]
    person, before = worker[units], since[units] - 6
    end = np.where(since[units] > world.month, before, before - random.integers(-1, 5, len(units)))
    size = np.bincount(unit, minlength=len(people))[units]
    amount = np.maximum(random.integers(2600, 5200, len(units)), 1.1 * world.law["standard_yuan"] * np.minimum(size, 6))
    world.truth.spells.grow(
        Spells.rows(
            person=person, source=Source.WAGE, start=end - random.integers(8, 60, len(units)), end=end, monthly=amount,
            countable=amount, base=floor, employer=random.integers(0, EMPLOYERS, len(units)), job=True,
        )
    )  # fmt: skip


def end_naturally(world: World, share: float, random: np.random.Generator) -> None:
    """Somebody found work and said so, and the award ended at the end of the gradual exit or before."""
    awards, age = world.awards, world.age()
    floor = world.law["contribution_base_floor_yuan"]
    worker = listed_member(world, (age >= 20) & (age < 62) & lives_on(world), random)
    plain = (awards.benefit == DIBAO) & (awards.kind == 0) & (awards.look == 0) & (awards.end >= FAR_MONTH)
    able = np.flatnonzero(plain & (worker != NOBODY))
    ends = np.sort(random.permutation(able)[: int(share * plain.sum())])
    person = worker[ends]
    end = months_between(np.maximum(awards.start[ends] + 4, world.month - 26), world.last_month, random)
    awards.end[ends] = np.maximum(end, awards.start[ends] + 3)
    job = awards.end[ends] - 5  # the award runs on for the six months of the gradual exit
    size = np.bincount(world.truth.living.unit, minlength=len(world.people))[awards.unit[ends]]
    amount = np.maximum(random.integers(2600, 5200, len(ends)), 1.1 * world.law["standard_yuan"] * np.minimum(size, 6))
    source = np.where(random.random(len(ends)) < 0.6, Source.WAGE, Source.CASH)
    world.truth.spells.grow(
        Spells.rows(
            person=person, source=source, start=job, monthly=amount, countable=amount, base=floor,
            employer=random.integers(0, EMPLOYERS, len(ends)), job=True,
        )
    )  # fmt: skip
