"""Pictures of factor models: how items load, and what happens as measurement is set equal."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ..errors import OptionError
from .theme import (
    FAINT,
    MENTOR,
    NEUTRAL,
    OTHERS,
    ROLE_COLORS,
    axes_or_new,
    label_element,
    tidy,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from ..elements.factor_models.confirmatory import Confirmatory
    from ..elements.factor_models.invariance_result import Invariance

_STEPS = ("metric", "scalar", "strict")
_EQUAL = {
    "metric": "loadings",
    "scalar": "loadings,\nintercepts",
    "strict": "loadings, intercepts,\nresiduals",
}
_CFI_FALL = -0.01


def loadings(result: Confirmatory, *, ax: Axes | None = None) -> Axes:
    """Draw each item's standardized loading with its interval, items together by element.

    Parameters
    ----------
    result : Confirmatory
        From `mentorlab.elements.confirmatory`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.
    """
    frame = result.loadings.reset_index(drop=True)
    groups = _groups(frame, result.by)
    items = list(dict.fromkeys(zip(frame["element"], frame["item"], strict=True)))
    gaps = np.cumsum([0, *(a[0] != b[0] for a, b in pairwise(items))])
    place = {pair: -(i + gap) for i, (pair, gap) in enumerate(zip(items, gaps, strict=True))}
    names = list(dict.fromkeys(groups))
    ax = axes_or_new(ax, height=1.2 + 0.26 * (len(items) + gaps[-1]) * max(1, len(names) / 2))
    step = 0.6 / max(len(names), 1)
    for i, name in enumerate(names):
        part = frame[(groups == name).to_numpy()]
        pairs = zip(part["element"], part["item"], strict=True)
        y = np.array([place[pair] for pair in pairs]) - (i - (len(names) - 1) / 2) * step
        color = _color(name, i, len(names))
        ax.hlines(y, part["conf_low"], part["conf_high"], color=color, linewidth=2)
        ax.plot(part["estimate"], y, "o", color=color, markersize=5)
        if len(names) > 1:
            ax.annotate(
                name,
                (part["conf_high"].iloc[0], y[0]),
                xytext=(5, 0),
                textcoords="offset points",
                va="center",
                color=color,
                fontsize=9,
            )
    for element in dict.fromkeys(frame["element"]):
        top = max(y for (own, _), y in place.items() if own == element)
        ax.annotate(
            label_element(element),
            (0, top + 0.55),
            xycoords=("axes fraction", "data"),
            xytext=(4, 0),
            textcoords="offset points",
            fontsize=9,
            color=NEUTRAL,
            va="center",
        )
    ax.set_yticks(list(place.values()), [item for _, item in place])
    ax.set_ylim(min(place.values()) - 0.7, 1.0)
    low = min(0.0, float(frame["conf_low"].min()))
    ax.set_xlim(low, max(1.0, float(frame["conf_high"].max())))
    if low < 0:
        ax.axvline(0, color=FAINT, linewidth=1)
    ax.set_xlabel(f"standardized loading ({result.level:.0%} interval)")
    return tidy(ax, grid="x")


def invariance(result: Invariance, *, ax: Axes | None = None) -> Axes:
    """Draw how CFI changes as more is set equal; a level that fails is an open mark.

    The gray line is the conventional fall of .01. Elements that fail a level are named; so are all
    when there are few.

    Parameters
    ----------
    result : Invariance
        From `mentorlab.elements.invariance`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Raises
    ------
    OptionError
        If no two neighboring levels could be fitted.
    """
    frame = result.levels[result.levels["level"].isin(_STEPS)]
    frame = frame.dropna(subset="delta_cfi").reset_index(drop=True)
    if frame.empty:
        raise OptionError("plots.invariance: no two neighboring levels could be fitted.")
    lines = _groups(frame, (*result.by, "element"))
    names = list(dict.fromkeys(lines))
    ax = axes_or_new(ax, width=7.2, height=4.2)
    ax.axhline(0, color=FAINT, linewidth=1)
    ax.axhline(_CFI_FALL, color=FAINT, linewidth=1)
    ax.annotate(
        "a fall of .01",
        (0, _CFI_FALL),
        xycoords=("axes fraction", "data"),
        xytext=(2, -3),
        textcoords="offset points",
        fontsize=8,
        color=NEUTRAL,
        va="top",
    )
    first = result.levels[result.levels["level"] == "configural"]
    unfit = set(_groups(first, (*result.by, "element"))[[held is False for held in first["holds"]]])
    marks = []
    for i, name in enumerate(names):
        part = frame[(lines == name).to_numpy()]
        failed = part["holds"].map(lambda held: held is not None and not held).to_numpy(dtype=bool)
        color = _color(name, i, len(names)) if len(names) <= 5 or failed.any() else FAINT
        x = np.array([_STEPS.index(level) for level in part["level"]])
        y = part["delta_cfi"].to_numpy(dtype=float)
        ax.plot(x, y, "-", color=color, linewidth=1.5, zorder=3 if failed.any() else 2)
        ax.plot(x[~failed], y[~failed], "o", color=color, markersize=5, zorder=4)
        ax.plot(x[failed], y[failed], "o", mfc="white", mec=color, markersize=7, zorder=4)
        if len(names) <= 5 or failed.any():
            said = f"{name} (does not fit)" if name in unfit else name
            marks.append((y[-1], said, color, x[-1]))
    _label_ends(ax, marks)
    ax.set_xticks(range(3), [f"{level}\n({_EQUAL[level]} equal)" for level in _STEPS])
    ax.set_xlim(-0.25, 3.0)
    ax.set_ylabel("change of CFI against the level before")
    ax.set_title(
        f"across {result.across}; open: the level fails", fontsize=9, color=NEUTRAL, loc="left"
    )
    return tidy(ax)


def _label_ends(ax: Axes, marks: list[tuple[float, str, str, int]]) -> None:
    """Write names at the right, pushed apart where they would overlap."""
    low, high = ax.get_ylim()
    least = 0.055 * (high - low)
    last = -np.inf
    for y, name, color, x in sorted(marks):
        spot = max(y, last + least)
        last = spot
        ax.annotate(
            name,
            (x, y),
            xytext=(2.1, spot),
            textcoords="data",
            va="center",
            color=color,
            fontsize=9,
            arrowprops=None if x == 2 else {"arrowstyle": "-", "color": FAINT},
        )


def _groups(frame: pd.DataFrame, by: tuple[str, ...]) -> pd.Series:
    """Name each row's group as words."""
    if not by:
        return pd.Series("all", index=frame.index)
    parts = [
        frame[name].map(label_element) if name in ("role", "element") else f"{name} "
        + frame[name].astype("str")
        for name in by
    ]  # fmt: skip
    return parts[0].str.cat(parts[1:], sep=", ") if len(parts) > 1 else parts[0]


def _color(name: str, position: int, n_names: int) -> str:
    if n_names == 1:
        return MENTOR
    role = name.split(", ")[0]
    if role in ROLE_COLORS and n_names <= 2:
        return ROLE_COLORS[role]
    return (MENTOR, *OTHERS)[position % (1 + len(OTHERS))]
