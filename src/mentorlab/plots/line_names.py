"""Names of lines at their right ends, so that no legend has to be matched by color."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SIZE = 9
_LINE = 1.25  # of the letters' height, from one name to the next


def name_lines(ax: Axes, ends: Iterable[tuple[float, str, str]], *, size: float = SIZE) -> None:
    """Write each line's name beside its right end, pushed apart where ends meet.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        With its limits set: names stay within them.
    ends : iterable of (float, str, str)
        Height of the line's end, name and color.
    size : float
        Of the letters, in points.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = Figure().add_subplot(ylim=(0, 1))
    >>> name_lines(ax, [(0.5, "ours", "k"), (0.5, "chance", "k")])
    >>> [text.get_text() for text in ax.texts]
    ['ours', 'chance']
    """
    ordered = sorted(ends, key=lambda end: end[0])
    low, high = ax.get_ylim()
    places = spread_out([end[0] for end in ordered], gap=row_height(ax, size), low=low, high=high)
    for place, (_, name, color) in zip(places, ordered, strict=True):
        ax.annotate(
            name,
            (1, place),
            xycoords=("axes fraction", "data"),
            xytext=(5, 0),
            textcoords="offset points",
            va="center",
            color=color,
            fontsize=size,
            annotation_clip=False,
            parse_math=False,
        )


def row_height(ax: Axes, size: float = SIZE) -> float:
    """Give the height of a line of letters in the units of the y axis."""
    low, high = ax.get_ylim()
    inches = ax.get_position().height * ax.figure.get_figure(root=True).get_figheight()
    return _LINE * size / 72 / inches * (high - low)


def spread_out(heights: Iterable[float], *, gap: float, low: float, high: float) -> np.ndarray:
    """Move sorted heights as little as an order from below allows, `gap` apart and within limits.

    Where they can't all fit they stay `gap` apart and reach below.

    Examples
    --------
    >>> spread_out([0.0, 0.1, 2.0], gap=1.0, low=0.0, high=2.5).tolist()
    [0.0, 1.0, 2.0]
    """
    places = np.asarray(list(heights), dtype=float)
    last = -np.inf
    for i, height in enumerate(np.maximum(places, low)):
        places[i] = last = max(height, last + gap)
    last = np.inf
    for i in range(len(places))[::-1]:
        places[i] = last = min(places[i], high, last - gap)
    return places
