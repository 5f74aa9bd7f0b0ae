"""How far two records agree in one field: the place of the level in its declaration, or null where one side is silent.

Equal texts are told by their codes; only distinct unequal pairs of texts are compared (Winkler 1990; Damerau 1964, restricted).
"""

import numpy as np
import polars as pl
from rapidfuzz.distance import OSA, JaroWinkler
from rapidfuzz.process import cpdist

from targeting.linkage.compare import address_levels, name_levels, number_levels
from targeting.linkage.forms import VERIFIED
from targeting.specs.files import Compared, Kind

PARTIAL_FROM = 3  # a shorter Chinese name differs in half of its characters


def levels(field: Compared, pairs: pl.DataFrame, left: pl.DataFrame, right: pl.DataFrame) -> pl.Series:
    """The level of every pair (`left`, `right`: rows of the two tables) in this field."""
    if field.kind is Kind.RESIDENT_ID:
        return _coded(field, number_levels(_numbers(field, pairs, left, right)))
    if field.kind is Kind.ADDRESS:
        return _coded(field, address_levels(_places(field, pairs, left, right)))
    one, other = left[field.name].gather(pairs["left"]), right[field.name].gather(pairs["right"])
    frame = pl.DataFrame({"name_key": one, "name_key_p": other})
    if field.kind is Kind.HAN_NAME:
        pinyin = f"{field.name}.pinyin"
        frame = frame.with_columns(pinyin=left[pinyin].gather(pairs["left"]), pinyin_p=right[pinyin].gather(pairs["right"]))
        return _coded(field, name_levels(frame, partial_from_length=PARTIAL_FROM))
    unequal = frame.filter(pl.col("name_key") != pl.col("name_key_p")).unique(maintain_order=True)
    if field.kind is Kind.TEXT:
        found = _similar(field, unequal)
    else:
        found = {Kind.DATE: _dates, Kind.DIGITS: _digits, Kind.CATEGORY: _categories}[field.kind](unequal)
    named = unequal.with_columns(level=found)
    joined = frame.join(named, on=["name_key", "name_key_p"], how="left", maintain_order="left")
    same = pl.when(pl.col("name_key") == pl.col("name_key_p")).then(pl.lit("exact"))
    level = _coded(field, joined.select(level=pl.coalesce(same, "level"))["level"])
    return _changed_about(field, level, pairs, left, right)


def _coded(field: Compared, names: pl.Series) -> pl.Series:
    codes = {name: code for code, name in enumerate(field.levels())}
    return names.replace_strict(codes, default=None, return_dtype=pl.Int8).alias(field.name)


def _changed_about(field: Compared, level: pl.Series, pairs: pl.DataFrame, left: pl.DataFrame, right: pl.DataFrame) -> pl.Series:
    if field.swapped_with is None:
        return level
    one, other = left[field.name].gather(pairs["left"]), right[field.swapped_with].gather(pairs["right"])
    back, forth = left[field.swapped_with].gather(pairs["left"]), right[field.name].gather(pairs["right"])
    changed = ((one == other) & (back == forth)).fill_null(value=False) & (level != 0).fill_null(value=True)
    return pl.select(pl.when(changed).then(pl.lit(1, dtype=pl.Int8)).otherwise(level)).to_series().alias(field.name)


def _similar(field: Compared, unequal: pl.DataFrame) -> pl.Series:
    one, other = unequal["name_key"].to_list(), unequal["name_key_p"].to_list()
    share = cpdist(one, other, scorer=JaroWinkler.similarity, dtype=np.float64)
    level = pl.lit("different")
    for least in sorted(field.similar):
        level = pl.when(pl.col("share") >= least).then(pl.lit(f"similar_{least:g}")).otherwise(level)
    return pl.DataFrame({"share": share}).select(level=level)["level"]


def _digits(unequal: pl.DataFrame) -> pl.Series:
    steps = _steps(unequal)
    return _named(steps, {1: "one_step", 2: "two_steps"})


def _dates(unequal: pl.DataFrame) -> pl.Series:
    one, other = pl.col("name_key"), pl.col("name_key_p")
    swapped = pl.concat_str(one.str.slice(0, 4), one.str.slice(6, 2), one.str.slice(4, 2)) == other
    month = one.str.slice(0, 6) == other.str.slice(0, 6)
    day = (one.str.slice(0, 4) == other.str.slice(0, 4)) & (one.str.slice(6) == other.str.slice(6))
    near = (_steps(unequal) == 1) | unequal.select(month | day).to_series()
    level = pl.when(swapped).then(pl.lit("swapped")).when(near).then(pl.lit("partial")).otherwise(pl.lit("different"))
    return unequal.select(level=level)["level"]


def _categories(unequal: pl.DataFrame) -> pl.Series:
    return _named(pl.Series([9]).new_from_index(0, unequal.height), {})


def _steps(unequal: pl.DataFrame) -> pl.Series:
    one, other = unequal["name_key"].to_list(), unequal["name_key_p"].to_list()
    return pl.Series(cpdist(one, other, scorer=OSA.distance, dtype=np.int64, score_cutoff=3))


def _named(steps: pl.Series, names: dict[int, str]) -> pl.Series:
    return steps.replace_strict(names, default="different", return_dtype=pl.String)


def _numbers(field: Compared, pairs: pl.DataFrame, left: pl.DataFrame, right: pl.DataFrame) -> pl.DataFrame:
    parts = {"number": ":number", "id_form": ":form", "verified": VERIFIED}
    columns = {name: left[field.name + part].gather(pairs["left"]) for name, part in parts.items()}
    columns |= {f"{name}_p": right[field.name + part].gather(pairs["right"]) for name, part in parts.items()}
    return pl.DataFrame(columns | {"doubtful": left[field.name + ":doubtful"].gather(pairs["left"])})


def _places(field: Compared, pairs: pl.DataFrame, left: pl.DataFrame, right: pl.DataFrame) -> pl.DataFrame:
    place, place_p = (side[f"{field.name}:place"].gather(pairs[which]) for which, side in (("left", left), ("right", right)))
    return pl.DataFrame({"place": place, "place_p": place_p}).with_columns(
        other_place=pl.lit(None, dtype=place.dtype), other_place_p=pl.lit(None, dtype=place.dtype)
    )
