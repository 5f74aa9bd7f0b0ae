"""An office with people and cases, opened through the real use cases: what the tests of API, pages and journeys stand on.

Names, numbers and addresses are invented; region code 139921 is not assigned.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from targeting.cases import accounts, migrate, opening
from targeting.cases.codes import Arm, Direction, Role, SubjectKind
from targeting.cases.records import Referral, ReferralMember, RunManifest
from targeting.cases.store import Store
from targeting.dates import now
from targeting.settings import Settings
from targeting.specs.casework import load_casework

PASSWORD = "long enough 2026"
OFFICE, OTHER_OFFICE = "清河街道", "白石镇"
SNAPSHOT, RUN, AS_OF = "2026-10-31-a1b2c3d4e5f6", "2026-10-31-0f1e2d3c4b5a", date(2026, 10, 31)
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
PEOPLE = (
    ("zhou", "周敏", Role.CASEWORKER, (OFFICE,)),
    ("qian", "钱海涛", Role.CASEWORKER, (OFFICE,)),
    ("lin", "林晓", Role.SUPERVISOR, (OFFICE,)),
    ("he", "何静", Role.CASEWORKER, (OTHER_OFFICE,)),
    ("shen", "沈审计", Role.AUDITOR, ()),
    ("data", "数据员", Role.DATA_SCIENTIST, ()),
)
GIVEN = ("建国", "秀英", "桂兰", "小军", "德福", "洋", "玉梅", "志强", "淑珍", "海燕", "永康", "凤英")
FAMILY = ("王", "李", "张", "陈", "赵", "刘", "孙", "周", "吴", "郑", "马", "胡")


def resident_id(serial: int, born: date = date(1968, 4, 12)) -> str:
    """A number of an unassigned region with a right check digit (GB 11643)."""
    front = f"139921{born:%Y%m%d}{serial:03d}"
    total = sum(int(digit) * weight for digit, weight in zip(front, WEIGHTS, strict=True))
    return front + "10X98765432"[total % 11]


def fact(kind: str, person: str, register: str, row: int, **values: Any) -> dict[str, Any]:
    """A fact row as a run brings it; a level B one carries the comparison that needs a person's eye."""
    level = values.pop("level", "A")
    sure = {"rule": "exact", "id_agreement": "exact", "name_agreement": "exact", "birth_agreement": "exact"}
    doubtful = {
        "rule": "number_end", "id_agreement": "one_digit", "name_agreement": "exact", "birth_agreement": "exact",
        "address_agreement": "building", "probability": 0.9981,
        "row_identity": {"name": "李秀英", "masked_id": "139***********0028", "birth_date": "1968-04-12",
                         "address": "清河街道和平路12号楼"},
    }  # fmt: skip
    return {
        "fact_id": f"{register}:{row}:{values.get('role', 'person')}:{kind}",
        "person_id": person, "kind": kind, "value": None, "unit": "none", "text": None, "detail": {}, "valid_from": None,
        "valid_to": None, "known_at": date(2026, 10, 20), "register": register, "row": row, "role": "person",
        "level": level, "identity_sha256": f"{register}{row:08d}".ljust(64, "0"),
        "evidence": sure if level == "A" else doubtful,
    } | values  # fmt: skip


def finding(check: str, person: str, facts: list[Any], **values: Any) -> dict[str, Any]:
    """A finding row as a run brings it."""
    return {
        "check": check, "person_id": person, "result": "hit", "link_level": "A", "facts": facts, "detail": {},
        "legal_basis": "CN-DBR21 art. 14", "effective_from": date(2026, 3, 1),
        "amount_month": None,
    } | values  # fmt: skip


def reason(code: str, zh: str, en: str, source: str = "finding", contribution: float | None = None) -> dict[str, Any]:
    """A reason row as a run brings it."""
    clears = {
        "X10": ("已出售未过户；已报废；名义被借用", "sold, not transferred; scrapped; name lent"),
        "X09": ("份额小于登记；未分割的继承；已拆除或已出售", "smaller share than registered; undivided inheritance; sold"),
    }.get(code, ("情况已经变化；登记有误", "things have changed; the register is wrong"))  # fmt: skip
    return {
        "source": source, "code": code, "contribution": contribution, "zh": zh, "en": en,
        "clears_zh": clears[0], "clears_en": clears[1], "facts": [],
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class World:
    """What was opened: the run, and the case subjects by a short name."""

    run: str
    subjects: dict[str, str] = field(default_factory=dict)


def _household(serial: int, name: str, relation: str = "self") -> tuple[ReferralMember, ReferralMember]:
    head = ReferralMember(
        f"P{serial:07d}", name, relation, resident_id(serial),
        {"birth_date": "1968-04-12", "address": "清河街道和平路12号楼3单元501", "listed": True, "rule": "hh.head"},
    )  # fmt: skip
    spouse = ReferralMember(
        f"P{serial + 500:07d}", f"{FAMILY[serial % 12]}{GIVEN[(serial + 5) % 12]}", "spouse", resident_id(serial + 500),
        {"birth_date": "1968-04-12", "address": "清河街道和平路12号楼3单元501", "listed": True, "rule": "hh.spouse"},
    )  # fmt: skip
    return head, spouse


def _base(serial: int, name: str, **values: Any) -> Referral:
    members = _household(serial, name)
    head = members[0].person_id
    facts = (
        fact("birth", head, "population", serial, valid_from=date(1968, 4, 12)),
        fact("declared_income", head, "assistance_roll", serial, value=60000.0, unit="cents_month", text="dibao", role="member",
             valid_from=date(2025, 3, 1)),
        fact("benefit", head, "assistance_roll", serial, value=96000.0, unit="cents_month", text="dibao", role="member",
             valid_from=date(2025, 3, 1), detail={"case_no": f"D{serial}", "street": OFFICE}),
    )  # fmt: skip
    base = Referral(
        subject_kind=SubjectKind.AWARD, subject=f"dibao:D{serial:08d}", direction=Direction.OVER, benefit="dibao", rank=serial,
        arm=Arm.RANKED, opened=True, probability=0.61, amount_month=96000, selection_probability=1.0, tie_seed=7,
        ranked_by="over 3", household_id=head, household_label=name, office=OFFICE, community="和平社区",
        members=members, facts=facts,
    )  # fmt: skip
    return replace(base, **values)


def vehicle_case() -> Referral:
    """A car and an employer's contributions beside a declared income; certain links; one rule that could not be answered."""
    base = _base(1, "王建国")
    head = "P0000001"
    car = fact("vehicle", head, "vehicle", 8123, value=9800000.0, unit="cents", text="小型轿车", role="owner",
               valid_from=date(2026, 3, 12), detail={"plate": "冀I23A37", "use_class": "private", "state": "normal"})  # fmt: skip
    wage = fact("wage_base", head, "social_security", 4411, value=450000.0, unit="cents_month", text="employee_pension",
                role="insured", valid_from=date(2026, 5, 1), detail={"employer": "清河物流公司", "state": "paying"})  # fmt: skip
    home = fact("dwelling", head, "property", 991, value=1.0, unit="dwelling_share", text="dwelling", role="owner",
                valid_from=date(2008, 6, 3), detail={"area_m2": 62.5, "co_ownership": "sole", "state": "current"})  # fmt: skip
    findings = (
        finding("X10", head, [car["fact_id"]], amount_month=96000,
                detail={"worth_cents": 9016000, "livelihood_limit_cents": 3000000, "vehicles": 1, "vehicles_to_review": 0}),
        finding("X07", head, [wage["fact_id"]], amount_month=96000,
                detail={"income_cents": 510000, "limit_cents": 156000, "members": 2, "base_mean_cents": 450000, "earners": 1,
                        "earners_not_listed": 0, "base_at_floor_only": False, "clears_if_income_at_most_cents": 156000}),
        finding("X09", head, [home["fact_id"]], result="clear", detail={"share_total": 1.0, "share_limit": 1.5}),
        finding("X11", head, [{"reason": "stale"}], result="unknown", detail={}),
    )  # fmt: skip
    reasons = (
        reason("X10", "机动车登记：名下有小型轿车一辆（号牌尾号 37，2026-03 登记），低保规定不得拥有。",
               "Register of vehicles: one car (plate ending 37, registered 2026-03); the dibao rule allows none."),
        reason("X07", "社会保险：清河物流有限公司为王建国缴费，基数 4,500 元，申报工资 600 元。",
               "Social insurance: an employer pays contributions on a base of 4,500 yuan; 600 yuan were declared."),
        reason("vehicles", "登记车辆 1 辆，使位次靠前。", "vehicles on record: 1; moved it up.", "model", 0.9),
        reason("award", "已享受 20 个月，使位次靠后。", "months paid: 20; moved it down.", "model", -0.3),
    )  # fmt: skip
    coverage = [
        {"register": "vehicle", "answer": "answered", "data_until": "2026-10-12"},
        {"register": "business", "answer": "stale", "data_until": "2026-06-30"},
        {"register": "deaths", "answer": "not_authorised", "data_until": None},
    ]
    facts = (*base.facts, car, wage, home)
    return replace(base, facts=facts, findings=findings, reasons=reasons, detail={"coverage": coverage})


def unsure_link_case() -> Referral:
    """A second home on a probable link: one digit of the number differs."""
    base = _base(2, "李秀英", amount_month=72000)
    head = "P0000002"
    first = fact("dwelling", head, "property", 2001, value=1.0, unit="dwelling_share", text="homestead", role="owner",
                 valid_from=date(1998, 5, 1), detail={"area_m2": 90, "co_ownership": "sole"})  # fmt: skip
    second = fact("dwelling", head, "property", 2002, value=0.5, unit="dwelling_share", text="dwelling", role="owner", level="B",
                  valid_from=date(2019, 9, 9), detail={"area_m2": 88.4, "co_ownership": "shares"})  # fmt: skip
    findings = (
        finding("X09", head, [first["fact_id"], second["fact_id"]], link_level="B", amount_month=72000,
                detail={"share_total": 1.5, "share_limit": 1.5, "area_a_head_m2": 67.1, "area_limit_m2": 42.0, "area_m2": 134.2,
                        "members": 2, "clears_if_share_total_below": 1.5, "clears_if_area_m2_below": 84.0}),
    )  # fmt: skip
    said = reason("X09", "不动产登记：全家持有宅基地住房 1 套、住宅 1/2 套，超过低保规定（有一条尚待确认）。",
                  "Property register: a homestead and half a dwelling; more than the dibao rule allows.")  # fmt: skip
    return replace(base, facts=(*base.facts, first, second), findings=findings, reasons=(said,))


def missing_case() -> Referral:
    """A family that meets the dibao rules and is not paid."""
    base = _base(3, "张桂兰")
    pension = fact("pension", "P0000003", "social_security", 77, value=28600.0, unit="cents_month", text="resident_pension",
                   role="insured", valid_from=date(2021, 1, 1))  # fmt: skip
    findings = (
        finding("M01", "P0000003", [pension["fact_id"]], amount_month=127400, legal_basis="CN-DBR21 art. 8; CN-SAL art. 39",
                detail={"income_per_head_cents": 14300, "income_cents": 28600, "standard_cents": 78000, "members": 2,
                        "adults_without_record": 1}),
    )  # fmt: skip
    said = reason("M01", "可能漏保：登记人均月收入 143 元，低于低保标准，没有享受低保。",
                  "May be missing out: registered income is 143 yuan a head; no dibao is paid.")  # fmt: skip
    return replace(
        base, subject_kind=SubjectKind.HOUSEHOLD, subject="P0000003", direction=Direction.MISSING, amount_month=127400,
        facts=(base.facts[0], pension), findings=findings, reasons=(said,),
    )  # fmt: skip


def random_case() -> Referral:
    """A case drawn by lot, without any finding."""
    return _base(4, "刘洋", arm=Arm.RANDOM, probability=0.04, selection_probability=0.1, amount_month=None)


def elsewhere_case() -> Referral:
    """A case of another office."""
    return replace(vehicle_case(), subject="dibao:D00000099", household_label="马永康", office=OTHER_OFFICE, rank=90)


def further_cases(count: int) -> Iterator[Referral]:
    """Ordinary cases that fill the queue, both directions by turns."""
    for serial in range(10, 10 + count):
        name = f"{FAMILY[serial % 12]}{GIVEN[serial * 5 % 12]}{'甲乙丙丁'[serial % 4]}"
        model = vehicle_case() if serial % 3 else missing_case()
        subject = f"dibao:D{serial:08d}" if serial % 3 else f"P{serial:07d}"
        yield replace(
            model,
            subject=subject,
            household_label=name,
            rank=serial,
            household_id=subject,
            amount_month=(serial * 37 % 190 + 20) * 100,
        )


def people(store: Store, *, at: datetime) -> None:
    """Two caseworkers, a supervisor, a caseworker elsewhere, an auditor, a data scientist."""
    for login, name, role, offices in PEOPLE:
        accounts.create_user(
            store, login=login, name=name, password=PASSWORD, role=role, offices=offices, county_wide=not offices, at=at
        )


def open_world(store: Store, *, further: int = 8, at: datetime | None = None) -> World:
    """People and cases of one run; the cases are ten days old."""
    at = at or now() - timedelta(days=10)
    people(store, at=at)
    named = {"vehicle": vehicle_case(), "link": unsure_link_case(), "missing": missing_case(), "random": random_case(),
             "elsewhere": elsewhere_case()}  # fmt: skip
    manifest = RunManifest(RUN, SNAPSHOT, AS_OF, "over 3", {"snapshot": SNAPSHOT}, planned=len(named) + further)
    opening.open_run(store, manifest, [*named.values(), *further_cases(further)], at=at)
    return World(RUN, {name: referral.subject for name, referral in named.items()})


def prepare(home: Path) -> Path:
    """A home whose store holds the people and cases: made once, copied by each test."""
    url = Settings(home=home).store_url
    migrate.upgrade(url)
    store = Store(url)
    open_world(store)
    store.close()
    return home


def today() -> str:
    """The day of today where the offices are."""
    return load_casework().day(now()).isoformat()
