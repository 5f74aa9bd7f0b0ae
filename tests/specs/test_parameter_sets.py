"""A parameter set is the same wherever its files lie; a new value ends the old one and changes nothing else."""

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from targeting.errors import InvalidInput, Misconfigured
from targeting.specs.jurisdictions import jurisdictions
from targeting.specs.parameter_sets import NewValue, ParameterSet, of_files, read_folder, shipped, with_value
from targeting.specs.policy import load_policy
from targeting.specs.policy_changes import Change, changes
from targeting.specs.toml_text import table
from targeting.specs.trial_values import with_settings

QINGHE = "cn-qinghe-sample"
NEW_YEAR = date(2027, 1, 1)
RAISED = NewValue("dibao.standard", 86000, NEW_YEAR, "QH-RULES", "低保标准", by="Zhou (zhou)")


@pytest.fixture(scope="module")
def sample() -> ParameterSet:
    return shipped(QINGHE)


def own_file(content: str, jurisdiction: str = "x-county") -> dict[str, bytes]:
    return {f"{jurisdiction}/parameters": content.encode()}


def parameter(values: str) -> ParameterSet:
    instrument = '[instruments.LAW]\ntitle_zh = "法"\ntitle_en = "Law"\neffective_from = 2020-01-01\n'
    return of_files(own_file(f'{instrument}[parameters."a.b"]\nunit = "cents_month"\nvalues = [{values}]\n'), "x-county")


def value(number: int, start: str, end: str = "", status: str = "sample") -> str:
    until = f", effective_to = {end}" if end else ""
    return f'{{ value = {number}, effective_from = {start}{until}, document = "LAW", article = "1", status = "{status}" }}'


@pytest.mark.parametrize("jurisdiction", jurisdictions())
def test_a_shipped_set_has_the_hash_of_the_law_that_it_is(jurisdiction: str) -> None:
    try:
        law = load_policy(jurisdiction)
    except Misconfigured:  # a base that others extend and that is no law by itself
        return
    assert shipped(jurisdiction).sha256 == law.sha256
    assert shipped(jurisdiction).policy == law


def test_a_set_in_a_folder_is_the_set_that_was_written_there(sample: ParameterSet, tmp_path: Path) -> None:
    sample.write(tmp_path)
    assert read_folder(tmp_path, QINGHE).sha256 == sample.sha256
    (tmp_path / QINGHE / "parameters.toml").write_bytes(sample.files[f"{QINGHE}/parameters"] + b"# a remark\n")
    assert read_folder(tmp_path, QINGHE).sha256 != sample.sha256


def test_the_files_of_a_locality_are_made_whole_by_what_they_extend(sample: ParameterSet, tmp_path: Path) -> None:
    for name, content in sample.files.items():
        folder, _, stem = name.partition("/")
        if folder == QINGHE:
            (tmp_path / f"{stem}.toml").write_bytes(content)
    assert read_folder(tmp_path, QINGHE).sha256 == sample.sha256


@pytest.mark.parametrize(("jurisdiction", "says"), [("../x", "small letters"), (QINGHE, "holds no")])
def test_a_folder_that_cannot_be_a_set_is_told(tmp_path: Path, jurisdiction: str, says: str) -> None:
    with pytest.raises(InvalidInput, match=says):
        read_folder(tmp_path, jurisdiction)
    with pytest.raises(InvalidInput, match="no folder"):
        read_folder(tmp_path / "none", QINGHE)


def test_every_fault_of_every_file_is_told_at_once() -> None:
    wrong = of_files({"x-county/a": b"[parameters", "x-county/b": b"= 1"}, "x-county")
    with pytest.raises(InvalidInput) as told:
        wrong.content  # noqa: B018
    assert [fault.split(" ")[0] for fault in told.value.faults] == ["x-county/a.toml", "x-county/b.toml"]


def test_a_new_value_ends_the_old_one_the_day_before_and_changes_nothing_else(sample: ParameterSet) -> None:
    raised = with_value(sample, RAISED)
    (change,) = changes(sample, raised)
    assert (change.name, change.kind, change.effective_from, change.effective_to) == ("dibao.standard", "value", NEW_YEAR, None)
    assert raised.policy.on(date(2026, 12, 31)).whole("dibao.standard") == 78000
    assert raised.policy.on(NEW_YEAR).whole("dibao.standard") == 86000
    now = raised.policy.on(NEW_YEAR).value("dibao.standard")
    assert (now.article, now.status, now.by) == ("低保标准", "in_force", "Zhou (zhou)")


def test_every_single_number_can_be_changed_without_touching_another(sample: ParameterSet) -> None:
    for name, one in sample.policy.parameters.items():
        dated = one.on(date(2026, 12, 31))
        if dated is not None and isinstance(dated.value, int | float) and not isinstance(dated.value, bool):
            new = NewValue(name, dated.value, NEW_YEAR, dated.document, "new article", by="Zhou")
            assert {change.name for change in changes(sample, with_value(sample, new))} == {name}


def test_a_value_that_begins_later_is_not_overtaken_silently() -> None:
    later = parameter(value(1, "2026-01-01", "2026-12-31") + ", " + value(2, "2027-01-01"))
    with pytest.raises(InvalidInput, match="has a value from 2027-01-01 on"):
        with_value(later, NewValue("a.b", 3, date(2026, 6, 1), "LAW", "2", by="Zhou"))


def kinds(old: ParameterSet, new: ParameterSet) -> list[tuple[Any, ...]]:
    return [
        (c.kind, c.effective_from, c.effective_to, (c.old or {}).get("value"), (c.new or {}).get("value"))
        for c in changes(old, new)
    ]


def test_a_parameter_is_compared_day_by_day() -> None:
    old = parameter(value(1, "2026-01-01", "2026-12-31"))
    new = parameter(value(1, "2026-01-01", "2026-05-31") + ", " + value(2, "2026-06-01"))
    assert kinds(old, new) == [
        ("value", date(2026, 6, 1), date(2026, 12, 31), 1, 2),
        ("value", date(2027, 1, 1), None, None, 2),
    ]


def test_another_source_of_the_same_value_is_no_change_of_value() -> None:
    old, new = parameter(value(1, "2026-01-01")), parameter(value(1, "2026-01-01", status="draft"))
    (change,) = changes(old, new)
    assert change.kind == "source"
    assert not change.reaches_back(date(2026, 11, 24))


@pytest.mark.parametrize(("start", "reaches"), [("2026-11-23", True), ("2026-11-24", False)])
def test_a_change_reaches_back_where_a_day_that_has_passed_differs(start: str, reaches: bool) -> None:
    found: list[Change] = changes(parameter(value(1, "2026-01-01", "2026-06-30")), parameter(
        value(1, "2026-01-01", "2026-06-30") + ", " + value(2, start)
    ))  # fmt: skip
    assert [one.reaches_back(date(2026, 11, 24)) for one in found] == [reaches]


def test_what_is_written_as_toml_reads_back_the_same() -> None:
    told = {"text": 'a "b" \\ 低保\n', "list": ["x", "一"], "rows": [{"a b": 1.5, "yes": True, "day": NEW_YEAR}], "empty": []}
    assert tomllib.loads(table(("parameters", "a.b"), told)) == {"parameters": {"a.b": told}}


@pytest.mark.parametrize(
    ("told", "says"),
    [
        ("dibao.standard", "no number"),
        ("dibao.standad=860", "no such parameter"),
        ("dibao.standard=86000", "read as 86,000.00 a person a month"),
        ("dibao.standard=860.001", "not a whole number of cents"),
        ("dibao.standard=-1", "at least 0"),
        ("vehicle.effects=1", "--draft FOLDER"),
        ("margin.line=1", "worked out from another value"),
        ("dibao.standard=9e999999", "at most 1,000,000,000,000"),
        ("vehicle.depreciation_per_year=1.2", "no share"),
        ("income.months=6.5", "not a whole number of months"),
    ],
)
def test_what_cannot_be_tried_is_told(sample: ParameterSet, told: str, says: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        with_settings(sample.policy, [told], on=NEW_YEAR)
    assert says in str(refused.value)


def test_money_is_tried_in_whole_units_and_what_follows_from_it_moves_too(sample: ParameterSet) -> None:
    tried, (setting,) = with_settings(sample.policy, ["dibao.standard=860"], on=NEW_YEAR)
    assert setting.says == "dibao.standard: 780.00 a person a month → 860.00 a person a month"
    assert tried.on(NEW_YEAR).whole("dibao.standard") == 86000
    assert tried.on(NEW_YEAR).amount("margin.line") == 129000  # 1.5 × 860 yuan
    assert tried.on(date(2026, 12, 31)).whole("dibao.standard") == 78000
    assert sample.policy.on(NEW_YEAR).whole("dibao.standard") == 78000
