from datetime import date
from pathlib import Path

import pytest

from targeting.errors import InvalidInput
from targeting.specs.sources import LineBreaks, load_sources


def sources(folder: Path, text: str) -> Path:
    path = folder / "sources.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_paths_are_relative_to_the_sources_file_and_the_rest_is_found_out(tmp_path: Path) -> None:
    (tmp_path / "人口.csv").write_text("x", encoding="utf-8")
    found = load_sources(sources(tmp_path, '[[sources]]\nregister = "population"\npath = "人口.csv"\n'))
    [(source, spec)] = found.pairs()
    assert source.path == tmp_path / "人口.csv"
    assert (source.encoding, source.delimiter, source.line_breaks) == ("auto", "auto", LineBreaks.AUTO)
    assert spec.name == source.register_name == "population"


def test_a_register_of_its_own_is_declared_beside_the_sources_file(tmp_path: Path) -> None:
    (tmp_path / "boats.csv").write_text("x", encoding="utf-8")
    (tmp_path / "boats.toml").write_text(
        'register = "boats"\ntitle_zh = "船"\ntitle_en = "boats"\nholder = "h"\npurpose = "p"\nlegal_basis = "l"\n'
        '[[columns]]\nname = "hull"\nheaders = ["船号"]\ntype = "token"\n',
        encoding="utf-8",
    )
    entry = '[[sources]]\nregister = "boats"\npath = "boats.csv"\nspecification = "boats.toml"\n'
    assert load_sources(sources(tmp_path, entry)).specs["boats"].columns[0].name == "hull"


def test_all_faults_are_named_at_once(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("x", encoding="utf-8")
    text = """
[[sources]]
register = "peasants"
path = "a.csv"

[[sources]]
register = "population"
path = "missing.csv"

[[sources]]
register = "population"
path = "a.csv"
delimiter = "#"
colour = "red"

[[sources]]
path = "a.csv"

[[sources]]
register = "property"
path = "a.csv"
delimiter = "#"
units = { price = "万元" }
"""
    with pytest.raises(InvalidInput) as refused:
        load_sources(sources(tmp_path, text))
    message = str(refused.value)
    for part in (
        "no register peasants",
        "missing.csv does not exist",
        "source 3 (population): colour",
        "source 4 (register not named): register: Field required",
        "delimiter '#' is unknown",
        "declares no column price",
    ):
        assert part in message


def test_a_register_may_have_one_file_only(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("x", encoding="utf-8")
    entry = '[[sources]]\nregister = "population"\npath = "a.csv"\n'
    with pytest.raises(InvalidInput, match="named twice"):
        load_sources(sources(tmp_path, entry * 2))


@pytest.mark.parametrize("text", ["", "sources = 3", "[[sources]\n", '[sources]\nregister = "x"\n'])
def test_a_file_without_sources_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(InvalidInput, match=r"sources\.toml"):
        load_sources(sources(tmp_path, text))


def test_a_sources_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="cannot be read"):
        load_sources(tmp_path / "sources.toml")


def test_a_register_that_may_not_be_asked_or_gave_no_answer_has_no_file(tmp_path: Path) -> None:
    text = """
[[sources]]
register = "vehicle"
authorised = false

[[sources]]
register = "property"
authorisation = "清民核 2026-17"
purpose = "review of awards"
answered = false

[[sources]]
register = "deaths"
path = "a.csv"
covers_from = 2020-01-01
covers_to = 2026-09-30
offices = ["柳林镇"]
"""
    (tmp_path / "a.csv").write_text("x", encoding="utf-8")
    found = load_sources(sources(tmp_path, text))
    assert [spec.name for _, spec in found.pairs()] == ["deaths"]
    requests = found.requests()
    assert list(requests) == ["deaths", "property", "vehicle"]
    assert (requests["vehicle"].authorised, requests["vehicle"].answered) == (False, True)
    assert (requests["property"].authorisation, requests["property"].answered) == ("清民核 2026-17", False)
    assert (requests["deaths"].covers_from, requests["deaths"].covers_to) == (date(2020, 1, 1), date(2026, 9, 30))
    assert requests["deaths"].offices == ("柳林镇",)


def test_a_register_that_is_to_be_read_needs_a_file_and_its_extent_ends_after_it_begins(tmp_path: Path) -> None:
    text = """
[[sources]]
register = "vehicle"

[[sources]]
register = "property"
answered = false
covers_from = 2026-01-01
covers_to = 2025-01-01
"""
    with pytest.raises(InvalidInput) as refused:
        load_sources(sources(tmp_path, text))
    assert refused.value.faults == (
        "source 1 (vehicle): name either path or database, or say authorised = false or answered = false",
        "source 2 (property): covers_to 2025-01-01 is before covers_from 2026-01-01",
    )


@pytest.mark.parametrize(
    ("key", "fault"),
    [
        ('units = { price_cents = "dollar" }', "price_cents is no column of money in one of the units"),
        ('units = { month = "元" }', "month is no column of money"),
        ('codes.use = { castle = ["C"] }', "column use has no code castle; declared are dwelling"),
        ('codes.street = { a = ["x"] }', "column street has no code a; declared are none"),
        ('encoding = "klingon"', "the encoding 'klingon' is unknown"),
        ('encoding = "idna"', "the encoding 'idna' is unknown"),
        ("layout = { fields = { street = [1, 8], month = [8, 12] } }", "street and month overlap"),
        ("layout = { fields = { colour = [1, 8] } }", "declares no column colour"),
        ('table = "x"', "table and query need database"),
        ('database = "X"', "name either path or database"),
        ('date_order = "yyy"', "date_order: Input should be"),
    ],
)
def test_a_wrong_key_of_a_source_is_said_in_one_sentence(tmp_path: Path, key: str, fault: str) -> None:
    (tmp_path / "a.csv").write_text("x", encoding="utf-8")
    with pytest.raises(InvalidInput) as refused:
        load_sources(sources(tmp_path, f'[[sources]]\nregister = "price"\npath = "a.csv"\n{key}\n'))
    assert any(fault in one for one in refused.value.faults), refused.value.faults


def test_a_layout_has_every_column_that_is_required(tmp_path: Path) -> None:
    (tmp_path / "a.dat").write_text("x", encoding="utf-8")
    entry = '[[sources]]\nregister = "deaths"\npath = "a.dat"\nlayout = { fields = { deceased_name = [1, 8] } }\n'
    with pytest.raises(InvalidInput, match="layout gives no positions for deceased_id, which is required"):
        load_sources(sources(tmp_path, entry))


def test_a_database_needs_one_table_or_query_and_has_no_sheet(tmp_path: Path) -> None:
    entry = '[[sources]]\nregister = "price"\ndatabase = "X"\n'
    [(source, _)] = load_sources(sources(tmp_path, entry + 'table = "prices"\n')).pairs()
    assert source.label == "prices in the database of X"
    for wrong in ("", 'table = "a"\nquery = "SELECT 1"\n', 'table = "a"\nsheet = 2\n'):
        with pytest.raises(InvalidInput):
            load_sources(sources(tmp_path, entry + wrong))
