"""A small town for the linkage: people with numbers, names, homes and booklets; rows of other registers about them."""

from collections.abc import Callable, Sequence
from datetime import date
from types import SimpleNamespace
from typing import Any

import polars as pl
import pytest

from targeting.frames.identity import IDENTITIES, JUDGEMENTS, LEDGER
from targeting.identifiers.resident_id import check_character
from targeting.linkage.resolve import LinkResult, link
from targeting.linkage.weights import Weights
from targeting.specs.linkage import load_linkage

SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂兰文辉玲红华建国"
FOLDED = {"·": "", "張": "张", "劉": "刘"}

Identity = dict[str, Any]


def number(born: date, sequence: int = 1, area: str = "139921") -> str:
    """A valid resident ID of an area that is not assigned."""
    first17 = f"{area}{born:%Y%m%d}{sequence:03d}"
    return first17 + check_character(first17)


def with_defect(good: str, at: int, digit: str | None = None) -> str:
    """The number with one wrong digit."""
    wrong = digit or str((int(good[at]) + 1) % 10)
    return good[:at] + wrong + good[at + 1 :]


def old_form(good: str) -> str:
    """The 15-digit form of a number of the 20th century."""
    return good[:6] + good[8:17]


def identity(register: str, row: int, name: str | None, id_text: str | None = None, **given: Any) -> Identity:
    """One identity; what is not given is absent, and the form of the number is read off its length."""
    form = given.pop("id_form", None) or _form(id_text)
    resident_id = id_text if form == "valid18" else None
    born = date(int(resident_id[6:10]), int(resident_id[10:12]), int(resident_id[12:14])) if resident_id else None
    key = name
    for old, new in FOLDED.items():
        key = key.replace(old, new) if key else key
    roles = {"population": "person", "property": "owner", "assistance_roll": "member"}
    base = {
        "register": register,
        "row": row,
        "role": roles.get(register, "holder"),
        "kind": "person",
        "id_form": form,
        "id_text": id_text,
        "resident_id": resident_id,
        "name": name,
        "name_key": key,
        "birth_date": born,
    }
    return base | given


def _form(id_text: str | None) -> str:
    if id_text is None:
        return "absent"
    if len(id_text) == 15:
        return "old15"
    return "valid18" if len(id_text) == 18 and check_character(id_text[:17]) == id_text[17] else "invalid18"


def townspeople(size: int = 300) -> list[Identity]:
    """Population rows 1001 … of people with names of their own, two to a booklet and a home."""
    people = []
    for at in range(size):
        name = SURNAMES[at % 20] + GIVEN[(at // 20) % 30] + GIVEN[(at * 7 + at // 20) % 30]
        born = date(1950 + at % 50, 1 + at % 12, 1 + at % 28)
        home = f"柳林镇白湾村{at // 2 % 9 + 1}组{at // 2 + 200}号"
        people.append(identity("population", 1001 + at, name, number(born, at % 900 + 1), address=home, group=f"H{at // 2}"))
    return people


@pytest.fixture(scope="session")
def town() -> list[Identity]:
    """The people of the town: enough of them for a name to have a frequency."""
    return townspeople()


@pytest.fixture
def resolve(town: list[Identity]) -> Callable[..., LinkResult]:
    """Links these identities, the town's people with them."""

    def run(
        rows: Sequence[Identity],
        *,
        ledger: pl.DataFrame | None = None,
        judgements: pl.DataFrame | None = None,
        snapshot: str = "2026-10",
        trained: Weights | None = None,
        second_opinion: bool = False,
    ) -> LinkResult:
        return link(
            IDENTITIES.of([*town, *rows]),
            spec=load_linkage(),
            ledger=LEDGER.empty() if ledger is None else ledger,
            judgements=JUDGEMENTS.empty() if judgements is None else judgements,
            snapshot=snapshot,
            trained=trained,
            second_opinion=second_opinion,
        )

    return run


@pytest.fixture(scope="session")
def make() -> SimpleNamespace:
    """The factories of this file: `make.identity(...)`, `make.number(...)`, `make.with_defect(...)`, `make.old_form(...)`."""
    return SimpleNamespace(
        identity=identity,
        number=number,
        with_defect=with_defect,
        old_form=old_form,
        townspeople=townspeople,
        link_of=link_of,
        person_at=person_at,
    )


def link_of(result: LinkResult, register: str, row: int, role: str | None = None) -> dict[str, Any]:
    """The one link of a row."""
    wanted = (pl.col("register") == register) & (pl.col("row") == row)
    if role:
        wanted &= pl.col("role") == role
    return result.links.filter(wanted).row(0, named=True)


def person_at(result: LinkResult, population_row: int) -> str:
    """The person whom a population row defines."""
    return str(link_of(result, "population", population_row)["person_id"])
