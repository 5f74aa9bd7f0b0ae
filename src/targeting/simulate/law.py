"""What the law says of the true circumstances in one month: the measure against which every award is right or wrong.

No register is read here. Members are those who truly live together, income is what truly came in, property is what is truly
theirs. Sources: models/simulation/law.toml; 最低生活保障审核确认办法 art. 7, 13, 14, 33.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from targeting.simulate.awards import CARE, DIBAO, LIVING, Awards, Certificates, Members
from targeting.simulate.clock import NOBODY, Bools, Floats, Ints, first_day, last_day, month_of, summed
from targeting.simulate.holdings import KINDS, Firms, Homes, Vehicles
from targeting.simulate.income import Spells
from targeting.simulate.living import Living
from targeting.simulate.people import People


@dataclass(frozen=True, slots=True)
class Assessment:
    """One month: by unit, the number of members, mean income, whether property rules are kept, and what is due."""

    month: int
    counted: Bools
    size: Ints
    income: Floats
    property_kept: Bools
    eligible: Bools
    margin: Bools
    due: Floats
    allowed: Floats  # what may be paid: more than is due while a gradual exit is open


@dataclass(slots=True)
class Circumstances:
    """Everything that is true of the county, without registers, declarations or awards."""

    people: People
    living: Living
    spells: Spells
    homes: Homes
    vehicles: Vehicles
    firms: Firms
    certificates: Certificates
    absent_from: Ints  # by person: month since which they live elsewhere for good

    def counted(self, month: int) -> Bools:
        """Who is alive, present and free in a month: the persons whom the law counts."""
        start, end = _bounds(month)
        people, living = self.people, self.living
        free = ~((living.prison_from <= start) & (living.prison_until > end))
        lives = (people.born <= end) & (people.dies_on >= start)  # what is paid for the month of death is right
        here: Bools = living.present & lives & free & (self.absent_from > month)
        return here


def _bounds(month: int) -> tuple[int, int]:
    of = np.array([month], dtype=np.int64)
    return int(first_day(of)[0]), int(last_day(of)[0])


def assess(truth: Circumstances, month: int, law: dict[str, Any]) -> Assessment:
    """The law's answer for every family in one month."""
    units = len(truth.people)
    counted = truth.counted(month)
    unit = truth.living.unit
    size = np.bincount(unit[counted], minlength=units)
    income = _mean_income(truth, counted, month, law["income_months"])
    income_without_new_jobs = income - _new_jobs(truth, counted, month, law)
    kept = _property_kept(truth, counted, size, month, law)
    line = law["standard_yuan"] * size.astype(np.float64)
    eligible = (size > 0) & (income < line) & kept
    margin = (size > 0) & (income < line * law["margin_multiple"]) & kept
    due = np.where(eligible, line - income, 0.0)
    open_exit = (size > 0) & (income_without_new_jobs < line) & kept
    allowed = np.where(open_exit, line - income_without_new_jobs, 0.0)
    return Assessment(month, counted, size, income, kept, eligible, margin, due, allowed)


def _mean_income(truth: Circumstances, counted: Bools, month: int, months: int) -> Floats:
    spells = truth.spells
    overlap = np.minimum(spells.end, month) - np.maximum(spells.start, month - months + 1) + 1
    share = np.clip(overlap, 0, months) / months
    used = (share > 0) & counted[spells.person] & (spells.countable > 0)
    return summed(truth.living.unit[spells.person[used]], spells.countable[used] * share[used], len(truth.people))


def _new_jobs(truth: Circumstances, counted: Bools, month: int, law: dict[str, Any]) -> Floats:
    spells, months = truth.spells, law["income_months"]
    overlap = np.minimum(spells.end, month) - np.maximum(spells.start, month - months + 1) + 1
    share = np.clip(overlap, 0, months) / months
    new = spells.job & (spells.start <= month) & (month - spells.start < law["gradual_exit_months"]) & counted[spells.person]
    return summed(truth.living.unit[spells.person[new]], spells.countable[new] * share[new], len(truth.people))


def _property_kept(truth: Circumstances, counted: Bools, size: Ints, month: int, law: dict[str, Any]) -> Bools:
    unit, units = truth.living.unit, len(truth.people)
    _, end = _bounds(month)
    homes = truth.homes
    theirs = (homes.use <= 1) & ~homes.second_deed & (homes.since <= end) & (homes.until > end) & (homes.gone > end)
    theirs &= (homes.owner != NOBODY) & counted[homes.owner]
    share = homes.part[theirs] / homes.parts[theirs]
    of = unit[homes.owner[theirs]]
    shares = summed(of, share, units)
    area = summed(of, share * homes.area[theirs] / 100.0, units)
    homes_kept = (shares < law["dwelling_shares_below"] - 1e-9) | (area < law["floor_area_m2_below"] * np.maximum(size, 1))
    vehicles = truth.vehicles
    runs = (
        (np.maximum(vehicles.since, vehicles.bought) <= end)
        & (vehicles.sold > end)
        & (vehicles.scrapped > end)
        & (vehicles.left > end)
        & ~vehicles.in_firm
    )
    runs &= (vehicles.owner != NOBODY) & counted[vehicles.owner] & vehicle_counts(vehicles, end, law)
    cars = np.bincount(unit[vehicles.owner[runs]], minlength=units)
    firms = truth.firms
    active = (firms.founded <= end) & (firms.closed > end) & (firms.owner != NOBODY) & counted[firms.owner]
    active &= (firms.kind != 1) | (firms.capital > law["petty_business_up_to_wan"] * 10)
    businesses = np.bincount(unit[firms.owner[active]], minlength=units)
    kept: Bools = homes_kept & (cars == 0) & (businesses == 0)
    return kept


def vehicle_counts(vehicles: Vehicles, day: int, law: dict[str, Any]) -> Bools:
    """Whether the law counts each vehicle: by kind, and by present value where it earns the living."""
    rule = np.array([row[6] for row in KINDS])[vehicles.kind]
    years = np.maximum(day - vehicles.since, 0) // 365
    left = np.maximum(1 - law["vehicle_depreciation_a_year"] * years, law["vehicle_residual_floor"])
    counts: Bools = (rule == 1) | ((rule == 2) & (vehicles.price * left >= law["livelihood_vehicle_below_yuan"]))
    return counts


def paid_amounts(awards: Awards, members: Members, month: int, law: dict[str, Any]) -> Floats:
    """What each award pays in a month (0 where it does not run): dibao by the difference method on declared incomes."""
    runs = (awards.start <= month) & (awards.end >= month)
    listed = (members.since <= month) & (members.until >= month)
    number = np.bincount(members.award[listed], minlength=len(awards))
    declared = summed(members.award[listed], members.declared[listed], len(awards))
    top_up = np.maximum(number * law["standard_yuan"] - declared - awards.short, 20)
    amount: Floats = np.where(awards.benefit == DIBAO, top_up, awards.paid) * (runs & (number > 0))
    return amount


def due_amounts(truth: Circumstances, awards: Awards, assessment: Assessment, law: dict[str, Any]) -> tuple[Floats, Floats]:
    """The least and the most that each award should pay in that month; the later of two for one family is due nothing."""
    grade = valid_grades(truth, assessment.month)[awards.applicant]
    here = assessment.counted[awards.applicant]
    living = np.where((grade > 0) & assessment.margin[awards.unit] & here, law["living_subsidy_yuan"], 0)
    care = np.where((grade == 1) & here, law["care_subsidy_grade_1_yuan"], 0)
    care = np.where((grade == 2) & here, law["care_subsidy_grade_2_yuan"], care)
    benefits = [awards.benefit == DIBAO, awards.benefit == LIVING, awards.benefit == CARE]
    least: Floats = np.select(benefits, [assessment.due[awards.unit], living, care]).astype(np.float64)
    most: Floats = np.select(benefits, [assessment.allowed[awards.unit], living, care]).astype(np.float64)
    runs = (awards.start <= assessment.month) & (awards.end >= assessment.month)
    key = np.where(awards.benefit == DIBAO, awards.unit, awards.applicant) * 3 + awards.benefit
    order = np.lexsort((awards.start, ~runs, key))
    repeated = np.concatenate([[False], key[order][1:] == key[order][:-1]]) if len(order) else np.zeros(0, dtype=bool)
    later = order[repeated & runs[order]]
    least[later], most[later] = 0.0, 0.0
    return least, most


def valid_grades(truth: Circumstances, month: int) -> Ints:
    """By person the gravest grade of a certificate valid in a month; 0 where there is none."""
    _, end = _bounds(month)
    certificates = truth.certificates
    valid = (month_of(certificates.issued) <= month) & (certificates.expires >= end) & (certificates.cancelled > end)
    grades = np.full(len(truth.people), 9, dtype=np.int64)
    np.minimum.at(grades, certificates.person[valid], certificates.grade[valid])
    return np.where(grades == 9, 0, grades)
