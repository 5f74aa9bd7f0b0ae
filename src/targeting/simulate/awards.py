"""Disability certificates and assistance awards: who is on the roll, with whom, since when, on what declaration."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from targeting.simulate.clock import FAR, FAR_MONTH, NOBODY, Bools, Ints, month_of, summed, whole_years
from targeting.simulate.columns import Columns
from targeting.simulate.income import Spells
from targeting.simulate.living import Living
from targeting.simulate.people import People

DIBAO, LIVING, CARE = range(3)
LETTERS = ("D", "S", "H")


@dataclass(slots=True)
class Certificates(Columns):
    """One disability certificate a row; grade 1 is the gravest, category 1 sight … 7 multiple."""

    person: Ints
    category: Ints
    grade: Ints
    issued: Ints
    expires: Ints
    cancelled: Ints
    hidden_until: Ints  # day until which the register does not know it (a renewal not yet entered)

    defaults: ClassVar[dict[str, Any]] = {"cancelled": FAR, "hidden_until": 0}


@dataclass(slots=True)
class Awards(Columns):
    """One award a row; `kind` and `look` name the planted circumstance (0: none)."""

    benefit: Ints
    applicant: Ints
    unit: Ints
    start: Ints
    end: Ints
    year: Ints
    number: Ints
    account: Ints
    phone: Ints
    community: Ints
    custody: Ints
    paid: Ints  # disability subsidies; dibao follows from the members
    short: Ints  # paid less than the declaration gives: an outdated amount
    kind: Ints
    look: Ints

    defaults: ClassVar[dict[str, Any]] = {"end": FAR_MONTH, "custody": 0, "paid": 0, "short": 0, "kind": 0, "look": 0}


@dataclass(slots=True)
class Members(Columns):
    """One person listed on one award."""

    award: Ints
    person: Ints
    declared: Ints
    since: Ints
    until: Ints

    defaults: ClassVar[dict[str, Any]] = {"until": FAR_MONTH}


def issue_certificates(
    people: People, living: Living, poor: Bools, *, last: int, rates: dict[str, float], random: np.random.Generator
) -> Certificates:
    """Certificates by age and poverty, valid ten years; expired ones mostly renewed, the old row staying."""
    here = living.present & people.alive(last - 900)
    age = whole_years(people.born, last)
    risk = rates["certificate_share"] * np.where(age < 18, 0.35, np.where(age < 45, 0.6, np.where(age < 65, 1.2, 2.1)))
    risk = risk * np.where(poor[living.unit], rates["certificate_hardship_factor"], 1.0) / 1.25
    holders = np.flatnonzero(here & (age > 3) & (random.random(len(people)) < risk))
    count = len(holders)
    issued = np.maximum(last - random.integers(60, 5200, count), people.born[holders] + 900)
    expires = issued + 3652
    certificates = Certificates.rows(
        person=holders,
        category=random.choice([4, 2, 6, 1, 5, 7, 3], count, p=[0.45, 0.16, 0.11, 0.11, 0.09, 0.05, 0.03]),
        grade=np.where(
            poor[living.unit[holders]] & (random.random(count) < 0.35),
            random.choice([1, 2], count, p=[0.4, 0.6]),
            random.choice([1, 2, 3, 4], count, p=[0.15, 0.33, 0.28, 0.24]),
        ),
        issued=issued,
        expires=expires,
    )
    renewed = np.flatnonzero((expires < last) & (random.random(count) < 0.82))
    more = certificates.take(renewed)
    more.issued = more.expires - random.integers(-20, 80, len(renewed))
    more.expires = more.issued + 3652
    certificates.grow(more)
    cancelled = random.random(len(certificates)) < 0.02
    certificates.cancelled[cancelled] = last - random.integers(100, 1500, cancelled.sum())
    certificates.cancelled = np.where(certificates.cancelled < certificates.issued, FAR, certificates.cancelled)
    return certificates


def grant_dibao(
    people: People,
    living: Living,
    poor: Bools,
    unit_community: Ints,
    *,
    last_month: int,
    last: int,
    take_up: float,
    random: np.random.Generator,
) -> tuple[Awards, Members]:
    """Awards of the poor families that applied, listing all members of the family truthfully."""
    here = living.present & people.alive(last - 600)
    age = whole_years(people.born, last)
    units = np.flatnonzero(poor & (random.random(len(people)) < take_up))
    adults = np.flatnonzero(here & (age >= 18))
    order = adults[np.lexsort((age[adults] + random.integers(-9, 10, len(adults)), living.unit[adults]))]
    applicant = np.full(len(people), NOBODY, dtype=np.int64)
    applicant[living.unit[order]] = order
    units = units[applicant[units] != NOBODY]
    count = len(units)
    start = last_month - np.minimum(random.exponential(26, count), 84).astype(np.int64)
    awards = Awards.rows(
        benefit=DIBAO,
        applicant=applicant[units],
        unit=units,
        start=start,
        year=start // 12,
        number=np.arange(count) * 3 + 1,
        account=random.integers(10**13, 10**14, count),
        phone=applicant[units],
        community=unit_community[units],
    )
    award_of = np.full(len(people), NOBODY, dtype=np.int64)
    award_of[units] = np.arange(count)
    listed = np.flatnonzero(here & (award_of[living.unit] != NOBODY))
    listed = listed[np.argsort(award_of[living.unit[listed]], kind="stable")]
    of = award_of[living.unit[listed]]
    since = np.maximum(start[of], month_of(people.born[listed]) + 1)
    return awards, Members.rows(award=of, person=listed, declared=0, since=since)


def declare_incomes(
    members: Members, awards: Awards, spells: Spells, count: int, month: int, random: np.random.Generator
) -> None:
    """What each member declared at the last yearly assessment: the countable income of declared sources, in tens of yuan."""
    yearly = month - random.integers(0, 12, len(awards))[members.award]
    at = np.minimum(np.maximum(np.maximum(awards.start[members.award], members.since), yearly), month)
    known = spells.declared & (spells.countable > 0)
    total = np.zeros(len(members), dtype=np.float64)
    for when in np.unique(at):
        runs = known & (spells.start <= max(when, month - 30)) & (spells.end >= when)
        by_person = summed(spells.person[runs], spells.countable[runs], count)
        mask = at == when
        total[mask] = by_person[members.person[mask]]
    members.declared = np.where(awards.benefit[members.award] == DIBAO, np.round(total, -1).astype(np.int64), 0)


def end_deceased(people: People, members: Members, awards: Awards, keep: Bools, random: np.random.Generator) -> None:
    """The dead leave the award one to three months after their death, unless the office does not know (`keep`)."""
    dead = (people.dies_on[members.person] < FAR) & ~keep
    until = month_of(people.dies_on[members.person]) + random.integers(0, 3, len(members))
    members.until = np.where(dead, np.minimum(members.until, until), members.until)
    lasting = np.zeros(len(awards), dtype=np.int64)
    np.maximum.at(lasting, members.award, members.until)
    awards.end = np.minimum(awards.end, np.where(lasting == 0, awards.end, lasting))


def grant_subsidies(
    people: People,
    living: Living,
    certificates: Certificates,
    unit_community: Ints,
    eligible_living: Bools,
    *,
    month: int,
    last: int,
    take_up: tuple[float, float],
    amounts: tuple[int, int, int],
    random: np.random.Generator,
) -> tuple[Awards, Members]:
    """Living and care subsidies of the holders who are entitled and applied."""
    _renew(certificates, last)
    first_issued = np.full(len(people), FAR, dtype=np.int64)
    np.minimum.at(first_issued, certificates.person, certificates.issued)
    tables = []
    for benefit, share in ((LIVING, take_up[0]), (CARE, take_up[1])):
        latest = latest_certificates(certificates)
        latest = latest[(certificates.cancelled[latest] >= FAR) & (certificates.expires[latest] > last)]
        entitled = (
            eligible_living[living.unit[certificates.person[latest]]] if benefit == LIVING else certificates.grade[latest] <= 2
        )
        chosen = latest[entitled & (random.random(len(latest)) < share)]
        held_for = np.minimum(random.exponential(34, len(chosen)), 110).astype(np.int64) - random.integers(0, 2, len(chosen))
        since = np.maximum(month_of(first_issued[certificates.person[chosen]]) + 1, 2016 * 12)
        start = np.maximum(since, month - held_for)
        lived = month_of(people.dies_on[certificates.person[chosen]]) > start
        chosen, start = chosen[lived], start[lived]
        person, count = certificates.person[chosen], len(chosen)
        paid = np.where(benefit == LIVING, amounts[0], np.where(certificates.grade[chosen] == 1, amounts[1], amounts[2]))
        table = Awards.rows(
            benefit=benefit, applicant=person, unit=living.unit[person], start=start, year=start // 12,
            number=np.arange(count) * 3 + 2 + (benefit - 1) * 10**6, account=random.integers(10**13, 10**14, count), phone=person,
            community=unit_community[living.unit[person]], paid=paid,
        )  # fmt: skip
        tables.append(table)
    awards = tables[0]
    awards.grow(tables[1])
    return awards, Members.rows(award=np.arange(len(awards)), person=awards.applicant, declared=0, since=awards.start)


def _renew(certificates: Certificates, last: int) -> None:
    """Those who are paid by a certificate renew it in time: two in three of the holders whose certificate has run out."""
    latest = latest_certificates(certificates)
    out = (certificates.expires[latest] <= last) & (certificates.cancelled[latest] >= FAR) & (latest % 3 > 0)
    more = certificates.take(latest[out])
    more.issued = more.expires - 10
    more.expires = np.maximum(more.issued + 3652, last + 400)
    certificates.grow(more)


def latest_certificates(certificates: Certificates) -> Ints:
    """The position of each holder's latest certificate."""
    order = np.lexsort((certificates.issued, certificates.person))
    holders = certificates.person[order]
    ends = np.concatenate([holders[1:] != holders[:-1], [True]]) if len(order) else np.zeros(0, dtype=bool)
    latest: Ints = order[ends]
    return latest
