"""One record beside a few persons: the level of every field, by the rules of the link run (`levels`), without tables.

A link run finds the same facts for millions of pairs in `compare`; tests hold the two to each other.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl
from rapidfuzz.distance import OSA, Levenshtein

from targeting.identifiers.addresses import PARTS, agreement_rules
from targeting.identifiers.resident_id import IdForm
from targeting.linkage.compare import ADDRESS_LEVELS
from targeting.linkage.enquiry import Enquiry
from targeting.linkage.exact import names_agree
from targeting.linkage.levels import FIRST, birth_rules, in_arrays, name_rules, number_rules
from targeting.linkage.prepare import LONGEST_NUMBER, LOST, MANGLED_DIGITS, OLD_DIGITS

Levels = npt.NDArray[np.object_]  # one a person; None where one side is silent
_PART = {part: at for at, part in enumerate(PARTS)}


@dataclass(frozen=True, slots=True)
class Few:
    """The persons beside whom the record is put; `places`: of each of their addresses, persons by parts, 0 where silent."""

    number: list[str | None]
    id_form: list[str]
    name_key: list[str | None]
    pinyin: list[str | None]
    birth: list[str | None]
    places: list[npt.NDArray[np.uint64]]


def number_levels(one: Enquiry, few: Few, *, doubtful: bool) -> Levels:
    """`doubtful`: the verified number is registered under another name, so it does not say who the record is not."""
    forms = np.array(few.id_form)
    old = (forms == IdForm.OLD15.value) | (one.id_form == IdForm.OLD15.value)
    mangled = (forms == IdForm.MANGLED.value) | (one.id_form == IdForm.MANGLED.value)
    cut = np.where(old, OLD_DIGITS, np.where(mangled, MANGLED_DIGITS, LONGEST_NUMBER))
    silent = np.array([number is None or one.number is None for number in few.number], dtype=np.bool_)
    pairs = [((one.number or "")[:at], (number or "")[:at]) for number, at in zip(few.number, cut.tolist(), strict=True)]
    rules = number_rules(
        silent=silent,
        steps=np.array([Levenshtein.distance(*pair) for pair in pairs]),
        swapped=np.array([OSA.distance(*pair) for pair in pairs]),
        shorter=np.array([abs(len(own) - len(other)) for own, other in pairs]),
        old=old,
        mangled=mangled,
        both=(forms == IdForm.VALID18.value) & one.verified,
        doubtful=np.full(len(forms), doubtful),
    )
    return in_arrays(rules)


def name_levels(one: Enquiry, few: Few, *, partial_from_length: int) -> Levels:
    """Null where either has no name."""
    own, others = one.name_key or "", [name or "" for name in few.name_key]
    lengths = np.array([len(name) for name in others])
    rules = name_rules(
        lost=_lost(own, others),
        sound=np.array([one.pinyin is not None and one.pinyin == pinyin for pinyin in few.pinyin]),
        reordered=np.array([sorted(own) == sorted(name) for name in others]),
        steps=np.array([OSA.distance(own, name) for name in others]),
        length=np.minimum(lengths, len(own)),
        longer=np.maximum(lengths, len(own)),
        partial_from_length=partial_from_length,
    )
    silent = np.array([name is None or one.name_key is None for name in few.name_key], dtype=np.bool_)
    same = np.array([own == name for name in others])
    return in_arrays([(silent, None), (same, "exact"), *rules])


def birth_levels(one: Enquiry, few: Few) -> Levels:
    """Null where either is silent, or where both numbers say it already."""
    own, others = one.birth or "", [birth or "" for birth in few.birth]
    inside = one.number is not None and not one.own_birth
    silent = [
        born is None or one.birth is None or (inside and number is not None)
        for born, number in zip(few.birth, few.number, strict=True)
    ]
    rules = birth_rules(
        silent=np.array(silent, dtype=np.bool_),
        same=np.array([own == born for born in others]),
        swapped=np.array([own[:4] + own[6:8] + own[4:6] == born for born in others]),
        month=np.array([own[:6] == born[:6] for born in others]),
        first=np.array([FIRST in (own[6:], born[6:]) for born in others]),
        day=np.array([own[:4] == born[:4] and own[6:] == born[6:] for born in others]),
        steps=np.array([OSA.distance(own, born) for born in others]),
    )
    return in_arrays(rules)


def address_levels(one: Enquiry, few: Few) -> Levels:
    """The narrowest level at which any address of the person agrees with that of the record; null where one is silent."""
    rank = {level: order for order, level in enumerate(ADDRESS_LEVELS)}
    words = np.array([*ADDRESS_LEVELS, None], dtype=np.object_)
    best = np.full(len(few.number), len(ADDRESS_LEVELS))
    for other in few.places if one.place.any() else []:
        named = [(rank[str(level)], holds) for holds, level in _address_rules(one.place, other)]
        found = np.full(len(other), rank["different"])
        for order, holds in reversed(named):
            found[holds] = order
        best = np.minimum(best, np.where(other.any(axis=1), found, len(ADDRESS_LEVELS)))
    found_words: Levels = words[best]
    return found_words


def _address_rules(own: npt.NDArray[np.uint64], other: npt.NDArray[np.uint64]) -> list[tuple[npt.NDArray[np.bool_], str]]:
    both, equal = (own != 0) & (other != 0), own == other
    same, apart = both & equal, both & ~equal
    estate = _PART["estate"]
    houses = (other[:, estate] == 0) | (own[estate] == 0)
    return agreement_rules(lambda part: same[:, _PART[part]], lambda part: apart[:, _PART[part]], houses=houses)


def _lost(own: str, others: list[str]) -> npt.NDArray[np.bool_]:
    """The names may be the same but for a lost character; few names have one."""
    lost = np.array([own != name and (LOST in own or LOST in name) for name in others], dtype=np.bool_)
    if lost.any():
        pairs = pl.DataFrame({"own": own, "other": [name for name, few in zip(others, lost.tolist(), strict=True) if few]})
        lost[lost] = pairs.select(names_agree(pl.col("own"), pl.col("other"))).to_series().to_numpy()
    return lost
