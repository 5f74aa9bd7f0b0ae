"""A check is one file: found by its name, asked by its one public function."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from targeting.eligibility.checks import CHECKS, checks_in
from targeting.errors import Misconfigured

QUESTION = (
    "def asks(situation):\n    'It is so.'\n    return _answer(situation)\n\n\ndef _answer(situation):\n    return situation\n"
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    made = tmp_path / "village_checks"
    made.mkdir()
    (made / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    yield made
    for name in [name for name in sys.modules if name.startswith("village_checks")]:
        del sys.modules[name]


def found(folder: Path) -> list[str]:
    return [f"{code} {question.__name__}" for code, question in checks_in(str(folder), "village_checks").items()]


def test_a_file_named_by_its_code_is_a_check(folder: Path) -> None:
    (folder / "x31_vessels.py").write_text(QUESTION)
    (folder / "u21_fuel.py").write_text("from village_checks.x31_vessels import asks as other\n\n\n" + QUESTION)
    assert found(folder) == ["U21 asks", "X31 asks"]


def test_every_fault_of_the_files_is_told_at_once(folder: Path) -> None:
    (folder / "x31_vessels.py").write_text(QUESTION + QUESTION.replace("asks", "asks_again"))
    (folder / "x32_boats.py").write_text("'''Nothing yet.'''\n")
    (folder / "x33_rafts.py").write_text(QUESTION)
    (folder / "x33_rafts_again.py").write_text(QUESTION)
    (folder / "vessels.py").write_text(QUESTION)
    with pytest.raises(Misconfigured) as refused:
        found(folder)
    told = str(refused.value)
    assert "x31_vessels.py has 2 public functions" in told
    assert "x32_boats.py has 0 public functions" in told
    assert "x33_rafts_again.py: another module is X33 already" in told
    assert "vessels.py: name it by its code" in told


def test_the_shipped_checks_stand_in_the_order_of_their_codes() -> None:
    assert list(CHECKS) == sorted(CHECKS)
    assert CHECKS["X07"].__name__ == "earns_more_than_declared"
