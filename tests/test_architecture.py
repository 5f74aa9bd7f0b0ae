"""The house rules of docs and design, kept by reading the source: ranks, library doors, caps on files and functions."""

import ast
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "targeting"

RANKS = {
    "targeting_models": 0, "errors": 0, "dates": 0, "__init__": 0,
    "settings": 1, "frames": 1, "specs": 1, "identifiers": 1,
    "registers": 2, "linkage": 2, "households": 2, "eligibility": 2, "features": 2, "scoring": 2, "explain": 2,
    "screening": 2, "simulate": 2,
    "cases": 3,
    "reports": 4, "evaluation": 4,
    "jobs": 5,
    "targeting_api": 6,
    "commands": 7,
    "cli": 8,
}  # fmt: skip

DOORS = {
    "pandas": {"linkage/toolkit.py"},
    "recordlinkage": {"linkage/toolkit.py"},
    "lightgbm": {"scoring/", "explain/contributions.py"},
    "mlflow": {"jobs/registry.py"},
    "sqlalchemy": {"cases/", "registers/database.py"},
    "alembic": {"cases/"},
    "fastapi": {"api/"},
    "starlette": {"api/"},
    "pyspark": {"jobs/spark.py"},
}

FORBIDDEN_NAMES = {"utils", "util", "helpers", "helper", "common", "misc", "tools", "lib"}


def source_files() -> list[Path]:
    return sorted([*SOURCE.rglob("*.py"), *(ROOT / "api").rglob("*.py"), *(ROOT / "models").rglob("*.py")])


def all_files() -> list[Path]:
    folders = ("src", "api", "models", "tests", "benchmarks")
    suffixes = {".py", ".html", ".css", ".js"}
    return sorted(p for f in folders for p in (ROOT / f).rglob("*") if p.suffix in suffixes and "__pycache__" not in p.parts)


def room_of(path: Path) -> str:
    if path.is_relative_to(ROOT / "api"):
        return "targeting_api"
    if path.is_relative_to(ROOT / "models"):
        return "targeting_models"
    return path.relative_to(SOURCE).parts[0].removesuffix(".py")


def place_of(path: Path) -> str:
    return str(path.relative_to(SOURCE)) if path.is_relative_to(SOURCE) else str(path.relative_to(ROOT))


@cache
def imports(path: Path) -> tuple[str, ...]:
    found: list[str] = []
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            found += [f"{node.module}.{alias.name}" for alias in node.names]
    return tuple(found)


def imported_room(module: str) -> str | None:
    top, *rest = module.split(".")
    if top in ("targeting_api", "targeting_models"):
        return top
    if top == "targeting":
        return rest[0] if rest and rest[0] in RANKS else "__init__"
    return None


def test_every_room_has_a_rank() -> None:
    rooms = {room_of(path) for path in source_files()}
    assert rooms <= set(RANKS), f"no rank for {sorted(rooms - set(RANKS))}: DESIGN §3 gives each room one"


def test_a_room_imports_only_rooms_of_a_lower_rank() -> None:
    broken = [
        f"{place_of(path)} (rank {RANKS[room_of(path)]}) imports {module}"
        for path in source_files()
        for module in imports(path)
        if (room := imported_room(module)) and room != room_of(path) and RANKS[room] >= RANKS[room_of(path)]
    ]
    assert not broken, "\n".join(broken)


@pytest.mark.parametrize("library", sorted(DOORS))
def test_a_heavy_library_has_one_door(library: str) -> None:
    strangers = [
        place_of(path)
        for path in source_files()
        if any(module.split(".")[0] == library for module in imports(path))
        and not any(place_of(path).startswith(door) for door in DOORS[library])
    ]
    assert not strangers, f"{library} is imported outside its door {sorted(DOORS[library])}: {strangers}"


def test_only_settings_reads_the_environment_and_only_dates_the_clock() -> None:
    broken = []
    for path in source_files():
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Attribute) or not isinstance(node.value, ast.Name):
                continue
            reads_environment = node.value.id == "os" and node.attr in ("environ", "getenv")
            reads_clock = (node.value.id, node.attr) in {
                ("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("date", "today"), ("time", "time")
            }  # fmt: skip
            if (reads_environment and place_of(path) != "settings.py") or (reads_clock and place_of(path) != "dates.py"):
                broken.append(f"{place_of(path)}:{node.lineno} {node.value.id}.{node.attr}")
    assert not broken, "\n".join(broken)


def test_no_file_is_over_400_lines() -> None:
    long = [f"{p.relative_to(ROOT)}: {n}" for p in all_files() if (n := len(p.read_text("utf-8").splitlines())) > 400]
    assert not long, "\n".join(long)


def test_no_function_is_over_60_lines() -> None:
    long = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}: {node.end_lineno - node.lineno + 1}"
        for path in all_files()
        if path.suffix == ".py"
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and (node.end_lineno or 0) - node.lineno + 1 > 60
    ]
    assert not long, "\n".join(long)


def test_no_room_is_a_drawer_for_anything() -> None:
    named = [str(path.relative_to(ROOT)) for path in all_files() if path.stem in FORBIDDEN_NAMES]
    named += [str(path) for path in SOURCE.rglob("*") if path.is_dir() and path.name in FORBIDDEN_NAMES]
    assert not named, f"a name that says what is inside, please: {named}"


def test_modules_and_public_functions_say_what_they_do() -> None:
    silent = []
    for path in source_files():
        tree = ast.parse(path.read_text("utf-8"))
        if not ast.get_docstring(tree) and tree.body:
            silent.append(place_of(path))
        silent += [
            f"{place_of(path)}:{node.lineno} {node.name}"
            for node in tree.body
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
            and not node.name.startswith("_")
            and not ast.get_docstring(node)
        ]
    assert not silent, "\n".join(silent)


def test_words_that_accuse_are_nowhere_in_the_product() -> None:
    accusing = ("fraudster", "suspect ", "suspects", "骗保者", "嫌疑人")
    texts = [
        *source_files(),
        *(ROOT / "api").rglob("*.html"),
        *(ROOT / "api").rglob("*.toml"),
        *(ROOT / "models").rglob("*.toml"),
    ]
    found = [f"{p.relative_to(ROOT)}: {w}" for p in texts for w in accusing if w in p.read_text("utf-8").lower()]
    assert not found, "\n".join(found)
