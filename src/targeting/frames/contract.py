"""What a table between two stages promises: its columns, their types and units, and its key.

A stage returns `CONTRACT.conform(frame)`: the columns in order, of the declared types, sorted by key. A frame that breaks the
contract is a programming error and is named with table, column, expected and found, never with a value.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl


class ContractBroken(TypeError):
    """A stage produced a table that is not what its contract promises."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: type, unit where the name does not say it, whether it may be null, and one line for the reader."""

    name: str
    dtype: pl.DataType | type[pl.DataType]
    note: str = ""
    unit: str | None = None
    nullable: bool = True


@dataclass(frozen=True, slots=True)
class Contract:
    """One table: its columns in order, its key, and what one row is."""

    name: str
    row: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]

    @property
    def schema(self) -> pl.Schema:
        """Column names and types, in order."""
        return pl.Schema({column.name: column.dtype for column in self.columns})

    def empty(self) -> pl.DataFrame:
        """The table without rows."""
        return pl.DataFrame(schema=self.schema)

    def of(self, rows: Sequence[Mapping[str, object]]) -> pl.DataFrame:
        """The table with these rows; columns that a row leaves out are null."""
        return self.conform(pl.DataFrame(list(rows), schema=self.schema, strict=False))

    def conform(self, frame: pl.DataFrame) -> pl.DataFrame:
        """The frame with exactly the declared columns, sorted by key.

        Raises:
            ContractBroken: a column is missing or of another type, a required one has nulls, or the key is not unique.
        """
        missing = [column.name for column in self.columns if column.name not in frame.columns]
        if missing:
            raise ContractBroken(f"{self.name} lacks {', '.join(missing)}; it has {', '.join(frame.columns)}.")
        frame = frame.select(column.name for column in self.columns)
        wrong = [
            f"{name} is {frame.schema[name]}, promised {dtype}"
            for name, dtype in self.schema.items()
            if frame.schema[name] != dtype and frame.schema[name] != pl.Null
        ]
        if wrong:
            raise ContractBroken(f"{self.name}: {'; '.join(wrong)}.")
        frame = frame.cast(self.schema)
        nulls = [c.name for c in self.columns if not c.nullable and frame[c.name].null_count()]
        if nulls:
            raise ContractBroken(f"{self.name}: null in {', '.join(nulls)}, which must have a value.")
        if not self.key or self._in_order(frame):
            return frame
        if frame.select(self.key).is_duplicated().any():
            raise ContractBroken(f"{self.name}: more than one row for the same {', '.join(self.key)}.")
        return frame.sort(self.key)

    def _in_order(self, frame: pl.DataFrame) -> bool:
        """Every row stands after the one before it: then the table is sorted, and no key occurs twice."""
        later = pl.lit(value=False)
        for name in reversed(self.key):
            before = pl.col(name).shift(1)
            later = (pl.col(name) > before) | ((pl.col(name) == before) & later)
        return bool(frame.select(later.slice(1).fill_null(value=False).all()).item())
