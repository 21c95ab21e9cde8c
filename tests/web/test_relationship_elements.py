"""A person explores the elements in notebook 01: group, reliability, items, and errors in words."""

from __future__ import annotations

import json

import pytest
from checks import NOTEBOOKS, check_move, check_page, write_notebook

pytestmark = pytest.mark.web

NOTEBOOK = NOTEBOOKS / "01_relationship_elements.ipynb"


@pytest.fixture
def widget_notebook(tmp_path):
    """The notebook's own widget cell, after its imports and its program."""
    cells = json.loads(NOTEBOOK.read_text("utf-8"))["cells"]
    sources = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    imports = next(source for source in sources if "import mentorlab as ml" in source)
    shown = next(source for source in sources if "ml.explore_elements(" in source)
    program = "program = ml.datasets.load_example_program()"
    return write_notebook(tmp_path / "widget.ipynb", [imports, program, shown])


def test_the_views_follow_each_other(widget_notebook, open_copy, screenshots):
    notebook = open_copy(widget_notebook)
    notebook.run_all()
    widget = notebook.widget()
    assert "ICC(A,1)" in widget.table()
    assert "limits of agreement" in widget.table()
    check_move(widget, "show", "Space", "reliability")
    assert "omega, mentees" in widget.table()
    notebook.page.screenshot(path=screenshots / "elements_reliability.png")
    check_move(widget, "show", "Space", "items")
    assert "alpha without it" in widget.table()
    notebook.page.screenshot(path=screenshots / "elements_items.png")
    check_move(widget, "role", "Space", "mentee")
    check_move(widget, "show", "Space", "partners")
    check_page(notebook)


def test_a_group_is_chosen_by_keyboard_and_named(widget_notebook, open_copy, screenshots):
    notebook = open_copy(widget_notebook)
    notebook.run_all()
    widget = notebook.widget()
    assert "mean of all" not in widget.table()
    check_move(widget, "group", "ArrowRight")
    assert "group=('cohort', '2023')" in widget.code()
    assert "mean of all" in widget.table()
    check_move(widget, "element", "Space", "satisfaction")
    check_move(widget, "wave", "End")
    assert "wave=3" in widget.code()
    check_move(widget, "group", "End")
    assert "mentee.level" in widget.code()
    notebook.page.screenshot(path=screenshots / "elements_group.png")
    check_move(widget, "group", "Home")
    assert "group" not in widget.code()
    check_page(notebook)
