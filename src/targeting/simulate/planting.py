"""How a circumstance is brought about in the county: which awards it falls on, and the means that several of them share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from targeting.simulate.clock import FAR, NOBODY, Bools, Ints, first_day
from targeting.simulate.geography import draw_addresses
from targeting.simulate.holdings import Homes, add_vehicles
from targeting.simulate.income import Source, Spells
from targeting.simulate.world import World

EMPLOYERS = 10_000


@dataclass(frozen=True, slots=True)
class Chosen:
    """The awards on which one circumstance is brought about, a fitting member of each, and since which month."""

    world: World
    awards: Ints
    person: Ints
    since: Ints
    random: np.random.Generator

    def __len__(self) -> int:
        return len(self.person)

    def days(self) -> Ints:
        """A day each in the first month of the circumstance."""
        return first_day(self.since) + self.random.integers(0, 28, len(self))

    def days_ago(self, low: int, high: int) -> Ints:
        """A day each, so many days before the end of the window."""
        return self.world.last - self.random.integers(low, high, len(self))

    def community(self) -> Ints:
        """Where each family lives."""
        return self.world.unit_community()[self.world.awards.unit[self.awards]]

    def employers(self) -> Ints:
        """An employer each."""
        return self.random.integers(0, EMPLOYERS, len(self))

    def income_enough(self) -> Ints:
        """A monthly sum that takes each family over the standard."""
        living = self.world.truth.living
        size = np.bincount(living.unit[living.present], minlength=len(self.world.people))[self.world.awards.unit[self.awards]]
        need = float(self.world.law["standard_yuan"]) * size * self.random.uniform(0.75, 1.5, len(self)) + 300
        return np.round(np.maximum(need, self.random.uniform(1900, 4600, len(self))), -1).astype(np.int64)

    def base_floor(self) -> int:
        """The lowest contribution base that the insurance accepts."""
        return int(self.world.law["contribution_base_floor_yuan"])

    def bases(self, amount: Ints) -> Ints:
        """The contribution base an employer states for a wage: the wage, or the floor."""
        return np.maximum(np.where(self.random.random(len(self)) < 0.5, amount, 0), self.base_floor())

    def part(self, mask: Bools) -> Chosen:
        """Some of them."""
        return Chosen(self.world, self.awards[mask], self.person[mask], self.since[mask], self.random)


Plant = Callable[[Chosen], None]


def listed_member(world: World, fits: Bools, random: np.random.Generator) -> Ints:
    """For each award one listed person who fits (by person), -1 where nobody does."""
    found = np.full(len(world.awards), NOBODY, dtype=np.int64)
    rows = random.permutation(np.flatnonzero(fits[world.members.person]))
    found[world.members.award[rows]] = world.members.person[rows]
    return found


def months_between(low: Ints, high: int, random: np.random.Generator) -> Ints:
    """A month each between `low` and `high`."""
    return low + (random.random(len(low)) * np.maximum(high - low + 1, 1)).astype(np.int64)


def choose_awards(world: World, share: float, benefit: int, fits: Bools, random: np.random.Generator) -> Chosen:
    """Awards for one circumstance among those of a benefit that nothing has touched, each with a fitting member."""
    awards = world.awards
    person = listed_member(world, fits, random)
    of_benefit = awards.benefit == benefit
    free = np.flatnonzero(of_benefit & (awards.kind == 0) & (awards.look == 0) & (person != NOBODY))
    wanted = int(share * of_benefit.sum() + random.random())
    chosen = np.sort(random.permutation(free)[:wanted])
    low = np.maximum(awards.start[chosen] - 3, world.first_month)
    # More often from the start of the award than by a later change.
    since = low + ((world.last_month - low + 1) * random.random(len(chosen)) ** 1.8).astype(np.int64)
    return Chosen(world, chosen, person[chosen], since, random)


def hidden_income(chosen: Chosen, source: Source, amount: Ints) -> None:
    """Money that comes in and was not declared; wages with an insured job, other sources without a trace."""
    wage = source is Source.WAGE
    chosen.world.truth.spells.grow(
        Spells.rows(
            person=chosen.person, source=source, start=chosen.since, monthly=amount, countable=amount, declared=False,
            base=chosen.bases(amount) if wage else 0, employer=chosen.employers() if wage else 0, job=wage,
        )
    )  # fmt: skip


def give_home(world: World, *, holder: Ints, owner: Ints, since: Ints, communities: Ints, random: np.random.Generator) -> Ints:
    """A dwelling each in these communities; answers their positions."""
    town = world.geography.urban[communities]
    address = world.addresses.grow(draw_addresses(communities, town, random))
    area = random.integers(8000, 15_000, len(holder))
    use = np.where(town, 0, 1)
    return world.truth.homes.grow(
        Homes.rows(holder=holder, owner=owner, address=address, dwelling=address, use=use, area=area, since=since)
    )


def town_communities(world: World, count: int, random: np.random.Generator) -> Ints:
    """A community in town each."""
    return random.choice(np.flatnonzero(world.geography.urban), count).astype(np.int64)


def give_vehicle(chosen: Chosen, kind: int | Ints, *, since: Ints | None = None, holder: Ints | None = None) -> Ints:
    """A vehicle of a kind each, in another's name if `holder` says so; answers their positions."""
    return add_vehicles(
        chosen.world.truth.vehicles,
        holder=chosen.person if holder is None else holder,
        owner=chosen.person,
        kind=np.broadcast_to(np.asarray(kind, dtype=np.int64), len(chosen)).copy(),
        last=chosen.world.last,
        random=chosen.random,
        since=since,
    )


def leave_out(world: World, awards: Ints, person: Ints) -> None:
    """Take these persons off these awards as if they had never been listed."""
    key = world.members.award * len(world.people) + world.members.person
    world.members = world.members.take(~np.isin(key, awards * len(world.people) + person))


def kin_outside(world: World) -> Ints:
    """By person a living parent or grown child of another family that is not poor; -1 where there is none."""
    people, unit, poor = world.people, world.truth.living.unit, world.poor
    lives = people.alive(world.last) & world.truth.living.present
    kin = np.full(len(people), NOBODY, dtype=np.int64)
    for parent in (people.father, people.mother):
        fits = (parent != NOBODY) & lives[parent] & lives & (unit != unit[parent])
        kin = np.where(fits & ~poor[unit[parent]], parent, kin)
        grown = np.flatnonzero(fits & (world.age() >= 20) & ~poor[unit])
        child = np.full(len(people), NOBODY, dtype=np.int64)
        child[parent[grown]] = grown
        kin = np.where(kin == NOBODY, child, kin)
    return kin


def lives_on(world: World) -> Bools:
    """Who is alive at the end of the window."""
    lives: Bools = world.people.dies_on > np.minimum(world.last, FAR)
    return lives
