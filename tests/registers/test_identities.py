from datetime import date

import pytest

DEED = (
    "不动产单元号,权利人,证件种类,证件号码,共有方式,共有份额,坐落,用途,建筑面积,登记日期,登记状态,交易价格,权利类型,抵押\n"
    "139921009042JC27412F00105233,{name},{document},{number},单独所有,,石桥镇竹店村9组85号,住宅,90,2010-03-03,现势,,,无\n"
)


@pytest.mark.parametrize(
    ("name", "document", "number", "kind", "form"),
    [
        ("王芳", "身份证", "11010519491231002X", "person", "valid18"),
        ("王芳", "身份证", "110105491231002", "person", "old15"),
        ("王芳", "", "", "person", "absent"),
        ("王芳", "军官证", "军字第1234567号", "person", "other"),
        ("清河县水利局", "统一社会信用代码", "11320000MB151840XJ", "organisation", "credit_code"),
        ("福建某某实业", "", "91350100M000100Y43", "organisation", "credit_code"),
        ("清河县富康安建筑安装有限公司", "", "", "organisation", "absent"),
        ("清河县富康安建筑安装有限公司", "统一社会信用代码", "913501001000100143", "organisation", "other"),
        ("清河县富康安建筑安装有限公司（破产）", "", "91350100M000100Y44", "organisation", "other"),
        ("清河县富康便利店", "身份证", "11010519491231002X", "person", "valid18"),
        ("欧阳书院", "", "", "person", "absent"),
    ],
)
def test_a_holder_is_an_organisation_by_document_credit_code_or_name(take, name, document, number, kind, form) -> None:
    identity = take("property", DEED.format(name=name, document=document, number=number)).identities.row(0, named=True)
    assert (identity["kind"], identity["id_form"]) == (kind, form)
    assert (identity["resident_id"] is not None) == (kind == "person" and form == "valid18")


def test_a_verified_number_gives_the_birth_date_and_an_unverified_one_does_not(take) -> None:
    one = take("property", DEED.format(name="王芳", document="身份证", number="11010519491231002X")).identities.row(0, named=True)
    other = take("property", DEED.format(name="王芳", document="身份证", number="110105194912310021")).identities.row(
        0, named=True
    )
    assert one["birth_date"] == date(1949, 12, 31)
    assert (other["birth_date"], other["id_form"], other["id_text"]) == (None, "invalid18", "110105194912310021")


def test_address_and_what_binds_people_within_the_register_stand_in_the_identity(take) -> None:
    identity = take("property", DEED.format(name="王芳", document="", number="")).identities.row(0, named=True)
    assert identity["address"] == "石桥镇竹店村9组85号"
    assert identity["group"] == "139921009042JC27412F00105233"


def test_the_registers_own_birth_date_wins_over_the_numbers(take) -> None:
    text = "公民身份号码,姓名,出生日期,户号\n11010519491231002X,王芳,1950-01-01,77\n"
    identity = take("population", text).identities.row(0, named=True)
    assert (identity["birth_date"], identity["group"]) == (date(1950, 1, 1), "77")


def test_a_certificate_number_gives_the_holders_resident_id(take) -> None:
    text = "残疾证号,姓名,残疾等级\n11010519491231002X42,王芳,二级\n11010549123100242B1,李明,二级\n,周静,二级\n"
    identities = take("disability", text).identities
    assert identities["id_text"].to_list() == ["11010519491231002X", "110105491231002", None]
    assert identities["id_form"].to_list() == ["valid18", "old15", "absent"]


def test_both_parties_of_a_marriage_stand_in_one_row_and_group(take) -> None:
    text = "男方姓名,男方证件号码,女方姓名,女方证件号码,登记类型\n李明,440524188001010014,王芳,无,结婚\n"
    identities = take("marriage", text).identities.sort("role")
    assert identities.select("role", "name", "id_form", "group").rows() == [
        ("husband", "李明", "valid18", "1"),
        ("wife", "王芳", "absent", "1"),
    ]


def test_the_applicants_name_is_known_from_the_row_of_the_applicant_only(take) -> None:
    text = (
        "保障编号,救助类型,申请人证件号码,成员姓名,成员证件号码,与申请人关系\n"
        "D1,最低生活保障,440524188001010014,李明,440524188001010014,本人\n"
        "D1,最低生活保障,440524188001010014,王芳,11010519491231002X,妻\n"
    )
    identities = take("assistance_roll", text).identities
    assert identities.filter(role="applicant")["name"].to_list() == ["李明", None]
    assert identities.filter(role="applicant")["resident_id"].to_list() == ["440524188001010014"] * 2
    assert identities.filter(role="member")["name"].to_list() == ["李明", "王芳"]
