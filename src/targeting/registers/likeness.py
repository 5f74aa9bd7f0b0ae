"""Which declared register an unknown file is like, and which of its columns are which: by headers, and by what stands in them.

By content a column is known by its code list or its numbering scheme; where the file has one column of a type and the register
one too, they belong together. Anything less certain is left to a person.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from targeting.identifiers.characters import plain_series
from targeting.registers.codes import folded_word
from targeting.registers.headers import match
from targeting.registers.profile import ColumnProfile
from targeting.registers.unknown import UnknownFile
from targeting.specs.registers import ColumnSpec, ColumnType, RegisterSpec
from targeting.specs.values import Values

# Half of the telling columns must be found, each with nearly all of its cells.
_TELLING, _FITS = 0.5, 0.85
_FEWEST = 3
_SAMPLE = 20_000
_SINGLE = (ColumnType.RESIDENT_ID, ColumnType.NAME, ColumnType.DATE, ColumnType.MONTH, ColumnType.SHARE)


@dataclass(frozen=True, slots=True)
class Likeness:
    """A declared register and the file's column (by place) of each of its columns; `by` says what showed it."""

    register: str
    by: str
    columns: dict[str, int]
    complete: bool


def likeness(
    file: UnknownFile, profiles: Sequence[ColumnProfile], specs: Mapping[str, RegisterSpec], values: Values
) -> Likeness | None:
    """The register that the file is most like; None where it is like none."""
    return _by_headers(file, specs, values) or _by_content(file, profiles, specs)


def _by_headers(file: UnknownFile, specs: Mapping[str, RegisterSpec], values: Values) -> Likeness | None:
    found = []
    for name, spec in specs.items():
        places = match(file.headers, spec, {}, values.headers).positions
        required = {column.name for column in spec.columns if column.required}
        if len(places) >= max(_FEWEST, _TELLING * len(file.headers)):
            found.append((required <= set(places), len(places), name, places))
    if not found:
        return None
    complete, _, name, places = max(found, key=lambda way: way[:2])
    return Likeness(name, "headers", dict(places), complete)


def _by_content(file: UnknownFile, profiles: Sequence[ColumnProfile], specs: Mapping[str, RegisterSpec]) -> Likeness | None:
    counts = {profile.place: _counts(file.cells[f"c{profile.place}"]) for profile in profiles}
    found = []
    for name, spec in specs.items():
        telling = [column for column in spec.columns if _tells(column)]
        pairs = _best_pairs(telling, profiles, counts)
        enough = len(pairs) >= 2 or any(spec.by_name[column].check for column in pairs)
        if enough and len(pairs) >= _TELLING * len(telling):
            found.append((len(pairs) / len(telling), len(pairs), name, pairs))
    if not found:
        return None
    _, _, name, pairs = max(found, key=lambda way: way[:2])
    columns = {**pairs, **_single_pairs(specs[name], profiles, pairs)}
    required = {column.name for column in specs[name].columns if column.required}
    return Likeness(name, "content", columns, required <= set(columns))


def _tells(column: ColumnSpec) -> bool:
    """The column's cells follow a scheme or a list of words that no other column has."""
    return column.check is not None or (column.type is ColumnType.CODE and len(column.codes) > 1)


def _counts(cells: pl.Series) -> dict[str, int]:
    sample = plain_series(cells.gather_every(max(1, len(cells) // _SAMPLE)))
    counts: dict[str, int] = {}
    for text, count in sample.filter(sample != "").value_counts().iter_rows():
        counts[folded_word(text)] = counts.get(folded_word(text), 0) + count
    return counts


def _best_pairs(
    columns: Sequence[ColumnSpec], profiles: Sequence[ColumnProfile], counts: Mapping[int, Mapping[str, int]]
) -> dict[str, int]:
    """Columns with the file's columns whose cells they list or check, the best fitting first, each once."""
    ways = [
        (_fit(column, profile, counts[profile.place]), column.name, profile.place) for column in columns for profile in profiles
    ]
    pairs: dict[str, int] = {}
    for fit, name, place in sorted(ways, key=lambda way: (-way[0], way[1], way[2])):
        if fit >= _FITS and name not in pairs and place not in pairs.values():
            pairs[name] = place
    return pairs


def _fit(column: ColumnSpec, profile: ColumnProfile, counts: Mapping[str, int]) -> float:
    """Share of the cells that the column lists or checks; words of two codes at least, none a bare letter or digit."""
    if column.check is not None:
        return 1.0 if profile.check is column.check else 0.0
    listed = {
        folded_word(word): code for code, words in column.codes.items() for word in words if len(word) > 1 or not word.isascii()
    }
    met = {word: count for word, count in counts.items() if word in listed}
    if len({listed[word] for word in met}) < 2:
        return 0.0
    return sum(met.values()) / sum(counts.values())


def _single_pairs(spec: RegisterSpec, profiles: Sequence[ColumnProfile], found: Mapping[str, int]) -> dict[str, int]:
    """Where file and register have one column each of a type that is not placed yet, they are the same."""
    pairs = {}
    for type_ in _SINGLE:
        columns = [column.name for column in spec.columns if column.type is type_ and column.name not in found]
        places = [profile.place for profile in profiles if profile.type is type_ and profile.place not in found.values()]
        if len(columns) == len(places) == 1:
            pairs[columns[0]] = places[0]
    return pairs
