"""Homes, vehicles and firms: in whose name each stands, whose it truly is, and from when to when.

`holder` is the person in the register, `owner` the true one (-1: a stranger). The law looks at owners; departments at holders.
"""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from targeting.simulate.clock import FAR, NOBODY, Bools, Ints, whole_years
from targeting.simulate.columns import Columns
from targeting.simulate.geography import Addresses, Geography, draw_addresses
from targeting.simulate.living import Living
from targeting.simulate.people import People

YEAR = 365


@dataclass(slots=True)
class Homes(Columns):
    """One holder of one unit a row; `use` 0 town dwelling, 1 homestead, 2 parking, 3 storage, 4 shop; share `part`/`parts`."""

    holder: Ints
    owner: Ints
    address: Ints
    dwelling: Ints
    use: Ints
    area: Ints  # hundredths of a square metre
    part: Ints
    parts: Ints
    joint: Bools
    since: Ints
    until: Ints
    gone: Ints  # day on which the building was pulled down
    registered: Bools
    second_deed: Bools
    sealed: Bools
    mortgaged: Bools
    no_id: Bools

    defaults: ClassVar[dict[str, Any]] = {
        "part": 1, "parts": 1, "joint": False, "until": FAR, "gone": FAR, "registered": True, "second_deed": False,
        "sealed": False, "mortgaged": False, "no_id": False,
    }  # fmt: skip


@dataclass(slots=True)
class Vehicles(Columns):
    """One vehicle a row; `kind` is a position in `KINDS`."""

    holder: Ints
    owner: Ints
    kind: Ints
    since: Ints
    sold: Ints  # truly given away; the register does not know
    scrapped: Ints
    left: Ints  # left the holder's name in the register
    bought: Ints  # came into the holder's name, where not new
    price: Ints
    transfers: Ints
    no_id: Bools
    in_firm: Bools

    defaults: ClassVar[dict[str, Any]] = {
        "sold": FAR,
        "scrapped": FAR,
        "left": FAR,
        "bought": 0,
        "transfers": 0,
        "no_id": False,
        "in_firm": False,
    }


CAR, MINIVAN, ELECTRIC, MOTORCYCLE, TRICYCLE, TRACTOR, HARVESTER, TRUCK, TAXI, HAILED, ADAPTED = range(11)
KINDS = (  # plate type, vehicle type, use, fuel, price range, counted by the law (0 never, 1 always, 2 unless livelihood)
    ("小型汽车", "小型轿车", "非营运", "汽油", 38_000, 260_000, 1),
    ("小型汽车", "小型普通客车", "非营运", "汽油", 42_000, 190_000, 1),
    ("小型新能源汽车", "小型轿车", "非营运", "电", 33_000, 260_000, 1),
    ("普通摩托车", "普通二轮摩托车", "非营运", "汽油", 4_200, 9_000, 0),
    ("普通摩托车", "正三轮载货摩托车", "非营运", "汽油", 8_500, 19_000, 0),
    ("拖拉机", "轮式拖拉机", "非营运", "柴油", 28_000, 90_000, 0),
    ("拖拉机", "轮式联合收割机", "非营运", "柴油", 60_000, 160_000, 0),
    ("大型汽车", "轻型栏板货车", "货运", "柴油", 48_000, 110_000, 2),
    ("小型汽车", "小型轿车", "出租客运", "汽油", 70_000, 110_000, 2),
    ("小型新能源汽车", "小型轿车", "预约出租客运", "电", 90_000, 160_000, 2),
    ("小型汽车", "小型轿车", "残疾人专用", "汽油", 45_000, 90_000, 0),
)


@dataclass(slots=True)
class Firms(Columns):
    """One business a row; `kind` 0 company, 1 one-person trade, 2 cooperative; capital in tenths of 万元."""

    holder: Ints
    owner: Ints
    kind: Ints
    founded: Ints
    closed: Ints
    end_state: Ints  # what the register says after `closed`: 1 revoked, 2 cancelled
    abnormal: Bools
    capital: Ints
    community: Ints

    defaults: ClassVar[dict[str, Any]] = {"closed": FAR, "end_state": 2, "abnormal": False}


def assign_homes(
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
) -> Homes:
    """Every family's home, second homes of families that are not poor, parking spaces, shops, homes of owners elsewhere."""
    homes = Homes.empty()
    here = living.present & people.alive(last)
    age = whole_years(people.born, last)
    heads = heads_of(living, here, age, len(people))
    units = np.flatnonzero(heads != NOBODY)
    owns = units[random.random(len(units)) < 0.9]
    _register(homes, people, heads[owns], unit_address[owns], addresses, here=here, last=last, random=random)
    wealthy = owns[~modest[owns]]
    second = wealthy[random.random(len(wealthy)) < rates["second_home_share"]]
    places = draw_addresses(random.choice(np.flatnonzero(geography.urban), len(second)), np.ones(len(second), bool), random)
    _register(homes, people, heads[second], addresses.grow(places), addresses, here=here, last=last, random=random)
    for use, share, low, high in ((2, 0.07, 1100, 1600), (3, 0.035, 500, 1500), (4, 0.025, 2500, 9000)):
        of = wealthy[random.random(len(wealthy)) < share]
        homes.grow(
            Homes.rows(
                holder=heads[of], owner=heads[of], address=unit_address[of], dwelling=10**7 * use + of, use=use,
                area=random.integers(low, high, len(of)), since=last - random.integers(60, 15 * YEAR, len(of)),
            )
        )  # fmt: skip
    outsiders = np.flatnonzero(~living.present & people.alive(last) & (age > 25))
    count = min(len(outsiders), int(len(homes) * rates["outside_owner_share"]))
    owners = random.choice(outsiders, count, replace=False) if count else outsiders[:0]
    spots = random.integers(0, len(geography.communities), count)
    places = draw_addresses(spots, geography.urban[spots], random)
    _register(homes, people, owners, addresses.grow(places), addresses, here=here, last=last, random=random)
    _wear(homes, rates, last, random)
    return homes


def heads_of(living: Living, here: Bools, age: Ints, count: int) -> Ints:
    """The member of each family in whose name a home would stand: the one nearest to 55."""
    members = np.flatnonzero(here & (age >= 18))
    order = members[np.argsort(-np.abs(age[members] - 55), kind="stable")]
    heads = np.full(count, NOBODY, dtype=np.int64)
    heads[living.unit[order]] = order
    return heads


def _register(
    homes: Homes,
    people: People,
    holders: Ints,
    address: Ints,
    addresses: Addresses,
    *,
    here: Bools,
    last: int,
    random: np.random.Generator,
) -> None:
    count = len(holders)
    town = addresses.estate[address] >= 0
    area = np.where(town, random.integers(5500, 14500, count), random.integers(6000, 18500, count))
    since = np.maximum(last - (random.random(count) ** 1.3 * 38 * YEAR).astype(np.int64) - 40, people.born[holders] + 19 * YEAR)
    spouse = people.spouse[holders]
    together = (spouse != NOBODY) & (people.divorced_on[holders] >= FAR) & here[spouse]
    drawn = random.random(count)
    joint = together & (drawn < 0.30)
    halves = together & ~joint & (drawn < 0.42)
    base = {
        "address": address,
        "dwelling": address,
        "use": np.where(town, 0, 1),
        "area": area,
        "since": np.minimum(since, last - 20),
    }
    both = joint | halves
    registered = random.random(count) < np.where(town, 0.97, 0.72)
    no_id = (base["since"] < 12_784) & (random.random(count) < 0.2)  # before 2005
    extra = {
        "registered": registered, "mortgaged": town & (random.random(count) < 0.22), "sealed": random.random(count) < 0.035,
        "no_id": no_id, "joint": joint, "parts": np.where(both, 2, 1),
    }  # fmt: skip
    homes.grow(Homes.rows(holder=holders, owner=holders, **base, **extra))
    cut = {name: values[both] for name, values in {**base, **extra}.items()}
    if both.any():
        homes.grow(Homes.rows(holder=spouse[both], owner=spouse[both], **cut))


def _wear(homes: Homes, rates: dict[str, float], last: int, random: np.random.Generator) -> None:
    """Homes pulled down and still registered, old deeds beside new ones, homes sold."""
    dwelling = homes.use <= 1
    demolished = dwelling & (random.random(len(homes)) < rates["demolished_house_share"])
    homes.gone[demolished] = last - random.integers(100, 2000, demolished.sum())
    double = np.flatnonzero(
        dwelling & ~demolished & (homes.since > 16_436) & (random.random(len(homes)) < rates["double_deed_share"])
    )
    copies = homes.take(double)
    copies.second_deed[:] = True
    copies.since = copies.since - random.integers(1500, 6000, len(double))
    homes.grow(copies)
    dwellings = np.flatnonzero((homes.use <= 1) & ~homes.second_deed & homes.registered)
    sold = homes.take(dwellings[random.random(len(dwellings)) < 0.04])
    sold.dwelling = sold.dwelling + 5 * 10**6
    sold.until = last - random.integers(30, 4000, len(sold))
    sold.since = np.minimum(sold.since, sold.until - 800)
    homes.grow(sold)


def assign_vehicles(
    people: People, living: Living, *, modest: Bools, last: int, rates: dict[str, float], random: np.random.Generator
) -> Vehicles:
    """Cars, motorcycles and farm vehicles; some sold long ago and still in the name, some of owners elsewhere."""
    vehicles = Vehicles.empty()
    here = living.present & people.alive(last)
    age = whole_years(people.born, last)
    adults = np.flatnonzero(here & (age >= 20) & (age < 66))
    ordinary = adults[~modest[living.unit[adults]]]
    share = rates["car_share"] * np.where(people.male[ordinary], 0.55, 0.22)
    for kinds, weights, who in (
        ((CAR, MINIVAN, ELECTRIC), (0.66, 0.22, 0.12), ordinary[random.random(len(ordinary)) < share]),
        ((TRUCK, TAXI, HAILED), (0.7, 0.15, 0.15), ordinary[random.random(len(ordinary)) < 0.014]),
        ((MOTORCYCLE, TRICYCLE), (0.64, 0.36), adults[random.random(len(adults)) < rates["motorcycle_share"] * 0.45]),
        ((TRACTOR, HARVESTER), (0.65, 0.35), ordinary[random.random(len(ordinary)) < 0.009]),
    ):
        kind = random.choice(kinds, len(who), p=weights).astype(np.int64)
        add_vehicles(vehicles, holder=who, owner=who, kind=kind, last=last, random=random)
    outsiders = np.flatnonzero(~living.present & people.alive(last) & (age > 20) & (age < 70))
    count = min(len(outsiders), int(len(vehicles) * rates["outside_owner_share"]))
    strangers = random.choice(outsiders, count, replace=False) if count else outsiders[:0]
    add_vehicles(vehicles, holder=strangers, owner=strangers, kind=np.full(count, CAR), last=last, random=random)
    untransferred = random.random(len(vehicles)) < rates["untransferred_vehicle_share"]
    old = np.flatnonzero(untransferred & (vehicles.since < last - 4 * YEAR))
    vehicles.sold[old] = last - random.integers(60, 4 * YEAR - 100, len(old))
    _change_hands(vehicles, ordinary, rates["vehicle_sold_share_a_year"], last, random)
    return vehicles


def _change_hands(vehicles: Vehicles, buyers: Ints, share: float, last: int, random: np.random.Generator) -> None:
    """Vehicles sold as they should be in the last three years: they leave one name and stand in another."""
    kept = np.flatnonzero((vehicles.sold >= FAR) & (vehicles.since < last - 4 * YEAR))
    sold = kept[random.random(len(kept)) < share * 3] if len(buyers) else kept[:0]
    if not len(sold):
        return
    day = last - random.integers(1, 3 * YEAR, len(sold))
    vehicles.left[sold] = day
    again = vehicles.take(sold)
    again.holder = random.choice(buyers, len(sold)).astype(np.int64)
    again.owner = again.holder
    again.bought = day
    again.left = np.full(len(sold), FAR, dtype=np.int64)
    again.transfers = np.minimum(again.transfers + 1, 3)
    vehicles.grow(again)


def add_vehicles(
    vehicles: Vehicles,
    *,
    holder: Ints,
    owner: Ints,
    kind: Ints,
    last: int,
    random: np.random.Generator,
    since: Ints | None = None,
) -> Ints:
    """Register vehicles of a kind with a price of the kind; answers their positions."""
    low = np.array([row[4] for row in KINDS])[kind]
    high = np.array([row[5] for row in KINDS])[kind]
    price = np.round(low + (high - low) * random.random(len(holder)) ** 1.8, -2).astype(np.int64)
    day = last - (random.random(len(holder)) * 15 * YEAR).astype(np.int64) if since is None else since
    transfers = random.choice(4, len(holder), p=[0.68, 0.28, 0.035, 0.005])
    return vehicles.grow(Vehicles.rows(holder=holder, owner=owner, kind=kind, since=day, price=price, transfers=transfers))


def assign_firms(
    people: People,
    living: Living,
    unit_community: Ints,
    *,
    modest: Bools,
    last: int,
    rates: dict[str, float],
    random: np.random.Generator,
) -> Firms:
    """Businesses of families that are not poor, some closed; some in the name of persons who know nothing of them."""
    firms = Firms.empty()
    here = living.present & people.alive(last)
    age = whole_years(people.born, last)
    adults = np.flatnonzero(here & (age >= 20) & (age < 68))
    ordinary = adults[~modest[living.unit[adults]]]
    founders = ordinary[random.random(len(ordinary)) < rates["business_share"] * 1.9]
    add_firms(firms, holder=founders, owner=founders, community=unit_community[living.unit[founders]], last=last, random=random)
    closed = random.random(len(firms)) < 0.22
    firms.closed[closed] = np.minimum(firms.founded[closed] + random.integers(200, 2500, closed.sum()), last - 10)
    firms.end_state = np.where(random.random(len(firms)) < 0.3, 1, 2)
    firms.abnormal = ~closed & (random.random(len(firms)) < 0.012)
    victims = adults[random.random(len(adults)) < rates["stolen_identity_share"]]
    stolen_firms(firms, victims, last=last, communities=int(unit_community.max()) + 1, random=random)
    return firms


def add_firms(
    firms: Firms, *, holder: Ints, owner: Ints, community: Ints, last: int, random: np.random.Generator, since: Ints | None = None
) -> Ints:
    """Found a business each: mostly a one-person trade with little capital; answers the positions."""
    count = len(holder)
    kind = random.choice(3, count, p=[0.34, 0.64, 0.02]).astype(np.int64)
    small = random.choice([3, 5, 10, 20, 30, 50, 100], count, p=[0.06, 0.22, 0.30, 0.14, 0.1, 0.12, 0.06])
    large = random.choice([100, 300, 500, 1000, 2000, 5000, 10000], count, p=[0.12, 0.14, 0.24, 0.22, 0.16, 0.09, 0.03])
    founded = last - random.integers(40, 4000, count) if since is None else since
    capital = np.where(kind == 1, small, large)
    return firms.grow(Firms.rows(holder=holder, owner=owner, kind=kind, founded=founded, capital=capital, community=community))


def stolen_firms(firms: Firms, victims: Ints, *, last: int, communities: int, random: np.random.Generator) -> Ints:
    """Companies registered with somebody's number without their knowledge: several at one address within days."""
    places = add_firms(
        firms,
        holder=victims,
        owner=np.full(len(victims), NOBODY),
        community=random.integers(0, max(communities, 1), len(victims)),
        last=last,
        random=random,
        since=last - random.integers(40, 900, len(victims)),
    )
    firms.kind[places] = 0
    firms.capital[places] = random.choice([5000, 10000, 20000], len(places))
    return places
