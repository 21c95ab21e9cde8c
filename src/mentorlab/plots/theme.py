"""Colors and small habits that all pictures share; nothing global is changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MENTOR = "#0072B2"
MENTEE = "#D55E00"
NEUTRAL = "#595959"
FAINT = "#C8C8C8"
OTHERS = ("#009E73", "#CC79A7", "#E69F00", "#56B4E9")
ROLE_COLORS = {"mentor": MENTOR, "mentee": MENTEE}


def axes_or_new(ax: Axes | None, *, width: float = 6.4, height: float = 3.8) -> Axes:
    """Use the caller's axes, or make a figure of this size in inches."""
    if ax is not None:
        return ax
    import matplotlib.pyplot as plt

    return plt.subplots(figsize=(width, height), layout="constrained")[1]


def tidy(ax: Axes, *, grid: str = "") -> Axes:
    """Take away what does not carry data; `grid` is ``"x"``, ``"y"`` or nothing."""
    import seaborn as sns

    sns.despine(ax=ax)
    if grid:
        ax.grid(axis=grid, color=FAINT, linewidth=0.6)
        ax.set_axisbelow(True)
    return ax


def label_element(name: str) -> str:
    """Show a name from a column as words.

    Examples
    --------
    >>> label_element("clear_expectations")
    'clear expectations'
    """
    return str(name).replace("_", " ")
