"""Pictures of measurement: reliability, items, factors and how closely elements lie together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from . import elements as element_plots
from .theme import FAINT, MENTOR, NEUTRAL, OTHERS, axes_or_new, label_element, tidy

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from ..elements.measurement.item_analysis import ItemAnalysis
    from ..elements.measurement.reliability_result import Reliability
    from ..elements.measurement.structure_result import FactorStructure

_COLORS = (MENTOR, *OTHERS, NEUTRAL)
_MARKS = "osD^vP*"
_STEP = 0.24
_SHOWN_LOADING = 0.3


def reliability(result: Reliability, *, ax: Axes | None = None) -> Axes:
    """Draw every coefficient with its interval, so that they can be compared element by element.

    A coefficient without an interval is a mark without a line. A single coefficient is drawn by
    ``mentorlab.plots.elements.reliability``, groups beside each other.

    Parameters
    ----------
    result : Reliability
        From `mentorlab.reliability`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.
    """
    if len(result.coefficients) == 1 and "retest" not in result.coefficients:
        return element_plots.reliability(result, ax=ax)
    frame = result.to_frame().dropna(subset="estimate")
    rows = frame[["element", *result.by]].astype("str").agg(", ".join, axis=1).map(label_element)
    places = {name: -i for i, name in enumerate(dict.fromkeys(rows))}
    names = list(dict.fromkeys(frame["coefficient"]))
    ax = axes_or_new(ax, height=1.2 + 0.3 * len(places) * max(1.0, len(names) * _STEP))
    for i, name in enumerate(names):
        part = frame["coefficient"] == name
        shift = ((len(names) - 1) / 2 - i) * _STEP * 3 / max(len(names), 3)
        y = rows[part].map(places) + shift
        color = _COLORS[i % len(_COLORS)]
        ax.hlines(y, frame.loc[part, "conf_low"], frame.loc[part, "conf_high"], color=color)
        mark = _MARKS[i % len(_MARKS)]
        ax.plot(frame.loc[part, "estimate"], y, mark, color=color, markersize=5, label=name)
    ax.set_yticks(list(places.values()), list(places))
    ax.set_xlabel(f"reliability ({result.level:.0%} intervals)")
    ax.legend(frameon=False, fontsize=8, loc="center left", bbox_to_anchor=(1, 0.5))
    return tidy(ax, grid="x")


def item_analysis(result: ItemAnalysis, *, ax: Axes | None = None) -> Axes:
    """Draw how each item goes with the rest of its scale against how easily it is agreed to.

    Items at the bottom go against their scale; items at either side crowd at an end of the
    answers. The gray line at .3 is a convention.

    Parameters
    ----------
    result : ItemAnalysis
        From `item_analysis`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.
    """
    frame = result.to_frame().dropna(subset="item_rest")
    ax = axes_or_new(ax, width=6.4, height=4.4)
    ax.axhline(0.3, color=FAINT, linewidth=1)
    for i, (element, part) in enumerate(frame.groupby("element", sort=False)):
        color, mark = _COLORS[i % len(_COLORS)], _MARKS[i % len(_MARKS)]
        ax.plot(
            part["difficulty"],
            part["item_rest"],
            mark,
            color=color,
            markersize=5,
            label=label_element(element),
        )
    for row in frame[frame["item_rest"] < _SHOWN_LOADING].itertuples():
        ax.annotate(
            row.item,
            (row.difficulty, row.item_rest),
            xytext=(4, 4),
            textcoords="offset points",
            fontsize=8,
            color=NEUTRAL,
        )
    ax.set_xlim(0, 1)
    ax.set_xlabel("mean answer, from the lowest (0) to the highest (1)")
    ax.set_ylabel("correlation with the rest of the scale")
    ax.legend(frameon=False, fontsize=8, loc="center left", bbox_to_anchor=(1, 0.5))
    return tidy(ax)


def factor_structure(result: FactorStructure, *, ax: Axes | None = None) -> Axes:
    """Draw the eigenvalues beside what chance reaches, with what each rule suggests.

    Parameters
    ----------
    result : FactorStructure
        From `factor_structure`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.
    """
    scree = result.eigenvalues
    ax = axes_or_new(ax)
    ax.plot(scree["component"], scree["eigenvalue"], "o-", color=MENTOR, label="these answers")
    ax.plot(
        scree["component"],
        scree["chance_limit"],
        "--",
        color=NEUTRAL,
        label=f"shuffled answers, {result.level:.0%} of the time",
    )
    said = "; ".join(
        f"{rule}: {n}" for rule, n in result.suggestions.itertuples(index=False, name=None)
    )
    ax.set_title(f"factors by rule: {said}", fontsize=9, color=NEUTRAL)
    ax.set_xlabel("component")
    ax.set_ylabel("eigenvalue")
    ax.set_ylim(bottom=0)
    ax.legend(frameon=False)
    return tidy(ax)


def factor_loadings(result: FactorStructure, *, ax: Axes | None = None) -> Axes:
    """Draw the loadings as a colored table; those of .3 and more carry their number.

    Parameters
    ----------
    result : FactorStructure
        From `factor_structure`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.
    """
    frame = result.loadings
    factors = [name for name in frame if name.startswith("factor_")]
    ax = axes_or_new(ax, width=2.6 + 0.8 * len(factors), height=1.0 + 0.22 * len(frame))
    values = frame[factors].to_numpy()
    _colored_table(ax, values, _SHOWN_LOADING)
    ax.set_xticks(range(len(factors)), [label_element(name) for name in factors])
    ax.set_yticks(range(len(frame)), frame["item"])
    ends = np.flatnonzero(frame["element"].to_numpy()[1:] != frame["element"].to_numpy()[:-1])
    for end in ends:
        ax.axhline(end + 0.5, color="white", linewidth=2)
    return ax


def element_correlations(result: FactorStructure, *, ax: Axes | None = None) -> Axes:
    """Draw how closely elements lie together: scores above, freed of error below the diagonal.

    Parameters
    ----------
    result : FactorStructure
        From `factor_structure`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.
    """
    pairs = result.element_correlations
    names = list(dict.fromkeys([*pairs["element"], *pairs["other"]]))
    place = pd.Index(names)
    values = np.full((len(names), len(names)), np.nan)
    first, second = place.get_indexer(pairs["element"]), place.get_indexer(pairs["other"])
    values[first, second] = pairs["correlation"]
    values[second, first] = pairs["corrected"]
    ax = axes_or_new(ax, width=2.6 + 0.55 * len(names), height=1.6 + 0.4 * len(names))
    _colored_table(ax, values, 0.0)
    labels = [label_element(name) for name in names]
    ax.set_xticks(range(len(names)), labels, rotation=45, ha="right")
    ax.set_yticks(range(len(names)), labels)
    ax.set_title("scores above, freed of error below", fontsize=9, color=NEUTRAL)
    return ax


def _colored_table(ax: Axes, values: np.ndarray, shown: float) -> None:
    ax.imshow(values, cmap="RdBu_r", vmin=-1, vmax=1, aspect="auto")
    for (row, column), value in np.ndenumerate(values):
        if np.isfinite(value) and abs(value) >= shown:
            color = "white" if abs(value) > 0.6 else "black"
            text = f"{value:.2f}".replace("0.", ".", 1)
            ax.annotate(text, (column, row), ha="center", va="center", fontsize=8, color=color)
    ax.tick_params(length=0)
    for spine in ax.spines.values():
        spine.set_visible(False)
