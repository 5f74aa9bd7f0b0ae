"""Luck that depends on nothing but the seed, a name and a key: the same row has the same defect in every snapshot.

The hash is SplitMix64 (Steele, Lea & Flood 2014), computed on whole columns.
"""

import zlib

import numpy as np
import numpy.typing as npt
import polars as pl

from targeting.simulate.clock import Floats, Ints, joined, pick


def hashed(seed: int, name: str, keys: Ints) -> npt.NDArray[np.uint64]:
    """64 well-mixed bits for each key."""
    salt = np.uint64((zlib.crc32(name.encode()) << 32) ^ (seed & 0xFFFFFFFF))
    with np.errstate(over="ignore"):
        mixed = keys.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15) + salt
        mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))


def chance(seed: int, name: str, keys: Ints) -> Floats:
    """A number in [0, 1) for each key."""
    share: Floats = (hashed(seed, name, keys) >> np.uint64(11)).astype(np.float64) / float(2**53)
    return share


def choice(seed: int, name: str, keys: Ints, among: int) -> Ints:
    """A whole number below `among` for each key."""
    return (hashed(seed, name, keys) % np.uint64(max(among, 1))).astype(np.int64)


def code_text(numbers: npt.NDArray[np.uint64], alphabet: str, width: int) -> pl.Series:
    """Each number written in the alphabet's digits, to a width."""
    letters, left, parts = list(alphabet), numbers.copy(), []
    base = np.uint64(len(letters))
    for _ in range(width):
        parts.append(pick(letters, (left % base).astype(np.int64)))
        left = left // base
    return joined(*reversed(parts))
