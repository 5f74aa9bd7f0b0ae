"""Cells of a code list: a listed word, or a longer wording in which exactly one listed code is named.

"肢体残疾一级" names a category in one column and a grade in another; "正常使用" is 正常. "非正常" and "未注销" are not: where a
declared word of another sense stands beside the word, and where two codes are named, the cell is unknown.
"""

import re
from collections.abc import Callable, Mapping, Sequence

from targeting.identifiers.characters import plain
from targeting.registers.cells import Cell, Value

# Shorter words stand inside others by accident.
_SHORTEST_WORD = 2
_NOTE = re.compile(r"[(\[【<].*?[)\]】>]")


def folded_word(text: str) -> str:
    """The word as code lists are compared: half width, lower case, no spaces."""
    return "".join(plain(text).split()).lower()


def code_reader(words: Mapping[str, Value], *, other_sense: Sequence[str]) -> Callable[[str], Cell]:
    """A reader of cells that hold or name one of the words, which are folded."""

    def read(text: str) -> Cell:
        word = folded_word(text)
        if word in words:
            return Cell(words[word])
        code = named_code(word, words, other_sense=other_sense)
        return Cell(None, fault="unknown_code") if code is None else Cell(code, form="longer")

    return read


def named_code(text: str, words: Mapping[str, Value], *, other_sense: Sequence[str]) -> Value | None:
    """The one code that a folded text names; None where it names none or several, or says more than a code.

    >>> words = {"正常": "active", "死亡": "dead", "一级": 1, "不符合": "no", "符合": "yes"}
    >>> [named_code(text, words, other_sense="非未") for text in ("正常使用", "非正常", "一级(肢体)", "正常/死亡", "不符合要求")]
    ['active', None, 1, None, 'no']
    """
    bare = _NOTE.sub("", text)
    if bare in words:
        return words[bare]
    spans = [
        (found.start(), found.end(), code)
        for word, code in words.items()
        if len(word) >= _SHORTEST_WORD and not word.isascii()
        for found in re.finditer(re.escape(word), bare)
    ]
    widest = [
        (start, end, code)
        for start, end, code in spans
        if not any(first <= start and end <= last and (first, last) != (start, end) for first, last, _ in spans)
    ]
    rest = "".join(
        " " if any(start <= place < end for start, end, _ in widest) else character for place, character in enumerate(bare)
    )
    codes = {code for _, _, code in widest}
    return codes.pop() if len(codes) == 1 and not any(word in rest for word in other_sense) else None
