"""Addresses written several ways name one place; addresses that contradict each other do not."""

import polars as pl
import pytest

from targeting.identifiers.addresses import address_agreement, address_parts, dwelling_key, reaches_room


def agreement(one: str | None, other: str | None) -> str:
    frame = pl.DataFrame({"one": [one], "other": [other]}, schema={"one": pl.String, "other": pl.String})
    parts = frame.select(address_parts(pl.col("one")).alias("one"), address_parts(pl.col("other")).alias("other"))
    return parts.select(address_agreement(pl.col("one"), pl.col("other"))).item()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("文昌街道幸福里16栋三单元304号", "文昌街道工业路68号幸福里16号楼3单元304室"),
        ("望河街道和平街170号纺织厂宿舍11号楼2单元603室", "和平街170号 纺织厂宿舍 11#2-603"),
        ("清河县荷寨社区粮食局家属院1号楼3单元203室", "粮食局家属院1-3-203"),
        ("文昌街道工业路69号幸福里4号楼4单元104室（房改房）", "幸福里4-4-104"),
        ("清河县文昌街道柏台社区建设路109号阳光新城6幢2单元503", "文昌街道建设路109号阳光新城6号楼2单元503室"),
        ("清河县柳林镇荷湾村三组135", "柳林镇荷湾村3组135号"),
        ("石桥镇泉堡村128号", "石桥镇泉堡村5组128号"),
        ("东关新村10号楼2单元301室", "东关新村十栋二单元301号"),
    ],
)
def test_one_dwelling_written_two_ways_agrees_to_the_room(one: str, other: str) -> None:
    assert agreement(one, other) == "room"
    assert agreement(other, one) == "room"


@pytest.mark.parametrize(
    ("one", "other", "level"),
    [
        ("城关街道工业路15号幸福里15号楼1单元301室", "城关街道工业路15号幸福里15号楼1单元302室", "building"),
        ("城关街道工业路15号幸福里15号楼1单元301室", "城关街道工业路15号幸福里10号楼1单元301室", "community"),
        ("城关街道幸福里15号楼1单元301室", "文昌街道幸福里15号楼1单元301室", "different"),
        ("石桥镇和平街18号阳光新城15号楼1单元604室", "石桥镇和平街171号安居苑12号楼2单元202室", "town"),
        ("牛栏乡青集村9组135号", "牛栏乡青集村第九村民小组", "community"),
        ("柳林镇荷湾村3组135号", "柳林镇荷湾村8组135号", "community"),
        ("柳林镇荷湾村3组135号", "柳林镇白湾村3组135号", "town"),
        ("上川县文化路38号", "北屏县文化路38号", "different"),
        ("", "柳林镇白湾村3组135号", "absent"),
        (None, None, "absent"),
    ],
)
def test_addresses_agree_only_as_far_as_both_say_the_same(one: str | None, other: str | None, level: str) -> None:
    assert agreement(one, other) == level


def test_a_village_group_without_a_house_number_names_no_dwelling() -> None:
    parts = pl.DataFrame({"a": ["白湾村第八村民小组", "白湾村八组9号"]}).select(address_parts(pl.col("a")))
    assert parts.select(reaches_room(pl.col("address"))).to_series().to_list() == [False, True]
    assert parts.select(dwelling_key(pl.col("address"))).to_series().to_list() == [None, "白湾村/9"]
