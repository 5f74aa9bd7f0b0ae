"""Awards that pay too little, awards stopped though the family is entitled, and awards that end as they should."""

import numpy as np

from targeting.simulate.awards import DIBAO
from targeting.simulate.clock import FAR_MONTH, NOBODY
from targeting.simulate.improper import place_kind
from targeting.simulate.income import Source, Spells
from targeting.simulate.planting import BASE_FLOOR, EMPLOYERS, Chosen, leave_out, listed_member, lives_on, months_between
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


def end_naturally(world: World, share: float, random: np.random.Generator) -> None:
    """Somebody found work and said so, and the award ended at the end of the gradual exit or before."""
    awards, age = world.awards, world.age()
    worker = listed_member(world, (age >= 20) & (age < 62) & lives_on(world), random)
    plain = (awards.benefit == DIBAO) & (awards.kind == 0) & (awards.look == 0) & (awards.end >= FAR_MONTH)
    able = np.flatnonzero(plain & (worker != NOBODY))
    ends = np.sort(random.permutation(able)[: int(share * plain.sum())])
    person = worker[ends]
    end = months_between(np.maximum(awards.start[ends] + 4, world.month - 26), world.last_month, random)
    awards.end[ends] = np.maximum(end, awards.start[ends] + 3)
    size = np.bincount(world.truth.living.unit, minlength=len(world.people))[awards.unit[ends]]
    amount = np.maximum(random.integers(2600, 5200, len(ends)), 860 * np.minimum(size, 6))
    source = np.where(random.random(len(ends)) < 0.6, Source.WAGE, Source.CASH)
    world.truth.spells.grow(
        Spells.rows(
            person=person, source=source, start=awards.end[ends] - 3, monthly=amount, countable=amount, base=BASE_FLOOR,
            employer=random.integers(0, EMPLOYERS, len(ends)), job=True,
        )
    )  # fmt: skip
