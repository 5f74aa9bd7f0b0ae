"""Width, spaces and shape of single values, before any meaning is read into them.

NFKC makes full-width digits, letters and the ideographic space (U+3000) plain. The shape of a value is what may be shown of it in
a rejects list or an error: where the digits, letters and characters stand, never which.
"""

import re
import unicodedata

import polars as pl

# Format characters (zero-width space and joiners, byte-order mark) and controls: they carry no meaning in a register cell.
INVISIBLE = r"[\u{0000}-\u{0008}\u{000B}-\u{001F}\u{007F}\u{00AD}\u{200B}-\u{200F}\u{2028}-\u{202E}\u{2060}\u{FEFF}]"
_INVISIBLE = re.compile("[\u0000-\u0008\u000b-\u001f\u007f\u00ad\u200b-\u200f\u2028-\u202e\u2060\ufeff]")
_RUN = re.compile(r"(.)\1{2,}", re.DOTALL)
_LONGEST_SHAPE = 80
_LONGEST_TEXT = 320


def plain(text: str) -> str:
    """The text in half width, without invisible characters and outer spaces.

    >>> plain("　１３９９２１　")
    '139921'
    """
    return _INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).strip()


def plain_series(texts: pl.Series) -> pl.Series:
    """The texts in half width, without invisible characters and outer spaces."""
    return texts.str.normalize("NFKC").str.replace_all(INVISIBLE, "").str.strip_chars()


def shape(text: str) -> str:
    """The text with 9 for a digit, A for a letter, 汉 for a character; three and more of a kind are counted.

    An X that closes 17 digits is a check character and is kept.

    >>> shape("13992119900101123x"), shape("张三"), shape("2026-1-5")
    ('9{17}X', '汉汉', '9{4}-9-9')
    """
    return str(shapes(pl.Series([text], dtype=pl.String))[0])


def shapes(texts: pl.Series) -> pl.Series:
    """The shape of each text; that of a null is empty."""
    marked = (
        texts.fill_null("")
        .str.slice(0, _LONGEST_TEXT)
        .str.replace_all(r"^(\s*)(\d{17})[xX](\s*)$", "$1$2\u0000$3")
        .str.replace_all(r"\d", "9")
        .str.replace_all(r"[\p{Lu}\p{Ll}]", "A")
        .str.replace_all(r"[\p{Lo}\p{Lm}\p{Lt}\p{N}\p{Co}\p{M}--9]", "汉")
        .str.replace_all("\u0000", "X", literal=True)
    )
    distinct = marked.unique()
    counted = [_counted(marks) for marks in distinct.to_list()]
    return marked.replace_strict(distinct, pl.Series(counted, dtype=pl.String), return_dtype=pl.String)


def _counted(marks: str) -> str:
    counted = _RUN.sub(lambda run: f"{run[1]}{{{len(run[0])}}}", marks)
    return counted if len(counted) <= _LONGEST_SHAPE else counted[:_LONGEST_SHAPE] + "…"
