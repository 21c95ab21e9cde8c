"""Pictures of weekly lists, of what detectors would have achieved, and of control charts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from ..options import check_option
from .line_names import name_lines
from .theme import FAINT, MENTEE, MENTOR, NEUTRAL, OTHERS, axes_or_new, label_element, tidy

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from ..signals.charts import ChartDesign
    from ..signals.detection import Detection
    from ..signals.evaluation.result import DetectorEvaluation

ListMeasure = Literal["recall", "ppv"]
CHANCE = "#8C8C8C"
BASELINES = {
    "random": (CHANCE, "-"),
    "tenure only": (NEUTRAL, ":"),
    "mentor rate only": (NEUTRAL, "--"),
    "plain gap": (NEUTRAL, "-."),
}
COLORS = (MENTOR, MENTEE, *OTHERS)
MARKS = (
    ("held", "held", "o", MENTOR),
    ("missed", "missed", "x", MENTEE),
    ("cancelled", "called off", "v", MENTEE),
    ("rescheduled", "put off", ">", OTHERS[2]),
    ("messages", "message", ".", NEUTRAL),
)
MARK_STEP = 0.17
"""Weeks between two kinds of marks of one week, so that none hides another."""
_MOST_REASONS = 8
_FEWEST_ROWS = 3  # of a bar chart, or a single bar fills it
_DODGE = 0.008  # of the axis, between intervals at the same number of calls


def detection(result: Detection, *, ax: Axes | None = None) -> Axes:
    """Draw the last twelve weeks of each relationship on the list, best reason on top.

    Parameters
    ----------
    result : Detection
        From `mentorlab.signals.detect`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.
    """
    ids = result.listed["relationship_id"].tolist()
    ax = axes_or_new(ax, height=1.4 + 0.3 * max(len(ids), 1))
    strips = result.strips
    rows = {name: -k for k, name in enumerate(ids)}
    y = strips["relationship_id"].map(rows).astype(float)
    back = weeks_back(strips, result.as_of)
    for shift, (column, label, marker, color) in enumerate(MARKS):
        there = strips[column] > 0
        offset = (shift - 2) * MARK_STEP
        ax.scatter(back[there] + offset, y[there], marker=marker, color=color, label=label, s=30)
    for name in ids:
        ax.axhline(rows[name], color=FAINT, linewidth=0.6, zorder=0)
    labels = [f"{row.rank}. {row.relationship_id}" for row in result.listed.itertuples(index=False)]
    ax.set_yticks([rows[name] for name in ids], labels, parse_math=False)
    ax.set_ylim(-max(len(ids), 1) + 0.4, 0.6)
    show_weeks(ax)
    ax.set_xlabel(f"weeks before {result.as_of:%Y-%m-%d}")
    if ids:
        ax.legend(
            loc="lower left",
            bbox_to_anchor=(0, 1),
            ncols=len(MARKS),
            frameon=False,
            fontsize=8,
            handletextpad=0.2,
            columnspacing=1.2,
            borderaxespad=0.2,
        )
    else:
        ax.text(0.5, 0.5, "nobody to call", transform=ax.transAxes, ha="center", color=NEUTRAL)
    return tidy(ax)


def weeks_back(strips: pd.DataFrame, as_of: pd.Timestamp) -> pd.Series:
    """Give how far each week of strips lies before a day: 0, -1, ... weeks."""
    return (strips["week_end"] - pd.Timestamp(as_of)).dt.days / 7


def show_weeks(ax: Axes) -> None:
    """Let the x axis hold the last twelve weeks, counted as weeks ago."""
    ax.set_xlim(-11.6, 0.6)
    ax.set_xticks(range(-10, 1, 2))
    ax.xaxis.set_major_formatter(lambda value, _: f"{abs(value):.0f}")


def contributions(result: Detection, relationship_id: str, *, ax: Axes | None = None) -> Axes:
    """Draw what put one relationship on the list, the eight weightiest reasons.

    Parameters
    ----------
    result : Detection
        From `mentorlab.signals.detect`.
    relationship_id : str
        One that is listed.
    ax : matplotlib.axes.Axes, optional
        Where to draw.
    """
    rows = weightiest(result, relationship_id)
    n = max(len(rows), _FEWEST_ROWS)
    ax = axes_or_new(ax, height=1.0 + 0.3 * n)
    place = -np.arange(len(rows))
    colors = np.where(rows["contribution"] > 0, MENTEE, MENTOR)
    ax.barh(place, rows["contribution"], color=colors)
    ax.set_yticks(place, [label_element(name) for name in rows["reason"]])
    ax.set_ylim(0.5 - n, 0.5)
    ax.axvline(0, color=NEUTRAL, linewidth=0.8)
    ax.set_xlabel(contribution_label(result))
    return tidy(ax, grid="x")


def weightiest(result: Detection, relationship_id: str) -> pd.DataFrame:
    """Give the reasons that weigh most for one relationship, from the most to the least."""
    rows = result.contributions
    rows = rows[rows["relationship_id"] == relationship_id]
    heavy = rows["contribution"].abs().sort_values(kind="stable").index[-_MOST_REASONS:]
    return rows.loc[heavy].sort_values("contribution", ascending=False, kind="stable")


def contribution_label(result: Detection) -> str:
    """Say in which unit reasons contribute."""
    if result.scored_by == "hazard":
        return "contribution (log hazard against the average)"
    return "contribution (strength; 1 is the signal's threshold)"


def evaluation(
    result: DetectorEvaluation, *, measure: ListMeasure = "recall", ax: Axes | None = None
) -> Axes:
    """Draw what lists would have caught, or how many calls were right, beside the baselines.

    Parameters
    ----------
    result : DetectorEvaluation
        From `mentorlab.signals.evaluate_detector`.
    measure : {"recall", "ppv"}
        The share of endings caught in time, or the share of calls that an ending followed.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Raises
    ------
    OptionError
        If `measure` is unknown.
    """
    check_option(measure, ListMeasure, who="evaluation", name="measure")
    ax = axes_or_new(ax)
    color = iter(COLORS * 9)
    ends, top = [], 0.0
    widest = float(result.lists["per_hundred"].max())
    detectors = list(result.lists.groupby("detector", sort=False))
    n_own = sum(name not in BASELINES for name, _ in detectors)
    n_drawn = 0
    for name, rows in detectors:
        rows = rows.sort_values("per_hundred")
        calls, share = rows["per_hundred"].to_numpy(), rows[measure].to_numpy()
        if name in BASELINES:
            own, dash = BASELINES[name]
            ax.plot(calls, share, color=own, linestyle=dash, label=name)
            top = np.nanmax([top, *share])
        else:
            own = next(color)
            shift = (n_drawn - (n_own - 1) / 2) * _DODGE * widest
            n_drawn += 1
            low, high = (rows[f"{measure}_{end}"].to_numpy() for end in ("low", "high"))
            ax.vlines(calls + shift, low, high, color=own, linewidth=1.2)
            ax.plot(calls + shift, share, color=own, marker="o", label=label_element(name))
            top = np.nanmax([top, *high, *share])
        known = share[~np.isnan(share)]
        ends += [(known[-1], label_element(name), own)] if len(known) else []
    ax.set_ylim(0, share_top(top))
    ax.set_xlim(0, 1.04 * widest)
    ax.yaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
    ax.set_xlabel("calls a week per 100 relationships")
    ax.set_ylabel(measure_label(result, measure))
    name_lines(ax, ends)
    return tidy(ax, grid="y")


def measure_label(result: DetectorEvaluation, measure: ListMeasure) -> str:
    """Say what a share of an evaluation is a share of."""
    if measure == "ppv":
        return f"calls with a bad ending within {result.horizon_weeks} weeks"
    return f"endings caught {result.early_weeks} to {result.horizon_weeks} weeks before"


def share_top(largest: float) -> float:
    """Give the top of an axis of shares: the next tenth above, at most the whole.

    Examples
    --------
    >>> share_top(0.31), share_top(0.97), share_top(0.0)
    (0.4, 1.02, 0.1)
    """
    tenths = np.ceil(10 * largest * 1.02) / 10
    return 1.02 if tenths >= 1 else max(round(float(tenths), 1), 0.1)


def net_benefit(result: DetectorEvaluation, *, ax: Axes | None = None) -> Axes:
    """Draw net benefit over thresholds, beside calling everyone and calling nobody.

    Where calling everyone does harm its line leaves the picture below, so that the others can be
    told apart.

    Parameters
    ----------
    result : DetectorEvaluation
        From `mentorlab.signals.evaluate_detector`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.
    """
    ax = axes_or_new(ax)
    color = iter(COLORS * 9)
    ends, values = [(0.0, "call nobody", CHANCE)], []
    for name, rows in result.net_benefit.groupby("detector", sort=False):
        own = next(color)
        ax.plot(rows["threshold"], rows["net_benefit"], color=own, label=name)
        ends.append((rows["net_benefit"].iloc[-1], label_element(name), own))
        values += [*rows["net_benefit"], rows["call_everyone"].max()]
        everyone = rows
    ax.plot(
        everyone["threshold"],
        everyone["call_everyone"],
        color=NEUTRAL,
        linestyle="--",
        label="call everyone",
    )
    ax.axhline(0, color=CHANCE, linewidth=1.2)
    high, low = max(np.max(values), 1e-3), min(np.min(values), 0)
    ax.set_ylim(min(1.1 * low, -0.35 * high), 1.1 * high)
    ends.append((everyone["call_everyone"].iloc[-1], "call everyone", NEUTRAL))
    ax.set_xlim(everyone["threshold"].min(), everyone["threshold"].max())
    ax.xaxis.set_major_formatter(lambda value, _: f"{100 * value:g}%")
    ax.set_xlabel("chance of a bad ending that is worth a call")
    ax.set_ylabel("net benefit (true alarms a relationship-week)")
    name_lines(ax, ends)
    return tidy(ax)


def chart_design(result: ChartDesign, *, ax: Axes | None = None) -> Axes:
    """Draw how long the chart runs by the size of the change.

    Parameters
    ----------
    result : ChartDesign
        From `mentorlab.signals.design_chart`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.
    """
    ax = axes_or_new(ax)
    rows = result.delays.sort_values("shift")
    ax.plot(rows["shift"], rows["run_length"], color=MENTOR, marker="o")
    still = rows[rows["in_control"]]
    ax.plot(still["shift"], still["run_length"], "o", color=MENTEE)
    ax.set_yscale("log")
    ax.yaxis.set_major_formatter(lambda value, _: f"{value:,.4g}")
    ax.margins(0.08, 0.1)
    middle, falls = rows["shift"].mean(), result.kind != "poisson_cusum"
    for row in rows.itertuples():
        size = f"{row.run_length:,.0f}" if row.run_length >= 10 else f"{row.run_length:.1f}"
        ax.annotate(
            f"{size}: a false alarm" if row.in_control else size,
            (row.shift, row.run_length),
            xytext=(-7 if row.shift > middle else 7, 0) if row.in_control else (0, 7),
            textcoords="offset points",
            ha=("right" if row.shift > middle else "left")
            if row.in_control
            else ("left" if falls else "right"),
            va="center" if row.in_control else "bottom",
            color=MENTEE if row.in_control else MENTOR,
            fontsize=9,
        )
    if result.kind == "poisson_cusum":
        ax.set_xlabel("share of the own pace that is left")
        ax.xaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
        ax.set_ylabel("weeks until the signal, log scale")
    else:
        ax.set_xlabel("shift in standard deviations")
        ax.set_ylabel("observations until the signal, log scale")
    return tidy(ax, grid="y")
