"""A person tries policies in the matching lab: weights, rules, places, goals, a name, an error."""

from __future__ import annotations

import json

import pytest
from checks import NOTEBOOKS, check_move, check_page, write_notebook

pytestmark = pytest.mark.web

NOTEBOOK = NOTEBOOKS / "04_matching_policies.ipynb"
LABELS = (
    ("policy", "Policy"),
    ("weights", "Weights"),
    ("on", "Rules"),
    ("extra_places", "Places more"),
    ("against", "Trade-off"),
    ("person", "Explain"),
)


@pytest.fixture
def widget_notebook(tmp_path):
    """The notebook's own widget cell, after its imports and its applicants."""
    cells = json.loads(NOTEBOOK.read_text("utf-8"))["cells"]
    sources = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    wanted = ("import mentorlab as ml", "preferences = program.preferences", "matching_lab(")
    shown = [next(source for source in sources if part in source) for part in wanted]
    return write_notebook(tmp_path / "matching.ipynb", shown)


def test_every_control_moves_by_keyboard(widget_notebook, open_copy, screenshots):
    notebook = open_copy(widget_notebook)
    notebook.run_all()
    widget = notebook.widget()
    notebook.page.screenshot(path=screenshots / "matching_start.png")
    check_move(widget, "policy", "Space", "optimal")
    check_move(widget, "weights", "ArrowRight")
    assert "weights={'similarity of value" in widget.code()
    check_move(widget, "extra_places", "ArrowRight")
    check_move(widget, "against", "Space", "coverage")
    before = widget.n_shown
    widget.root.locator(".mentorlab-on input").first.press("Space")
    widget.wait_for(before + 1)
    assert "on=['shared site']" in widget.code()
    notebook.page.screenshot(path=screenshots / "matching_moved.png")
    check_page(notebook)


def test_somebody_is_named_and_a_wrong_name_is_told(widget_notebook, open_copy, screenshots):
    notebook = open_copy(widget_notebook)
    notebook.run_all()
    widget = notebook.widget()
    field = widget.control("person")
    field.fill("mentor 5")
    check_move(widget, "person", "Enter")
    assert "'mentor 5'" in widget.table()
    notebook.page.screenshot(path=screenshots / "matching_person.png")
    field.fill("mentor 500")
    field.press("Enter")
    notebook.page.wait_for_function(
        "() => document.querySelector('.mentorlab-status').innerText.includes('is called')"
    )
    assert "Did you mean" in widget.status
    field.fill("")
    field.press("Enter")
    widget.wait_for(3)
    assert "person" not in widget.code()
    check_page(notebook)


@pytest.mark.slow
def test_controls_have_names(widget_notebook, open_copy):
    notebook = open_copy(widget_notebook)
    notebook.run_all()
    widget = notebook.widget()
    for name, label in LABELS:
        words = widget.root.locator(f".mentorlab-{name}").first.inner_text()
        assert words.strip().startswith(label)
    assert "stated wish" in widget.root.locator(".mentorlab-weights").inner_text()
    check_page(notebook)
