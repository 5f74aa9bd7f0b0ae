"""Typed form of models/policies/<jurisdiction>/checks.toml, what the catalogue says of a check, and of the words of its codes."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from targeting.errors import Misconfigured
from targeting.specs.declared import Declared
from targeting.specs.loading import declaration

Codes = Annotated[tuple[str, ...], Field(min_length=1)]
Share = Annotated[float, Field(ge=0, le=1)]
Count = Annotated[int, Field(ge=1)]


class CheckDeclaration(Declared):
    """One check: where it stands, law, who answers for it, registers, consequence, what to test first, and when it stops.

    `needs_registers` are registers that no specification declares: the check is then not evaluated, and says so. Below
    `precision_floor`, with `minimum_reviews` or more, it switches itself off (G16).
    """

    code: Annotated[str, Field(pattern=r"^[A-Z]\d{2}$")]
    module: str
    class_: str = Field(alias="class")
    title_zh: str
    title_en: str
    direction: Literal["over", "missing"]
    benefits: Codes
    registers: Codes
    needs_registers: tuple[str, ...] = ()
    legal_basis: Annotated[tuple[tuple[str, ...], ...], Field(min_length=1)]
    department: str
    deadline_workdays: Count
    consequence: Literal["inform", "verify"]
    minimum_level: Literal["A", "B"]
    evidence: Codes
    innocent: Codes
    clears: Codes
    owner: str
    precision_floor: Share
    minimum_reviews: Count
    review_by: date
    enabled: bool = True

    @property
    def codes(self) -> tuple[tuple[str, str], ...]:
        """Every code of the declaration that people read in words, with its group."""
        groups = {
            "module": (self.module,),
            "class": (self.class_,),
            "department": (self.department,),
            "register": self.needs_registers,
            "evidence": self.evidence,
            "explanation": (*self.innocent, *self.clears),
        }
        return tuple((group, code) for group, codes in groups.items() for code in codes)


class CatalogueWords(Declared):
    """The codes of the catalogue in Chinese; in English a code reads as it is written."""

    module: Mapping[str, str]
    class_: Mapping[str, str] = Field(alias="class")
    department: Mapping[str, str]
    register_: Mapping[str, str] = Field(alias="register")
    evidence: Mapping[str, str]
    explanation: Mapping[str, str]

    @model_validator(mode="after")
    def _said(self) -> Self:
        empty = [code for group in self._groups.values() for code, word in group.items() if not word.strip()]
        if empty:
            raise ValueError(f"no word for {', '.join(sorted(empty))}")
        return self

    def word(self, group: str, code: str, language: str) -> str:
        """The code in words.

        Raises:
            Misconfigured: it has no Chinese word.
        """
        if code not in self._groups[group]:
            raise Misconfigured(f"The code {code} has no word in [{group}] of models/catalogue/words.toml. Add its Chinese word.")
        return self._groups[group][code] if language == "zh" else code.replace("_", " ")

    @property
    def _groups(self) -> dict[str, Mapping[str, str]]:
        return {
            "module": self.module,
            "class": self.class_,
            "department": self.department,
            "register": self.register_,
            "evidence": self.evidence,
            "explanation": self.explanation,
        }


def load_words() -> CatalogueWords:
    """The words that models/catalogue/words.toml declares."""
    content, _ = declaration("catalogue", "words")
    return CatalogueWords.model_validate(content)
