"""Pictures of a program as it ran."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from ..errors import OptionError, listing
from .theme import MENTEE, NEUTRAL, axes_or_new, tidy

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def contact_over_time(frame: pd.DataFrame, *, time: str, ax: Axes | None = None) -> Axes:
    """Draw the share still in contact over time, with intervals and the number asked.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row a time: `share`, `conf_low`, `conf_high`, `n` and the column `time`.
    time : str
        Column of times, named with its unit.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Raises
    ------
    OptionError
        If a column is absent.
    """
    for name in ("share", "conf_low", "conf_high", "n", time):
        if name not in frame:
            raise OptionError(
                f"contact_over_time: the frame has no column '{name}' ({listing(frame.columns)})."
            )
    ax = axes_or_new(ax)
    x = frame[time].to_numpy(dtype=float)
    ax.fill_between(x, frame["conf_low"], frame["conf_high"], color=MENTEE, alpha=0.18, linewidth=0)
    ax.plot(x, frame["share"], "o-", color=MENTEE)
    for place, share, n in zip(x, frame["share"], frame["n"], strict=True):
        ax.annotate(
            f"{share:.0%}",
            (place, share),
            xytext=(3, 7),
            textcoords="offset points",
            color=MENTEE,
        )
        ax.annotate(
            f"n {n:,}",
            (place, 0),
            xycoords=("data", "axes fraction"),
            xytext=(0, 4),
            textcoords="offset points",
            ha="center",
            color=NEUTRAL,
            fontsize=8,
        )
    ax.set_ylim(0, 1.05)
    ax.yaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
    ax.set_xlabel(time)
    ax.set_ylabel("share who met their mentor")
    ax.set_title("band: 95% interval", fontsize=9, color=NEUTRAL)
    return tidy(ax, grid="y")
