"""The files of the imaginary county: readable, invented, repeatable, moving from month to month."""

import re
import tomllib
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from targeting.errors import InvalidInput
from targeting.registers.intake import read_register
from targeting.simulate.county import REGISTERS, SimulatedCounty, simulate
from targeting.simulate.defects import Defects
from targeting.specs.sources import load_sources

from .conftest import AS_OF, SEED, rows_of, table_of

ID_CHECK = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def valid(number: str) -> bool:
    return len(number) == 18 and "10X98765432"[sum(int(d) * w for d, w in zip(number, ID_CHECK, strict=False)) % 11] == number[17]


def test_each_snapshot_names_its_twelve_registers(county: SimulatedCounty) -> None:
    for sources in county.sources:
        named = tomllib.loads(sources.read_text(encoding="utf-8"))["sources"]
        assert [source["register"] for source in named] == list(REGISTERS)
        assert all((sources.parent / source["path"]).is_file() for source in named)


def test_every_row_goes_through_the_intake_and_the_counts_add_up(county: SimulatedCounty) -> None:
    for source, spec in load_sources(county.sources[0]).pairs():
        taken = read_register(source, spec)
        summary = taken.summary.row(0, named=True)
        assert summary["accepted"] + summary["repaired"] + summary["rejected"] == summary["rows"]
        assert summary["rows"] == len(rows_of(source.path)) - 1
        assert set(taken.absent_columns) <= {"holds", "profit_year_cents"}  # columns that other counties keep
        assert taken.unread_headers == ()


def test_a_county_without_defects_gives_nothing_to_reject(faultless: SimulatedCounty) -> None:
    for source, spec in load_sources(faultless.sources[0]).pairs():
        taken = read_register(source, spec)
        assert taken.summary["rejected"].sum() == 0, spec


def test_lines_end_as_the_departments_write_them(county: SimulatedCounty) -> None:
    content = (county.folders[0] / "人口.csv").read_bytes()
    assert content.endswith(b"\r\n")
    assert content.count(b"\n") == content.count(b"\r\n")


def test_every_number_is_one_that_nobody_was_assigned(faultless: SimulatedCounty) -> None:
    folder = faultless.folders[0]
    people = table_of(folder / "人口.csv")
    assert all(number[2:4] == "99" and valid(number) for number in people["公民身份号码"])
    assert people["公民身份号码"].n_unique() == people.height
    assert all(phone.startswith("1400") for phone in people["联系电话"] if phone)
    assert all(plate.startswith("冀I") for plate in table_of(folder / "机动车.csv")["号牌号码"])
    roll = table_of(folder / "救助名册.csv")
    assert all(re.fullmatch(r"99\d{17}", account) for account in roll["银行账号"])
    assert all(code[2:4] == "13" and code[4:6] == "99" for code in table_of(folder / "市场主体.csv")["统一社会信用代码"])


def test_the_same_seed_gives_the_same_bytes(county: SimulatedCounty, tmp_path: Path) -> None:
    again = simulate(4_000, seed=SEED, as_of=AS_OF, months=2, out=tmp_path)
    for before, after in zip(county.folders, again.folders, strict=True):
        for file in sorted(before.rglob("*.*")):
            assert file.read_bytes() == (after / file.relative_to(before)).read_bytes(), file.name


def test_another_seed_gives_another_county(county: SimulatedCounty, tmp_path: Path) -> None:
    other = simulate(600, seed=SEED + 1, as_of=AS_OF, out=tmp_path)
    assert (other.folders[0] / "人口.csv").read_bytes() != (county.folders[0] / "人口.csv").read_bytes()


def test_more_dirt_gives_more_repairs(county: SimulatedCounty, tmp_path: Path) -> None:
    dirty = simulate(4_000, seed=SEED, as_of=AS_OF, out=tmp_path, defects=Defects.declared().dirtier(3.0))

    def repaired(folder: Path) -> int:
        pairs = load_sources(folder / "sources.toml").pairs()
        return sum(read_register(source, spec).summary["repaired"].sum() for source, spec in pairs[:3])

    assert repaired(dirty.folders[0]) > 2 * repaired(county.folders[0])


def test_truth_links_lead_to_the_row_with_the_same_number(faultless: SimulatedCounty) -> None:
    folder = faultless.folders[0]
    links = pl.read_csv(folder / "truth" / "links.csv")
    people = table_of(folder / "人口.csv")["公民身份号码"].to_list()
    for register, file, column, role in (
        ("vehicle", "机动车.csv", "证件号码", ""),
        ("social_security", "社保.csv", "社会保障号", ""),
        ("marriage", "婚姻.csv", "女方证件号码", "wife"),
        ("assistance_roll", "救助名册.csv", "申请人证件号码", "applicant"),
    ):
        numbers = table_of(folder / file)[column].to_list()
        of_role = links.filter((pl.col("register") == register) & (pl.col("role").fill_null("") == role))
        assert of_role.height == len(numbers)
        linked = of_role.filter(pl.col("population_row").is_not_null())
        assert linked.height > 0.7 * of_role.height
        for row, population_row in linked.select("row", "population_row").iter_rows():
            assert numbers[row - 1] in (people[population_row - 1], "")


def test_spoilt_and_repeated_rows_keep_their_truth(county: SimulatedCounty) -> None:
    folder = county.folders[0]
    links = pl.read_csv(folder / "truth" / "links.csv").filter(pl.col("register") == "property")
    lines = rows_of(folder / "不动产.csv")[1:]
    empty = [number for number, line in enumerate(lines, start=1) if not "".join(line)]
    assert set(links["row"]) == set(range(1, len(lines) + 1)) - set(empty)


def test_a_person_has_one_number_in_the_truth_of_all_registers(faultless: SimulatedCounty) -> None:
    folder = faultless.folders[0] / "truth"
    people = pl.read_csv(folder / "identities.csv").drop_nulls("person")
    registered = people.filter(pl.col("register") == "population").select(population_row="row", registered="person")
    said = pl.read_csv(folder / "links.csv").filter(pl.col("register") == "marriage").drop_nulls("population_row")
    judged = said.join(people, on=["register", "row", "role"]).join(registered, on="population_row")
    assert judged.height == said.height > 500
    assert (judged["person"] == judged["registered"]).all()


def test_november_is_october_a_month_later(faultless: SimulatedCounty) -> None:
    october, november = (table_of(folder / "人口.csv") for folder in faultless.folders)
    assert november["公民身份号码"].to_list()[:200] != october["公民身份号码"].to_list()[:200]
    stayed = set(october["公民身份号码"]) & set(november["公民身份号码"])
    assert len(stayed) > 0.98 * october.height
    assert set(november["公民身份号码"]) - stayed  # born
    dead = [table["人员状态"].eq("死亡注销").sum() for table in (october, november)]
    assert dead[1] > dead[0]
    started = table_of(faultless.folders[1] / "救助名册.csv").filter(pl.col("起始年月") == "2026-11")
    assert started.height
    ended = table_of(faultless.folders[1] / "救助名册.csv").filter(pl.col("终止年月") == "2026-11")
    assert ended.height


def test_some_mistyped_numbers_are_corrected_in_a_later_month(county: SimulatedCounty, tmp_path: Path) -> None:
    year = simulate(4_000, seed=SEED, as_of=AS_OF, months=7, out=tmp_path)

    def invalid(folder: Path) -> int:
        return sum(not valid(line[0].upper()) for line in rows_of(folder / "人口.csv") if len(line) == 14)

    assert invalid(year.folders[-1]) < 0.9 * invalid(year.folders[0])


def test_the_truth_of_a_month_is_keyed_by_case_or_by_population_row(county: SimulatedCounty) -> None:
    truth = pl.read_csv(county.folders[0] / "truth" / "referrals.csv")
    assert truth.filter(pl.col("case_no").is_null() & pl.col("population_row").is_null()).is_empty()
    roll = {line[0] for line in rows_of(county.folders[0] / "救助名册.csv")}
    assert set(truth["case_no"].drop_nulls()) <= roll
    assert truth.filter((pl.col("wrong") == 1) & (pl.col("amount_month") <= 0)).is_empty()
    assert truth.filter((pl.col("wrong") == 0) & (pl.col("amount_month") != 0)).is_empty()


def test_too_small_a_county_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="at least 500 persons"):
        simulate(499, seed=1, as_of=date(2026, 10, 31), out=tmp_path)


def test_each_award_lists_its_applicant_once_as_self(faultless: SimulatedCounty) -> None:
    roll = table_of(faultless.folders[0] / "救助名册.csv")
    selves = roll.group_by("保障编号").agg(pl.col("与申请人关系").eq("本人").sum())["与申请人关系"]
    assert selves.max() == 1
    assert selves.mean() > 0.95  # an applicant who has died may have left the award to the others
    assert roll.filter(pl.col("与申请人关系") == "妻").height


def test_each_registered_household_has_one_head(faultless: SimulatedCounty) -> None:
    people = table_of(faultless.folders[0] / "人口.csv")
    heads = people.group_by("户号").agg(pl.col("与户主关系").eq("户主").sum())["与户主关系"]
    assert heads.min() == heads.max() == 1
