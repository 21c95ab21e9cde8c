"""Pictures of relationship elements."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ..errors import OptionError, listing
from .theme import FAINT, MENTOR, NEUTRAL, ROLE_COLORS, axes_or_new, label_element, tidy

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from ..elements import Reliability

_NAMED_AFTER = ("feldt", "bonett")
_LEVELS = ((0.7, "usual for research"), (0.9, "for single persons"))


def reliability(result: Reliability, *, ax: Axes | None = None) -> Axes:
    """Draw alpha, or another single coefficient, with its interval for each element and group.

    The two gray lines are conventions (.7 for research on groups, .9 for decisions on single
    persons), not tests.

    Parameters
    ----------
    result : Reliability
        From `mentorlab.reliability`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.
    """
    coefficient = result.coefficients[0]
    frame = result.to_frame().rename(columns={coefficient: "estimate"})
    frame = frame.dropna(subset="estimate").reset_index(drop=True)
    groups = _group_names(frame, result.by)
    elements = list(dict.fromkeys(frame["element"]))
    names = list(dict.fromkeys(groups))
    ax = axes_or_new(ax, height=1.2 + 0.28 * len(elements) * max(len(names), 1))
    step = 0.7 / max(len(names), 1)
    for level, meaning in _LEVELS:
        ax.axvline(level, color=FAINT, linewidth=1)
        ax.annotate(
            meaning,
            (level, 1),
            xycoords=("data", "axes fraction"),
            xytext=(2, 2),
            textcoords="offset points",
            fontsize=8,
            color=NEUTRAL,
        )
    for i, name in enumerate(names):
        part = frame[groups == name]
        color = ROLE_COLORS.get(name, MENTOR if len(names) == 1 else f"C{i}")
        y = (
            -np.array([elements.index(e) for e in part["element"]])
            - (i - (len(names) - 1) / 2) * step
        )
        ax.hlines(y, part["conf_low"], part["conf_high"], color=color, linewidth=2)
        ax.plot(part["estimate"], y, "o", color=color, markersize=5)
        if len(names) > 1 and len(part):
            ax.annotate(
                name,
                (part["conf_high"].iloc[0], y[0]),
                xytext=(4, 0),
                textcoords="offset points",
                va="center",
                color=color,
                fontsize=9,
            )
    ax.set_yticks(-np.arange(len(elements)), [label_element(e) for e in elements])
    kind = next(iter(frame.get("interval", ())), result.interval)
    kind = kind.capitalize() if kind in _NAMED_AFTER else kind
    ax.set_xlabel(f"coefficient {coefficient} ({result.level:.0%} {kind} interval)")
    return tidy(ax)


def element_profile(pairs: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw each side's mean of every element with intervals, so that a gap can be seen.

    Intervals are 95% t intervals of the mean over mentors' (mentees') own means, so that a mentor
    with several mentees counts once.

    Parameters
    ----------
    pairs : pandas.DataFrame
        From `pair_partners`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.
    """
    _require(pairs, ("mentor_id", "mentee_id", "element", "mentor", "mentee"), "element_profile")
    elements = list(dict.fromkeys(pairs["element"]))
    ax = axes_or_new(ax, height=1.0 + 0.42 * len(elements))
    for side, shift in (("mentor", 0.12), ("mentee", -0.12)):
        table = side_means(pairs, side)
        y = -pd.Index(elements).get_indexer(table["element"]) + shift
        ax.hlines(y, table["conf_low"], table["conf_high"], color=ROLE_COLORS[side], linewidth=2)
        ax.plot(table["mean"], y, "o", color=ROLE_COLORS[side])
        ax.annotate(
            f"{side}s",
            (table["conf_high"].iloc[0], y[0]),
            xytext=(5, 0),
            textcoords="offset points",
            va="center",
            color=ROLE_COLORS[side],
        )
    ax.set_yticks(-np.arange(len(elements)), [label_element(e) for e in elements])
    ax.set_xlabel("mean score on the items' scale (95% interval)")
    return tidy(ax, grid="x")


def side_means(pairs: pd.DataFrame, side: str) -> pd.DataFrame:
    """Give the table behind `element_profile` for one side.

    Returns
    -------
    pandas.DataFrame
        `element, mean, conf_low, conf_high, n` with n persons.
    """
    from scipy.stats import t

    own = pairs.groupby(["element", f"{side}_id"], sort=False)[side].mean().dropna()
    table = own.groupby("element", sort=False).agg(["mean", "std", "count"]).reset_index()
    half = t.ppf(0.975, table["count"] - 1) * table["std"] / np.sqrt(table["count"])
    return pd.DataFrame(
        {
            "element": table["element"],
            "mean": table["mean"],
            "conf_low": table["mean"] - half,
            "conf_high": table["mean"] + half,
            "n": table["count"],
        }
    )


def partner_scatter(pairs: pd.DataFrame, *, element: str, ax: Axes | None = None) -> Axes:
    """Draw what mentor and mentee say of one element against each other; area is the count.

    Parameters
    ----------
    pairs : pandas.DataFrame
        From `pair_partners`.
    element : str
        Which element.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Raises
    ------
    OptionError
        If nobody has scores of this element from both partners.
    """
    _require(pairs, ("element", "mentor", "mentee"), "partner_scatter")
    both = pairs[pairs["element"] == element].dropna(subset=["mentor", "mentee"])
    if both.empty:
        raise OptionError(
            f"partner_scatter: no pair has both scores of '{element}'; `pairs` has "
            f"{listing(dict.fromkeys(pairs['element']))}."
        )
    ax = axes_or_new(ax, width=4.6, height=4.4)
    counts = both.groupby(["mentor", "mentee"]).size().reset_index(name="n")
    limits = [counts[["mentor", "mentee"]].min().min(), counts[["mentor", "mentee"]].max().max()]
    ax.plot(limits, limits, color=FAINT, linewidth=1)
    ax.scatter(counts["mentor"], counts["mentee"], s=18 * counts["n"], color=MENTOR, alpha=0.55)
    ax.set_xlabel(f"mentor's score: {label_element(element)}")
    ax.set_ylabel(f"mentee's score: {label_element(element)}")
    ax.set_title(
        f"{len(both):,} pairs and waves; on the line both agree", fontsize=9, color=NEUTRAL
    )
    return tidy(ax)


def _group_names(frame: pd.DataFrame, by: tuple[str, ...]) -> pd.Series:
    if not by:
        return pd.Series("all", index=frame.index)
    parts = [
        frame[name].astype("str") if name == "role" else f"{name} " + frame[name].astype("str")
        for name in by
    ]
    return parts[0].str.cat(parts[1:], sep=", ") if len(parts) > 1 else parts[0]


def _require(frame: pd.DataFrame, columns: tuple[str, ...], who: str) -> None:
    absent = [name for name in columns if name not in frame]
    if absent:
        raise OptionError(
            f"{who}: needs a frame from pair_partners; the column '{absent[0]}' is absent."
        )
