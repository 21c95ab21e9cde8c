"""A person opens a notebook, runs it, and moves a control: picture and table follow."""

from __future__ import annotations

import json
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from mentorlab import datasets

pytestmark = pytest.mark.web

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"
# Notebooks with a widget: a control of the first one, and the key that moves it.
MOVES = {"00_start_here.ipynb": ("wave", "ArrowRight")}
SMALL = (
    "import mentorlab as ml\n\nprogram = ml.datasets.load_example_program()",
    "ml.explore_elements(program)",
)


@pytest.fixture
def small_notebook(tmp_path):
    """A notebook that shows one widget."""
    cells = [new_markdown_cell("# Elements"), *map(new_code_cell, SMALL)]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    path = tmp_path / "small.ipynb"
    nbformat.write(new_notebook(cells=cells, metadata={"kernelspec": kernel}), path)
    return path


def missing(path: Path) -> str:
    """Say why a notebook can't run here, or nothing."""
    if not path.is_file():
        return f"{path.name} is not there"
    metadata = json.loads(path.read_text("utf-8"))["metadata"]
    needed = metadata.get("mentorlab", {}).get("datasets", [])
    return next((reason for reason in map(datasets.available, needed) if reason), "")


def check_page(notebook):
    assert notebook.errors() == []
    assert notebook.complaints == []
    assert notebook.outside == []


def check_move(widget, control, key, option=""):
    picture, table, code = widget.picture(), widget.table(), widget.code()
    widget.press(control, key, option)
    assert widget.picture() != picture
    assert widget.table() != table
    assert widget.code() != code


def test_every_control_moves_by_keyboard(small_notebook, open_copy, screenshots):
    notebook = open_copy(small_notebook)
    notebook.run_all()
    widget = notebook.widget()
    notebook.page.screenshot(path=screenshots / "small_start.png")
    check_move(widget, "wave", "ArrowRight")
    check_move(widget, "element", "Space", "trust")
    check_move(widget, "role", "Space", "mentor")
    notebook.page.screenshot(path=screenshots / "small_moved.png")
    assert widget.code() == (
        "ml.widgets.element_view(program, element='trust', wave=2, role='mentor')"
    )
    check_page(notebook)


def test_controls_are_reached_with_tab_and_have_names(small_notebook, open_copy):
    notebook = open_copy(small_notebook)
    notebook.run_all()
    widget = notebook.widget()
    widget.control("element", "satisfaction").focus()
    notebook.page.keyboard.press("Tab")
    wave = widget.control("wave")
    assert wave.evaluate("handle => handle === document.activeElement")
    for name, label in (("element", "Element"), ("wave", "Wave"), ("role", "Side")):
        named = widget.root.locator(f".mentorlab-{name} label")
        assert named.inner_text() == label
    assert "arrow keys" in widget.root.locator(".mentorlab-wave label").get_attribute("title")
    check_page(notebook)


@pytest.mark.parametrize("name", sorted(MOVES))
def test_notebook_runs_and_its_widget_moves(name, open_copy, screenshots):
    path = NOTEBOOKS / name
    if reason := missing(path):
        pytest.skip(reason)
    notebook = open_copy(path)
    notebook.run_all()
    check_page(notebook)
    assert all(cell["count"] for cell in notebook.cells())
    widget = notebook.widget()
    check_move(widget, *MOVES[name])
    notebook.page.screenshot(path=screenshots / f"{path.stem}.png")
    check_page(notebook)
