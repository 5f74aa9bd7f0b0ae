"""Which field of a file is which declared column.

Headers are compared in half width and lower case, without spaces, underscores, required marks, quotes and byte-order mark. A note
in brackets is dropped; if it names a unit of money, that is the unit of the cells: 注册资本（万元）.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from targeting.errors import InvalidInput
from targeting.identifiers.characters import plain
from targeting.specs.registers import MONEY_UNITS, ColumnSpec, ColumnType, RegisterSpec

# Titles above the header ("清河县不动产登记信息表") take a few lines at most.
TITLE_LINES = 5
_NOTE = re.compile(r"[(\[【<](.*?)[)\]】>]")
_SIGNS = re.compile(r"[\s_*:'\"“”`·\-]")


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


def match(received: Sequence[str], spec: RegisterSpec, own: Mapping[str, str]) -> HeaderMatch:
    """Declared columns by their position in a header line; `own` are the source's own headers of some columns.

    An earlier alternative wins over a later one, the whole header over one without its note, and a field goes to one column.
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


def _unit(header: str, column: ColumnSpec) -> str | None:
    if column.type is not ColumnType.MONEY:
        return None
    return next((note for note in _NOTE.findall(plain(header)) if note in MONEY_UNITS), None)


def _either(own: str | None, column: ColumnSpec) -> str:
    return own if own is not None else " or ".join(column.headers)
