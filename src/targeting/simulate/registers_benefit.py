"""The registers of money as their offices hold them on one day: social insurance, the roll, reviews; grid cells and prices."""

import numpy as np
import polars as pl

from targeting.simulate.awards import DIBAO, LETTERS
from targeting.simulate.chance import chance, choice
from targeting.simulate.clock import (
    FAR_MONTH,
    Ints,
    blank_where,
    choose,
    day_text,
    joined,
    month_of,
    month_text,
    number_text,
    pick,
)  # fmt: skip
from targeting.simulate.extract import Extract
from targeting.simulate.geography import REGION
from targeting.simulate.improper import KINDS
from targeting.simulate.income import Source
from targeting.simulate.law import paid_amounts
from targeting.simulate.living import relation_to_head
from targeting.simulate.registers_people import RELATIONS, Desk
from targeting.simulate.registers_property import employer_names
from targeting.simulate.reviews import ISSUES, OTHER_ISSUE, SOURCES, Reviews

BENEFITS = ("最低生活保障", "困难残疾人生活补贴", "重度残疾人护理补贴")
EMPLOYEE, PUBLIC, RESIDENT = "企业职工基本养老保险", "机关事业单位养老保险", "城乡居民基本养老保险"
INSURANCES = (EMPLOYEE, PUBLIC, EMPLOYEE, RESIDENT, EMPLOYEE, PUBLIC, RESIDENT, "优抚对象补助", "失业保险")
STATES = ("正常参保", "暂停缴费", "终止", "正常待遇")
SCHOOLS = ("棠溪县第一小学", "棠溪县第二中学", "棠溪县人民医院", "棠溪县实验幼儿园", "棠溪县文化馆", "棠溪县中医院")


def social_security(desk: Desk) -> Extract:
    """社保: a row a spell; employees of larger firms are insured against unemployment too."""
    world, clerk = desk.world, desk.clerk
    every, month = world.truth.spells, int(month_of(np.array([desk.day]))[0])
    entered = int(month_of(np.array([desk.lagged()]))[0])
    here = world.truth.living.present[every.person]
    row = np.flatnonzero((every.source <= Source.UNEMPLOYED) & (every.start <= entered) & here)
    of = every.take(row)
    jobless = (of.source == Source.WAGE) & (chance(world.seed, "jobless_insured", row) < 0.30)
    row = np.concatenate([row, row[jobless]])
    second = np.arange(len(row)) >= len(of)
    table = every.take(row)
    key = row * 2 + second
    pays = table.source <= Source.RESIDENT_INSURED
    end = _entered_ends(desk, table.person, table.end, table.source, key)
    ended = end <= month
    state = np.where(ended, np.where(pays & (chance(world.seed, "paused", row) < 0.3), 1, 2), np.where(pays, 0, 3))
    office = (chance(world.seed, "office", key) < 0.2).astype(np.int64)
    wage = np.isin(table.source, [Source.WAGE])
    own = table.source == Source.SELF_INSURED
    public = table.source == Source.PUBLIC_WAGE
    employer = choose(wage, employer_names(world.seed, table.employer), pl.Series([""]).new_from_index(0, len(row)))
    employer = choose(public, pick(list(SCHOOLS), table.employer % len(SCHOOLS)), employer)
    employer = choose(own, pick(["灵活就业人员", "个体参保窗口"], (table.person % 3 == 0).astype(np.int64)), employer)
    insurance = np.where(second, 8, table.source)
    benefit = joined(number_text(table.monthly), ".", number_text(choice(world.seed, "cents", row, 100), 2))
    columns = {
        "社会保障号": desk.ids(table.person, key),
        "姓名": desk.names(table.person, key),
        "险种": pick(list(INSURANCES), insurance),
        "参保状态": pick(list(STATES), state),
        "单位名称": employer,
        "缴费基数": blank_where(clerk.amounts(number_text(table.base), "base", key), ~pays),
        "开始年月": clerk.dates(month_text(table.start), "start", key),
        "终止年月": clerk.dates(month_text(np.where(ended, end, FAR_MONTH)), "end", key),
        "待遇月额": blank_where(clerk.amounts(benefit, "benefit", key), pays),
        "经办机构": pick(["棠溪县社会保险事业中心", "镇街人社所"], office),
    }
    return Extract("social_security", "社保.csv", columns, key, {"insured": table.person})


def _entered_ends(desk: Desk, person: Ints, end: Ints, source: Ints, key: Ints) -> Ints:
    """The last month of each spell as far as entered: firms report leavers late, and the dead are paid until somebody says so."""
    world = desk.world
    died = month_of(world.people.dies_on[person])
    known = np.where(
        chance(world.seed, "not_cancelled", person) < np.where(world.unreported_death[person], 0.72, 0.12), FAR_MONTH, died + 1
    )
    late = np.where(
        (source == Source.WAGE) & (chance(world.seed, "late_leaver", key) < 0.15), choice(world.seed, "late", key, 12), 1
    )
    month = int(month_of(np.array([desk.day]))[0])
    reported = np.where(end + late <= month, end, FAR_MONTH)
    return np.minimum(reported, np.where(known <= month, known, FAR_MONTH))


def roll(desk: Desk, law: dict[str, int]) -> Extract:
    """救助名册: a row a listed member of awards that run, or ended in the last 24 months."""
    world, clerk = desk.world, desk.clerk
    month = int(month_of(np.array([desk.day]))[0])
    members, awards = world.members, world.awards
    until = np.minimum(members.until, awards.end[members.award])
    row = np.flatnonzero(
        (awards.start[members.award] <= month) & (members.since <= month) & (until > month - 24) & (until >= members.since)
    )
    award, person = members.award[row], members.person[row]
    key = award * 10_000_019 + person
    last_paid = np.minimum(awards.end, month)
    amount = np.zeros(len(awards), dtype=np.int64)
    for when in np.unique(last_paid[award]):
        paid = paid_amounts(awards, members, int(when), law)
        amount = np.where(last_paid == when, np.round(paid).astype(np.int64), amount)
    applicant = awards.applicant[award]
    relation = relation_to_head(world.people, person, applicant)
    dibao = awards.benefit[award] == DIBAO
    street = world.geography.street_of[awards.community[award]]
    phone = number_text(world.phones[np.maximum(awards.phone[award], 0)])
    custody = awards.custody[award]
    columns = {
        "保障编号": case_numbers(desk)[0].gather(pl.Series(award.astype(np.uint32))),
        "救助类型": pick(list(BENEFITS), awards.benefit[award]),
        "申请人证件号码": desk.ids(applicant, award),
        "成员姓名": desk.names(person, key),
        "成员证件号码": desk.ids(person, np.where(person == applicant, award, key)),
        "与申请人关系": pick(["本人", *RELATIONS[1:]], relation),
        "申报月收入": blank_where(clerk.amounts(number_text(members.declared[row]), "declared", key), ~dibao),
        "月保障金额": clerk.amounts(number_text(amount[award]), "amount", key),
        "起始年月": clerk.dates(month_text(np.maximum(awards.start[award], members.since[row])), "start", award),
        "终止年月": clerk.dates(month_text(np.where(until[row] <= month, until[row], FAR_MONTH)), "end", award),
        "联系电话": blank_where(phone, chance(world.seed, "roll_phone", award) < 0.042),
        "银行账号": joined("99", number_text(awards.account[award], 17)),
        "街道": pick(world.geography.streets, street),
        "社区": pick(world.geography.communities, awards.community[award]),
        "户籍类别": pick(["农村", "城镇"], world.geography.urban[awards.community[award]].astype(np.int64)),
        "代管协议编号": blank_where(joined("代管2024-", number_text(custody)), custody == 0),
    }
    return Extract("assistance_roll", "救助名册.csv", columns, key, {"member": person, "applicant": applicant}, group=award)


def case_numbers(desk: Desk) -> tuple[pl.Series, Ints]:
    """The number of every award, and the numbers' positions."""
    awards = desk.world.awards
    letters = pick(list(LETTERS), awards.benefit)
    text = joined(letters, str(REGION), number_text(awards.year), number_text(awards.number, 8))
    return text, np.arange(len(awards), dtype=np.int64)


def reviews(desk: Desk, every: Reviews) -> Extract:
    """历史复核: the reviews of the last 24 months, in the order of their days."""
    row = np.flatnonzero((every.day <= desk.lagged()) & (every.day > desk.day - 731))
    table = every.take(row)
    key = row.astype(np.int64)
    issues = [ISSUES.get(kind, OTHER_ISSUE) for kind in KINDS]
    community = desk.world.awards.community[table.award]
    office = pick(desk.world.geography.streets, desk.world.geography.street_of[community])
    found = table.finding > 0
    columns = {
        "保障编号": case_numbers(desk)[0].gather(pl.Series(table.award.astype(np.uint32))),
        "复核日期": desk.clerk.dates(day_text(table.day), "day", key),
        "来源": pick(list(SOURCES), table.source),
        "结论": pick(["符合", "不符合", "部分不符"], table.finding),
        "问题类型": blank_where(pick(issues, table.issue), ~found),
        "查实月金额": blank_where(number_text(table.amount), ~found),
        "复核单位": joined(office, "民政办"),
    }
    return Extract("reviews", "历史复核.csv", columns, key, sort=table.day * 10**6 + key)


def grid(desk: Desk) -> Extract:
    """网格: the grid cells with their community and units of supervision."""
    geography, seed = desk.world.geography, desk.world.seed
    community = geography.cell_community
    key = np.arange(len(community), dtype=np.int64)
    name = pick(geography.communities, community)
    unit = choose(geography.urban[community], joined(name, "居民委员会"), joined(name, "村民委员会"))
    sides = pick(["东", "东南", "南", "西南", "西", "西北", "北", "东北"], (community * 5 + 3) % 8)
    x = 115_000_000 + choice(seed, "x", community, 700_000) + choice(seed, "dx", key, 18_000)
    y = 37_000_000 + choice(seed, "y", community, 500_000) + choice(seed, "dy", key, 18_000)
    columns = {
        "网格编码": pick(geography.cells, key),
        "社区": name,
        "街道": pick(geography.streets, geography.street_of[community]),
        "责任单元": unit,
        "监督单元": joined(sides, "片第", number_text((community * 5 + 3) % 8 + 1), "监督单元"),
        "中心经度": joined(number_text(x // 10**6), ".", number_text(x % 10**6, 6)),
        "中心纬度": joined(number_text(y // 10**6), ".", number_text(y % 10**6, 6)),
        "城乡": pick(["农村", "城镇"], geography.urban[community].astype(np.int64)),
    }
    return Extract("grid", "网格.csv", columns, key, sort=key)


def prices(desk: Desk) -> Extract:
    """房价: sales of dwellings by street and month."""
    geography, seed = desk.world.geography, desk.world.seed
    count = max(300, len(desk.world.people) // 10)
    key = np.arange(count, dtype=np.int64)
    start, end = 2014 * 12, desk.world.last_month
    month = start + np.sort(choice(seed, "sale", key, end - start + 1))
    until = int(month_of(np.array([desk.lagged()]))[0])
    key, month = key[month <= until], month[month <= until]
    street = choice(seed, "sale_street", key, len(geography.streets))
    area = 5500 + choice(seed, "sale_area", key, 8500)
    level = 1500 + 190 * (month // 12 - 1997) * (0.75 + 0.5 * (street < 4))
    total = np.round(area / 100 * level * (0.85 + 0.3 * chance(seed, "sale_price", key)), -2).astype(np.int64)
    columns = {
        "街道": pick(geography.streets, street),
        "成交年月": desk.clerk.dates(month_text(month), "month", key),
        "面积": joined(number_text(area // 100), ".", number_text(area % 100, 2)),
        "总价": desk.clerk.amounts(number_text(total), "price", key),
        "房屋用途": pl.Series(["住宅"]).new_from_index(0, len(key)),
    }
    return Extract("price", "房价.csv", columns, key, sort=month * 10**6 + key)
