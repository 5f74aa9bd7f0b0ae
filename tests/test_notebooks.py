"""Every notebook runs top to bottom on a home folder, and defines no logic of its own."""

import ast
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

NOTEBOOKS = sorted((Path(__file__).resolve().parents[1] / "notebooks").glob("*.ipynb"))


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_defines_no_logic(notebook: Path) -> None:
    cells = [cell.source for cell in nbformat.read(notebook, as_version=4).cells if cell.cell_type == "code"]
    nodes = [node for source in cells for node in ast.walk(ast.parse(source))]
    assert not [node.name for node in nodes if isinstance(node, ast.FunctionDef | ast.ClassDef)]
    assert any(isinstance(node, ast.ImportFrom) and (node.module or "").startswith("targeting") for node in nodes)


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_notebook_runs_top_to_bottom(notebook: Path, small_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TARGETING_HOME", str(small_home))
    client = NotebookClient(nbformat.read(notebook, as_version=4), timeout=120, kernel_name="python3")
    client.execute()
    assert all(cell.execution_count for cell in client.nb.cells if cell.cell_type == "code")
