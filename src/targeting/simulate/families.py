"""Families over four generations: founding couples, their children, marriages, births, twins, divorces, names.

The county is grown from couples born 1928–1962; each generation marries within the county or to somebody from elsewhere.
What goes out: `People` with parents and spouses, so that every kinship of the registers is true by construction.
"""

import numpy as np

from targeting.simulate.clock import FAR, NOBODY, Bools, Ints, year_of
from targeting.simulate.names import LONG_NAMED, PEOPLE_WEIGHTS, PEOPLES, draw_given, draw_surnames
from targeting.simulate.people import FAR_REGIONS, HOME_REGIONS, People, newcomers

YEAR = 365.2425
CHILDREN = {  # share of couples with 0, 1, 2, 3, 4 children, by decade of marriage (census-like; GK)
    1940: (0.03, 0.10, 0.27, 0.35, 0.25),
    1965: (0.03, 0.17, 0.42, 0.28, 0.10),
    1980: (0.04, 0.42, 0.43, 0.09, 0.02),
    1990: (0.06, 0.50, 0.38, 0.05, 0.01),
    2012: (0.14, 0.44, 0.37, 0.05, 0.00),
}


def grow_families(
    couples: int, *, last: int, outside_share: float, minority_share: float, twin_share: float, random: np.random.Generator
) -> People:
    """All descendants of so many founding couples, born by the last day of the simulation."""
    people = _founders(couples, random, minority_share)
    generation = _bear(people, np.flatnonzero(people.male), last=last, twin_share=twin_share, random=random)
    for _ in range(3):
        husbands = _marry(people, generation, last=last, outside_share=outside_share, random=random)
        generation = _bear(people, husbands, last=last, twin_share=twin_share, random=random)
    _divorce(people, last, random)
    return people


def _founders(couples: int, random: np.random.Generator, minority_share: float) -> People:
    wives_born = ((1928 + 34 * random.random(couples) ** 0.8 - 1970) * YEAR).astype(np.int64)
    husbands_born = wives_born - (random.normal(1.8, 2.2, couples) * YEAR).astype(np.int64)
    wives = newcomers(wives_born, np.zeros(couples, dtype=bool), random)
    husbands = newcomers(husbands_born, np.ones(couples, dtype=bool), random)
    peoples = random.choice(len(PEOPLES), size=couples, p=np.array(PEOPLE_WEIGHTS) / sum(PEOPLE_WEIGHTS)).astype(np.int64)
    husbands.people = np.where(random.random(couples) < minority_share, peoples, 0)
    wives.people = np.where(np.isin(husbands.people, LONG_NAMED), husbands.people, 0)
    for side in (husbands, wives):
        side.surname = draw_surnames(couples, random)
        side.given_first, side.given_second = draw_given(side.born, side.male, random)
    people = husbands
    places = people.grow(wives)
    on = wives_born + (random.normal(22.5, 1.8, couples) * YEAR).astype(np.int64)
    people.marry(np.arange(couples, dtype=np.int64), places, on)
    return people


def _marry(people: People, generation: Ints, *, last: int, outside_share: float, random: np.random.Generator) -> Ints:
    """Marry a generation; answers all husbands."""
    male = people.male[generation]
    age = np.where(male, random.normal(26.0, 3.0, len(male)), random.normal(24.2, 2.8, len(male)))
    wish = people.born[generation] + (np.maximum(age, 20.5) * YEAR).astype(np.int64)
    never = random.random(len(male)) < np.where(male, 0.09, 0.03)
    wants = ~never & (wish <= last) & (people.dies_on[generation] > wish + 400)
    outside = wants & (random.random(len(male)) < outside_share)
    men = generation[wants & ~outside & male]
    women = generation[wants & ~outside & ~male]
    men = men[np.argsort(wish[wants & ~outside & male] + random.normal(0, 500, len(men)), kind="stable")]
    women = women[np.argsort(wish[wants & ~outside & ~male] + random.normal(0, 500, len(women)), kind="stable")]
    pairs = min(len(men), len(women))
    left = np.concatenate([generation[outside], men[pairs:], women[pairs:]])
    men, women = men[:pairs], women[:pairs]
    kin = (people.father[men] == people.father[women]) & (people.father[men] != NOBODY)
    left = np.concatenate([left, men[kin], women[kin]])
    men, women = men[~kin], women[~kin]
    at = np.full(len(people), FAR, dtype=np.int64)
    at[generation] = wish
    people.marry(men, women, np.maximum(at[men], at[women]) if len(men) else men)
    return np.concatenate([men, _marry_outside(people, left, at[left], random)])


def _marry_outside(people: People, insiders: Ints, on: Ints, random: np.random.Generator) -> Ints:
    male = people.male[insiders]
    born = people.born[insiders] + np.where(male, 1, -1) * (random.normal(1.8, 2.0, len(male)) * YEAR).astype(np.int64)
    spouses = newcomers(born, ~male, random)
    spouses.dies_on = np.maximum(spouses.dies_on, on + 400)
    spouses.region = np.where(
        random.random(len(male)) < 0.55, random.choice(FAR_REGIONS, len(male)).astype(np.int64), spouses.region
    )
    long_named = np.isin(people.people[insiders], LONG_NAMED)
    spouses.people = np.where(long_named, people.people[insiders], 0)
    spouses.surname = draw_surnames(len(male), random)
    spouses.given_first, spouses.given_second = draw_given(born, ~male, random)
    places = people.grow(spouses)
    husbands = np.where(male, insiders, places)
    people.marry(husbands, np.where(male, places, insiders), on)
    return husbands


def _bear(people: People, husbands: Ints, *, last: int, twin_share: float, random: np.random.Generator) -> Ints:
    """Children of these husbands and their wives; answers the children."""
    wives = people.spouse[husbands]
    wedding = people.married_on[husbands]
    number = _number_of_children(wedding, random)
    birth = wedding + random.integers(240, 1100, len(husbands))
    fathers: list[Ints] = []
    born: list[Ints] = []
    twins: list[Bools] = []
    for child in range(4):
        able = (
            (number > child)
            & (birth <= last)
            & (birth - people.born[wives] < 45 * YEAR)
            & (birth < people.dies_on[husbands])
            & (birth < people.dies_on[wives])
        )
        twin = able & (random.random(len(husbands)) < twin_share)
        fathers += [husbands[able], husbands[twin]]
        born += [birth[able], birth[twin]]
        twins += [np.zeros(able.sum(), dtype=bool), np.ones(twin.sum(), dtype=bool)]
        birth = birth + random.integers(420, 2100, len(husbands))
    return _children(people, np.concatenate(fathers), np.concatenate(born), np.concatenate(twins), random)


def _number_of_children(wedding: Ints, random: np.random.Generator) -> Ints:
    years = year_of(wedding)
    drawn = random.random(len(wedding))
    number = np.zeros(len(wedding), dtype=np.int64)
    for since, shares in CHILDREN.items():
        of_decade = np.searchsorted(np.cumsum(shares), drawn, side="right")
        number = np.where(years >= since, np.minimum(of_decade, 4), number)
    return number


def _children(people: People, fathers: Ints, born: Ints, twin: Bools, random: np.random.Generator) -> Ints:
    order = np.lexsort((twin, born, fathers))
    fathers, born, twin = fathers[order], born[order], twin[order]
    male = random.random(len(born)) < 0.518
    children = newcomers(born, male, random)
    same_sex = twin & (random.random(len(born)) < 0.7)
    before = np.maximum(np.arange(len(born)) - 1, 0)
    children.male = np.where(same_sex, male[before], male)
    children.father, children.mother = fathers, people.spouse[fathers]
    children.surname = people.surname[fathers].copy()
    children.people = people.people[fathers].copy()
    children.region = np.where(random.random(len(born)) < 0.9, HOME_REGIONS[0], children.region)
    children.region = np.where(twin, children.region[before], children.region)
    children.given_first, children.given_second = draw_given(born, children.male, random)
    children.given_first = np.where(same_sex, children.given_first[before], children.given_first)
    places = people.grow(children)
    people.twin[places[twin]] = places[before[twin]]
    people.twin[places[before[twin]]] = places[twin]
    return places


def _divorce(people: People, last: int, random: np.random.Generator) -> None:
    husbands = np.flatnonzero(people.male & (people.spouse != NOBODY))
    rate = np.where(year_of(people.married_on[husbands]) >= 1995, 0.085, 0.02)
    parted = husbands[random.random(len(husbands)) < rate]
    on = people.married_on[parted] + random.integers(400, 8000, len(parted))
    wives = people.spouse[parted]
    happens = (on <= last) & (on < people.dies_on[parted]) & (on < people.dies_on[wives])
    for side in (parted[happens], wives[happens]):
        people.divorced_on[side] = on[happens]
