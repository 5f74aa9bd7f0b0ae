"""Every notebook runs top to bottom on a home folder, and defines no logic of its own."""

import ast
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

pytestmark = pytest.mark.slow

NOTEBOOKS = sorted((Path(__file__).resolve().parents[1] / "notebooks").glob("*.ipynb"))


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_defines_no_logic(notebook: Path) -> None:
    cells = [cell.source for cell in nbformat.read(notebook, as_version=4).cells if cell.cell_type == "code"]
    nodes = [node for source in cells for node in ast.walk(ast.parse(source))]
    assert not [node.name for node in nodes if isinstance(node, ast.FunctionDef | ast.ClassDef)]
    assert any(isinstance(node, ast.ImportFrom) and (node.module or "").startswith("targeting") for node in nodes)


@pytest.fixture
def home_with_truth(small_home: Path, small_county: Path) -> Iterator[Path]:
    """The small home with the truth of its county where the demonstration has it."""
    beside = small_home / "county"
    beside.symlink_to(small_county)
    yield small_home
    beside.unlink()


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_notebook_runs_top_to_bottom(notebook: Path, home_with_truth: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TARGETING_HOME", str(home_with_truth))
    client = NotebookClient(nbformat.read(notebook, as_version=4), timeout=120, kernel_name="python3")
    client.execute()
    assert all(cell.execution_count for cell in client.nb.cells if cell.cell_type == "code")
