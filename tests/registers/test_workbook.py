"""Workbooks: which sheet and row, what number cells have lost, days and months as spreadsheets keep them."""

import io
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime

import pytest
import xlsxwriter

from targeting.errors import InvalidInput

HEADER = ["社会保障号", "姓名", "险种", "参保状态", "单位名称", "缴费基数", "开始年月", "终止年月", "待遇月额", "经办机构"]
ROWS = [
    [
        "11010519491231002X",
        "王秀英",
        "城乡居民基本养老保险",
        "正常待遇",
        None,
        None,
        "2010-01",
        None,
        310.23,
        "清河县社会保险事业中心",
    ],
    [
        "440524188001010014",
        "李国强",
        "企业职工基本养老保险",
        "正常参保",
        "清河县盛泰新建材有限公司",
        3920,
        "2019-06",
        None,
        None,
        "镇街人社所",
    ],
    [None, "张伟", "城乡居民基本养老保险", "暂停缴费", None, 200, "2015-11", "2020-03", None, "清河县社会保险事业中心"],
]


def book(sheets: dict[str, Sequence[Sequence[object]]]) -> bytes:
    """A workbook with these sheets; days are date cells, numbers number cells."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True, "default_date_format": "yyyy-mm-dd"}) as made:
        for name, rows in sheets.items():
            sheet = made.add_worksheet(name)
            for at, row in enumerate(rows):
                for place, value in enumerate(row):
                    if isinstance(value, str):
                        sheet.write_string(at, place, value)
                    elif value is not None:
                        sheet.write(at, place, value)
    return file.getvalue()


def changed(row: int, column: int, value: object) -> list[list[object]]:
    rows = [list(cells) for cells in ROWS]
    rows[row][column] = value
    return [HEADER, *rows]


def same(found, expected) -> bool:
    return found.table.equals(expected.table) and found.identities.equals(expected.identities)


def test_a_workbook_gives_the_same_register_as_text(take, pensions) -> None:
    found = take("social_security", book({"Sheet1": [HEADER, *ROWS]}), name="社保.xlsx")
    assert same(found, take("social_security", pensions))
    assert found.summary.select("encoding", "rows", "rejected").row(0) == ("workbook", 3, 0)


def test_title_rows_notes_and_a_sheet_of_instructions_are_no_rows(take, pensions) -> None:
    title = [["清河县社会保险参保信息表"], ["制表日期：2026-10-31"], [], HEADER, *ROWS, [], [None, " "]]
    found = take("social_security", book({"填表说明": [["姓名栏填户口簿姓名"]], "数据": title}), name="a.xlsx")
    assert same(found, take("social_security", pensions))


def test_an_empty_row_inside_is_counted_and_refused(take) -> None:
    found = take("social_security", book({"s": [HEADER, ROWS[0], [], ROWS[1]]}), name="a.xlsx")
    assert found.table["row"].to_list() == [1, 3]
    assert found.rejects.select("row", "rule").rows() == [(2, "empty_row")]


@pytest.mark.parametrize("number", [440524188001010014, 440524188001010000])
def test_a_resident_id_in_a_number_cell_has_lost_its_last_digits(take, number) -> None:
    found = take("social_security", book({"s": changed(1, 0, number)}), name="a.xlsx")
    assert found.identities["id_form"].to_list() == ["valid18", "mangled", "absent"]
    assert found.identities["resident_id"].to_list()[1] is None
    assert found.repairs.filter(rule="last_digits_lost")["row"].to_list() == [2]


def test_a_resident_id_kept_as_text_is_whole_beside_one_that_was_lost(take) -> None:
    rows = changed(0, 0, 440524188001010014)
    found = take("social_security", book({"s": rows}), name="a.xlsx")
    assert found.identities["id_form"].to_list() == ["mangled", "valid18", "absent"]


@pytest.mark.parametrize("cell", [datetime(2019, 6, 1), datetime(2019, 6, 18, 8, 30), 43617, "43617", "2019年6月", 201906])
def test_months_as_days_serials_and_numbers(take, pensions, cell) -> None:
    found = take("social_security", book({"s": changed(1, 6, cell)}), name="a.xlsx")
    assert found.table.equals(take("social_security", pensions).table)


def test_amounts_kept_as_text_are_amounts_and_failed_formulas_are_blank_and_recorded(take, pensions) -> None:
    found = take("social_security", book({"s": changed(1, 5, "3,920.00")}), name="a.xlsx")
    assert found.table.equals(take("social_security", pensions).table)
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as made:
        sheet = made.add_worksheet()
        sheet.write_row(0, 0, HEADER)
        sheet.write_row(1, 0, ["" if cell is None else cell for cell in ROWS[1]])
        sheet.write_formula(1, 5, "=1/0", None, "#DIV/0!")
    failed = take("social_security", file.getvalue(), name="b.xlsx")
    assert failed.table["contribution_base_cents"].to_list() == [None]
    assert failed.repairs.select("rule", "action").rows() == [("absent_word", "read_as_blank")]


def test_two_sheets_of_the_register_are_never_half_read(take, pensions) -> None:
    two = book({"柳林镇": [HEADER, *ROWS], "河西镇": [HEADER, ROWS[0]]})
    with pytest.raises(InvalidInput, match=r"in 2 sheets: 柳林镇, 河西镇\. Name one"):
        take("social_security", two, name="a.xlsx")
    assert same(take("social_security", two, name="a.xlsx", sheet="柳林镇"), take("social_security", pensions))
    assert take("social_security", two, name="a.xlsx", sheet=2).summary["rows"].item() == 1
    with pytest.raises(InvalidInput, match="has no sheet 3; it has 柳林镇, 河西镇"):
        take("social_security", two, name="a.xlsx", sheet=3)


def test_a_workbook_without_the_headers_says_what_was_expected(take) -> None:
    with pytest.raises(InvalidInput, match="no header for insured_id") as refused:
        take("social_security", book({"s": [["甲", "姓名"], ["1", "2"]]}), name="a.xlsx")
    assert "社会保障号" in str(refused.value)


@pytest.mark.parametrize("sheets", [{"s": []}, {"s": [[" "]]}, {"a": [], "b": []}])
def test_an_empty_workbook_is_refused(take, sheets) -> None:
    with pytest.raises(InvalidInput, match=r"is empty|cannot be read as register"):
        take("social_security", book(sheets), name="a.xlsx")


def test_a_protected_or_older_workbook_is_refused_with_what_to_do(take) -> None:
    with pytest.raises(InvalidInput, match=r"older kind \(\.xls\), or protected by a password"):
        take("social_security", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1000), name="a.xlsx")


def test_a_damaged_workbook_is_refused_in_one_sentence_or_read(take) -> None:
    whole = book({"s": [HEADER, *ROWS]})
    said = []
    for cut in range(0, len(whole), 97):
        for broken in (whole[:cut], whole[:cut] + bytes(40) + whole[cut + 40 :]):
            with suppress(InvalidInput):
                said.append(take("social_security", broken, name="a.xlsx").summary["file"].item())
    assert set(said) <= {"a.xlsx"}


def test_a_stray_sign_in_the_last_cell_is_refused_before_it_takes_all_memory(take) -> None:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as made:
        sheet = made.add_worksheet()
        sheet.write_row(0, 0, HEADER)
        sheet.write_string(1_048_575, 16_383, " ")
    with pytest.raises(InvalidInput, match="reaches to row 1,048,576 and column 16,384"):
        take("social_security", file.getvalue(), name="a.xlsx")
