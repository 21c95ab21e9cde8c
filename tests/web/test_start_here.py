"""A person opens a notebook, runs it, and moves a control: picture and table follow."""

from __future__ import annotations

import pytest
from checks import NOTEBOOKS, check_move, check_page, missing, write_notebook

pytestmark = pytest.mark.web

# Notebooks with a widget: a control of the first one, and the key that moves it.
MOVES = {
    "00_start_here.ipynb": ("wave", "ArrowRight"),
    "01_relationship_elements.ipynb": ("group", "ArrowRight"),
    "02_failure_signals.ipynb": ("calls_per_week", "ArrowRight"),
    "03_mentor_pool_network.ipynb": ("remove", "ArrowRight"),
    "04_matching_policies.ipynb": ("extra_places", "ArrowRight"),
    "05_policy_simulation.ipynb": ("extra_places", "ArrowRight"),
}
LABELS = (
    ("element", "Element"),
    ("wave", "Wave"),
    ("role", "Side"),
    ("group", "Group"),
    ("show", "Show"),
)
SMALL = (
    "import mentorlab as ml\n\nprogram = ml.datasets.load_example_program()",
    "ml.explore_elements(program)",
)


@pytest.fixture
def small_notebook(tmp_path):
    """A notebook that shows one widget."""
    return write_notebook(tmp_path / "small.ipynb", list(SMALL))


def test_every_control_moves_by_keyboard(small_notebook, open_copy, screenshots):
    notebook = open_copy(small_notebook)
    notebook.run_all()
    widget = notebook.widget()
    notebook.page.screenshot(path=screenshots / "small_start.png")
    check_move(widget, "wave", "ArrowRight")
    check_move(widget, "element", "Space", "trust")
    check_move(widget, "role", "Space", "mentor")
    check_move(widget, "group", "ArrowRight")
    check_move(widget, "show", "Space", "items")
    notebook.page.screenshot(path=screenshots / "small_moved.png")
    assert widget.code() == (
        "ml.widgets.element_view(program, element='trust', wave=2, role='mentor', "
        "group=('cohort', '2023'), show='items')"
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
    for name, label in LABELS:
        named = widget.root.locator(f".mentorlab-{name} label")
        assert named.inner_text() == label
    assert "arrow keys" in widget.root.locator(".mentorlab-wave label").get_attribute("title")
    check_page(notebook)


# The other notebooks' widgets are driven by tests of their own; whole pages only in the full tier.
PAGES = [
    pytest.param(name, marks=[] if name.startswith("00_") else pytest.mark.slow)
    for name in sorted(MOVES)
]


@pytest.mark.parametrize("name", PAGES)
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
