"""The picture of a matching: who holds which place, and where each policy stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from ..plots.theme import axes_or_new
from .matching_panels import NamesPanel, PlacesPanel, TradeOffPanel
from .matching_result import MatchingView
from .picture import Picture

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes


class MatchingPicture(Picture):
    """Above: every mentor's places. Below: the trade-off of all policies, with their names.

    Parameters
    ----------
    n_policies : int
        The most policies that will be shown.
    """

    size: ClassVar[tuple[float, float]] = (7.6, 5.7)

    def __init__(self, n_policies: int) -> None:
        self.n_policies = n_policies
        super().__init__()

    def build(self) -> list[Artist]:
        """Make three panels."""
        grid = self.figure.add_gridspec(2, 2, height_ratios=[1, 1.5], width_ratios=[2.1, 1])
        self.places = PlacesPanel(self.figure.add_subplot(grid[0, :]))
        self.trade_off = TradeOffPanel(self.figure.add_subplot(grid[1, 0]), self.n_policies)
        self.names = NamesPanel(self.figure.add_subplot(grid[1, 1]), self.n_policies)
        panels = (self.places, self.trade_off, self.names)
        return [artist for panel in panels for artist in panel.moving]

    def update(self, answer: MatchingView) -> None:
        """Show an assignment and the policies beside it."""
        for panel in (self.places, self.trade_off, self.names):
            panel.update(answer)


def plot_places(view: MatchingView, *, ax: Axes | None = None) -> Axes:
    """Draw every mentor's places, filled ones colored by how high the mentee chose the mentor.

    Parameters
    ----------
    view : MatchingView
        From `matching_view`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.
    """
    ax = axes_or_new(ax, width=7.6, height=2.6)
    PlacesPanel(ax).update(view)
    return ax


def plot_trade_off(view: MatchingView, *, ax: Axes | None = None) -> Axes:
    """Draw all policies by two goals, better up and to the right, the Pareto front in green.

    Parameters
    ----------
    view : MatchingView
        From `matching_view`, with the policies compared.
    ax : matplotlib.axes.Axes, optional
        Where to draw.
    """
    ax = axes_or_new(ax, width=6.4, height=4.2)
    TradeOffPanel(ax, max(len(view.comparison), 1)).update(view)
    return ax
