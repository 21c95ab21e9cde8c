"""A person walks through the canvas of a pool, by mouse and by keyboard."""

from __future__ import annotations

import pytest
from checks import check_page, write_notebook

pytestmark = pytest.mark.web

PROGRAM = """import mentorlab as ml

program = ml.datasets.load_example_program()
network = ml.network.build_network(
    program.members, source="program records", people=program.people
)"""
CROWD = """import numpy as np
import pandas as pd
import mentorlab as ml

rng = np.random.default_rng(2)
weight = 1 / np.arange(1, 301)
ties = pd.DataFrame(
    {
        "source": [f"m{i}" for i in rng.choice(300, 1000, p=weight / weight.sum())],
        "target": [f"s{i % 700}" for i in range(1000)],
    }
)
names = [*(f"m{i}" for i in range(300)), *(f"s{i}" for i in range(700))]
people = pd.DataFrame({"person_id": names, "unit": [*"uvwxyztuvw"] * 100})
network = ml.network.MentorNetwork.from_ties(
    ties, source="program records", people=people, duplicates="merge"
)"""
# How many pixels are neither white nor gray: dots are the only thing in color.
_COLORED = """canvas => {
    const {data} = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    let n = 0;
    for (let i = 0; i < data.length; i += 4) {
        const [r, g, b] = [data[i], data[i + 1], data[i + 2]];
        n += Math.max(r, g, b) - Math.min(r, g, b) > 40;
    }
    return n;
}"""


class Canvas:
    """The canvas of a page."""

    def __init__(self, notebook):
        self.page = notebook.page
        self.root = self.page.locator(".mentorlab-canvas")
        self.root.scroll_into_view_if_needed()
        self.drawing = self.root.locator("canvas[data-drawn]")
        self.drawing.wait_for()

    @property
    def said(self):
        return self.root.locator(".mentorlab-said").inner_text()

    def press(self, key):
        self.drawing.press(key)
        return self.said

    def colored(self):
        self.page.evaluate("() => new Promise(requestAnimationFrame)")
        return self.drawing.evaluate(_COLORED)

    def picture(self):
        self.page.evaluate("() => new Promise(requestAnimationFrame)")
        return self.drawing.screenshot()


def test_the_keyboard_walks_from_person_to_person(tmp_path, open_copy, screenshots):
    show = "canvas = ml.widgets.network_canvas(network, color='department', most=60)\ncanvas"
    notebook = open_copy(write_notebook(tmp_path / "canvas.ipynb", [PROGRAM, show]))
    notebook.run_all()
    canvas = Canvas(notebook)
    assert canvas.colored() > 300
    before = canvas.picture()
    first = canvas.press("ArrowDown")
    assert first.startswith("Mentor ")
    assert "department" in first
    second = canvas.press("ArrowDown")
    assert second != first
    assert canvas.press("ArrowUp") == first
    while canvas.said.split(": ")[1].startswith("no "):
        canvas.press("ArrowDown")
    across = canvas.press("ArrowRight")
    assert across.startswith("Mentee ")
    assert canvas.press("ArrowLeft").startswith("Mentor ")
    for _ in range(6):
        canvas.press("+")
    assert canvas.said.startswith("Mentor ")
    assert canvas.picture() != before
    notebook.page.screenshot(path=screenshots / "network_canvas_zoomed.png")
    canvas.press("0")
    assert canvas.press("Escape").startswith("Point at somebody")
    notebook.page.screenshot(path=screenshots / "network_canvas.png")
    width = canvas.drawing.bounding_box()["width"]
    canvas.drawing.click(position={"x": 0.78 * width + 3, "y": 36})
    assert canvas.said.startswith("Mentee ")
    notebook.page.mouse.move(1, 1)
    assert canvas.said.startswith("Mentee ")
    assert canvas.drawing.get_attribute("aria-label").startswith("Network of 60 mentors and ")
    check_page(notebook)


@pytest.mark.slow
def test_a_thousand_people_are_drawn_and_one_is_found(tmp_path, open_copy, screenshots):
    show = "ml.widgets.network_canvas(network, color='unit', size='ties', most=300)"
    notebook = open_copy(write_notebook(tmp_path / "crowd.ipynb", [CROWD, show]))
    notebook.run_all()
    canvas = Canvas(notebook)
    mentors, mentees = map(int, canvas.drawing.get_attribute("data-drawn").split("+"))
    assert mentors > 200
    assert mentees > 500
    assert canvas.colored() > 1000
    notebook.page.screenshot(path=screenshots / "network_canvas_crowd.png")
    canvas.root.get_by_label("Find a person").fill("m0")
    assert canvas.said.startswith("Mentor m0, unit u: ")
    notebook.page.screenshot(path=screenshots / "network_canvas_found.png")
    canvas.root.get_by_label("Find a person").fill("nobody")
    assert canvas.said == "nobody shown here has an id that begins with nobody"
    canvas.root.get_by_label("Find a person").fill("")
    for _ in range(8):
        canvas.root.get_by_role("button", name="Zoom in").click()
    notebook.page.screenshot(path=screenshots / "network_canvas_crowd_zoomed.png")
    check_page(notebook)


def test_the_explorer_opens_the_canvas_beside_its_picture(tmp_path, open_copy, screenshots):
    show = "ml.widgets.explore_network(network)"
    notebook = open_copy(write_notebook(tmp_path / "explorer.ipynb", [PROGRAM, show]))
    notebook.run_all()
    widget = notebook.widget()
    opener = widget.root.get_by_role("button", name="Interactive view")
    opener.press("Space")
    canvas = Canvas(notebook)
    whole = canvas.picture()
    for _ in range(5):
        widget.press("remove", "ArrowRight")
    assert canvas.picture() != whole
    legend = canvas.root.locator(".mentorlab-legend").inner_text()
    assert "left (5)" in legend
    assert "left alone (" in legend
    canvas.root.scroll_into_view_if_needed()
    notebook.page.screenshot(path=screenshots / "network_canvas_explorer.png")
    opener.press("Space")
    canvas.drawing.wait_for(state="hidden")
    check_page(notebook)
