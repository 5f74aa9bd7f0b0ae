"""Honest awards that look wrong in a register.

Each look-alike changes what registers show and leaves what the law counts as it was; `look` names it (a position in `LOOKS`).
"""

import numpy as np
import polars as pl

from targeting.simulate.awards import DIBAO, Certificates, latest_certificates
from targeting.simulate.clock import Bools, Ints
from targeting.simulate.holdings import ADAPTED, CAR, MOTORCYCLE, TRICYCLE, TRUCK, Firms, stolen_firms
from targeting.simulate.income import Source, Spells
from targeting.simulate.planting import Chosen, Plant, choose_awards, give_home, give_vehicle, lives_on
from targeting.simulate.world import World

LOOKS = (
    "", "same_name_owner", "sold_vehicle", "scrapped_vehicle", "inherited_share", "flexible_contributions",
    "stolen_identity_company", "job_just_ended", "demolished_house", "double_deed", "adapted_vehicle", "livelihood_vehicle",
    "petty_business", "gradual_exit", "veterans_allowance", "motorcycle", "resident_pension_only", "funeral_of_namesake",
    "dead_company", "twin_owner", "renewed_certificate", "kept_under_agreement",
)  # fmt: skip


def plant_look_alikes(world: World, shares: dict[str, float], random: np.random.Generator) -> None:
    """Give its share of the honest dibao awards each look."""
    for name, (fits, bring_about) in _plants(world).items():
        chosen = choose_awards(world, shares[name], DIBAO, fits & lives_on(world), random)
        if len(chosen):
            world.awards.look[chosen.awards] = LOOKS.index(name)
            bring_about(chosen)


def mark_renewed(world: World) -> None:
    """Name the subsidies whose holder has an old certificate that ran out beside the valid one."""
    certificates = world.truth.certificates
    older = np.ones(len(certificates), dtype=bool)
    older[latest_certificates(certificates)] = False
    renewed = np.zeros(len(world.people), dtype=bool)
    renewed[certificates.person[older & (certificates.expires <= world.last)]] = True
    awards = world.awards
    plain = (awards.benefit != DIBAO) & (awards.kind == 0) & renewed[awards.applicant]
    awards.look = np.where(plain, LOOKS.index("renewed_certificate"), awards.look)


def _plants(world: World) -> dict[str, tuple[Bools, Plant]]:
    age = world.age()
    adult = (age >= 20) & (age < 66)
    works = (age >= 20) & (age < 58)
    return {
        "twin_owner": (adult & (world.people.twin >= 0), _twin),
        "resident_pension_only": (age >= 62, _nothing),
        "veterans_allowance": ((age >= 58) & world.people.male, _veteran),
        "funeral_of_namesake": (age >= 50, _namesake_funeral),
        "same_name_owner": (age >= 20, _same_name),
        "sold_vehicle": (adult, _sold),
        "scrapped_vehicle": (adult, _scrapped),
        "inherited_share": (age >= 25, _inherited),
        "flexible_contributions": (works, _flexible),
        "stolen_identity_company": (adult, _stolen),
        "job_just_ended": (works, _job_ended),
        "demolished_house": (age >= 30, _demolished),
        "double_deed": (age >= 30, _double_deed),
        "adapted_vehicle": (adult, _adapted),
        "livelihood_vehicle": (adult, _livelihood),
        "petty_business": (adult, _petty),
        "gradual_exit": (works, _gradual_exit),
        "motorcycle": (adult, _motorcycle),
        "dead_company": (adult, _dead_company),
    }


def _nothing(chosen: Chosen) -> None:
    """The pension they have is the basic part that the law does not count."""


def _twin(chosen: Chosen) -> None:
    """A car of the twin, whose number differs in one digit and the check digit."""
    twin = chosen.world.people.twin[chosen.person]
    give_vehicle(Chosen(chosen.world, chosen.awards, twin, chosen.since, chosen.random), CAR)


def _strangers(chosen: Chosen) -> Ints:
    """Persons elsewhere who are given the same full name."""
    world = chosen.world
    elsewhere = np.flatnonzero(~world.truth.living.present & lives_on(world))
    strangers = np.sort(chosen.random.choice(elsewhere, len(chosen), replace=False))
    shared = world.names.gather(pl.Series(chosen.person.astype(np.uint32)))
    world.names = world.names.clone().scatter(pl.Series(strangers.astype(np.uint32)), shared)
    return strangers


def _same_name(chosen: Chosen) -> None:
    """A home or a car without a number, of a stranger who bears the same name."""
    world, random = chosen.world, chosen.random
    strangers = _strangers(chosen)
    cars = random.random(len(chosen)) < 0.4
    holder = strangers[cars]
    vehicles = give_vehicle(Chosen(world, chosen.awards[cars], holder, chosen.since[cars], random), CAR)
    world.truth.vehicles.no_id[vehicles] = True
    homes = _home_anywhere(chosen.part(~cars), strangers[~cars])
    world.truth.homes.no_id[homes] = True


def _home_anywhere(chosen: Chosen, holder: Ints) -> Ints:
    world, random = chosen.world, chosen.random
    places = random.integers(0, len(world.geography.communities), len(chosen))
    since = chosen.days_ago(400, 9000)
    return give_home(world, holder=holder, owner=holder, since=since, communities=places, random=random)


def _sold(chosen: Chosen) -> None:
    """Sold three years ago or more; the buyer never changed the name."""
    vehicles = give_vehicle(chosen, CAR, since=chosen.days_ago(2600, 5500))
    chosen.world.truth.vehicles.sold[vehicles] = chosen.days_ago(1100, 1600)


def _scrapped(chosen: Chosen) -> None:
    vehicles = give_vehicle(chosen, CAR, since=chosen.days_ago(4400, 6500))
    chosen.world.truth.vehicles.scrapped[vehicles] = chosen.days_ago(1100, 2000)


def _inherited(chosen: Chosen) -> None:
    homes = _home_anywhere(chosen, chosen.person)
    chosen.world.truth.homes.parts[homes] = 6


def _flexible(chosen: Chosen) -> None:
    start = chosen.world.month - chosen.random.integers(3, 80, len(chosen))
    spells = chosen.world.truth.spells
    spells.grow(Spells.rows(person=chosen.person, source=Source.SELF_INSURED, start=start, base=chosen.base_floor()))


def _stolen(chosen: Chosen) -> None:
    """Two or three companies each, of which they know nothing."""
    several = np.concatenate([chosen.person, chosen.person, chosen.person[::2]])
    communities = len(chosen.world.geography.communities)
    stolen_firms(chosen.world.truth.firms, several, last=chosen.world.last, communities=communities, random=chosen.random)


def _job(chosen: Chosen, start: Ints, end: Ints | int) -> None:
    amount = chosen.random.integers(2000, 3900, len(chosen))
    chosen.world.truth.spells.grow(
        Spells.rows(
            person=chosen.person,
            source=Source.WAGE,
            start=start,
            end=end,
            monthly=amount,
            countable=amount,
            base=chosen.base_floor(),
            employer=chosen.employers(),
            job=True,
        )
    )


def _job_ended(chosen: Chosen) -> None:
    """A short job that ended before the months of assessment; some registers still show it as running."""
    world = chosen.world
    end = np.maximum(world.awards.start[chosen.awards] - 2, world.first_month)
    end = np.where(chosen.random.random(len(chosen)) < 0.5, np.maximum(end, world.month - 9), end)
    end = np.minimum(end, world.month - 7)
    _job(chosen, end - chosen.random.integers(2, 5, len(chosen)), end)


def _demolished(chosen: Chosen) -> None:
    for _ in range(2):
        homes = _home_anywhere(chosen, chosen.person)
        chosen.world.truth.homes.gone[homes] = chosen.world.last - 1100


def _double_deed(chosen: Chosen) -> None:
    homes = chosen.world.truth.homes
    mine = np.flatnonzero(np.isin(homes.holder, chosen.person) & (homes.use <= 1) & ~homes.second_deed & homes.registered)
    copies = homes.take(mine)
    copies.second_deed[:] = True
    copies.since = copies.since - chosen.random.integers(1500, 5000, len(mine))
    homes.grow(copies)


def _adapted(chosen: Chosen) -> None:
    give_vehicle(chosen, ADAPTED, since=chosen.days_ago(300, 3000))
    issued = chosen.days_ago(1300, 3200)
    certificates = chosen.world.truth.certificates
    certificates.grow(Certificates.rows(person=chosen.person, category=4, grade=3, issued=issued, expires=issued + 3652))


def _livelihood(chosen: Chosen) -> None:
    vehicles = give_vehicle(chosen, TRUCK, since=chosen.days_ago(2900, 4700))
    chosen.world.truth.vehicles.price[vehicles] = chosen.random.integers(480, 620, len(vehicles)) * 100


def _firm(chosen: Chosen, *, kind: int, founded: Ints, capital: Ints | int, closed: Ints | None = None) -> None:
    more = {} if closed is None else {"closed": closed, "end_state": 1}
    chosen.world.truth.firms.grow(
        Firms.rows(
            holder=chosen.person,
            owner=chosen.person,
            kind=kind,
            founded=founded,
            capital=capital,
            community=chosen.community(),
            **more,
        )
    )


def _petty(chosen: Chosen) -> None:
    _firm(chosen, kind=1, founded=chosen.days_ago(100, 3000), capital=chosen.random.choice([3, 5, 10, 20], len(chosen)))


def _dead_company(chosen: Chosen) -> None:
    founded = chosen.days_ago(2600, 5000)
    closed = founded + chosen.random.integers(300, 1400, len(chosen))
    _firm(chosen, kind=0, founded=founded, capital=500, closed=closed)


def _gradual_exit(chosen: Chosen) -> None:
    """Has taken a job within the last months and said so: the award may run on."""
    start = chosen.world.month - chosen.random.integers(0, 4, len(chosen))
    _job(chosen, start, np.full(len(chosen), 100_000))


def _veteran(chosen: Chosen) -> None:
    amount = chosen.random.integers(500, 1600, len(chosen))
    start = chosen.world.month - chosen.random.integers(20, 160, len(chosen))
    chosen.world.truth.spells.grow(Spells.rows(person=chosen.person, source=Source.VETERAN, start=start, monthly=amount))


def _motorcycle(chosen: Chosen) -> None:
    give_vehicle(chosen, chosen.random.choice([MOTORCYCLE, TRICYCLE], len(chosen)).astype(np.int64))


def _namesake_funeral(chosen: Chosen) -> None:
    """A stranger of the same name has died; the funeral home noted no number."""
    strangers = _strangers(chosen)
    chosen.world.people.dies_on[strangers] = chosen.days_ago(40, 700)
    chosen.world.namesakes = strangers
