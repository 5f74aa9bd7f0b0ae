"""Who lives with whom, who is studying or in prison, and who stands in which registered household (户).

A unit is the family that the law assesses together (最低生活保障审核确认办法 art. 7): spouses, minor and studying children, and
those with a duty of support who share the dwelling. The registered household is another thing and often differs.
"""

from dataclasses import dataclass

import numpy as np

from targeting.simulate.clock import FAR, NOBODY, Bools, Ints, whole_years
from targeting.simulate.people import People


@dataclass(slots=True)
class Living:
    """One entry a person: unit and registered household (a position of its first person), head, student, prison spell."""

    unit: Ints
    hukou: Ints
    student: Bools
    prison_from: Ints
    prison_until: Ints
    present: Bools  # alive in the window and of the county


def arrange(
    people: People,
    *,
    first: int,
    last: int,
    student_share: float,
    prison_share: float,
    away_share: float,
    random: np.random.Generator,
) -> Living:
    """The families living together at the end of the window, and their registered households."""
    age = whole_years(people.born, last)
    count = len(people)
    base = _couples(people, last)
    student = (age >= 18) & (age <= 22) & (people.spouse == NOBODY) & (random.random(count) < student_share)
    student &= people.alive(last)
    unit = _follow(_hosts(people, base, age, student, last, random))
    hukou = _follow(_registered_hosts(people, base, age, random))
    present = (people.dies_on > first) & (people.born <= last)
    away_unit = random.random(count) < away_share
    present &= ~(away_unit[unit] & (age[unit] < 60))
    prison = present & (age >= 20) & (age < 65) & (random.random(count) < prison_share)
    starts = last - random.integers(100, 1200, count)
    return Living(
        unit=unit,
        hukou=hukou,
        student=student,
        prison_from=np.where(prison, starts, FAR),
        prison_until=np.where(prison, starts + random.integers(300, 2500, count), FAR),
        present=present,
    )


def _couples(people: People, last: int) -> Ints:
    """Own position; that of the husband for wives of a running marriage."""
    own = np.arange(len(people), dtype=np.int64)
    wed = (people.spouse != NOBODY) & (people.divorced_on >= FAR) & (people.married_on <= last)
    return np.where(wed & ~people.male, people.spouse, own)


def _hosts(people: People, base: Ints, age: Ints, student: Bools, last: int, random: np.random.Generator) -> Ints:
    """For each person the person whose family they belong to, one step up or down."""
    count = len(people)
    own = np.arange(count, dtype=np.int64)
    host = base.copy()
    alive = people.alive(last)
    single = (base == own) & ((people.spouse == NOBODY) | (people.divorced_on < FAR))
    has_father = (people.father != NOBODY) & alive[people.father]
    has_mother = (people.mother != NOBODY) & alive[people.mother]
    parted = people.divorced_on[people.mother] < FAR
    with_mother = has_mother & (~has_father | (parted & (random.random(count) < 0.6)))
    parent = np.where(with_mother, people.mother, np.where(has_father, people.father, NOBODY))
    stays = random.random(count) < np.where(age < 18, 1.0, np.where(student, 1.0, np.where(age < 30, 0.72, 0.40)))
    host = np.where(single & (parent != NOBODY) & stays & (age < 60), base[parent], host)
    orphan = (age < 18) & (parent == NOBODY)
    grandparent = np.where(people.father != NOBODY, people.father[people.father], NOBODY)
    host = np.where(orphan & (grandparent != NOBODY), base[grandparent], host)
    # Young families with the husband's parents; one son only, so that the house is not full of cousins.
    husbands = np.flatnonzero(people.male & (people.spouse != NOBODY) & (base == own) & (people.father != NOBODY) & alive)
    joins = husbands[(random.random(len(husbands)) < 0.20) & alive[people.father[husbands]]]
    _, first_son = np.unique(people.father[joins], return_index=True)
    joins = joins[first_son]
    host[joins] = base[people.father[joins]]
    taken = np.zeros(count, dtype=bool)
    taken[host[joins]] = True
    # Widowed old parents with a grown child's family.
    widowed = (people.spouse != NOBODY) & ~alive[people.spouse] & alive & (age >= 62) & ~taken
    moves = widowed & (random.random(count) < 0.45)
    grown = np.flatnonzero((age >= 25) & alive & (people.father != NOBODY) & (base == own) & (host == own))
    child_of = np.full(count, NOBODY, dtype=np.int64)
    child_of[people.mother[grown]] = grown
    child_of[people.father[grown]] = grown
    to_child = moves & (child_of != NOBODY)
    host[base == NOBODY] = own[base == NOBODY]
    return np.where(to_child, base[child_of], host)


def _registered_hosts(people: People, base: Ints, age: Ints, random: np.random.Generator) -> Ints:
    """For each person whose booklet they stand in: often still the parents'."""
    own = np.arange(len(people), dtype=np.int64)
    father = people.father
    single = (base == own) & (people.spouse == NOBODY)
    host = base.copy()
    with_parents = single & (father != NOBODY) & (random.random(len(people)) < np.where(age < 18, 1.0, 0.8))
    host = np.where(with_parents, base[father], host)
    son = people.male & (people.spouse != NOBODY) & (base == own) & (father != NOBODY)
    still = son & (random.random(len(people)) < 0.16) & (people.dies_on[father] > people.married_on)
    return np.where(still, base[father], host)


def _follow(host: Ints) -> Ints:
    """Each person's last host: hosts of hosts are followed to the end, circles are cut."""
    reached = host.copy()
    for _ in range(6):
        reached = reached[reached]
    settled = reached[reached] == reached
    return np.where(settled, reached, host[host])


def relation_to_head(people: People, person: Ints, head: Ints) -> Ints:
    """Codes of each person's relation to the person named first in a household or on an award, from kinship.

    0 self, 1 wife, 2 husband, 3 son, 4 daughter, 5 father, 6 mother, 7 grandson, 8 granddaughter, 9 brother or sister,
    10 daughter-in-law, 11 other.
    """
    male, spouse = people.male[person], people.spouse[person]
    father, mother = people.father[person], people.mother[person]

    def child_of_head(who: Ints) -> Bools:
        parents: Bools = (who != NOBODY) & ((people.father[who] == head) | (people.mother[who] == head))
        return parents

    code = np.full(len(person), 11, dtype=np.int64)
    code = np.where((father != NOBODY) & (father == people.father[head]), 9, code)
    code = np.where((people.father[head] == person) | (people.mother[head] == person), np.where(male, 5, 6), code)
    code = np.where(child_of_head(spouse) & ~male, 10, code)
    code = np.where(child_of_head(father) | child_of_head(mother), np.where(male, 7, 8), code)
    code = np.where((father == head) | (mother == head), np.where(male, 3, 4), code)
    code = np.where(spouse == head, np.where(male, 2, 1), code)
    return np.where(person == head, 0, code)
