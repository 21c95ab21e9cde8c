"""The panels of the picture of a network; each moves its artists to show a view."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.colors import to_rgba, to_rgba_array
from matplotlib.ticker import MaxNLocator

from ..errors import count
from ..plots.theme import FAINT, MENTEE, MENTOR, NEUTRAL, OTHERS, label_element
from .element_panels import Panel
from .network_pool import MOST_GROUPS, MOST_STEPS
from .picture import change

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from .network_result import NetworkView

LOST = OTHERS[1]
_SMALL_POOL = 40  # mentors with a bar of their own and air between
_LONG_POOL = 150  # more mentors than this stand on a log scale, or the busiest could not be seen
_LONGEST = 14  # characters of a group's name beside the matrix
_MOST_SHARES = 8  # groups of a matrix with a number in each cell
_N_BINS = 24
_LETTER = 9.0
_PALE = "#F3F3F3"


class LoadPanel(Panel):
    """Every mentor's load, busiest first; who left is gray, who is over capacity orange."""

    def __init__(self, ax: Axes) -> None:
        super().__init__(ax, lines_above=2)
        self.bars = self.add(ax.add_collection(PolyCollection([], linewidth=0), autolim=False))
        self.capacity = self.add(ax.plot([], [], color=NEUTRAL, linewidth=1.4)[0])
        self.words = self.text(0, 1.02, transform=ax.transAxes, color=NEUTRAL)
        ax.set_ylabel("mentees of a mentor")
        ax.yaxis.set_major_locator(MaxNLocator(6, integer=True))
        ax.xaxis.set_major_locator(MaxNLocator(6, integer=True))

    def update(self, view: NetworkView) -> None:
        """Move bars and the line of capacity."""
        table = view.load.table
        load, capacity = table["n_mentees"].to_numpy(), table["capacity"].to_numpy(dtype=float)
        n, over = len(load), (table["over"] > 0).to_numpy()
        state = np.where(view.gone, 2, np.where(over, 1, 0))
        top = max(float(load.max()), float(np.nanmax(capacity, initial=0)), 1.0)
        if n > _LONG_POOL and self.ax.get_xscale() != "log":
            self.ax.set_xscale("log")
            self.ax.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
        change(self.ax, xlim=(0.5, n + 0.5), ylim=(0, 1.05 * top))
        scale = ", busiest first" if n <= _LONG_POOL else ", busiest first (log scale)"
        change(self.ax, xlabel=count(n, "mentor") + scale)
        air = 0.12 if n <= _SMALL_POOL else 0.0
        begins, ends = _runs(load, state, separate=n <= _SMALL_POOL)
        left, right = begins + 0.5 + air, ends + 0.5 - air
        height = load[begins]
        self.bars.set_verts(
            [[(a, 0), (a, y), (b, y), (b, 0)] for a, b, y in zip(left, right, height, strict=True)]
        )
        self.bars.set_facecolor(to_rgba_array([MENTOR, MENTEE, FAINT])[state[begins]])
        place = np.arange(n) + 1.0
        apart = np.full(n, np.nan)
        steps = np.stack([place - 0.42, place + 0.42, apart], axis=1)
        self.capacity.set_data(steps.ravel(), np.stack([capacity, capacity, apart], axis=1).ravel())
        self.title.set_text(
            f"load: mean {view.value('mean_load'):.2f}, Gini {view.value('gini'):.3f}"
        )
        said = ["gray: left"] if view.gone.any() else []
        said += ["line: capacity; orange: over it"] if not np.isnan(capacity).all() else []
        self.words.set_text("; ".join(said))


class TiesPanel(Panel):
    """Mentors left, mentees right, each near its partners; what ends is pink."""

    def __init__(self, ax: Axes) -> None:
        super().__init__(ax)
        ax.spines[["left", "bottom"]].set_visible(False)
        ax.set(xticks=[], yticks=[], xlim=(-0.06, 1.06), ylim=(-0.09, 1.02))
        self.strands = self.add(
            ax.add_collection(LineCollection([], linewidths=0.7), autolim=False)
        )
        self.mentors = self.add(ax.scatter([], [], zorder=3, linewidth=0))
        self.mentees = self.add(ax.scatter([], [], zorder=3, linewidth=0))
        self.left = self.text(-0.03, -0.05, va="center", color=MENTOR)
        self.right = self.text(1.03, -0.05, va="center", ha="right", color=MENTEE)
        self.middle = self.text(0.5, 0.5, ha="center", va="center", color=NEUTRAL)

    def update(self, view: NetworkView) -> None:
        """Move dots and strands."""
        shown = view.columns
        drawn = (self.strands, self.mentors, self.mentees)
        for artist in drawn:
            artist.set_visible(shown is not None)
        self.middle.set_text("" if shown else "one mentor has more ties than can be drawn")
        self.left.set_text(""), self.right.set_text("")
        self.title.set_text("")
        if shown is None:
            return
        heights = [_heights(len(people)) for people in (shown.mentors, shown.mentees)]
        ends = np.stack([heights[side][shown.ties[:, side]] for side in (0, 1)], axis=1)
        lines = np.empty((len(ends), 2, 2))
        lines[:, 0, 0], lines[:, 1, 0], lines[:, :, 1] = 0, 1, ends
        order = np.argsort(view.ends, kind="stable")  # what ends lies on top
        faint = float(np.clip(90 / max(len(lines), 1), 0.12, 0.6))
        colors = np.array([to_rgba(NEUTRAL, faint), to_rgba(LOST, min(4 * faint, 0.8))])
        self.strands.set_segments(lines[order])
        self.strands.set_color(colors[view.ends[order].astype(int)])
        has_left = np.zeros(len(shown.mentors), dtype=bool)
        has_left[shown.ties[view.ends, 0]] = True
        for artist, x, hit, own in (
            (self.mentors, 0, has_left, MENTOR),
            (self.mentees, 1, view.alone, MENTEE),
        ):
            n = len(hit)
            size = float(np.clip(900 / max(n, 1), 3, 36))
            artist.set_offsets(np.column_stack([np.full(n, x), heights[x]]))
            artist.set_sizes(np.where(hit, 2.2 * size, size))
            artist.set_facecolor(to_rgba_array([own, LOST])[hit.astype(int)])
        self.left.set_text(count(len(shown.mentors), "mentor"))
        self.right.set_text(count(len(shown.mentees), "mentee"))
        n, of = len(shown.mentors), len(view.load.table)
        who = "all mentors" if n == of else f"the {n:,} busiest of {of:,} mentors"
        self.title.set_text(f"{who}; pink: ends or is left alone" if view.remove else who)


class MatrixPanel(Panel):
    """Ties from groups of mentors to groups of mentees, as shares of each row."""

    def __init__(self, ax: Axes) -> None:
        super().__init__(ax)
        ax.spines[["left", "bottom"]].set_visible(False)
        self.cells = self.add(ax.add_collection(PolyCollection([], linewidth=0.5), autolim=False))
        self.cells.set_edgecolor("white")
        size = {"va": "center", "ha": "right"}
        self.names = [self.text(**size) for _ in range(MOST_GROUPS)]
        self.shares = [self.text(va="center", ha="center") for _ in range(_MOST_SHARES**2)]
        ax.set(xticks=[], yticks=[0], yticklabels=["M" * 9], xlim=(0, 1), ylim=(1, 0))
        ax.tick_params(length=0, labelcolor="none")
        ax.set_ylabel("group of the mentor")
        ax.set_xlabel("group of the mentee, in the same order")

    def update(self, view: NetworkView) -> None:
        """Move cells and names."""
        ties = view.blocks.to_numpy(dtype=float)
        k = len(ties)
        of_row = ties.sum(axis=1, keepdims=True)
        share = np.divide(ties, of_row, out=np.zeros_like(ties), where=of_row > 0)
        change(self.ax, xlim=(0, k), ylim=(k, 0))
        what = label_element(view.attribute)
        change(self.ax, ylabel=f"mentor's {what}", xlabel=f"mentee's {what}, in the same order")
        row, column = np.divmod(np.arange(k * k), k)
        self.cells.set_verts(
            [
                [(x, y), (x + 1, y), (x + 1, y + 1), (x, y + 1)]
                for x, y in zip(column, row, strict=True)
            ]
        )
        self.cells.set_facecolor(_shades(share.ravel()))
        for i, name in enumerate(self.names):
            name.set_text(_cut(view.blocks.index[i]) if i < k else "")
            name.set_position((-0.01 * k, i + 0.5))
            name.set_size(_LETTER if k <= 20 else 7)
        for i, cell in enumerate(self.shares):
            inside = k <= _MOST_SHARES and i < k * k and of_row[i // k] > 0
            cell.set_text(f"{share[divmod(i, k)]:.0%}" if inside else "")
            if inside:
                cell.set_position((i % k + 0.5, i // k + 0.5))
                cell.set_color("white" if share[divmod(i, k)] > 0.2 else NEUTRAL)
        self.title.set_text("share of the mentors' ties (darker: more)")


class LeavingPanel(Panel):
    """Who still has a mentor as mentors leave, over random orders, with a mark where we are."""

    def __init__(self, ax: Axes) -> None:
        super().__init__(ax, lines_above=3)
        self.band = self.add(
            ax.add_collection(PolyCollection([], facecolor=FAINT, linewidth=0), autolim=False)
        )
        self.covered = self.add(ax.plot([], [], color=MENTEE, linewidth=2)[0])
        self.giant = self.add(ax.plot([], [], color=NEUTRAL, linewidth=1.2, linestyle="--")[0])
        self.mark = self.add(ax.plot([], [], color=LOST, linewidth=1.6)[0])
        self.dot = self.add(ax.plot([], [], "o", color=LOST)[0])
        self.said = self.text(0, 1.085, transform=ax.transAxes, color=LOST)
        self.key = self.text(0, 1.02, transform=ax.transAxes, color=NEUTRAL)
        self.key.set_text("gray: at random; dashed: people in the largest part")
        ax.set_ylim(0, 104)
        ax.set_xlabel("mentors who left")
        ax.set_ylabel("mentees with a mentor (%)", color=MENTEE)
        ax.xaxis.set_major_locator(MaxNLocator(6, integer=True))

    def update(self, view: NetworkView) -> None:
        """Move curves, band and mark."""
        last = min(max(MOST_STEPS, view.remove), len(view.leaving.curve) - 1)
        curve, band = view.leaving.curve.iloc[: last + 1], view.leaving.band.iloc[: last + 1]
        step = curve["step"].to_numpy(dtype=float)
        change(self.ax, xlim=(0, 1.03 * max(last, 1)))
        low, high = (100 * band[f"coverage_{end}"].to_numpy() for end in ("low", "high"))
        known = ~np.isnan(low)
        around = np.concatenate(
            [np.column_stack([step, low])[known], np.column_stack([step, high])[known][::-1]]
        )
        self.band.set_verts([around])
        covered, giant = (100 * curve[name].to_numpy() for name in ("coverage", "giant_share"))
        self.covered.set_data(step, covered)
        self.giant.set_data(step, giant)
        at = covered[view.remove]
        self.mark.set_data([view.remove] * 2, [0, 104])
        self.dot.set_data([view.remove], [at])
        self.title.set_text(f"if mentors leave, {_ORDERS[view.order]}")
        self.said.set_text(_what_breaks(view))


class NullPanel(Panel):
    """The null, and where the observed value lies."""

    def __init__(self, ax: Axes) -> None:
        super().__init__(ax, lines_above=2)
        self.bars = self.add(
            ax.add_collection(PolyCollection([], facecolor=FAINT, linewidth=0), autolim=False)
        )
        self.expected = self.add(ax.plot([], [], color=NEUTRAL, linewidth=1.2)[0])
        self.observed = self.add(ax.plot([], [], color=MENTEE, linewidth=2.4)[0])
        self.names = [self.text(color=NEUTRAL, va="top"), self.text(color=MENTEE, va="top")]
        self.said = self.text(0, 1.02, transform=ax.transAxes, color=NEUTRAL)
        ax.set_ylabel("draws (%)")
        ax.set_xlabel("ties within a group (%)")
        ax.xaxis.set_major_locator(MaxNLocator(6))

    def update(self, view: NetworkView) -> None:
        """Move bars and lines."""
        found = view.mixing
        share = found.statistic == "share_same"
        unit = 100 if share else 1
        draws = unit * found.draws
        places = {"expected": unit * found.expected, "observed": unit * found.test.observed}
        counts, edges = np.histogram(draws, bins=_bins(draws, unit / found.n_ties if share else 0))
        height = 100 * counts / counts.sum()
        self.bars.set_verts(
            [
                [(a, 0), (a, y), (b, y), (b, 0)]
                for a, b, y in zip(edges[:-1], edges[1:], height, strict=True)
                if y
            ]
        )
        ends = [*places.values(), edges[0], edges[-1]]
        room = 0.3 * (max(ends) - min(ends)) or 1.0
        low, high = min(ends) - room, max(ends) + room
        top = 1.3 * height.max()
        change(self.ax, xlim=(low, high), ylim=(0, top))
        label = "ties within a group (%)" if share else "correlation of ties with the same group"
        change(self.ax, xlabel=label)
        for line, text, (name, at) in zip(
            (self.expected, self.observed), self.names, places.items(), strict=True
        ):
            line.set_data([at, at], [0, top])
            text.set_text(f"{name}\n{at:.1f} %" if share else f"{name}\n{at:.3f}")
            right = at == max(places.values())
            text.set_position((at + (0.015 if right else -0.015) * (high - low), 0.99 * top))
            text.set_horizontalalignment("left" if right else "right")
        self.title.set_text(f"chance: {_null_words(view)}")
        z = found.test.z
        known = "no spread" if np.isnan(z) else f"z {z:.1f}"
        self.said.set_text(f"{known}, p {found.p_value:.4f}, {found.test.n_draws:,} draws")


_ORDERS = {
    "busiest": "busiest first",
    "random": "in random order",
    "brokers": "brokers first",
    "worst": "worst for mentees first",
}


def _null_words(view: NetworkView) -> str:
    what = label_element(view.attribute)
    return {
        "labels": f"{what} shuffled",
        "strata": f"{what} shuffled within {label_element(view.within)}",
        "degree": "ties rewired, same loads",
        "qap": f"{what} shuffled among all",
    }[view.null]


def _what_breaks(view: NetworkView) -> str:
    if not view.remove:
        return "nobody has left yet: move the slider"
    alone = int(view.value("orphans"))
    return f"{view.remove:,} left: {count(alone, 'mentee')} without a mentor"


def _runs(load: np.ndarray, state: np.ndarray, *, separate: bool) -> tuple[Any, Any]:
    """Begin and end of runs of mentors with the same load and state."""
    n = len(load)
    new = np.ones(n, dtype=bool)
    if not separate:
        new[1:] = (np.diff(load) != 0) | (np.diff(state) != 0)
    begins = np.flatnonzero(new)
    return begins, np.append(begins[1:], n)


def _bins(draws: np.ndarray, step: float) -> np.ndarray | int:
    """Bins of equal numbers of possible values, `step` apart; any if values are not in steps."""
    low, high = draws.min(), draws.max()
    if not step or high <= low:
        return _N_BINS
    width = step * np.ceil((high - low + step) / step / _N_BINS)
    return np.arange(low - step / 2, high + width, width)


def _heights(n: int) -> np.ndarray:
    return np.linspace(0, 1, n) if n > 1 else np.full(n, 0.5)


def _shades(share: np.ndarray) -> np.ndarray:
    """Nearly white to the mentors' blue, by the square root of the share."""
    pale, blue = np.array(to_rgba(_PALE)), np.array(to_rgba(MENTOR))
    return pale + (blue - pale) * np.sqrt(share)[:, None]


def _cut(name: str) -> str:
    return name if len(name) <= _LONGEST else f"{name[: _LONGEST - 3]}..."
