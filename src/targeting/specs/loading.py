"""Reads the declarations in models/: `kind` is a folder there, `name` a file in it without `.toml`.

A declaration may lie deeper (`policies`, `cn-sample/dibao`). The sha256 of its bytes goes into manifests and evidence rows, so
that a result can be traced to the exact declaration that made it.
"""

import hashlib
import tomllib
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any

from targeting.errors import Misconfigured

PACKAGE = "targeting_models"


def declaration(kind: str, name: str) -> tuple[dict[str, Any], str]:
    """The content of `models/<kind>/<name>.toml` and the sha256 of its bytes.

    Raises:
        Misconfigured: there is no such file, or it is not TOML.
    """
    where = f"models/{kind}/{name}.toml"
    content = declared_bytes(kind, name)
    try:
        return tomllib.loads(content.decode("utf-8")), hashlib.sha256(content).hexdigest()
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise Misconfigured(f"{where} is not valid TOML (UTF-8): {fault}. Correct the file.") from fault


def declared_bytes(kind: str, name: str) -> bytes:
    """The bytes of `models/<kind>/<name>.toml`.

    Raises:
        Misconfigured: there is no such file.
    """
    file = _folder(kind).joinpath(*f"{name}.toml".split("/"))
    if not file.is_file():
        known = ", ".join(declared_names(kind)) or "none"
        raise Misconfigured(
            f"models/{kind}/{name}.toml does not exist. Declared in models/{kind}: {known}. Name one of these, or add the file."
        )
    return file.read_bytes()


def declared_names(kind: str) -> tuple[str, ...]:
    """The names of all declarations of a kind, sorted; those in sub-folders as `folder/name`.

    Raises:
        Misconfigured: there is no such kind.
    """
    return tuple(sorted(_names(_folder(kind), prefix="")))


def _folder(kind: str) -> Traversable:
    folder = resources.files(PACKAGE).joinpath(*kind.split("/"))
    if not folder.is_dir():
        raise Misconfigured(f"models/{kind} does not exist: there are no declarations of this kind.")
    return folder


def _names(folder: Traversable, *, prefix: str) -> list[str]:
    names: list[str] = []
    for entry in folder.iterdir():
        if entry.is_dir():
            names += _names(entry, prefix=f"{prefix}{entry.name}/")
        elif entry.name.endswith(".toml"):
            names.append(prefix + entry.name.removesuffix(".toml"))
    return names
