"""The panels of the picture of weekly lists; each moves its artists to show a view."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.colors import to_rgba_array
from matplotlib.ticker import MaxNLocator

from ...plots.line_names import row_height, spread_out
from ...plots.signals_detection import (
    BASELINES,
    COLORS,
    MARK_STEP,
    MARKS,
    ListMeasure,
    contribution_label,
    measure_label,
    share_top,
    show_weeks,
    weeks_back,
    weightiest,
)
from ...plots.theme import FAINT, MENTEE, MENTOR, NEUTRAL, OTHERS, label_element
from ..element_panels import Panel
from ..picture import change
from .pool import BUDGETS, MOST_CALLS

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from .result import SignalsView

FEWEST_ROWS = 6  # rows keep their height on shorter lists
_LONGEST = 13  # characters of a relationship's name
_SHADE = "#E9EEF2"
_MOST_REASONS = 8
_STRONGEST = 3.05  # a signal counts three times its threshold at most
_MOST_LINES = 2  # detectors beside the baselines
_LETTER = 9.0
_LANES = (*MARKS, ("done", "goal done", "D", OTHERS[0]), ("overdue", "past due", "s", OTHERS[1]))
_DODGE = 0.07  # calls, between the intervals of two detectors
_TRUST_TITLES = {
    "recall": "endings caught in time, of all",
    "ppv": "calls that were right, of all",
}
_ROOM = 1.52  # of the axis, so that names of lines stand beside their ends


class StripsPanel(Panel):
    """The last twelve weeks of everybody on the list, a row each; the one looked at is shaded."""

    def __init__(self, ax: Axes) -> None:
        super().__init__(ax, lines_above=2)
        ax.spines["left"].set_visible(False)
        show_weeks(ax)
        ax.set(ylim=(0, 1), yticks=[0], yticklabels=["M" * 8], xlabel="weeks ago")
        ax.tick_params(axis="y", length=0, labelcolor="none")
        self.shade = self.add(_bars(ax, _SHADE))
        self.lines = self.add(ax.add_collection(LineCollection([], colors=FAINT, linewidths=0.6)))
        self.marks = {
            name: self.add(ax.plot([], [], marker, color=color, label=label, markersize=5)[0])
            for name, label, marker, color in MARKS
        }
        self.names = [self.text(va="center", ha="right") for _ in range(MOST_CALLS)]
        self.nobody = self.text(-5.5, 0.5, ha="center", va="center", color=NEUTRAL)
        ax.legend(
            loc="lower left",
            bbox_to_anchor=(0, 1),
            ncols=len(MARKS),
            frameon=False,
            fontsize=8,
            handletextpad=0.1,
            columnspacing=1.0,
            borderaxespad=0.1,
        )

    def update(self, view: SignalsView) -> None:
        """Move names, lines and marks."""
        listed = view.week.listed.head(MOST_CALLS)
        ids = listed["relationship_id"].tolist()
        heights = row_heights(len(ids))
        place = dict(zip(ids, heights, strict=True))
        strips = view.week.strips[view.week.strips["relationship_id"].isin(ids)]
        y = strips["relationship_id"].map(place).astype(float).to_numpy()
        back = weeks_back(strips, view.week.as_of).to_numpy(dtype=float)
        for shift, name in enumerate(self.marks):
            there = strips[name].to_numpy() > 0
            self.marks[name].set_data(back[there] + (shift - 2) * MARK_STEP, y[there])
        self.lines.set_segments([[(-11.6, height), (0.6, height)] for height in heights])
        self.shade.set_verts(_shaded(view, heights, -11.6, 0.6))
        for i, text in enumerate(self.names):
            text.set_text(f"{i + 1}. {_cut(ids[i])}" if i < len(ids) else "")
            if i < len(ids):
                text.set_position((-11.8, heights[i]))
        self.nobody.set_text("" if ids else "nobody to call")
        more = len(view.week.listed) - len(ids)
        tail = f", the first {len(ids)}" if more else ""
        self.title.set_text(f"the twelve weeks to {view.week.as_of:%Y-%m-%d}{tail}")


class ScoresPanel(Panel):
    """What ranks the list: the chance of a bad ending, or the strength of raised signals."""

    def __init__(self, ax: Axes) -> None:
        super().__init__(ax, lines_above=2)
        ax.spines["left"].set_visible(False)
        ax.set(ylim=(0, 1), yticks=[], xlim=(0, 1))
        self.shade = self.add(_bars(ax, _SHADE))
        self.bars = self.add(_bars(ax, MENTEE))
        self.numbers = [self.text(va="center", color=NEUTRAL) for _ in range(MOST_CALLS)]
        ax.set_xlabel("strength of raised signals\n(1: at the threshold)")
        ax.xaxis.set_major_locator(MaxNLocator(4))

    def update(self, view: SignalsView) -> None:
        """Move bars and numbers."""
        score = view.week.listed["score"].head(MOST_CALLS).to_numpy(dtype=float)
        chance = view.week.scored_by == "hazard"
        score = 100 * score if chance else score
        heights = row_heights(len(score))
        step = 20.0 if chance else 2.0
        top = max(step * np.ceil(1.25 * score.max(initial=0.0) / step), step)
        words = (
            f"chance of a bad ending\nin {view.week.horizon_weeks} weeks (%)"
            if chance
            else "strength of raised signals\n(1: at the threshold)"
        )
        change(self.ax, xlim=(0, top), xlabel=words)
        half = 0.32 * _pitch(len(score))
        self.bars.set_verts(
            [_box(0, y - half, x, y + half) for x, y in zip(score, heights, strict=True)]
        )
        self.shade.set_verts(_shaded(view, heights, 0, top))
        for i, text in enumerate(self.numbers):
            shown = i < len(score)
            text.set_text((f"{score[i]:.0f} %" if chance else f"{score[i]:.1f}") if shown else "")
            if shown:
                text.set_position((score[i] + 0.02 * top, heights[i]))
        self.title.set_text("what ranks the list" if len(score) else "")


class WeeksPanel(Panel):
    """One relationship's twelve weeks, a lane for each kind of event; silent weeks are shaded."""

    def __init__(self, ax: Axes) -> None:
        super().__init__(ax)
        n = len(_LANES)
        show_weeks(ax)
        ax.set(ylim=(0.4 - n, 0.6), xlabel="weeks ago")
        ax.set_yticks(-np.arange(n), [label for _, label, *_ in _LANES])
        ax.tick_params(axis="y", length=0)
        ax.spines["left"].set_visible(False)
        ax.hlines(-np.arange(n), -11.6, 0.6, color=FAINT, linewidth=0.6, zorder=0)
        self.silent = self.add(_bars(ax, _SHADE))
        self.marks = {
            name: self.add(ax.plot([], [], marker, color=color, markersize=8)[0])
            for name, _, marker, color in _LANES
        }
        self.counts = [self.text(va="center", ha="left", size=8) for _ in range(12 * n)]
        self.nobody = self.text(-5.5, -3, ha="center", va="center", color=NEUTRAL)

    def update(self, view: SignalsView) -> None:
        """Move marks, counts and shades."""
        strip = view.strip
        days = strip.assign(week_end=pd.to_datetime(strip["week_end"]))
        back = weeks_back(days, view.week.as_of).to_numpy(dtype=float)
        counts = iter(self.counts)
        for lane, name in enumerate(self.marks):
            n = strip[name].to_numpy(dtype=int)
            self.marks[name].set_data(back[n > 0], np.full((n > 0).sum(), -lane))
            for x, times in zip(back[n > 1], n[n > 1], strict=True):
                text = next(counts)
                text.set_text(f"{times}")
                text.set_position((x + 0.28, -lane))
        for text in counts:
            text.set_text("")
        events = strip[[name for name, *_ in MARKS]].sum(axis=1).to_numpy()
        silent = back[(events == 0) & strip["began"].to_numpy(dtype=bool)]
        low, high = self.ax.get_ylim()
        self.silent.set_verts([_box(x - 0.5, low, x + 0.5, high) for x in silent])
        self.nobody.set_text("" if len(strip) else "nobody to call")
        self.title.set_text(_who(view) + ("; shaded: no contact on record" if len(silent) else ""))


class ReasonsPanel(Panel):
    """What put one relationship on the list; strengths of its signals where it is not on it."""

    def __init__(self, ax: Axes) -> None:
        super().__init__(ax)
        ax.spines["left"].set_visible(False)
        ax.set(ylim=(0.5 - _MOST_REASONS, 0.5), yticks=[], xlim=(0, 1))
        self.bars = self.add(_bars(ax, MENTEE))
        self.zero = self.add(ax.plot([], [], color=NEUTRAL, linewidth=0.8)[0])
        self.mark = self.add(ax.plot([], [], color=NEUTRAL, linewidth=1, linestyle="--")[0])
        self.names = [self.text(va="center") for _ in range(_MOST_REASONS)]
        ax.set_xlabel("contribution")
        ax.xaxis.set_major_locator(MaxNLocator(5))

    def update(self, view: SignalsView) -> None:
        """Move bars and names."""
        rows, label, title = _reasons(view)
        size = rows["size"].to_numpy(dtype=float)
        threshold = label.startswith("strength")
        top, low = max(1.0, np.ceil(size.max(initial=0.0))), np.floor(size.min(initial=0.0))
        if threshold or view.week.scored_by == "signals":
            top, low = _STRONGEST, 0.0
        size = np.clip(size, low, top)
        change(self.ax, xlim=(low - 0.01 * (top - low), top), xlabel=label)
        place = -np.arange(len(rows), dtype=float)
        self.bars.set_verts(
            [_box(0, y - 0.34, x, y - 0.04) for x, y in zip(size, place, strict=True)]
        )
        self.bars.set_facecolor(to_rgba_array([MENTOR, MENTEE])[(size > 0).astype(int)])
        floor, roof = self.ax.get_ylim()
        self.zero.set_data([0, 0], [floor, roof])
        self.mark.set_data([1, 1] if threshold else [], [floor, roof] if threshold else [])
        for i, text in enumerate(self.names):
            text.set_text(label_element(rows["reason"].iloc[i]) if i < len(rows) else "")
            text.set_position((max(low, 0.0) + 0.01 * (top - low), place[i] + 0.18)
                              if i < len(rows) else (0, 0))  # fmt: skip
        self.title.set_text(title)


class TrustPanel(Panel):
    """What lists would have caught, or how many calls were right, beside the baselines.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where to draw.
    measure : {"recall", "ppv"}
        Endings caught in time, or calls that were right.
    """

    def __init__(self, ax: Axes, measure: ListMeasure) -> None:
        super().__init__(ax, lines_above=2)
        self.measure = measure
        most = max(BUDGETS)
        ax.set(xlim=(0, _ROOM * most), xticks=[0, *BUDGETS], ylim=(0, 1))
        ax.set_xlabel("calls a week per 100 relationships", loc="left")
        ax.set_ylabel("endings caught 2 to 6 weeks before")
        ax.yaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
        self.now = self.add(ax.plot([], [], color=OTHERS[1], linewidth=1.4)[0])
        self.baselines = {
            name: self.add(ax.plot([], [], color=color, linestyle=dash)[0])
            for name, (color, dash) in BASELINES.items()
        }
        self.spans = self.add(ax.add_collection(LineCollection([], linewidths=1.2), autolim=False))
        self.own = [
            self.add(ax.plot([], [], color=color, marker="o", markersize=4)[0])
            for color in COLORS[:_MOST_LINES]
        ]
        n_names = len(BASELINES) + _MOST_LINES
        self.names = [self.text(va="center", size=_LETTER) for _ in range(n_names)]
        self.present = self.text(va="bottom", ha="center", color=OTHERS[1], size=8)

    def update(self, view: SignalsView) -> None:
        """Move lines, intervals and names."""
        found = view.evaluation
        lists = found.lists.sort_values("per_hundred", kind="stable")
        own = iter(zip(self.own, COLORS, strict=False))
        spans, ends, tops = [], [], [0.0]
        for line in self.own:
            line.set_data([], [])
        for name, rows in lists.groupby("detector", sort=False):
            calls, share = rows["per_hundred"].to_numpy(), rows[self.measure].to_numpy(dtype=float)
            if name in self.baselines:
                self.baselines[name].set_data(calls, share)
                color = BASELINES[name][0]
            else:
                line, color = next(own)
                calls = calls + (_DODGE if line is self.own[0] else -_DODGE)
                line.set_data(calls, share)
                low, high = (rows[f"{self.measure}_{end}"].to_numpy() for end in ("low", "high"))
                edges = zip(calls, low, high, strict=True)
                spans += [([(x, a), (x, b)], color) for x, a, b in edges]
                tops.append(np.nanmax(high, initial=0.0))
            tops.append(np.nanmax(share, initial=0.0))
            known = share[~np.isnan(share)]
            ends += [(known[-1], label_element(name), color)] if len(known) else []
        top = share_top(max(tops))
        change(self.ax, ylim=(0, top), ylabel=measure_label(found, self.measure))
        self.spans.set_segments([span for span, _ in spans])
        self.spans.set_color([color for _, color in spans])
        self._name(ends, top)
        at = min(view.per_hundred, max(BUDGETS))
        beyond = " or more" if view.per_hundred > at else ""
        self.now.set_data([at, at], [0, top])
        self.present.set_text(f"now: {at:.1f}{beyond}")
        self.present.set_position((at, 1.005 * top))
        self.title.set_text(_TRUST_TITLES[self.measure])

    def _name(self, ends: list[tuple[float, str, str]], top: float) -> None:
        ends = sorted(ends, key=lambda end: end[0])
        gap = row_height(self.ax, _LETTER)
        places = spread_out([height for height, *_ in ends], gap=gap, low=0.0, high=top)
        for i, text in enumerate(self.names):
            text.set_text(ends[i][1] if i < len(ends) else "")
            if i < len(ends):
                text.set_position((1.03 * max(BUDGETS), places[i]))
                text.set_color(ends[i][2])


def row_heights(n: int) -> np.ndarray:
    """Heights of the rows of a list, the first on top.

    Examples
    --------
    >>> row_heights(2)[0] > row_heights(2)[1]
    np.True_
    """
    return 1 - (np.arange(n) + 0.5) * _pitch(n)


def _pitch(n: int) -> float:
    return 1 / max(n, FEWEST_ROWS)


def _shaded(view: SignalsView, heights: np.ndarray, left: float, right: float) -> list[Any]:
    if not 1 <= view.rank <= len(heights):
        return []
    half, middle = 0.5 * _pitch(len(heights)), heights[view.rank - 1]
    return [_box(left, middle - half, right, middle + half)]


def _reasons(view: SignalsView) -> tuple[pd.DataFrame, str, str]:
    """The weightiest reasons, what their size means, and the title above."""
    if view.rank:
        rows = weightiest(view.week, view.relationship_id)
        rows = rows.rename(columns={"contribution": "size"})
        return rows[["reason", "size"]], contribution_label(view.week), "what put it on the list"
    rows = view.strengths.dropna(subset="value").head(_MOST_REASONS)
    rows = rows.rename(columns={"signal": "reason", "value": "size"})
    title = "its signals; raised from the dashed line on" if len(rows) else ""
    return rows[["reason", "size"]], "strength (1 is the signal's threshold)", title


def _who(view: SignalsView) -> str:
    if not view.relationship_id:
        return ""
    return f"{f'{view.rank}. ' if view.rank else ''}{_cut(view.relationship_id)}"


def _bars(ax: Axes, color: str) -> PolyCollection:
    return ax.add_collection(PolyCollection([], facecolor=color, linewidth=0), autolim=False)


def _box(left: float, low: float, right: float, high: float) -> list[tuple[float, float]]:
    return [(left, low), (left, high), (right, high), (right, low)]


def _cut(name: str) -> str:
    return name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1]}\N{HORIZONTAL ELLIPSIS}"
