"""The wheel holds everything the commands need, and they work from it in an empty folder."""

import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = {"targeting": ROOT / "src" / "targeting", "targeting_api": ROOT / "api", "targeting_models": ROOT / "models"}
TEXT = {".toml", ".md", ".html", ".css", ".js", ".svg", ".mako", ".typed", ".json", ".woff2"}


def declared_packages() -> set[str]:
    return set(tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]["packages"])


def test_the_list_of_packages_equals_the_tree() -> None:
    tree = {
        ".".join((name, *path.parent.relative_to(folder).parts))
        for name, folder in FOLDERS.items()
        for path in folder.rglob("__init__.py")
    }
    assert declared_packages() == tree


def test_the_lock_file_names_versions_and_no_addresses() -> None:
    lines = [line for line in (ROOT / "requirements.lock").read_text("utf-8").splitlines() if line and line[0] != "#"]
    assert lines
    assert not [line for line in lines if "==" not in line or "://" in line or "@" in line]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(out), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True)
    return next(out.glob("*.whl"))


def test_the_wheel_contains_every_module_and_text(wheel: Path) -> None:
    packed = set(zipfile.ZipFile(wheel).namelist())
    wanted = {
        f"{name}/{path.relative_to(folder).as_posix()}"
        for name, folder in FOLDERS.items()
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and path.suffix in TEXT | {".py"}
    }
    assert not sorted(wanted - packed)


@pytest.mark.slow
def test_the_commands_work_from_the_wheel_in_an_empty_folder(wheel: Path, tmp_path: Path) -> None:
    unpacked = tmp_path / "site"
    zipfile.ZipFile(wheel).extractall(unpacked)
    code = f"import sys; sys.path.insert(0, {str(unpacked)!r}); from targeting.cli import main; sys.argv[0] = 'targeting'; main()"
    county = tmp_path / "county"
    for arguments in (
        ["simulate", "--persons", "1000", "--to", str(county)],
        ["run", "--sources", str(county / "2026-10" / "sources.toml"), "--as-of", "2026-10-31", "--home", str(tmp_path / "home")],
        ["export", "referrals", "--to", str(tmp_path / "referrals.csv"), "--home", str(tmp_path / "home")],
        ["catalogue"],
    ):
        done = subprocess.run([sys.executable, "-I", "-c", code, *arguments], cwd=tmp_path, capture_output=True, text=True)
        assert done.returncode in (0, 1), done.stderr
