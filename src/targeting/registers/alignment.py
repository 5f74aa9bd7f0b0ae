"""Rows with too many or too few fields, put right where that can be done with certainty.

A field too many is a separator inside a value, or an empty field; a field too few is a row cut short. Every way to lay the fields
onto the columns is tried; a way counts if each cell looks like the cells of its column in the file's whole rows (class of text,
and a date, month or listed code where that is declared). If all ways that count give the same cells, the row is taken.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import polars as pl

from targeting.identifiers.characters import plain

# A class of text that fewer of the whole rows' cells have is an accident, not how the column looks.
_USUAL_SHARE = 0.005
_MOST_EXTRA, _MOST_MISSING = 3, 6

Fits = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Field:
    """One field of the file: how its cells look, whether a cell is of its type, and what a missing one would mean."""

    classes: frozenset[str]
    of_type: Fits
    may_be_missing: bool
    certain_when_last: bool

    def fits(self, text: str) -> bool:
        """The cell could stand in this field."""
        return kind_of_text(text) in self.classes and self.of_type(text)


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
    if re.fullmatch(r"[\d.,:/%+¥￥年月日元万-]+", text):
        return "figures"
    if re.search(r"[\u3400-\u9fff\U00020000-\U000323af?]", text):
        return "words"
    return f"letters and digits {len(text)}" if len(text) > 8 else "letters and digits"


def usual_classes(cells: pl.Series) -> frozenset[str]:
    """The classes of text that the cells of a column usually have."""
    counts: dict[str, int] = {}
    for text, count in cells.value_counts().iter_rows():
        kind = kind_of_text(text or "")
        counts[kind] = counts.get(kind, 0) + count
    return frozenset(kind for kind, count in counts.items() if count >= _USUAL_SHARE * len(cells))


def realign(received: Sequence[str], fields: Sequence[Field], *, open_quote: bool) -> tuple[str | None, ...] | None:
    """The cells of a row, null where the row was cut; None where more than one reading, or none, is possible."""
    extra = len(received) - len(fields)
    if open_quote or extra > _MOST_EXTRA or -extra > _MOST_MISSING:
        return None
    ways = _merged(received, fields) if extra > 0 else _with_gaps(received, fields)
    distinct = {tuple(cell or "" for cell in way): way for way in ways}
    return next(iter(distinct.values())) if len(distinct) == 1 else None


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
    """Every way to leave columns out so that each remaining cell looks as usual.

    The last cell of a row cut short may be cut itself: it counts only where a part of a value would not be one.
    """
    missing = len(fields) - len(received)
    for gaps in combinations(range(len(fields)), missing):
        places = [place for place in range(len(fields)) if place not in gaps]
        if not all(fields[place].fits(cell) for place, cell in zip(places, received, strict=True)):
            continue
        cells: list[str | None] = [None] * len(fields)
        for place, cell in zip(places, received, strict=True):
            cells[place] = cell
        if places and gaps[-1] > places[-1] and received[-1] and not fields[places[-1]].certain_when_last:
            cells[places[-1]] = None
        if all(cell is not None or field.may_be_missing for cell, field in zip(cells, fields, strict=True)):
            yield tuple(cells)
