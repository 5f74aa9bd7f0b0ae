"""An imaginary county: twelve registers a month as departments would send them, and the truth beside them.

    simulate(30_000, seed=7, as_of=date(2026, 10, 31), months=2, out=Path("county"))

writes `county/2026-10/` and `county/2026-11/`, each with the register files, `sources.toml` and `truth/`. All persons, firms,
places and numbers are invented: region codes that are not assigned, telephone prefix 1400, plates with the letter I, accounts
with 99. The same arguments give the same bytes.
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from targeting.dates import Month
from targeting.errors import InvalidInput
from targeting.simulate import registers_benefit, registers_people, registers_property, truth
from targeting.simulate.awards import DIBAO, Awards, end_deceased, grant_subsidies
from targeting.simulate.clock import Ints, day_of, month_of, stream
from targeting.simulate.defects import Clerk, Defects
from targeting.simulate.extract import Extract, Written, assemble
from targeting.simulate.improper import plant_improper
from targeting.simulate.improper_subsidies import plant_improper_subsidies
from targeting.simulate.law import assess
from targeting.simulate.look_alikes import LOOKS, mark_renewed, plant_look_alikes
from targeting.simulate.missing import end_naturally, lose_work, plant_missing
from targeting.simulate.registers_people import Desk
from targeting.simulate.reviews import Reviews, review
from targeting.simulate.world import World, build
from targeting.specs.loading import declaration


@dataclass(frozen=True, slots=True)
class SimulatedCounty:
    """The snapshot folders in order of months, and how many persons stand in the first population register."""

    folders: tuple[Path, ...]
    as_of: tuple[date, ...]
    persons: int
    awards: int

    @property
    def sources(self) -> tuple[Path, ...]:
        """The sources.toml of each snapshot."""
        return tuple(folder / "sources.toml" for folder in self.folders)


def simulate(
    persons: int,
    *,
    seed: int,
    as_of: date,
    months: int = 1,
    out: Path,
    defects: Defects | None = None,
    prevalence: dict[str, Any] | None = None,
) -> SimulatedCounty:
    """Write the registers and the truth of so many successive months, the first as of `as_of`.

    Raises:
        InvalidInput: fewer than 500 persons, or no month.
    """
    if persons < 500 or months < 1:
        raise InvalidInput(f"A county needs at least 500 persons and 1 month; got {persons} persons and {months} months.")
    law, _ = declaration("simulation", "law")
    rates = prevalence or declaration("simulation", "prevalence")[0]
    days = snapshot_days(as_of, months)
    world, every_review = create(persons, seed=seed, days=days, prevalence=rates, law=law)
    folders, registered = [], 0
    for place, day in enumerate(days):
        folder = out / f"{day:%Y-%m}"
        written = write_snapshot(world, every_review, day, place, defects or Defects.declared(), law, folder)
        registered = registered or len(written["population"].lines)
        folders.append(folder)
    return SimulatedCounty(tuple(folders), days, registered, int((world.awards.benefit == DIBAO).sum()))


def snapshot_days(as_of: date, months: int) -> tuple[date, ...]:
    """The day of the first snapshot and the last days of the months that follow."""
    return (as_of, *((Month.of(as_of) + later).last_day for later in range(1, months)))


def create(
    persons: int, *, seed: int, days: tuple[date, ...], prevalence: dict[str, Any], law: dict[str, Any]
) -> tuple[World, Reviews]:
    """The whole truth until the last day, and the reviews made until then."""
    first, last = Month.of(days[0]), Month.of(days[-1])
    month, last_month = first.year * 12 + first.month - 1, last.year * 12 + last.month - 1
    world = build(persons, seed=seed, month=month, last_month=last_month, last=day_of(days[-1]), prevalence=prevalence, law=law)
    plant_improper(world, prevalence["improper_dibao"], stream(seed, "improper"))
    plant_look_alikes(world, prevalence["look_alike_dibao"], stream(seed, "look_alikes"))
    plant_missing(world, prevalence["missing_dibao"], stream(seed, "missing"))
    lose_work(world, prevalence["economy"]["lost_job_share"], stream(seed, "lost_work"))
    end_naturally(world, prevalence["awards"]["ended_share"], stream(seed, "ends"))
    _grant_subsidies(world, prevalence, law)
    _share(world, prevalence["awards"], stream(seed, "shared"))
    world.awards.number = 1 + stream(seed, "numbers").permutation(len(world.awards))  # no circumstance shows in a number
    random = stream(seed, "deaths")
    end_deceased(world.people, world.members, world.awards, world.unreported_death[world.members.person], random)
    return world, review(world, prevalence["reviews"], law, stream(seed, "reviews"))


def _grant_subsidies(world: World, prevalence: dict[str, Any], law: dict[str, Any]) -> None:
    margin = assess(world.truth, world.month, law).margin
    rates = prevalence["awards"]
    awards, members = grant_subsidies(
        world.people,
        world.truth.living,
        world.truth.certificates,
        world.unit_community(),
        margin,
        month=world.month,
        last=world.last,
        take_up=(rates["living_take_up"], rates["care_take_up"]),
        amounts=(law["living_subsidy_yuan"], law["care_subsidy_grade_1_yuan"], law["care_subsidy_grade_2_yuan"]),
        random=stream(world.seed, "subsidies"),
    )
    places = world.awards.grow(awards)
    members.award = places[members.award]
    world.members.grow(members)
    plant_improper_subsidies(
        world, prevalence["improper_disability"], living_subsidy=law["living_subsidy_yuan"],
        random=stream(world.seed, "improper_subsidies"),
    )  # fmt: skip
    mark_renewed(world)


def _share(world: World, rates: dict[str, float], random: np.random.Generator) -> None:
    """Telephones of neighbours or village workers, and accounts that a worker keeps under a filed agreement."""
    awards = world.awards
    count = len(awards)
    shares = np.flatnonzero(random.random(count) < rates["shared_phone_share"])
    awards.phone[shares] = awards.applicant[(shares // 12) * 12 % max(count, 1)]
    _keep_in_custody(awards, np.flatnonzero(random.random(count) < rates["custody_share"]))
    # One person's awards are paid into one account.
    order = np.lexsort((np.arange(count), awards.applicant))
    same = np.concatenate([[False], awards.applicant[order][1:] == awards.applicant[order][:-1]]) if count else np.zeros(0, bool)
    for place in np.flatnonzero(same):
        if awards.benefit[order[place]] != DIBAO:
            awards.account[order[place]] = awards.account[order[place - 1]]


def _keep_in_custody(awards: Awards, kept: Ints) -> None:
    """A village worker keeps one account for four awards each, under one filed agreement."""
    first = kept[np.arange(len(kept)) // KEPT_TOGETHER * KEPT_TOGETHER]
    awards.custody[kept] = 100 + first % 900
    awards.account[kept] = awards.account[first]
    plain = kept[(awards.look[kept] == 0) & (awards.kind[kept] == 0)]
    awards.look[plain] = LOOKS.index("kept_under_agreement")


def write_snapshot(
    world: World, every_review: Reviews, day: date, place: int, defects: Defects, law: dict[str, Any], folder: Path
) -> dict[str, Written]:
    """The twelve files, sources.toml and the truth of one snapshot."""
    folder.mkdir(parents=True, exist_ok=True)
    written: dict[str, Written] = {}
    number = day_of(day)
    month = int(month_of(np.array([number], dtype=np.int64))[0])
    for register in REGISTERS:
        clerk = Clerk(defects, world.seed, register, place)
        desk = Desk(world, number, clerk)
        extract = _extract(register, desk, every_review, law)
        written[register] = assemble(extract, clerk)
        written[register].save(folder)
    _save_sources(folder, written)
    desk = Desk(world, number, Clerk(defects, world.seed, "truth", place))
    links = truth.links_truth(written, len(world.people))
    referrals = truth.referrals_truth(desk, month, written["population"], law)
    truth.save(folder / "truth", links, truth.identities_truth(written), referrals)
    return written


KEPT_TOGETHER = 4
REGISTERS = (
    "population", "property", "vehicle", "social_security", "assistance_roll", "disability", "deaths", "marriage", "business",
    "grid", "price", "reviews",
)  # fmt: skip


def _extract(register: str, desk: Desk, every_review: Reviews, law: dict[str, Any]) -> Extract:
    match register:
        case "population":
            return registers_people.population(desk)
        case "deaths":
            return registers_people.deaths(desk)
        case "marriage":
            return registers_people.marriage(desk)
        case "disability":
            return registers_people.disability(desk)
        case "property":
            return registers_property.homes(desk)
        case "vehicle":
            return registers_property.vehicles(desk)
        case "business":
            return registers_property.business(desk)
        case "social_security":
            return registers_benefit.social_security(desk)
        case "assistance_roll":
            return registers_benefit.roll(desk, law)
        case "grid":
            return registers_benefit.grid(desk)
        case "price":
            return registers_benefit.prices(desk)
    return registers_benefit.reviews(desk, every_review)


def _save_sources(folder: Path, written: dict[str, Written]) -> None:
    parts = ["# Which file is which register; paths are relative to this file.\n"]
    for register, file in written.items():
        parts.append(f'[[sources]]\nregister = "{register}"\npath = "{file.extract.file}"\nencoding = "auto"\n')
    (folder / "sources.toml").write_text("\n".join(parts), encoding="utf-8")
