"""How far two records agree, field by field: every pair gets one declared level a field, or null where one side is silent.

Fields: number, name, birth, address; `relation` comes from `relate`. Distances count characters (Damerau 1964, restricted: a swap
of neighbours is one step), never bytes.
"""

import numpy as np
import polars as pl
from rapidfuzz.distance import OSA, Levenshtein
from rapidfuzz.process import cpdist

from targeting.identifiers.addresses import address_agreement
from targeting.identifiers.resident_id import IdForm
from targeting.linkage.exact import names_agree
from targeting.linkage.levels import FIRST, birth_rules, in_columns, name_rules, number_rules
from targeting.linkage.prepare import LOST, MANGLED_DIGITS, OLD_DIGITS

_SIDE = ["name", "name_key", "pinyin", "number", "id_form", "verified", "doubtful", "birth", "own_birth", "place", "other_place"]
ADDRESS_LEVELS = ("room", "building", "community", "town", "different")
_FULL = 18


def compare(pairs: pl.DataFrame, records: pl.DataFrame, persons: pl.DataFrame, *, partial_from_length: int) -> pl.DataFrame:
    """The pairs with the columns `number_level`, `name_level`, `birth_level`, `address_level` and `name_folded`."""
    frame = pairs.join(records.select("unit", *_SIDE), on="unit", how="left", maintain_order="left")
    frame = frame.join(persons.select("person", *_SIDE), on="person", how="left", maintain_order="left", suffix="_p")
    frame = frame.with_columns(
        number_level=number_levels(frame),
        name_level=name_levels(frame, partial_from_length=partial_from_length),
        name_folded=pl.col("name") != pl.col("name_p"),
        birth_level=birth_levels(frame),
        address_level=address_levels(frame),
    )
    kept = ["number_level", "name_level", "name_folded", "birth_level", "address_level"]
    return frame.select(*pairs.columns, *kept)


def number_levels(frame: pl.DataFrame) -> pl.Series:
    """The two numbers are the same but for a declared defect; two verified numbers that differ are two people's."""
    pair = frame.select("number", "number_p", "id_form", "id_form_p", "verified", "verified_p", "doubtful")
    one, other = pl.col("number"), pl.col("number_p")
    old = (pl.col("id_form") == IdForm.OLD15.value) | (pl.col("id_form_p") == IdForm.OLD15.value)
    mangled = (pl.col("id_form") == IdForm.MANGLED.value) | (pl.col("id_form_p") == IdForm.MANGLED.value)
    pair = pair.with_columns(
        one=pl.when(old).then(one.str.slice(0, OLD_DIGITS)).when(mangled).then(one.str.slice(0, MANGLED_DIGITS)).otherwise(one),
        other=pl.when(old)
        .then(other.str.slice(0, OLD_DIGITS))
        .when(mangled)
        .then(other.str.slice(0, MANGLED_DIGITS))
        .otherwise(other),
        old=old,
        mangled=mangled,
        both=pl.col("verified") & pl.col("verified_p"),
    )
    pair = pair.with_columns(
        steps=_distance(pair["one"], pair["other"], swaps=False), swapped=_distance(pair["one"], pair["other"], swaps=True)
    )
    long, other_long = (pl.col(side).str.len_chars().cast(pl.Int64) for side in ("one", "other"))
    silent = pl.col("one").is_null() | pl.col("other").is_null()
    pair = pair.with_columns(silent=silent, shorter=(long - other_long).abs())
    facts = ("silent", "steps", "swapped", "shorter", "old", "mangled", "both", "doubtful")
    rules = number_rules(**{fact: pl.col(fact) for fact in facts})
    return pair.select(number_level=in_columns(rules)).to_series()


def name_levels(frame: pl.DataFrame, *, partial_from_length: int) -> pl.Series:
    """The two names are the same after folding, or may be (a lost character), or sound the same, or differ in order or in one."""
    pair = frame.select("name_key", "name_key_p", "pinyin", "pinyin_p").with_row_index("at")
    unequal = pair.filter(pl.col("name_key") != pl.col("name_key_p")).unique(["name_key", "name_key_p"], maintain_order=True)
    unequal = unequal.with_columns(
        lost=_lost_agree(unequal),
        steps=_distance(unequal["name_key"], unequal["name_key_p"], swaps=True),
        length=pl.min_horizontal(pl.col("name_key").str.len_chars(), pl.col("name_key_p").str.len_chars()),
        longer=pl.max_horizontal(pl.col("name_key").str.len_chars(), pl.col("name_key_p").str.len_chars()),
        sound=pl.col("pinyin") == pl.col("pinyin_p"),
        reordered=_sorted_characters("name_key") == _sorted_characters("name_key_p"),
    )
    facts = {fact: pl.col(fact) for fact in ("lost", "sound", "reordered", "steps", "length", "longer")}
    level = in_columns(name_rules(**facts, partial_from_length=partial_from_length))
    unequal = unequal.select("name_key", "name_key_p", name_level=level)
    pair = pair.join(unequal, on=["name_key", "name_key_p"], how="left", maintain_order="left")
    same = pl.when(pl.col("name_key") == pl.col("name_key_p")).then(pl.lit("exact"))
    return pair.select(name_level=pl.coalesce(same, "name_level")).to_series()


def _lost_agree(pairs: pl.DataFrame) -> pl.Series:
    """The names may be the same but for a lost character: a regular expression a row, so only where one is lost."""
    lost = pl.col("name_key").str.contains(LOST, literal=True) | pl.col("name_key_p").str.contains(LOST, literal=True)
    few = pairs.filter(lost).select("name_key", "name_key_p", lost=names_agree(pl.col("name_key"), pl.col("name_key_p")))
    keys = ["name_key", "name_key_p"]
    return pairs.select(keys).join(few, on=keys, how="left", maintain_order="left")["lost"].fill_null(value=False)


def _sorted_characters(column: str) -> pl.Expr:
    return pl.col(column).str.split("").list.sort().list.join("")


def birth_levels(frame: pl.DataFrame) -> pl.Series:
    """The birth days agree, or in part: day and month changed about, one digit, all but the month or the day.

    Where both sides give a number the day inside it is not counted a second time.
    """
    one, other = pl.col("birth"), pl.col("birth_p")
    inside = pl.col("number").is_not_null() & pl.col("number_p").is_not_null() & ~pl.col("own_birth")
    rules = birth_rules(
        silent=one.is_null() | other.is_null() | inside,
        same=one == other,
        swapped=pl.concat_str(one.str.slice(0, 4), one.str.slice(6, 2), one.str.slice(4, 2)) == other,
        month=one.str.slice(0, 6) == other.str.slice(0, 6),
        first=(one.str.slice(6) == FIRST) | (other.str.slice(6) == FIRST),
        day=(one.str.slice(0, 4) == other.str.slice(0, 4)) & (one.str.slice(6) == other.str.slice(6)),
        steps=pl.col("steps"),
    )
    near = pl.Series("steps", _distance(frame["birth"], frame["birth_p"], swaps=True))
    return (
        frame.select("birth", "birth_p", "number", "number_p", "own_birth")
        .with_columns(near)
        .select(birth_level=in_columns(rules))
        .to_series()
    )


def address_levels(frame: pl.DataFrame) -> pl.Series:
    """The narrowest level at which any address of the one agrees with any address of the other."""
    rank = {level: order for order, level in enumerate(ADDRESS_LEVELS)}
    sides = ["place", "other_place", "place_p", "other_place_p"]
    stated = (pl.col("place").is_not_null() | pl.col("other_place").is_not_null()) & (
        pl.col("place_p").is_not_null() | pl.col("other_place_p").is_not_null()
    )
    placed = frame.select(sides).with_row_index("at").filter(stated)
    ranks: list[pl.Expr] = [
        pl.when(pl.col(one).is_not_null() & pl.col(other).is_not_null()).then(
            address_agreement(pl.col(one), pl.col(other)).replace_strict(rank, default=None, return_dtype=pl.Int8)
        )
        for one in sides[:2]
        for other in sides[2:]
        if placed[one].count() and placed[other].count()
    ]
    best = placed.select("at", best=pl.min_horizontal(pl.lit(None, dtype=pl.Int8), *ranks))
    named = best.with_columns(
        address_level=pl.col("best").replace_strict(dict(enumerate(ADDRESS_LEVELS)), default=None, return_dtype=pl.String)
    )
    whole = frame.select(pl.int_range(pl.len(), dtype=pl.UInt32).alias("at"))
    return whole.join(named, on="at", how="left", maintain_order="left")["address_level"]


def _distance(one: pl.Series, other: pl.Series, *, swaps: bool) -> pl.Series:
    """Steps between two texts, counted in characters; null texts are far apart."""
    scorer = OSA.distance if swaps else Levenshtein.distance
    known = (one.is_not_null() & other.is_not_null()).to_numpy()
    steps = np.full(len(one), _FULL, dtype=np.int64)
    if known.any():
        mask = pl.Series(known)
        steps[known] = cpdist(one.filter(mask).to_list(), other.filter(mask).to_list(), scorer=scorer, dtype=np.int64)
    return pl.Series(steps)
