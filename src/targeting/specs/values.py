"""What stands in registers for "nothing", for an organisation, for a variant character: models/identities/values.toml."""

import re
from functools import cached_property

from pydantic import BaseModel, ConfigDict, ValidationError

from targeting.errors import Misconfigured
from targeting.specs.loading import declaration

KIND, NAME = "identities", "values"


class HeaderWords(BaseModel):
    """Words of headers: groups that mean the same, the first standing for all; parties that are not the row's own."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    synonyms: tuple[tuple[str, ...], ...]
    idle: tuple[str, ...]
    other_parties: tuple[str, ...]
    record_keeping: tuple[str, ...]

    @cached_property
    def same(self) -> dict[str, str]:
        """Each word by the one that stands for it; idle words say nothing."""
        return {word: group[0] for group in self.synonyms for word in group} | dict.fromkeys(self.idle, "")

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Any of the words, the longest first."""
        return re.compile("|".join(re.escape(word) for word in sorted(self.same, key=lambda word: (-len(word), word))))


class Values(BaseModel):
    """Declared words and characters that hold for every register."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    absent: tuple[str, ...]
    absent_id: tuple[str, ...]
    open_end: tuple[str, ...]
    organisation_endings: tuple[str, ...]
    yes: tuple[str, ...]
    no: tuple[str, ...]
    variants: dict[str, str]
    headers: HeaderWords
    other_sense: tuple[str, ...]
    sha256: str


def load_values() -> Values:
    """The declared words and characters.

    Raises:
        Misconfigured: with every fault of the declaration.
    """
    content, digest = declaration(KIND, NAME)
    try:
        return Values.model_validate({**content, "sha256": digest})
    except ValidationError as wrong:
        faults = [f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in wrong.errors(include_url=False)]
        raise Misconfigured(f"models/{KIND}/{NAME}.toml is wrong; correct it and start again.", faults=faults) from wrong
