"""Pictures of how relationships end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..spans import DAYS_PER_MONTH
from .line_names import SIZE, name_lines, row_height
from .theme import FAINT, MENTEE, MENTOR, NEUTRAL, OTHERS, axes_or_new, label_element, tidy

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from ..signals.closure.curve import ClosureCurve
    from ..signals.closure.model import ClosureModel

_KIND_COLORS = {
    "still going": NEUTRAL,
    "problematic ending": MENTEE,
    "friendly ending": MENTOR,
    "external ending": OTHERS[2],
}
_GROUP_COLORS = (MENTOR, MENTEE, *OTHERS)
_DASHES = ("-", "--", ":", "-.")
_MOST_TICKS = 9
_FARTHEST = 100.0  # from 1, either way; farther off, nothing can be told apart


def closure_curve(
    result: ClosureCurve, *, outcome: str = "still going", ax: Axes | None = None
) -> Axes:
    """Draw the share still going and each kind of ending, or one outcome for each group.

    Names stand at the right ends of the lines; where lines of groups end in the same place, a
    list beside the picture has them from the highest line to the lowest.

    Parameters
    ----------
    result : ClosureCurve
        From `mentorlab.closure_curve`.
    outcome : str
        What is drawn where there are groups.
    ax : matplotlib.axes.Axes, optional
        Where to draw.
    """
    ax = axes_or_new(ax, width=6.4, height=3.8)
    frame = result.to_frame()
    if result.by:
        lines = list(frame[frame["outcome"] == outcome].groupby("group", sort=False))
    else:
        lines = list(frame.groupby("outcome", sort=False))
    ends, areas = [], []
    for i, (name, part) in enumerate(lines):
        starts_at = 1.0 if (outcome if result.by else name) == "still going" else 0.0
        color = _GROUP_COLORS[i % len(_GROUP_COLORS)] if result.by else _KIND_COLORS[name]
        months = np.concatenate([[0.0], part["days"] / DAYS_PER_MONTH])
        share, low, high = (
            np.concatenate([[starts_at], part[column]])
            for column in ("estimate", "conf_low", "conf_high")
        )
        ax.step(
            months,
            share,
            where="post",
            color=color,
            linestyle=_DASHES[i // len(_GROUP_COLORS) % len(_DASHES)],
            label=label_element(name),
        )
        ax.fill_between(months, low, high, step="post", color=color, alpha=0.15, linewidth=0)
        ends.append((share[-1], label_element(name), color))
        areas.append(float(np.sum(np.diff(months) * share[:-1]) / months[-1]))
    ax.set_ylim(-0.02, 1.02)
    ax.set_xlim(left=0)
    ax.yaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
    ax.set_xlabel("months since the start")
    what = outcome if result.by else "share of relationships"
    ax.set_ylabel(f"{what} ({result.level:.0%} band)")
    ax.axhline(0.5, color=FAINT, linewidth=0.8, zorder=0)
    _name(ax, ends, areas, in_list=bool(result.by))
    return tidy(ax)


def _name(
    ax: Axes, ends: list[tuple[float, str, str]], areas: list[float], *, in_list: bool
) -> None:
    """Name lines at their ends, or in a list where groups end too close to each other."""
    heights = np.sort([height for height, *_ in ends])
    if in_list and np.diff(heights).min(initial=np.inf) < row_height(ax):
        handles, labels = ax.get_legend_handles_labels()
        order = np.argsort(areas)[::-1]
        ax.legend(
            [handles[i] for i in order],
            [labels[i] for i in order],
            loc="upper left",
            bbox_to_anchor=(1, 1),
            frameon=False,
            fontsize=SIZE,
        )
    else:
        name_lines(ax, ends)


def closure_model(result: ClosureModel, *, ax: Axes | None = None) -> Axes:
    """Draw each hazard ratio with its interval, on a log scale; right of 1 ends sooner.

    The scale goes from a hundredth to a hundred at most; a ratio beyond it is an arrow at the edge.

    Parameters
    ----------
    result : ClosureModel
        From `mentorlab.closure_model`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.
    """
    frame = result.to_frame()
    ax = axes_or_new(ax, height=1.2 + 0.35 * len(frame))
    y = -np.arange(len(frame))
    low, ratio, high = (
        frame[name].clip(1 / _FARTHEST, _FARTHEST).to_numpy()
        for name in ("ratio_low", "ratio", "ratio_high")
    )
    ax.axvline(1, color=NEUTRAL, linewidth=1, linestyle="--")
    ax.hlines(y, low, high, color=MENTOR, linewidth=2)
    for marker, there in (
        ("<", frame["ratio"].to_numpy() < 1 / _FARTHEST),
        (">", frame["ratio"].to_numpy() > _FARTHEST),
        ("o", ratio == frame["ratio"].to_numpy()),
    ):
        ax.plot(ratio[there], y[there], marker, color=MENTOR)
    ax.set_xscale("log")
    _plain_ratios(ax, np.nanmin([*low, 1.0]), np.nanmax([*high, 1.0]))
    ax.set_yticks(y, [label_element(term) for term in frame["term"]])
    ax.set_ylim(y[-1] - 0.6, 0.6)
    ax.set_xlabel(f"hazard ratio, log scale ({result.level:.0%} interval)")
    return tidy(ax, grid="x")


def _plain_ratios(ax: Axes, low: float, high: float) -> None:
    """Write ratios as 0.5, 1, 2, not as powers of ten; as many as have room."""
    low, high = low / 1.1, high * 1.1
    decades = 10.0 ** np.arange(np.floor(np.log10(low)), np.ceil(np.log10(high)) + 1)
    for steps in ((1, 1.5, 2, 3, 5, 7), (1, 2, 5), (1,)):
        places = np.outer(decades, steps).ravel()
        places = places[(places >= low) & (places <= high)]
        if len(places) <= _MOST_TICKS:
            break
    places = places[:: -(-len(places) // _MOST_TICKS)] if len(places) else np.array([1.0])
    ax.set_xlim(low, high)
    ax.set_xticks(places, [f"{place:g}" for place in places])
    ax.set_xticks([], minor=True)
