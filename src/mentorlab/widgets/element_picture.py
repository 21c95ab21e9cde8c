"""The picture of one element: how scores spread, and how partners or items compare."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from ..options import ElementPanel
from ..plots.theme import axes_or_new
from .element_panels import ItemPanel, Panel, PartnerPanel, ReliabilityPanel, SpreadPanel
from .element_result import ElementView
from .picture import Picture, change

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes


PANELS: dict[ElementPanel, type[Panel]] = {
    "partners": PartnerPanel,
    "reliability": ReliabilityPanel,
    "items": ItemPanel,
}


class ElementPicture(Picture):
    """Left: how the scores of both sides spread. Right: partners, reliability or items."""

    size: ClassVar[tuple[float, float]] = (8.4, 4.1)

    def build(self) -> list[Artist]:
        """Make four panels, three of them in the same place."""
        left, right = self.figure.add_gridspec(1, 2, width_ratios=[1.15, 1])
        self.spread = SpreadPanel(self.figure.add_subplot(left))
        self.beside = {
            name: panel(self.figure.add_subplot(right)) for name, panel in PANELS.items()
        }
        return [artist for panel in (self.spread, *self.beside.values()) for artist in panel.moving]

    def update(self, answer: ElementView) -> None:
        """Show an element and the panel that the answer names."""
        for name, panel in self.beside.items():
            change(panel.ax, visible=name == answer.show)
        self.spread.update(answer)
        self.beside[answer.show].update(answer)


def plot_element(view: ElementView, *, ax: Axes | None = None) -> Axes:
    """Draw how the scores spread, mentors above and mentees below the line.

    Parameters
    ----------
    view : ElementView
        From `element_view`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.
    """
    ax = axes_or_new(ax)
    SpreadPanel(ax).update(view)
    return ax


def plot_beside(view: ElementView, *, ax: Axes | None = None) -> Axes:
    """Draw what the view shows beside the distribution: partners, reliability or items.

    Parameters
    ----------
    view : ElementView
        From `element_view`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.
    """
    ax = axes_or_new(ax, width=4.6, height=4.4)
    PANELS[view.show](ax).update(view)
    return ax
