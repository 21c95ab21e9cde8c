"""Pictures of how relationships end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..spans import DAYS_PER_MONTH
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
_LABEL_GAP = 0.045


def closure_curve(
    result: ClosureCurve, *, outcome: str = "still going", ax: Axes | None = None
) -> Axes:
    """Draw the share still going and each kind of ending, or one outcome for each group.

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
        frame = frame[frame["outcome"] == outcome]
        lines = list(frame.groupby("group", sort=False))
        colors = [_GROUP_COLORS[i % len(_GROUP_COLORS)] for i in range(len(lines))]
    else:
        lines = list(frame.groupby("outcome", sort=False))
        colors = [_KIND_COLORS[name] for name, _ in lines]
    ends = []
    for (name, part), color in zip(lines, colors, strict=True):
        starts_at = 1.0 if (outcome if result.by else name) == "still going" else 0.0
        months = np.concatenate([[0.0], part["days"] / DAYS_PER_MONTH])
        share = np.concatenate([[starts_at], part["estimate"]])
        low = np.concatenate([[starts_at], part["conf_low"]])
        high = np.concatenate([[starts_at], part["conf_high"]])
        ax.step(months, share, where="post", color=color)
        ax.fill_between(months, low, high, step="post", color=color, alpha=0.15, linewidth=0)
        ends.append((share[-1], name, color))
    _label_ends(ax, ends)
    ax.set_ylim(-0.02, 1.02)
    ax.set_xlim(left=0)
    ax.yaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
    ax.set_xlabel("months since the start")
    what = outcome if result.by else "share of relationships"
    ax.set_ylabel(f"{what} ({result.level:.0%} band)")
    ax.axhline(0.5, color=FAINT, linewidth=0.8, zorder=0)
    return tidy(ax)


def closure_model(result: ClosureModel, *, ax: Axes | None = None) -> Axes:
    """Draw each hazard ratio with its interval, on a log scale.

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
    ax.axvline(1, color=NEUTRAL, linewidth=1, linestyle="--")
    ax.hlines(y, frame["ratio_low"], frame["ratio_high"], color=MENTOR, linewidth=2)
    ax.plot(frame["ratio"], y, "o", color=MENTOR)
    ax.set_xscale("log")
    ax.set_yticks(y, [label_element(term) for term in frame["term"]])
    ax.set_ylim(y[-1] - 0.6, 0.6)
    ax.set_xlabel(f"hazard ratio, log scale ({result.level:.0%} interval)")
    return tidy(ax, grid="x")


def _label_ends(ax: Axes, ends: list[tuple[float, str, str]]) -> None:
    """Name lines at their right ends, pushed apart where they meet."""
    last = -np.inf
    for height, name, color in sorted(ends):
        place = max(height, last + _LABEL_GAP)
        last = place
        ax.annotate(
            label_element(name),
            (1, place),
            xycoords=("axes fraction", "data"),
            xytext=(5, 0),
            textcoords="offset points",
            va="center",
            color=color,
            fontsize=9,
            annotation_clip=False,
        )
