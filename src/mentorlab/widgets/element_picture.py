"""The picture of one element: how scores spread, and how partners or items compare."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..plots.theme import axes_or_new
from .element_panels import ItemPanel, PartnerPanel, SpreadPanel
from .element_result import ElementView
from .picture import Picture, change

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes


class ElementPicture(Picture):
    """Left: how the scores of both sides spread. Right: partners, or one side's items."""

    def build(self) -> list[Artist]:
        """Make three panels, two of them in the same place."""
        left, right = self.figure.add_gridspec(1, 2, width_ratios=[1.15, 1])
        self.spread = SpreadPanel(self.figure.add_subplot(left))
        self.partners = PartnerPanel(self.figure.add_subplot(right))
        self.items = ItemPanel(self.figure.add_subplot(right))
        return [*self.spread.moving, *self.partners.moving, *self.items.moving]

    def update(self, answer: ElementView) -> None:
        """Show an element; both sides have pairs, one side has items."""
        shown, hidden = self.partners, self.items
        if answer.role is not None:
            shown, hidden = hidden, shown
        change(shown.ax, visible=True)
        change(hidden.ax, visible=False)
        self.spread.update(answer)
        shown.update(answer)


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


def plot_partners(view: ElementView, *, ax: Axes | None = None) -> Axes:
    """Draw partners' scores against each other, or one side's items if the view has one side.

    Parameters
    ----------
    view : ElementView
        From `element_view`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.
    """
    ax = axes_or_new(ax, width=4.6, height=4.4)
    panel = PartnerPanel(ax) if view.role is None else ItemPanel(ax)
    panel.update(view)
    return ax
