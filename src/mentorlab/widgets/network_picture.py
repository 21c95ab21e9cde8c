"""The picture of a network: what is looked at, and what leaving or chance says of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from ..plots.theme import axes_or_new
from .network_panels import LeavingPanel, LoadPanel, MatrixPanel, NullPanel, TiesPanel
from .network_result import NetworkView
from .picture import Picture, change

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

LEFT = {"load": LoadPanel, "ties": TiesPanel, "mixing": MatrixPanel}
RIGHT = {"load": LeavingPanel, "ties": LeavingPanel, "mixing": NullPanel}


class NetworkPicture(Picture):
    """Left: loads, two columns or the matrix. Right: the curve of leaving, or the null."""

    size: ClassVar[tuple[float, float]] = (8.8, 4.4)

    def build(self) -> list[Artist]:
        """Make three panels on the left and two on the right, each group in one place."""
        left, right = self.figure.add_gridspec(1, 2, width_ratios=[1.15, 1])
        self.left = {name: panel(self.figure.add_subplot(left)) for name, panel in LEFT.items()}
        made = {panel: panel(self.figure.add_subplot(right)) for panel in set_of(RIGHT)}
        self.right = {name: made[panel] for name, panel in RIGHT.items()}
        panels = (*self.left.values(), *made.values())
        return [artist for panel in panels for artist in panel.moving]

    def update(self, answer: NetworkView) -> None:
        """Show a view in its two panels."""
        shown = (self.left[answer.measure], self.right[answer.measure])
        for panel in (*self.left.values(), *self.right.values()):
            change(panel.ax, visible=panel in shown)
        for panel in shown:
            panel.update(answer)


def set_of(panels: dict[str, type]) -> list[type]:
    """List each kind of panel once, in order."""
    return list(dict.fromkeys(panels.values()))


def plot_network(view: NetworkView, *, ax: Axes | None = None) -> Axes:
    """Draw what is looked at: every mentor's load, the two columns, or the matrix.

    Parameters
    ----------
    view : NetworkView
        From `network_view`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.
    """
    ax = axes_or_new(ax, width=5.6, height=4.4)
    LEFT[view.measure](ax).update(view)
    return ax


def plot_beside(view: NetworkView, *, ax: Axes | None = None) -> Axes:
    """Draw what stands beside it: the curve of leaving, or the null.

    Parameters
    ----------
    view : NetworkView
        From `network_view`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.
    """
    ax = axes_or_new(ax, width=4.8, height=4.4)
    RIGHT[view.measure](ax).update(view)
    return ax
