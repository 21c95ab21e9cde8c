"""Pictures of two persons and what passes between them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ..errors import OptionError
from .theme import (
    FAINT,
    MENTEE,
    NEUTRAL,
    OTHERS,
    ROLE_COLORS,
    axes_or_new,
    label_element,
    tidy,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from ..elements.partners.accuracy import PerceptualAccuracy
    from ..elements.partners.actor_partner import ActorPartner
    from ..elements.partners.behavior import BehavioralReciprocity
    from ..elements.partners.cross_lagged import CrossLagged
    from ..elements.partners.growth import Growth
    from ..elements.partners.one_with_many import OneWithMany
    from ..elements.partners.reciprocity import Reciprocity
    from ..elements.partners.social_relations import SocialRelationsResult
    from ..elements.partners.surface import ResponseSurface

_GRID = 121
_MARGIN = 0.03


def actor_partner(result: ActorPartner, *, ax: Axes | None = None) -> Axes:
    """Draw actor and partner effects of each role with their intervals.

    Parameters
    ----------
    result : ActorPartner
        From `mentorlab.elements.actor_partner`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.
    """
    frame = result.to_frame()
    frame = frame[frame["effect"].isin(["actor", "partner"])]
    labels = [
        f"{label_element(row['predictor'])}: "
        + ("own score" if row["effect"] == "actor" else "partner's score")
        for _, row in frame.iterrows()
    ]
    ax = _forest(frame, labels, frame["role"], ax)
    ax.set_xlabel(f"effect on {label_element(result.outcome)} ({result.level:.0%} interval)")
    return ax


def cross_lagged(result: CrossLagged, *, ax: Axes | None = None) -> Axes:
    """Draw effects of both partners' earlier scores on each one's later score.

    Parameters
    ----------
    result : CrossLagged
        From `mentorlab.elements.cross_lagged`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.
    """
    frame = result.to_frame()
    labels = [f"{row['effect']} {label_element(row['predictor'])}" for _, row in frame.iterrows()]
    ax = _forest(frame, labels, frame["role"], ax)
    ax.set_xlabel(f"effect on later {label_element(result.outcome)} ({result.level:.0%} interval)")
    return ax


def perceptual_accuracy(result: PerceptualAccuracy, *, ax: Axes | None = None) -> Axes:
    """Draw what guesses of the partner's answer follow: the truth, oneself, or a bias.

    Parameters
    ----------
    result : PerceptualAccuracy
        From `mentorlab.elements.perceptual_accuracy`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.
    """
    frame = result.to_frame()
    ax = _forest(frame, list(frame["part"]), frame["perceiver"], ax)
    ax.set_xlabel(
        f"guess of the partner's {label_element(result.truth)} ({result.level:.0%} interval)"
    )
    return ax


def reciprocity(result: Reciprocity, *, ax: Axes | None = None) -> Axes:
    """Draw reciprocity raw and beyond persons, element by element.

    Parameters
    ----------
    result : Reciprocity
        From `mentorlab.elements.reciprocity`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Raises
    ------
    OptionError
        If no correlation could be computed.
    """
    frame = result.to_frame().dropna(subset="estimate")
    if frame.empty:
        raise OptionError("reciprocity: no correlation could be computed; see the result's notes.")
    elements = list(dict.fromkeys(frame["element"]))
    ax = axes_or_new(ax, height=1.2 + 0.5 * len(elements))
    styles = (("raw", 0.14, NEUTRAL), ("beyond persons", -0.14, MENTEE))
    for kind, shift, color in styles:
        part = frame[frame["kind"] == kind]
        y = np.array([-elements.index(name) for name in part["element"]]) + shift
        ax.hlines(y, part["conf_low"], part["conf_high"], color=color, linewidth=2)
        ax.plot(part["estimate"], y, "o", color=color, label=kind)
    ax.axvline(0, color=FAINT, linewidth=1)
    ax.set_yticks(-np.arange(len(elements)), [label_element(name) for name in elements])
    ax.set_xlabel(f"correlation of partners' scores ({result.level:.0%} interval)")
    ax.legend(frameon=False, fontsize=8, loc="upper left", bbox_to_anchor=(1, 1))
    return tidy(ax, grid="x")


def social_relations(result: SocialRelationsResult, *, ax: Axes | None = None) -> Axes:
    """Draw how much of the ratings is raters, targets and relationships.

    Parameters
    ----------
    result : SocialRelationsResult
        From `mentorlab.elements.social_relations`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.
    """
    frame = result.to_frame()
    parts = ("actor_variance", "partner_variance", "relationship_variance")
    frame = frame[frame["component"].isin(parts)]
    names = ("raters", "targets", "relationships (and error)")
    table = frame.pivot(index="ratings", columns="component", values="standardized")
    table = table.reindex(list(dict.fromkeys(frame["ratings"])))[list(parts)]
    table = table.set_axis(names, axis=1)
    return _stacked(table, ax, "share of the variance within groups")


def one_with_many(result: OneWithMany, *, ax: Axes | None = None) -> Axes:
    """Draw how much of an outcome lies between mentors, between mentees and within pairs.

    Parameters
    ----------
    result : OneWithMany
        From `mentorlab.elements.one_with_many`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.
    """
    frame = result.variances
    table = frame.pivot(index="role", columns="component", values="share")
    table = table.reindex(
        index=list(dict.fromkeys(frame["role"])), columns=list(dict.fromkeys(frame["component"]))
    )
    table = table.set_axis([f"{role}s' scores" for role in table.index], axis=0)
    return _stacked(table, ax, f"share of the variance of {label_element(result.outcome)}")


def behavioral_reciprocity(
    result: BehavioralReciprocity, *, behavior: str | None = None, ax: Axes | None = None
) -> Axes:
    """Draw the mentee's share of a behavior in each relationship, after shrinkage.

    Parameters
    ----------
    result : BehavioralReciprocity
        From `mentorlab.elements.behavioral_reciprocity`.
    behavior : str, optional
        Which one; the first one when left out.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Raises
    ------
    OptionError
        If the result has no such behavior.
    """
    known = list(result.usual["behavior"])
    name = known[0] if behavior is None else behavior
    if name not in known:
        raise OptionError(
            f"behavioral_reciprocity: `behavior` must be one of {', '.join(known)}; "
            f"got '{behavior}'."
        )
    part = result.table[result.table["behavior"] == name].sort_values("mentee_share")
    usual = float(result.usual.loc[result.usual["behavior"] == name, "mentee_share"].iloc[0])
    ax = axes_or_new(ax, height=4.2)
    rank = np.arange(len(part))
    ax.vlines(rank, part["conf_low"], part["conf_high"], color=FAINT, linewidth=1.2)
    ax.plot(rank, part["mentee_share"], "o", color=MENTEE, markersize=3)
    ax.axhline(0.5, color=NEUTRAL, linewidth=0.8, linestyle="--")
    ax.axhline(usual, color=MENTEE, linewidth=0.8)
    ax.annotate(
        f"usual {usual:.0%}",
        (1, usual),
        xycoords=("axes fraction", "data"),
        xytext=(4, 0),
        textcoords="offset points",
        va="center",
        fontsize=8,
        color=MENTEE,
    )
    ax.set_ylim(0, 1)
    ax.yaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
    ax.set_xticks([])
    ax.set_xlabel(f"{len(part):,} relationships, in order of the share")
    ax.set_ylabel(f"share by the mentee: {label_element(name)}")
    ax.set_title("after shrinkage; the dashed line is an even share", fontsize=9, color=NEUTRAL)
    return tidy(ax)


def response_surface(result: ResponseSurface, *, ax: Axes | None = None) -> Axes:
    """Draw the surface as a map, with the pairs that it rests on and the line of agreement.

    Parameters
    ----------
    result : ResponseSurface
        From `mentorlab.elements.response_surface`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.
    """
    scores = result.scores
    both = scores[["x", "y"]].to_numpy()
    margin = _MARGIN * np.ptp(both)  # so that pairs at the ends are seen whole
    limits = np.array([both.min() - margin, both.max() + margin])
    grid = np.linspace(*limits, _GRID)
    x, y = np.meshgrid(grid, grid)
    b = result.coefficients.set_index("term")["estimate"]
    z = b["intercept"] + b["x"] * x + b["y"] * y + b["x2"] * x**2 + b["xy"] * x * y + b["y2"] * y**2
    ax = axes_or_new(ax, width=5.2, height=4.4)
    shift = result.center
    filled = ax.contourf(x + shift, y + shift, z, levels=12, cmap="cividis", alpha=0.85)
    ax.figure.colorbar(filled, ax=ax, label=label_element(result.outcome))
    counts = scores[["x", "y"]].round(6).value_counts().reset_index(name="n")
    ax.scatter(
        counts["x"] + shift, counts["y"] + shift, s=9 * counts["n"], facecolors="none",
        edgecolors="white", linewidths=0.7,
    )  # fmt: skip
    ax.plot(limits + shift, limits + shift, color="white", linewidth=1.2)
    ax.set_xlabel(f"{result.roles[0]}'s {label_element(result.predictor)}")
    ax.set_ylabel(f"{result.roles[1]}'s {label_element(result.predictor)}")
    ax.set_title("on the white line both agree; circles are pairs", fontsize=9, color=NEUTRAL)
    ax.set_aspect("equal")
    return tidy(ax)


def growth(result: Growth, *, element: str | None = None, ax: Axes | None = None) -> Axes:
    """Draw means over the waves, with the fitted line where the model has one on that scale.

    Parameters
    ----------
    result : Growth
        From `mentorlab.elements.growth`.
    element : str, optional
        Which element; the first one when left out.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Raises
    ------
    OptionError
        If nothing could be followed, or the result has no such element.
    """
    if result.means.empty:
        raise OptionError("growth: nothing could be followed; see the result's notes.")
    known = list(dict.fromkeys(result.means["element"]))
    name = known[0] if element is None else element
    if name not in known:
        raise OptionError(f"growth: `element` must be one of {', '.join(known)}; got '{element}'.")
    ax = axes_or_new(ax)
    means = result.means[result.means["element"] == name]
    lines = result.table[result.table["element"] == name].set_index(["outcome", "term"])["estimate"]
    # A gap lies near 0 and would squeeze the scores: it is drawn only when it is all there is.
    outcomes = [o for o in dict.fromkeys(means["outcome"]) if o != "gap"] or ["gap"]
    for i, outcome in enumerate(outcomes):
        color = ROLE_COLORS.get(outcome, OTHERS[i % len(OTHERS)])
        seen = means[means["outcome"] == outcome]
        ax.plot(seen[result.time], seen["mean"], "o", color=color)
        if result.kind == "linear":
            start = lines[outcome, "start"]
            slope = lines[outcome, f"change per {result.time}"]
            times = np.array([seen[result.time].min(), seen[result.time].max()])
            ax.plot(times, start + slope * (times - times[0]), "-", color=color)
        ax.annotate(
            outcome,
            (seen[result.time].iloc[-1], seen["mean"].iloc[-1]),
            xytext=(6, 0),
            textcoords="offset points",
            va="center",
            color=color,
        )
    low, high = ax.get_ylim()
    if high - low < 1:
        # A small change should look small: one scale point is the least that the axis spans.
        ax.set_ylim((low + high - 1) / 2, (low + high + 1) / 2)
    ax.set_xticks(np.sort(means[result.time].unique()))
    ax.set_xlabel(result.time)
    ax.set_ylabel(f"mean {label_element(name)}" if name else "mean")
    ax.set_title("points: means of those who answered; lines: model", fontsize=9, color=NEUTRAL)
    return tidy(ax, grid="y")


def _forest(frame: pd.DataFrame, labels: list[str], groups: pd.Series, ax: Axes | None) -> Axes:
    """Estimates with intervals, one line a row, colored and headed by role."""
    ax = axes_or_new(ax, height=1.3 + 0.38 * len(frame))
    rows = -np.arange(len(frame), dtype=float)
    rows -= pd.factorize(groups)[0] * 0.6
    ax.axvline(0, color=NEUTRAL, linewidth=0.8, linestyle="--")
    for role, other in zip(dict.fromkeys(groups), OTHERS, strict=False):
        mine = (groups == role).to_numpy()
        color = ROLE_COLORS.get(role, other)
        part = frame[mine]
        ax.hlines(rows[mine], part["conf_low"], part["conf_high"], color=color, linewidth=2)
        ax.plot(part["estimate"], rows[mine], "o", color=color)
        ax.annotate(
            role,
            (1, rows[mine].mean()),
            xycoords=("axes fraction", "data"),
            xytext=(6, 0),
            textcoords="offset points",
            va="center",
            color=color,
        )
    ax.set_yticks(rows, labels)
    ax.set_ylim(rows.min() - 0.6, 0.6)
    return tidy(ax, grid="x")


def _stacked(table: pd.DataFrame, ax: Axes | None, label: str) -> Axes:
    """Shares that add to one, one bar a row."""
    ax = axes_or_new(ax, height=1.4 + 0.5 * len(table))
    left = np.zeros(len(table))
    rows = -np.arange(len(table))
    for i, name in enumerate(table.columns):
        share = table[name].fillna(0).to_numpy()
        ax.barh(rows, share, left=left, height=0.6, color=(*OTHERS, FAINT)[i], label=name)
        for row, start, width in zip(rows, left, share, strict=True):
            if width > 0.06:
                ax.text(
                    start + width / 2, row, f"{width:.0%}", ha="center", va="center", fontsize=8
                )
        left += share
    ax.set_yticks(rows, [label_element(name) for name in table.index])
    ax.set_xlim(0, 1)
    ax.xaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
    ax.set_xlabel(label)
    ax.legend(frameon=False, fontsize=8, loc="lower left", bbox_to_anchor=(0, 1), ncols=3)
    return tidy(ax)
