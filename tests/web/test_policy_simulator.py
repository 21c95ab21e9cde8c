"""A person tries levers and policies in the simulator: keys, refinement, cancel, an error."""

from __future__ import annotations

import json

import pytest
from checks import NOTEBOOKS, check_move, check_page, write_notebook
from lab import STEP_SECONDS

pytestmark = pytest.mark.web

NOTEBOOK = NOTEBOOKS / "05_policy_simulation.ipynb"
SHOW = """import mentorlab as ml

pool = ml.simulation.PoolGenerator(60, 40)
ml.widgets.policy_simulator(pool, n_runs=50)"""
LABELS = (
    ("policies", "Policies"),
    ("measure", "Look at"),
    ("kind", "Kind of program"),
    ("size", "Mentees"),
    ("checkins_first_month", "Check-ins, month 1"),
    ("checkin_every_weeks", "Then every"),
    ("mentor_training", "Mentor training"),
    ("mentee_training", "Mentee training"),
    ("closure_procedure", "Closure procedure"),
    ("meetings_per_month", "Meetings a month"),
    ("planned_weeks", "Planned weeks"),
    ("extra_places", "Places more"),
    ("group_size", "Meet together"),
    ("matching_form", "Who judges fit"),
    ("n_runs", "Replications"),
)
SLIDERS = (
    ("size", "n_mentees=120"),
    ("checkins_first_month", "'checkins_first_month': 3"),
    ("checkin_every_weeks", "'checkin_every_weeks': 8"),
    ("mentor_training", "'mentor_training': 0.75"),
    ("mentee_training", "'mentee_training': 0.25"),
    ("meetings_per_month", "'meetings_per_month': 4.5"),
    ("planned_weeks", "'planned_weeks': 78"),
    ("extra_places", "'extra_places': 1"),
    ("group_size", "'group_size': 2"),
)


@pytest.fixture
def opened(tmp_path, open_copy):
    """A notebook with the widget, run, and the widget with all replications."""
    notebook = open_copy(write_notebook(tmp_path / "simulator.ipynb", [SHOW]))
    notebook.run_all()
    widget = notebook.widget()
    settle(notebook, widget)
    return notebook, widget


def settle(notebook, widget):
    """Wait until the last replications are shown."""
    root = widget.root.element_handle()
    notebook.page.wait_for_function(
        "root => /^ready \\d+ /.test(root.querySelector('.mentorlab-status').innerText)",
        arg=root,
        timeout=4000 * STEP_SECONDS,
    )


def test_the_levers_move_by_keyboard(opened, screenshots):
    notebook, widget = opened
    notebook.page.screenshot(path=screenshots / "simulator_start.png")
    for name, words in SLIDERS:
        widget.press(name, "ArrowRight")
        settle(notebook, widget)
        assert words in widget.code()
    widget.press("closure_procedure", "Space")
    settle(notebook, widget)
    assert "'closure_procedure': True" in widget.code()
    check_page(notebook)


@pytest.mark.slow
def test_policies_measures_kinds_and_judges_move_by_keyboard(opened, screenshots):
    notebook, widget = opened
    check_move(widget, "measure", "Space", "early ends")
    check_move(widget, "kind", "Space", "workplace")
    settle(notebook, widget)
    assert "workplace" in widget.root.locator(".mentorlab-banner").inner_text()
    check_move(widget, "matching_form", "Space", "staff")
    settle(notebook, widget)
    before = widget.n_shown
    widget.root.locator(".mentorlab-policies input").nth(4).press("Space")
    widget.wait_for(before + 1)
    settle(notebook, widget)
    assert "'serial_dictatorship'" in widget.code()
    notebook.page.screenshot(path=screenshots / "simulator_moved.png")
    check_page(notebook)


def test_more_replications_come_in_the_background_and_can_be_canceled(opened):
    notebook, widget = opened
    widget.press("n_runs", "ArrowRight")
    widget.press("n_runs", "ArrowRight")
    widget.root.locator(".mentorlab-cancel").click()
    notebook.page.wait_for_function(
        "() => document.querySelector('.mentorlab-status').innerText.includes('canceled')"
    )
    widget.press("measure", "Space", "weeks waited")
    assert "measure='waiting'" in widget.code()
    check_page(notebook)


@pytest.mark.slow
def test_a_lone_policy_is_told_in_words(opened):
    notebook, widget = opened
    boxes = widget.root.locator(".mentorlab-policies input")
    for place in (1, 2):
        before = widget.n_shown
        boxes.nth(place).press("Space")
        widget.wait_for(before + 1)
        settle(notebook, widget)
    boxes.nth(3).press("Space")
    notebook.page.wait_for_function(
        "() => document.querySelector('.mentorlab-status').innerText.includes('two policies')"
    )
    check_page(notebook)


@pytest.mark.slow
def test_controls_have_names_and_a_narrow_page_shows_all(opened, screenshots):
    notebook, widget = opened
    for name, label in LABELS:
        words = widget.root.locator(f".mentorlab-{name}").first.inner_text()
        assert words.strip().startswith(label)
    notebook.page.set_viewport_size({"width": 900, "height": 1000})
    notebook.page.screenshot(path=screenshots / "simulator_narrow.png")
    picture = widget.root.locator(".mentorlab-picture").bounding_box()
    assert picture["x"] + picture["width"] <= 900
    check_page(notebook)


@pytest.mark.slow
def test_the_notebook_shows_it_on_the_applicants(tmp_path, open_copy, screenshots):
    cells = json.loads(NOTEBOOK.read_text("utf-8"))["cells"]
    sources = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    wanted = ("import mentorlab as ml", "program = ml.datasets", "policy_simulator(market")
    shown = [next(source for source in sources if part in source) for part in wanted]
    notebook = open_copy(write_notebook(tmp_path / "own.ipynb", shown))
    notebook.run_all()
    widget = notebook.widget()
    settle(notebook, widget)
    notebook.page.screenshot(path=screenshots / "simulator_notebook.png")
    assert "of 60 mentees" in widget.table()
    check_move(widget, "measure", "Space", "worse off")
    check_page(notebook)
