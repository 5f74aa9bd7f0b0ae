"""Rows with too many or too few fields, put right where that can be done with certainty.

A field too many is a separator inside a value, or an empty field; a field too few is a row cut short. Every way to lay the
fields onto the columns is tried. A way counts if each cell looks like the cells of its column in the file's whole rows (class of
text, and a date, month, number or listed code where that is declared). If several ways count, those are preferred in which every
value is in its range and every text begins and ends as texts of its column do. If one way is left, the row is taken.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import polars as pl

from targeting.identifiers.characters import plain

# A class of text that fewer of the whole rows' cells have is an accident, not how the column looks.
_USUAL_SHARE = 0.005
_MOST_EXTRA, _MOST_MISSING = 3, 6
# How a column looks is learnt from this many of its cells, spread over the file.
_SAMPLE = 5_000
_FIGURES = re.compile(r"[\d.,:/%+¥￥年月日元万-]+")
_CHARACTERS = re.compile(r"[\u3400-\u9fff\U00020000-\U000323af?]")

Fits = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Field:
    """One field of the file: how its cells look, whether a cell is of its type, and what a missing one would mean.

    `edges` holds how texts of the column begin (two characters) and end (one); it is empty where texts are free, as names are.
    `blank_words` stand for nothing in the number of a person, where spaces are no oddity either. A cell fits if it is
    `of_type`; it is familiar only if it is `in_range` too. `certain_when_last`: a part of a value is none.
    """

    classes: frozenset[str]
    edges: frozenset[str]
    of_type: Fits
    in_range: Fits
    blank_words: frozenset[str]
    may_be_missing: bool
    certain_when_last: bool

    def fits(self, text: str) -> bool:
        """The cell could stand in this field."""
        if self.blank_words:
            text = "".join(plain(text).split())
            if not text or text in self.blank_words:
                return True
        return kind_of_text(text) in self.classes and self.of_type(text)

    def familiar(self, text: str | None) -> bool:
        """The cell is in range, and begins and ends as texts of the column do."""
        return not text or (self.in_range(text) and (not self.edges or edges_of(text) <= self.edges))


def kind_of_text(text: str) -> str:
    """The class of a cell by which columns are told apart.

    >>> kind_of_text("139921198901273503"), kind_of_text("2016-03"), kind_of_text("石桥镇"), kind_of_text("")
    ('digits 18', 'figures', 'words', 'empty')
    """
    text = plain(text)
    if not text:
        return "empty"
    if text.isdecimal():
        return f"digits {len(text)}" if len(text) > 8 else "digits"
    if _FIGURES.fullmatch(text):
        return "figures"
    if _CHARACTERS.search(text):
        return "words and digits" if any(map(str.isdecimal, text)) else "words"
    return f"letters and digits {len(text)}" if len(text) > 8 else "letters and digits"


def edges_of(text: str) -> frozenset[str]:
    """How a text begins and ends."""
    text = plain(text)
    return frozenset({f"{text[:2]}…", f"…{'9' if text[-1:].isdecimal() else text[-1:]}"})


def usual_edges(cells: pl.Series) -> frozenset[str]:
    """How the texts of a column begin and end, accidents left out."""
    counts = Counter(edge for text in cells.gather_every(max(1, len(cells) // _SAMPLE)) if text for edge in edges_of(text))
    return frozenset(edge for edge, count in counts.items() if count > 1)


def usual_classes(cells: pl.Series) -> frozenset[str]:
    """The classes of text that the cells of a column usually have."""
    counts: dict[str, int] = {}
    sample = cells.gather_every(max(1, len(cells) // _SAMPLE))
    for text, count in sample.value_counts().iter_rows():
        kind = kind_of_text(text or "")
        counts[kind] = counts.get(kind, 0) + count
    return frozenset(kind for kind, count in counts.items() if count >= _USUAL_SHARE * len(sample))


def realign(received: Sequence[str], fields: Sequence[Field], *, open_quote: bool) -> tuple[str | None, ...] | None:
    """The cells of a row, null where the row was cut; None where more than one reading, or none, is possible."""
    extra = len(received) - len(fields)
    if open_quote or extra > _MOST_EXTRA or -extra > _MOST_MISSING:
        return None
    ways = set(_merged(received, fields) if extra > 0 else _with_gaps(received, fields))
    if len({tuple(cell or "" for cell in way) for way in ways}) > 1:
        ways = {way for way in ways if all(field.familiar(cell) for cell, field in zip(way, fields, strict=True))}
    if len({tuple(cell or "" for cell in way) for way in ways}) != 1:
        return None
    return _without_cut_cell(min(ways, key=lambda way: [cell is None for cell in way]), fields)


def _merged(received: Sequence[str], fields: Sequence[Field], start: int = 0) -> Iterator[tuple[str | None, ...]]:
    """Every way to join neighbouring fields so that each column gets one and looks as usual."""
    if not fields:
        if start == len(received):
            yield ()
        return
    spare = len(received) - start - len(fields)
    for taken in range(1, spare + 2):
        cell = "".join(received[start : start + taken])
        if fields[0].fits(cell):
            for rest in _merged(received, fields[1:], start + taken):
                yield (cell, *rest)


def _with_gaps(received: Sequence[str], fields: Sequence[Field]) -> Iterator[tuple[str | None, ...]]:
    """Every way to leave columns out so that each remaining cell looks as usual and no needed one is missing."""
    if not fields:
        if not received:
            yield ()
        return
    if received and fields[0].fits(received[0]):
        for rest in _with_gaps(received[1:], fields[1:]):
            yield (received[0], *rest)
    if len(fields) > len(received) and fields[0].may_be_missing:
        for rest in _with_gaps(received, fields[1:]):
            yield (None, *rest)


def _without_cut_cell(way: tuple[str | None, ...], fields: Sequence[Field]) -> tuple[str | None, ...] | None:
    """The cells of a row, without its last one where the row was cut after it and a part of a value would look whole."""
    cells = list(way)
    last = max((place for place, cell in enumerate(way) if cell is not None), default=0)
    if last < len(way) - 1 and not fields[last].certain_when_last:
        cells[last] = None
        if not fields[last].may_be_missing:
            return None
    return tuple(cells)
