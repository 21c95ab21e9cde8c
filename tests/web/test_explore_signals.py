"""A coordinator goes through a week: the list, one relationship, labels, and what to trust."""

from __future__ import annotations

import pytest
from checks import check_move, check_page, write_notebook

pytestmark = pytest.mark.web

BUILD = """import mentorlab as ml

program = ml.datasets.load_example_program()"""
SHOW = 'ml.widgets.explore_signals(program, as_of="2024-05-12", calls_per_week=4)'
LABELS = {
    "show": "Show",
    "as_of": "As of",
    "calls_per_week": "Calls a week",
    "number": "Number on the list",
    "relationship": "Or look up",
    "labels": "Label: r041",
    "signals": "Signals",
}


@pytest.fixture
def open_week(tmp_path, open_copy):
    """A notebook that shows the widget of the example program, run."""
    notebook = open_copy(write_notebook(tmp_path / "week.ipynb", [BUILD, SHOW]))
    notebook.run_all()
    return notebook


def test_every_control_moves_by_keyboard(open_week, screenshots):
    notebook, widget = open_week, open_week.widget()
    notebook.page.screenshot(path=screenshots / "signals_list.png")
    check_move(widget, "calls_per_week", "ArrowRight")
    check_move(widget, "as_of", "ArrowRight")
    assert "as_of='2024-05-19', calls_per_week=5" in widget.code()
    widget.press("as_of", "ArrowLeft")
    check_move(widget, "show", "Space", "one relationship")
    check_move(widget, "number", "ArrowRight")
    notebook.page.screenshot(path=screenshots / "signals_relationship.png")
    before = widget.n_shown
    widget.root.get_by_label("personality differences").press("Space")
    widget.wait_for(before + 1)
    assert "signals=['boundary_breaches'" in widget.code()
    check_move(widget, "show", "Space", "how far to trust it")
    notebook.page.screenshot(path=screenshots / "signals_trust.png")
    assert "plain gap" in widget.table()
    check_page(notebook)


def test_a_label_takes_a_relationship_off_the_list_and_back(open_week, screenshots):
    notebook, widget = open_week, open_week.widget()
    assert "r041" in widget.table().split("Outside the calls")[0]
    check_move(widget, "labels", "Space", "snooze")
    assert "labels=[('r041', '2024-05-12', 'snooze')]" in widget.code()
    assert "r041" not in widget.table().split("Outside the calls")[0]
    notebook.page.screenshot(path=screenshots / "signals_snoozed.png")
    field = widget.control("relationship")
    field.fill("r041")
    widget.press("relationship", "Enter")
    widget.press("labels", "Space", "no label")
    assert "labels" not in widget.code()
    field.fill("r0411")
    field.press("Enter")
    notebook.page.wait_for_function(
        "document.querySelector('.mentorlab-status').innerText.includes('does not go on')"
    )
    notebook.page.screenshot(path=screenshots / "signals_error.png")
    widget.press("number", "ArrowRight")
    assert field.input_value() == ""
    check_page(notebook)


@pytest.mark.slow
def test_controls_have_names(open_week):
    widget = open_week.widget()
    for name, label in LABELS.items():
        words = widget.root.locator(f".mentorlab-{name}").first.inner_text()
        assert words.strip().startswith(label)
    check_page(open_week)


@pytest.mark.slow
def test_a_narrow_page_holds_it(open_week, screenshots):
    page = open_week.page
    page.set_viewport_size({"width": 900, "height": 1000})
    widget = open_week.widget()
    page.screenshot(path=screenshots / "signals_narrow.png")
    widget.press("show", "Space", "one relationship")
    page.screenshot(path=screenshots / "signals_narrow_relationship.png")
    cell = page.locator(".jp-OutputArea-output", has=page.locator(".mentorlab-explorer")).last
    scroll, width = cell.evaluate("cell => [cell.scrollWidth, cell.clientWidth]")
    assert scroll <= width + 1
    check_page(open_week)
