"""Pictures of phases."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from .theme import NEUTRAL, axes_or_new, tidy

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from ..elements.relationships.phases import Phases

PHASE_COLORS = {
    "initiation": "#56B4E9",
    "cultivation": "#009E73",
    "separation": "#E69F00",
    "redefinition": "#CC79A7",
}
_MOST_NAMED = 40  # more names than this can't be read
_BACK = "move back"
_SHORTEST = 0.004  # a stay of a day must still be seen


def phase_timeline(result: Phases, *, ax: Axes | None = None) -> Axes:
    """Draw each relationship as a bar of its phases along the agreed length, shortest below.

    A black dot is a move back. The dashed line is the agreed end.

    Parameters
    ----------
    result : Phases
        From `phases`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.
    """
    stays = result.intervals
    last = stays.groupby("relationship_id")["clock_to"].max()
    settled = stays[stays["phase"] == "cultivation"].groupby("relationship_id")["clock_from"].min()
    order = pd.DataFrame({"last": last, "settled": settled.reindex(last.index).fillna(9)})
    order = order.sort_values(["last", "settled"], ascending=[True, False])
    place = {name: i for i, name in enumerate(order.index)}
    n = len(place)
    ax = axes_or_new(ax, width=7.2, height=1.3 + (0.24 * n if n <= _MOST_NAMED else 0.045 * n))
    height = 0.8 if n <= _MOST_NAMED else 1.0
    labels = dict(zip(stays["phase"], stays["label"], strict=True))
    for phase, color in PHASE_COLORS.items():
        part = stays[stays["phase"] == phase]
        if len(part):
            ax.barh(
                part["relationship_id"].map(place),
                np.maximum(part["clock_to"] - part["clock_from"], _SHORTEST),
                left=part["clock_from"],
                height=height,
                color=color,
                linewidth=0,
                label=labels[phase],
            )
    back = stays[stays["back"]]
    if len(back):
        rows = back["relationship_id"].map(place)
        ax.scatter(back["clock_from"], rows, color="black", s=6, zorder=3, label=_BACK)
    ax.axvline(1, color=NEUTRAL, linewidth=0.9, linestyle="--")
    ax.set_ylim(-0.6, n - 0.4)
    ax.set_xlim(0, max(1.05, float(last.max()) * 1.02))
    ax.xaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
    ax.set_xlabel("share of the agreed length")
    if n <= _MOST_NAMED:
        ax.set_yticks(range(n), list(place), fontsize=8)
    else:
        ax.set_yticks([])
        ax.set_ylabel(f"{n:,} relationships")
    entries = sorted(zip(*ax.get_legend_handles_labels(), strict=True), key=_is_mark)
    ax.legend(
        *zip(*entries, strict=True),
        loc="lower left",
        bbox_to_anchor=(0, 1),
        ncols=5,
        frameon=False,
        fontsize=8,
    )
    return tidy(ax, grid="x")


def _is_mark(entry: tuple[object, str]) -> bool:
    return entry[1] == _BACK
