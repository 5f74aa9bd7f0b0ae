"""Drafts of specifications: what is found out of a file that nobody declared, and that no person's data is written."""

import csv
import io
import re
from datetime import date
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter

from targeting.errors import InvalidInput, Misconfigured
from targeting.jobs.drafting import draft_specification
from targeting.registers.draft import Draft, draft
from targeting.registers.intake import read_register
from targeting.specs.registers import RegisterSpec, load_register
from targeting.specs.sources import load_sources

REGISTERS = {
    "人口": "population",
    "不动产": "property",
    "机动车": "vehicle",
    "社保": "social_security",
    "救助名册": "assistance_roll",
    "残疾人证": "disability",
    "殡葬": "deaths",
    "婚姻": "marriage",
    "市场主体": "business",
    "房价": "price",
    "历史复核": "reviews",
}
# What cells alone do not tell apart: amounts from other numbers, free words from those of a list.
ALIKE = {"money": "figures", "number": "figures", "int": "figures", "code": "words", "text": "words"}


@pytest.fixture(scope="module")
def county_file(small_county: Path):
    def rows(name: str) -> list[list[str]]:
        text = (small_county / "2026-10" / f"{name}.csv").read_bytes().decode("gb18030")
        return [row for row in csv.reader(io.StringIO(text.replace('"', ""))) if row]

    return rows


@pytest.fixture
def propose(tmp_path, specs, values):
    """Writes rows as CSV under other headers and drafts a specification: `propose(rows, headers)`."""

    def drafted(rows: list[list[str]], headers: list[str], *, encoding: str = "utf-8") -> Draft:
        file = tmp_path / "unknown.csv"
        out = io.StringIO()
        csv.writer(out).writerows([headers, *rows])
        file.write_bytes(out.getvalue().encode(encoding))
        return draft(file, register="boats", place=file.name, specs=specs, values=values)

    return drafted


def reviewed(made: Draft, folder: Path) -> Path:
    """The drafts in a folder, with what only a person can state."""
    text = re.sub(r'(purpose|legal_basis) = ""', r'\1 = "stated"', made.specification)
    (folder / "boats.toml").write_text(text, encoding="utf-8")
    own = made.sources.split("\n\n#")[0]
    (folder / "sources.toml").write_text(own, encoding="utf-8")
    return folder / "sources.toml"


def told_of_persons(made: Draft, spec: RegisterSpec, header: list[str], rows: list[list[str]]) -> list[str]:
    """Headers of columns of names, numbers, telephones, accounts, plates and addresses of which a cell stands in the draft."""
    told = made.specification + made.sources
    found = []
    for place, title in enumerate(header):
        column = next(c for c in spec.columns if title in c.headers)
        kept = ("phone", "address", "registered_address", "present_address", "bank_account", "plate", "vin")
        if column.type in ("resident_id", "name") or column.name in kept:
            cells = {row[place].strip() for row in rows if len(row) == len(header) and len(row[place].strip()) > 1}
            found += [title for cell in cells - {"不详", "无"} if cell in told]
    return found


@pytest.mark.parametrize("name", REGISTERS)
def test_a_file_whose_headers_say_nothing_is_drafted_without_a_person_s_data_and_read_with_its_types(
    name, county_file, propose, tmp_path, specs, values
) -> None:
    header, *rows = county_file(name)
    made = propose(rows, [f"c{place}" for place in range(len(header))])
    [(source, spec)] = load_sources(reviewed(made, tmp_path)).pairs()
    found = read_register(source, spec, values=values)
    assert found.summary["rows"].item() == len(rows)
    assert found.summary["rejected"].item() <= max(2, 0.03 * len(rows))
    declared = specs[REGISTERS[name]]
    expected = [next(c.type for c in declared.columns if title in c.headers) for title in header]
    pairs = [(ALIKE.get(c.type, c.type), ALIKE.get(type_, type_)) for c, type_ in zip(made.profiles, expected, strict=True)]
    assert sum(found == declared for found, declared in pairs) >= 0.75 * len(header)
    assert told_of_persons(made, declared, header, rows) == []
    for column, type_ in zip(made.profiles, expected, strict=True):
        assert (type_ == "resident_id") == (column.type == "resident_id"), column.header
        assert (type_ in ("date", "month")) == (column.type in ("date", "month")) or not column.filled, column.header


def test_a_person_s_name_that_stands_in_many_rows_is_not_shown(propose) -> None:
    rows = [["张伟" if row % 2 else "王秀英", "在用" if row % 3 else "停用", "13800000000", "柳林镇3组5号"] for row in range(200)]
    made = propose(rows, ["经手人", "状态", "电话", "住址"])
    assert not any(word in made.specification for word in ("张伟", "王秀英", "13800000000", "3组5号"))
    assert "在用 133, 停用 67" in made.specification


def test_words_in_few_cells_are_not_shown(propose) -> None:
    rows = [["在用", "1"]] * 100 + [["停用", "2"]] * 4 + [["报废", "3"]] * 6
    text = propose(rows, ["状态", "n"]).specification
    assert "在用 100, 报废 6" in text
    assert "停用" not in text
    assert "and 1 more, in fewer than 5 cells each" in text


def test_a_file_with_known_headers_is_said_to_be_the_declared_register(county_file, propose) -> None:
    header, *rows = county_file("不动产")
    made = propose(rows, header, encoding="gb18030")
    assert (made.like.register, made.like.by, made.like.complete) == ("property", "headers", True)
    assert 'register = "property"' in made.sources.split("\n\n#")[0]


@pytest.mark.parametrize(("name", "register"), [("不动产", "property"), ("社保", "social_security"), ("历史复核", "reviews")])
def test_a_file_whose_cells_are_those_of_a_declared_register_is_said_to_be_like_it(name, register, county_file, propose) -> None:
    header, *rows = county_file(name)
    made = propose(rows, [f"c{place}" for place in range(len(header))])
    assert (made.like.register, made.like.by) == (register, "content")
    assert f'# register = "{register}"' in made.sources


def test_protected_attributes_are_protected_in_the_draft(county_file, propose, tmp_path) -> None:
    header, *rows = county_file("人口")
    made = propose(rows, [title if title == "民族" else f"c{place}" for place, title in enumerate(header)])
    spec = load_sources(reviewed(made, tmp_path)).specs["boats"]
    kept_apart = {column.headers[0] for column in spec.columns if column.protected}
    assert kept_apart == {"民族", f"c{header.index('性别')}", f"c{header.index('婚姻状况')}"}


def test_a_draft_is_not_read_before_a_person_has_stated_purpose_and_legal_basis(propose, tmp_path) -> None:
    made = propose([["1"]] * 3, ["a"])
    (tmp_path / "boats.toml").write_text(made.specification, encoding="utf-8")
    with pytest.raises(Misconfigured) as refused:
        load_register(tmp_path / "boats.toml")
    assert [fault.split(": ")[1] for fault in refused.value.faults] == ["purpose", "legal_basis"]


@pytest.mark.parametrize(
    ("cells", "type_"),
    [
        (["2026-01-05", "2025/3/4", "20240229"], "date"),
        (["2026-01", "2025年3月", "202402"], "month"),
        (["1/2", "50%", "二分之一"], "share"),
        (["是", "否", "否"], "yesno"),
        (["￥1,200.00", "900元", "12万", "￥35.50"], "money"),
        (["83.5", "120", "7.25"], "number"),
        (["45000", "30000", "52310"], "int"),
        (["冀A12345", "京B6789X", "冀AD12345"], "token"),
        (["13800000000", "13900000000", "13700000000"], "token"),
        (["John Smith", "Mary-Ann O'Neil", "Li Wei"], "name"),
        (["王秀英", "古丽·艾合买提", "欧阳娜"], "name"),
    ],
)
def test_types_by_what_stands_in_the_cells(propose, cells, type_) -> None:
    rows = [[cell, str(number)] for number in range(12) for cell in cells]
    assert propose(rows, ["c", "n"]).profiles[0].type == type_


@pytest.mark.parametrize(("form", "order"), [("{:%d/%m/%Y}", "dmy"), ("{:%m/%d/%Y}", "mdy"), ("{:%Y/%m/%d}", None)])
def test_the_order_of_day_and_month_is_found_out(propose, tmp_path, values, form, order) -> None:
    days = [date(2026, 1 + row % 12, 1 + row % 28) for row in range(60)]
    made = propose([[form.format(day), str(row)] for row, day in enumerate(days)], ["d", "n"])
    assert made.profiles[0].type == "date"
    assert ("date_order" in made.sources) == (order is not None)
    [(source, spec)] = load_sources(reviewed(made, tmp_path)).pairs()
    assert read_register(source, spec, values=values).table["d"].to_list() == days


def test_lines_of_fixed_width_are_found_out(tmp_path, specs, values) -> None:
    rows = [("11010519491231002X", "王秀英", "2010-01"), ("440524188001010014", "李国强", "2019-06"), ("", "张伟", "2015-11")]
    lines = [number.ljust(18).encode() + b" " + name.encode("gb18030").ljust(10) + month.encode() for number, name, month in rows]
    file = tmp_path / "old.dat"
    file.write_bytes(b"\r\n".join(lines * 8))
    made = draft(file, register="boats", place=file.name, specs=specs, values=values)
    assert [column.type for column in made.profiles] == ["resident_id", "name", "month"]
    found = load_sources(reviewed(made, tmp_path)).pairs()
    table = read_register(*found[0], values=values)
    assert table.identities["name"].to_list()[:3] == ["王秀英", "李国强", "张伟"]
    assert table.summary["rows"].item() == 24


def test_a_workbook_is_drafted_with_its_sheet(tmp_path, specs, values) -> None:
    file = tmp_path / "账户.xlsx"
    with xlsxwriter.Workbook(file, {"default_date_format": "yyyy-mm-dd"}) as book:
        book.add_worksheet("说明").write(0, 0, "请按登记填写")
        sheet = book.add_worksheet("数据")
        sheet.merge_range(0, 0, 0, 2, "账户一览")
        sheet.write_row(1, 0, ["账号", "开户日期", "余额(万元)"])
        for row in range(2, 30):
            sheet.write_row(row, 0, [f"62220212345678{row:05}", date(2020, 1, row % 27 + 1), 1.25 * row])
    made = draft(file, register="boats", place=file.name, specs=specs, values=values)
    assert [(c.type, c.unit) for c in made.profiles] == [("token", None), ("date", None), ("money", "万元")]
    [(source, spec)] = load_sources(reviewed(made, tmp_path)).pairs()
    assert source.sheet == "数据"
    assert read_register(source, spec, values=values).summary["rows"].item() == 28


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"\xff\xff\n\n", "has no header"),
        (b"1,2,3\n4,5,6\n7,8,9\n", "has no header"),
        (b"a b c\nx\nlonger line\n", "neither a delimiter"),
        (b"PK\x03\x04" + bytes(99), "cannot be read"),
        ("Größe,é\xff\n".encode("latin-1") * 200, "neither UTF-8 nor GB 18030"),
    ],
)
def test_a_file_that_cannot_be_drafted_is_refused_in_one_sentence(tmp_path, content, said) -> None:
    (tmp_path / "x.dat").write_bytes(content)
    with pytest.raises(InvalidInput, match=said):
        draft_specification(tmp_path / "x.dat", to=tmp_path / "drafts")
    assert not (tmp_path / "drafts").exists()


def test_drafts_are_written_once_and_name_the_file_as_the_sources_file_finds_it(tmp_path, pensions) -> None:
    (tmp_path / "社保.csv").write_text(pensions, encoding="utf-8")
    folder = tmp_path / "drafts"
    told = draft_specification(tmp_path / "社保.csv", to=folder, register="pensions")
    assert told["like"] == "social_security (by headers)"
    assert [spec.name for _, spec in load_sources(folder / "sources.toml").pairs()] == ["social_security"]
    with pytest.raises(InvalidInput, match=r"holds pensions\.toml and sources\.toml already"):
        draft_specification(tmp_path / "社保.csv", to=folder, register="pensions")
    with pytest.raises(InvalidInput, match="--register is 'property'"):
        draft_specification(tmp_path / "社保.csv", to=tmp_path / "other", register="property")
    with pytest.raises(InvalidInput, match="does not exist"):
        draft_specification(tmp_path / "none.csv", to=tmp_path / "other")


def test_parquet_is_drafted(tmp_path, specs, values) -> None:
    pl.DataFrame({"plate": ["冀A12345"] * 9, "n": range(9)}).write_parquet(tmp_path / "a.parquet")
    made = draft(tmp_path / "a.parquet", register="boats", place="a.parquet", specs=specs, values=values)
    assert [column.type for column in made.profiles] == ["token", "int"]
