"""The canvas as a part of `explore_network` that opens on request and follows its controls."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

import ipywidgets as W  # noqa: N812 (its usual short name)

from ..plots.network_columns import mentors_that_fit
from .controls import CLASS
from .kit import Explorer
from .network_pool import MOST_MARKS, NetworkPool
from .network_result import NetworkView
from .network_view import who_is_alone
from .pool_canvas import INSTALL, MOST_MENTORS, NetworkCanvas
from .view import View


class NetworkExplorer(Explorer):
    """An explorer with a button that opens a canvas of the same pool.

    Parameters
    ----------
    pool : NetworkPool
        What is explored.
    **parts : object
        As for `Explorer`.

    Attributes
    ----------
    opener : ipywidgets.ToggleButton
        Opens and closes the canvas; disabled where it can't be opened, with the reason.
    canvas : NetworkCanvas or None
        None until it was opened.
    """

    def __init__(self, pool: NetworkPool, **parts: Any) -> None:
        self._pool = pool
        self.canvas: NetworkCanvas | None = None
        super().__init__(**parts)
        reason, tip = self._why_not()
        self.opener = W.ToggleButton(
            description=f"Interactive view{reason}",
            tooltip=tip,
            disabled=bool(reason),
            layout={"width": "max-content"},
        )
        self.opener.add_class(f"{CLASS}-opener")
        self.opener.observe(self._opened, names="value")
        self._place = W.VBox([])
        self.box.children = (*self.box.children, self.opener, self._place)

    def close(self) -> None:
        """Stop work and take the widget, and its canvas, off the page."""
        super().close()
        if self.canvas is not None:
            self.canvas.close()

    def _why_not(self) -> tuple[str, str]:
        self._n_fit = mentors_that_fit(self._pool.network, most=MOST_MENTORS, n_marks=MOST_MARKS)
        if find_spec("anywidget") is None:
            return " (needs extra graph)", f"Run: {INSTALL}"
        if self._n_fit < 1:
            return " (too many ties)", "One mentor has more ties than can be drawn"
        return "", "Zoom, point at and walk through the two columns of mentors and mentees (Space)"

    def _opened(self, _: Any) -> None:
        shown = self.opener.value
        if shown and self.canvas is None:
            self.canvas = NetworkCanvas(
                self._pool.network, color=None, size="equal", most=self._n_fit, ids=True
            )
            self._place.children = (self.canvas.box,)
        self._place.layout.display = "" if shown else "none"
        self._follow(self.result.answer)

    def _present(self, view: View) -> None:
        super()._present(view)
        self._follow(view.answer)

    def _follow(self, answer: NetworkView) -> None:
        """Bring an open canvas to what the controls say."""
        if self.canvas is None or not self.opener.value:
            return
        self.canvas.paint(answer.attribute)
        gone = self._pool.has_left(answer.order, answer.remove, answer.seed)
        self.canvas.show_leaving(gone, who_is_alone(self._pool.network, gone))
