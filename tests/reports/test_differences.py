"""Characters that differ are told from those that agree, are spelt otherwise, cannot be read or must not be shown."""

import doctest

import pytest

from targeting.reports import differences, waterfall
from targeting.reports.differences import Pieces, numbers_beside, texts_beside

SHORT = {"same": "=", "differs": "!", "folded": "~", "unknown": "?", "hidden": "•"}


def kinds(pieces: Pieces) -> str:
    return "".join(SHORT[piece.kind] * len(piece.text) for piece in pieces)


@pytest.mark.parametrize(
    ("left", "right", "marked"),
    [
        ("张文博", "张文博", ("===", "===")),
        ("张文博", "张文波", ("==!", "==!")),
        ("張文博", "张文博", ("~==", "~==")),  # traditional: the same character
        ("赵?华", "赵丽华", ("=?=", "===")),  # a lost character is unknown, and says nothing against
        ("赵\ue123华", "赵丽华", ("=?=", "===")),  # so is a private-use glyph
        ("张文", "张文博", ("==", "==!")),
        ("文张", "张文", ("!!", "!!")),
        (None, "张文博", ("", "===")),  # not given is not different
        ("和平路12号", "和平路12号楼501", ("======", "======!!!!")),
        ("1988-03-10", "1988-10-03", ("=====!!=!!", "=====!!=!!")),
    ],
)
def test_texts_beside_each_other(left: str | None, right: str | None, marked: tuple[str, str]) -> None:
    assert tuple(kinds(side) for side in texts_beside(left, right)) == marked


@pytest.mark.parametrize(
    ("left", "right", "agrees", "shown"),
    [
        ("139921196804120020", "139921196804120020", True, ("139•••••••••••0020", "139•••••••••••0020")),
        ("139921196804120020", "139921196904120020", False, ("139••••••8••••0020", "139••••••9••••0020")),
        ("139921196804120020", "440301199912318834", False, ("139•••••••••••0020", "440•••••••••••8834")),  # another number
        ("139921680412002", "139921196804120020", True, ("139••••••••2002", "139•••••••••••0020")),  # the old form
        ("1399", "139921196804120020", False, ("••••", "139•••••••••••0020")),
    ],
)
def test_of_numbers_only_ends_and_slips_are_shown(left: str, right: str, agrees: bool, shown: tuple[str, str]) -> None:
    sides = numbers_beside(left, right, agrees=agrees)
    assert tuple("".join(piece.text for piece in side) for side in sides) == shown


@pytest.mark.parametrize("module", [differences, waterfall])
def test_the_examples_hold(module: object) -> None:
    assert doctest.testmod(module).failed == 0  # type: ignore[arg-type]
