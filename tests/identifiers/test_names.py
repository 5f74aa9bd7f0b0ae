import polars as pl
import pytest

from targeting.identifiers.names import clean_name, clean_names, name_key, name_keys
from targeting.specs.values import load_values


@pytest.mark.parametrize("dot", ["·", "•", "‧", "・", "･", ".", "．", "-", "—", "。", "··"])
def test_every_dot_of_minority_names_is_one_dot_in_the_name_and_none_in_the_key(dot: str) -> None:
    name = clean_name(f"卡德尔{dot}麦麦提")
    assert name == "卡德尔·麦麦提"
    assert name_key(name, {}) == name_key(clean_name("卡德尔麦麦提"), {}) == "卡德尔麦麦提"


@pytest.mark.parametrize("received", [" 张 三", "张\u3000三", "张三\u200b", "'张三'", "张三,"])
def test_spaces_and_stray_signs_are_dropped(received: str) -> None:
    assert clean_name(received) == "张三"


@pytest.mark.parametrize("lost", ["?", "？", "*", "〓", "□", "\ufffd", "\ue5e5", "■"])
def test_a_lost_character_is_kept_as_unknown(lost: str) -> None:
    assert clean_name(f"赵磊{lost}") == "赵磊?"
    assert name_key(f"赵磊{clean_name(lost)}", {}) == "赵磊?"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("呂明", "吕明"),
        ("戶华", "户华"),
        ("張偉", "张伟"),
        ("兪静", "俞静"),
        ("戸田", "户田"),
        ("锺华", "鍾华"),
        ("龑", "䶮"),
        ("ＷEI", "wei"),
    ],
)
def test_traditional_and_declared_variant_characters_have_one_key(one: str, other: str) -> None:
    variants = load_values().variants
    assert name_key(clean_name(one), variants) == name_key(clean_name(other), variants)


@pytest.mark.parametrize(("one", "other"), [("日华", "曰华"), ("未来", "末来"), ("张伟", "张玮")])
def test_look_alike_and_homophone_characters_keep_different_keys(one: str, other: str) -> None:
    variants = load_values().variants
    assert name_key(one, variants) != name_key(other, variants)


def test_a_note_in_brackets_is_not_in_the_key() -> None:
    assert name_key(clean_name("王芳（曾用名王方）"), {}) == "王芳"


def test_a_column_of_names_gives_names_and_keys_row_by_row() -> None:
    names = clean_names(pl.Series(["陳 玉", None, "", "陈玉", " "]))
    assert names.to_list() == ["陳玉", None, None, "陈玉", None]
    assert name_keys(names, {}).to_list() == ["陈玉", None, None, "陈玉", None]
