"""How long from a key press on a slider to the new picture, beside the usual way of doing it.

All widgets stand in one notebook in one JupyterLab in one real browser and show the same scores,
wave by wave: `explore_elements`, the same made to forget the views it has shown (so that each press
works out distribution and agreement anew), and `ipywidgets.interact` with a new seaborn figure.
Presses alternate in blocks, so that a busy machine slows all. The time runs from the key event in
the page to the frame after the new picture is decoded. Ours also print tables; the other only
draws.

Usage: python benchmarks/bench_widget_latency.py
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_notebook

TESTS = Path(__file__).resolve().parents[1] / "tests"
sys.path[:0] = [str(TESTS / "web"), str(TESTS / "widgets")]

from invented import invented_program  # noqa: E402
from lab import chromium, jupyterlab, open_notebook, why_no_browser  # noqa: E402

N_PAIRS, N_WAVES = 500, 5
N_ROWS = N_PAIRS * 2 * N_WAVES
N_PRESSES, N_BLOCKS, N_WARM = 60, 3, 4
TARGET_MS = {"median": 100, "p95": 150}
SECONDS = 20

CELLS = (
    """
import ipywidgets
import matplotlib.pyplot as plt
import seaborn as sns

import mentorlab as ml

program = ml.read_program("program")
scores = ml.score_elements(program.responses, codebook=ml.item_bank())
pairs = ml.pair_partners(scores, members=program.members)
""",
    """
from collections import OrderedDict


class Nothing(OrderedDict):
    def __setitem__(self, key, value):
        pass


widget = ml.explore_elements(program)
widget.box.add_class("remembering")
widget
""",
    """
fresh = ml.explore_elements(program)
fresh._seen = Nothing()
fresh.box.add_class("forgetting")
fresh
""",
    """
def draw(wave):
    some = slice(None) if wave == "all" else scores["wave"] == wave
    both = slice(None) if wave == "all" else pairs["wave"] == wave
    figure, (left, right) = plt.subplots(1, 2, figsize=(8.4, 3.8))
    sns.histplot(scores[some], x="score", hue="role", binwidth=0.25, ax=left)
    sns.scatterplot(pairs[both], x="mentor", y="mentee", ax=right)
    plt.show()


waves = ipywidgets.SelectionSlider(options=["all", 1, 2, 3, 4, 5], value=1)
ipywidgets.interact(draw, wave=waves)
""",
    """
for wave in range(1, 6):
    view = ml.widgets.element_view(program, element="trust", wave=wave)
    usual = scores[scores["wave"] == wave].groupby("role")["score"].mean()
    assert abs(view.sides.set_index("role")["mean"] - usual).max() < 1e-9
""",
)

_WATCH = """selector => {
    const picture = () => document.querySelector(selector);
    const old = picture()?.src;
    let pressed = null;
    document.addEventListener("keydown", () => { pressed = performance.now(); },
                              {capture: true, once: true});
    window.pictureSeen = new Promise(done => {
        const look = () => {
            const now = picture();
            const isNew = now && now.src !== old && now.complete && now.naturalWidth;
            if (pressed !== null && isNew) {
                now.decode().then(() => requestAnimationFrame(
                    () => done(performance.now() - pressed)), look);
            } else requestAnimationFrame(look);
        };
        look();
    });
}"""

_SEEN = """seconds => Promise.race([window.pictureSeen, new Promise((_, fail) =>
    setTimeout(() => fail(new Error("no new picture")), 1000 * seconds))])"""


class Slider:
    """A slider of the page whose handle walks from end to end and back."""

    def __init__(self, page, root: str, picture: str) -> None:
        self.page = page
        self.picture = f"{root} {picture}"
        self.handle = page.locator(f"{root} .noUi-handle").first
        self.key = "ArrowRight"

    def press(self) -> float:
        """Press once; give milliseconds until the new picture is seen."""
        place = [self.handle.get_attribute(f"aria-value{what}") for what in ("now", "min", "max")]
        if place[0] in place[1:]:
            self.key = "ArrowRight" if place[0] == place[1] else "ArrowLeft"
        self.page.evaluate(_WATCH, self.picture)
        self.handle.press(self.key)
        return self.page.evaluate(_SEEN, SECONDS)


def measure(page) -> dict[str, list[float]]:
    """Press the sliders in alternating blocks."""
    sliders = {
        "explore_elements": Slider(page, ".remembering", "img.mentorlab-picture"),
        "every view anew": Slider(page, ".forgetting", "img.mentorlab-picture"),
        "interact + seaborn": Slider(page, ".widget-interact", "img"),
    }
    times: dict[str, list[float]] = {name: [] for name in sliders}
    for block in range(N_BLOCKS):
        for name, slider in sliders.items():
            slider.handle.scroll_into_view_if_needed()
            if block == 0:
                for _ in range(N_WARM):
                    slider.press()
            times[name] += [slider.press() for _ in range(N_PRESSES // N_BLOCKS)]
    return times


def report(times: dict[str, list[float]]) -> None:
    """Print all, the target, and the ratio."""
    print(f"{N_ROWS:,} score rows, {N_PRESSES} presses each, load {os.getloadavg()[0]:.1f}")
    found = {}
    for name, values in times.items():
        found[name] = statistics.median(values), statistics.quantiles(values, n=20)[-1]
        print(f"  {name:20} median {found[name][0]:4.0f} ms   p95 {found[name][1]:4.0f} ms")
    print(f"  {'target':20} median {TARGET_MS['median']:4} ms   p95 {TARGET_MS['p95']:4} ms")
    ours, _, usual = found.values()
    print(f"  usual / ours: median x{usual[0] / ours[0]:.1f}, p95 x{usual[1] / ours[1]:.1f}")


def main() -> int:
    """Measure in a temporary folder."""
    if reason := why_no_browser():
        print(f"bench_widget_latency: skipped, {reason}")
        return 0
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        cells = [new_code_cell(source.strip()) for source in CELLS]
        kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
        path = root / "latency.ipynb"
        nbformat.write(new_notebook(cells=cells, metadata={"kernelspec": kernel}), path)
        with jupyterlab(root / "lab") as server, chromium() as browser:
            program = invented_program(N_PAIRS, n_waves=N_WAVES, elements=("trust",))
            program.write(server.folder / "program")
            with open_notebook(browser, server, server.put(path)) as notebook:
                notebook.run_all()
                if notebook.errors():
                    raise SystemExit(f"the notebook failed: {notebook.errors()}")
                notebook.widget()
                report(measure(notebook.page))
    return 0


if __name__ == "__main__":
    sys.exit(main())
