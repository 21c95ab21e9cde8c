"""The picture of weekly lists: the list, one relationship, or how far to trust it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from ...plots.theme import axes_or_new
from ..picture import Picture, change
from .panels import ReasonsPanel, ScoresPanel, StripsPanel, TrustPanel, WeeksPanel
from .result import SignalsPage, SignalsView

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

    from ..element_panels import Panel

WIDTHS: dict[SignalsPage, tuple[float, float]] = {
    "list": (2.2, 1),
    "relationship": (1.35, 1),
    "trust": (1, 1),
}


def left_panel(page: SignalsPage, ax: Axes) -> Panel:
    """Make the panel on the left of a page."""
    if page == "trust":
        return TrustPanel(ax, "recall")
    return StripsPanel(ax) if page == "list" else WeeksPanel(ax)


def right_panel(page: SignalsPage, ax: Axes) -> Panel:
    """Make the panel on the right of a page."""
    if page == "trust":
        return TrustPanel(ax, "ppv")
    return ScoresPanel(ax) if page == "list" else ReasonsPanel(ax)


class SignalsPicture(Picture):
    """Two panels for each page: weeks and scores, weeks and reasons, recall and precision."""

    size: ClassVar[tuple[float, float]] = (8.4, 4.2)

    def build(self) -> list[Artist]:
        """Make all panels, those of a page side by side."""
        self.pages = {}
        for page, widths in WIDTHS.items():
            left, right = self.figure.add_gridspec(1, 2, width_ratios=widths)
            self.pages[page] = (
                left_panel(page, self.figure.add_subplot(left)),
                right_panel(page, self.figure.add_subplot(right)),
            )
        return [
            artist for panels in self.pages.values() for panel in panels for artist in panel.moving
        ]

    def update(self, answer: SignalsView) -> None:
        """Show a view in the two panels of its page."""
        for page, panels in self.pages.items():
            for panel in panels:
                change(panel.ax, visible=page == answer.show)
        for panel in self.pages[answer.show]:
            panel.update(answer)


def plot_signals(view: SignalsView, *, ax: Axes | None = None) -> Axes:
    """Draw the weeks of the list, those of one relationship, or what lists would have caught.

    Parameters
    ----------
    view : SignalsView
        From `signals_view`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.
    """
    ax = axes_or_new(ax, width=6.4, height=4.2)
    left_panel(view.show, ax).update(view)
    return ax


def plot_beside(view: SignalsView, *, ax: Axes | None = None) -> Axes:
    """Draw what stands beside it: scores, reasons, or how many calls were right.

    Parameters
    ----------
    view : SignalsView
        From `signals_view`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.
    """
    ax = axes_or_new(ax, width=4.6, height=4.2)
    right_panel(view.show, ax).update(view)
    return ax
