"""The base of every typed declaration: a part of a TOML file as immutable values, in which an unknown key is a fault."""

from pydantic import BaseModel, ConfigDict


class Declared(BaseModel):
    """A part of a declaration: immutable, and an unknown key is a fault."""

    model_config = ConfigDict(frozen=True, extra="forbid")
