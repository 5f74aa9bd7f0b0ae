import unicodedata
from datetime import date
from pathlib import Path

import pytest

from targeting.errors import Misconfigured
from targeting.specs.registers import ColumnType, load_register, load_registers

MINIMAL = """
register = "boats"
title_zh = "渔船"
title_en = "boats"
holder = "农业农村"
purpose = "boats held"
legal_basis = "社会救助法 (2026) art. 41"
primary_role = "owner"

[event]
column = "registered_on"
lag_days = 30
source = "monthly"

[[columns]]
name = "owner_id"
headers = ["船主证件号"]
type = "resident_id"
required = true

[[columns]]
name = "owner_name"
headers = ["船主"]
type = "name"

[[columns]]
name = "registered_on"
headers = ["登记日期"]
type = "date"

[[roles]]
role = "owner"
id = "owner_id"
name = "owner_name"
"""


def folded(word: str) -> str:
    return "".join(unicodedata.normalize("NFKC", word).split()).lower()


def declare(folder: Path, text: str) -> Path:
    path = folder / "boats.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_twelve_registers_of_a_county_are_declared_and_those_that_only_some_have() -> None:
    twelve = {
        "population", "property", "vehicle", "social_security", "assistance_roll", "disability",
        "deaths", "marriage", "business", "grid", "price", "reviews",
    }  # fmt: skip
    further = {"education", "custody", "clergy", "consents", "wages", "support_orders", "employment_service"}
    assert twelve | further <= set(load_registers())


def test_every_declaration_says_purpose_legal_basis_and_source_of_its_lag() -> None:
    for spec in load_registers().values():
        assert spec.purpose
        assert spec.legal_basis
        assert len(spec.sha256) == 64
        assert spec.event is None or spec.event.source


def test_a_register_of_persons_declares_when_its_rows_become_known() -> None:
    for spec in load_registers().values():
        assert not spec.roles or spec.event is not None, spec.name


def test_no_register_of_property_is_used_to_find_people() -> None:
    outreach = {name for name, spec in load_registers().items() if spec.outreach}
    assert not outreach & {"property", "vehicle", "business"}
    assert {"population", "assistance_roll", "disability"} <= outreach


@pytest.mark.parametrize(
    ("register", "column"),
    [
        ("population", "sex"),
        ("population", "ethnicity"),
        ("population", "marital_state"),
        ("assistance_roll", "hukou_type"),
        ("deaths", "sex"),
    ],
)
def test_protected_attributes_never_stand_in_a_registers_table(register: str, column: str) -> None:
    spec = load_registers()[register]
    assert spec.by_name[column].protected
    assert not spec.by_name[column].tabled


def test_numbers_and_names_of_persons_never_stand_in_a_registers_table() -> None:
    for spec in load_registers().values():
        tabled = {column.type for column in spec.columns if column.tabled}
        assert not tabled & {ColumnType.RESIDENT_ID, ColumnType.NAME}, spec.name


def test_no_word_stands_for_two_codes_of_a_column() -> None:
    for spec in load_registers().values():
        for column in spec.columns:
            said = {code: {folded(word) for word in words} for code, words in column.codes.items()}
            assert sum(map(len, said.values())) == len(set().union(*said.values())), f"{spec.name}.{column.name}"


def test_no_header_stands_for_two_columns_of_a_register_as_first_choice() -> None:
    for spec in load_registers().values():
        first = [column.headers[0] for column in spec.columns]
        assert len(first) == len(set(first)), spec.name


def test_an_event_becomes_known_a_lag_later(tmp_path: Path) -> None:
    spec = load_register(declare(tmp_path, MINIMAL))
    assert spec.event is not None
    assert spec.event.known_at(date(2026, 9, 1)) == date(2026, 10, 1)


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('primary_role = "owner"', 'primary_role = "captain"', "primary_role captain is not among the roles owner"),
        ('column = "registered_on"', 'column = "built_on"', "event names column built_on, which is not declared"),
        ('type = "date"', 'type = "dat"', "type: Input should be"),
        ('type = "date"', 'type = "money"', "money needs a unit"),
        ('type = "date"', 'type = "code"', "type code needs codes"),
        ('type = "date"', 'type = "date"\nminimum = 3', "must be dates"),
        ('type = "date"', 'type = "date"\ncolour = "red"', "Extra inputs are not permitted"),
        ('name = "registered_on"', 'name = "row"', "may not be called row"),
        ('name = "registered_on"', 'name = "owner_id"', "declared twice: owner_id"),
        ('name = "owner_name"\n\n', "", "Input should be"),
        ('purpose = "boats held"\n', "", "purpose: Field required"),
        ('id = "owner_id"', 'id = "owner_id"\nbirth_date = "owner_name"', "owner_name is of type name, not date"),
        ('name = "owner_name"\nheaders', 'name = "owner_name"\nminimum = 1\nheaders', "do not apply to type name"),
    ],
)
def test_a_wrong_declaration_is_refused_with_what_is_wrong(tmp_path: Path, old: str, new: str, fault: str) -> None:
    assert old in MINIMAL or not new
    text = MINIMAL.replace(old, new) if old in MINIMAL else MINIMAL.replace('headers = ["船主"]', "headers = 1")
    with pytest.raises(Misconfigured) as refused:
        load_register(declare(tmp_path, text))
    assert fault in str(refused.value)


def test_all_faults_of_a_declaration_are_named_at_once(tmp_path: Path) -> None:
    text = MINIMAL.replace('purpose = "boats held"\n', "").replace('type = "date"', 'type = "dat"')
    with pytest.raises(Misconfigured) as refused:
        load_register(declare(tmp_path, text))
    assert len(refused.value.faults) == 2


def test_a_declaration_that_is_not_toml_or_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="not valid TOML"):
        load_register(declare(tmp_path, "register ="))
    with pytest.raises(Misconfigured, match="cannot be read"):
        load_register(tmp_path / "none.toml")


FACT = '\n[[facts]]\nkind = "boat"\nrole = "owner"\nvalid_from = "registered_on"\n'


@pytest.mark.parametrize(
    ("fact", "fault"),
    [
        ("", None),
        ('role = "captain"\n', "there is no role captain"),
        ('kind = "Boat"\n', "kind: String should match pattern"),
        ('unit = "cents"\n', "value and unit go together"),
        ('value = "registered_on"\nunit = "cents"\n', "registered_on is of type date, not a number"),
        ('valid_to = "registered_on"\nlast_month = "registered_on"\n', "either valid_to or last_month"),
        ('last_month = "registered_on"\n', "registered_on is of type date, not a month"),
        ('text = "owner_name"\n', "owner_name is a name, a number of a person or protected"),
        ('text = "colour"\n', "fact boat names column colour, which is not declared"),
        (FACT, "fact boat of owner is declared twice"),
    ],
)
def test_facts_without_code_are_of_declared_columns_that_may_be_told(tmp_path: Path, fact: str, fault: str | None) -> None:
    lines = {line.split(" = ")[0]: line for line in FACT.strip().split("\n")[1:]}
    lines |= {line.split(" = ")[0]: line for line in fact.strip().split("\n") if fact is not FACT and line}
    text = "\n".join([MINIMAL, "[[facts]]", *lines.values(), fact if fact is FACT else ""])
    if fault is None:
        assert load_register(declare(tmp_path, text)).facts[0].valid_from == "registered_on"
        return
    with pytest.raises(Misconfigured) as refused:
        load_register(declare(tmp_path, text))
    assert fault in str(refused.value)


def test_a_word_of_a_source_means_what_the_source_says(tmp_path: Path) -> None:
    spec = load_register(declare(tmp_path, MINIMAL + CODES)).with_words({"state": {"scrapped": ["1", "报废船"]}})
    assert spec.by_name["state"].codes == {"current": ("在用",), "scrapped": ("1", "报废船", "报废")}


CODES = (
    '\n[[columns]]\nname = "state"\nheaders = ["状态"]\ntype = "code"\ncodes = { current = ["在用", "1"], scrapped = ["报废"] }\n'
)
