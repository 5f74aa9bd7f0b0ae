"""A further register, the housing fund: one file declares it, one asks the question, one entry gives the question its law."""

import shutil
import sys
from datetime import date
from pathlib import Path

import polars as pl
import pytest
import targeting_models
from small_county import JURISDICTION

from targeting.eligibility import determine
from targeting.eligibility.checks import CHECKS, checks_in
from targeting.jobs import run
from targeting.jobs.lake import Lake
from targeting.settings import Settings
from targeting.specs import loading

pytestmark = pytest.mark.slow

ADDED = Path(__file__).parent / "housing_fund"
HEADER = "证件号码,职工姓名,单位名称,月缴存额,起缴年月,缴至年月,账户状态"


@pytest.fixture
def with_the_fund(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The models and checks of an office that added the fund's files to its own."""
    models = tmp_path / "office_models"
    shutil.copytree(Path(targeting_models.__file__).parent, models)
    shutil.copy(ADDED / "housing_fund.toml", models / "registers")
    shutil.copy(ADDED / "policy.toml", models / "policies" / JURISDICTION / "housing_fund.toml")
    checks = tmp_path / "office_checks"
    shutil.copytree(ADDED / "checks", checks)
    (checks / "__init__.py").touch()
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(loading, "PACKAGE", "office_models")
    monkeypatch.setattr(determine, "CHECKS", {**CHECKS, **checks_in(str(checks), "office_checks")})
    yield tmp_path
    for name in [name for name in sys.modules if name.startswith("office_")]:
        del sys.modules[name]


def depositors(home: Path) -> pl.DataFrame:
    """Dibao members with their numbers: the first two are said to be paid into the fund."""
    lake = Lake(home)
    newest = lake.newest("runs")
    members = lake.table("runs", newest, "award_members").filter(pl.col("benefit") == "dibao")
    declared = members.filter(pl.col("declared_income_month").fill_null(0) == 0, relation="self")
    persons = lake.table("links", lake.newest("links"), "persons").drop_nulls(["resident_id", "name"])
    return declared.join(persons, on="person_id").sort("person_id").head(2)


def answers(home: Path) -> pl.DataFrame:
    """What the newest run answered about each award; a home mints its own ids of persons."""
    found = Lake(home).table("runs", Lake(home).newest("runs"), "findings").filter(subject_kind="award")
    return found.select("subject", "direction", "check", "result", "amount_month").sort(pl.all())


def test_a_register_takes_one_file_and_its_check_another(small_home: Path, small_county: Path, with_the_fund: Path) -> None:
    known = depositors(small_home)
    numbers, names = known["resident_id"].to_list(), known["name"].to_list()
    rows = [
        f"{numbers[0]},{names[0]},清河县盛泰建材公司,1200.00,2025-03,,正常",
        f"{numbers[1]},{names[1]},清河县盛泰建材公司,900.00,2023-01,2024-06,封存",
        f"{numbers[1]},{names[1]},清河县盛泰建材公司,9千,2024-07,2024-09,封存",
    ]
    (with_the_fund / "公积金.csv").write_text("\n".join([HEADER, *rows]), encoding="gb18030")
    folder = small_county / "2026-10"
    text = (folder / "sources.toml").read_text("utf-8").replace('path = "', f'path = "{folder}/')
    sources = with_the_fund / "sources.toml"
    sources.write_text(f'{text}\n[[sources]]\nregister = "housing_fund"\npath = "公积金.csv"\n', encoding="utf-8")
    home = with_the_fund / "home"
    run.run(sources, settings=Settings(home=home), as_of=date(2026, 10, 31))
    lake = Lake(home)
    done = lake.newest("runs")
    facts = lake.table("runs", done, "facts").filter(register="housing_fund").sort("row")
    assert facts.select("fact_id", "value", "unit", "text").rows() == [
        ("housing_fund:1:holder:housing_fund_deposit", 120_000.0, "cents_month", "normal"),
        ("housing_fund:2:holder:housing_fund_deposit", 90_000.0, "cents_month", "sealed"),
        ("housing_fund:3:holder:housing_fund_deposit", None, "cents_month", "sealed"),
    ]
    assert facts.select("valid_from", "valid_to").rows()[:2] == [
        (date(2025, 3, 1), None),
        (date(2023, 1, 1), date(2024, 6, 30)),
    ]
    asked = lake.table("runs", done, "findings").filter(check="X90")
    hits = asked.filter(result="hit")
    assert hits["person_id"].n_unique() == 1
    assert hits["facts"].to_list() == ['["housing_fund:1:holder:housing_fund_deposit"]'] * len(hits)
    assert set(asked["result"].unique()) <= {"hit", "clear", "unknown"}
    assert answers(home).filter(pl.col("check") != "X90").equals(answers(small_home)), "no other answer has changed"
    told = lake.table("runs", done, "reasons").filter(code="X90")
    assert len(told) == len(hits)
