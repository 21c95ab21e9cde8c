"""Pictures of mentoring over time and generations."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..errors import EstimationError
from .theme import FAINT, MENTEE, MENTOR, NEUTRAL, OTHERS, axes_or_new, label_element, tidy

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from ..network import DevelopmentalNetworks, Lineage, PayItForward, Popularity
    from ..network.result import PersonTable


def generations(result: Lineage, *, ax: Axes | None = None) -> Axes:
    """Draw how many people stand in each generation, and how many of them became mentors.

    Parameters
    ----------
    result : Lineage
        From `lineage`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.
    """
    table = result.generations()
    ax = axes_or_new(ax, height=float(np.clip(1.2 + 0.2 * len(table), 2.4, 9.0)))
    ax.barh(table["generation"], table["people"], color=FAINT, label="all people")
    ax.barh(table["generation"], table["mentors"], color=MENTOR, label="who mentored somebody")
    ax.invert_yaxis()
    ax.yaxis.get_major_locator().set_params(integer=True)
    ax.set_ylabel("generation (longest line)")
    ax.set_xlabel("people")
    ax.legend(frameon=False, fontsize=9)
    return tidy(ax, grid="x")


def pay_it_forward(result: PayItForward, *, ax: Axes | None = None) -> Axes:
    """Draw the share of mentees who mentor by the time since they were first mentored.

    Parameters
    ----------
    result : PayItForward
        From `pay_it_forward`, with dated ties.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Raises
    ------
    EstimationError
        If there is no curve.
    """
    curve = result.curve
    if curve.empty:
        raise EstimationError(
            "plots.pay_it_forward: there is no curve: ties are not dated, or nobody who was "
            "mentored went on to mentor later."
        )
    ax = axes_or_new(ax)
    time = np.append(0, curve["time"].to_numpy(dtype=float))
    for name, style in (
        ("conf_low", {"linewidth": 0.8, "color": FAINT}),
        ("conf_high", {"linewidth": 0.8, "color": FAINT}),
        ("share", {"linewidth": 2, "color": MENTEE}),
    ):
        ax.step(time, np.append(0, curve[name].to_numpy(dtype=float)), where="post", **style)
    unit = "days" if result.clock == "date" else "periods"
    ax.set_xlabel(f"{unit} since first mentored")
    ax.set_ylabel("share who mentor (gray: interval)")
    ax.set_ylim(0, None)
    return tidy(ax, grid="y")


def snapshots(result: PersonTable, *, measure: str = "n_ties", ax: Axes | None = None) -> Axes:
    """Draw one measure of the network, window by window.

    Parameters
    ----------
    result : PersonTable
        From `snapshots`.
    measure : str
        Column of its table.
    ax : matplotlib.axes.Axes, optional
        Where to draw.
    """
    table = result.table
    ax = axes_or_new(ax)
    ax.plot(table["start"], table[measure], "o-", color=MENTOR, markersize=4)
    ax.set_xlabel("start of the window")
    ax.set_ylabel(label_element(measure))
    if ax.xaxis.get_converter() is not None:
        ax.tick_params(axis="x", rotation=30)
    return tidy(ax, grid="y")


def popularity(result: Popularity, *, ax: Axes | None = None) -> Axes:
    """Draw how often mentors of each load are chosen, over the fitted preference.

    Parameters
    ----------
    result : Popularity
        From `popularity`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.
    """
    table = result.by_load
    ax = axes_or_new(ax)
    size = 10 + 60 * np.sqrt(table["n_offered"] / table["n_offered"].max())
    ax.scatter(table["load"], table["rate"], s=size, color=MENTOR, alpha=0.7)
    theta = result.table["estimate"].item()
    fitted = (1 + table["load"]) ** theta
    fitted *= table["n_chosen"].sum() / (table["n_offered"] * fitted).sum()
    ax.plot(table["load"], fitted, color=MENTEE)
    ax.set_xlabel("mentees a mentor has already")
    ax.set_ylabel("chosen per choice offered")
    ax.set_title(f"exponent {theta:.2f}", fontsize=9, color=NEUTRAL)
    return tidy(ax, grid="y")


def developmental_networks(result: DevelopmentalNetworks, *, ax: Axes | None = None) -> Axes:
    """Draw people by diversity and strength of support, with the cuts between the four types.

    Parameters
    ----------
    result : DevelopmentalNetworks
        From `developmental_networks`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.
    """
    table = result.table.dropna(subset="diversity")
    ax = axes_or_new(ax, width=5.6, height=4.4)
    cells = table.groupby(["diversity", "strength", "type"]).size().reset_index(name="n")
    for color, (name, part) in zip(OTHERS, cells.groupby("type"), strict=False):
        total = int(part["n"].sum())
        ax.scatter(
            part["diversity"],
            part["strength"],
            s=14 * np.sqrt(part["n"]) + 6,
            color=color,
            alpha=0.75,
            label=f"{name} ({total:,})",
        )
    ax.axvline(result.cut_diversity, color=NEUTRAL, linewidth=1, linestyle=":")
    ax.axhline(result.cut_strength, color=NEUTRAL, linewidth=1, linestyle=":")
    ax.set_xlabel("diversity of developers")
    ax.set_ylabel("strength of ties")
    ax.legend(frameon=False, fontsize=8)
    return tidy(ax)
