"""Pictures of how far partners see their relationship alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ..errors import OptionError, listing
from ..stats.agreement.concordance import limits_of_agreement as fit_limits
from .theme import FAINT, MENTEE, MENTOR, NEUTRAL, axes_or_new, label_element, tidy

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from ..elements.partners.agreement import Agreement

_HEADLINE_FORMS = {
    "icc": "ICC(A,1)",
    "icc_groups": "ICC(1)",
    "ccc": "concordance",
    "weighted_kappa": "quadratic",
    "krippendorff": "interval",
    "profile_similarity": "distinctive",
    "rwg_j": "Lindell's r*wg(j)",
}
_IN_POINTS = ("bland_altman", "ad")


def agreement(result: Agreement, *, ax: Axes | None = None) -> Axes:
    """Draw each measure of agreement with its interval, element by element.

    Of a measure with several forms one is drawn: ICC(A,1), concordance, quadratic kappa,
    distinctive similarity. Measures in scale points have a picture of their own: where the result
    holds nothing else, limits of agreement are drawn.

    Parameters
    ----------
    result : Agreement
        From `partner_agreement`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.
    """
    frame = result.to_frame()
    shown = frame[~frame["measure"].isin(_IN_POINTS)]
    if shown.empty:
        return limits_of_agreement(result, ax=ax)
    wanted = shown["measure"].map(_HEADLINE_FORMS)
    shown = shown[wanted.isna() | (wanted == shown["form"])].dropna(subset="estimate")
    elements = list(dict.fromkeys(shown["element"]))
    measures = list(dict.fromkeys(shown["measure"]))
    ax = axes_or_new(ax, height=1.3 + 0.26 * max(len(elements) * len(measures), 3))
    step = 0.75 / max(len(measures), 1)
    for i, measure in enumerate(measures):
        part = shown[shown["measure"] == measure]
        rows = np.array([elements.index(name) for name in part["element"]], dtype=float)
        y = -rows - (i - (len(measures) - 1) / 2) * step
        color = (MENTOR, MENTEE, NEUTRAL)[i] if i < 3 else f"C{i}"
        ax.hlines(y, part["conf_low"], part["conf_high"], color=color, linewidth=1.8)
        ax.plot(part["estimate"], y, "o", color=color, markersize=4.5, label=measure)
    ax.axvline(0, color=FAINT, linewidth=1)
    ax.set_yticks(-np.arange(len(elements)), [label_element(name) for name in elements])
    ax.set_ylim(-len(elements) + 0.4, 0.6)
    ax.set_xlabel(f"agreement ({result.level:.0%} interval; 1 is perfect, 0 none)")
    if len(measures) > 1:
        ax.legend(frameon=False, fontsize=8, loc="upper left", bbox_to_anchor=(1, 1))
    else:
        form = shown["form"].iloc[0]
        named = form if measures[0] in _HEADLINE_FORMS else f"{measures[0]}, {form}"
        ax.set_title(named, fontsize=9, color=NEUTRAL)
    return tidy(ax, grid="x")


def limits_of_agreement(
    result: Agreement, *, element: str | None = None, ax: Axes | None = None
) -> Axes:
    """Draw the difference of two partners' scores over their mean, with limits of agreement.

    Parameters
    ----------
    result : Agreement
        From `partner_agreement`.
    element : str, optional
        Which element; the first one when left out.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Raises
    ------
    OptionError
        If the result has no such element.
    EstimationError
        With fewer than three pairs.
    """
    scores = result.scores
    known = list(dict.fromkeys(scores["element"]))
    name = known[0] if element is None else element
    if name not in known:
        raise OptionError(
            f"limits_of_agreement: `element` must be {listing(known)}; got '{element}'."
        )
    first, second = (
        scores.loc[scores["element"] == name, role].to_numpy(dtype=float) for role in result.roles
    )
    fit = fit_limits(first, second, level=result.level)
    ax = axes_or_new(ax, width=5.6, height=3.8)
    points = pd.DataFrame({"mean": (first + second) / 2, "gap": first - second})
    counts = points.round(6).value_counts().reset_index(name="n")
    ax.scatter(counts["mean"], counts["gap"], s=16 * counts["n"], color=MENTOR, alpha=0.5)
    lines = (
        (fit.mean, f"mean {fit.mean:+.2f}", "-"),
        (fit.low, f"{fit.low:+.2f}", "--"),
        (fit.high, f"{fit.high:+.2f}", "--"),
    )
    for value, text, style in lines:
        ax.axhline(value, color=NEUTRAL, linewidth=1, linestyle=style)
        ax.annotate(
            text,
            (1, value),
            xycoords=("axes fraction", "data"),
            xytext=(4, 0),
            textcoords="offset points",
            va="center",
            fontsize=8,
            color=NEUTRAL,
        )
    ax.axhspan(fit.mean_low, fit.mean_high, color=FAINT, alpha=0.4, linewidth=0)
    ax.axhline(0, color=FAINT, linewidth=1)
    ax.set_xlabel(f"mean of both scores: {label_element(name)}")
    ax.set_ylabel(f"{result.roles[0]} minus {result.roles[1]}")
    ax.set_title(
        f"{fit.n:,} pairs; about 95 % of differences lie between the dashed lines",
        fontsize=9,
        color=NEUTRAL,
    )
    return tidy(ax)
