"""Pictures of practices: the whole program, and one relationship."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ..errors import OptionError, listing
from .theme import FAINT, NEUTRAL, OTHERS, ROLE_COLORS, axes_or_new, label_element, tidy

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from ..elements.practices import PracticeRates
    from ..elements.relationships.relationship_view import RelationshipView

_FEWEST_DUE = 3  # fewer cases make a share of 0, 1/2 or 1 whatever the partners do
_DEPENDS_COLORS = {**ROLE_COLORS, "both": NEUTRAL, "program": OTHERS[0]}
_ROW_INCHES = 0.24


def practice_rates(result: PracticeRates, *, unit: str = "share", ax: Axes | None = None) -> Axes:
    """Draw pooled rates with intervals, by family, over the spread of relationships.

    Faint ticks are relationships with at least three cases; color says whose doing a practice is.

    Parameters
    ----------
    result : PracticeRates
        From `practice_rates`.
    unit : str
        Practices of one unit share an axis; ``"share"`` has most of them.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Raises
    ------
    OptionError
        If no practice has this unit.
    """
    pooled = result.pooled[result.pooled["unit"] == unit].reset_index(drop=True)
    if pooled.empty:
        units = listing(dict.fromkeys(result.pooled["unit"]), limit=20)
        raise OptionError(f"plots.practice_rates: no practice has the unit '{unit}', only {units}.")
    rows, heads = _rows_by_family(pooled)
    n_rows = len(pooled) + len(heads)
    ax = axes_or_new(ax, width=7.2, height=1.1 + _ROW_INCHES * n_rows)
    _draw_spread(ax, result, pooled, rows)
    for depends_on, part in pooled.assign(row=rows).groupby("depends_on"):
        color = _DEPENDS_COLORS[str(depends_on)]
        ax.hlines(part["row"], part["conf_low"], part["conf_high"], color=color, linewidth=2)
        ax.plot(part["estimate"], part["row"], "o", color=color, label=depends_on, markersize=5)
    ticks = [*rows, *heads.values()]
    names = [*(label_element(name) for name in pooled["practice"]), *heads]
    ax.set_yticks(ticks, names, fontsize=8)
    for tick in ax.get_yticklabels()[len(rows) :]:
        tick.set_fontweight("bold")
    ax.tick_params(axis="y", length=0)
    ax.set_ylim(-n_rows + 0.3, 0.7)
    _scale(ax, unit)
    ax.set_xlabel(
        f"{'done of what was due' if unit == 'share' else unit} ({result.level:.0%} interval)"
    )
    ax.legend(
        title="depends on",
        loc="lower right",
        bbox_to_anchor=(1, 1),
        ncols=4,
        frameon=False,
        fontsize=8,
        title_fontsize=8,
        columnspacing=1,
        handletextpad=0.2,
    )
    return tidy(ax, grid="x")


def _rows_by_family(pooled: pd.DataFrame) -> tuple[np.ndarray, dict[str, int]]:
    """Give each practice a row from the top, and each family one for its name above them."""
    rows, heads, row = [], {}, 0
    for family in pooled["family"]:
        if family not in heads:
            heads[family] = -row
            row += 1
        rows.append(-row)
        row += 1
    return np.array(rows), heads


def _draw_spread(ax: Axes, result: PracticeRates, pooled: pd.DataFrame, rows: np.ndarray) -> None:
    place = dict(zip(pooled["practice"], rows, strict=True))
    own = result.relationships
    own = own[own["practice"].isin(place) & (own["due"] >= _FEWEST_DUE)]
    ax.plot(
        own["estimate"],
        own["practice"].map(place) - 0.28,
        "|",
        color=FAINT,
        markersize=4,
        zorder=1,
    )


def _scale(ax: Axes, unit: str) -> None:
    if unit == "share":
        ax.set_xlim(-0.02, 1.02)
        ax.xaxis.set_major_formatter(lambda value, _: f"{value:.0%}")


def relationship_view(result: RelationshipView, *, ax: Axes | None = None) -> Axes:
    """Draw one relationship's shares with intervals beside the pooled ones of the program.

    Parameters
    ----------
    result : RelationshipView
        From ``relationship_profile(...).show(relationship_id)``.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Raises
    ------
    OptionError
        If nothing that is a share was due.
    """
    shares = result.practices
    shares = shares[shares["unit"] == "share"].reset_index(drop=True)
    if shares.empty:
        raise OptionError(
            f"plots.relationship_view: nothing was due in {result.facts['relationship_id']} that "
            "is a share."
        )
    rows = -np.arange(len(shares))
    ax = axes_or_new(ax, height=1.3 + 0.32 * len(shares))
    ax.hlines(rows, shares["conf_low"], shares["conf_high"], color=OTHERS[1], linewidth=2)
    ax.plot(shares["estimate"], rows, "o", color=OTHERS[1], label="this relationship")
    ax.plot(shares["pooled"], rows, "D", color=NEUTRAL, markersize=5, label="all relationships")
    ax.set_yticks(rows, [label_element(name) for name in shares["practice"]])
    ax.set_ylim(-len(shares) + 0.4, 0.6)
    ax.set_xlim(-0.02, 1.02)
    ax.xaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
    ax.set_xlabel(f"done of what was due ({result.level:.0%} interval)")
    ax.legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=2, frameon=False, fontsize=8)
    return tidy(ax, grid="x")
