"""Two texts of one field beside each other: which characters agree, which differ, which are unknown.

A lost character (`?`, a private-use glyph) is unknown, and so is a text that is missing: neither is a difference. Of numbers only
the ends and the characters that differ are shown.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from targeting.identifiers.names import UNKNOWN, clean_name, name_key

SAME, DIFFERS, FOLDED, UNREADABLE, HIDDEN = "same", "differs", "folded", "unknown", "hidden"
SHOWN_FRONT, SHOWN_END = 3, 4
MOST_SHOWN = 4
"""A number that differs in more characters is another number: which characters they are would give it away."""
DOT = "•"


@dataclass(frozen=True, slots=True)
class Piece:
    """Neighbouring characters of one kind: same, differs, folded (one character spelt otherwise), unknown or hidden."""

    text: str
    kind: str


Pieces = tuple[Piece, ...]


def texts_beside(left: str | None, right: str | None) -> tuple[Pieces, Pieces]:
    """Both texts in pieces; a missing one is empty, and the other is then all the same.

    >>> texts_beside("张文波", "張文?")[0]
    (Piece(text='张', kind='folded'), Piece(text='文波', kind='same'))
    """
    if not left or not right:
        return _whole(left), _whole(right)
    marks = ([SAME] * len(left), [SAME] * len(right))
    for kind, i1, i2, j1, j2 in _opcodes(left, right):
        if kind == "equal":
            continue
        _mark(marks, left[i1:i2], right[j1:j2], i1, j1)
    return _pieces(left, marks[0]), _pieces(right, marks[1])


def numbers_beside(left: str | None, right: str | None, *, agrees: bool) -> tuple[Pieces, Pieces]:
    """Both numbers with all hidden but their ends and the few characters in which they differ; `agrees`: in another form only.

    >>> "".join(piece.text for piece in numbers_beside("139921196804120020", "139921196804121020", agrees=False)[0])
    '139•••••••••••0020'
    """
    shown = texts_beside(left, right)
    many = any(sum(len(piece.text) for piece in side if piece.kind == DIFFERS) > MOST_SHOWN for side in shown)
    covered = tuple(_covered(side, bare=not (agrees or many)) for side in shown)
    return covered[0], covered[1]


def _opcodes(left: str, right: str) -> Sequence[tuple[str, int, int, int, int]]:
    """Texts of one length are read character by character: a slip keeps the place of the others."""
    if len(left) == len(right):
        return [
            ("equal" if a == b else "replace", at, at + 1, at, at + 1) for at, (a, b) in enumerate(zip(left, right, strict=True))
        ]
    return SequenceMatcher(None, left, right, autojunk=False).get_opcodes()


def _mark(marks: tuple[list[str], list[str]], left: str, right: str, i: int, j: int) -> None:
    if len(left) == len(right):
        for at, (a, b) in enumerate(zip(left, right, strict=True)):
            marks[0][i + at], marks[1][j + at] = _kinds(a, b)
        return
    for side, start, text, other in ((0, i, left, right), (1, j, right, left)):
        silent = bool(other) and all(_lost(character) for character in other)
        for at, character in enumerate(text):
            marks[side][start + at] = UNREADABLE if _lost(character) else SAME if silent else DIFFERS


def _kinds(left: str, right: str) -> tuple[str, str]:
    if _lost(left) or _lost(right):
        return UNREADABLE if _lost(left) else SAME, UNREADABLE if _lost(right) else SAME
    kind = FOLDED if name_key(left, {}) == name_key(right, {}) else DIFFERS
    return kind, kind


def _lost(character: str) -> bool:
    return clean_name(character) == UNKNOWN


def _whole(text: str | None) -> Pieces:
    return _pieces(text, [UNREADABLE if _lost(character) else SAME for character in text]) if text else ()


def _pieces(text: str, marks: list[str]) -> Pieces:
    found: list[Piece] = []
    for character, kind in zip(text, marks, strict=True):
        if found and found[-1].kind == kind:
            found[-1] = Piece(found[-1].text + character, kind)
        else:
            found.append(Piece(character, kind))
    return tuple(found)


def _covered(side: Pieces, *, bare: bool) -> Pieces:
    """The number with its middle hidden; `bare` leaves the characters that differ to be seen."""
    text = "".join(piece.text for piece in side)
    kinds = [piece.kind for piece in side for _ in piece.text]
    short = len(text) < SHOWN_FRONT + SHOWN_END + SHOWN_END
    marks, shown = [], ""
    for at, (character, kind) in enumerate(zip(text, kinds, strict=True)):
        end = not short and (at < SHOWN_FRONT or at >= len(text) - SHOWN_END)
        open_kind = kind if kind == UNREADABLE or (bare and kind == DIFFERS) else SAME if end else HIDDEN
        marks.append(open_kind)
        shown += character if open_kind != HIDDEN else DOT
    return _pieces(shown, marks)
