"""The catalogue is complete: every typology of the domain has its declaration, and every code of it has words."""

import pytest

from targeting.errors import Misconfigured
from targeting.specs.checks import load_words
from targeting.specs.policy import load_policy
from targeting.specs.registers import load_registers

CATALOGUE = load_policy("cn-qinghe-sample").checks


def test_every_typology_of_both_directions_is_declared() -> None:
    typologies = [f"X{n:02}" for n in range(1, 29)] + [f"U{n:02}" for n in range(1, 14)] + ["M01", "M02"]
    assert set(typologies) <= set(CATALOGUE)


def test_every_code_of_the_catalogue_has_words() -> None:
    words = load_words()
    used = {code for check in CATALOGUE.values() for code in check.codes}
    assert all(words.word(group, code, "zh") for group, code in used)
    assert words.word("explanation", "wrong_person", "en") == "wrong person"


def test_a_code_without_a_word_is_named() -> None:
    with pytest.raises(Misconfigured, match=r"brand_new has no word in \[evidence\]"):
        load_words().word("evidence", "brand_new", "zh")


def test_a_register_that_is_needed_is_not_one_that_is_declared() -> None:
    needed = {register for check in CATALOGUE.values() for register in check.needs_registers}
    assert needed
    assert not needed & set(load_registers())
