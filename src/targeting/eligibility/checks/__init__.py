"""The checks, one file each: a question about every subject, answered hit, clear or unknown (ANSWER).

The file's name says the code (`x07_wages.py` is X07) and its one public function is the question, so a new check takes its file
and its declaration in the catalogue, and no list.
"""

import re
from collections.abc import Callable, Mapping
from importlib import import_module
from inspect import getmembers, isfunction
from pkgutil import iter_modules
from types import MappingProxyType, ModuleType

import polars as pl

from targeting.eligibility.situation import Situation
from targeting.errors import Misconfigured

Check = Callable[[Situation], pl.DataFrame]

NAMED = re.compile(r"([a-z]\d{2})_[a-z0-9_]+")


def checks_in(folder: str, package: str) -> Mapping[str, Check]:
    """The question of each module of the package by its code, in the order of codes.

    Raises:
        Misconfigured: a module is not named as a check, has no or several public functions, or two have one code.
    """
    found: dict[str, Check] = {}
    faults: list[str] = []
    for name in sorted(module.name for module in iter_modules([folder])):
        named = NAMED.fullmatch(name)
        asked = [] if named is None else _questions(import_module(f"{package}.{name}"))
        if named is None:
            faults.append(f"{name}.py: name it by its code and what it looks at, such as x07_wages.py")
        elif len(asked) != 1:
            faults.append(f"{name}.py has {len(asked)} public functions, expected one: the question; begin the others with _")
        elif named[1].upper() in found:
            faults.append(f"{name}.py: another module is {named[1].upper()} already")
        else:
            found[named[1].upper()] = asked[0]
    if faults:
        raise Misconfigured(f"The checks in {package} cannot be told apart. Correct them.", faults=faults)
    return MappingProxyType(dict(sorted(found.items())))


def _questions(module: ModuleType) -> list[Check]:
    """The public functions that the module itself defines."""
    return [
        function
        for name, function in getmembers(module, isfunction)
        if not name.startswith("_") and function.__module__ == module.__name__
    ]


CHECKS: Mapping[str, Check] = checks_in(__path__[0], __name__)
