"""A widget for the tests of the kit: its work stops and goes on as the test says, no sleeping."""

from __future__ import annotations

import threading
from dataclasses import dataclass

import pandas as pd

from mentorlab.errors import EstimationError
from mentorlab.widgets.controls import Checkbox, Slider
from mentorlab.widgets.kit import Explorer
from mentorlab.widgets.picture import Picture
from mentorlab.widgets.view import View

SECONDS = 10


@dataclass(frozen=True)
class ToyState:
    number: int = 0
    slow: bool = False


class ToyPicture(Picture):
    """A point that moves along a line."""

    size = (2, 1)

    def build(self):
        axes = self.figure.add_subplot()
        axes.set_xlim(0, 10)
        self.point = axes.plot([0], [0], "o")[0]
        return [self.point]

    def update(self, answer):
        self.point.set_xdata([answer])


class Toy:
    """The widget, what was rendered, and the gate that slow work waits at."""

    def __init__(self):
        self.rendered: list[int] = []
        self.at_gate = threading.Semaphore(0)
        self.gate = threading.Event()
        self.explorer = Explorer(
            state=ToyState(),
            controls=[
                Slider(name="number", label="Number", help="A number", low=0, high=10),
                Checkbox(name="slow", label="Slow"),
            ],
            render=self.render,
            picture=ToyPicture,
            estimate_ms=lambda state: 1000 if state.slow else 1,
        )

    def render(self, state, progress):
        self.rendered.append(state.number)
        if state.slow:
            progress(1, 2)
            self.at_gate.release()
            assert self.gate.wait(SECONDS)
            progress(2, 2)
        if state.number == 8:
            raise EstimationError("toy: eight <is> too much.")
        if state.number == 9:
            raise RuntimeError("nine broke")
        frame = pd.DataFrame({"number": [state.number]})
        code = f"toy({state.number})"
        return View(state.number, frame, (frame,), ("a toy",), code, f"Number {state.number}")

    def start(self, number):
        """Begin slow work in the background."""
        self.explorer.state = ToyState(number, slow=True)

    def wait_at_gate(self):
        """Wait until slow work has come to the gate."""
        assert self.at_gate.acquire(timeout=SECONDS)

    def let_go(self):
        """Let slow work run to its end."""
        self.gate.set()
