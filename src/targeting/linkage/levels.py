"""The rules by which two records agree in a field at a level, written once: the first rule that holds names the level.

The facts are expressions over columns in a link run, and arrays over a few persons in a lookup; the rules are the same objects.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

DIFFERENT = "different"
FIRST = "01"  # the day that is written where only year and month are known
_LOST_AT_MOST = 3

Rules = list[tuple[Any, str | None]]  # what must hold (expression or array of bool), and the level; None: nothing is compared


def number_rules(
    *, silent: Any, steps: Any, swapped: Any, shorter: Any, old: Any, mangled: Any, both: Any, doubtful: Any
) -> Rules:
    """Two numbers are the same but for a declared defect; two verified numbers that differ are two people's.

    `steps`, `swapped`: distance without and with swaps of neighbours; `shorter`: difference of lengths; `old`, `mangled`: either
    is; `both`: both verified; `doubtful`: the verified number is registered under another name.
    """
    whole = ~(old | mangled)
    return [
        (silent, None),
        ((steps == 0) & old, "old_form"),
        ((steps == 0) & mangled, "lost_digits"),
        (steps == 0, "exact"),
        (both & doubtful, "others_number"),
        (both, "different_valid"),
        ((shorter > 0) & (shorter <= _LOST_AT_MOST) & (steps == shorter) & whole, "lost_digits"),
        ((shorter == 0) & (steps == 1) & whole, "one_digit"),
        ((swapped == 1) & whole, "transposed"),
        ((swapped == 2) | (swapped == 1), "two_defects"),
    ]


def name_rules(*, lost: Any, sound: Any, reordered: Any, steps: Any, length: Any, longer: Any, partial_from_length: int) -> Rules:
    """Two unequal names may be the same (a lost character), or sound the same, or differ in order or in one character."""
    one_step = steps == 1
    return [
        (lost, "unknown_character"),
        (sound, "pinyin"),
        (reordered, "swapped"),
        (one_step & (length < longer) & (length > 1), "shortened"),
        (one_step & (length >= partial_from_length), "partial"),
        (one_step & (length > 1), "half"),
    ]


def birth_rules(*, silent: Any, same: Any, swapped: Any, month: Any, first: Any, day: Any, steps: Any) -> Rules:
    """Two birth days agree, or in part: day and month changed about, one digit, all but the month or the day.

    `month`: year and month agree; `first`: either is a first of the month, which stands where the day was not known.
    """
    near = (month & first, "first_of_month"), (month | day | (steps == 1), "partial")
    return [(silent, None), (same, "exact"), (swapped, "swapped"), *near]


def in_columns(rules: Rules, otherwise: str = DIFFERENT) -> pl.Expr:
    """The level of every row, where the facts are expressions."""
    chain: Any = pl
    for holds, level in rules:
        chain = chain.when(holds).then(pl.lit(level, dtype=pl.String))
    named: pl.Expr = chain.otherwise(pl.lit(otherwise))
    return named


def in_arrays(rules: Rules, otherwise: str = DIFFERENT) -> npt.NDArray[np.object_]:
    """The level of every person, where the facts are arrays."""
    found = np.full(len(rules[0][0]), otherwise, dtype=np.object_)
    for holds, level in reversed(rules):
        found[holds] = level
    return found
