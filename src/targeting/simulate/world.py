"""The whole county before any clerk has written a line: true circumstances, awards, declarations, addresses, telephones."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from targeting.simulate.awards import Awards, Members, declare_incomes, grant_dibao, issue_certificates
from targeting.simulate.clock import FAR_MONTH, NOBODY, Bools, Ints, first_day, stream, whole_years
from targeting.simulate.families import grow_families
from targeting.simulate.geography import Addresses, Geography, draw_addresses, lay_out
from targeting.simulate.holdings import Firms, Homes, Vehicles, assign_firms, assign_homes, assign_vehicles
from targeting.simulate.income import assign_classes, assign_income
from targeting.simulate.law import Circumstances
from targeting.simulate.living import Living, arrange
from targeting.simulate.names import full_names, given_text
from targeting.simulate.people import People, resident_ids

PERSONS_A_COUPLE = 6.35
WINDOW_MONTHS = 32


@dataclass(slots=True)
class World:
    """The truth and the paper that recipients and offices hold; one entry a person where not said otherwise."""

    seed: int
    law: dict[str, Any]
    first_month: int
    month: int
    last_month: int
    last: int
    geography: Geography
    addresses: Addresses
    unit_address: Ints  # by unit
    present_address: Ints
    hukou_address: Ints
    ids: pl.Series
    names: pl.Series
    phones: Ints
    truth: Circumstances
    awards: Awards
    members: Members
    unreported_death: Bools
    poor: Bools
    low: Bools
    namesakes: Ints  # strangers with a recipient's name whose funeral noted no number

    @property
    def people(self) -> People:
        """Everybody."""
        return self.truth.people

    def unit_community(self) -> Ints:
        """The community in which each family lives."""
        return self.addresses.community[self.unit_address]

    def age(self) -> Ints:
        """Full years at the end of the window."""
        return whole_years(self.people.born, self.last)


def build(
    persons: int, *, seed: int, month: int, last_month: int, last: int, prevalence: dict[str, Any], law: dict[str, Any]
) -> World:
    """A county of about so many registered persons in which every award is right and every register true."""
    rates = prevalence["population"]
    first_month = month - WINDOW_MONTHS
    first = last - (last_month - first_month) * 31
    people = grow_families(
        max(40, int(persons / PERSONS_A_COUPLE)), last=last, outside_share=rates["outside_spouse_share"],
        minority_share=rates["minority_share"], twin_share=rates["twin_birth_share"], random=stream(seed, "families"),
    )  # fmt: skip
    living = arrange(
        people, first=first, last=last, student_share=rates["student_share_18_22"], prison_share=rates["prison_share"],
        away_share=rates["away_share"], random=stream(seed, "living"),
    )  # fmt: skip
    _trim(living.present, living.unit, persons)
    economy, registers = prevalence["economy"], prevalence["registers"]
    poor, low = assign_classes(people, living, last=last, rates=economy, random=stream(seed, "classes"))
    spells = assign_income(
        people, living, poor, low, month=month, last=last, rates=economy, law=law, random=stream(seed, "income")
    )
    geography = lay_out(persons, stream(seed, "geography"))
    addresses, unit_address, present, hukou = _settle(
        people, living.unit, living.hukou, geography, rates, stream(seed, "addresses")
    )
    community = addresses.community[unit_address]
    homes, vehicles, firms = _things(
        people, living, unit_address, addresses, geography, modest=poor | low, last=last, rates={**economy, **registers},
        random=stream(seed, "holdings"),
    )  # fmt: skip
    certificates = issue_certificates(
        people, living, poor, last=last, rates=prevalence["awards"], random=stream(seed, "certificates")
    )
    awards, members = grant_dibao(
        people, living, poor, community, last_month=last_month, last=last, take_up=prevalence["awards"]["take_up"],
        random=stream(seed, "dibao"),
    )  # fmt: skip
    declare_incomes(members, awards, spells, len(people), month, stream(seed, "declarations"))
    nowhere = _move_out(people, living.present & ~poor[living.unit], rates["moved_out_share"], last_month, stream(seed, "moves"))
    truth = Circumstances(people, living, spells, homes, vehicles, firms, certificates, nowhere)
    phones = 14_000_000_000 + stream(seed, "phones").integers(0, 10**7, len(people))
    return World(
        seed=seed, law=law, first_month=first_month, month=month, last_month=last_month, last=last, geography=geography,
        addresses=addresses, unit_address=unit_address, present_address=present, hukou_address=hukou,
        ids=resident_ids(people), names=written_names(people), phones=phones, truth=truth, awards=awards, members=members,
        unreported_death=np.zeros(len(people), dtype=bool), poor=poor, low=low, namesakes=np.zeros(0, dtype=np.int64),
    )  # fmt: skip


def _things(
    people: People,
    living: Living,
    unit_address: Ints,
    addresses: Addresses,
    geography: Geography,
    *,
    modest: Bools,
    last: int,
    rates: dict[str, float],
    random: np.random.Generator,
) -> tuple[Homes, Vehicles, Firms]:
    """Who owns what, as registered and in truth."""
    homes = assign_homes(people, living, unit_address, addresses, geography, modest=modest, last=last, rates=rates, random=random)
    vehicles = assign_vehicles(people, living, modest=modest, last=last, rates=rates, random=random)
    community = addresses.community[unit_address]
    firms = assign_firms(people, living, community, modest=modest, last=last, rates=rates, random=random)
    return homes, vehicles, firms


def _move_out(people: People, may: Bools, share: float, last_month: int, random: np.random.Generator) -> Ints:
    """By person the month since which they live elsewhere for good."""
    age = whole_years(people.born, int(first_day(np.array([last_month]))[0]))
    leaves = may & (age >= 19) & (age < 45) & (people.spouse == NOBODY) & (random.random(len(people)) < share)
    return np.where(leaves, last_month - random.integers(0, 30, len(people)), FAR_MONTH)


def _trim(present: Bools, unit: Ints, persons: int) -> None:
    """Take whole families out of the register until so many persons are left (or one family fewer)."""
    sizes = np.bincount(unit[present], minlength=len(unit))
    surplus = int(present.sum()) - persons
    if surplus <= 0:
        return
    units = np.flatnonzero(sizes)
    units = units[np.argsort(units * 2_654_435_761 % 2**32, kind="stable")]
    gone = units[np.cumsum(sizes[units]) <= surplus]
    leaves = np.zeros(len(unit), dtype=bool)
    leaves[gone] = True
    present &= ~leaves[unit]


def _settle(
    people: People, unit: Ints, hukou: Ints, geography: Geography, rates: dict[str, float], random: np.random.Generator
) -> tuple[Addresses, Ints, Ints, Ints]:
    """A dwelling for each family; registered addresses are often those of before."""
    count = len(people)
    weights = np.where(geography.urban, 1.15, 0.9)
    community = random.choice(len(geography.communities), count, p=weights / weights.sum()).astype(np.int64)
    # Kin live near each other: half of the families live in the community of the registered household's head.
    community = np.where(random.random(count) < 0.5, community[hukou], community)
    addresses = draw_addresses(community[unit], geography.urban[community[unit]], random)
    unit_address = unit.copy()
    elsewhere = random.random(count) > rates["lives_at_registered_address_share"]
    other = draw_addresses(community[hukou], geography.urban[community[hukou]], random)
    places = addresses.grow(other)
    same_house = unit == unit[hukou]
    registered = np.where(elsewhere[hukou] | ~same_house, places[hukou], unit[hukou])
    return addresses, unit_address, unit.copy(), registered


def written_names(people: People) -> pl.Series:
    """Everybody's full name."""
    given = given_text(people.born, people.male, people.given_first, people.given_second)
    patronym = np.where(people.father != NOBODY, people.given_first[people.father], people.given_second + 3)
    return full_names(people.surname, given, people.people, people.male, people.given_first * 5 + people.given_second, patronym)
