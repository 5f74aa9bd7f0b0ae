import pytest

from targeting.registers.codes import named_code
from targeting.specs.values import load_values

STATES = {"正常": "valid", "有效": "valid", "注销": "cancelled", "肢体": "limb", "肢体残疾": "limb", "1": "sight"}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("正常使用", "valid"),
        ("正常(有效)", "valid"),
        ("正常、有效", "valid"),
        ("肢体残疾一级", "limb"),
        ("肢体残疾(1级)", "limb"),
        ("非正常", None),
        ("未注销", None),
        ("正常注销", None),
        ("停止正常", None),
        ("第1类", None),
        ("其他", None),
    ],
)
def test_a_longer_wording_is_read_where_it_names_one_code_and_nothing_denies_it(text, code) -> None:
    assert named_code(text, STATES, other_sense=load_values().other_sense) == code


def test_a_longer_wording_is_recorded_as_a_repair(take, pensions) -> None:
    found = take("social_security", pensions.replace("正常待遇", "正常待遇(每月)", 1))
    assert found.table["state"].to_list() == ["receiving", "paying", "paused"]
    assert found.repairs.select("row", "rule", "action").rows() == [(1, "longer_wording", "read_as_code")]
