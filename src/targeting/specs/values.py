"""What stands in registers for "nothing", for an organisation, for a variant character: models/identities/values.toml."""

from pydantic import BaseModel, ConfigDict, ValidationError

from targeting.errors import Misconfigured
from targeting.specs.loading import declaration

KIND, NAME = "identities", "values"


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
