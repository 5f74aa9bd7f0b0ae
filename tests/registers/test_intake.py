from datetime import date

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from targeting.frames.identity import IDENTITIES
from targeting.frames.register import INTAKE, PROTECTED, REJECTS, REPAIRS

FIELD = st.sampled_from(
    ["", " ", "无", "11010519491231002X", "110105491231002", "1.10105E+17", "王芳", '王"芳', "城乡居民基本养老保险", "正常待遇",
     "2010-01",
     "9999-12", "2010年1月", "0000-00", "310.23", "￥310", "-9999", '"', '""', "x" * 30, "\ufffd", "\u3000", "　1"]
)  # fmt: skip


def counts(found) -> tuple[int, int, int, int]:
    return found.summary.select("rows", "accepted", "repaired", "rejected").row(0)


def test_a_clean_file_is_accepted_as_it_is(take, pensions) -> None:
    found = take("social_security", pensions)
    assert counts(found) == (3, 3, 0, 0)
    assert found.repairs.is_empty()
    assert found.rejects.is_empty()
    assert found.table.row(0, named=True) == {
        "row": 1,
        "insurance": "resident_pension",
        "state": "receiving",
        "employer": None,
        "contribution_base_cents": None,
        "start_month": date(2010, 1, 1),
        "end_month": None,
        "benefit_cents": 31_023,
        "agency": "清河县社会保险事业中心",
    }
    assert found.summary["data_until"].item() == date(2019, 6, 1)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(FIELD, min_size=0, max_size=13), max_size=12))
def test_every_row_is_accepted_repaired_or_refused_whatever_stands_in_it(take, pensions, rows) -> None:
    header = pensions.split("\r\n")[0]
    found = take("social_security", "\n".join([header, *(",".join(row) for row in rows), ""]), line_breaks="never")
    total, accepted, repaired, rejected = counts(found)
    assert total == len(rows)
    assert accepted + repaired + rejected == total
    refused = set(found.rejects["row"].to_list())
    taken = set(found.table["row"].to_list())
    assert refused | taken == set(range(1, total + 1))
    assert not refused & taken
    assert set(found.repairs["row"].to_list()) <= taken
    assert taken <= set(found.identities["row"].to_list())
    for contract, frame in (
        (REJECTS, found.rejects),
        (REPAIRS, found.repairs),
        (INTAKE, found.summary),
        (IDENTITIES, found.identities),
    ):
        assert contract.conform(frame).equals(frame)


@pytest.mark.parametrize("empty", [",,,,,,,,,", "", "   ", " , ,\u3000,,,,,,,", '"","","","","","","","","",""'])
def test_an_empty_row_is_refused_and_counted(take, pensions, empty) -> None:
    lines = pensions.strip().split("\r\n")
    found = take("social_security", "\n".join([*lines[:2], empty, *lines[2:]]))
    assert found.rejects.select("row", "column", "rule").rows() == [(2, "", "empty_row")]
    assert found.table["row"].to_list() == [1, 3, 4]


def test_a_repeated_header_is_no_record(take, pensions) -> None:
    lines = pensions.strip().split("\r\n")
    found = take("social_security", "\n".join([*lines[:2], lines[0], *lines[2:]]))
    assert found.rejects.select("row", "rule").rows() == [(2, "header_repeated")]


def test_a_row_that_says_the_same_as_an_earlier_one_counts_once(take, pensions) -> None:
    lines = pensions.strip().split("\r\n")
    again = lines[2].replace("3920", "￥3,920.00").replace("2019-06", "2019年6月").replace("李国强", " 李国强").split(",")
    again = [*again[:5], '"￥3,920.00"', *again[7:]]
    found = take("social_security", "\n".join([*lines, lines[1], ",".join(again)]))
    assert found.rejects.select("row", "rule", "shape").rows() == [
        (4, "duplicate_row", "same as row 1"),
        (5, "duplicate_row", "same as row 2"),
    ]
    assert found.table["row"].to_list() == [1, 2, 3]
    assert found.identities["row"].to_list() == [1, 2, 3, 4, 5]


def test_rows_that_differ_in_a_field_nothing_reads_or_in_a_cell_set_aside_are_not_the_same(take, pensions) -> None:
    lines = pensions.strip().split("\r\n")
    text = "\n".join([f"{lines[0]},备注", f"{lines[1]},甲", f"{lines[1]},乙"])
    assert take("social_security", text).rejects.is_empty()
    odd = [lines[1].replace("310.23", word) for word in ("三百", "四百")]
    assert take("social_security", "\n".join([lines[0], *odd])).rejects.is_empty()


@pytest.mark.parametrize(
    ("old", "new", "column", "rule", "action"),
    [
        ("310.23", "三百", "待遇月额", "not_an_amount", "set_aside"),
        ("310.23", "-9999", "待遇月额", "out_of_range", "set_aside"),
        ("310.23", "999999999", "待遇月额", "out_of_range", "set_aside"),
        ("正常待遇", "神游", "参保状态", "unknown_code", "set_aside"),
        ("正常待遇", "不详", "参保状态", "absent_word", "read_as_blank"),
        ("11010519491231002X", "无", "社会保障号", "absent_word", "read_as_blank"),
        ("11010519491231002X", "0", "社会保障号", "absent_word", "read_as_blank"),
        ("11010519491231002X", "11010519491231002x", "社会保障号", "lower_case_x", "upper_case"),
        ("11010519491231002X", "１１０１０５１９４９１２３１００２X", "社会保障号", "full_width", "half_width"),
        ("11010519491231002X", "110105 19491231 002X", "社会保障号", "spaces", "removed"),
        ("11010519491231002X", "11010519491231002X\u3000", "社会保障号", "spaces", "removed"),
        ("11010519491231002X", "'11010519491231002X", "社会保障号", "quotation_mark", "removed"),
        ("11010519491231002X", "110105491231002", "社会保障号", "old_15_digits", "kept_as_old_form"),
        ("11010519491231002X", "110105194912310029", "社会保障号", "check_digit_or_date_wrong", "kept_unverified"),
        ("11010519491231002X", "1.10105E+17", "社会保障号", "last_digits_lost", "kept_unverified"),
        ("11010519491231002X", "110105********002X", "社会保障号", "masked", "kept_unverified"),
        ("王秀英", "王 秀英", "姓名", "spaces", "removed"),
        ("王秀英", "王秀?", "姓名", "lost_character", "kept_as_unknown"),
        ("王秀英", "不详", "姓名", "absent_word", "read_as_blank"),
        ("清河县社会保险事业中心", "无", "经办机构", "absent_word", "read_as_blank"),
    ],
)
def test_a_cell_that_was_not_as_it_should_be_is_recorded_with_its_shape(take, pensions, old, new, column, rule, action) -> None:
    found = take("social_security", pensions.replace(old, new, 1))
    assert found.repairs.select("row", "column", "rule", "action").rows() == [(1, column, rule, action)]
    assert counts(found) == (3, 2, 1, 0)


def test_the_form_that_most_cells_have_is_usual_and_others_are_recorded(take, pensions) -> None:
    found = take("social_security", pensions.replace("2010-01", "201001").replace("2019-06", "201906"))
    assert found.repairs.select("row", "column", "rule").rows() == [(3, "开始年月", "other_month_form")]
    assert found.table["start_month"].to_list() == [date(2010, 1, 1), date(2019, 6, 1), date(2015, 11, 1)]


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("2010-01", "0000-00", "not_a_month"),
        ("2010-01", "1900-01", "out_of_range"),
        ("2010-01", "", "required_but_blank"),
        ("2010-01", "不详", "absent_word"),
        ("城乡居民基本养老保险", "商业险", "unknown_code"),
        ("城乡居民基本养老保险", "", "required_but_blank"),
    ],
)
def test_a_row_without_an_essential_value_is_refused(take, pensions, old, new, rule) -> None:
    found = take("social_security", pensions.replace(old, new, 1))
    assert found.rejects.select("row", "rule").rows() == [(1, rule)]
    assert counts(found) == (3, 2, 0, 1)
    assert found.table["row"].to_list() == [2, 3]
    assert found.identities["row"].to_list() == [1, 2, 3], "whom the row means is known all the same"


def test_a_bad_cell_where_blank_means_still_running_refuses_the_row(take, pensions) -> None:
    found = take("social_security", pensions.replace("2020-03", "2020-33"))
    assert found.rejects.select("row", "rule", "shape").rows() == [(3, "not_a_month", "9{4}-99")]


@pytest.mark.parametrize("word", ["至今", "9999-12", "209912"])
def test_a_word_for_still_running_is_read_as_open_and_recorded(take, pensions, word) -> None:
    found = take("social_security", pensions.replace("2020-03", word))
    assert found.table["end_month"].to_list()[2] is None
    assert found.repairs.select("rule", "action").rows() == [("open_end_word", "read_as_open")]


def test_protected_attributes_go_apart_and_only_there(take) -> None:
    text = "公民身份号码,姓名,性别,民族,婚姻状况\n11010519491231002X,王芳,2,维吾尔族,丧偶\n,李明,不明白,,\n"
    found = take("population", text)
    assert found.protected.select("row", "attribute", "value").rows() == [
        (1, "ethnicity", "维吾尔族"),
        (1, "marital_state", "widowed"),
        (1, "sex", "female"),
    ]
    assert not {"sex", "ethnicity", "marital_state"} & set(found.table.columns)
    assert found.repairs.select("row", "rule").rows() == [(2, "unknown_code")]
    assert PROTECTED.conform(found.protected).equals(found.protected)


def test_neither_names_nor_numbers_stand_in_rejects_repairs_or_the_table(take, pensions) -> None:
    wrong = pensions.replace("11010519491231002X", "11010519491231002 x").replace("李国强", "李 国强,")
    found = take("social_security", wrong)
    shown = found.rejects.write_csv() + found.repairs.write_csv() + found.table.write_csv()
    for secret in ("11010519491231002", "国强", "秀英", "440524188001010014"):
        assert secret not in shown


def test_a_token_that_a_spreadsheet_has_cut_is_set_aside(take) -> None:
    text = (
        "公民身份号码,姓名,联系电话,户号\n"
        "11010519491231002X,王芳,1.40032E+10,992100060019367.0\n"
        ",李明,140 0324 1513,'992100060019368\n"
    )
    found = take("population", text)
    assert found.table["phone"].to_list() == [None, "14003241513"]
    assert found.table["register_household"].to_list() == ["992100060019367", "992100060019368"]
    assert set(found.repairs["rule"].to_list()) == {"mangled_number", "decimal_point", "spaces", "quotation_mark"}


def test_a_number_off_its_public_scheme_is_kept_and_recorded(take) -> None:
    text = "不动产单元号,权利人,证件号码\n清房权证字第001234号,王芳,\n"
    found = take("property", text)
    assert found.table["unit_number"].to_list() == ["清房权证字第001234号"]
    assert found.repairs["rule"].to_list() == ["not_a_unit_number"]


def test_the_same_file_gives_the_same_frames(take, pensions) -> None:
    one, other = take("social_security", pensions), take("social_security", pensions)
    for name in ("table", "identities", "protected", "rejects", "repairs", "summary"):
        assert getattr(one, name).equals(getattr(other, name))


def test_rows_keep_their_numbers_in_the_file(take, pensions) -> None:
    lines = pensions.strip().split("\r\n")
    found = take("social_security", "\n".join([lines[0], "", lines[1], ",,", lines[3], "x,y"]))
    assert found.table["row"].to_list() == [2, 4]
    assert found.rejects["row"].to_list() == [1, 3, 5]
    assert found.table.schema["row"] == pl.Int64


def test_a_running_number_and_a_time_of_update_do_not_make_rows_different(take, pensions) -> None:
    header, first, *_ = pensions.strip().split("\r\n")
    twice = [f"{number},{first},2026-10-30 08:12:{number}" for number in range(10, 22)]
    found = take("social_security", "\n".join([f"序,{header},更新时间", *twice]))
    assert found.table["row"].to_list() == [1]
    assert found.rejects["rule"].unique().to_list() == ["duplicate_row"]


@pytest.mark.parametrize("number", ["11010519491231002X", "440524188001010014.0", "'440524188001010014", '="440524188001010014"'])
def test_a_number_wrapped_by_a_spreadsheet_is_still_the_number(take, pensions, number) -> None:
    lines = pensions.strip().split("\r\n")
    row = lines[2].replace("440524188001010014", number.replace('"', '""') if number[0] != "=" else number)
    found = take("social_security", "\n".join([lines[0], row]))
    assert found.identities["id_form"].to_list() == ["valid18"]
