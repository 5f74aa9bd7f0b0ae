"""The registers of persons as their departments hold them on one day: population, funerals, marriages, certificates."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from targeting.simulate.chance import chance, choice
from targeting.simulate.clock import (
    FAR,
    NOBODY,
    Bools,
    Ints,
    blank_where,
    choose,
    day_text,
    first_day,
    joined,
    number_text,
    pick,
    whole_years,
)  # fmt: skip
from targeting.simulate.defects import Clerk
from targeting.simulate.extract import Extract
from targeting.simulate.geography import FORMS, elsewhere, written
from targeting.simulate.living import relation_to_head
from targeting.simulate.names import PEOPLES
from targeting.simulate.people import sex_text
from targeting.simulate.world import World

RELATIONS = ("户主", "妻", "夫", "子", "女", "父亲", "母亲", "孙子", "孙女", "兄弟姐妹", "儿媳", "其他")
HUKOU_PREFIX = 9951
CATEGORIES = ("", "视力", "听力", "言语", "肢体", "智力", "精神", "多重")
GRADES = ("", "一级", "二级", "三级", "四级")


@dataclass(frozen=True, slots=True)
class Desk:
    """What every department has before it when it writes: the world, the day, the clerk."""

    world: World
    day: int
    clerk: Clerk

    def lagged(self) -> int:
        """The last day whose events have been entered."""
        return self.day - self.clerk.defects.lag.get(self.clerk.register, 0)

    def ids(self, person: Ints, key: Ints, old_deed: Bools | None = None) -> pl.Series:
        """The numbers of these persons as this register has them; empty for nobody."""
        known = np.maximum(person, 0)
        spouse = self.world.people.spouse[known]
        spouses = blank_where(self._of(self.world.ids, np.maximum(spouse, 0)), spouse == NOBODY)
        return blank_where(self.clerk.numbers(self._of(self.world.ids, known), key, spouses, old_deed), person == NOBODY)

    def names(self, person: Ints, key: Ints) -> pl.Series:
        """The names of these persons as this register has them; empty for nobody."""
        return blank_where(self.clerk.names(self._of(self.world.names, np.maximum(person, 0)), key), person == NOBODY)

    def addresses(self, address: Ints, key: Ints, column: str) -> pl.Series:
        """Addresses, many of them written in another way."""
        world = self.world
        return written(world.addresses.take(address), world.geography, self.clerk.forms(key, column, FORMS))

    def text_of(self, person: Ints, series: pl.Series) -> pl.Series:
        """The entry of a by-person column, empty for nobody."""
        return blank_where(self._of(series, np.maximum(person, 0)), person == NOBODY)

    @staticmethod
    def _of(series: pl.Series, person: Ints) -> pl.Series:
        return series.gather(pl.Series(person.astype(np.uint32)))


def population(desk: Desk) -> Extract:
    """人口: everybody registered, a few of them twice."""
    world, clerk, people = desk.world, desk.clerk, desk.world.people
    entered = desk.lagged()
    first = desk.day - 34 * 31
    in_register = world.truth.living.present & (people.born <= entered) & (people.dies_on > first)
    person = np.flatnonzero(in_register)
    again = person[clerk.hits("again", person, clerk.defects.row["near_duplicate_person"])]
    person = np.concatenate([person, again])
    key = np.concatenate([person[: len(person) - len(again)], again + 10**9])
    hukou = _present_heads(world, in_register)
    status, since = _status(desk, person)
    age = whole_years(people.born, desk.day)
    relation = relation_to_head(people, person, hukou[person])
    blank = clerk.defects.cell["blank"]
    births = clerk.dates(day_text(people.born[person]), "born", key)
    far = chance(world.seed, "registered_elsewhere", person) < np.where(people.region[person] > 139_999, 0.10, 0.0)
    outside = elsewhere(len(person), np.random.default_rng([world.seed, 7]))
    home = choose(far, outside, desk.addresses(world.hukou_address[person], key, "registered"))
    present = _present_address(world, person, age)
    columns = {
        "公民身份号码": desk.ids(person, key),
        "姓名": desk.names(person, key),
        "性别": _sex(desk, person, key),
        "民族": blank_where(pick(list(PEOPLES), people.people[person]), clerk.hits("no_people", key, blank)),
        "出生日期": blank_where(births, clerk.hits("no_birth", key, blank)),
        "户号": joined(str(HUKOU_PREFIX), number_text(hukou[person], 11)),
        "与户主关系": pick(list(RELATIONS), relation),
        "户籍地址": home,
        "现住地址": blank_where(desk.addresses(present, key, "present"), clerk.hits("no_present", key, blank * 6)),
        "网格编码": blank_where(_cells(world, present), clerk.hits("no_cell", key, blank * 28)),
        "婚姻状况": _marital(desk, person),
        "人员状态": pick(["正常", "死亡注销", "迁出", "服刑"], status),
        "状态变更日期": day_text(since),
        "联系电话": _phones(desk, person, age[person]),
    }
    return Extract("population", "人口.csv", columns, key, {"person": person}, group=hukou[person])


def _sex(desk: Desk, person: Ints, key: Ints) -> pl.Series:
    """Sex as written: mostly 男 or 女, a few codes, a few unknown."""
    male = desk.world.people.male[person]
    coded = desk.clerk.hits("sex.code", key, desk.clerk.defects.cell["blank"])
    unknown = desk.clerk.hits("sex.unknown", key, desk.clerk.defects.cell["blank"] / 2)
    word = np.where(unknown, 4, np.where(coded, 2, 0) + np.where(male, 0, 1))
    return pick(["男", "女", "1", "2", "未知"], word)


def _present_heads(world: World, here: Bools) -> Ints:
    """By person the head of the registered household: its eldest adult if the one it is named after is gone."""
    people, hukou = world.people, world.truth.living.hukou
    members = np.flatnonzero(here)
    eldest = members[np.argsort(-people.born[members], kind="stable")]
    head = np.full(len(people), NOBODY, dtype=np.int64)
    head[hukou[eldest]] = eldest
    named = np.flatnonzero(here[hukou[members]])
    head[hukou[members[named]]] = hukou[members[named]]
    return np.where(here, head[hukou], hukou)


def _status(desk: Desk, person: Ints) -> tuple[Ints, Ints]:
    """0 normal, 1 cancelled as dead, 2 moved out, 3 in prison, as far as entered; and the day of the last change."""
    world, people = desk.world, desk.world.people
    living = world.truth.living
    dead = people.dies_on[person] <= desk.lagged()
    delay = (chance(world.seed, "cancelling", person) ** 3 * 900).astype(np.int64) + 10
    never = np.where(world.unreported_death[person], 0.72, 0.12)
    cancelled = dead & (people.dies_on[person] + delay <= desk.day) & (chance(world.seed, "not_cancelled", person) >= never)
    left = first_day(world.truth.absent_from[person])
    delay_of_move = 20 + choice(world.seed, "moving", person, 200)
    gone_on = left + delay_of_move
    moved = ~dead & (left < FAR) & (gone_on <= desk.day) & (chance(world.seed, "moved", person) < 0.7)
    moved &= ~_absent_recipient(world)[person]
    prison = (living.prison_from[person] <= desk.lagged()) & (living.prison_until[person] > desk.day)
    status = np.where(cancelled, 1, np.where(moved, 2, np.where(prison, 3, 0)))
    changed = np.where(
        chance(world.seed, "changed", person) < 0.11, desk.day - 50 - choice(world.seed, "change", person, 5000), FAR
    )
    changed = np.where(changed < people.born[person], FAR, changed)
    days = [people.dies_on[person] + delay, gone_on, living.prison_from[person]]
    return status, np.select([status == 1, status == 2, status == 3], days, changed)


def _absent_recipient(world: World) -> Bools:
    """Absent persons on the roll: the register does not know that they have gone."""
    listed = np.zeros(len(world.people), dtype=bool)
    listed[world.members.person] = True
    return listed


def _present_address(world: World, person: Ints, age: Ints) -> Ints:
    """Where each says they live; some children stay with grandparents while the parents work elsewhere."""
    people = world.people
    grandparent = np.where(people.father >= 0, people.father[people.father], NOBODY)[person]
    left_behind = (age[person] < 15) & (grandparent != NOBODY) & (chance(world.seed, "left_behind", person) < 0.05)
    left_behind &= people.alive(world.last)[np.maximum(grandparent, 0)]
    return np.where(left_behind, world.present_address[np.maximum(grandparent, 0)], world.present_address[person])


def _cells(world: World, address: Ints) -> pl.Series:
    geography = world.geography
    community = world.addresses.community[address]
    cell = geography.first_cell[community] + world.addresses.building[address] % geography.cells_of[community]
    return pick(geography.cells, cell)


def _marital(desk: Desk, person: Ints) -> pl.Series:
    people = desk.world.people
    spouse = people.spouse[person]
    married = (spouse != NOBODY) & (people.married_on[person] <= desk.day)
    parted = people.divorced_on[person] <= desk.day
    widowed = (spouse != NOBODY) & (people.dies_on[np.maximum(spouse, 0)] <= desk.day - 120)
    state = np.where(~married, 0, np.where(parted, 2, np.where(widowed, 3, 1)))
    blank = desk.clerk.hits("no_marital", person, desk.clerk.defects.cell["blank"] * 13)
    return blank_where(pick(["未婚", "已婚", "离婚", "丧偶"], state), blank)


def _phones(desk: Desk, person: Ints, age: Ints) -> pl.Series:
    has = chance(desk.world.seed, "has_phone", person) < np.where(age < 14, 0.22, np.where(age > 75, 0.3, 0.45))
    return blank_where(number_text(desk.world.phones[person]), ~has)


def deaths(desk: Desk) -> Extract:
    """殡葬: most deaths of the last years; burials in villages are partly missing."""
    world, people, clerk = desk.world, desk.world.people, desk.clerk
    known = (people.dies_on <= desk.lagged()) & (people.dies_on > desk.day - 34 * 31) & (people.born < desk.day)
    every = np.flatnonzero(known)
    home = world.truth.living.present[every]
    namesake = _given_names_of_others(world)[every]
    held = np.where(home, chance(world.seed, "funeral", every) < 0.88, chance(world.seed, "funeral", every) < 0.10) | namesake
    person = every[held]
    cremated = people.dies_on[person] + 1 + choice(world.seed, "cremation", person, 5)
    no_id = namesake[held]
    columns = {
        "逝者姓名": desk.names(person, person),
        "证件号码": blank_where(desk.ids(person, person), no_id),
        "性别": sex_text(people).gather(pl.Series(person.astype(np.uint32))),
        "年龄": number_text((people.dies_on[person] - people.born[person]) // 365),
        "死亡日期": blank_where(
            clerk.dates(day_text(people.dies_on[person]), "died", person),
            clerk.hits("no_day", person, clerk.defects.cell["blank"] * 33),
        ),
        "火化日期": clerk.dates(day_text(cremated), "cremated", person),
        "户籍地址": desk.addresses(world.hukou_address[person], person, "address"),
        "办理单位": pl.Series(["棠溪县殡仪馆"]).new_from_index(0, len(person)),
        "经办家属电话": number_text(14_000_000_000 + choice(world.seed, "mourner", person, 10**7)),
    }
    return Extract("deaths", "殡葬.csv", columns, person, {"deceased": person})


def _given_names_of_others(world: World) -> Bools:
    """Strangers who were given a recipient's name and have died: the look-alike of a funeral without a number."""
    marked = np.zeros(len(world.people), dtype=bool)
    marked[world.namesakes] = True
    return marked & ~world.truth.living.present


def marriage(desk: Desk) -> Extract:
    """婚姻: weddings and divorces registered here."""
    world, people, clerk = desk.world, desk.world.people, desk.clerk
    here = world.truth.living.present
    husband = np.flatnonzero(people.male & (people.spouse != NOBODY))
    wife = people.spouse[husband]
    local = here[husband] | here[wife]
    known = np.where(people.married_on[husband] >= 10_957, 1.0, 0.55)
    wed = local & (people.married_on[husband] <= desk.lagged()) & (people.married_on[husband] > -1800)
    wed &= (chance(world.seed, "keyed", husband) < known) & (chance(world.seed, "wed_here", husband) >= 0.06)
    part = local & (people.divorced_on[husband] <= desk.lagged()) & (chance(world.seed, "parted_here", husband) >= 0.08)
    rows = np.concatenate([husband[wed], husband[part]])
    wives = people.spouse[rows]
    kind = np.concatenate([np.zeros(int(wed.sum()), dtype=np.int64), np.ones(int(part.sum()), dtype=np.int64)])
    key = rows * 4 + kind
    day = np.where(kind == 0, people.married_on[rows], people.divorced_on[rows])
    office = np.where(chance(world.seed, "office", key) < 0.8, 0, np.where(chance(world.seed, "office2", key) < 0.5, 1, 2))
    columns = {
        "男方姓名": desk.names(rows, key),
        "男方证件号码": desk.ids(rows, key),
        "女方姓名": desk.names(wives, key + 2),
        "女方证件号码": desk.ids(wives, key + 2),
        "登记日期": clerk.dates(day_text(day), "day", key),
        "登记类型": pick(["结婚", "离婚"], kind),
        "登记机关": pick(["棠溪县民政局婚姻登记处", "镇人民政府", "外地登记机关"], office),
    }
    return Extract("marriage", "婚姻.csv", columns, key, {"husband": rows, "wife": wives})


def disability(desk: Desk) -> Extract:
    """残疾人证: certificates issued, old ones staying beside their renewals."""
    world, clerk = desk.world, desk.clerk
    certificates = world.truth.certificates
    row = np.flatnonzero((certificates.issued <= desk.lagged()) & (certificates.hidden_until <= desk.day))
    table = certificates.take(row)
    person, key = table.person, row.astype(np.int64)
    tail = joined(number_text(table.category), number_text(table.grade))
    number = desk.ids(person, key)
    expired = table.expires < desk.day
    # The register changes a state only when somebody looks: some expired certificates still read as valid.
    unmarked = expired & (desk.day - table.expires < 200) & (chance(world.seed, "unmarked", key) < 0.3)
    state = np.where(table.cancelled <= desk.day, 2, np.where(expired & ~unmarked, 1, 0))
    guardian = np.where(world.people.mother[person] != NOBODY, world.people.mother[person], world.people.spouse[person])
    has = (whole_years(world.people.born[person], desk.day) < 18) | (np.isin(table.category, [5, 6]) & (key % 3 > 0))
    columns = {
        "残疾证号": blank_where(joined(number, tail), (number == "").to_numpy()),
        "姓名": desk.names(person, key),
        "残疾类别": pick(list(CATEGORIES), table.category),
        "残疾等级": pick(list(GRADES), table.grade),
        "签发日期": clerk.dates(day_text(table.issued), "issued", key),
        "有效期至": clerk.dates(day_text(table.expires), "expires", key),
        "状态": pick(["有效", "过期", "注销"], state),
        "监护人": blank_where(desk.text_of(guardian, world.names), ~has),
        "签发机关": pl.Series(["棠溪县残疾人联合会"]).new_from_index(0, len(person)),
    }
    return Extract("disability", "残疾人证.csv", columns, key, {"holder": person})
