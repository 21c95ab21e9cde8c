"""A person explores the pool in notebook 03: slider, measures, nulls, all by keyboard."""

from __future__ import annotations

import pytest
from checks import NOTEBOOKS, check_move, check_page, missing, write_notebook

pytestmark = pytest.mark.web

NOTEBOOK = NOTEBOOKS / "03_mentor_pool_network.ipynb"
BUILD = """import mentorlab as ml

program = ml.datasets.load_example_program()
network = ml.network.build_network(
    program.members, source="program records", people=program.people
)"""
LABELS = {
    "measure": "Measure",
    "attribute": "Groups",
    "null": "Chance",
    "remove": "Mentors who leave",
    "order": "Who leaves first",
}


@pytest.fixture
def small_notebook(tmp_path):
    """A notebook that shows the widget of the example program."""
    return write_notebook(tmp_path / "pool.ipynb", [BUILD, "ml.widgets.explore_network(network)"])


def test_every_control_moves_by_keyboard(small_notebook, open_copy, screenshots):
    notebook = open_copy(small_notebook)
    notebook.run_all()
    widget = notebook.widget()
    notebook.page.screenshot(path=screenshots / "network_load.png")
    check_move(widget, "remove", "ArrowRight")
    check_move(widget, "order", "Space", "worst for mentees")
    check_move(widget, "measure", "Space", "ties")
    notebook.page.screenshot(path=screenshots / "network_ties.png")
    check_move(widget, "measure", "Space", "mixing")
    check_move(widget, "attribute", "Space", "level")
    check_move(widget, "null", "Space", "within site")
    notebook.page.screenshot(path=screenshots / "network_mixing.png")
    assert widget.code() == (
        "ml.widgets.network_view(network, seed=1, measure='mixing', attribute='level', "
        "null='strata', within='site', remove=1, order='worst')"
    )
    check_page(notebook)


@pytest.mark.slow
def test_controls_have_names(small_notebook, open_copy):
    notebook = open_copy(small_notebook)
    notebook.run_all()
    widget = notebook.widget()
    for name, label in LABELS.items():
        assert widget.root.locator(f".mentorlab-{name} label").inner_text() == label
    check_page(notebook)


@pytest.mark.slow
def test_the_notebook_runs_and_its_slider_moves(open_copy, screenshots):
    if reason := missing(NOTEBOOK):
        pytest.skip(reason)
    notebook = open_copy(NOTEBOOK)
    notebook.run_all()
    check_page(notebook)
    assert all(cell["count"] for cell in notebook.cells())
    widget = notebook.widget()
    check_move(widget, "remove", "ArrowRight")
    notebook.page.screenshot(path=screenshots / "03_mentor_pool_network.png")
    check_page(notebook)
