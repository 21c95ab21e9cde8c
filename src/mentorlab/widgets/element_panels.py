"""The panels of the picture of one element; each moves its artists to show a view."""

from __future__ import annotations

from textwrap import shorten
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.collections import LineCollection, PolyCollection

from ..plots.theme import MENTEE, MENTOR, NEUTRAL, ROLE_COLORS, label_element
from .element_result import ElementView
from .groups import SIDES
from .partner_numbers import WIDE_GAP, PartnerAgreement
from .picture import change

if TYPE_CHECKING:
    from collections.abc import Hashable

    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.text import Text

SMALL = 9
MAX_ITEMS = 8
_MOST_COEFFICIENTS = 4  # alpha and omega of two sides
_MAX_WORDING, _MAX_TITLE = 46, 56  # characters that fit in the panel
_LARGEST = 260.0  # area of the largest bubble in square points
_BAR = 0.86  # of a bin's width
_FILL = 0.6  # opacity of bars and bubbles
_NONE = (np.zeros(0), np.zeros(0))
_ROOM_BOTH, _ROOM_ONE = 1.33, 1.15  # of the highest bar, so that name and mean stand above it
_TOPS = (20, 30, 40, 60, 80, 100, 140)  # percent at the top of the axis


class Panel:
    """Axes with a title and artists that move; ticks are set only when the scale changes."""

    def __init__(self, ax: Axes, *, lines_above: int = 1) -> None:
        self.ax = ax
        ax.spines[["top", "right"]].set_visible(False)
        ax.tick_params(labelsize=SMALL, color=NEUTRAL)
        style = {"fontsize": SMALL + 1, "color": NEUTRAL, "pad": 6 + 13 * (lines_above - 1)}
        self.title = ax.set_title("Mg", loc="left", **style)
        self.title.set_parse_math(False)
        self.moving: list[Artist] = [self.title]
        self._ticks: Hashable = None
        for axis in (ax.xaxis, ax.yaxis):
            axis.label.set_fontsize(SMALL)

    def add(self, artist: Any) -> Any:
        """Keep an artist among those that move."""
        self.moving.append(artist)
        return artist

    def text(self, *place: float, **style: Any) -> Text:
        """Make a text that moves; what users named is never read as a formula."""
        text = self.ax.text(*(place or (0, 0)), "", **{"size": SMALL, **style})
        text.set_parse_math(False)
        return self.add(text)

    def set_ticks(self, **ticks: np.ndarray) -> None:
        """Set ticks by axis (``x=``, ``y=``) if they are new."""
        key = tuple((name, tuple(places)) for name, places in ticks.items())
        if key != self._ticks:
            self._ticks = key
            for name, places in ticks.items():
                getattr(self.ax, f"set_{name}ticks")(places)


class SpreadPanel(Panel):
    """One histogram for each side on the score scale, mentees' hanging down, with the means."""

    def __init__(self, ax: Axes) -> None:
        super().__init__(ax)
        self.bars, self.means, self.names = {}, {}, {}
        for role in SIDES:
            color = ROLE_COLORS[role]
            bars = PolyCollection([], facecolor=color, alpha=_FILL, linewidth=0)
            self.bars[role] = self.add(ax.add_collection(bars, autolim=False))
            line = ax.plot([], [], color=color, linewidth=2.5, solid_capstyle="butt")[0]
            self.means[role] = self.add(line)
            self.names[role] = self.text(color=color, weight="bold")
        self.empty = self.text(color=NEUTRAL, ha="center", va="center")
        ax.axhline(0, color=NEUTRAL, linewidth=0.8)
        ax.set_xlabel("score")
        ax.set_ylabel("share of scores (%)")
        ax.yaxis.set_major_formatter(lambda value, _: f"{abs(value):.0f}")
        ax.set_ylim(-50, 50)

    def update(self, view: ElementView) -> None:
        """Move bars, means and names."""
        title = f"{label_element(view.element).capitalize()}, {view.when}"
        self.title.set_text(shorten(title, _MAX_TITLE, placeholder=" ..."))
        room = _ROOM_ONE if view.role else _ROOM_BOTH
        top = _round_up(room * 100 * view.distribution["share"].max())
        floor = 0 if view.role else -top
        change(self.ax, xlim=_limits(view), ylim=(floor * 1.02, top * 1.02))
        change(self.ax, xlabel=_axis_label("score", view))
        self.set_ticks(x=_whole(view.scale), y=_percents(floor, top))
        sides = {side.role: side for side in view.sides.itertuples() if side.n}
        for role in SIDES:
            shown = role in sides
            for artist in (self.bars[role], self.means[role], self.names[role]):
                artist.set_visible(shown)
            if shown:
                self._update_side(view, sides[role], floor if role == "mentee" and floor else top)
        self.empty.set_text("" if sides else "no scores in this wave")
        self.empty.set_position((sum(view.scale) / 2, (floor + top) / 2))

    def _update_side(self, view: ElementView, side: Any, reach: float) -> None:
        own = view.distribution[view.distribution["role"] == side.role]
        half = _BAR * view.bin_width / 2
        height = np.sign(reach) * 100 * own["share"].to_numpy()
        self.bars[side.role].set_verts(
            [
                [(x - half, 0), (x - half, y), (x + half, y), (x + half, 0)]
                for x, y in zip(own["score"].to_numpy(), height, strict=True)
                if y
            ]
        )
        self.means[side.role].set_data([side.mean, side.mean], [0, reach])
        name = self.names[side.role]
        beside = f" (all: {side.mean_of_all:.2f})" if view.group else ""
        name.set_text(f"{side.role}s, {side.n:,} scores\nmean {side.mean:.2f}{beside}")
        low, high = view.scale
        toward_middle = -1 if side.mean > (low + high) / 2 else 1
        name.set_position((side.mean + toward_middle * 0.02 * (high - low), reach))
        name.set_horizontalalignment("right" if toward_middle < 0 else "left")
        name.set_verticalalignment("top" if reach > 0 else "bottom")


class PartnerPanel(Panel):
    """Pairs as bubbles: mentor's score across, mentee's up; on the line both agree."""

    def __init__(self, ax: Axes) -> None:
        super().__init__(ax, lines_above=3)
        ax.set_box_aspect(1)
        self.agree = ax.plot([], [], color=NEUTRAL, linewidth=1)[0]
        self.wide = [ax.plot([], [], color=NEUTRAL, linewidth=0.8, linestyle=":")[0] for _ in "ab"]
        dashed = {"color": NEUTRAL, "linewidth": 1.1, "linestyle": (0, (6, 3))}
        self.limits = [self.add(ax.plot([], [], **dashed)[0]) for _ in "ab"]
        bubbles = ax.scatter([], [], color=NEUTRAL, alpha=_FILL, linewidth=0)
        self.bubbles = self.add(bubbles)
        place = {"transform": ax.transAxes}
        self.between = self.text(0, 1.085, color=NEUTRAL, **place)
        self.mentee_higher = self.text(0, 1.02, color=MENTEE, **place)
        self.mentor_higher = self.text(0.985, 0.015, color=MENTOR, ha="right", **place)
        self.empty = self.text(0.5, 0.5, color=NEUTRAL, ha="center", va="center", **place)
        ax.set_xlabel("mentor's score")
        ax.set_ylabel("mentee's score")

    def update(self, view: ElementView) -> None:
        """Move bubbles, lines and words."""
        pairs, limits = view.partners, _limits(view)
        change(self.ax, xlim=limits, ylim=limits)
        change(self.ax, xlabel=_axis_label("mentor's score", view))
        change(self.ax, ylabel=_axis_label("mentee's score", view))
        self.set_ticks(x=_whole(view.scale), y=_whole(view.scale))
        for line, shift in zip((self.agree, *self.wide), (0, WIDE_GAP, -WIDE_GAP), strict=True):
            change(line, xdata=np.asarray(limits), ydata=np.add(limits, shift))
            change(line, visible=pairs.n > 0)
        for line, name in zip(self.limits, ("limit_low", "limit_high"), strict=True):
            line.set_data(limits, np.subtract(limits, pairs.get(name)[0]))
        n = view.crossed["n"].to_numpy(dtype=float)
        self.bubbles.set_offsets(view.crossed[["mentor", "mentee"]].to_numpy(dtype=float))
        self.bubbles.set_sizes(_LARGEST * n / n.max(initial=1))
        self.between.set_text(_between(pairs))
        self.mentee_higher.set_text(_higher("mentee", pairs.mentee_higher))
        self.mentor_higher.set_text(_higher("mentor", pairs.mentor_higher))
        self.empty.set_text("" if pairs.n else "no pair has both scores")
        self.title.set_text(f"{view.n_pairs} (area){_icc(pairs)}" if pairs.n else "")


class ReliabilityPanel(Panel):
    """Alpha and omega of each side with their intervals."""

    def __init__(self, ax: Axes) -> None:
        super().__init__(ax)
        ax.spines["left"].set_visible(False)
        ax.set_yticks([])
        spans = LineCollection([], linewidths=3, capstyle="butt", alpha=_FILL)
        self.spans = self.add(ax.add_collection(spans, autolim=False))
        self.dots = self.add(ax.scatter([], [], s=44, zorder=3))
        self.words = [self.text() for _ in range(_MOST_COEFFICIENTS)]
        ax.set_xlabel("reliability (95% interval)")

    def update(self, view: ElementView) -> None:
        """Move dots, intervals and words."""
        shown = view.coefficients.dropna(subset="estimate").head(_MOST_COEFFICIENTS)
        n, rows = len(shown), -np.arange(len(shown))
        numbers = shown[["estimate", "conf_low", "conf_high"]].to_numpy(dtype=float)
        low = min(0.0, np.floor(np.nanmin(numbers, initial=0.0) * 5) / 5)
        change(self.ax, xlim=(low - 0.02, 1.02), ylim=(0.5 - max(n, 1), 0.7))
        self.set_ticks(x=np.linspace(low, 1, round((1 - low) / 0.2) + 1))
        colors = [ROLE_COLORS[role] for role in shown["role"]]
        self.spans.set_segments(
            [[(a, y), (b, y)] for (_, a, b), y in zip(numbers, rows, strict=True)]
        )
        self.dots.set_offsets(np.column_stack([numbers[:, 0], rows]))
        for artist in (self.spans, self.dots):
            artist.set_color(colors)
        for i, words in enumerate(self.words):
            words.set_text(_coefficient(shown.iloc[i]) if i < n else "")
            words.set_position((low, 0.2 - i))
            words.set_color(colors[i] if i < n else NEUTRAL)
        whose = "" if view.role is None else f", {view.role}s"
        self.title.set_text(f"reliability{whose}" if n else "too few answers for reliability")


class ItemPanel(Panel):
    """Items: mean and one standard deviation to each side, with the item's words."""

    def __init__(self, ax: Axes) -> None:
        super().__init__(ax)
        ax.spines["left"].set_visible(False)
        ax.set_yticks([])
        self.spans = self.add(ax.add_collection(LineCollection([], linewidths=2), autolim=False))
        self.dots = self.add(ax.scatter([], [], s=36, zorder=3))
        self.words = [self.text(color=NEUTRAL) for _ in range(MAX_ITEMS)]
        self.means = [self.text(va="center", ha="right") for _ in range(MAX_ITEMS)]
        self.more = self.text(color=NEUTRAL, va="bottom")
        ax.set_xlabel("item mean")

    def update(self, view: ElementView) -> None:
        """Move dots and words; more than `MAX_ITEMS` items are counted, not drawn."""
        items = view.items.head(MAX_ITEMS)
        n, colors = len(items), [ROLE_COLORS[role] for role in items["role"]]
        low, high = view.scale
        edge = high + 0.14 * (high - low)
        change(self.ax, xlim=(low - 0.02 * (high - low), edge), ylim=(0.4 - max(n, 1), 0.8))
        change(self.ax, xlabel=_axis_label("item mean \N{PLUS-MINUS SIGN} 1 sd", view))
        self.set_ticks(x=_whole(view.scale))
        mean, sd = (items[name].to_numpy(dtype=float) for name in ("mean", "sd")) if n else _NONE
        rows = -np.arange(n)
        ends = np.clip([mean - sd, mean + sd], low, high)
        self.spans.set_segments(np.dstack([ends, [rows, rows]]).transpose(1, 0, 2))
        self.dots.set_offsets(np.column_stack([mean, rows]))
        for artist in (self.spans, self.dots):
            artist.set_color(colors)
        for i, (words, number) in enumerate(zip(self.words, self.means, strict=True)):
            words.set_text(_wording(items.iloc[i]) if i < n else "")
            words.set_position((low, 0.2 - i))
            number.set_text(f"{mean[i]:.2f}" if i < n else "")
            number.set_position((edge, -i))
            number.set_color(colors[i] if i < n else NEUTRAL)
        left_out = len(view.items) - n
        self.more.set_text(f"{left_out} more in the table" if left_out else "")
        self.more.set_position((low, 0.42 - n))
        whose = "answers" if view.role is None else f"{view.role}s' answers"
        self.title.set_text(f"{whose} by item" if n else "too few answers for items")


def _axis_label(what: str, view: ElementView) -> str:
    return f"{what} ({view.scale[0]:g} to {view.scale[1]:g})"


def _limits(view: ElementView) -> tuple[float, float]:
    low, high = view.scale
    margin = max(view.bin_width, 0.06 * (high - low))
    return low - margin, high + margin


def _whole(scale: tuple[float, float]) -> np.ndarray:
    low, high = scale
    return np.linspace(low, high, round(high - low) + 1 if high - low <= 10 else 6)


def _round_up(percent: float) -> float:
    """The next of a few round numbers, so that waves of one element mostly share an axis."""
    return next((float(step) for step in _TOPS if step >= percent), float(_TOPS[-1]))


def _percents(floor: float, ceiling: float) -> np.ndarray:
    step = 10 if ceiling - floor <= 60 else 20
    return np.arange(floor, ceiling + 1, step)


def _higher(side: str, share: float) -> str:
    return "" if np.isnan(share) else f"{side} {WIDE_GAP:g} or more higher: {share:.0%}"


def _between(pairs: PartnerAgreement) -> str:
    low, high = (pairs.get(name)[0] for name in ("limit_low", "limit_high"))
    return "" if np.isnan(low) else f"dashed: limits of agreement, {low:.2f} to {high:.2f}"


def _icc(pairs: PartnerAgreement) -> str:
    estimate, low, high = pairs.get("icc")
    if np.isnan(estimate):
        return ""
    text = f", ICC {estimate:.2f}"
    return text if np.isnan(low) else f"{text} [{low:.2f}, {high:.2f}]"


def _coefficient(row: Any) -> str:
    text = f"{row.coefficient}, {row.role}s ({row.n:,}): {row.estimate:.2f}"
    known = not np.isnan(row.conf_low)
    return f"{text} [{row.conf_low:.2f}, {row.conf_high:.2f}]" if known else text


def _wording(item: Any) -> str:
    words = item.wording if isinstance(item.wording, str) and item.wording else item.item
    mark = " (reversed)" if item.reverse else ""
    return shorten(words, _MAX_WORDING - len(mark), placeholder=" ...") + mark
