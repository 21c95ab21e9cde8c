"""Pictures of simulated programs: contrasts of policies, closure curves, who gains and loses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ..errors import OptionError
from .theme import FAINT, MENTEE, MENTOR, NEUTRAL, OTHERS, axes_or_new, label_element, tidy

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from ..simulation import PolicyComparison, ProgramRuns

_COLORS = (MENTOR, MENTEE, *OTHERS)


def policy_contrasts(
    comparison: PolicyComparison,
    *,
    measure: str | None = None,
    baseline: str | None = None,
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
    ax = axes_or_new(ax, height=1.4 + 0.4 * len(frame))
    y = -np.arange(len(frame))
    _intervals(ax, frame, y)
    ax.set_yticks(y, [label_element(policy) for policy in frame["policy"]])
    ax.set_ylim(-len(frame) + 0.4, 0.6)
    base, found = frame["baseline"].iloc[0], MEASURES[name]
    ax.set_xlabel(f"{found.meaning}, less that of {label_element(base)} ({found.unit})")
    ax.set_title(_direction(found.better, comparison.n_runs), fontsize=9, color=NEUTRAL)
    return tidy(ax, grid="x")


def closure_curves(result: PolicyComparison | ProgramRuns, *, ax: Axes | None = None) -> Axes:
    """Draw how many relationships have not ended unplanned, by relationship week.

    Parameters
    ----------
    result : PolicyComparison or ProgramRuns
        From `mentorlab.compare_policies` or `mentorlab.simulate`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.
    """
    if hasattr(result, "closure_curves"):
        curves = result.closure_curves()
    else:
        curves = result.closure_curve().assign(policy=result.policy)
    ax = axes_or_new(ax)
    for color, (policy, part) in zip(
        _repeat(curves["policy"].nunique()), curves.groupby("policy", sort=False), strict=True
    ):
        ax.fill_between(
            part["week"], part["conf_low"], part["conf_high"], color=color, alpha=0.15, linewidth=0
        )
        ax.plot(part["week"], part["survival"], color=color, label=label_element(policy))
    ax.set_ylim(0, 1.02)
    ax.set_xlim(0, curves["week"].max())
    ax.set_xlabel("relationship week")
    ax.set_ylabel("share not ended unplanned")
    ax.legend(frameon=False, fontsize=9)
    return tidy(ax, grid="y")


def group_gains(
    comparison: PolicyComparison,
    *,
    measure: str = "benefit",
    baseline: str | None = None,
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
    groups = list(dict.fromkeys(zip(frame["attribute"], frame["group"], strict=True)))
    policies = list(dict.fromkeys(frame["policy"]))
    ax = axes_or_new(ax, height=1.2 + 0.3 * len(groups) * max(1, 0.6 * len(policies)))
    step = 0.7 / len(policies)
    for place, (color, policy) in enumerate(zip(_repeat(len(policies)), policies, strict=True)):
        part = frame[frame["policy"] == policy]
        where = pd.MultiIndex.from_tuples(groups).get_indexer(
            pd.MultiIndex.from_frame(part[["attribute", "group"]])
        )
        y = -where - (place - (len(policies) - 1) / 2) * step
        _intervals(ax, part, y, color=color, label=label_element(policy))
    ax.set_yticks(-np.arange(len(groups)), [f"{group}" for _, group in groups])
    base = frame["baseline"].iloc[0]
    words = {"benefit": "mean benefit (SD)", "matched": "share ever matched"}[measure]
    ax.set_xlabel(f"{words}, less that under {label_element(base)}")
    ax.legend(frameon=False, fontsize=9)
    return tidy(ax, grid="x")


def _intervals(
    ax: Axes, frame: pd.DataFrame, y: np.ndarray, *, color: str = MENTOR, label: str | None = None
) -> None:
    ax.axvline(0, color=FAINT, linewidth=1)
    ax.hlines(y, frame["conf_low"], frame["conf_high"], color=color, linewidth=2)
    ax.plot(frame["estimate"], y, "o", color=color, markersize=5, label=label)


def _direction(better: str, n_runs: int) -> str:
    side = {"high": "right of the line is better, ", "low": "left of the line is better, "}
    return f"{side.get(better, '')}{n_runs:,} paired replications"


def _repeat(n: int) -> list[str]:
    return [_COLORS[k % len(_COLORS)] for k in range(n)]
