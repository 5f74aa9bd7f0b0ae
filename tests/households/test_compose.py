"""Who is in the assessed family: by law, not by the booklet (最低生活保障审核确认办法 art. 7)."""

from datetime import date

import polars as pl
import pytest
from small_county import AS_OF, SmallCounty

MINOR, STUDENT, ADULT = date(2015, 3, 1), date(2006, 3, 1), date(1990, 3, 1)


def family(county: SmallCounty, head: str) -> dict[str, str]:
    """The members of a family and the rule that puts each there."""
    return dict(county.families().filter(pl.col("household_id") == head).select("person_id", "rule").rows())


def test_every_living_registered_person_is_in_exactly_one_family() -> None:
    county = SmallCounty()
    for number in range(4):
        county.person(f"head{number}", household=str(number), address=f"柳林镇荷湾村3组{number + 1}号")
        county.person(f"child{number}", MINOR, "child", household=str(number), address=f"柳林镇荷湾村3组{number + 1}号")
    county.person("gone", household="9", status="moved_out", status_date=date(2020, 1, 1))
    county.person("dead", household="9", status="dead", status_date=date(2024, 1, 1))
    families = county.families()
    assert families["person_id"].is_unique().all()
    assert set(families["person_id"]) == {f"{who}{n}" for who in ("head", "child") for n in range(4)}


def test_a_spouse_counts_wherever_registered() -> None:
    county = SmallCounty()
    county.person("an")
    county.person("bo", household="2", address="城关街道和平街1号安居苑1号楼1单元101室")
    row = county.wedding("an", "bo")
    assert family(county, "an") == {"an": "hh.head", "bo": "hh.spouse"}
    shown = county.families().filter(pl.col("person_id") == "bo").row(0, named=True)
    assert (shown["register"], shown["row"]) == ("marriage", row)


def test_a_divorce_ends_the_family_even_in_one_booklet() -> None:
    county = SmallCounty()
    county.person("an")
    county.person("bo", relation="spouse")
    county.wedding("an", "bo", date(2010, 1, 1))
    county.wedding("an", "bo", date(2020, 1, 1), kind="divorce")
    assert "bo" not in family(county, "an")


def test_the_later_of_two_marriages_counts() -> None:
    county = SmallCounty()
    for name, household in (("an", "1"), ("bo", "2"), ("ci", "3")):
        county.person(name, household=household, address=f"柳林镇荷湾村3组{household}号")
    county.wedding("an", "bo", date(2005, 1, 1))
    county.wedding("an", "ci", date(2015, 1, 1))
    assert family(county, "an") == {"an": "hh.head", "ci": "hh.spouse"}


def test_husband_and_wife_of_one_booklet_are_spouses_where_the_marriage_register_is_silent() -> None:
    county = SmallCounty()
    county.person("an", date(1960, 1, 1))
    county.person("bo", date(1961, 1, 1), "spouse")
    assert family(county, "an")["bo"] == "hh.spouse.population_relation"


def test_a_marriage_whose_other_party_is_unresolved_leaves_the_booklet_to_say_who() -> None:
    county = SmallCounty()
    county.person("an")
    county.person("bo", relation="spouse")
    county.wedding("an", None)
    assert family(county, "an")["bo"] == "hh.spouse.population_relation"


def test_a_marriage_known_only_at_level_b_makes_the_member_level_b() -> None:
    county = SmallCounty()
    county.person("an")
    county.person("bo", household="2", address="城关街道和平街1号安居苑1号楼1单元101室")
    county.wedding("an", "bo", level="B")
    assert county.families().filter(pl.col("person_id") == "bo")["level"].item() == "B"


@pytest.mark.parametrize(
    ("born", "address", "counts"),
    [
        (date(2008, 11, 1), "城关街道和平街1号安居苑1号楼1单元101室", True),  # 17 on 2026-10-31: a minor, wherever living
        (date(2008, 10, 31), "城关街道和平街1号安居苑1号楼1单元101室", False),  # 18 that day, and lives apart
        (date(2008, 10, 31), "柳林镇荷湾村三组12", True),  # 18, at the same address written otherwise
        (ADULT, "柳林镇荷湾村第三村民小组", True),  # an address that stops short does not part them
        (ADULT, "柳林镇荷湾村3组13号", False),  # the next house is another house
    ],
)
def test_a_child_counts_while_minor_or_living_with_the_parents(born: date, address: str, counts: bool) -> None:
    county = SmallCounty()
    county.person("an", date(1965, 1, 1))
    county.person("bo", born, "child", address=address)
    assert ("bo" in family(county, "an")) is counts


def test_a_listed_unmarried_child_of_student_age_who_lives_apart_is_presumed_a_student() -> None:
    county = SmallCounty()
    county.person("an", date(1970, 1, 1))
    county.person("bo", STUDENT, "child", address="城关街道和平街1号安居苑1号楼1单元101室")
    assert "bo" not in family(county, "an")
    county.award({"an": "self", "bo": "child"}, amount=1560)
    assert family(county, "an")["bo"] == "hh.adult_child_dependent.presumed"


def test_a_child_of_divorced_parents_goes_with_the_one_under_whose_roof_it_lives() -> None:
    county = SmallCounty()
    county.person("an", address="柳林镇荷湾村3组1号")
    county.person("bo", household="2", address="城关街道和平街1号安居苑1号楼1单元101室")
    county.person("child", MINOR, "child", household="2", address="柳林镇荷湾村3组1号")
    county.award({"an": "self", "child": "child"})
    assert set(family(county, "an")) == {"an", "child"}
    assert set(family(county, "bo")) == {"bo"}


def test_an_adult_child_in_another_grid_cell_does_not_live_with_the_parents() -> None:
    county = SmallCounty()
    county.person("an", date(1960, 1, 1), address="柳林镇荷湾村3组", grid_cell="g1")
    county.person("same", ADULT, "child", address="柳林镇荷湾村第三村民小组", grid_cell="g1")
    county.person("other", ADULT, "child", address="柳林镇荷湾村3组9号", grid_cell="g2")
    assert set(family(county, "an")) == {"an", "same"}


def test_brothers_and_sisters_are_no_family_and_their_mother_goes_with_the_head() -> None:
    county = SmallCounty()
    county.person("an", date(1980, 1, 1))
    county.person("ma", date(1955, 1, 1), "mother")
    county.person("bro", date(1985, 1, 1), "sibling")
    assert set(family(county, "an")) == {"an", "ma"}
    assert set(family(county, "bro")) == {"bro"}


def test_a_prisoner_is_a_family_of_one_while_in_prison() -> None:
    county = SmallCounty()
    county.person("an", status="prison")
    county.person("bo", relation="spouse")
    county.wedding("an", "bo")
    assert family(county, "an") == {"an": "hh.excluded.prison"}
    assert set(family(county, "bo")) == {"bo"}


def test_a_funeral_takes_the_dead_out_before_the_population_register_does() -> None:
    county = SmallCounty()
    county.person("an")
    county.person("bo", relation="spouse")
    county.funeral("bo", date(2026, 6, 1))
    assert set(county.families()["person_id"]) == {"an"}
    county.as_of = date(2026, 5, 31)
    assert set(county.families()["person_id"]) == {"an", "bo"}


def test_three_generations_at_one_address_are_one_family_and_the_grandchild_goes_with_its_parents() -> None:
    county = SmallCounty()
    away = "城关街道和平街1号安居苑1号楼1单元101室"
    county.person("gran", date(1955, 1, 1))
    county.person("son", date(1985, 1, 1), "child", address=away)
    county.person("wife", date(1986, 1, 1), "child_in_law", address=away)
    county.person("kid", MINOR, "grandchild")
    county.wedding("son", "wife")
    assert set(family(county, "son")) >= {"son", "wife", "kid"}


def test_the_head_is_the_applicant_then_the_hukou_head_then_the_eldest_adult() -> None:
    county = SmallCounty()
    county.person("an", date(1980, 1, 1))
    county.person("ma", date(1955, 1, 1), "mother")
    assert set(county.families()["household_id"]) == {"an"}
    county.award({"ma": "self", "an": "child"}, amount=1560)
    assert set(county.families()["household_id"]) == {"ma"}
    orphaned = SmallCounty()
    orphaned.person("pa", date(1950, 1, 1), status="dead", status_date=date(2020, 1, 1))
    orphaned.person("ma", date(1955, 1, 1), "spouse")
    orphaned.person("an", date(1980, 1, 1), "child")
    assert set(orphaned.families()["household_id"]) == {"ma"}


def test_a_person_born_later_is_not_there_yet() -> None:
    county = SmallCounty(as_of=date(2025, 6, 30))
    county.person("an")
    county.person("baby", date(2026, 1, 1), "child")
    assert set(county.families()["person_id"]) == {"an"}
    county.as_of = AS_OF
    assert set(county.families()["person_id"]) == {"an", "baby"}


def test_listed_names_the_members_of_the_family_on_its_own_running_award() -> None:
    county = SmallCounty()
    county.person("an")
    county.person("bo", relation="spouse")
    county.award({"an": "self"}, amount=780)
    listed = dict(county.families().select("person_id", "listed").rows())
    assert listed == {"an": True, "bo": False}


def test_who_moved_away_is_there_until_the_register_has_learned_of_it() -> None:
    # The population register learns within 7 days (models/registers/population.toml): on 30 September of 22 September, not of 25.
    for moved, gone in ((date(2026, 9, 22), True), (date(2026, 9, 25), False)):
        county = SmallCounty(as_of=date(2026, 9, 30))
        county.person("an")
        county.person("bo", relation="sibling", status="moved_out", status_date=moved)
        assert ("bo" not in set(county.families()["person_id"])) is gone, moved
