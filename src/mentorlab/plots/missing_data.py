"""Pictures of what is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ..errors import OptionError, quote
from .theme import FAINT, NEUTRAL, OTHERS, axes_or_new, tidy

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from ..missing_data import Missingness

BACK = "form did not come back"
_COLORS = {
    "answered": FAINT,
    "not_shown": OTHERS[3],
    "not_applicable": OTHERS[0],
    "unanswered": OTHERS[2],
    "unknown": OTHERS[1],
    BACK: NEUTRAL,
}
_LABELS = {
    "not_shown": "not shown",
    "not_applicable": "not applicable",
    "unanswered": "unanswered",
    "unknown": "no reason given",
    BACK: BACK,
}
_LETTER_INCHES = 0.066  # mean width of a letter at 8 points
_BAR = 0.56
_INK = 0.72  # text in a segment's color is darkened by this, to be read on white


def missingness(result: Missingness, *, ax: Axes | None = None) -> Axes:
    """Draw what became of the answers that were due, by wave and role.

    A bar is all forms that were due: the gray part was answered, the dark part is forms that did
    not come back, and between them lie the empty answers of the forms that did, by kind.

    Parameters
    ----------
    result : Missingness
        From `mentorlab.missingness`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Raises
    ------
    OptionError
        If the counts are not by wave and role.
    """
    shares = answer_shares(result)
    ax = axes_or_new(ax, height=1.3 + 0.46 * len(shares))
    y = -np.arange(len(shares), dtype=float)
    y -= 0.35 * shares["wave"].ne(shares["wave"].shift()).cumsum().to_numpy()
    start = np.zeros(len(shares))
    middles = {}
    for kind, color in _COLORS.items():
        width = shares[kind].to_numpy()
        ax.barh(y, width, _BAR, left=start, color=color, edgecolor="white", linewidth=0.4)
        middles[kind] = start + width / 2
        start = start + width
    _label_kinds(ax, shares, middles, y)
    for row, place in zip(shares.itertuples(), y, strict=True):
        word = " answered" if row.Index == 0 else ""
        ax.text(0.01, place, f"{row.answered:.0%}{word}", va="center", fontsize=8)
        ax.annotate(
            f"{row.returned:,} of {row.due:,} forms",
            (1, place),
            xytext=(5, 0),
            textcoords="offset points",
            va="center",
            color=NEUTRAL,
            fontsize=8,
        )
    ax.set_yticks(y, [f"wave {wave}, {role}s" for wave, role in shares[["wave", "role"]].values])
    ax.set_xlim(0, 1)
    ax.set_ylim(y.min() - 0.5, y.max() + 0.75)
    ax.xaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
    ax.set_xlabel("share of the answers that were due")
    ax.tick_params(axis="y", length=0)
    tidy(ax)
    ax.spines["left"].set_visible(False)
    return ax


def answer_shares(result: Missingness) -> pd.DataFrame:
    """Give the table behind the picture.

    Returns
    -------
    pandas.DataFrame
        `wave`, `role`, `due`, `returned` (forms), and as shares of what was due `answered`,
        `not_shown`, `not_applicable`, `unanswered`, `unknown` and ``form did not come back``.
    """
    if not {"wave", "role"} <= set(result.by):
        raise OptionError(
            f"missingness: the picture needs counts by wave and role; got by={quote(result.by)}."
        )
    kinds = [kind for kind in _COLORS if kind != BACK]
    own = result.counts[result.counts["table"] == "responses"]
    if "form" in result.by and own["form"].notna().any():
        own = own[own["form"] == result.form]
    cells = own.groupby(["wave", "role"], as_index=False)[["n", *kinds]].sum()
    forms = result.forms[result.forms["form"] == result.form]
    table = forms[["wave", "role", "due", "returned"]].merge(cells, on=["wave", "role"])
    table = table[table["due"] > 0].reset_index(drop=True)
    came = table["returned"] / table["due"]
    shares = {kind: table[kind] / table["n"] * came for kind in kinds}
    return table[["wave", "role", "due", "returned"]].assign(**shares, **{BACK: 1 - came})


def _label_kinds(
    ax: Axes, shares: pd.DataFrame, middles: dict[str, np.ndarray], y: np.ndarray
) -> None:
    """Name each kind once, at the bar where it is widest among those with room for the word."""
    inches = ax.get_position().width * ax.figure.get_size_inches()[0]
    taken: dict[int, list[tuple[float, float]]] = {}
    for kind in list(_COLORS)[1:]:
        widths = shares[kind].to_numpy()
        half = len(_LABELS[kind]) * _LETTER_INCHES / inches / 2
        for row in np.argsort(-widths, kind="stable"):
            if not widths[row] > 0:
                break
            if widths[row] > 2 * half:
                _write(ax, _LABELS[kind], middles[kind][row], y[row])
                break
            center = min(max(middles[kind][row], half), 1 - half)
            span = (center - half, center + half)
            if all(span[1] < low or high < span[0] for low, high in taken.get(row, [])):
                taken.setdefault(row, []).append(span)
                _write(ax, _LABELS[kind], center, y[row] + _BAR / 2 + 0.02, _COLORS[kind])
                break


def _write(ax: Axes, text: str, x: float, y: float, color: str = "") -> None:
    """Write inside a segment in white, or above it in a darker shade of its color."""
    from matplotlib.colors import to_rgb

    if not color:
        ax.text(x, y, text, color="white", ha="center", va="center", fontsize=8)
        return
    ink = tuple(_INK * part for part in to_rgb(color))
    ax.text(x, y, text, color=ink, ha="center", va="bottom", fontsize=8)
