"""Mentors on the left, mentees on the right: one picture, still or on a canvas."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from ..errors import count
from ..options import check_option
from .network_layout import Columns, barycenter_columns, strands
from .theme import FAINT, MENTEE, MENTOR, NEUTRAL, OTHERS, axes_or_new, label_element

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from ..network import MentorNetwork

MarkSize = Literal["equal", "ties"]

MOST_NAMED = 40
LEAVES = OTHERS[1]  # kept free of groups: what ends is drawn in it
GROUP_COLORS = (MENTOR, MENTEE, OTHERS[0], OTHERS[2], OTHERS[3])

_BUSIEST = 4  # a dot of the most ties against one of a single tie, in area


@dataclass(frozen=True, eq=False)
class ColumnMarks:
    """The dots of two columns: where they stand, how large they are, what their colors mean.

    Attributes
    ----------
    columns : Columns
        Who is shown and how they are tied.
    height : tuple of numpy.ndarray
        Of mentors and of mentees, from 0 (bottom) to 1.
    area : tuple of numpy.ndarray
        Of their dots, from 1 to 4.
    legend : tuple of tuple
        One color an entry: what it means, the color, how many dots have it.
    entry : tuple of numpy.ndarray of int64
        Which entry of the legend each dot has.
    n_hidden : int
        Mentors who are not shown.
    """

    columns: Columns
    height: tuple[np.ndarray, np.ndarray]
    area: tuple[np.ndarray, np.ndarray]
    legend: tuple[tuple[str, str, int], ...]
    entry: tuple[np.ndarray, np.ndarray]
    n_hidden: int

    @property
    def sides(self) -> tuple[np.ndarray, np.ndarray]:
        """Positions of the people in the two columns."""
        return self.columns.mentors, self.columns.mentees

    @property
    def n_marks(self) -> int:
        """Dots and strands together."""
        return len(self.columns.mentors) + len(self.columns.mentees) + len(self.columns.ties)

    def colors(self, side: int) -> list[str]:
        """Give the color of each dot of a column."""
        return [self.legend[entry][1] for entry in self.entry[side]]


def column_marks(
    network: MentorNetwork, *, most: int, color: str | None, size: MarkSize, who: str
) -> ColumnMarks:
    """Place and color the people of two columns.

    Parameters
    ----------
    network : MentorNetwork
        From mentors to mentees.
    most : int
        Mentors shown, the busiest.
    color : str or None
        Column of people; the five largest groups have a color, the others are gray.
    size : {"equal", "ties"}
        Whether people with more ties have larger dots.
    who : str
        The function that asks.

    Raises
    ------
    OptionError
        If people have no such column, or `size` is unknown.
    """
    check_option(size, MarkSize, who=who, name="size")
    columns = barycenter_columns(network, most=most)
    sides = (columns.mentors, columns.mentees)
    n_ties = [np.bincount(columns.ties[:, s], minlength=len(sides[s])) for s in (0, 1)]
    largest = max(1, *(int(n.max(initial=0)) for n in n_ties))
    grown = [1 + (_BUSIEST - 1) * np.maximum(n - 1, 0) / max(largest - 1, 1) for n in n_ties]
    area = grown if size == "ties" else [np.ones(len(people)) for people in sides]
    legend, entry = _legend(network, sides, color, who)
    return ColumnMarks(
        columns=columns,
        height=(_heights(len(sides[0])), _heights(len(sides[1]))),
        area=(area[0], area[1]),
        legend=legend,
        entry=entry,
        n_hidden=len(network.mentors) - len(columns.mentors),
    )


def mentors_that_fit(network: MentorNetwork, *, most: int, n_marks: int) -> int:
    """Tell how many of the busiest mentors can be drawn with at most `n_marks` dots and strands.

    Parameters
    ----------
    network : MentorNetwork
        From mentors to mentees.
    most : int
        Mentors to draw at most.
    n_marks : int
        Dots and strands to draw at most.
    """
    loads = np.sort(network.load[network.mentors])[::-1]
    if len(loads) <= most and network.n_people + network.n_ties <= n_marks:
        return len(loads)
    marks = np.arange(1, len(loads) + 1) + 2 * np.cumsum(loads)
    # with all mentors the mentees without one are drawn too
    return min(int(np.searchsorted(marks, n_marks, side="right")), most, len(loads) - 1)


def two_columns(
    network: MentorNetwork,
    *,
    most: int = 200,
    color: str | None = None,
    size: MarkSize = "equal",
    ax: Axes | None = None,
) -> Axes:
    """Draw mentors on the left and mentees on the right, ordered so that few ties cross.

    Parameters
    ----------
    network : MentorNetwork
        From mentors to mentees.
    most : int
        Mentors shown, the busiest; the title says how many are not.
    color : str, optional
        Column of people that colors them: the five largest groups, the others gray. Without it
        mentors are blue and mentees orange.
    size : {"equal", "ties"}
        Whether people with more ties have larger dots.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Raises
    ------
    OptionError
        If people have no such column, or `size` is unknown.

    Notes
    -----
    The order comes from a few rounds of barycenters: each person stands near the mean place of the
    people they are tied to. Positions are computed, not drawn at random, so that
    :func:`mentorlab.widgets.network_canvas` shows the same picture to move about in.
    """
    marks = column_marks(network, most=most, color=color, size=size, who="plots.two_columns")
    tallest = max(map(len, marks.sides))
    ax = axes_or_new(ax, width=6.4, height=float(np.clip(0.09 * tallest, 3.0, 11.0)))
    ax.add_collection(strands(marks.columns))
    dot = float(np.clip(600 / max(tallest, 1), 4, 40))
    for side, people in enumerate(marks.sides):
        place = marks.height[side]
        ax.scatter(
            np.full(len(people), side),
            place,
            s=dot * marks.area[side],
            color=marks.colors(side),
            linewidth=0,
            zorder=2,
        )
        if len(people) <= MOST_NAMED:
            align, shift = ("right", -0.02) if side == 0 else ("left", 0.02)
            for y, person in zip(place, people, strict=True):
                ax.text(
                    side + shift, y, str(network.ids[person]), ha=align, va="center", fontsize=7
                )
    if color is not None:
        _draw_legend(ax, marks, color)
    ax.set_xlim(-0.25, 1.25)
    ax.set_ylim(-0.03, 1.03)
    ax.set_yticks([])
    n_mentors, n_mentees = map(len, marks.sides)
    ax.set_xticks([0, 1], [count(n_mentors, "mentor"), count(n_mentees, "mentee")])
    ax.tick_params(length=0)
    if marks.n_hidden:
        ax.set_title(hidden_words(marks.n_hidden), fontsize=9, color=NEUTRAL)
    for side in ("left", "bottom", "right", "top"):
        ax.spines[side].set_visible(False)
    return ax


def hidden_words(n_hidden: int) -> str:
    """Say how many mentors are not drawn."""
    return f"{count(n_hidden, 'mentor')} with fewer mentees not shown"


def _draw_legend(ax: Axes, marks: ColumnMarks, color: str) -> None:
    for name, shade, n in marks.legend:
        ax.scatter([], [], s=24, color=shade, linewidth=0, label=f"{name} ({n:,})")
    ax.legend(
        title=label_element(color),
        frameon=False,
        fontsize=8,
        title_fontsize=8,
        loc="upper left",
        bbox_to_anchor=(1.0, 1.0),
    )


def _legend(
    network: MentorNetwork, sides: tuple[np.ndarray, np.ndarray], color: str | None, who: str
) -> tuple[tuple[tuple[str, str, int], ...], tuple[np.ndarray, np.ndarray]]:
    if color is None:
        entry = tuple(np.full(len(people), side) for side, people in enumerate(sides))
        words = (("mentors", MENTOR), ("mentees", MENTEE))
        return tuple((*what, len(sides[i])) for i, what in enumerate(words)), entry
    codes, levels = network.labels(color, who=who)
    shown = np.union1d(*sides)
    sizes = np.bincount(codes[shown][codes[shown] >= 0], minlength=len(levels))
    largest = np.argsort(-sizes, kind="stable")[: min(len(GROUP_COLORS), (sizes > 0).sum())]
    others, unknown = len(largest), len(largest) + 1
    entry_of = np.append(np.full(len(levels), others), unknown)  # the code -1 is the last
    entry_of[largest] = np.arange(len(largest))
    words = [(str(levels[code]), GROUP_COLORS[i]) for i, code in enumerate(largest)]
    words += [("other groups", NEUTRAL), ("not known", FAINT)]
    n_people = np.bincount(entry_of[codes[shown]], minlength=len(words))
    kept = np.flatnonzero(n_people)
    place = np.cumsum(n_people > 0) - 1
    legend = tuple((*words[i], int(n_people[i])) for i in kept)
    return legend, (place[entry_of[codes[sides[0]]]], place[entry_of[codes[sides[1]]]])


def _heights(n: int) -> np.ndarray:
    return np.linspace(0, 1, n) if n > 1 else np.full(n, 0.5)
