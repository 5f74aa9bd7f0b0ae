"""The declared model of the linkage: what it must say, and that all its faults are told at once."""

from typing import Any

import pytest

from targeting.errors import Misconfigured
from targeting.specs.linkage import load_linkage, parse_linkage
from targeting.specs.loading import declaration


@pytest.fixture
def content() -> dict[str, Any]:
    """The content of the declaration that is shipped."""
    return declaration("linkage", "persons")[0]


def test_the_shipped_model_is_valid_and_carries_its_hash() -> None:
    spec = load_linkage()
    assert len(spec.sha256) == 64
    assert spec.comparison("number").names()[0] == "exact"


def test_a_name_never_corroborates_itself() -> None:
    assert not any(level.corroborates for level in load_linkage().comparison("name").levels)


def test_only_numbers_with_one_repairable_defect_carry_a_name_that_is_merely_alike() -> None:
    carrying = [level.name for level in load_linkage().comparison("number").levels if level.carries_near_name]
    assert carrying == ["exact", "old_form", "one_digit", "transposed", "lost_digits"]


def test_all_faults_are_told_at_once(content: dict[str, Any]) -> None:
    content["blocking"]["passes"][0]["keys"] = ["shoe_size"]
    content["comparisons"][0]["levels"][0]["m"] = 0.5
    content["decision"]["candidate"] = 0.995
    with pytest.raises(Misconfigured) as fault:
        parse_linkage(content, sha256="0" * 64, where="models/linkage/test.toml")
    for part in ("shoe_size", "m sums to", "candidate must lie below link"):
        assert part in str(fault.value)


def test_an_unknown_word_is_refused(content: dict[str, Any]) -> None:
    with pytest.raises(Misconfigured, match="surprise"):
        parse_linkage(content | {"surprise": 1}, sha256="0" * 64, where="models/linkage/test.toml")
