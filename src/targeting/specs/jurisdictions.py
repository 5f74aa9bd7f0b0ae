"""Reads the declarations of a jurisdiction, those of the jurisdiction it extends first, into typed parts that are cross-checked.

What a jurisdiction declares under a name replaces what the extended one declares under it; all else holds as it stands there.
Local limbs of the shared catalogue cite `LOCAL`: the instrument that the jurisdiction names as its `local` rules stands for it.
"""

from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any, TypeVar

from pydantic import ValidationError

from targeting.errors import Misconfigured
from targeting.specs.declared import Declared
from targeting.specs.loading import declaration, declared_names

KIND = "policies"
FILE = "jurisdiction"
LOCAL = "LOCAL"
Files = Mapping[str, Mapping[str, Any]]
Form = TypeVar("Form", bound=Declared)


class Jurisdiction(Declared):
    """Whose law it is: names, the jurisdiction extended, the place in reference series, the instrument of its local rules.

    An abstract one holds what others extend, and need not have every value that its benefits ask for.
    """

    code: str
    title_zh: str
    title_en: str
    extends: str = ""
    place: str = ""
    local: str = ""
    currency: str = "CNY"
    abstract: bool = False


def jurisdictions() -> tuple[str, ...]:
    """The jurisdictions declared in models/policies, sorted."""
    return tuple(sorted({name.split("/")[0] for name in declared_names(KIND) if "/" in name}))


def policy_files(jurisdiction: str) -> tuple[dict[str, dict[str, Any]], str]:
    """The content of every file of the jurisdiction (`folder/file`), those of the extended one first, and the hash of all.

    Raises:
        Misconfigured: there is no such jurisdiction, one extends itself, or a file is not TOML.
    """
    files: dict[str, dict[str, Any]] = {}
    hashes: list[str] = []
    for folder in reversed(_chain(jurisdiction)):
        for name in declared_names(KIND):
            if name.startswith(f"{folder}/"):
                files[name], digest = declaration(KIND, name)
                hashes.append(f"{name}:{digest};")
    return files, sha256("".join(hashes).encode()).hexdigest()


def _chain(jurisdiction: str) -> list[str]:
    """The jurisdiction and those that it extends, the nearest first."""
    known = jurisdictions()
    chain: list[str] = []
    folder = jurisdiction
    while folder:
        if folder not in known:
            raise Misconfigured(f"No policy {folder}. Declared in models/{KIND}: {', '.join(known) or 'none'}.")
        if folder in chain:
            raise Misconfigured(f"The policy in models/{KIND}/{folder} extends itself: {' → '.join([*chain, folder])}.")
        chain.append(folder)
        folder = _extends(folder)
    return chain


def _extends(folder: str) -> str:
    if f"{folder}/{FILE}" not in declared_names(KIND):
        return ""
    return str(declaration(KIND, f"{folder}/{FILE}")[0].get(FILE, {}).get("extends", ""))


def jurisdiction_of(files: Files, code: str, faults: list[str]) -> Jurisdiction:
    """Whose law the files are: the last that says so, the extending one."""
    told = [(file, content[FILE]) for file, content in files.items() if FILE in content]
    if not told:
        return Jurisdiction(code=code, title_zh=code, title_en=code)
    file, entry = told[-1]
    try:
        return Jurisdiction.model_validate({**entry, "code": code})
    except ValidationError as wrong:
        faults += [fault_of(f"{file}: {FILE}", fault) for fault in wrong.errors(include_url=False)]
        return Jurisdiction(code=code, title_zh=code, title_en=code)


def named(files: Files, part: str, form: type[Form], key: str, faults: list[str]) -> dict[str, Form]:
    """The entries of one part, by name: a later folder's in place of an earlier one's; twice in one folder is a fault."""
    found: dict[str, Form] = {}
    declared_in: dict[str, str] = {}
    for file, content in files.items():
        folder = file.rpartition("/")[0]
        for name, entry in content.get(part, {}).items():
            try:
                made = form.model_validate({**entry, key: name})
            except ValidationError as wrong:
                faults += [fault_of(f"{file}: {part}.{name}", fault) for fault in wrong.errors(include_url=False)]
                continue
            if declared_in.get(name) == folder:
                faults.append(f"{file}: {part}.{name} is declared twice")
            found[name], declared_in[name] = made, folder
    return dict(sorted(found.items()))


def with_added_tests(files: Files) -> dict[str, dict[str, Any]]:
    """The files in which a benefit that only says `also` is the extended jurisdiction's, with those tests beside its own."""
    merged: dict[str, dict[str, Any]] = {}
    known: dict[str, Any] = {}
    for file, content in files.items():
        benefits = dict(content.get("benefits", {}))
        for code, entry in benefits.items():
            if set(entry) == {"also"} and code in known:
                benefits[code] = {**known[code], "tests": [*known[code].get("tests", []), *entry["also"]]}
        known |= benefits
        merged[file] = {**content, **({"benefits": benefits} if benefits else {})}
    return merged


def fault_of(where: str, fault: Any) -> str:
    """One fault of a declaration: where, and what is wrong."""
    path: Iterable[Any] = fault["loc"]
    return f"{where}.{'.'.join(map(str, path))}: {str(fault['msg']).removeprefix('Value error, ')}"


def in_local_words(declared: Any, local: str) -> Any:
    """The declaration with the jurisdiction's own instrument wherever it cites LOCAL."""
    if isinstance(declared, str):
        return f"{local}{declared.removeprefix(LOCAL)}" if declared.split(" ", 1)[0] == LOCAL else declared
    if isinstance(declared, Mapping):
        return {name: in_local_words(entry, local) for name, entry in declared.items()}
    return [in_local_words(entry, local) for entry in declared] if isinstance(declared, list | tuple) else declared
