"""Ties between an award and people or awards outside it."""

from datetime import date
from typing import Any

import polars as pl

from targeting.frames.assessment import AWARD_MEMBERS, AWARDS, HOUSEHOLDS
from targeting.frames.identity import LINKS
from targeting.households.residents import residents as residents_of
from targeting.households.ties import ties
from targeting.specs.knowledge import Knowledge

AS_OF = date(2026, 10, 31)
KNOWN = {name: Knowledge(None, 0, AS_OF) for name in ("population", "assistance_roll")}
HOME, NEXT_GROUP = "清河县青集村三组31号", "清河县青集村五组31号"


def found(
    residents: dict[str, tuple[str, str]], awards: dict[str, list[str]], *, contacts: dict[str, dict[str, Any]] | None = None
) -> set[tuple[str, str, str | None, str]]:
    """(case, kind, person, other award) of all ties; `residents` have address and booklet, `awards` their listed people."""
    people = list(residents)
    population = pl.DataFrame(
        {
            "row": range(1, len(people) + 1),
            "birth_date": [date(1980, 1, 1)] * len(people),
            "register_household": [residents[p][1] for p in people],
            "relation_to_head": ["head"] * len(people),
            "present_address": [residents[p][0] for p in people],
            "grid_cell": ["g"] * len(people),
            "status": ["active"] * len(people),
            "status_date": pl.Series([None] * len(people), dtype=pl.Date),
        }
    ).with_columns(pl.col("row").cast(pl.Int64))
    listed = [(case_no, person) for case_no, members in awards.items() for person in members]
    rows = [{"row": n + 1, "benefit": "dibao", "case_no": c, **(contacts or {}).get(c, {})} for n, (c, _) in enumerate(listed)]
    months = {"start_month": pl.Date, "end_month": pl.Date}
    columns = {"bank_account": pl.String, "phone": pl.String, "custody_agreement": pl.String, **months}
    roll = pl.DataFrame(rows, schema={"row": pl.Int64, "benefit": pl.String, "case_no": pl.String, **columns})
    links = LINKS.of(
        [
            {"register": "population", "row": n + 1, "role": "person", "person_id": p, "level": "A", "method": "exact"}
            for n, p in enumerate(people)
        ]
    )
    award_rows = [
        {"benefit": "dibao", "case_no": c, "person_id": m[0], "household_id": m[0], "level": "A", "members_listed": len(m),
         "register": "assistance_roll", "row": 1}
        for c, m in awards.items()
    ]  # fmt: skip
    members = [{"benefit": "dibao", "case_no": c, "row": n + 1, "person_id": p, "level": "A"} for n, (c, p) in enumerate(listed)]
    families = [
        {"household_id": m[0], "person_id": m[0], "relation": "head", "rule": "hh", "register": "population", "row": 1,
         "level": "A", "listed": True}
        for m in {m[0]: m for m in awards.values()}.values()
    ]  # fmt: skip
    tables = {"population": population, "assistance_roll": roll}
    registered = residents_of(tables, links, knowledge=KNOWN, as_of=AS_OF)
    frame = ties(
        registered, tables, AWARDS.of(award_rows), AWARD_MEMBERS.of(members),
        HOUSEHOLDS.of(families), knowledge=KNOWN, as_of=AS_OF,
    )  # fmt: skip
    return set(frame.select("case_no", "kind", "person_id", "other_award").rows())


def test_who_lives_at_the_same_dwelling_is_tied_however_the_address_is_written() -> None:
    residents = {"wang": (HOME, "a"), "li": ("青集村第三村民小组31", "b"), "zhao": (NEXT_GROUP, "c")}
    assert found(residents, {"D1": ["wang"]}) == {("D1", "co_resident", "li", "")}


def test_the_same_house_number_in_another_group_of_the_village_is_another_house() -> None:
    assert found({"wang": (HOME, "a"), "zhao": (NEXT_GROUP, "c")}, {"D1": ["wang"]}) == set()


def test_the_same_booklet_ties_who_lives_elsewhere() -> None:
    residents = {"wang": (HOME, "a"), "li": ("清河县白坊社区翠湖名邸1栋四单元401", "a")}
    assert found(residents, {"D1": ["wang"]}) == {("D1", "same_register_household", "li", "")}


def test_a_listed_person_is_never_tied_to_the_own_award() -> None:
    assert found({"wang": (HOME, "a"), "li": (HOME, "a")}, {"D1": ["wang", "li"]}) == set()


def test_unrelated_awards_with_one_account_are_tied_both_ways() -> None:
    residents = {"wang": (HOME, "a"), "li": (NEXT_GROUP, "b")}
    one = {"bank_account": "9901"}
    both = found(residents, {"D1": ["wang"], "D2": ["li"]}, contacts={"D1": one, "D2": one})
    assert both == {("D1", "shared_account", None, "dibao:D2"), ("D2", "shared_account", None, "dibao:D1")}


def test_an_account_kept_under_a_filed_agreement_ties_nobody() -> None:
    residents = {"wang": (HOME, "a"), "li": (NEXT_GROUP, "b")}
    kept = {"bank_account": "9901", "custody_agreement": "X1"}
    assert found(residents, {"D1": ["wang"], "D2": ["li"]}, contacts={"D1": kept, "D2": kept}) == set()


def test_two_awards_of_one_person_with_one_account_are_no_tie() -> None:
    one = {"bank_account": "9901", "phone": "1400"}
    assert found({"wang": (HOME, "a")}, {"D1": ["wang"], "D2": ["wang"]}, contacts={"D1": one, "D2": one}) == set()
