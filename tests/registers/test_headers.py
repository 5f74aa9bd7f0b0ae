import pytest

from targeting.errors import InvalidInput
from targeting.registers.intake import read_register
from targeting.specs.sources import Source


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("社会保障号", "\ufeff社会保障号"),
        ("社会保障号", " 社会 保障号 "),
        ("社会保障号", "*社会保障号(必填)"),
        ("社会保障号", "身份证号码"),
        ("社会保障号", "Social Security Number"),
        ("社会保障号", "SOCIAL_SECURITY_NUMBER"),
        ("缴费基数", "缴费基数（元）"),
        ("参保状态", "参保\u3000状态"),
    ],
)
def test_headers_are_known_by_their_alternatives_width_and_signs(take, pensions, old, new) -> None:
    expected = take("social_security", pensions)
    found = take("social_security", pensions.replace(old, new, 1))
    assert found.table.equals(expected.table)
    assert found.identities.equals(expected.identities)


def test_columns_may_come_in_any_order(take, pensions) -> None:
    turned = "\n".join(",".join(reversed(line.split(","))) for line in pensions.strip().split("\r\n"))
    assert take("social_security", turned).table.equals(take("social_security", pensions).table)


@pytest.mark.parametrize(("header", "cents"), [("注册资本", 5_000_000), ("注册资本（元）", 500), ("注册资本(万元)", 5_000_000)])
def test_a_unit_in_the_header_is_the_unit_of_the_cells(take, header, cents) -> None:
    text = f"统一社会信用代码,法定代表人,证件号码,{header}\n91350100M000100Y43,王芳,11010519491231002X,5\n"
    assert take("business", text).table["capital_cents"].to_list() == [cents]


def test_a_unit_and_a_header_can_be_given_in_the_sources_file(take) -> None:
    text = "统一社会信用代码,法定代表人,证件号码,股本\n91350100M000100Y43,王芳,11010519491231002X,5\n"
    found = take("business", text, headers={"capital_cents": "股本"}, units={"capital_cents": "元"})
    assert found.table["capital_cents"].to_list() == [500]


def test_missing_headers_are_named_together_with_what_was_expected_and_found(take, pensions) -> None:
    with pytest.raises(InvalidInput) as refused:
        take("social_security", pensions.replace("社会保障号", "甲").replace("姓名", "乙", 1))
    message = str(refused.value)
    assert "register.csv cannot be read as register social_security" in message
    assert "no header for insured_id (resident_id): expected 社会保障号 or" in message
    assert "no header for insured_name (name): expected 姓名 or" in message
    assert "Found headers: 甲, 乙, 险种" in message


def test_a_header_named_in_the_sources_file_must_be_there(take, pensions) -> None:
    with pytest.raises(InvalidInput, match=r"no header for agency .*: expected 办事处"):
        take("social_security", pensions, headers={"agency": "办事处"})


def test_a_header_that_stands_twice_is_refused(take, pensions) -> None:
    with pytest.raises(InvalidInput, match="the header of insured_name stands in fields 2, 5"):
        take("social_security", pensions.replace("单位名称", "姓名", 1))


def test_a_column_that_may_be_absent_is_null_and_named(take, pensions) -> None:
    lines = [line.rsplit(",", 1)[0] for line in pensions.strip().split("\r\n")]
    found = take("social_security", "\n".join(lines))
    assert found.absent_columns == ("agency",)
    assert found.table["agency"].null_count() == 3


def test_a_field_that_nothing_reads_is_named(take, pensions) -> None:
    lines = [f"{line},{extra}" for line, extra in zip(pensions.strip().split("\r\n"), ("备注", "a", "", "b"), strict=True)]
    assert take("social_security", "\n".join(lines)).unread_headers == ("备注",)


def test_a_file_with_none_of_the_declared_headers_is_refused_even_if_none_is_required(take, specs, tmp_path) -> None:
    path = tmp_path / "boats.csv"
    path.write_text("甲,乙\n1,2\n", encoding="utf-8")
    spec = specs["grid"].model_copy(
        update={"columns": tuple(column.model_copy(update={"required": False}) for column in specs["grid"].columns)}
    )
    with pytest.raises(InvalidInput, match="none of the declared headers"):
        read_register(Source(register_name="grid", path=path), spec)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("社会保障号", "参保人身份证件号码"),
        ("社会保障号", "社会保障号/身份证号"),
        ("社会保障号", "Social Security No."),
        ("姓名", "参保职工姓名"),
        ("开始年月", "本次参保开始年月"),
        ("终止年月", "参保结束年月"),
    ],
)
def test_a_header_of_the_same_sense_is_found(take, pensions, old, new) -> None:
    expected = take("social_security", pensions)
    found = take("social_security", pensions.replace(old, new, 1))
    assert found.table.equals(expected.table)
    assert found.identities.equals(expected.identities)


@pytest.mark.parametrize("header", ["监护人姓名", "代理人姓名", "经办人姓名"])
def test_a_header_that_names_somebody_else_is_not_taken_for_the_insured(take, pensions, header) -> None:
    with pytest.raises(InvalidInput, match="no header for insured_name"):
        take("social_security", pensions.replace("姓名", header, 1))


def test_of_two_headers_of_the_same_sense_neither_is_taken(take, pensions) -> None:
    text = pensions.replace("姓名", "甲姓名", 1).replace("经办机构", "乙姓名", 1)
    with pytest.raises(InvalidInput, match="no header for insured_name"):
        take("social_security", text)
