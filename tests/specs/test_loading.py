import hashlib
from importlib import resources

import pytest

from targeting.errors import Misconfigured
from targeting.specs.loading import declaration, declared_names


def test_every_declared_register_can_be_loaded_with_the_hash_of_its_bytes() -> None:
    for name in declared_names("registers"):
        content, sha256 = declaration("registers", name)
        file = resources.files("targeting_models").joinpath("registers", f"{name}.toml")
        assert content
        assert sha256 == hashlib.sha256(file.read_bytes()).hexdigest()


def test_an_unknown_declaration_is_refused_with_the_names_that_exist() -> None:
    with pytest.raises(Misconfigured, match=r"models/registers/no_such\.toml does not exist"):
        declaration("registers", "no_such")


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(Misconfigured, match="models/no_such does not exist"):
        declared_names("no_such")
