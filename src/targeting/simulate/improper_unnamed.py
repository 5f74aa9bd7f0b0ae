"""Circumstances that make an award wrong and that no check has a name for.

They leave traces all the same: things in the names of kin, petty trades below the limit, a new household next door, a firm of
a relative, an account that unrelated awards share, nobody at home; or, for cash wages, no trace at all.
"""

import numpy as np

from targeting.simulate.clock import NOBODY, Bools
from targeting.simulate.holdings import CAR, add_firms
from targeting.simulate.income import Source, Spells
from targeting.simulate.planting import (
    Chosen,
    Plant,
    give_home,
    give_vehicle,
    hidden_income,
    kin_outside,
    leave_out,
    lives_on,
    town_communities,
)  # fmt: skip
from targeting.simulate.world import World


def unnamed_plants(world: World) -> dict[str, tuple[Bools, Plant]]:
    """Each circumstance with the persons on whom it can fall."""
    age = world.age()
    lives = lives_on(world)
    adult = (age >= 22) & (age < 63) & lives
    child = _grown_children(world)
    with_kin = adult & (kin_outside(world) != NOBODY)
    return {
        "false_household_split": (child, _false_split),
        "coresident_income": (child, omitted_earner),
        "absent_long": (_alone(world), _absent),
        "parked_assets": (with_kin, _parked_assets),
        "wages_through_relatives": (with_kin, _wages_through_relatives),
        "petty_trades_as_nominee": (adult, _nominee),
        "shared_account_agent": ((age >= 40) & lives, _shared_account),
        "cash_wages": (adult, _cash),
    }


def _grown_children(world: World) -> Bools:
    age = world.age()
    people, living = world.people, world.truth.living
    grown = (age >= 21) & (age < 50) & ~living.student & lives_on(world)
    at_home = (people.father != NOBODY) & (living.unit == living.unit[people.father])
    at_home |= (people.mother != NOBODY) & (living.unit == living.unit[people.mother])
    applicant = np.zeros(len(people), dtype=bool)
    applicant[world.awards.applicant] = True
    fits: Bools = grown & at_home & ~applicant
    return fits


def _alone(world: World) -> Bools:
    listed = np.bincount(world.members.award, minlength=len(world.awards))
    alone = np.zeros(len(world.people), dtype=bool)
    alone[world.awards.applicant[listed == 1]] = True
    fits: Bools = alone & (world.age() < 66) & lives_on(world)
    return fits


def omitted_earner(chosen: Chosen) -> None:
    """Leave the person off the award; they live there and earn."""
    world = chosen.world
    leave_out(world, chosen.awards, chosen.person)
    spells = world.truth.spells
    spells.end[np.isin(spells.person, chosen.person)] = world.first_month - 12
    amount = chosen.income_enough() + 700
    start = np.minimum(chosen.since, world.month) - 7  # long enough ago for no gradual exit to be open
    world.truth.spells.grow(
        Spells.rows(
            person=chosen.person, source=Source.WAGE, start=start, monthly=amount, countable=amount, declared=False,
            base=chosen.bases(amount), employer=chosen.employers(),
        )
    )  # fmt: skip


def _false_split(chosen: Chosen) -> None:
    """A household of their own in the register since just before the claim; the same table at night."""
    omitted_earner(chosen)
    world = chosen.world
    near = world.addresses.take(world.unit_address[world.awards.unit[chosen.awards]])
    near.number = near.number % 150 + 2
    near.room = near.room + 100
    next_door = world.addresses.grow(near)
    world.truth.living.hukou[chosen.person] = chosen.person
    world.hukou_address[chosen.person] = next_door
    world.present_address[chosen.person] = next_door


def _absent(chosen: Chosen) -> None:
    chosen.world.truth.absent_from[chosen.person] = chosen.since


def _parked_assets(chosen: Chosen) -> None:
    """A car, and for half of them a home, theirs in all but the name of a parent or grown child."""
    kin = kin_outside(chosen.world)[chosen.person]
    give_vehicle(chosen, CAR, since=chosen.days(), holder=kin)
    homes = chosen.random.random(len(chosen)) < 0.5
    half = chosen.part(homes)
    places = town_communities(chosen.world, len(half), chosen.random)
    give_home(chosen.world, holder=kin[homes], owner=half.person, since=half.days(), communities=places, random=chosen.random)


def _nominee(chosen: Chosen) -> None:
    """Several petty trades, each below the limit, in their name for a monthly sum."""
    world, firms = chosen.world, chosen.world.truth.firms
    for turn in range(4):
        lender = chosen if turn < 3 else chosen.part(np.arange(len(chosen)) % 2 == 0)
        places = add_firms(
            firms, holder=lender.person, owner=np.full(len(lender), NOBODY), community=lender.community(), last=world.last,
            random=chosen.random, since=lender.days() + chosen.random.integers(0, 150, len(lender)),
        )  # fmt: skip
        firms.kind[places] = 1
        firms.capital[places] = chosen.random.choice([3, 5, 10, 20], len(places))
    hidden_income(chosen, Source.CASH, chosen.income_enough())


def _wages_through_relatives(chosen: Chosen) -> None:
    """Works in a relative's firm; the wage stands under the relative's name."""
    world = chosen.world
    kin = kin_outside(world)[chosen.person]
    community = world.unit_community()[world.truth.living.unit[kin]]
    founded = chosen.days() - chosen.random.integers(30, 400, len(kin))
    add_firms(world.truth.firms, holder=kin, owner=kin, community=community, last=world.last, random=chosen.random, since=founded)
    amount = chosen.income_enough()
    base = np.maximum(amount, chosen.base_floor())
    world.truth.spells.grow(
        Spells.rows(person=kin, source=Source.WAGE, start=chosen.since, base=base, employer=chosen.employers())
    )
    hidden_income(chosen, Source.CASH, amount)


def _shared_account(chosen: Chosen) -> None:
    """An agent draws the money of groups of four families that have long left or earn enough."""
    world, awards = chosen.world, chosen.world.awards
    first = np.arange(len(chosen)) // 4 * 4
    awards.account[chosen.awards] = awards.account[chosen.awards[first]]
    awards.phone[chosen.awards] = awards.phone[chosen.awards[first]]
    gone = chosen.random.random(len(chosen)) < 0.5
    left = np.zeros(len(awards), dtype=np.int64)
    left[chosen.awards[gone]] = np.maximum(chosen.since, awards.start[chosen.awards])[gone]
    rows = left[world.members.award] > 0
    world.truth.absent_from[world.members.person[rows]] = left[world.members.award[rows]]
    earning = chosen.part(~gone)
    hidden_income(earning, Source.CASH, earning.income_enough())


def _cash(chosen: Chosen) -> None:
    hidden_income(chosen, Source.CASH, chosen.income_enough())
