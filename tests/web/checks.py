"""What browser tests ask of notebooks and widgets."""

from __future__ import annotations

import json
from pathlib import Path

import nbformat
from lab import Explorer, Notebook
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from mentorlab import datasets

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"


def write_notebook(path: Path, sources: list[str]) -> Path:
    """Write a notebook of these code cells, not yet run."""
    cells = [new_markdown_cell("# Elements"), *map(new_code_cell, sources)]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    nbformat.write(new_notebook(cells=cells, metadata={"kernelspec": kernel}), path)
    return path


def missing(path: Path) -> str:
    """Say why a notebook can't run here, or nothing."""
    if not path.is_file():
        return f"{path.name} is not there"
    metadata = json.loads(path.read_text("utf-8"))["metadata"]
    needed = metadata.get("mentorlab", {}).get("datasets", [])
    return next((reason for reason in map(datasets.available, needed) if reason), "")


def check_page(notebook: Notebook) -> None:
    """Nothing failed, the page has no complaint, and nothing left the machine."""
    assert notebook.errors() == []
    assert notebook.complaints == []
    assert notebook.outside == []


def check_move(widget: Explorer, control: str, key: str, option: str = "") -> None:
    """A key on a control changes picture, table and code."""
    picture, table, code = widget.picture(), widget.table(), widget.code()
    widget.press(control, key, option)
    assert widget.picture() != picture
    assert widget.table() != table
    assert widget.code() != code
