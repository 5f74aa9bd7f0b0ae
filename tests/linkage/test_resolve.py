"""Who is linked to whom, and who must not be: the guards of level A and level B."""

from collections.abc import Callable
from datetime import date
from types import SimpleNamespace

import polars as pl
import pytest

from targeting.frames.identity import EVIDENCE, LEDGER, LINKS, PERSONS
from targeting.linkage.resolve import LinkResult
from targeting.linkage.weights import Weights

Resolve = Callable[..., LinkResult]
BORN = date(1975, 3, 14)
HOME = "柳林镇荷湾村3组135号"


@pytest.fixture
def wei(make: SimpleNamespace) -> dict[str, object]:
    """张文博, registered in row 1."""
    return make.identity("population", 1, "张文博", make.number(BORN, 17), address=HOME, group="F1")


def test_an_exact_number_beside_the_same_name_is_level_a(resolve: Resolve, make: SimpleNamespace, wei: dict[str, object]) -> None:
    result = resolve([wei, make.identity("vehicle", 1, "张文博", make.number(BORN, 17))])
    found = make.link_of(result, "vehicle", 1)
    assert (found["person_id"], found["level"], found["method"]) == (make.person_at(result, 1), "A", "exact_id")
    assert found["probability"] is None


@pytest.mark.parametrize("written", ["張文博", "张文?", "张?博"])
def test_declared_foldings_and_a_lost_character_leave_a_name_the_same(
    resolve: Resolve, make: SimpleNamespace, wei: dict[str, object], written: str
) -> None:
    result = resolve([wei, make.identity("vehicle", 1, written, make.number(BORN, 17))])
    assert make.link_of(result, "vehicle", 1)["level"] == "A"


def test_a_dot_in_the_name_makes_no_other_person(resolve: Resolve, make: SimpleNamespace) -> None:
    person = make.identity("population", 1, "热合曼·艾力", make.number(BORN, 17))
    result = resolve([person, make.identity("vehicle", 1, "热合曼艾力", make.number(BORN, 17))])
    assert make.link_of(result, "vehicle", 1)["level"] == "A"


@pytest.mark.parametrize("written", ["刘桂芳", "张", "???", None])
def test_an_exact_number_under_another_name_or_none_is_never_level_a(
    resolve: Resolve, make: SimpleNamespace, wei: dict[str, object], written: str | None
) -> None:
    result = resolve([wei, make.identity("vehicle", 1, written, make.number(BORN, 17))])
    assert make.link_of(result, "vehicle", 1)["level"] != "A"


def test_an_exact_number_under_another_name_stays_a_candidate(
    resolve: Resolve, make: SimpleNamespace, wei: dict[str, object]
) -> None:
    result = resolve([wei, make.identity("vehicle", 1, "刘桂芳", make.number(BORN, 17))])
    found = make.link_of(result, "vehicle", 1)
    assert (found["person_id"], found["level"], found["method"]) == (None, None, "exact_id_other_name")
    kept = result.candidates.filter(pl.col("register") == "vehicle").row(0, named=True)
    assert (kept["person_id"], kept["level"], kept["id_agreement"]) == (make.person_at(result, 1), "C", "exact")
    assert result.evidence.filter(pl.col("register") == "vehicle").is_empty()


def test_two_people_whose_numbers_differ_in_one_digit_and_the_check_stay_two(
    resolve: Resolve, make: SimpleNamespace, wei: dict[str, object]
) -> None:
    twin = make.identity("population", 2, "张文博", make.number(BORN, 18), address=HOME, group="F1")
    rows = [
        make.identity("vehicle", 1, "张文博", make.number(BORN, 17)),
        make.identity("vehicle", 2, "张文博", make.number(BORN, 18)),
    ]
    result = resolve([wei, twin, *rows])
    assert make.person_at(result, 1) != make.person_at(result, 2)
    assert [make.link_of(result, "vehicle", row)["person_id"] for row in (1, 2)] == [
        make.person_at(result, 1),
        make.person_at(result, 2),
    ]


def test_a_valid_number_near_a_registered_one_is_somebody_else(
    resolve: Resolve, make: SimpleNamespace, wei: dict[str, object]
) -> None:
    """Same name, same house: the number differs in the sequence and has its right check character."""
    other = make.identity("property", 1, "张文博", make.number(BORN, 19), address=HOME)
    result = resolve([wei, other])
    found = make.link_of(result, "property", 1)
    assert found["person_id"] != make.person_at(result, 1)
    known = result.persons.filter(pl.col("person_id") == found["person_id"]).row(0, named=True)
    assert known["population_row"] is None


@pytest.mark.parametrize(
    ("defect", "method"),
    [
        (lambda good, make: make.old_form(good), "id_old_form"),
        (lambda good, make: make.with_defect(good, 12), "id_one_digit"),
        (lambda good, make: make.with_defect(good, 17, "0" if good[17] != "0" else "1"), "id_one_digit"),
        (lambda good, make: good[:13] + good[14] + good[13] + good[15:], "id_transposed"),
    ],
)
def test_one_repairable_defect_beside_the_same_name_is_level_b(
    resolve: Resolve, make: SimpleNamespace, wei: dict[str, object], defect: Callable[..., str], method: str
) -> None:
    good = make.number(BORN, 17)
    result = resolve([wei, make.identity("vehicle", 1, "张文博", defect(good, make))])
    found = make.link_of(result, "vehicle", 1)
    assert (found["person_id"], found["level"], found["method"]) == (make.person_at(result, 1), "B", method)
    assert found["probability"] >= 0.99


@pytest.mark.parametrize(
    ("text", "form"), [("139921197503140{}", "other"), ("139921197503140000", "mangled"), ("1.39921E+17", "mangled")]
)
def test_a_number_of_which_digits_are_lost_links_only_while_it_says_enough(
    resolve: Resolve, make: SimpleNamespace, wei: dict[str, object], text: str, form: str
) -> None:
    good = make.number(BORN, 17)
    given = text.format(good[15:17]) if "{" in text else text
    result = resolve([wei, make.identity("vehicle", 1, "张文博", given, id_form=form)])
    level = make.link_of(result, "vehicle", 1)["level"]
    assert level == (None if "E" in given else "B")


def test_a_defective_number_beside_another_name_links_nobody(
    resolve: Resolve, make: SimpleNamespace, wei: dict[str, object]
) -> None:
    result = resolve([wei, make.identity("vehicle", 1, "刘桂芳", make.old_form(make.number(BORN, 17)))])
    assert make.link_of(result, "vehicle", 1)["person_id"] is None


def test_a_name_alone_links_nobody_however_rare(resolve: Resolve, make: SimpleNamespace, wei: dict[str, object]) -> None:
    result = resolve([wei, make.identity("vehicle", 1, "张文博")])
    assert make.link_of(result, "vehicle", 1)["method"] == "name_only"
    assert result.candidates.filter(pl.col("register") == "vehicle").height == 1


def test_a_name_at_the_home_address_is_level_b(resolve: Resolve, make: SimpleNamespace, wei: dict[str, object]) -> None:
    result = resolve([wei, make.identity("property", 1, "张文博", address="清河县柳林镇荷湾村三组135")])
    found = make.link_of(result, "property", 1)
    assert (found["person_id"], found["level"], found["method"]) == (make.person_at(result, 1), "B", "name_and_address")


def test_a_namesake_next_door_makes_an_address_without_a_house_number_ambiguous(
    resolve: Resolve, make: SimpleNamespace, wei: dict[str, object]
) -> None:
    neighbour = make.identity(
        "population", 2, "张文博", make.number(date(1988, 5, 2), 4), address="柳林镇荷湾村3组136号", group="F2"
    )
    result = resolve([wei, neighbour, make.identity("property", 1, "张文博", address="柳林镇荷湾村第三村民小组")])
    assert make.link_of(result, "property", 1)["person_id"] is None
    assert result.candidates.filter(pl.col("register") == "property").height == 2


def test_father_and_son_of_one_name_in_one_home_are_not_told_apart_by_it(
    resolve: Resolve, make: SimpleNamespace, wei: dict[str, object]
) -> None:
    son = make.identity("population", 2, "张文博", make.number(date(1999, 8, 1), 6), address=HOME, group="F1")
    result = resolve([wei, son, make.identity("property", 1, "张文博", address=HOME)])
    assert make.link_of(result, "property", 1)["person_id"] is None


def test_a_sound_alike_at_the_same_home_is_a_brother_until_a_number_says_otherwise(
    resolve: Resolve, make: SimpleNamespace, wei: dict[str, object]
) -> None:
    without = make.identity("property", 1, "张闻博", address=HOME)
    beside = make.identity("property", 2, "张闻博", make.number(BORN, 17), address=HOME)
    result = resolve([wei, without, beside])
    assert make.link_of(result, "property", 1)["person_id"] is None
    assert make.link_of(result, "property", 2)["level"] == "B"
    assert make.link_of(result, "property", 2)["method"] == "exact_id_near_name"


def test_a_twin_with_the_other_twins_number_stays_unresolved(
    resolve: Resolve, make: SimpleNamespace, wei: dict[str, object]
) -> None:
    twin = make.identity("population", 2, "张文波", make.number(BORN, 19), address=HOME, group="F1")
    result = resolve([wei, twin, make.identity("vehicle", 1, "张文波", make.number(BORN, 17))])
    assert make.link_of(result, "vehicle", 1)["person_id"] is None


def test_the_number_of_a_relative_beside_the_own_name_finds_the_relative(
    resolve: Resolve, make: SimpleNamespace, wei: dict[str, object]
) -> None:
    wife = make.identity("population", 2, "刘桂芳", make.number(date(1977, 1, 9), 22), address=HOME, group="F1")
    result = resolve([wei, wife, make.identity("property", 1, "刘桂芳", make.number(BORN, 17), address=HOME)])
    found = make.link_of(result, "property", 1)
    assert found["person_id"] in (make.person_at(result, 2), None)
    assert found["person_id"] != make.person_at(result, 1)


def test_a_wife_without_a_number_is_known_by_her_husband(resolve: Resolve, make: SimpleNamespace, wei: dict[str, object]) -> None:
    wife = make.identity("population", 2, "刘桂芳", make.number(date(1977, 1, 9), 22), address=HOME, group="F1")
    namesake = make.identity(
        "population", 3, "刘桂芳", make.number(date(1969, 7, 7), 4), address="柳林镇荷湾村9组1号", group="F3"
    )
    couple = [
        make.identity("marriage", 1, "张文博", make.number(BORN, 17), role="husband"),
        make.identity("marriage", 1, "刘桂芳", role="wife"),
    ]
    result = resolve([wei, wife, namesake, *couple])
    found = make.link_of(result, "marriage", 1, "wife")
    assert (found["person_id"], found["level"], found["method"]) == (make.person_at(result, 2), "B", "name_and_company")


def test_two_identities_of_one_row_are_never_one_person(resolve: Resolve, make: SimpleNamespace, wei: dict[str, object]) -> None:
    couple = [
        make.identity("marriage", 1, "张文博", make.number(BORN, 17), role="husband"),
        make.identity("marriage", 1, "张闻博", make.number(BORN, 17), role="wife"),
    ]
    result = resolve([wei, *couple])
    assert make.link_of(result, "marriage", 1, "husband")["level"] == "A"
    assert make.link_of(result, "marriage", 1, "wife")["method"] == "same_person_twice_in_row"


def test_an_applicants_number_without_a_name_is_exact_where_the_award_names_it(
    resolve: Resolve, make: SimpleNamespace, wei: dict[str, object]
) -> None:
    good = make.number(BORN, 17)
    rows = [
        make.identity("assistance_roll", 1, "张文博", good, group="D1"),
        make.identity("assistance_roll", 2, None, good, role="applicant", group="D1"),
        make.identity("assistance_roll", 3, None, good, role="applicant", group="D2"),
    ]
    result = resolve([wei, *rows])
    assert make.link_of(result, "assistance_roll", 2)["method"] == "exact_id_named_in_group"
    assert make.link_of(result, "assistance_roll", 2)["level"] == "A"
    assert make.link_of(result, "assistance_roll", 3)["level"] != "A"


def test_one_person_in_two_population_rows_is_one_person(resolve: Resolve, make: SimpleNamespace, wei: dict[str, object]) -> None:
    again = wei | {"row": 2, "address": None}
    without = wei | {"row": 3, "id_text": None, "id_form": "absent", "resident_id": None}
    result = resolve([wei, again, without])
    assert make.person_at(result, 1) == make.person_at(result, 2) == make.person_at(result, 3)
    person = result.persons.filter(pl.col("person_id") == make.person_at(result, 1)).row(0, named=True)
    assert person["population_row"] == 1


def test_a_registered_person_without_a_number_is_found_by_name_and_birth_day(resolve: Resolve, make: SimpleNamespace) -> None:
    person = make.identity("population", 1, "张文博", birth_date=BORN, address=HOME)
    rows = [make.identity("vehicle", row, "张文博", make.number(BORN, 17)) for row in (1, 2)]
    result = resolve([person, *rows])
    for row in (1, 2):
        found = make.link_of(result, "vehicle", row)
        assert (found["person_id"], found["level"]) == (make.person_at(result, 1), "B")
    assert result.persons.filter(pl.col("resident_id") == make.number(BORN, 17)).is_empty()


def test_another_persons_number_beside_ones_own_name_birth_day_and_home_is_level_b(
    resolve: Resolve, make: SimpleNamespace, wei: dict[str, object], town: list[dict[str, object]]
) -> None:
    """Three of a thousand records carry somebody else's valid number; nothing else in them is that person's."""
    rows = [make.identity("disability", row, "李四", birth_date=date(1980, 1, row)) for row in range(1, 5)]
    borrowed = make.identity("disability", 9, "张文博", town[5]["id_text"], birth_date=BORN, address=HOME)
    result = resolve([wei, *rows, borrowed])
    found = make.link_of(result, "disability", 9)
    assert (found["person_id"], found["level"]) == (make.person_at(result, 1), "B")


def test_another_persons_number_beside_a_neighbours_name_links_nobody(
    resolve: Resolve, make: SimpleNamespace, wei: dict[str, object], town: list[dict[str, object]]
) -> None:
    result = resolve([wei, make.identity("vehicle", 9, "张文博", town[5]["id_text"], address="柳林镇荷湾村3组136号")])
    assert make.link_of(result, "vehicle", 9)["person_id"] is None


def test_a_name_with_another_character_beside_its_birth_day_and_home_is_level_b_but_a_registered_twin_is_the_twin(
    resolve: Resolve, make: SimpleNamespace, wei: dict[str, object]
) -> None:
    twin = make.identity("population", 2, "张文波", make.number(BORN, 19), address=HOME, group="F1")
    row = make.identity("disability", 1, "张文勃", birth_date=BORN, address=HOME)
    other = make.identity("disability", 2, "张文波", birth_date=BORN, address=HOME)
    alone, beside = resolve([wei, row]), resolve([wei, twin, row, other])
    assert make.link_of(alone, "disability", 1)["person_id"] == make.person_at(alone, 1)
    assert make.link_of(alone, "disability", 1)["level"] == "B"
    assert make.link_of(beside, "disability", 1)["person_id"] is None
    assert make.link_of(beside, "disability", 2)["person_id"] == make.person_at(beside, 2)


def test_an_owner_who_lives_elsewhere_is_one_person_in_all_rows(resolve: Resolve, make: SimpleNamespace) -> None:
    good = make.number(BORN, 17, area="139931")
    rows = [
        make.identity("vehicle", 1, "张文博", good),
        make.identity("vehicle", 2, "張文博", good),
        make.identity("property", 1, "张文博", make.old_form(good)),
    ]
    result = resolve(rows)
    ids = {
        make.link_of(result, register, row)["person_id"] for register, row in (("vehicle", 1), ("vehicle", 2), ("property", 1))
    }
    assert len(ids) == 1
    assert None not in ids


def test_organisations_are_no_persons(resolve: Resolve, make: SimpleNamespace) -> None:
    firm = make.identity("vehicle", 1, "清河县瑞丰商贸有限公司", "91139921MA0000001X", kind="organisation", id_form="other")
    assert make.link_of(resolve([firm]), "vehicle", 1)["method"] == "organisation"


def test_every_link_of_level_a_or_b_has_one_row_of_evidence_and_the_tables_keep_their_contracts(
    resolve: Resolve, make: SimpleNamespace, wei: dict[str, object]
) -> None:
    rows = [
        make.identity("vehicle", 1, "张文博", make.number(BORN, 17)),
        make.identity("vehicle", 2, "张文博", make.old_form(make.number(BORN, 17))),
        make.identity("vehicle", 3, "张文博"),
    ]
    result = resolve([wei, *rows])
    key = ["register", "row", "role", "person_id", "level"]
    linked = result.links.filter(pl.col("person_id").is_not_null()).select(key).sort(key)
    assert linked.equals(result.evidence.select(key).sort(key))
    assert set(linked["level"]) == {"A", "B"}
    contracts = zip((LINKS, EVIDENCE, EVIDENCE, PERSONS, LEDGER), _tables(result), strict=True)
    assert all(contract.conform(table).equals(table) for contract, table in contracts)


def test_the_order_of_the_rows_changes_nothing(resolve: Resolve, make: SimpleNamespace, wei: dict[str, object]) -> None:
    rows = [wei, make.identity("vehicle", 1, "张文博", make.number(BORN, 17)), make.identity("vehicle", 2, "张文博")]
    one, other = resolve(rows), resolve(rows[::-1])
    assert all(a.equals(b) for a, b in zip(_tables(one), _tables(other), strict=True))


def test_given_weights_give_the_same_links_without_learning(
    resolve: Resolve, make: SimpleNamespace, wei: dict[str, object]
) -> None:
    rows = [
        wei,
        make.identity("vehicle", 1, "张文博", make.old_form(make.number(BORN, 17))),
        make.identity("property", 1, "张文博", address=HOME),
    ]
    learnt = resolve(rows)
    again = resolve(rows, trained=Weights(learnt.weights, learnt.frequencies))
    assert all(one.equals(other) for one, other in zip(_tables(learnt), _tables(again), strict=True))
    assert again.weights.equals(learnt.weights)


def test_given_weights_hold_whatever_else_is_in_the_registers(
    resolve: Resolve, make: SimpleNamespace, wei: dict[str, object]
) -> None:
    """The same pair weighs the same next month, although names and homes have come and gone."""
    row = make.identity("vehicle", 1, "张文博", make.old_form(make.number(BORN, 17)))
    first = resolve([wei, row])
    others = [make.identity("vehicle", at, "张文博", address="石桥镇云店村5组37号") for at in range(2, 40)]
    later = resolve([wei, row, *others], trained=Weights(first.weights, first.frequencies))
    assert make.link_of(later, "vehicle", 1)["weight"] == make.link_of(first, "vehicle", 1)["weight"]


def test_nothing_to_link_gives_empty_tables(make: SimpleNamespace) -> None:
    from targeting.frames.identity import IDENTITIES, JUDGEMENTS
    from targeting.linkage.resolve import link
    from targeting.specs.linkage import load_linkage

    nothing = link(IDENTITIES.empty(), spec=load_linkage(), ledger=LEDGER.empty(), judgements=JUDGEMENTS.empty(), snapshot="none")
    assert nothing.links.is_empty()
    assert nothing.persons.is_empty()


def _tables(result: LinkResult) -> tuple[pl.DataFrame, ...]:
    return result.links, result.evidence, result.candidates, result.persons, result.ledger
