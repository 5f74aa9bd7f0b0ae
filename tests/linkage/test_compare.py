"""Each comparison at, just over and just under each of its levels."""

import polars as pl
import pytest

from targeting.linkage.compare import address_levels, birth_levels, name_levels, number_levels
from targeting.linkage.prepare import pinyin
from targeting.specs.linkage import load_linkage

GOOD = "13992119750314017X"
READINGS = load_linkage().names.surname_readings


@pytest.mark.parametrize(
    ("one", "form", "other", "other_form", "level"),
    [
        (GOOD, "valid18", GOOD, "valid18", "exact"),
        ("13992119750314017", "old15", GOOD, "valid18", "old_form"),
        ("13992119750314018", "old15", GOOD, "valid18", "two_defects"),
        ("139921197503140270", "invalid18", GOOD, "valid18", "two_defects"),
        ("13992119750314027X", "invalid18", GOOD, "valid18", "one_digit"),
        ("13992119750310417X", "invalid18", GOOD, "valid18", "transposed"),
        ("1399211975031401X", "other", GOOD, "valid18", "lost_digits"),
        ("139921197503140", "other", GOOD, "valid18", "lost_digits"),
        ("139921197503140", "mangled", GOOD, "valid18", "lost_digits"),
        ("13992119750314", "other", GOOD, "valid18", "different"),
        ("139921197503140188", "valid18", GOOD, "valid18", "different_valid"),
        ("449921198812120188", "invalid18", GOOD, "valid18", "different"),
        (None, "absent", GOOD, "valid18", None),
    ],
)
def test_numbers_agree_but_for_one_declared_defect(
    one: str | None, form: str, other: str, other_form: str, level: str | None
) -> None:
    frame = pl.DataFrame(
        {
            "number": [one],
            "id_form": [form],
            "verified": [form == "valid18"],
            "number_p": [other],
            "id_form_p": [other_form],
            "verified_p": [other_form == "valid18"],
            "doubtful": [False],
        },
        schema_overrides={"number": pl.String},
    )
    assert number_levels(frame).to_list() == [level]


@pytest.mark.parametrize(
    ("one", "other", "level"),
    [
        ("张文博", "张文博", "exact"),
        ("张文?", "张文博", "unknown_character"),
        ("张?", "张文博", "different"),
        ("???", "张文博", "different"),
        ("张闻博", "张文博", "pinyin"),
        ("马朋", "马鹏", "pinyin"),
        ("吕勇朋", "吕勇明", "partial"),
        ("文张博", "张文博", "swapped"),
        ("张文", "张文博", "shortened"),
        ("张", "张文", "different"),
        ("王芳", "王兰", "half"),
        ("王芳", "李兰", "different"),
        ("常倩hong", "常倩𬭎", "pinyin"),
        ("热合曼艾力", "热合曼艾立", "pinyin"),
        (None, "张文博", None),
    ],
)
def test_names_agree_from_characters_down_to_their_sound(one: str | None, other: str, level: str | None) -> None:
    names = pl.DataFrame({"name_key": [one], "name_key_p": [other]}, schema_overrides={"name_key": pl.String})
    frame = names.with_columns(
        pinyin=pinyin(names["name_key"], surname_readings=READINGS),
        pinyin_p=pinyin(names["name_key_p"], surname_readings=READINGS),
    )
    assert name_levels(frame, partial_from_length=3).to_list() == [level]


@pytest.mark.parametrize(("name", "sound"), [("单雄", "shanxiong"), ("雄单", "xiongdan"), ("仇?", None), ("曾艾立", "zengaili")])
def test_a_first_character_is_read_as_a_surname(name: str, sound: str | None) -> None:
    assert pinyin(pl.Series([name]), surname_readings=READINGS).to_list() == [sound]


@pytest.mark.parametrize(
    ("one", "other", "numbers", "own", "level"),
    [
        ("19750314", "19750314", (None, GOOD), True, "exact"),
        ("19751403", "19750314", (None, GOOD), True, "swapped"),
        ("19750315", "19750314", (None, GOOD), True, "partial"),
        ("19750301", "19750314", (None, GOOD), True, "first_of_month"),
        ("19750314", "19750301", (None, GOOD), True, "first_of_month"),
        ("19750401", "19750314", (None, GOOD), True, "different"),
        ("19750101", "19750114", (None, GOOD), True, "first_of_month"),
        ("19750414", "19750314", (None, GOOD), True, "partial"),
        ("19750324", "19750314", (None, GOOD), True, "partial"),
        ("19760215", "19750314", (None, GOOD), True, "different"),
        ("19750314", "19750314", (GOOD, GOOD), False, None),
        ("19750314", "19750314", (GOOD, GOOD), True, "exact"),
        (None, "19750314", (None, GOOD), True, None),
    ],
)
def test_birth_days_count_once_and_only_where_the_register_states_them(
    one: str | None, other: str, numbers: tuple[str | None, str], own: bool, level: str | None
) -> None:
    schema = {"birth": pl.String, "number": pl.String}
    row = {"birth": [one], "birth_p": [other], "number": [numbers[0]], "number_p": [numbers[1]], "own_birth": [own]}
    assert birth_levels(pl.DataFrame(row, schema_overrides=schema)).to_list() == [level]


def test_the_best_of_all_addresses_counts() -> None:
    from targeting.identifiers.addresses import address_parts

    texts = pl.DataFrame(
        {"place": ["柳林镇荷湾村3组135号"], "other_place_p": ["荷湾村三组135"], "place_p": ["石桥镇云店村5组37号"]}
    )
    frame = texts.with_columns(address_parts(pl.col(column)).alias(column) for column in texts.columns)
    frame = frame.with_columns(other_place=pl.lit(None, dtype=frame.schema["place"]))
    assert address_levels(frame).to_list() == ["room"]
