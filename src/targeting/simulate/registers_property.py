"""The registers of things as their departments hold them on one day: real estate, vehicles, businesses."""

import numpy as np
import polars as pl

from targeting.simulate.chance import chance, choice, code_text, hashed
from targeting.simulate.clock import Ints, blank_where, choose, day_text, joined, number_text, pick, year_of
from targeting.simulate.extract import Extract
from targeting.simulate.geography import COUNTY, REGION
from targeting.simulate.holdings import KINDS
from targeting.simulate.registers_people import Desk

USES = ("城镇住宅", "农村宅基地", "车位", "储藏室", "商业服务")
RIGHTS = ("国有建设用地使用权/房屋所有权", "宅基地使用权/房屋所有权")
PLATE_LETTERS = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ"
CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
MODELS = tuple(
    tuple(words.split())
    for words in (
        "大众牌宝来 丰田牌威驰 吉利牌远景 长安牌逸动 别克牌英朗 日产牌骐达 本田牌飞度 奇瑞牌艾瑞泽 现代牌悦动",
        "五菱牌荣光 金杯牌小海狮 东风牌风光 哈弗牌H5 长安牌欧诺 江淮牌瑞风",
        "比亚迪牌元 五菱牌缤果 奇瑞牌小蚂蚁 埃安牌S 小鹏牌P5",
        "新大洲牌SDH125 力帆牌LF150 大阳牌DY110 轻骑牌QM125",
        "福田牌五星 宗申牌ZS200ZH 隆鑫牌LX175ZH",
        "东方红牌LX804 雷沃牌M704",
        "雷沃牌GM80 沃得牌锐龙",
        "福田牌时代 江淮牌康铃 跃进牌小福星",
        "大众牌捷达 现代牌伊兰特",
        "比亚迪牌e5 埃安牌Y",
        "吉利牌帝豪 长安牌逸动",
    )
)
TRADES = ("小吃店", "杂货铺", "理发店", "水果摊", "修鞋铺", "五金店", "早点铺", "缝纫店", "饲料店", "电动车维修部")
LINES = (
    "商贸有限公司",
    "建材有限公司",
    "物流有限公司",
    "劳务服务有限公司",
    "农业开发有限公司",
    "装饰工程有限公司",
    "食品有限公司",
)
COOPERATIVES = ("种植专业合作社", "养殖专业合作社", "农机专业合作社")
FIRM_WORDS = (
    "裕丰",
    "恒泰",
    "永兴",
    "德隆",
    "广源",
    "瑞祥",
    "同创",
    "宏达",
    "金穗",
    "鼎盛",
    "汇通",
    "百川",
    "长丰",
    "万和",
    "安顺",
)


def homes(desk: Desk) -> Extract:
    """不动产: one row a holder and unit, sold ones kept as historic; some of firms."""
    world, clerk = desk.world, desk.clerk
    every = world.truth.homes
    row = np.flatnonzero(every.registered & (every.since <= desk.lagged()))
    table = every.take(row)
    key = row.astype(np.int64)
    dwelling = table.dwelling * 2 + table.second_deed
    old = table.since < 12_784
    firm = chance(world.seed, "home_of_firm", table.dwelling) < np.where(table.use >= 2, 0.16, 0.012)
    number = desk.ids(table.holder, key, old)
    number = choose(firm, credit_codes(world.seed, table.dwelling + 10**7), blank_where(number, table.no_id))
    kind = np.where(
        firm, 1, np.where((number == "").to_numpy(), 2, np.where(chance(world.seed, "officer_card", key) < 0.001, 3, 0))
    )
    shares = np.where(table.parts == 6, 2, np.where(chance(world.seed, "share_form", table.dwelling) < 0.5, 0, 1))
    share_text = choose(table.parts == 6, pick(["1/6", "16.67%"], shares % 2), pick(["1/2", "50%"], shares % 2))
    sole = (table.parts == 1) & ~table.joint
    town = choice(world.seed, "town_use", table.dwelling, 4) == 0
    use = choose(town & (table.use == 0), pl.Series(["住宅"]).new_from_index(0, len(row)), pick(list(USES), table.use))
    state = np.where(table.until <= desk.day, 2, np.where(table.sealed, 1, 0))
    columns = {
        "不动产单元号": _unit_numbers(desk, table.address, dwelling, table.use),
        "权利人": choose(
            firm, firm_names(world.seed, table.dwelling + 10**7, np.zeros(len(row), np.int64)), desk.names(table.holder, key)
        ),
        "证件种类": pick(["身份证", "统一社会信用代码", "", "军官证"], kind),
        "证件号码": number,
        "共有方式": pick(["单独所有", "共同共有", "按份共有"], np.where(sole | firm, 0, np.where(table.joint, 1, 2))),
        "共有份额": blank_where(share_text, sole | table.joint | firm),
        "坐落": desk.addresses(table.address, key, "address"),
        "用途": use,
        "建筑面积": clerk.amounts(_hundredths(table.area), "area", key),
        "登记日期": clerk.dates(day_text(table.since), "since", key),
        "登记状态": pick(["现势", "查封", "历史"], state),
        "交易价格": clerk.amounts(_home_prices(desk, table.area, table.use, table.since, table.dwelling), "price", key),
        "权利类型": pick(list(RIGHTS), np.where(table.use == 1, 1, 0)),
        "抵押": pick(["无", "有"], table.mortgaged.astype(np.int64)),
    }
    person = np.where(firm, -1, table.holder)
    return Extract("property", "不动产.csv", columns, key, {"owner": person})


def _hundredths(numbers: Ints) -> pl.Series:
    return joined(number_text(numbers // 100), ".", number_text(numbers % 100, 2))


def _unit_numbers(desk: Desk, address: Ints, dwelling: Ints, use: Ints) -> pl.Series:
    """28 characters (GB/T 37346): county, zone, sub-zone, parcel type and number, F and the number of the unit."""
    seed = desk.world.seed
    community = desk.world.addresses.community[address]
    street = desk.world.geography.street_of[community]
    parcel = choice(seed, "parcel", dwelling, 10**5)
    kind = pick(["GB", "JC"], (use == 1).astype(np.int64))
    zone = joined(str(REGION), number_text(street + 1, 3), number_text(community % 1000, 3))
    return joined(zone, kind, number_text(parcel, 5), "F", number_text(choice(seed, "unit", dwelling, 10**8), 8))


def _home_prices(desk: Desk, area: Ints, use: Ints, since: Ints, dwelling: Ints) -> pl.Series:
    """Price paid, rising with the year; nothing for homesteads, often missing."""
    seed = desk.world.seed
    level = 1200 + 210 * np.clip(year_of(since) - 1995, 0, 28)
    price = np.round(area / 100 * level * (0.8 + 0.4 * chance(seed, "price", dwelling)), -2).astype(np.int64)
    price = np.where(use == 1, 0, price)
    missing = chance(seed, "no_price", dwelling) < np.where(use == 1, 0.6, 0.12)
    return blank_where(number_text(price), missing)


def vehicles(desk: Desk) -> Extract:
    """机动车: vehicles in somebody's name, among them those sold, scrapped, or of firms."""
    world, clerk = desk.world, desk.clerk
    every = world.truth.vehicles
    entered = np.maximum(every.since, every.bought) <= desk.lagged()
    row = np.flatnonzero(entered & (every.left > desk.lagged()))
    table = every.take(row)
    key = row.astype(np.int64)
    firm = chance(world.seed, "vehicle_of_firm", key) < np.where(
        np.isin(table.kind, [0, 1, 7]) & (table.owner == table.holder), 0.02, 0.0
    )
    firm &= ~world.poor[world.truth.living.unit[np.maximum(table.holder, 0)]] & ~_recipients(desk)[np.maximum(table.holder, 0)]
    words = [pick([str(kind[at]) for kind in KINDS], table.kind) for at in range(4)]
    inspected, state = _inspection(desk, table.since, table.sold, table.scrapped, key)
    number = blank_where(desk.ids(table.holder, key), table.no_id)
    unpriced = clerk.hits("no_price", key, clerk.defects.cell["blank"] * 20)
    columns = {
        "号牌号码": plates(world.seed, key, np.isin(table.kind, [2, 9])),
        "号牌种类": words[0],
        "车辆识别代号": joined("L", code_text(hashed(world.seed, "vin", key), PLATE_LETTERS.replace("Q", ""), 10),
                        number_text(choice(world.seed, "vin_tail", key, 10**6), 6)),
        "车辆类型": words[1],
        "使用性质": words[2],
        "品牌型号": _models(desk, table.kind, key),
        "所有人": choose(firm, firm_names(world.seed, key + 10**8, np.zeros(len(key), np.int64)), desk.names(table.holder, key)),
        "证件号码": choose(firm, credit_codes(world.seed, key + 10**8), number),
        "初次登记日期": clerk.dates(day_text(table.since), "since", key),
        "检验有效期止": clerk.dates(day_text(inspected), "inspected", key),
        "车辆状态": pick(["正常", "逾期未检验", "达到报废标准", "报废", "注销"], state),
        "新车购置价": blank_where(clerk.amounts(number_text(table.price), "price", key), unpriced),
        "燃料种类": words[3],
        "转移登记次数": number_text(table.transfers),
    }  # fmt: skip
    person = np.where(firm, -1, table.holder)
    return Extract("vehicle", "机动车.csv", columns, key, {"owner": person})


def _recipients(desk: Desk) -> np.ndarray:
    listed = np.zeros(len(desk.world.people), dtype=bool)
    listed[desk.world.members.person] = True
    return listed


def _inspection(desk: Desk, since: Ints, sold: Ints, scrapped: Ints, key: Ints) -> tuple[Ints, Ints]:
    """Until when each vehicle is inspected and its state: some buyers go on under the old name, a scrapped car goes nowhere."""
    day, seed = desk.day, desk.world.seed
    driven = np.minimum(np.minimum(sold + np.where(chance(seed, "still_driven", key) < 0.4, 5000, 0), scrapped), day)
    cycle = 730
    inspected = since + ((driven - since) // cycle + 1) * cycle
    inspected = np.where(
        chance(seed, "late", key) < 0.03, np.maximum(since, day - 5 - choice(seed, "days_late", key, 400)), inspected
    )
    overdue = inspected < day
    state = np.where(overdue & (day - inspected > 3 * 365), 2, np.where(overdue, 1, 0))
    return inspected, np.where((state == 2) & (chance(seed, "scrapped", key) < 0.4), 3, state)


def _models(desk: Desk, kind: Ints, key: Ints) -> pl.Series:
    starts = np.cumsum([0, *(len(models) for models in MODELS)])[:-1]
    lengths = np.array([len(models) for models in MODELS])
    luck = choice(desk.world.seed, "model", key, 10**6)
    return pick([model for models in MODELS for model in models], starts[kind] + luck % lengths[kind])


def plates(seed: int, key: Ints, electric: np.ndarray) -> pl.Series:
    """冀 and the letter I, which no plate bears, and a number of its own."""
    own = (key.astype(np.uint64) * np.uint64(7919) + np.uint64(seed % 1000)) % np.uint64(34**5)
    return joined("冀I", code_text(own, PLATE_LETTERS, 5), pick(["", "D"], electric.astype(np.int64)))


def business(desk: Desk) -> Extract:
    """市场主体: firms founded, closed ones with their state."""
    world, clerk = desk.world, desk.clerk
    every = world.truth.firms
    row = np.flatnonzero(every.founded <= desk.lagged())
    table = every.take(row)
    key = row.astype(np.int64)
    closed = table.closed <= desk.lagged()
    state = np.where(closed, table.end_state + 1, np.where(table.abnormal, 1, 0))
    community = pick(world.geography.communities, table.community)
    street = pick(world.geography.streets, world.geography.street_of[table.community])
    columns = {
        "统一社会信用代码": credit_codes(world.seed, key, table.kind),
        "名称": firm_names(world.seed, key, table.kind),
        "法定代表人": desk.names(table.holder, key),
        "证件号码": desk.ids(table.holder, key),
        "类型": pick(["有限责任公司", "个体工商户", "农民专业合作社"], table.kind),
        "成立日期": clerk.dates(day_text(table.founded), "founded", key),
        "状态": pick(["存续", "列入经营异常", "吊销", "注销"], state),
        "注册资本": blank_where(
            joined(number_text(table.capital // 10), ".", number_text(table.capital % 10)),
            clerk.hits("none", key, clerk.defects.cell["blank"] * 33),
        ),
        "经营场所": joined(street, community),
        "联系电话": number_text(14_000_000_000 + choice(world.seed, "firm_phone", key, 10**7)),
    }
    return Extract("business", "市场主体.csv", columns, key, {"representative": table.holder})


def firm_names(seed: int, key: Ints, kind: Ints) -> pl.Series:
    """A name: place, two words and the line of business."""
    first = pick(list(FIRM_WORDS), choice(seed, "firm_first", key, len(FIRM_WORDS)))
    words = [*LINES, *TRADES, *COOPERATIVES]
    of_kind = np.array([len(LINES), len(TRADES), len(COOPERATIVES)])[kind]
    starts = np.array([0, len(LINES), len(LINES) + len(TRADES)])[kind]
    line = pick(words, starts + choice(seed, "firm_line", key, 10**6) % of_kind)
    second = pick(list("松柏梅兰竹荷石泉峰林"), choice(seed, "firm_second", key, 10))
    return joined(COUNTY, first, second, line)


def employer_names(seed: int, number: Ints) -> pl.Series:
    """The name of an employer by its number: few large ones, many small."""
    large = (number**2 // 10_000) // 14
    return firm_names(seed + 1, large, np.zeros(len(number), dtype=np.int64))


def credit_codes(seed: int, key: Ints, kind: Ints | None = None) -> pl.Series:
    """A valid 18-character code each (GB 32100) with a region that nobody was assigned."""
    body = choice(seed, "credit_body", key, 31**6) * 1000 + key % 1000
    values = [np.full(len(key), 9), np.ones(len(key), dtype=np.int64) if kind is None else kind + 1]
    values += [np.full(len(key), int(digit)) for digit in str(REGION)]
    values += [body // 31**place % 31 for place in range(8, -1, -1)]
    total = sum((value * (3**place % 31) for place, value in enumerate(values)), start=np.zeros(len(key), dtype=np.int64))
    values.append((31 - total % 31) % 31)
    return joined(*(pick(list(CREDIT_ALPHABET), value) for value in values))
