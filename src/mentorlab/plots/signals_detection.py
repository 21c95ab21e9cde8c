"""Pictures of weekly lists, of what detectors would have achieved, and of control charts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from .theme import FAINT, MENTEE, MENTOR, NEUTRAL, OTHERS, axes_or_new, label_element, tidy

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from ..signals.charts import ChartDesign
    from ..signals.detection import Detection
    from ..signals.evaluation.result import DetectorEvaluation

_BASELINES = ("random", "tenure only", "mentor rate only", "plain gap")
_DASHES = (":", "--", "-.", (0, (1, 1)))
_COLORS = (MENTOR, MENTEE, *OTHERS)
_MARKS = (
    ("held", "held", "o", MENTOR),
    ("missed", "missed", "x", MENTEE),
    ("cancelled", "called off", "v", MENTEE),
    ("rescheduled", "put off", ">", OTHERS[2]),
    ("messages", "messages", ".", NEUTRAL),
)


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
    ax = axes_or_new(ax, height=1.4 + 0.4 * max(len(ids), 1))
    strips = result.strips
    rows = {name: -k for k, name in enumerate(ids)}
    y = strips["relationship_id"].map(rows).astype(float)
    back = (strips["week_end"] - pd.Timestamp(result.as_of)).dt.days / 7
    for shift, (column, label, marker, color) in enumerate(_MARKS):
        there = strips[column] > 0
        offset = (shift - 2) * 0.12
        ax.scatter(back[there] + offset, y[there], marker=marker, color=color, label=label, s=36)
    for name in ids:
        ax.axhline(rows[name], color=FAINT, linewidth=0.6, zorder=0)
    labels = [f"{row.rank}. {row.relationship_id}" for row in result.listed.itertuples(index=False)]
    ax.set_yticks([rows[name] for name in ids], labels)
    ax.set_ylim(-max(len(ids), 1) + 0.4, 0.6)
    ax.set_xlim(-11.6, 0.6)
    ax.set_xlabel(f"weeks before {result.as_of:%Y-%m-%d}")
    if ids:
        ax.legend(loc="upper left", bbox_to_anchor=(0, -0.2), ncols=5, frameon=False, fontsize=8)
    else:
        ax.text(0.5, 0.5, "nobody to call", transform=ax.transAxes, ha="center", color=NEUTRAL)
    return tidy(ax)


def contributions(result: Detection, relationship_id: str, *, ax: Axes | None = None) -> Axes:
    """Draw what put one relationship on the list.

    Parameters
    ----------
    result : Detection
        From `mentorlab.signals.detect`.
    relationship_id : str
        One that is listed.
    ax : matplotlib.axes.Axes, optional
        Where to draw.
    """
    rows = result.contributions
    rows = rows[rows["relationship_id"] == relationship_id]
    rows = rows.loc[rows["contribution"].abs().sort_values().index[-8:]].sort_values("contribution")
    ax = axes_or_new(ax, height=1.2 + 0.3 * max(len(rows), 1))
    colors = np.where(rows["contribution"] > 0, MENTEE, MENTOR)
    ax.barh(np.arange(len(rows)), rows["contribution"], color=colors)
    ax.set_yticks(np.arange(len(rows)), [label_element(name) for name in rows["reason"]])
    ax.axvline(0, color=NEUTRAL, linewidth=0.8)
    unit = "log hazard against the average" if result.scored_by == "hazard" else "strength"
    ax.set_xlabel(f"contribution ({unit})")
    return tidy(ax, grid="x")


def evaluation(result: DetectorEvaluation, *, ax: Axes | None = None) -> Axes:
    """Draw the share of endings caught in time against calls, detectors beside baselines.

    Parameters
    ----------
    result : DetectorEvaluation
        From `mentorlab.signals.evaluate_detector`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.
    """
    ax = axes_or_new(ax)
    color, dash = iter(_COLORS * 9), iter(_DASHES * 9)
    for name, rows in result.lists.groupby("detector", sort=False):
        rows = rows.sort_values("per_hundred")
        if name in _BASELINES:
            ax.plot(
                rows["per_hundred"], rows["recall"], color=NEUTRAL, linestyle=next(dash), label=name
            )
            continue
        own = next(color)
        low, high = rows["recall"] - rows["recall_low"], rows["recall_high"] - rows["recall"]
        ax.errorbar(
            rows["per_hundred"],
            rows["recall"],
            yerr=np.clip([low, high], 0, None),
            color=own,
            marker="o",
            capsize=2,
            label=label_element(name),
        )
    ax.set_ylim(0, 1)
    ax.set_xlim(left=0)
    ax.yaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
    ax.set_xlabel("calls a week per 100 relationships")
    ax.set_ylabel(f"endings caught {result.early_weeks} to {result.horizon_weeks} weeks before")
    ax.legend(frameon=False, fontsize=8)
    return tidy(ax, grid="y")


def net_benefit(result: DetectorEvaluation, *, ax: Axes | None = None) -> Axes:
    """Draw net benefit over thresholds, beside calling everyone and calling nobody.

    Parameters
    ----------
    result : DetectorEvaluation
        From `mentorlab.signals.evaluate_detector`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.
    """
    ax = axes_or_new(ax)
    color = iter(_COLORS * 9)
    for name, rows in result.net_benefit.groupby("detector", sort=False):
        ax.plot(rows["threshold"], rows["net_benefit"], color=next(color), label=name)
        everyone = rows
    ax.plot(everyone["threshold"], everyone["call_everyone"], color=NEUTRAL, linestyle="--",
            label="call everyone")  # fmt: skip
    ax.axhline(0, color=FAINT, linewidth=0.8)
    ax.set_xlabel("chance of a bad ending that is worth a call")
    ax.set_ylabel("net benefit")
    ax.legend(frameon=False, fontsize=8)
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
    ax.plot(still["shift"], still["run_length"], "o", color=MENTEE, label="false alarm")
    ax.set_yscale("log")
    if result.kind == "poisson_cusum":
        ax.set_xlabel("share of the own pace that is left")
        ax.set_ylabel("weeks until the signal, log scale")
    else:
        ax.set_xlabel("shift in standard deviations")
        ax.set_ylabel("observations until the signal, log scale")
    ax.legend(frameon=False, fontsize=8)
    return tidy(ax, grid="y")
