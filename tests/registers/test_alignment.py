import pytest

CUT = "440524188001010014,李国强,企业职工基本养老保险,正常参保,清河县盛泰新建材有限公司,3920,2019-06"
PENSION = 1  # the row put wrong in these tests


def rows_of(pensions: str, wrong: str) -> str:
    """Sixty whole rows, and one wrong one in the first place."""
    lines = pensions.strip().split("\r\n")
    return "\n".join([lines[0], wrong, *lines[1:] * 20])


@pytest.mark.parametrize(
    "wrong",
    [
        "440,524188001010014,李国强,企业职工基本养老保险,正常参保,清河县盛泰新建材有限公司,3920,2019-06,,,镇街人社所",
        "440524188001010014,李国强,企业职工基本养老保险,正常参保,清河县盛泰,新建材有限公司,3920,2019-06,,,镇街人社所",
        "440524188001010014,李国强,企业职工基本养老保险,正常参保,清河县盛泰新建材有限公司,3920,2019-06,,,镇街人社所,",
        "440524188001010014,李国强,企业职工基本养老保险,正常参保,清河县盛泰新建材有限公司,3920,2019-06,,,镇街,人社所",
        "4405241880,01010014,李国强,企业职工基本养老保险,正常参保,清河县盛泰新建材有限公司,3920,2019-06,,,镇街人社所,",
    ],
)
def test_a_separator_too_many_is_taken_out_where_one_reading_is_left(take, pensions, wrong) -> None:
    found = take("social_security", rows_of(pensions, wrong))
    expected = take("social_security", pensions).table.row(1)[1:]
    assert found.table.filter(row=PENSION).row(0)[1:] == expected
    assert found.identities["id_text"].to_list()[0] == "440524188001010014"
    assert found.repairs.filter(row=PENSION, rule="too_many_fields")["action"].to_list() == ["realigned"]
    assert found.repairs.filter(row=PENSION)["shape"].to_list()[0].endswith("of 10 fields")


def test_a_row_cut_before_a_column_whose_blank_means_still_running_is_refused(take, pensions) -> None:
    found = take("social_security", rows_of(pensions, CUT))
    assert found.rejects.select("row", "rule", "shape").row(0) == (PENSION, "too_few_fields", "7 of 10 fields")


def test_a_row_of_too_many_fields_with_two_readings_is_refused(take) -> None:
    header = "网格编码,社区,街道,责任单元,监督单元,中心经度,中心纬度,城乡"
    row = "139921001001001,柏屯社区,城关街道,柏屯社区居民委员会,西片第5监督单元,115.638667,37.080518,城镇"
    wrong = row.replace("柏屯社区,城关街道", "柏屯,城关,街道")
    found = take("grid", "\n".join([header, wrong, *[row.replace("1001,", f"1{number:03d},") for number in range(2, 60)]]))
    assert found.rejects.select("row", "rule").rows() == [(1, "too_many_fields")]


def certificates(wrong: str) -> str:
    header = "残疾证号,姓名,残疾类别,残疾等级,签发日期,有效期至,状态,监护人,签发机关"
    row = "13992119801011210841,周慧静,肢体,一级,20{year}-12-19,2035-12-18,有效,,清河县残疾人联合会"
    return "\n".join([header, wrong, *[row.format(year=year) for year in range(10, 26)]])


def test_a_row_cut_short_keeps_what_it_has_and_the_rest_is_unknown(take) -> None:
    found = take("disability", certificates("13992819710831523722,王建国,听力,二级,2022-12-12,2032-12-11,有效"))
    row = found.table.row(0, named=True)
    assert (row["row"], row["category"], row["grade"], row["state"], row["issuer"]) == (1, "hearing", 2, "valid", None)
    assert found.repairs.select("rule", "action", "shape").row(0) == ("too_few_fields", "realigned", "7 of 9 fields")


def test_the_last_cell_of_a_row_cut_short_may_be_cut_itself_and_is_left_out(take) -> None:
    found = take("disability", certificates("13992819710831523722,王建国,听力,二级,2022-12-12,2032-12-1"))
    assert found.table["expires"].to_list()[0] is None
    assert found.table["issued"].to_list()[0] is not None


def test_a_row_cut_to_its_first_field_is_refused(take) -> None:
    found = take("disability", certificates("13992819710831523722"))
    assert found.rejects.select("row", "rule").rows() == [(1, "too_few_fields")]
