"""Pictures of sweeps: what levers and assumptions change, the front, and who explains what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from textwrap import fill
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ..errors import OptionError, listing, quote
from .simulation import draw_interval, draw_zero, policy_colors
from .theme import FAINT, MENTOR, NEUTRAL, OTHERS, axes_or_new, label_element, tidy

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from ..simulation.experiments import SensitivityIndices, SweepResult

_MOST_NAMED = 8  # points of a front that can be named side by side
_WIDE = 52  # characters of an axis label in one line
_HIGH = 40  # of one that stands upright
_APART = 0.12  # of the distance of two levels: between policies


def sweep_levels(
    result: SweepResult,
    *,
    measure: str = "benefit",
    factor: str | None = None,
    change: bool = False,
    ax: Axes | None = None,
) -> Axes:
    """Draw what one lever or assumption does to a measure, for each policy, with 95% intervals.

    Other factors of the design are averaged over. Over the models of a calibrated set, where there
    is no factor, each policy's differences from the first policy are drawn, model by model.

    Parameters
    ----------
    result : SweepResult
        From `mentorlab.simulation.sweep`, 2 replications or more.
    measure : str
        From `list_measures`.
    factor : str, optional
        Which factor; the first of the design when left out.
    change : bool
        Draw differences from the factor's first level: all levels meet the same luck, so that
        their intervals are much narrower than those of the levels themselves.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Raises
    ------
    OptionError
        If the design has no such factor, or there is one replication.
    """
    if result.design.kind == "models":
        return _over_models(result, measure, ax)
    name = _factor(result, factor)
    levels, runs = _by_level(result, measure, name)
    ax = axes_or_new(ax)
    places = np.arange(len(levels))
    colors = policy_colors(result.policies)
    for p, policy in enumerate(result.policies):
        color, line = colors[policy]
        values = runs[:, p] - runs[0, p] if change else runs[:, p]
        low, mean, high = _interval(values)
        x = places + (p - (len(result.policies) - 1) / 2) * _APART
        ax.vlines(x, low, high, color=color, linewidth=2)
        ax.plot(x, mean, f"o{line}", color=color, markersize=5, label=label_element(policy))
    if change:
        ax.axhline(0, color=NEUTRAL, linewidth=1)
    ax.set_xticks(places, [_level(value) for value in levels])
    ax.set_xlabel(_factor_words(name))
    said = f", less that at {_level(levels[0])}" if change else ""
    ax.set_title(_measure_words(measure, said, width=_WIDE + 14), fontsize=9.5, color=NEUTRAL)
    ax.set_ylabel(_unit(measure))
    if len(result.policies) > 1:
        ax.legend(frameon=False, fontsize=9)
    return tidy(ax, grid="y")


def sweep_front(
    result: SweepResult,
    *,
    measures: Mapping[str, str] | Sequence[str] = ("load_most", "benefit"),
    ax: Axes | None = None,
) -> Axes:
    """Draw every combination of lever and policy by two measures, the Pareto front connected.

    Parameters
    ----------
    result : SweepResult
        From `mentorlab.simulation.sweep`.
    measures : sequence of two str, or mapping of str to {"high", "low"}
        Across and up; a mapping says which way is better.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Raises
    ------
    OptionError
        If there are not two measures.
    """
    names = list(measures)
    if len(names) != 2:
        raise OptionError(f"sweep_front: `measures` must be two; got {listing(names)}.")
    x, y = names
    table = result.pareto(measures)
    front = table[table["on_front"]].sort_values([x, y])
    ax = axes_or_new(ax, height=4.4)
    ax.plot(front[x], front[y], color=FAINT, linewidth=2, zorder=1)
    for policy, (color, _) in policy_colors(result.policies).items():
        part = table[table["policy"] == policy]
        best = part[part["on_front"]]
        ax.plot(part[x], part[y], "o", color=color, markersize=5, alpha=0.55)
        ax.plot(best[x], best[y], "o", color=color, markersize=8, label=label_element(policy))
    ax.margins(0.09)
    if len(front) <= _MOST_NAMED:
        _name_points(ax, front, result.design.names, (x, y))
    ax.set_xlabel(_measure_words(x))
    ax.set_ylabel(_measure_words(y, width=_HIGH))
    ax.set_title("large points: nothing is better in both respects", fontsize=9, color=NEUTRAL)
    if len(result.policies) > 1:
        ax.legend(frameon=False, fontsize=9)
    return tidy(ax, grid="both")


def sensitivity_indices(result: SensitivityIndices, *, ax: Axes | None = None) -> Axes:
    """Draw which uncertainties and levers a result depends on, alone and with others.

    Parameters
    ----------
    result : SensitivityIndices
        From `mentorlab.simulation.sensitivity_indices`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.
    """
    rows = result.to_frame()
    y = -np.arange(len(rows), dtype=float)
    ax = axes_or_new(ax, height=1.5 + 0.42 * len(rows))
    drawn = (
        ("total", "with all that it does together with others", MENTOR, 0.12),
        ("first", "alone", OTHERS[2], -0.12),
    )
    for kind, words, color, up in drawn:
        column = "total" if kind == "total" else "first_order"
        value, half = rows[column].to_numpy(), rows[f"{kind}_half_width"].to_numpy()
        ax.hlines(y + up, np.maximum(value - half, 0), value + half, color=color, linewidth=2)
        ax.plot(value, y + up, "o", color=color, markersize=5.5, label=words)
    ax.set_yticks(y, [_factor_words(name, unit=False) for name in rows["factor"]])
    ax.set_ylim(-len(rows) + 0.4, 0.6)
    ax.set_xlim(left=0)
    what = _measure_words(result.measure, f", {label_element(result.policy)}")
    against = f" against {label_element(result.baseline)}" if result.baseline else ""
    ax.set_xlabel(fill(f"share of the variance of: {what}{against}", _WIDE + 8))
    ax.legend(frameon=False, fontsize=9, loc="lower right")
    return tidy(ax, grid="x")


def _over_models(result: SweepResult, measure: str, ax: Axes | None) -> Axes:
    if len(result.policies) < 2:
        raise OptionError("sweep_levels: over models a contrast needs two policies; this has one.")
    frame = result.contrasts(measure)
    ranking = result.ranking(measure).set_index("policy")
    others = result.policies[1:]
    ax = axes_or_new(ax, height=1.6 + 0.75 * len(others))
    colors = policy_colors(result.policies)
    draw_zero(ax, label_element(result.policies[0]))
    for k, policy in enumerate(others):
        part = frame[frame["policy"] == policy].sort_values("estimate")
        y = -k + np.linspace(0.33, -0.33, len(part))
        draw_interval(ax, part, y, color=colors[policy][0])
    words = [f"{label_element(p)}\n{_place(ranking.loc[p, 'verdict'])}" for p in others]
    ax.set_yticks(-np.arange(len(others)), words)
    ax.set_xlabel(_measure_words(measure, f", less that of {label_element(result.policies[0])}"))
    ax.set_title(
        f"{len(result.table)} models, one interval each; hollow: not told apart",
        fontsize=9,
        color=NEUTRAL,
        pad=16,
    )
    return tidy(ax, grid="x")


def _by_level(result: SweepResult, measure: str, factor: str) -> tuple[list[Any], np.ndarray]:
    """Give the levels of a factor, and each policy's runs there, the other factors averaged.

    Returns
    -------
    list, ndarray of float64, shape (levels, policies, runs)
    """
    from ..simulation.measures import MEASURES, check_measure

    check_measure(measure, who="sweep_levels")
    if result.values.shape[2] < 2:
        raise OptionError("sweep_levels: intervals need 2 replications or more. Raise `n_runs`.")
    values = result.values[..., list(MEASURES).index(measure)]
    column = result.table[factor]
    levels = list(dict.fromkeys(column))
    means = [values[(column == level).to_numpy()].mean(axis=0) for level in levels]
    return levels, np.stack(means)


def _interval(runs: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    from scipy.stats import t

    n = np.isfinite(runs).sum(axis=1)
    mean = np.nanmean(runs, axis=1)
    half = t.ppf(0.975, np.maximum(n - 1, 1)) * np.nanstd(runs, axis=1, ddof=1) / np.sqrt(n)
    return mean - half, mean, mean + half


def _factor(result: SweepResult, factor: str | None) -> str:
    names = result.design.names
    name = names[0] if factor is None else factor
    if name not in names:
        raise OptionError(f"sweep_levels: `factor` must be {listing(names)}; got {quote(factor)}.")
    if result.design.kind == "latin":
        raise OptionError(
            "sweep_levels: in a design with kind='latin' every point has a level of its own; use "
            "sensitivity_indices, or a grid."
        )
    return name


def _name_points(
    ax: Axes, front: pd.DataFrame, factors: Sequence[str], axes: tuple[str, str]
) -> None:
    """Name points of the front, those on the right to their left; names take no room."""
    middle = float(np.mean(ax.get_xlim()))
    for row in front.to_dict("records"):
        right = row[axes[0]] > middle
        text = ax.annotate(
            ", ".join(f"{label_element(name)} {_level(row[name])}" for name in factors),
            (row[axes[0]], row[axes[1]]),
            xytext=(-8, 6) if right else (8, -12),
            textcoords="offset points",
            ha="right" if right else "left",
            fontsize=7.5,
            color=NEUTRAL,
        )
        text.set_in_layout(False)


def _measure_words(name: str, more: str = "", *, width: int = _WIDE) -> str:
    from ..simulation.measures import MEASURES

    return fill(f"{MEASURES[name].meaning}{more} ({_unit(name)})", width)


def _unit(measure: str) -> str:
    from ..simulation.measures import MEASURES

    return MEASURES[measure].unit


def _factor_words(name: str, *, unit: bool = True) -> str:
    """Say what a lever or parameter stands for, where the program knows it."""
    from ..simulation.parameters import Levers

    known = Levers.declared().get(name)
    if known is None or not unit:
        return label_element(name)
    return fill(known.meaning + (f" ({known.unit})" if known.unit else ""), _WIDE + 12)


def _level(value: Any) -> str:
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else label_element(value)


def _place(verdict: str) -> str:
    return "place undetermined" if verdict == "undetermined" else f"place {verdict}"
