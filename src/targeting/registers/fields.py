"""What the whole rows of a file and its declaration say of each field, for rows whose fields have to be laid onto columns."""

import polars as pl

from targeting.identifiers.characters import plain
from targeting.registers.alignment import Field, Fits, usual_classes, usual_edges
from targeting.registers.columns import cell_reader
from targeting.registers.headers import HeaderMatch
from targeting.specs.registers import ColumnSpec, ColumnType, RegisterSpec
from targeting.specs.sources import DateOrder, Source
from targeting.specs.values import Values

# Columns whose cells follow no form that a cell of another column would break.
_FREE = (ColumnType.TEXT, ColumnType.TOKEN, ColumnType.RESIDENT_ID, ColumnType.NAME)
_LISTED = (ColumnType.CODE, ColumnType.YESNO)


def fields_of(cells: pl.DataFrame, headers: HeaderMatch, spec: RegisterSpec, values: Values, source: Source) -> list[Field]:
    """One `Field` a field of the file; `cells` are its whole rows as c0, c1 …"""
    by_position = {place: spec.by_name[name] for name, place in headers.positions.items()}
    fields = []
    for place in range(len(headers.received)):
        column = by_position.get(place)
        unit = None if column is None else source.units.get(column.name, headers.units.get(column.name))
        fields.append(_field(cells[f"c{place}"], column, unit, source.date_order, values))
    return fields


def _field(cells: pl.Series, column: ColumnSpec | None, unit: str | None, order: DateOrder, values: Values) -> Field:
    classes = usual_classes(cells)
    if column is None:
        return Field(classes, frozenset(), _any, _any, frozenset(), may_be_missing=True, certain_when_last=False)
    free = column.type in _FREE
    words = (*values.absent, *values.absent_id)
    return Field(
        classes=classes,
        edges=usual_edges(cells) if column.type is ColumnType.TEXT else frozenset(),
        of_type=_any if free else _reads(column, unit, order, values, faults=("out_of_range",)),
        in_range=_any if free else _reads(column, unit, order, values, faults=()),
        blank_words=frozenset(words if column.type is ColumnType.RESIDENT_ID else ()),
        may_be_missing=not (column.required or column.essential or column.blank_is_open),
        certain_when_last=column.type in _LISTED,
    )


def _reads(column: ColumnSpec, unit: str | None, order: DateOrder, values: Values, *, faults: tuple[str, ...]) -> Fits:
    read = cell_reader(column, unit=unit, values=values, date_order=order)

    def reads(text: str) -> bool:
        word = plain(text)
        return not word or word in values.absent or read(word).fault in (None, *faults)

    return reads


def _any(_: str) -> bool:
    return True
