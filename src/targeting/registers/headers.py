"""Which field of a file is which declared column.

Headers are compared in half width and lower case, without spaces, underscores, required marks, quotes and byte-order mark. A note
in brackets is dropped; if it names a unit of money, that is the unit of the cells: 注册资本（万元）.

What no declared header names is looked for by its sense: declared words of one meaning (时间 and 日期) count as one,
and whose it is may stand before it (产权人证件号码), unless that is somebody else (监护人, 代理人). Only a field and a column
that have no other counterpart find each other so.
"""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from targeting.errors import InvalidInput
from targeting.identifiers.characters import plain
from targeting.specs.registers import MONEY_UNITS, ColumnSpec, ColumnType, RegisterSpec
from targeting.specs.values import HeaderWords

# Titles above the header ("清河县不动产登记信息表") take a few lines at most.
TITLE_LINES = 5
_NOTE = re.compile(r"[(\[【<](.*?)[)\]】>]")
_SIGNS = re.compile(r"[\s_*:'\"“”`·.,、/#&\-]")
_EITHER = re.compile(r"[/、或]")
_SHORTEST_TAIL = 3


@dataclass(frozen=True, slots=True)
class HeaderMatch:
    """Position and unit of each declared column found, the headers as received, and what has no counterpart."""

    received: tuple[str, ...]
    positions: dict[str, int]
    units: dict[str, str]
    absent: tuple[str, ...]
    unread: tuple[str, ...]

    def header(self, column: str) -> str:
        """The header of a declared column as received."""
        return self.received[self.positions[column]] if column in self.positions else column


def folded(header: str) -> str:
    """The header as it is compared.

    >>> folded("＊身份证 号码")
    '身份证号码'
    """
    return _SIGNS.sub("", plain(header)).lower()


def match(received: Sequence[str], spec: RegisterSpec, own: Mapping[str, str], words: HeaderWords) -> HeaderMatch:
    """Declared columns by their position in a header line; `own` are the source's own headers of some columns.

    An earlier alternative wins over a later one, the whole header over one without its note, a declared header over one of the
    same sense, and a field goes to one column.
    """
    whole = [folded(header) for header in received]
    bare = [folded(_NOTE.sub("", plain(header))) for header in received]
    positions: dict[str, int] = {}
    wanted = _wanted(spec, own)
    for fields in (whole, bare):
        for column, header in wanted:
            if column in positions or header not in fields:
                continue
            free = [place for place, field in enumerate(fields) if field == header and place not in positions.values()]
            if free:
                positions[column] = free[0]
    for sense in (_same_words, _one_of_two, _same_ending):
        positions |= _by_sense(sense, received, positions, spec, own, words)
    units = {column: unit for column, place in positions.items() if (unit := _unit(received[place], spec.by_name[column]))}
    return HeaderMatch(
        received=tuple(header.strip() for header in received),
        positions=positions,
        units=units,
        absent=tuple(column.name for column in spec.columns if column.name not in positions),
        unread=tuple(header.strip() for place, header in enumerate(received) if place not in positions.values()),
    )


def refuse_unmatched(found: HeaderMatch, spec: RegisterSpec, own: Mapping[str, str], *, file: str) -> None:
    """Nothing, where all required columns are found once.

    Raises:
        InvalidInput: with each required column that has no header, and each header that stands twice.
    """
    faults = [
        f"no header for {column.name} ({column.type}): expected {_either(own.get(name), column)}"
        for name, column in spec.by_name.items()
        if name in found.absent and (column.required or name in own)
    ]
    if not found.positions and not faults:
        faults.append("none of the declared headers is in the file")
    fields = [folded(header) for header in found.received]
    used = {place: column for column, place in found.positions.items()}
    for place, column in sorted(used.items()):
        same = [other + 1 for other, field in enumerate(fields) if field == fields[place]]
        if len(same) > 1:
            faults.append(f"the header of {column} stands in fields {', '.join(map(str, same))}: rename all but one")
    if faults:
        raise InvalidInput(
            f"{file} cannot be read as register {spec.name}. Found headers: {', '.join(found.received)}. Correct the header "
            'line, or name the file\'s own headers in the sources file: headers = { column = "header" }.',
            faults=faults,
        )


def _wanted(spec: RegisterSpec, own: Mapping[str, str]) -> list[tuple[str, str]]:
    """Pairs of column and folded header, the surest first: own headers, then each column's first alternative, its second …"""
    ranked = [(-1, order, column.name, own[column.name]) for order, column in enumerate(spec.columns) if column.name in own]
    ranked += [
        (rank, order, column.name, header)
        for order, column in enumerate(spec.columns)
        if column.name not in own
        for rank, header in enumerate((*column.headers, column.name))
    ]
    return [(column, folded(header)) for _, _, column, header in sorted(ranked)]


Sense = Callable[[str, ColumnSpec, HeaderWords], bool]


def _by_sense(
    sense: Sense,
    received: Sequence[str],
    found: Mapping[str, int],
    spec: RegisterSpec,
    own: Mapping[str, str],
    words: HeaderWords,
) -> dict[str, int]:
    """Columns without a field and fields without a column that mean each other and nothing else."""
    columns = [column for column in spec.columns if column.name not in found and column.name not in own]
    places = [place for place in range(len(received)) if place not in found.values()]
    pairs = [(column.name, place) for column in columns for place in places if sense(received[place], column, words)]
    once = Counter(name for name, _ in pairs), Counter(place for _, place in pairs)
    return {name: place for name, place in pairs if once[0][name] == 1 and once[1][place] == 1}


def _same_words(header: str, column: ColumnSpec, words: HeaderWords) -> bool:
    return _sense(_NOTE.sub("", plain(header)), words) in {_sense(known, words) for known in column.headers}


def _one_of_two(header: str, column: ColumnSpec, words: HeaderWords) -> bool:
    parts = _EITHER.split(_NOTE.sub("", plain(header)))
    known = {_sense(name, words) for name in column.headers}
    return len(parts) > 1 and any(_sense(part, words) in known for part in parts if part.strip())


def _same_ending(header: str, column: ColumnSpec, words: HeaderWords) -> bool:
    """The header is a declared one behind the word for whose it is, as 产权人证件号码 behind 证件号码."""
    bare = folded(_NOTE.sub("", plain(header)))
    if any(party in bare for party in words.other_parties):
        return False
    known = [name for name in column.headers if not name.isascii()]
    if column.type is ColumnType.NAME:
        return any(bare.endswith(folded(name)) for name in known)
    pairs = ((bare, folded(name)) for name in known)
    pairs = (pair for text, name in pairs for pair in ((text, name), (_sense(text, words), _sense(name, words))))
    return any(len(name) >= _SHORTEST_TAIL and text.endswith(name) for text, name in pairs)


def _sense(header: str, words: HeaderWords) -> str:
    """The header with each word that has declared words of the same meaning put as the first of them."""
    return words.pattern.sub(lambda found: words.same[found[0]], folded(header))


def _unit(header: str, column: ColumnSpec) -> str | None:
    if column.type is not ColumnType.MONEY:
        return None
    return next((note for note in _NOTE.findall(plain(header)) if note in MONEY_UNITS), None)


def _either(own: str | None, column: ColumnSpec) -> str:
    return own if own is not None else " or ".join(column.headers)
