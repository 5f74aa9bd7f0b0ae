"""Typed form of models/policies/<jurisdiction>/checks.toml: what the catalogue says of one check."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from targeting.specs.declared import Declared


class CheckDeclaration(Declared):
    """What the catalogue says of one check: direction, law, registers, consequence, and what to test before believing it."""

    code: Annotated[str, Field(pattern=r"^[A-Z]\d{2}$")]
    module: str
    class_: str = Field(alias="class")
    title_zh: str
    title_en: str
    direction: Literal["over", "missing"]
    benefits: Annotated[tuple[str, ...], Field(min_length=1)]
    registers: Annotated[tuple[str, ...], Field(min_length=1)]
    legal_basis: Annotated[tuple[tuple[str, ...], ...], Field(min_length=1)]
    consequence: Literal["inform", "verify"]
    minimum_level: Literal["A", "B"]
    innocent: tuple[str, ...] = ()
    clears: Annotated[tuple[str, ...], Field(min_length=1)]
    owner: str
    precision_floor: Annotated[float, Field(ge=0, le=1)]
    review_by: date
    enabled: bool = True
