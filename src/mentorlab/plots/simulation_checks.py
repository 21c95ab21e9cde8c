"""Pictures of what the model is held against: checks, calibrated ranges, recovery, and costs."""

from __future__ import annotations

from textwrap import shorten
from typing import TYPE_CHECKING

import numpy as np

from ..errors import OptionError, listing, quote
from .simulation import policy_colors
from .theme import FAINT, MENTEE, MENTOR, NEUTRAL, OTHERS, axes_or_new, label_element, tidy

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from ..simulation.calibration import CalibratedSet, CheckTable, Recovery
    from ..simulation.experiments import CostTable

_VERDICTS = {"met": OTHERS[0], "open": OTHERS[2], "missed": MENTEE}  # others are not judged
_BEYOND = 0.08  # of the axis: how far it goes beyond what is drawn
_MOST_WORDS = 46  # characters of a row's name
_DIGITS = 3


def check_table(result: CheckTable, *, ax: Axes | None = None) -> Axes:
    """Draw published ranges, and where the simulated program lies.

    Parameters
    ----------
    result : CheckTable
        From `mentorlab.simulation.checks`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.
    """
    from matplotlib.lines import Line2D

    rows = result.to_frame()
    y = -np.arange(len(rows), dtype=float)
    ax = axes_or_new(ax, width=6.8, height=1.3 + 0.27 * len(rows))
    left, right = _ends(rows[["low", "high", "conf_low", "conf_high"]].to_numpy(dtype=float))
    low, high = rows["low"].clip(lower=left), rows["high"].clip(upper=right)
    ax.barh(y, high - low, left=low, height=0.72, color=FAINT, alpha=0.55, linewidth=0)
    colors = [_VERDICTS.get(verdict, NEUTRAL) for verdict in rows["verdict"]]
    ax.hlines(y, rows["conf_low"], rows["conf_high"], color=colors, linewidth=2)
    ax.scatter(rows["estimate"], y, color=colors, s=26, zorder=3)
    ax.axvline(0, color=NEUTRAL, linewidth=0.8)
    ax.set_yticks(y, [label_element(name) for name in rows["moment"]], fontsize=8.5)
    ax.set_xlim(left, right)
    ax.set_ylim(-len(rows) + 0.4, 0.6)
    ax.set_xlabel("correlation, share or effect in SD; bars: the range asked")
    verdicts = dict.fromkeys(rows["verdict"])
    marks = [
        Line2D([], [], marker="o", linestyle="", color=_VERDICTS.get(v, NEUTRAL), label=v)
        for v in verdicts
    ]
    ax.legend(
        handles=marks,
        frameon=False,
        fontsize=9,
        ncols=len(marks),
        loc="lower left",
        bbox_to_anchor=(0, 1),
    )
    return tidy(ax, grid="x")


def policy_costs(
    result: CostTable, *, measure: str = "money_per_completed", ax: Axes | None = None
) -> Axes:
    """Draw what each policy costs, with 95% intervals over replications.

    Parameters
    ----------
    result : CostTable
        From `mentorlab.simulation.experiments.cost_table`.
    measure : str
        A measure of the table.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Raises
    ------
    OptionError
        If the table has no such measure.
    """
    frame = result.to_frame()
    known = list(dict.fromkeys(frame["measure"]))
    if measure not in known:
        raise OptionError(
            f"policy_costs: `measure` must be {listing(known, limit=len(known))}; got "
            f"{quote(measure)}."
        )
    rows = frame[frame["measure"] == measure]
    y = -np.arange(len(rows), dtype=float)
    ax = axes_or_new(ax, height=1.3 + 0.4 * len(rows))
    colors = [color for color, _ in policy_colors(list(rows["policy"])).values()]
    ax.hlines(y, rows["conf_low"], rows["conf_high"], color=colors, linewidth=2)
    ax.scatter(rows["estimate"], y, color=colors, s=32, zorder=3)
    ax.set_yticks(y, [label_element(name) for name in rows["policy"]])
    ax.set_ylim(-len(rows) + 0.4, 0.6)
    unit = rows["unit"].iloc[0]
    words = label_element(measure)
    ax.set_xlabel(words if words.startswith(unit) else f"{words} ({unit})")
    ax.set_title(f"program of {result.n_mentees:,} mentees", fontsize=9, color=NEUTRAL)
    return tidy(ax, grid="x")


def calibrated_ranges(result: CalibratedSet, *, ax: Axes | None = None) -> Axes:
    """Draw what published numbers leave of each parameter's range.

    Parameters
    ----------
    result : CalibratedSet
        From `mentorlab.simulation.calibrate`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.
    """
    rows = result.to_frame()
    y = -np.arange(len(rows), dtype=float)
    wide = (rows["high"] - rows["low"]).where(rows["high"] > rows["low"], 1.0)
    ax = axes_or_new(ax, height=1.3 + 0.36 * len(rows))
    low, middle, high = (
        (rows[name] - rows["low"]) / wide for name in ("set_low", "set_median", "set_high")
    )
    colors = np.where(rows["told"], MENTOR, NEUTRAL)
    ax.barh(y, np.ones(len(rows)), height=0.3, color=FAINT, alpha=0.55, linewidth=0)
    ax.barh(y, high - low, left=low, height=0.3, color=colors, linewidth=0)
    ax.plot(middle, y, "|", color="white", markersize=9, markeredgewidth=2)
    for place, row in zip(y, rows.itertuples(), strict=True):
        ends = {"va": "center", "fontsize": 8, "color": NEUTRAL}
        ax.text(-0.01, place, f"{row.low:.{_DIGITS}g}", ha="right", **ends)
        ax.text(1.01, place, f"{row.high:.{_DIGITS}g}", ha="left", **ends)
    ax.set_yticks(y, [label_element(name) for name in rows["parameter"]])
    ax.tick_params(axis="y", pad=30, length=0)
    ax.set_xlim(0, 1)
    ax.set_xticks([])
    ax.set_ylim(-len(rows) + 0.4, 0.6)
    ax.set_title(
        f"{result.n_members} models: the middle 90% of what is left; gray: not narrowed",
        fontsize=9,
        color=NEUTRAL,
    )
    tidy(ax).spines[["left", "bottom"]].set_visible(False)
    return ax


def recovered_parameters(result: Recovery, *, ax: Axes | None = None) -> Axes:
    """Draw how far estimates from simulated data lie from the known truth.

    Parameters
    ----------
    result : Recovery
        From `mentorlab.simulation.recover`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.
    """
    rows = result.to_frame()
    half = (rows["conf_high"] - rows["conf_low"]).groupby(rows["parameter"]).mean() / 2
    scale = rows["parameter"].map(half)
    scale = scale.where(scale > 0, 1.0)
    low, middle, high = (
        (rows[name] - rows["truth"]) / scale for name in ("conf_low", "estimate", "conf_high")
    )
    parameters = list(dict.fromkeys(rows["parameter"]))
    ax = axes_or_new(ax, height=1.3 + 1.1 * len(parameters))
    for k, name in enumerate(parameters):
        own = rows["parameter"] == name
        order = middle[own].sort_values().index
        x = np.linspace(-k + 0.38, -k - 0.38, len(order))
        colors = np.where(rows.loc[order, "inside"], MENTOR, MENTEE)
        ax.hlines(x, low[order], high[order], color=colors, linewidth=1.3)
        ax.scatter(middle[order], x, color=colors, s=9, zorder=3)
    ax.axvline(0, color=NEUTRAL, linewidth=1)
    words = [
        f"{shorten(label_element(name), _MOST_WORDS)}\n{share:.0%} hold the truth"
        for name, share in result.coverage[parameters].items()
    ]
    ax.set_yticks(-np.arange(len(parameters)), words)
    ax.set_xlabel("estimate less truth, in half widths of the 95% interval")
    return tidy(ax, grid="x")


def _ends(values: np.ndarray) -> tuple[float, float]:
    known = values[np.isfinite(values)]
    low, high = float(min(known.min(), 0)), float(max(known.max(), 0))
    room = _BEYOND * (high - low)
    return low - room, high + room
