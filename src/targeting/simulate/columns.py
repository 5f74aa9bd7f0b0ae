"""Tables of the county's truth as one array a column, so that a million rows cost no Python object each."""

from dataclasses import fields
from typing import Any, ClassVar, Self

import numpy as np

from targeting.simulate.clock import Ints


class Columns:
    """Base of the column tables: equal lengths, rows added at the end, positions stay what they were."""

    __slots__ = ()
    defaults: ClassVar[dict[str, Any]] = {}

    @classmethod
    def rows(cls, **given: Any) -> Self:
        """A table from columns; single values are repeated and columns left out take the table's default."""
        length = max(int(np.size(value)) if np.ndim(value) else -1 for value in given.values())
        columns: dict[str, Any] = {}
        for field in fields(cls):  # type: ignore[arg-type]
            values = np.asarray(given[field.name] if field.name in given else cls.defaults[field.name])
            kind = np.bool_ if isinstance(cls.defaults.get(field.name), bool) else np.int64
            columns[field.name] = np.broadcast_to(values, length).astype(kind).copy()
        return cls(**columns)

    @classmethod
    def empty(cls) -> Self:
        """The table without rows."""
        names = [field.name for field in fields(cls)]  # type: ignore[arg-type]
        truths = {name for name in names if isinstance(cls.defaults.get(name), bool)}
        return cls(**{name: np.zeros(0, dtype=np.bool_ if name in truths else np.int64) for name in names})

    def __len__(self) -> int:
        return len(getattr(self, fields(self)[0].name))  # type: ignore[arg-type]

    def take(self, places: Any) -> Self:
        """The rows at these positions, or where a mask is true."""
        return type(self)(*(getattr(self, field.name)[places] for field in fields(self)))  # type: ignore[arg-type]

    def grow(self, more: Self) -> Ints:
        """Add rows; answers their positions."""
        start = len(self)
        for field in fields(self):  # type: ignore[arg-type]
            setattr(self, field.name, np.concatenate([getattr(self, field.name), getattr(more, field.name)]))
        return np.arange(start, len(self), dtype=np.int64)
