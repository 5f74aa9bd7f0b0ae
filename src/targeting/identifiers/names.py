"""Names as registers write them: cleaned for reading, folded to a key for comparison (DOMAIN §6).

Cleaned: half width, no spaces, one middle dot (U+00B7) for the five in use, one sign (`?`) for a lost character. The key drops
dots and notes in brackets, and folds traditional and declared variant characters; a lost character stays `?`, which is
unknown and not a mismatch. Traditional characters: OpenCC's t2s dictionary, single characters only.
"""

import re
from collections.abc import Callable, Mapping
from functools import cache

import opencc
import polars as pl

from targeting.identifiers.characters import plain

UNKNOWN = "?"
MIDDLE_DOT = "\u00b7"

# U+00B7, bullet, hyphenation point, katakana dots, full stops and hyphens stand for the dot of minority names.
_DOTS = re.compile(r"[·•‧∙⋅・･．。.\-‐‑–—－_]+")
# ? and * typed for a lost character, geta mark, boxes, replacement character, private-use glyphs of older systems.
_LOST = re.compile("[?*〓□■▢◻●○×\ufffd\ue000-\uf8ff\U000f0000-\U0010fffd]")
_NOTE = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_STRAY = re.compile(r"[\s'\"“”‘’`,，;；:：/\\|]+")

_HAN = r"^[\u{3400}-\u{4DBF}\u{4E00}-\u{9FFF}]+$"  # nothing in such a name is cleaned
_IDEOGRAPHS = ((0x3400, 0x4DC0), (0x4E00, 0xA000), (0xF900, 0xFB00), (0x20000, 0x2EBF0), (0x30000, 0x323B0))


def clean_name(text: str) -> str:
    """The name without spaces and stray signs, with one kind of dot and one sign for a lost character.

    >>> clean_name(" 卡德尔.麦麦提　"), clean_name("张〓")
    ('卡德尔·麦麦提', '张?')
    """
    name = _LOST.sub(UNKNOWN, _STRAY.sub("", plain(text)))
    return _DOTS.sub(MIDDLE_DOT, name).strip(MIDDLE_DOT)


def name_key(name: str, variants: Mapping[str, str]) -> str:
    """The cleaned name folded for comparison; `variants` maps declared variant characters to the usual one.

    >>> name_key("陳·玉(已故)", {}), name_key("兪明", {"兪": "俞"})
    ('陈玉', '俞明')
    """
    return _key(name, _folding(tuple(sorted(variants.items()))))


def clean_names(texts: pl.Series) -> pl.Series:
    """The cleaned names of texts as received; null and empty give null."""
    return _mapped(texts, clean_name, unchanged=texts.str.contains(_HAN))


def name_keys(cleaned: pl.Series, variants: Mapping[str, str]) -> pl.Series:
    """The keys of cleaned names; null and empty give null."""
    folding = _folding(tuple(sorted(variants.items())))
    signs = cleaned.str.split("").explode().unique().drop_nulls().to_list()
    folded = pl.Series([sign for sign in signs if sign and ord(sign) in folding], dtype=pl.String)
    unchanged = cleaned.str.contains(_HAN) & ~cleaned.str.contains_any(folded.implode())
    return _mapped(cleaned, lambda name: _key(name, folding), unchanged=unchanged)


def _mapped(texts: pl.Series, change: Callable[[str], str], *, unchanged: pl.Series) -> pl.Series:
    """Each text changed, once a distinct text, but for those known to be `unchanged`; null and empty give null."""
    if unchanged.all(ignore_nulls=False):
        return texts
    distinct = [text for text in texts.filter(~unchanged).unique().to_list() if text]
    changed = pl.Series([change(text) or None for text in distinct], dtype=pl.String)
    mapped = texts.replace_strict(pl.Series(distinct, dtype=pl.String), changed, default=None, return_dtype=pl.String)
    return texts.zip_with(unchanged.fill_null(value=False), mapped)


def _key(name: str, folding: dict[int, str]) -> str:
    without_note = _NOTE.sub("", name) if "(" in name or "[" in name else name
    return without_note.replace(MIDDLE_DOT, "").translate(folding).upper()


@cache
def _folding(variants: tuple[tuple[str, str], ...]) -> dict[int, str]:
    """Translation table of traditional and declared variant characters; built once for a declaration (30 ms)."""
    ideographs = [chr(code) for start, end in _IDEOGRAPHS for code in range(start, end)]
    simplified = opencc.OpenCC("t2s").convert("\n".join(ideographs)).split("\n")
    folding = {ord(old): new for old, new in zip(ideographs, simplified, strict=True) if old != new}
    return folding | {ord(variant): folding.get(ord(usual), usual) for variant, usual in variants}
