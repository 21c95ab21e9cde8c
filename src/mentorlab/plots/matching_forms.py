"""Pictures around matching: moved weights, churn, levels, capacity and skills."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .theme import FAINT, MENTEE, MENTOR, NEUTRAL, OTHERS, axes_or_new, tidy

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from ..matching.forms.capacity_plan import CapacityPlan
    from ..matching.forms.level_gaps import LevelGaps
    from ..matching.forms.rematch import ChurnCurve
    from ..matching.forms.skill_coverage import SkillCoverage
    from ..matching.judgment.weight_moves import WeightSensitivity

_MOST_SKILLS = 20


def weight_sensitivity(result: WeightSensitivity, *, ax: Axes | None = None) -> Axes:
    """Draw which share of matches changes when a weight is moved.

    Parameters
    ----------
    result : WeightSensitivity
        From `weight_sensitivity`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.
    """
    moves = result.moves.reset_index(drop=True)
    rows = -np.arange(len(moves))
    ax = axes_or_new(ax, height=1.2 + 0.26 * len(moves))
    ax.barh(rows, moves["share_changed"], color=OTHERS[3], height=0.6)
    names = [f"{row.term}: {row.weight:g} to {row.new_weight:g}" for row in moves.itertuples()]
    ax.set_yticks(rows, names, fontsize=8)
    ax.xaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
    ax.set_xlabel("mentees with another answer")
    return tidy(ax, grid="x")


def churn_curve(result: ChurnCurve, *, ax: Axes | None = None) -> Axes:
    """Draw the total utility against the mentees who have to change, one point a bonus.

    Parameters
    ----------
    result : ChurnCurve
        From `churn_curve`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.
    """
    curve = result.curve
    ax = axes_or_new(ax)
    ax.plot(curve["n_moved"] + curve["n_lost"], curve["total_utility"], "o-", color=OTHERS[0])
    for row in curve.itertuples():
        at = (row.n_moved + row.n_lost, row.total_utility)
        text = f"{row.stay_bonus:g}"
        ax.annotate(text, at, textcoords="offset points", xytext=(4, -10), fontsize=7)
    ax.set_xlabel("mentees who lose or change their mentor (labels: stay bonus)")
    ax.set_ylabel("total utility")
    ax.margins(0.1)
    return tidy(ax, grid="y")


def level_gaps(result: LevelGaps, *, ax: Axes | None = None) -> Axes:
    """Draw how many levels mentors stand above their mentees; below zero is reverse mentoring.

    Parameters
    ----------
    result : LevelGaps
        From `level_gaps`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.
    """
    gap = result.pairs["gap"].to_numpy()
    ax = axes_or_new(ax)
    low, high = np.floor(gap.min()), np.ceil(gap.max())
    step = max(1.0, np.ceil((high - low) / 40))
    edges = np.arange(low - 0.5, high + step, step)
    for keep, color, label in (
        (gap > 0, MENTOR, "mentor above"),
        (gap == 0, NEUTRAL, "same level"),
        (gap < 0, MENTEE, "mentor below (reverse)"),
    ):
        if keep.any():
            ax.hist(gap[keep], bins=edges, color=color, label=f"{label}: {keep.sum():,}")
    ax.axvline(0, color=FAINT, linewidth=1)
    ax.set_xlabel("mentor's level minus mentee's")
    ax.set_ylabel("pairs")
    ax.legend(frameon=False, fontsize=8)
    return tidy(ax, grid="y")


def capacity_plan(result: CapacityPlan, *, ax: Axes | None = None) -> Axes:
    """Draw how many mentees can be served at each group size.

    Parameters
    ----------
    result : CapacityPlan
        From `plan_capacity`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.
    """
    sizes = result.sizes
    ax = axes_or_new(ax)
    ax.plot(sizes["group_size"], sizes["n_served"], "o-", color=OTHERS[0], label="can be served")
    ax.axhline(result.n_mentees, color=MENTEE, linewidth=1, label="all mentees")
    ax.axhline(result.n_now, color=NEUTRAL, linewidth=1, linestyle="--", label="with places now")
    ax.set_ylim(bottom=0)
    ax.xaxis.get_major_locator().set_params(integer=True)
    ax.set_xlabel("most mentees of each mentor")
    ax.set_ylabel("mentees")
    ax.legend(frameon=False, fontsize=8, loc="lower right")
    return tidy(ax, grid="y")


def skill_coverage(result: SkillCoverage, *, ax: Axes | None = None) -> Axes:
    """Draw supply against demand of the skills that most mentees want.

    Parameters
    ----------
    result : SkillCoverage
        From `skill_coverage`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.
    """
    skills = result.skills.sort_values("n_wanted", ascending=False, kind="stable")
    skills = skills.head(_MOST_SKILLS)
    rows = -np.arange(len(skills))
    ax = axes_or_new(ax, height=1.2 + 0.3 * max(len(skills), 1))
    ax.barh(rows + 0.18, skills["n_wanted"], height=0.34, color=MENTEE, label="mentees who want it")
    ax.barh(rows - 0.18, skills["n_places"], height=0.34, color=MENTOR, label="places offered")
    ax.set_yticks(rows, skills["skill"], fontsize=8)
    ax.set_xlabel("people and places")
    ax.legend(frameon=False, fontsize=8, loc="lower right")
    return tidy(ax, grid="x")
