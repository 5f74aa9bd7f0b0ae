"""Streets, communities, grid cells and addresses of the imaginary county, and the ways in which an address is written."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from targeting.simulate.clock import Bools, Ints, choose, joined, number_text, pick
from targeting.simulate.columns import Columns

COUNTY = "棠溪县"
REGION = 139951
TOWN_STREETS = ["城中街道", "南关街道", "湖滨街道", "学府街道"]
TOWNSHIP_FIRST = list("枫桐桑榆柘栗桦椿楠樟棠柚")
TOWNSHIP_SECOND = list("树坪川岩浦沙墩岗")
VILLAGE_FIRST = list("苇菱芷荻蒲荇葛蓼茅萱芹蔓枣杞桃梨榴橘栀槿")
VILLAGE_SECOND = list("坞垄畈圩坳垸浜淀洼塬塘窑亭桥渚埠")
ROADS = ["建安路", "文昌路", "滨湖路", "迎宾大街", "学院路", "朝阳街", "解放路", "平安街"]
ESTATES = ["梧桐苑", "锦溪花园", "水岸新城", "丰泽小区", "书香名邸", "机械厂宿舍", "供销社家属院", "紫藤园", "兴业家园", "怡景湾"]
NUMERALS = ["零", "一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二", "十三", "十四", "十五"]
PERSONS_A_COMMUNITY = 600
FORMS = 6


@dataclass(frozen=True, slots=True)
class Geography:
    """Streets, communities with their street and kind, and grid cells with their community."""

    streets: list[str]
    communities: list[str]
    street_of: Ints
    urban: Bools
    cells: list[str]
    cell_community: Ints
    first_cell: Ints
    cells_of: Ints


@dataclass(slots=True)
class Addresses(Columns):
    """Addresses by part: `road` is a road in town and a villagers' group in the country; `estate` to `room` in town only."""

    community: Ints
    road: Ints
    number: Ints
    estate: Ints
    building: Ints
    entrance: Ints
    room: Ints


def lay_out(persons: int, random: np.random.Generator) -> Geography:
    """A county with one community for about 600 persons, 40 % of them in towns."""
    communities = max(12, persons // PERSONS_A_COMMUNITY)
    towns = min(len(TOWN_STREETS), max(2, communities // 10))
    townships = max(3, min(len(TOWNSHIP_FIRST) * len(TOWNSHIP_SECOND), communities // 6))
    township_names = [f"{first}{second}{'镇' if at % 3 else '乡'}" for at, (first, second) in enumerate(_pairs(townships))]
    streets = TOWN_STREETS[:towns] + township_names
    in_town = np.arange(communities) < int(communities * 0.40)
    street_of = np.where(in_town, np.arange(communities) % towns, towns + np.arange(communities) % townships)
    seat = ~in_town & (random.random(communities) < 0.12)
    urban = in_town | seat
    names = _village_names(communities, random)
    named = [f"{name}{'社区' if city else '村'}" for name, city in zip(names, urban, strict=True)]
    cells_of = random.integers(2, 6, communities)
    cell_community = np.repeat(np.arange(communities), cells_of)
    first_cell = np.cumsum(cells_of) - cells_of
    place = np.arange(len(cell_community)) - first_cell[cell_community] + 1
    cells = [
        f"{REGION}{street + 1:03d}{community + 1:03d}{cell:03d}"
        for street, community, cell in zip(street_of[cell_community], cell_community % 1000, place, strict=True)
    ]
    return Geography(streets, named, street_of, urban, cells, cell_community, first_cell, cells_of)


def _pairs(count: int) -> list[tuple[str, str]]:
    every = [(first, second) for second in TOWNSHIP_SECOND for first in TOWNSHIP_FIRST]
    return every[:count]


def _village_names(count: int, random: np.random.Generator) -> list[str]:
    every = [first + second for first in VILLAGE_FIRST for second in VILLAGE_SECOND]
    while len(every) < count:
        every = every + [extra + name for extra in "东西南北上下" for name in every]
    return [every[place] for place in random.permutation(len(every))[:count]]


def draw_addresses(communities: Ints, urban: Bools, random: np.random.Generator) -> Addresses:
    """A dwelling in each of these communities."""
    count = len(communities)
    estate = np.where(urban, (communities * 3 + random.integers(0, 3, count)) % len(ESTATES), -1)
    return Addresses(
        community=communities.astype(np.int64),
        road=np.where(urban, (communities + estate) % len(ROADS), random.integers(1, 11, count)),
        number=np.where(urban, (communities * 7 + estate) % 180 + 1, random.integers(1, 160, count)),
        estate=estate,
        building=random.integers(1, 22, count),
        entrance=random.integers(1, 5, count),
        room=random.integers(1, 7, count) * 100 + random.integers(1, 5, count),
    )


def written(places: Addresses, geography: Geography, form: Ints) -> pl.Series:
    """The addresses as text, each in one of `FORMS` ways; form 0 is the full official one."""
    urban = geography.urban[places.community]
    street = pick(geography.streets, geography.street_of[places.community])
    community = pick(geography.communities, places.community)
    number = number_text(places.number)
    estate = pick([*ESTATES, ""], places.estate)
    building, entrance, room = number_text(places.building), number_text(places.entrance), number_text(places.room)
    entrance_word = pick(NUMERALS, places.entrance)
    road = pick([*ROADS, *[""] * 4], np.where(urban, places.road, len(ROADS)))
    road_number = joined(road, number, "号")
    town = [
        joined(street, road_number, estate, building, "号楼", entrance, "单元", room, "室"),
        joined(estate, building, "-", entrance, "-", room),
        joined(COUNTY, community, estate, building, "号楼", entrance, "单元", room, "室"),
        joined(road_number, " ", estate, " ", building, "#", entrance, "-", room),
        joined(street, estate, building, "栋", entrance_word, "单元", room, "号"),
        joined(COUNTY, street, community, road_number, estate, building, "幢", entrance, "单元", room),
    ]
    group = number_text(places.road)
    group_word = pick(NUMERALS, np.where(urban, 0, places.road))
    village = [
        joined(street, community, group, "组", number, "号"),
        joined(community, group_word, "组", number, "号"),
        joined(COUNTY, street, community, group, "组", number, "号"),
        joined(street, community, "第", group_word, "村民小组"),
        joined(street, community, number, "号"),
        joined(COUNTY, street, community, group_word, "组", number),
    ]
    text = choose(urban, town[0], village[0])
    for at in range(1, FORMS):
        text = choose(form == at, choose(urban, town[at], village[at]), text)
    return text


def elsewhere(count: int, random: np.random.Generator) -> pl.Series:
    """Addresses in other, invented places."""
    cities = ["邻泽市", "上渊县", "平芜县", "云梁市", "安澜县"]
    roads = ["滨江路", "和平街", "人民路", "新华街"]
    return joined(
        pick(cities, random.integers(0, len(cities), count)),
        pick(roads, random.integers(0, len(roads), count)),
        number_text(random.integers(1, 200, count)),
        "号",
    )
