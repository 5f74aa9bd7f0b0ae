"""Circumstances that make a dibao award wrong and that a check has a name for, each brought about in the truth.

The law then decides whether the award is wrong. An award keeps the name of what was brought about in `kind` (a position in
`KINDS`), for the evaluation only. Those that no check names are in `improper_unnamed`.
"""

import numpy as np

from targeting.simulate.awards import DIBAO
from targeting.simulate.clock import FAR, FAR_MONTH, NOBODY, Bools
from targeting.simulate.holdings import CAR, ELECTRIC, MINIVAN, add_firms
from targeting.simulate.improper_unnamed import omitted_earner, unnamed_plants
from targeting.simulate.income import Source
from targeting.simulate.planting import (
    Chosen,
    Plant,
    choose_awards,
    give_home,
    give_vehicle,
    hidden_income,
    lives_on,
    town_communities,
)  # fmt: skip
from targeting.simulate.world import World

KINDS = (
    "", "deceased_member", "undeclared_wages", "undeclared_pension", "undeclared_vehicle", "second_home", "undeclared_business",
    "undeclared_spouse", "duplicate_award", "coresident_income", "parked_assets", "petty_trades_as_nominee",
    "false_household_split", "wages_through_relatives", "shared_account_agent", "absent_long", "cash_wages", "deceased_holder",
    "expired_certificate", "lower_grade", "household_not_poor", "left_out_member", "outdated_amount",
)  # fmt: skip
UNNAMED = (
    "parked_assets", "petty_trades_as_nominee", "false_household_split", "wages_through_relatives", "shared_account_agent",
    "absent_long", "cash_wages",
)  # fmt: skip


def plant_improper(world: World, shares: dict[str, float], random: np.random.Generator) -> None:
    """Bring about each circumstance on its share of the dibao awards, those with the narrowest conditions first."""
    age = world.age()
    lives = lives_on(world)
    adult = (age >= 22) & (age < 63) & lives
    named: dict[str, tuple[Bools, Plant]] = {
        "undeclared_spouse": (_spouses(world), omitted_earner),
        "undeclared_pension": ((age >= 56) & lives, _pension),
        "deceased_member": ((age >= 40) & lives, deceased),
        "undeclared_wages": (adult, _wages),
        "undeclared_vehicle": (adult, _vehicle),
        "second_home": ((age >= 25) & lives, _second_home),
        "undeclared_business": (adult, _business),
        "duplicate_award": ((age >= 20) & lives, _duplicate),
    }
    plants = {**unnamed_plants(world), **named}
    for name in sorted(plants, key=lambda name: (int(plants[name][0].sum()), name)):
        fits, bring_about = plants[name]
        place_kind(world, name, shares[name], DIBAO, fits, bring_about, random)


def place_kind(
    world: World, name: str, share: float, benefit: int, fits: Bools, bring_about: Plant, random: np.random.Generator
) -> None:
    """Choose the awards for one circumstance, mark them, and bring it about."""
    chosen = choose_awards(world, share, benefit, fits, random)
    if len(chosen):
        world.awards.kind[chosen.awards] = KINDS.index(name)
        bring_about(chosen)


def _spouses(world: World) -> Bools:
    people, living = world.people, world.truth.living
    applicant = np.zeros(len(people), dtype=bool)
    applicant[world.awards.applicant] = True
    married = (people.spouse != NOBODY) & (people.divorced_on >= FAR)
    fits: Bools = married & applicant[people.spouse] & (living.unit == living.unit[people.spouse]) & lives_on(world)
    return fits


def _wages(chosen: Chosen) -> None:
    hidden_income(chosen, Source.WAGE, chosen.income_enough())


def _pension(chosen: Chosen) -> None:
    spells = chosen.world.truth.spells
    basic = np.isin(spells.person, chosen.person) & (spells.source == Source.RESIDENT_PENSION)
    spells.end[basic] = chosen.world.first_month
    floor = chosen.random.uniform(1500, 3200, len(chosen))
    hidden_income(chosen, Source.PENSION, np.round(np.maximum(chosen.income_enough() * 0.8, floor)).astype(np.int64))


def _vehicle(chosen: Chosen) -> None:
    kind = chosen.random.choice([CAR, MINIVAN, ELECTRIC], len(chosen), p=[0.6, 0.25, 0.15]).astype(np.int64)
    had_before = np.where(chosen.random.random(len(chosen)) < 0.4, chosen.random.integers(0, 3000, len(chosen)), 0)
    give_vehicle(chosen, kind, since=chosen.days() - had_before)


def _second_home(chosen: Chosen) -> None:
    """Two dwellings in town, so that the limit is passed whether or not they own the one they live in."""
    for _ in range(2):
        since = chosen.days() - chosen.random.integers(0, 1800, len(chosen))
        places = town_communities(chosen.world, len(chosen), chosen.random)
        give_home(chosen.world, holder=chosen.person, owner=chosen.person, since=since, communities=places, random=chosen.random)


def _business(chosen: Chosen) -> None:
    firms = chosen.world.truth.firms
    places = add_firms(
        firms, holder=chosen.person, owner=chosen.person, community=chosen.community(), last=chosen.world.last,
        random=chosen.random, since=chosen.days(),
    )  # fmt: skip
    firms.kind[places] = chosen.random.choice([0, 1], len(places), p=[0.55, 0.45])
    firms.capital[places] = chosen.random.choice([50, 100, 300, 500, 1000], len(places))


def deceased(chosen: Chosen) -> None:
    """The person dies while the award is paid, and the office does not hear of it."""
    world = chosen.world
    later = np.minimum(np.maximum(chosen.since, world.awards.start[chosen.awards] + 1), world.last_month)
    world.people.dies_on[chosen.person] = Chosen(world, chosen.awards, chosen.person, later, chosen.random).days()
    world.unreported_death[chosen.person] = True


def _duplicate(chosen: Chosen) -> None:
    """A second award of the same family, run by another office."""
    world, awards = chosen.world, chosen.world.awards
    more = awards.take(chosen.awards)
    more.start = np.maximum(chosen.since, more.start + 1)
    more.end = np.full(len(more), FAR_MONTH, dtype=np.int64)
    more.year = more.start // 12
    more.number = 10**6 * 4 + np.arange(len(more))
    more.community = chosen.random.integers(0, len(world.geography.communities), len(more))
    more.account = chosen.random.integers(10**13, 10**14, len(more))
    awards.kind[chosen.awards] = 0
    awards.look[chosen.awards] = -1  # the first award is right; nothing else may befall it
    of = np.full(len(awards), NOBODY, dtype=np.int64)
    of[chosen.awards] = awards.grow(more)
    again = world.members.take(of[world.members.award] != NOBODY)
    again.award = of[again.award]
    again.since = np.maximum(again.since, awards.start[again.award])
    world.members.grow(again)
