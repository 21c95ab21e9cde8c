"""Pictures of assignments: who got whom, how good, for whom not, and against what."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ..errors import OptionError
from ..matching.judgment.compare import SMALLER_IS_BETTER, words
from ..matching.judgment.standing import Standing
from .theme import FAINT, MENTEE, MENTOR, NEUTRAL, OTHERS, axes_or_new, tidy

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from ..matching.assignment import Assignment
    from ..matching.judgment.compare import AssignmentComparison
    from ..matching.judgment.evaluate import Evaluation

_MOST_LINES = 50
_MOST_COLUMNS = 400
_MOST_NAMES = 60
_CHOICES = ((1, "1st choice"), (3, "2nd or 3rd"), (10, "4th to 10th"), (np.inf, "beyond 10th"))
_TOUCHING = (0.035, 0.05)  # shares of the ranges shown, at the size drawn
_CHOICE_COLORS = (OTHERS[0], OTHERS[3], OTHERS[2], MENTEE)


def policy_comparison(result: AssignmentComparison, *, ax: Axes | None = None) -> Axes:
    """Draw the trade-off between two goals, points by number, the Pareto front connected.

    Better is up and to the right: an axis whose smaller values are better runs backward.

    Parameters
    ----------
    result : AssignmentComparison
        From `compare_assignments`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Raises
    ------
    OptionError
        If no assignment has a value on both goals.
    """
    x, y = result.goals
    table = result.table.dropna(subset=[x, y]) if x != y else result.table.dropna(subset=[x])
    if table.empty:
        raise OptionError(
            f"plots.policy_comparison: no assignment has a value on both {x} and {y}."
        )
    ax = axes_or_new(ax, width=6.8, height=4.4)
    front = table[table["pareto"]].sort_values(x)
    rest = table[~table["pareto"]]
    ax.plot(front[x], front[y], "-", color=FAINT, zorder=1)
    ax.plot(rest[x], rest[y], "o", color=NEUTRAL, markersize=11)
    ax.plot(front[x], front[y], "o", color=OTHERS[0], markersize=11)
    for axis, goal in ((ax.xaxis, x), (ax.yaxis, y)):
        if goal in SMALLER_IS_BETTER:
            axis.set_inverted(True)
    _name_points(ax, table, x, y)
    ax.set_xlabel(_direction(x, "right"), fontsize=8)
    ax.set_ylabel(_direction(y, "up"), fontsize=8)
    ax.margins(0.12)
    return tidy(ax, grid="both")


def _name_points(ax: Axes, table: pd.DataFrame, x: str, y: str) -> None:
    """Number the points, since names of neighbors would lie on each other; names in the legend."""
    from matplotlib.lines import Line2D

    numbers = np.arange(1, len(table) + 1)
    places = table[[x, y]].to_numpy(dtype=float)
    for near in _neighbors(places):
        text = ", ".join(map(str, numbers[near]))
        top = near[np.argmax(places[near, 1])]
        if len(near) == 1:
            ax.annotate(text, places[top], ha="center", va="center", color="white", fontsize=7)
            continue
        ax.annotate(
            text,
            places[top],
            xytext=(-8, 3),
            textcoords="offset points",
            ha="right",
            color=NEUTRAL,
            fontsize=7,
        )
    handles = [
        Line2D([], [], marker="o", linestyle="", color=OTHERS[0] if on_front else NEUTRAL)
        for on_front in table["pareto"]
    ]
    labels = [
        f"{number}  {str(name).replace('_', ' ')}"
        for number, name in zip(numbers, table["assignment"], strict=True)
    ]
    ax.legend(
        handles,
        labels,
        title="green: no other is better",
        frameon=False,
        fontsize=8,
        title_fontsize=8,
        loc="upper left",
        bbox_to_anchor=(1, 1),
    )


def _neighbors(places: np.ndarray) -> list[np.ndarray]:
    """Groups of points whose marks would touch, as positions."""
    spread = np.ptp(places, axis=0)
    scaled = places / np.where(spread > 0, spread, 1.0)
    touch = (np.abs(scaled[:, None] - scaled[None]) < _TOUCHING).all(axis=2)
    while (reached := touch @ touch).sum() > touch.sum():
        touch = reached
    return [np.flatnonzero(row) for row in np.unique(touch, axis=0)[::-1]]


def _direction(goal: str, better: str) -> str:
    less = "less" if goal in SMALLER_IS_BETTER else "more"
    return f"{words(goal)}\n({less} is better: {better})"


def assignment(result: Assignment, *, ax: Axes | None = None) -> Axes:
    """Draw who has whom: lines for small pools, places of each mentor for larger ones.

    Up to 50 people a side are joined by lines. Beyond, each mentor is a column of places, filled
    ones colored by the mentee's choice; beyond 400 mentors, mentees are counted by load.

    Parameters
    ----------
    result : Assignment
        From `assign`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.
    """
    market = result.market
    standing = Standing(market, result.mentor_of)
    if max(market.n_mentees, market.n_mentors) <= _MOST_LINES:
        return _lines(standing, ax)
    if market.n_mentors <= _MOST_COLUMNS:
        return _places(standing, ax)
    return _load_bars(standing, ax)


def _choice_of(standing: Standing) -> np.ndarray:
    """Give the class of each mentee's choice, -1 where unmatched."""
    matched = standing.place >= 0
    found = np.full(len(matched), -1)
    ranks = standing.mentee_rank[standing.place[matched]]
    found[matched] = np.searchsorted([limit for limit, _ in _CHOICES], ranks)
    return found


def _lines(standing: Standing, ax: Axes | None) -> Axes:
    market, choice = standing.market, _choice_of(standing)
    n, m = market.n_mentees, market.n_mentors
    ax = axes_or_new(ax, width=6.0, height=1.2 + 0.17 * max(n, m))
    x_mentee, x_mentor = 0.0, 1.0
    y_mentor = -np.linspace(0, 1, m) if m > 1 else np.array([-0.5])
    # mentees stand in the order of their mentors, so that lines cross little
    order = np.lexsort((np.arange(n), np.where(standing.mentor_of < 0, m, standing.mentor_of)))
    y_mentee = np.empty(n)
    y_mentee[order] = -np.linspace(0, 1, n) if n > 1 else np.array([-0.5])
    for code, (_, label) in enumerate(_CHOICES):
        own = np.flatnonzero(choice == code)
        if len(own):
            ends = np.array([y_mentee[own], y_mentor[standing.mentor_of[own]]])
            lines = ax.plot([x_mentee, x_mentor], ends, color=_CHOICE_COLORS[code], linewidth=1.4)
            lines[0].set_label(label)
    free = choice < 0
    ax.plot(np.zeros((~free).sum()), y_mentee[~free], "o", color=MENTEE, markersize=4)
    ax.plot(np.zeros(free.sum()), y_mentee[free], "o", mfc="none", color=MENTEE, markersize=4)
    ax.plot(np.ones(m), y_mentor, "o", color=MENTOR, markersize=4)
    for i, y in enumerate(y_mentee):
        ax.text(-0.03, y, str(market.mentee_ids[i]), ha="right", va="center", fontsize=7)
    for j, y in enumerate(y_mentor):
        label = f"{market.mentor_ids[j]} ({standing.load[j]} of {market.capacity[j]})"
        ax.text(1.03, y, label, va="center", fontsize=7)
    ax.set_xlim(-0.45, 1.55)
    ax.set_axis_off()
    ax.set_title(_title(standing), fontsize=9)
    ax.legend(frameon=False, fontsize=7, loc="upper center", bbox_to_anchor=(0.5, 0), ncols=4)
    return ax


def _places(standing: Standing, ax: Axes | None) -> Axes:
    from matplotlib.colors import ListedColormap
    from matplotlib.patches import Patch

    market, choice = standing.market, _choice_of(standing)
    order = np.lexsort((np.arange(market.n_mentors), -market.capacity, -standing.load))
    table = _place_table(standing, choice)[:, order]
    colors = [*_CHOICE_COLORS, FAINT]
    ax = axes_or_new(ax, width=7.2, height=2.0 + 0.22 * min(len(table), 20))
    ax.imshow(
        table,
        cmap=ListedColormap(colors),
        vmin=-0.5,
        vmax=len(colors) - 0.5,
        origin="lower",
        aspect="auto",
        interpolation="nearest",
        extent=(0.5, market.n_mentors + 0.5, 0.5, len(table) + 0.5),
    )
    labels = [*(label for _, label in _CHOICES), "free place"]
    n = [int((table == code).sum()) for code in range(len(colors))]
    handles = [
        Patch(color=color, label=f"{label} ({count:,})")
        for color, label, count in zip(colors, labels, n, strict=True)
    ]
    if market.n_mentors <= _MOST_NAMES:
        names = [str(market.mentor_ids[j]) for j in order]
        ax.set_xticks(np.arange(1, market.n_mentors + 1), names, fontsize=6, rotation=90)
    else:
        ax.set_xlabel(f"{market.n_mentors:,} mentors, those with most mentees first")
    ax.set_ylabel("places")
    ax.yaxis.get_major_locator().set_params(integer=True)
    ax.set_title(_title(standing), fontsize=9)
    ax.legend(handles=handles, frameon=False, fontsize=7, loc="upper left", bbox_to_anchor=(1, 1))
    return tidy(ax)


def _place_table(standing: Standing, choice: np.ndarray) -> np.ndarray:
    """Give the choice class in each place of each mentor; the last class is free, NaN no place."""
    market = standing.market
    table = np.full((max(int(market.capacity.max()), 1), market.n_mentors), np.nan)
    slot = np.arange(len(table))[:, None]
    table[slot < market.capacity[None, :]] = len(_CHOICES)
    matched = np.flatnonzero(choice >= 0)
    by_mentor = matched[np.lexsort((choice[matched], standing.mentor_of[matched]))]
    mentor = standing.mentor_of[by_mentor]
    table[np.arange(len(mentor)) - np.searchsorted(mentor, mentor), mentor] = choice[by_mentor]
    return table


def _load_bars(standing: Standing, ax: Axes | None) -> Axes:
    choice = _choice_of(standing)
    matched = np.flatnonzero(choice >= 0)
    load = standing.load[standing.mentor_of[matched]]
    ax = axes_or_new(ax)
    most = int(standing.load.max(initial=0))
    below = np.zeros(most + 1)
    for code, (_, label) in enumerate(_CHOICES):
        n = np.bincount(load[choice[matched] == code], minlength=most + 1)
        ax.bar(np.arange(most + 1), n, bottom=below, color=_CHOICE_COLORS[code], label=label)
        below += n
    ax.set_xlabel("mentees of the mentor")
    ax.set_ylabel("mentees, by their choice")
    ax.set_title(_title(standing), fontsize=9)
    ax.legend(frameon=False, fontsize=8)
    return tidy(ax, grid="y")


def _title(standing: Standing) -> str:
    n = standing.market.n_mentees
    left = int((standing.mentor_of < 0).sum())
    return f"{n - left:,} of {n:,} mentees matched, {left:,} without a mentor"


def rank_profile(result: Evaluation, *, ax: Axes | None = None) -> Axes:
    """Draw the share of each side with their first, second, ... choice or a better one.

    Parameters
    ----------
    result : Evaluation
        From `evaluate_assignment`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Raises
    ------
    OptionError
        If nobody is matched.
    """
    if result.ranks.empty:
        raise OptionError("plots.rank_profile: nobody is matched, so there are no ranks.")
    ax = axes_or_new(ax)
    for side, color in (("mentee", MENTEE), ("mentor", MENTOR)):
        part = result.ranks[result.ranks["side"] == side]
        ax.step(part["rank"], part["at_least"], where="post", color=color, label=f"{side}s")
        ax.plot(part["rank"], part["at_least"], "o", color=color, markersize=3)
    ax.set_ylim(0, 1.03)
    ax.set_xlim(left=0.5)
    ax.yaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
    ax.set_xlabel("rank of the partner among those acceptable")
    ax.set_ylabel("share with this rank or a better one")
    ax.legend(frameon=False, fontsize=8)
    return tidy(ax, grid="y")


def worst_off(result: Evaluation, *, ax: Axes | None = None) -> Axes:
    """Draw the mentees with the least, the unmatched first, with how much they fall short.

    Parameters
    ----------
    result : Evaluation
        From `evaluate_assignment`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.
    """
    rows = result.worst_off
    ax = axes_or_new(ax, height=1.2 + 0.26 * max(len(rows), 1))
    at = -np.arange(len(rows))
    matched = rows["mentor_id"].notna().to_numpy()
    rank = rows["rank"].to_numpy(dtype=float)
    end = np.where(matched, rank, rows["n_acceptable"] + 1)
    ax.hlines(at, 1, end, color=FAINT, linewidth=2)
    ax.plot(end[matched], at[matched], "o", color=MENTEE, label="choice that they got")
    ax.plot(end[~matched], at[~matched], "x", color=NEUTRAL, label="no mentor (end of the list)")
    names = [
        f"{row.mentee_id} - {row.mentor_id if has else 'nobody'}"
        for row, has in zip(rows.itertuples(), matched, strict=True)
    ]
    ax.set_yticks(at, names, fontsize=8)
    ax.set_xlim(left=0.5)
    ax.set_xlabel("rank on the mentee's own list (1 is best)")
    ax.legend(frameon=False, fontsize=8, loc="lower right", bbox_to_anchor=(1, 1), ncols=2)
    return tidy(ax, grid="x")
