"""A home with a real link run of a small town and cases that rest on its links: what the tests of the link review stand on.

The people and cases of `review_world` are there too. Names, numbers and addresses are invented; code 139921 is not assigned.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl
from review_world import OFFICE, finding, open_world, reason

from targeting.cases import feedback, migrate, opening
from targeting.cases.codes import Arm, Direction, SubjectKind
from targeting.cases.records import Referral, ReferralMember, RunManifest
from targeting.cases.store import Store
from targeting.dates import now
from targeting.frames.identity import IDENTITIES, JUDGEMENTS, LEDGER
from targeting.identifiers.resident_id import check_character
from targeting.jobs.lake import Lake
from targeting.linkage.judgements import identity_sha256
from targeting.linkage.resolve import LinkResult, link
from targeting.settings import Settings
from targeting.specs.linkage import load_linkage

SNAPSHOT, LINK_RUN, RUN = "2026-11-30-5d1c", "2026-11-30-5d1c-77aa", "2026-11-30-90ab"
SURNAMES, GIVEN = "李刘陈杨黄吴周徐孙马朱胡郭何林高罗", "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂兰文辉玲红华建国"
HOME = {"bo": "清河街道柳林村3组135号", "hua": "清河街道荷湾村9组1号", "jing": "清河街道白湾村2组7号"}


def number(born: date, sequence: int) -> str:
    """A valid resident ID of an area that is not assigned."""
    first17 = f"139921{born:%Y%m%d}{sequence:03d}"
    return first17 + check_character(first17)


BO, HUA, JING = number(date(1975, 3, 14), 17), number(date(1981, 7, 2), 22), number(date(1988, 10, 29), 30)


def identities() -> pl.DataFrame:
    """Registered people, and the rows of other registers that are theirs, or may be."""
    people = [
        ("张文博", BO, HOME["bo"]), ("赵丽华", HUA, HOME["hua"]), ("钱静怡", JING, HOME["jing"]),
        ("郑国强", number(date(1960, 1, 5), 4), "清河街道白湾村2组9号"),
        ("郑国强", number(date(1971, 9, 9), 6), "白石镇云店村1组2号"),
    ]  # fmt: skip
    rows = [_row("population", at, "person", *person) for at, person in enumerate((*people, *_town()), start=1)]
    slip = BO[:12] + str((int(BO[12]) + 1) % 10) + BO[13:]
    rows += [
        _row("property", 1, "owner", "张文博", slip, HOME["bo"]),
        _row("property", 2, "owner", "赵?华", None, HOME["hua"], date(1981, 7, 2)),
        _row("disability", 1, "holder", "钱婧怡", JING, None),
        _row("social_security", 1, "insured", "郑国强", None, None),
        _row("vehicle", 1, "owner", "张文博", BO, None),
    ]
    return IDENTITIES.of(rows)


def _town() -> Iterator[tuple[str, str, str]]:
    for at in range(160):
        name = SURNAMES[at % 17] + GIVEN[(at // 17) % 30] + GIVEN[(at * 7 + at // 17) % 30]
        yield (
            name,
            number(date(1950 + at % 50, 1 + at % 12, 1 + at % 28), at + 100),
            f"白石镇东湾村{at // 2 % 9 + 1}组{at // 2 + 200}号",
        )


def _row(
    register: str, row: int, role: str, name: str, id_text: str | None, address: str | None, born: date | None = None
) -> dict[str, Any]:
    valid = id_text is not None and check_character(id_text[:17]) == id_text[17]
    form = "absent" if id_text is None else "valid18" if valid else "invalid18"
    if valid and id_text is not None:
        born = date(int(id_text[6:10]), int(id_text[10:12]), int(id_text[12:14]))
    return {
        "register": register, "row": row, "role": role, "kind": "person", "id_form": form, "id_text": id_text,
        "resident_id": id_text if valid else None, "name": name, "name_key": name, "birth_date": born, "address": address,
        "group": f"F{row}" if register == "population" and row <= 5 else None,
    }  # fmt: skip


def write_lake(home: Path, *, again: str = "", judgements: pl.DataFrame | None = None) -> LinkResult:
    """The snapshot, the link run and where everybody lives are in the lake; `again` names a later run on the same snapshot."""
    table, spec = identities(), load_linkage()
    said = JUDGEMENTS.empty() if judgements is None else judgements
    lake = Lake(home)
    ledger = lake.table("links", LINK_RUN, "ledger") if again else LEDGER.empty()
    done = link(table, spec=spec, ledger=ledger, judgements=said, snapshot=SNAPSHOT)
    lake.write("snapshots", SNAPSHOT, {"identities": table}, {"snapshot": SNAPSHOT})
    tables = {
        name: getattr(done, name) for name in ("links", "evidence", "candidates", "persons", "ledger", "weights", "frequencies")
    }
    lake.write("links", LINK_RUN + again, tables, {"snapshot": SNAPSHOT, "link_run": LINK_RUN + again})
    defined = done.links.filter(pl.col("register") == "population").join(table, on=["register", "row", "role"])
    street = pl.col("address").str.extract("^(清河街道|白石镇)")
    said_of_run = {"snapshot": SNAPSHOT, "run": RUN + again, "as_of": "2026-10-31"}
    lake.write("runs", RUN + again, {"households": defined.select("person_id", office=street)}, said_of_run)
    return done


def referrals(done: LinkResult) -> list[Referral]:
    """A case for each of the three people whose links are probable, and one for whom a nameless record may mean."""
    return [
        _case(done, 1, "张文博", [("property", 1, "owner", "dwelling"), ("vehicle", 1, "owner", "vehicle")]),
        _case(done, 2, "赵丽华", [("property", 2, "owner", "dwelling")]),
        _case(done, 3, "钱静怡", [("disability", 1, "holder", "certificate")]),
        _case(done, 4, "郑国强", []),
    ]


def _case(done: LinkResult, row: int, name: str, facts: list[tuple[str, int, str, str]]) -> Referral:
    person = str(done.links.filter((pl.col("register") == "population") & (pl.col("row") == row))["person_id"].item())
    told = [told for fact in facts if (told := _fact(done, person, *fact))]
    hits = (finding("X09", person, [told[0]["fact_id"]], link_level="B", amount_month=72000),) if told else ()
    said = (reason("X09", "不动产登记：持有住宅（有一条尚待确认）。", "Property register: a dwelling."),) if told else ()
    member = ReferralMember(person, name, "self", None, {"listed": True, "protected": row == 3})
    return Referral(
        subject_kind=SubjectKind.AWARD, subject=f"dibao:L{row:08d}", direction=Direction.OVER, benefit="dibao", rank=row,
        arm=Arm.RANKED, opened=True, probability=0.5, amount_month=72000, selection_probability=1.0, tie_seed=7,
        ranked_by="over 3", household_id=person, household_label=name, office=OFFICE, community="和平社区", members=(member,),
        findings=hits, facts=tuple(told), reasons=said,
    )  # fmt: skip


def _fact(done: LinkResult, person: str, register: str, row: int, role: str, kind: str) -> dict[str, Any] | None:
    key = (pl.col("register") == register) & (pl.col("row") == row) & (pl.col("role") == role)
    linked = done.evidence.filter(key)
    if linked.is_empty():
        return None
    evidence = linked.row(0, named=True)
    return {
        "fact_id": f"{register}:{row}:{role}:{kind}", "person_id": person, "kind": kind, "value": 1.0, "unit": "dwelling_share",
        "text": "dwelling", "detail": {}, "valid_from": date(2019, 9, 9), "valid_to": None, "known_at": date(2026, 11, 20),
        "register": register, "row": row, "role": role, "level": evidence["level"], "evidence": evidence,
        "identity_sha256": identity_sha256(identities().filter(key)).item(),
    }  # fmt: skip


def prepare(home: Path) -> Path:
    """A home whose store and lake hold the people, the links and the cases: made once, copied by each test."""
    url = Settings(home=home).store_url
    migrate.upgrade(url)
    store = Store(url)
    open_world(store)
    _open(store, write_lake(home))
    store.close()
    return home


def screen_again(home: Path, store: Store) -> None:
    """The same snapshot linked again, bound by what was judged, and the cases told."""
    _open(store, write_lake(home, again="-2", judgements=JUDGEMENTS.of(feedback.judgements(store))), again="-2")


def _open(store: Store, done: LinkResult, *, again: str = "") -> None:
    about = {"snapshot": SNAPSHOT, "link_run": LINK_RUN + again}
    manifest = RunManifest(RUN + again, SNAPSHOT, date(2026, 11, 30), "over 3", about)
    opening.open_run(store, manifest, referrals(done), at=now() - timedelta(days=0 if again else 1))
