"""The declared linkage of two files of any kind of person data, or of one file with itself: fields, blocking, levels, cuts.

In: `models/linkage/<name>.toml` or a TOML file of one's own. Out: a frozen `FileSpec` with the sha256 of the file. All faults are
reported at once.
"""

import hashlib
import tomllib
from enum import StrEnum
from pathlib import Path
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from targeting.errors import Misconfigured
from targeting.specs.loading import declaration, declared_names


class Kind(StrEnum):
    """What a field holds, which says how it is read and at which levels two of it agree."""

    TEXT = "text"
    DIGITS = "digits"
    DATE = "date"
    CATEGORY = "category"
    RESIDENT_ID = "resident_id"
    HAN_NAME = "han_name"
    ADDRESS = "address"


LEVELS: dict[Kind, tuple[str, ...]] = {
    Kind.DIGITS: ("exact", "one_step", "two_steps", "different"),
    Kind.DATE: ("exact", "swapped", "one_step", "partial", "different"),
    Kind.CATEGORY: ("exact", "different"),
    Kind.RESIDENT_ID: (
        "exact",
        "old_form",
        "one_digit",
        "transposed",
        "lost_digits",
        "two_defects",
        "others_number",
        "different",
        "different_valid",
    ),
    Kind.HAN_NAME: ("exact", "unknown_character", "pinyin", "swapped", "shortened", "partial", "half", "different"),
    Kind.ADDRESS: ("room", "building", "community", "town", "different"),
}
KEYS: dict[Kind, tuple[str, ...]] = {
    Kind.TEXT: ("start",),
    Kind.DIGITS: ("start",),
    Kind.DATE: (),
    Kind.CATEGORY: (),
    Kind.RESIDENT_ID: ("front", "end", "start", "tail"),
    Kind.HAN_NAME: ("pinyin", "surname", "given"),
    Kind.ADDRESS: ("dwelling",),
}


class _Declared(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Compared(_Declared):
    """One field: its column in both files, its kind, and for texts the similarities (Jaro-Winkler) that make levels."""

    name: str
    kind: Kind
    column: str | None = None
    similar: tuple[float, ...] = ()
    frequency: bool = False  # an exact agreement counts by how frequent the value is
    swapped_with: str | None = None  # a field with which its content is sometimes changed about

    @property
    def source(self) -> str:
        """The column that holds the field."""
        return self.column or self.name

    def levels(self) -> tuple[str, ...]:
        """The names of its levels, from agreement to disagreement."""
        if self.kind is not Kind.TEXT:
            return LEVELS[self.kind]
        changed = ("changed_about",) if self.swapped_with else ()
        return ("exact", *changed, *(f"similar_{share:g}" for share in self.similar), "different")


class FileDecision(_Declared):
    """The cuts between link, possible link and non-link."""

    link: float = Field(ge=0.5, lt=1)
    sure: float | None = Field(default=None, ge=0.5, lt=1)  # from here on a record is not tried in the further passes
    candidate: float = Field(gt=0, lt=1)
    one_to_one: bool


class FileLearning(_Declared):
    """How u (random pairs), m and the prior (EM) are learnt."""

    seed: int
    random_pairs: int = Field(gt=0)
    rounds: int = Field(ge=1)
    pseudo_pairs: float = Field(gt=0)
    start_prior: float = Field(gt=0, lt=1)


class FileSpec(_Declared):
    """A declared linkage of files."""

    title: str
    version: str
    record: str | None = None  # the column that names a record; its row where there is none
    max_block: int = Field(gt=1)
    exact: tuple[str, ...] = ()  # fields that settle a pair where all agree exactly, numbers verified
    blocking: tuple[tuple[str, ...], ...] = Field(min_length=1)
    further: tuple[tuple[str, ...], ...] = ()  # passes for records that the first ones leave without a sure link
    fields: tuple[Compared, ...] = Field(min_length=1)
    learning: FileLearning
    decision: FileDecision
    sha256: str = ""

    def stages(self) -> list[tuple[tuple[tuple[str, ...], ...], float]]:
        """The passes in order, each group with the probability from which on its links hold."""
        if self.decision.sure is None:
            return [(self.blocking, self.decision.link)]
        return [(self.blocking, self.decision.sure), (self.further, self.decision.link)]

    def field(self, name: str) -> Compared:
        """The field of that name."""
        return next(field for field in self.fields if field.name == name)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        names = [field.name for field in self.fields]
        known = {*names, *(f"{field.name}.{key}" for field in self.fields for key in KEYS[field.kind])}
        faults = [f"field {name} is declared twice" for name in sorted({name for name in names if names.count(name) > 1})]
        faults += [
            f"blocking: key {key!r} is not known; known are {', '.join(sorted(known))}"
            for keys in (*self.blocking, *self.further)
            for key in keys
            if key not in known
        ]
        faults += [f"exact: field {name!r} is not declared" for name in self.exact if name not in names]
        for field in self.fields:
            if list(field.similar) != sorted(set(field.similar), reverse=True) or not all(0 < s < 1 for s in field.similar):
                faults.append(f"field {field.name}: similar must fall from below 1 to above 0")
            if field.kind is not Kind.TEXT and (field.similar or field.swapped_with):
                faults.append(f"field {field.name}: similar and swapped_with are for the kind text only")
            if field.swapped_with and field.swapped_with not in names:
                faults.append(f"field {field.name}: swapped_with names {field.swapped_with!r}, which is not declared")
        if (self.decision.sure is None) != (not self.further):
            faults.append("further passes and decision.sure go together")
        if self.decision.candidate >= self.decision.link:
            faults.append("decision: candidate must lie below link")
        if faults:
            raise ValueError("; ".join(faults))
        return self


def load_file_linkage(spec: str) -> FileSpec:
    """The declared linkage of that name in models/linkage, or of that TOML file.

    Raises:
        Misconfigured: there is no such declaration, or it has faults; all of them are listed.
    """
    if not spec.endswith(".toml"):
        content, sha256 = declaration("linkage", spec)
        return parse_file_linkage(content, sha256=sha256, where=f"models/linkage/{spec}.toml")
    file = Path(spec)
    if not file.is_file():
        known = ", ".join(declared_names("linkage"))
        raise Misconfigured(f"{spec} is no file. Name a TOML file, or one of these declarations: {known}.")
    try:
        content = tomllib.loads(file.read_bytes().decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise Misconfigured(f"{spec} is not valid TOML (UTF-8): {fault}. Correct the file.") from fault
    return parse_file_linkage(content, sha256=hashlib.sha256(file.read_bytes()).hexdigest(), where=spec)


def parse_file_linkage(content: dict[str, Any], *, sha256: str, where: str) -> FileSpec:
    """The linkage of files that this content declares.

    Raises:
        Misconfigured: it has faults; all of them are listed.
    """
    try:
        return FileSpec.model_validate({**content, "sha256": sha256})
    except ValidationError as error:
        faults = [
            f"{'.'.join(str(part) for part in fault['loc']) or 'whole file'}: {fault['msg']}"
            for fault in error.errors(include_url=False, include_input=False)
        ]
        raise Misconfigured(f"{where} does not declare a linkage of files. Correct these:", faults=faults) from None
