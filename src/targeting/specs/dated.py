"""What holds from a day to a day: the base of legal instruments and of the values of parameters."""

from datetime import date
from typing import Annotated, Self

from pydantic import Field, model_validator

from targeting.specs.declared import Declared


class Dated(Declared):
    """Something in force from a day to a day, both included; without an end it still is."""

    effective_from: date
    effective_to: date | None = None

    def in_force(self, on: date) -> bool:
        """It is in force on the date."""
        return self.effective_from <= on and (self.effective_to is None or on <= self.effective_to)

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.effective_to is not None and self.effective_to < self.effective_from:
            raise ValueError(f"effective_to {self.effective_to} is before effective_from {self.effective_from}")
        return self


class Instrument(Dated):
    """A law, regulation or notice, and the days on which it is in force."""

    code: Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9-]*$")]
    title_zh: str
    title_en: str
