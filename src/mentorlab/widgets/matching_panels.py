"""The panels of the picture of a matching; each moves its artists to show a view."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.collections import PolyCollection
from matplotlib.colors import to_rgba_array

from ..matching.judgment.compare import SMALLER_IS_BETTER
from ..plots.theme import FAINT, MENTEE, NEUTRAL, OTHERS
from .element_panels import Panel
from .matching_result import GOALS, MatchingView
from .picture import change

if TYPE_CHECKING:
    from matplotlib.axes import Axes

CHOICES = ((1, "1st"), (3, "2nd, 3rd"), (10, "4th to 10th"), (np.inf, "beyond"))
_CHOICE_COLORS = (OTHERS[0], OTHERS[3], OTHERS[2], MENTEE)
_FACES = to_rgba_array([*_CHOICE_COLORS, "none"])  # by choice; the last, -1, is a free place
_EDGES = to_rgba_array([*_CHOICE_COLORS, FAINT])
_MOST_MARKS = 5000
_BIGGEST, _SMALLEST, _LEAST_RING = 110.0, 14.0, 90.0  # area of a mark in square points
_HALF_WIDE, _HALF_HIGH = 0.42, 0.4  # of a place's box
_LETTER, _GAP = 0.0112, 0.025  # of the panel's width: a bold letter, the room between two words
_FRONT, _REST, _PALE = OTHERS[0], NEUTRAL, FAINT
_NEAR_X, _NEAR_Y = 0.045, 0.06  # of the axes: nearer points share one label
_DOT, _DIGIT, _LINE, _OFF = 0.015, 0.017, 0.05, 0.022  # of the axes: point, letter, line, gap
Box = tuple[float, float, float, float]  # left, low, right, high
_OUTSIDE: tuple[Box, ...] = ((-9, -9, 0, 9), (1.02, -9, 9, 9), (-9, -9, 9, 0), (-9, 1.02, 9, 9))
_SHARES = ("blocking_share", "coverage", "envy_share", "of_optimum")
_STEPS = (0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100)
_LEAST_STEP = {"load_gini": 0.02, "mentee_mean_rank": 0.2}  # of an axis; 1 percent elsewhere


class PlacesPanel(Panel):
    """A column of places for each mentor, filled ones colored by the mentee's choice."""

    def __init__(self, ax: Axes) -> None:
        super().__init__(ax, lines_above=2)
        ax.spines["left"].set_visible(False)
        ax.tick_params(left=False)
        boxes = PolyCollection([], linewidth=0.6)
        self.boxes = self.add(ax.add_collection(boxes, autolim=False))
        self.waiting = self.add(ax.scatter([], [], marker="x", color=NEUTRAL, linewidth=1.1))
        self.ring = self.add(
            ax.scatter([], [], facecolor="none", edgecolor="black", linewidth=1.8, zorder=4)
        )
        place = {"transform": ax.transAxes, "va": "baseline"}
        self.legend = [
            self.text(0, 1.03, color=color, weight="bold", **place)
            for color in (*_CHOICE_COLORS, NEUTRAL, NEUTRAL)
        ]
        ax.set_ylabel("places")
        ax.set_xlabel("1,000 mentors, those with most places first")
        ax.set_xlim(0.5, 30.5)
        ax.set_xticks([])

    def update(self, view: MatchingView) -> None:
        """Move marks, ring and words."""
        drawn = view.places.head(_MOST_MARKS)
        n_mentors = int(drawn["column"].max()) if len(drawn) else 1
        high = max(int(drawn["place"].max()) if len(drawn) else 1, 3)
        wide = max(n_mentors, 20)
        waiting = np.arange(min(len(view.left_out), _MOST_MARKS))
        below = max(-(-len(waiting) // wide), 1)
        change(self.ax, xlim=(0.2, wide + 0.8), ylim=(-0.2 - below, high + 0.6))
        self.set_ticks(y=np.arange(1, high + 1, max(1, high // 5)))
        change(self.ax, xlabel=_who_is_drawn(n_mentors, view.places["column"].max()))
        size = self._size(wide, high + below)
        code = _codes(drawn["rank"].to_numpy(dtype=float))
        self.boxes.set_verts(_boxes(drawn[["column", "place"]].to_numpy(dtype=float)))
        self.boxes.set_facecolor(_FACES[code])
        self.boxes.set_edgecolor(_EDGES[code])
        self.waiting.set_offsets(np.column_stack([1 + waiting % wide, -0.2 - waiting // wide]))
        self.waiting.set_sizes([0.6 * size])
        self.ring.set_offsets(self._chosen(view, drawn, wide))
        self.ring.set_sizes([max(2.2 * size, _LEAST_RING)])
        self._write(view)

    def _size(self, wide: int, rows: int) -> float:
        box = self.ax.get_window_extent()
        points = 72 / self.ax.figure.dpi * min(box.width / (wide + 1), box.height / (rows + 1.2))
        return float(np.clip((0.72 * points) ** 2, _SMALLEST, _BIGGEST))

    def _chosen(self, view: MatchingView, drawn: pd.DataFrame, wide: int) -> np.ndarray:
        person, side = view.explanation.person_id, view.explanation.side
        own = drawn[drawn[f"{side}_id"] == person]
        marks = own[["column", "place"]].to_numpy(dtype=float)
        if side == "mentee" and person in view.left_out:
            at = view.left_out.index(person)
            marks = np.array([[1.0 + at % wide, -0.2 - at // wide]])
        return marks

    def _write(self, view: MatchingView) -> None:
        rank = view.places["rank"].to_numpy(dtype=float)
        code = _codes(rank)
        n = [int((code == i).sum()) for i in range(len(CHOICES))]
        names = [f"{label}: {k:,}" for (_, label), k in zip(CHOICES, n, strict=True)]
        names += [f"free: {int(np.isnan(rank).sum()):,}"]
        names += [f"\N{MULTIPLICATION SIGN} no mentor: {len(view.left_out):,}"]
        at = 0.0
        for text, words in zip(self.legend, names, strict=True):
            text.set_text(words)
            text.set_x(at)
            at += _LETTER * len(words) + _GAP
        self.title.set_text(f"{view.headline()}; places by the mentee's choice")


class TradeOffPanel(Panel):
    """All policies by two goals, better up and to the right; the front is green."""

    def __init__(self, ax: Axes, n_policies: int) -> None:
        super().__init__(ax)
        self.front = self.add(ax.plot([], [], color=FAINT, linewidth=1.5)[0])
        self.points = self.add(ax.scatter([], [], s=46, zorder=3))
        self.ring = self.add(
            ax.scatter([], [], s=130, facecolor="none", edgecolor="black", linewidth=1.8, zorder=4)
        )
        self.labels = [
            self.text(va="bottom", weight="bold", transform=ax.transAxes) for _ in range(n_policies)
        ]
        self.empty = self.text(
            0.5, 0.5, color=NEUTRAL, ha="center", va="center", transform=ax.transAxes
        )
        ax.set_xlabel(_axis_name("blocking_share"))
        ax.set_ylabel(_axis_name("of_optimum"))
        ax.set_xlim(100, 0)
        ax.set_ylim(0, 100)
        ax.grid(color=FAINT, linewidth=0.4)
        ax.set_axisbelow(True)

    def update(self, view: MatchingView) -> None:
        """Move points, front and labels; without a comparison the earlier points turn pale."""
        if view.comparison.empty:
            self._fade(view)
            return
        x, y = view.goals
        table = numbered(view).dropna(subset=[x, y])
        points = np.column_stack([_scaled(table[goal], goal) for goal in (x, y)])
        self._set_scale(points, view.goals)
        on_front = table["pareto"].to_numpy(dtype=bool)
        self.points.set_offsets(points)
        self.points.set_color([_FRONT if front else _REST for front in on_front])
        line = points[on_front][np.argsort(points[on_front, 0], kind="stable")]
        self.front.set_data(line[:, 0], line[:, 1])
        self.ring.set_offsets(points[(table["assignment"] == view.policy).to_numpy()])
        self._label(points, table["number"].to_numpy(), on_front)
        self.title.set_text("all policies; better is up and to the right")
        self.empty.set_text("" if len(table) else "no policy has a value on both goals")

    def _fade(self, view: MatchingView) -> None:
        self.points.set_color(_PALE)
        self.front.set_data([], [])
        self.ring.set_offsets(np.empty((0, 2)))
        for label in self.labels:
            label.set_text("")
        self.title.set_text("policies are being compared ...")
        self.empty.set_text("")

    def _set_scale(self, points: np.ndarray, goals: tuple[str, str]) -> None:
        limits, ticks = {}, {}
        for axis, values, goal in zip("xy", points.T, goals, strict=True):
            low, high, step = _round_ends(values, goal)
            room = 0.09 * (high - low)
            ends = (low - room, high + room)
            limits[f"{axis}lim"] = ends[::-1] if goal in SMALLER_IS_BETTER else ends
            ticks[axis] = np.arange(low, high + step / 2, step)
        change(self.ax, **limits, xlabel=_axis_name(goals[0]), ylabel=_axis_name(goals[1]))
        self.set_ticks(**ticks)

    def _label(self, points: np.ndarray, numbers: np.ndarray, on_front: np.ndarray) -> None:
        """Write each point's number beside it; points that lie together share a label."""
        inside = self.ax.transData.transform(points) if len(points) else points
        shown = self.ax.transAxes.inverted().transform(inside) if len(points) else points
        groups: list[list[int]] = []
        for i, here in enumerate(shown):
            near = next((g for g in groups if _is_near(here, shown[g[0]])), None)
            if near is None:
                groups.append([i])
            else:
                near.append(i)
        taken = [(x - _DOT, y - _DOT, x + _DOT, y + _DOT) for x, y in shown]
        for label, group in zip(self.labels, [*groups, *[[]] * len(self.labels)], strict=False):
            words = _joined(numbers[group]) if group else ""
            label.set_text(words)
            if group:
                box = _free_place(shown[group], _DIGIT * len(words), taken)
                taken.append(box)
                label.set_position(box[:2])
                label.set_color(_FRONT if on_front[group].any() else _REST)


def numbered(view: MatchingView) -> pd.DataFrame:
    """Give the comparison with a `number` for each policy, the best on the second goal first."""
    x, y = view.goals
    up = [goal in SMALLER_IS_BETTER for goal in (y, x)]
    table = view.comparison.sort_values([y, x], ascending=up, kind="stable")
    return table.assign(number=np.arange(1, len(table) + 1)).reset_index(drop=True)


class NamesPanel(Panel):
    """What the numbers of the trade-off stand for; the chosen policy stands in bold."""

    def __init__(self, ax: Axes, n_policies: int) -> None:
        super().__init__(ax)
        ax.set_axis_off()
        self.title.set_text("green: no other is better")
        step = 1.0 / max(n_policies, 12)
        self.names = [
            self.text(0, 1 - step * i, va="top", transform=ax.transAxes) for i in range(n_policies)
        ]

    def update(self, view: MatchingView) -> None:
        """Write the names."""
        if view.comparison.empty:
            for text in self.names:
                text.set_color(_PALE)
                text.set_fontweight("normal")
            return
        rows = numbered(view)[["number", "assignment", "pareto"]].itertuples(index=False, name=None)
        lines = [(f"{number}  {name}", name, front) for number, name, front in rows]
        lines += [(f"-  {name}: none here", name, False) for name in view.impossible]
        blank = [("", "", False)] * len(self.names)
        for text, (words, name, front) in zip(self.names, [*lines, *blank], strict=False):
            text.set_text(words.replace("_", " "))
            text.set_color(_FRONT if front else _REST)
            text.set_fontweight("bold" if name == view.policy else "normal")


def _codes(rank: np.ndarray) -> np.ndarray:
    found = np.searchsorted([limit for limit, _ in CHOICES], rank)
    return np.where(np.isnan(rank), -1, found)


def _boxes(middles: np.ndarray) -> np.ndarray:
    corners = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * [_HALF_WIDE, _HALF_HIGH]
    return middles[:, None, :] + corners


def _who_is_drawn(n_drawn: int, n_all: int) -> str:
    first = f"{n_drawn:,} of " if n_drawn < n_all else ""
    return f"{first}{n_all:,} mentors, those with most places first"


def _axis_name(goal: str) -> str:
    return f"{GOALS[goal]} (%)" if goal in _SHARES else GOALS[goal]


def _scaled(values: pd.Series, goal: str) -> np.ndarray:
    return values.to_numpy(dtype=float) * (100 if goal in _SHARES else 1)


def _round_ends(values: np.ndarray, goal: str) -> tuple[float, float, float]:
    """Give round ends and a round step, so that small moves do not move the axis."""
    low, high = (float(values.min()), float(values.max())) if len(values) else (0.0, 1.0)
    steps = [step for step in _STEPS if step >= _LEAST_STEP.get(goal, 1)]
    step = next((s for s in steps if (high - low) / s <= 5), steps[-1])
    low, high = step * np.floor(low / step), step * np.ceil(high / step)
    if high - low < 2 * step:
        low, high = low - step, high + step
    if goal in _SHARES:
        low, high = max(low, 0.0), min(high, 100.0)
    return low, high, step


def _free_place(points: np.ndarray, width: float, taken: list[Box]) -> Box:
    """Give a box for a label near points, one that covers least of what is there already."""
    (left, low), (right, high) = points.min(axis=0), points.max(axis=0)
    middle = (low + high) / 2 - _LINE / 2
    corners = [
        (right + _OFF, high),
        (left - _OFF - width, high),
        (right + _OFF, low - _LINE),
        (left - _OFF - width, low - _LINE),
        (right + _OFF, middle),
        (left - _OFF - width, middle),
    ]
    boxes = [(x, y, x + width, y + _LINE) for x, y in corners]
    return min(boxes, key=lambda box: sum(_overlap(box, other) for other in (*taken, *_OUTSIDE)))


def _overlap(first: Box, second: Box) -> float:
    wide = min(first[2], second[2]) - max(first[0], second[0])
    high = min(first[3], second[3]) - max(first[1], second[1])
    return max(wide, 0.0) * max(high, 0.0)


def _is_near(first: np.ndarray, second: np.ndarray) -> bool:
    return bool(abs(first[0] - second[0]) < _NEAR_X and abs(first[1] - second[1]) < _NEAR_Y)


def _joined(numbers: np.ndarray) -> str:
    """Write numbers with runs as ranges.

    Examples
    --------
    >>> _joined(np.array([1, 2, 3, 7, 9, 10]))
    '1-3, 7, 9, 10'
    """
    runs = np.split(numbers, np.flatnonzero(np.diff(numbers) != 1) + 1)
    return ", ".join(
        f"{run[0]}-{run[-1]}" if len(run) > 2 else ", ".join(map(str, run)) for run in runs
    )
