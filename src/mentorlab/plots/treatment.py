"""Pictures of effects."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ..errors import OptionError, listing
from .theme import MENTEE, NEUTRAL, axes_or_new, tidy

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from ..effects import Effect

_NEEDED = ("estimate", "conf_low", "conf_high")


def effects(result: Effect, *, ax: Axes | None = None) -> Axes:
    """Draw each arm's effect with its interval against no effect.

    Parameters
    ----------
    result : Effect
        From `treatment_effect`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.
    """
    frame = result.to_frame()
    ax = axes_or_new(ax, height=1.4 + 0.5 * len(frame))
    rows = np.arange(len(frame))[::-1]
    ax.axvline(0, color=NEUTRAL, linewidth=0.8, linestyle="--")
    ax.hlines(rows, frame["conf_low"], frame["conf_high"], color=MENTEE, linewidth=2)
    ax.plot(frame["estimate"], rows, "o", color=MENTEE)
    ax.set_yticks(rows, frame["arm"])
    ax.set_ylim(-0.6, len(frame) - 0.4)
    interval = f"{result.level:.0%} interval"
    ax.set_xlabel(f"difference in {result.outcome} from {result.reference} ({interval})")
    return tidy(ax, grid="x")


def effects_over_time(
    frame: pd.DataFrame, *, time: str, label: str = "", ax: Axes | None = None
) -> Axes:
    """Draw an effect at several times with intervals; those that exclude no effect are filled.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row a time: `estimate`, `conf_low`, `conf_high` and the column `time`.
    time : str
        Column of times, named with its unit: ``"months since the start"``.
    label : str
        What the effect is on, unit included.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Raises
    ------
    OptionError
        If a column is absent.
    """
    for name in (*_NEEDED, time):
        if name not in frame:
            raise OptionError(
                f"effects_over_time: the frame has no column '{name}' ({listing(frame.columns)})."
            )
    ax = axes_or_new(ax)
    x = frame[time].to_numpy(dtype=float)
    clear = ((frame["conf_low"] > 0) | (frame["conf_high"] < 0)).to_numpy()
    ax.axhline(0, color=NEUTRAL, linewidth=0.8, linestyle="--")
    ax.vlines(x, frame["conf_low"], frame["conf_high"], color=MENTEE, linewidth=2)
    for fill, shown in ((MENTEE, clear), ("white", ~clear)):
        ax.plot(
            x[shown],
            frame["estimate"].to_numpy()[shown],
            "o",
            color=MENTEE,
            markerfacecolor=fill,
            markersize=7,
        )
    ax.annotate(
        "no effect",
        (1, 0),
        xycoords=("axes fraction", "data"),
        xytext=(4, 0),
        textcoords="offset points",
        va="center",
        color=NEUTRAL,
        fontsize=9,
    )
    ax.set_xlabel(time)
    ax.set_ylabel(label or "effect")
    ax.set_title("filled: the 95% interval excludes no effect", fontsize=9, color=NEUTRAL)
    return tidy(ax, grid="y")
