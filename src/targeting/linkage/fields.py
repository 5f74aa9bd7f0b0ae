"""How far two records agree in one field: the place of the level in its declaration, or -1 where one side is silent.

Equal texts are told by comparing columns; distances are counted for unequal pairs only (Winkler 1990; Damerau 1964, restricted),
in characters, never bytes.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
from rapidfuzz.distance import OSA, JaroWinkler
from rapidfuzz.process import cpdist

from targeting.identifiers.addresses import PARTS, agreement_rules
from targeting.linkage.compare import number_levels
from targeting.linkage.exact import names_agree
from targeting.linkage.forms import VERIFIED, numbers
from targeting.linkage.levels import Rules, in_columns, name_rules
from targeting.linkage.prepare import LOST
from targeting.specs.files import Compared, Kind

Codes = npt.NDArray[np.int8]
ABSENT = -1
PARTIAL_FROM = 3  # a shorter Chinese name differs in half of its characters
_AT_ONCE = 500_000  # pairs whose texts are Python's at a time


def levels(field: Compared, pairs: pl.DataFrame, left: pl.DataFrame, right: pl.DataFrame) -> Codes:
    """The level of every pair (`left`, `right`: rows of the two tables) in this field."""
    if field.kind is Kind.ADDRESS:
        return _addresses(field, pairs, left, right)
    one, other = left[field.name].gather(pairs["left"]), right[field.name].gather(pairs["right"])
    said = (one.is_not_null() & other.is_not_null()).to_numpy()
    codes = np.where(said, 0, ABSENT).astype(np.int8)
    unequal = said & (one != other).fill_null(value=False).to_numpy()
    if field.kind is Kind.RESIDENT_ID:
        unequal = said  # two numbers may be the same as far as both are kept
    at = np.flatnonzero(unequal)
    if len(at):
        texts = pl.DataFrame({"one": one.gather(at), "other": other.gather(at)})
        codes[at] = _UNEQUAL[field.kind](field, texts, pairs[at], left, right)
    if field.swapped_with is not None:
        codes[_changed_about(field.name, field.swapped_with, pairs, left, right) & (codes != 0)] = 1
    return codes


def _changed_about(
    name: str, swapped: str, pairs: pl.DataFrame, left: pl.DataFrame, right: pl.DataFrame
) -> npt.NDArray[np.bool_]:
    there = left[name].gather(pairs["left"]) == right[swapped].gather(pairs["right"])
    back = left[swapped].gather(pairs["left"]) == right[name].gather(pairs["right"])
    return (there & back).fill_null(value=False).to_numpy()


def _texts(field: Compared, texts: pl.DataFrame, *_: pl.DataFrame) -> Codes:
    share = _measured(texts, JaroWinkler.similarity, dtype=np.float32)
    names = field.levels()
    codes = np.full(len(share), len(names) - 1, dtype=np.int8)
    for least in sorted(field.similar):
        codes[share >= least] = names.index(f"similar_{least:g}")
    return codes


def _digits(field: Compared, texts: pl.DataFrame, *_: pl.DataFrame) -> Codes:
    steps = _measured(texts, OSA.distance, cutoff=2)
    codes: Codes = np.minimum(steps, field.levels().index("different")).astype(np.int8)
    return codes


def _categories(_field: Compared, texts: pl.DataFrame, *_: pl.DataFrame) -> Codes:
    return np.ones(texts.height, dtype=np.int8)


def _dates(field: Compared, texts: pl.DataFrame, *_: pl.DataFrame) -> Codes:
    one, other = pl.col("one"), pl.col("other")
    swapped = pl.concat_str(one.str.slice(0, 4), one.str.slice(6, 2), one.str.slice(4, 2)) == other
    month = one.str.slice(0, 6) == other.str.slice(0, 6)
    day = (one.str.slice(0, 4) == other.str.slice(0, 4)) & (one.str.slice(6) == other.str.slice(6))
    steps = pl.Series(_measured(texts, OSA.distance, cutoff=1))
    return _named(field, texts, [(swapped, "swapped"), (pl.lit(steps) == 1, "one_step"), (month | day, "partial")])


def _names(field: Compared, texts: pl.DataFrame, pairs: pl.DataFrame, left: pl.DataFrame, right: pl.DataFrame) -> Codes:
    one, other, pinyin = pl.col("one"), pl.col("other"), f"{field.name}.pinyin"
    texts = texts.with_columns(
        sound=(left[pinyin].gather(pairs["left"]) == right[pinyin].gather(pairs["right"])).fill_null(value=False),
        steps=pl.Series(_measured(texts, OSA.distance, cutoff=1)),
        length=pl.min_horizontal(one.str.len_chars(), other.str.len_chars()),
        longer=pl.max_horizontal(one.str.len_chars(), other.str.len_chars()),
    ).with_row_index("row")
    ends = other.str.contains(one.str.slice(0, 1), literal=True) & other.str.contains(one.str.slice(-1), literal=True)
    reordered = texts.filter((pl.col("length") == pl.col("longer")) & ends).filter(_sorted(one) == _sorted(other))["row"]
    lost = texts.filter(one.str.contains(LOST, literal=True) | other.str.contains(LOST, literal=True))
    lost_alike = lost.filter(names_agree(one, other))["row"]
    rules = name_rules(
        lost=pl.col("row").is_in(lost_alike.implode()),
        sound=pl.col("sound"),
        reordered=pl.col("row").is_in(reordered.implode()),
        steps=pl.col("steps"),
        length=pl.col("length"),
        longer=pl.col("longer"),
        partial_from_length=PARTIAL_FROM,
    )
    return _named(field, texts, rules)


def _sorted(text: pl.Expr) -> pl.Expr:
    return text.str.split("").list.sort().list.join("")


def _numbers(field: Compared, _texts: pl.DataFrame, pairs: pl.DataFrame, left: pl.DataFrame, right: pl.DataFrame) -> Codes:
    sides = []
    for table, row, suffix in ((left, "left", ""), (right, "right", "_p")):
        text, valid = (table[field.name + part].gather(pairs[row]) for part in ("", VERIFIED))
        side = numbers(text, valid).with_columns(verified=valid)
        sides.append(side.select(pl.all().name.suffix(suffix)))
    doubtful = left[f"{field.name}:doubtful"].gather(pairs["left"]).alias("doubtful")
    found = number_levels(pl.concat(sides, how="horizontal").with_columns(doubtful))
    return _coded(field, found)


def _addresses(field: Compared, pairs: pl.DataFrame, left: pl.DataFrame, right: pl.DataFrame) -> Codes:
    none = np.zeros(pairs.height, dtype=np.uint64)

    def side(table: pl.DataFrame, row: str) -> tuple[dict[str, Any], dict[str, Any]]:
        """The hashes of the parts, and where there are any."""
        there = [part for part in PARTS if f"{field.name}:{part}" in table.columns]
        values = {part: table[f"{field.name}:{part}"].gather(pairs[row]) for part in there}
        known = {part: values[part].is_not_null().to_numpy() for part in there}
        return {part: values[part].fill_null(0).to_numpy() for part in there}, known

    (one, in_one), (other, in_other) = side(left, "left"), side(right, "right")
    nowhere = np.zeros(pairs.height, dtype=bool)
    both = {part: in_one.get(part, nowhere) & in_other.get(part, nowhere) for part in PARTS}
    equal = {part: both[part] & (one.get(part, none) == other.get(part, none)) for part in PARTS}
    houses = ~in_one.get("estate", nowhere) | ~in_other.get("estate", nowhere)
    codes = np.full(pairs.height, field.levels().index("different"), dtype=np.int8)
    rules = agreement_rules(lambda part: equal[part], lambda part: both[part] & ~equal[part], houses=houses)
    for holds, level in reversed(rules):
        codes[holds] = field.levels().index(level)
    stated = [np.logical_or.reduce([nowhere, *known.values()]) for known in (in_one, in_other)]
    codes[~(stated[0] & stated[1])] = ABSENT
    return codes


def _measured(texts: pl.DataFrame, scorer: Any, *, dtype: Any = np.int8, cutoff: int | None = None) -> npt.NDArray[Any]:
    """The distance or similarity of every row's two texts, on all cores; one step beyond the cutoff where it is further."""
    found = [
        cpdist(batch["one"].to_list(), batch["other"].to_list(), scorer=scorer, score_cutoff=cutoff, dtype=dtype, workers=-1)
        for batch in texts.select("one", "other").iter_slices(_AT_ONCE)
    ]
    return np.concatenate(found)


def _named(field: Compared, texts: pl.DataFrame, rules: Rules) -> Codes:
    return _coded(field, texts.select(level=in_columns(rules))["level"])


def _coded(field: Compared, names: pl.Series) -> Codes:
    codes = {name: code for code, name in enumerate(field.levels())}
    return names.replace_strict(codes, default=ABSENT, return_dtype=pl.Int8).fill_null(ABSENT).to_numpy().copy()


_UNEQUAL: dict[Kind, Callable[..., Codes]] = {
    Kind.TEXT: _texts,
    Kind.DIGITS: _digits,
    Kind.DATE: _dates,
    Kind.CATEGORY: _categories,
    Kind.HAN_NAME: _names,
    Kind.RESIDENT_ID: _numbers,
}
