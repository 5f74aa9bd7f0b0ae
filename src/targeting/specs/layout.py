"""The layout of a fixed-width file: which positions of a line are which column.

::

    [sources.layout]
    measure = "bytes"                # or "characters" (the default); a Chinese character is two bytes in GB 18030, mostly
    header_lines = 1                 # lines above the first row
    fields = { deceased_id = [1, 18], deceased_name = [19, 38] }    # first and last position, counted from 1
"""

from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Position = Annotated[int, Field(ge=1)]


class Layout(BaseModel):
    """Columns by first and last position in the line, counted from 1, both included; `width` is that of a whole line."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    measure: Literal["characters", "bytes"] = "characters"
    header_lines: Annotated[int, Field(ge=0)] = 0
    width: Annotated[int | None, Field(ge=1)] = None
    fields: Annotated[dict[str, tuple[Position, Position]], Field(min_length=1)]

    @model_validator(mode="after")
    def _fields_follow_one_another(self) -> Self:
        faults = [f"{name} ends before it begins" for name, (first, last) in self.fields.items() if last < first]
        placed = sorted((first, last, name) for name, (first, last) in self.fields.items())
        faults += [
            f"{name} and {following} overlap" for (_, last, name), (first, _, following) in pairwise(placed) if first <= last
        ]
        if self.width is not None and self.width < max(last for _, last in self.fields.values()):
            faults.append(f"a field ends behind the width of {self.width}")
        if faults:
            raise ValueError("; ".join(faults))
        return self

    @property
    def line_width(self) -> int:
        """Positions of a whole line: as declared, else up to the last field's end."""
        return self.width or max(last for _, last in self.fields.values())
