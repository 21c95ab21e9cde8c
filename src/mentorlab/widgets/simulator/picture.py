"""The picture of simulated programs: contrasts, how long relationships last, who loses."""

from __future__ import annotations

from textwrap import fill
from typing import TYPE_CHECKING, ClassVar

from ...plots.simulation import closure_curves, group_gains, policy_colors, policy_contrasts
from ...plots.theme import NEUTRAL
from ..picture import Picture
from .result import SimulatorView
from .runs import MORE, USUAL

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

_ABOVE, _BELOW_LEFT, _BELOW_RIGHT = (  # left, low, width, height, as shares of the figure
    (0.19, 0.695, 0.79, 0.245),
    (0.105, 0.105, 0.335, 0.405),
    (0.63, 0.105, 0.35, 0.405),
)
_LONGEST = 19  # characters of a name beside an axis
_WIDE, _NARROW = 72, 40  # characters of a line below an axis
_TITLE = {"loc": "left", "fontsize": 9, "color": NEUTRAL, "pad": 16}


class SimulatorPicture(Picture):
    """Above: paired contrasts. Below: closure curves, and the groups that gain or lose.

    Simulating takes longer than drawing, so the panels are drawn anew each time, in places that
    are laid out once.
    """

    size: ClassVar[tuple[float, float]] = (7.6, 6.4)

    def build(self) -> list[Artist]:
        """Make three panels with room for the longest names."""
        self.figure.set_layout_engine("none")
        self.contrasts = self.figure.add_axes(_ABOVE)
        self.curves = self.figure.add_axes(_BELOW_LEFT)
        self.groups = self.figure.add_axes(_BELOW_RIGHT)
        return []

    def update(self, answer: SimulatorView) -> None:
        """Draw a view."""
        for ax in (self.contrasts, self.curves, self.groups):
            ax.clear()
        plot_contrasts(answer, ax=self.contrasts)
        colors = colors_of(answer)
        closure_curves(answer.comparison, colors=colors, ax=self.curves)
        group_gains(answer.comparison, colors=colors, ax=self.groups)
        if legend := self.groups.get_legend():
            legend.remove()  # the curves beside it name the colors
        self.curves.set_title("how long relationships last", **_TITLE)
        self.groups.set_title("who gains, who loses", **_TITLE)
        for ax in (self.contrasts, self.groups):
            ax.set_xlabel(fill(ax.get_xlabel(), _WIDE if ax is self.contrasts else _NARROW))
            ax.set_yticks(ax.get_yticks(), [_cut(text.get_text()) for text in ax.get_yticklabels()])


def plot_contrasts(view: SimulatorView, *, ax: Axes | None = None) -> Axes:
    """Draw how far each policy is from the first in what is looked at.

    Parameters
    ----------
    view : SimulatorView
        From `simulator_view`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.
    """
    return policy_contrasts(view.comparison, measure=view.measure, colors=colors_of(view), ax=ax)


def colors_of(view: SimulatorView) -> dict[str, tuple[str, str]]:
    """Give each policy a color that it keeps when others are taken away or added."""
    usual = (*USUAL, *MORE)
    own = [name for name in view.comparison.names if name not in usual]
    return policy_colors(own if len(own) == len(view.comparison.names) else [*usual, *own])


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}\N{HORIZONTAL ELLIPSIS}"
