"""What makes a disability subsidy wrong: the holder has died, the certificate ran out or was lowered, the family is not poor."""

import numpy as np

from targeting.simulate.awards import CARE, LIVING, Awards, Certificates, Members
from targeting.simulate.clock import FAR, Ints, first_day
from targeting.simulate.improper import KINDS, deceased, place_kind
from targeting.simulate.law import valid_grades
from targeting.simulate.planting import Chosen, Plant, lives_on, months_between
from targeting.simulate.world import World

VALIDITY_DAYS = 3652


def plant_improper_subsidies(world: World, shares: dict[str, float], *, living_subsidy: int, random: np.random.Generator) -> None:
    """Bring about each circumstance on its share of the subsidies."""
    plants: dict[str, Plant] = {"deceased_holder": deceased, "expired_certificate": _expired, "lower_grade": _lower_grade}
    for benefit in (LIVING, CARE):
        for name, bring_about in plants.items():
            place_kind(world, name, shares[name], benefit, lives_on(world), bring_about, random)
    _subsidies_of_others(world, shares["household_not_poor"], living_subsidy, random)


def _last_days(chosen: Chosen) -> Ints:
    """By person the day on which the certificate loses its force; FAR for everybody else."""
    day = np.full(len(chosen.world.people), FAR, dtype=np.int64)
    day[chosen.person] = first_day(np.maximum(chosen.since, chosen.world.awards.start[chosen.awards] + 1))
    return day


def _expired(chosen: Chosen) -> None:
    certificates = chosen.world.truth.certificates
    ends = _last_days(chosen)[certificates.person]
    mine = ends < FAR
    ends = ends - np.arange(len(ends)) % 97  # a holder's old and new certificates do not become one
    certificates.expires = np.where(mine, np.minimum(certificates.expires, ends), certificates.expires)
    certificates.issued = np.where(mine, np.minimum(certificates.issued, ends - VALIDITY_DAYS), certificates.issued)


def _lower_grade(chosen: Chosen) -> None:
    """Re-assessed to grade 3 or 4 (care), or the certificate cancelled after re-assessment (living)."""
    certificates = chosen.world.truth.certificates
    day = _last_days(chosen)
    mine = day[certificates.person] < FAR
    cancelled = np.minimum(certificates.cancelled, day[certificates.person])
    certificates.cancelled = np.where(mine, cancelled, certificates.cancelled)
    category = np.full(len(chosen.world.people), 4, dtype=np.int64)
    category[certificates.person[mine]] = certificates.category[mine]
    again = chosen.person[chosen.world.awards.benefit[chosen.awards] == CARE]
    if len(again):
        grade = chosen.random.choice([3, 4], len(again))
        certificates.grow(
            Certificates.rows(
                person=again, category=category[again], grade=grade, issued=day[again], expires=day[again] + VALIDITY_DAYS
            )
        )


def _subsidies_of_others(world: World, share: float, amount: int, random: np.random.Generator) -> None:
    """Living subsidies of holders whose families have income enough."""
    living = world.truth.living
    fits = (valid_grades(world.truth, world.month) > 0) & living.present & ~(world.poor | world.low)[living.unit]
    have = int((world.awards.benefit == LIVING).sum())
    person = np.sort(random.permutation(np.flatnonzero(fits))[: int(share * have + random.random())])
    if not len(person):
        return
    start = months_between(np.full(len(person), world.first_month), world.last_month, random)
    unit = living.unit[person]
    places = world.awards.grow(
        Awards.rows(
            benefit=LIVING, applicant=person, unit=unit, start=start, year=start // 12,
            number=7 * 10**6 + np.arange(len(person)), account=random.integers(10**13, 10**14, len(person)), phone=person,
            community=world.unit_community()[unit], paid=amount, kind=KINDS.index("household_not_poor"),
        )
    )  # fmt: skip
    world.members.grow(Members.rows(award=places, person=person, declared=0, since=start))
