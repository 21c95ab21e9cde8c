"""Pictures of simulated programs: contrasts of policies, closure curves, who gains and loses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from textwrap import fill
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ..errors import OptionError
from .theme import MENTEE, MENTOR, NEUTRAL, OTHERS, axes_or_new, label_element, tidy

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from ..simulation import PolicyComparison, ProgramRuns

Colors = Mapping[str, tuple[str, str]]  # of a policy: color and kind of line
_COLORS = (MENTOR, MENTEE, *OTHERS)
_LINES = ("-", "--", ":")  # when there are more policies than colors
_WIDE = 62  # characters of an axis label in one line
_INCH = 0.25  # of height for a group and policy
_TELLING = ("surface", "initiative", "wish")  # attributes of a made pool: labels say them
_ATTRIBUTE_ROOM = 0.6  # rows between the groups of two attributes


def policy_contrasts(
    comparison: PolicyComparison,
    *,
    measure: str | None = None,
    baseline: str | None = None,
    colors: Colors | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw how far each policy is from a baseline, with 95% paired intervals.

    A policy whose interval crosses the line is not told apart from the baseline.

    Parameters
    ----------
    comparison : PolicyComparison
        From `mentorlab.compare_policies`, of two policies or more.
    measure : str, optional
        From `list_measures`; what the comparison is about when left out.
    baseline : str, optional
        The policy at 0; the first when left out.
    colors : mapping, optional
        Color and line of each policy; `policy_colors` of the comparison when left out.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Raises
    ------
    OptionError
        If only one policy finished.
    """
    from ..simulation.measures import MEASURES

    name = measure or comparison.measure
    frame = comparison.contrasts(name, baseline=baseline)
    if frame.empty:
        raise OptionError(
            "policy_contrasts: a contrast needs two policies; only "
            f"'{comparison.names[0]}' finished."
        )
    base, found = frame["baseline"].iloc[0], MEASURES[name]
    ax = axes_or_new(ax, height=1.6 + 0.4 * len(frame))
    y = -np.arange(len(frame))
    colors = colors or policy_colors(comparison.names)
    draw_zero(ax, label_element(base))
    for place, row in zip(y, frame.itertuples(), strict=True):
        draw_interval(ax, row, place, color=colors[row.policy][0])
    ax.set_yticks(y, [label_element(policy) for policy in frame["policy"]])
    ax.set_ylim(-len(frame) + 0.4, 0.6)
    words = f"{found.meaning}, less that of {label_element(base)} ({found.unit})"
    ax.set_xlabel(fill(words, _WIDE))
    ax.set_title(_direction(found.better, comparison.n_runs), fontsize=9, color=NEUTRAL, pad=16)
    return tidy(ax, grid="x")


def closure_curves(
    result: PolicyComparison | ProgramRuns,
    *,
    colors: Colors | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw how many relationships have not ended unplanned, by relationship week.

    Parameters
    ----------
    result : PolicyComparison or ProgramRuns
        From `mentorlab.compare_policies` or `mentorlab.simulate`.
    colors : mapping, optional
        Color and line of each policy; `policy_colors` of the comparison when left out.
    ax : matplotlib.axes.Axes, optional
        Where to draw.
    """
    from matplotlib.ticker import PercentFormatter

    if hasattr(result, "closure_curves"):
        curves, names = result.closure_curves(), result.names
    else:
        curves, names = result.closure_curve().assign(policy=result.policy), (result.policy,)
    ax = axes_or_new(ax)
    colors = colors or policy_colors(names)
    for policy, part in curves.groupby("policy", sort=False):
        color, line = colors[policy]
        ax.fill_between(
            part["week"], part["conf_low"], part["conf_high"], color=color, alpha=0.15, linewidth=0
        )
        ax.plot(part["week"], part["survival"], line, color=color, label=label_element(policy))
    lowest = float(np.nanmin([curves["survival"].min(), curves["conf_low"].min()]))
    ax.set_ylim(max(np.floor(10 * lowest - 0.5) / 10, 0), 1.01)
    ax.set_xlim(0, curves["week"].max())
    ax.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    ax.set_xlabel("relationship week")
    ax.set_ylabel("not ended unplanned")
    ax.legend(frameon=False, fontsize=9, loc="lower left")
    return tidy(ax, grid="y")


def group_gains(
    comparison: PolicyComparison,
    *,
    measure: str = "benefit",
    baseline: str | None = None,
    colors: Colors | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw who gains and who loses against a baseline, by group of mentees.

    Parameters
    ----------
    comparison : PolicyComparison
        From `mentorlab.compare_policies`, of two policies or more.
    measure : {"benefit", "matched"}
        Mean benefit, or the share ever matched.
    baseline : str, optional
        The policy at 0; the first when left out.
    colors : mapping, optional
        Color and line of each policy; `policy_colors` of the comparison when left out.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Raises
    ------
    OptionError
        For another measure, or if only one policy finished.
    """
    if measure not in ("benefit", "matched"):
        raise OptionError(
            f"group_gains: `measure` must be 'benefit' or 'matched'; got {measure!r}."
        )
    frame = comparison.groups(baseline)
    frame = frame[frame["measure"] == measure].dropna(subset="estimate")
    if frame.empty:
        raise OptionError("group_gains: a contrast needs two policies and groups of mentees.")
    policies = list(dict.fromkeys(frame["policy"]))
    rows = frame[["attribute", "group"]].drop_duplicates(ignore_index=True)
    rows["y"] = _group_places(rows["attribute"])
    ax = axes_or_new(ax, height=1.5 + _INCH * len(rows) * max(1, 0.6 * len(policies)))
    base = frame["baseline"].iloc[0]
    colors = colors or policy_colors(comparison.names)
    step = 0.7 / len(policies)
    draw_zero(ax, label_element(base))
    for place, policy in enumerate(policies):
        part = frame[frame["policy"] == policy].merge(rows, on=["attribute", "group"])
        y = part["y"] - (place - (len(policies) - 1) / 2) * step
        draw_interval(ax, part, y, color=colors[policy][0], label=label_element(policy))
    ax.set_yticks(rows["y"], [_group_label(row) for row in rows.itertuples()])
    ax.set_ylim(rows["y"].min() - 0.6, 0.6)
    words = {"benefit": "mean benefit (SD)", "matched": "share ever matched"}[measure]
    ax.set_xlabel(f"{words}, less that under {label_element(base)}")
    if len(policies) > 1:
        ax.legend(
            frameon=False,
            fontsize=9,
            ncols=min(len(policies), 3),
            loc="lower left",
            bbox_to_anchor=(0, 1),
            borderaxespad=1.6,
        )
    return tidy(ax, grid="x")


def policy_colors(names: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Give each policy a color and a kind of line, the same in all pictures of a comparison."""
    n = len(_COLORS)
    return {name: (_COLORS[k % n], _LINES[(k // n) % len(_LINES)]) for k, name in enumerate(names)}


def draw_zero(ax: Axes, label: str) -> None:
    """Draw the line that differences are read from, with what stands there."""
    ax.axvline(0, color=NEUTRAL, linewidth=1)
    ax.annotate(
        label,
        (0, 1),
        xycoords=("data", "axes fraction"),
        xytext=(0, 3),
        textcoords="offset points",
        ha="center",
        fontsize=8,
        color=NEUTRAL,
    )


def draw_interval(
    ax: Axes,
    row: pd.DataFrame | object,
    y: np.ndarray | float,
    *,
    color: str,
    label: str | None = None,
) -> None:
    """Draw estimates with their intervals; hollow where the interval holds 0."""
    low, high = np.atleast_1d(row.conf_low), np.atleast_1d(row.conf_high)
    middle, places = np.atleast_1d(row.estimate), np.atleast_1d(y)
    ax.hlines(places, low, high, color=color, linewidth=2)
    ax.plot(middle, places, "o", color=color, markersize=5.5, label=label)
    open_ones = (low <= 0) & (high >= 0)
    ax.plot(middle[open_ones], places[open_ones], "o", color="white", markersize=2.6)


def _group_places(attributes: pd.Series) -> np.ndarray:
    """Stack groups downward, with room where another attribute begins."""
    new = (attributes != attributes.shift()).to_numpy()
    return -np.arange(len(attributes)) - _ATTRIBUTE_ROOM * (np.cumsum(new) - 1)


def _group_label(row: object) -> str:
    """Name a group; a label that does not tell its attribute gets it."""
    group, attribute = str(row.group), label_element(row.attribute)
    told = attribute in _TELLING or attribute in group
    return group if told else f"{attribute}: {group}"


def _direction(better: str, n_runs: int) -> str:
    side = {"high": "right of the line is better, ", "low": "left of the line is better, "}
    hollow = "hollow: not told apart"
    return f"{side.get(better, '')}{n_runs:,} paired replications; {hollow}"
