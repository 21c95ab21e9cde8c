"""Pictures of mentor networks that stay readable past fifty people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import OptionError, count
from .network_columns import MOST_NAMED
from .theme import FAINT, MENTEE, MENTOR, NEUTRAL, OTHERS, axes_or_new, label_element, tidy

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from ..network import Homophily, MentorLoad, MentorNetwork, Removal, Silos
    from ..network.result import PersonTable

MOST_MARKS = 5_000

_NARROWEST = 0.02  # share of an axis that a label of its own needs


def mentor_load(result: MentorLoad, *, most: int = MOST_NAMED, ax: Axes | None = None) -> Axes:
    """Draw mentors' loads, busiest first, with a line where each one's capacity ends.

    Up to `most` mentors have a bar and a name each; more are drawn as one falling outline over
    their ranks on a log scale, so that in a pool of thousands the busiest can still be told apart.

    Parameters
    ----------
    result : MentorLoad
        From `mentor_load`.
    most : int
        Mentors with names.
    ax : matplotlib.axes.Axes, optional
        Where to draw.
    """
    table = result.table
    named = len(table) <= most
    ax = axes_or_new(ax, height=min(1.2 + 0.22 * len(table), 9.0) if named else 3.6)
    load, capacity = table["n_mentees"].to_numpy(), table["capacity"].to_numpy()
    place = np.arange(len(table))
    over = table["over"].to_numpy() > 0
    if named:
        ax.barh(place, load, color=np.where(over, MENTEE, MENTOR), height=0.7)
        known = ~np.isnan(capacity)
        ax.vlines(
            capacity[known], place[known] - 0.45, place[known] + 0.45, color=NEUTRAL, linewidth=2
        )
        ax.set_yticks(place, [str(person) for person in table["person_id"]], fontsize=8)
        ax.invert_yaxis()
        ax.set_xlabel("mentees; the upright line is capacity, orange is over it")
        return tidy(ax, grid="x")
    ax.stairs(load, np.arange(len(table) + 1) + 0.5, fill=True, color=MENTOR, alpha=0.8)
    if over.any():
        ax.plot(place[over] + 1, load[over], ".", color=MENTEE, markersize=5, label="over capacity")
        ax.legend(frameon=False, fontsize=9)
    ax.set_xscale("log")
    ax.xaxis.set_major_formatter(lambda rank, _: f"{rank:,.0f}")
    ax.set_xlim(0.5, len(table) + 0.5)
    ax.set_xlabel(f"{count(len(table), 'mentor')}, busiest first (log scale)")
    ax.set_ylabel("mentees")
    ax.set_title(f"Gini {result.gini:.3f}", fontsize=9, color=NEUTRAL)
    return tidy(ax, grid="y")


def reach(result: PersonTable, *, ax: Axes | None = None) -> Axes:
    """Draw how many people mentors reach by the number of steps: middle, half and range of mentors.

    Parameters
    ----------
    result : PersonTable
        From `reach`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.
    """
    table = result.table.filter(like="within_")
    ax = axes_or_new(ax, width=5.2)
    steps = np.arange(1, table.shape[1] + 1)
    low, first, middle, third, high = np.quantile(table, [0, 0.25, 0.5, 0.75, 1], axis=0)
    ax.vlines(steps, low, high, color=FAINT, linewidth=2)
    ax.vlines(steps, first, third, color=MENTOR, linewidth=6)
    ax.plot(steps, middle, "o", color="white", markeredgecolor=MENTOR)
    ax.set_xticks(steps)
    ax.set_xlabel("steps")
    ax.set_ylabel("people reached")
    return tidy(ax, grid="y")


def removal(result: Removal, *, measure: str = "coverage", ax: Axes | None = None) -> Axes:
    """Draw what is left as mentors leave, over the band of random orders.

    Parameters
    ----------
    result : Removal
        From `removal`; the band needs ``n_draws`` or ``order="random"``.
    measure : {"coverage", "giant_share", "orphans"}
        What to draw.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Raises
    ------
    OptionError
        If the measure is none of these.
    """
    words = {
        "coverage": "share of mentees with a mentor",
        "giant_share": "share of people in the largest part",
        "orphans": "mentees without a mentor",
    }
    if measure not in words:
        raise OptionError(
            f"plots.removal: `measure` must be one of {', '.join(words)}; got {measure!r}."
        )
    ax = axes_or_new(ax)
    curve, band = result.curve, result.band
    words_of_band = "random" if result.band_of == "random" else "equal loads in random order"
    if band is not None:
        ax.fill_between(
            band["step"], band[f"{measure}_low"], band[f"{measure}_high"], color=FAINT, linewidth=0
        )
        ax.plot(
            band["step"], band[f"{measure}_median"], color=NEUTRAL, linewidth=1, label=words_of_band
        )
    ax.plot(curve["step"], curve[measure], color=MENTOR, label=result.order)
    ax.set_xlabel("mentors who left")
    ax.set_ylabel(words[measure])
    ax.legend(frameon=False, fontsize=9)
    return tidy(ax, grid="y")


def homophily(result: Homophily, *, ax: Axes | None = None) -> Axes:
    """Draw the statistic under the null, and where the observed value lies.

    Parameters
    ----------
    result : Homophily
        From `homophily`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.
    """
    ax = axes_or_new(ax, height=3.2)
    ax.hist(result.draws, bins=min(30, max(5, len(np.unique(result.draws)))), color=FAINT)
    ax.axvline(result.expected, color=NEUTRAL, linewidth=1, label="expected")
    ax.axvline(result.test.observed, color=MENTEE, linewidth=2, label="observed")
    ax.set_xlabel(f"{label_element(result.statistic)}, {label_element(result.attribute)}")
    ax.set_ylabel(f"draws of {result.test.n_draws:,}")
    ax.legend(frameon=False, fontsize=9)
    return tidy(ax)


def silos(result: Silos, *, ax: Axes | None = None) -> Axes:
    """Draw each group's E-I index beside what an even spread of ties would give.

    Parameters
    ----------
    result : Silos
        From `silos`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.
    """
    table = result.table.dropna(subset="ei_index").reset_index(drop=True)
    ax = axes_or_new(ax, height=1.2 + 0.26 * len(table))
    place = np.arange(len(table))
    ax.axvline(0, color=FAINT, linewidth=1)
    ax.hlines(place, table["ei_index"], table["ei_expected"], color=FAINT, linewidth=2)
    ax.plot(table["ei_expected"], place, "|", color=NEUTRAL, markersize=12, label="even spread")
    ax.plot(table["ei_index"], place, "o", color=MENTOR, label="observed")
    ax.set_yticks(place, table["group"], fontsize=8)
    ax.invert_yaxis()
    ax.set_xlim(-1.05, 1.05)
    ax.set_xlabel("E-I index: -1 all ties within, 1 all between groups")
    ax.legend(frameon=False, fontsize=8)
    return tidy(ax)


def brokerage(result: PersonTable, *, most: int = 20, ax: Axes | None = None) -> Axes:
    """Draw the brokerage roles of those who broker most.

    Parameters
    ----------
    result : PersonTable
        From `brokerage` with `attribute`.
    most : int
        How many people.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Raises
    ------
    OptionError
        If roles were not counted.
    """
    from ..network.measures.brokerage import ROLES

    table = result.table
    if "open_paths" not in table:
        raise OptionError("plots.brokerage: needs roles; call brokerage with `attribute`.")
    table = table.nlargest(most, "open_paths").reset_index(drop=True)
    ax = axes_or_new(ax, height=1.3 + 0.24 * len(table))
    left = np.zeros(len(table))
    for role, color in zip(ROLES, (MENTOR, MENTEE, *OTHERS), strict=False):
        ax.barh(table.index, table[role], left=left, color=color, label=role, height=0.75)
        left += table[role].to_numpy()
    ax.set_yticks(table.index, [str(person) for person in table["person_id"]], fontsize=8)
    ax.invert_yaxis()
    ax.set_xlabel("pairs who are tied through the person only")
    ax.legend(frameon=False, fontsize=8)
    return tidy(ax, grid="x")


def inclusion(result: PersonTable, *, ax: Axes | None = None) -> Axes:
    """Draw access by group with intervals, the least reached on top.

    Parameters
    ----------
    result : PersonTable
        From `inclusion`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.
    """
    table = result.table.dropna(subset="access").reset_index(drop=True)
    ax = axes_or_new(ax, height=1.1 + 0.3 * len(table))
    ax.hlines(table.index, table["conf_low"], table["conf_high"], color=MENTEE, linewidth=2)
    ax.plot(table["access"], table.index, "o", color=MENTEE)
    names = [f"{row.group} ({row.n_people:,})" for row in table.itertuples()]
    ax.set_yticks(table.index, names, fontsize=9)
    ax.invert_yaxis()
    ax.set_xlim(-0.02, 1.02)
    ax.set_xlabel("share with a mentor")
    return tidy(ax, grid="x")


def matrix(network: MentorNetwork, *, attribute: str, ax: Axes | None = None) -> Axes:
    """Draw ties as a matrix sorted by department: blocks on the diagonal are silos.

    Up to 5,000 ties are drawn one by one; more as counts from group to group.

    Parameters
    ----------
    network : MentorNetwork
        Any network.
    attribute : str
        Column of people to sort by; people without a value come last.
    ax : matplotlib.axes.Axes, optional
        Where to draw.
    """
    codes, levels = network.labels(attribute, who="plots.matrix")
    names = [*map(str, levels), *(["not known"] if (codes < 0).any() else [])]
    codes = np.where(codes < 0, len(levels), codes)
    pairs = network.pairs
    ax = axes_or_new(ax, width=5.6, height=5.2)
    sides = (network.mentors, network.mentees)
    if len(pairs.mentor) <= MOST_MARKS:
        _draw_cells(ax, network, codes, names, sides)
    else:
        _draw_blocks(ax, codes[pairs.mentor], codes[pairs.mentee], names)
    ax.set_ylabel("mentors" if network.directed else "people")
    ax.set_xlabel("mentees" if network.directed else "people")
    return tidy(ax)


def _draw_cells(
    ax: Axes,
    network: MentorNetwork,
    codes: np.ndarray,
    names: list[str],
    sides: tuple[np.ndarray, np.ndarray],
) -> None:
    places, ticks = [], []
    for people in sides:
        ordered = people[np.argsort(codes[people], kind="stable")]
        place = np.full(network.n_people, -1)
        place[ordered] = np.arange(len(ordered))
        places.append(place)
        ticks.append(np.append(0, np.cumsum(np.bincount(codes[people], minlength=len(names)))))
    mentor, mentee, _ = network.pairs
    size = float(np.clip(250 / max(len(sides[0]), len(sides[1]), 1), 0.5, 6))
    rows, columns = [places[0][mentor]], [places[1][mentee]]
    if not network.directed:
        rows, columns = rows + columns, columns + rows
    ax.plot(
        np.concatenate(columns), np.concatenate(rows), "s", color=MENTOR, markersize=size, alpha=0.8
    )
    for edge in ticks[0]:
        ax.axhline(edge - 0.5, color=FAINT, linewidth=0.7, zorder=0)
    for edge in ticks[1]:
        ax.axvline(edge - 0.5, color=FAINT, linewidth=0.7, zorder=0)
    for axis, edges in ((ax.yaxis, ticks[0]), (ax.xaxis, ticks[1])):
        wide = np.diff(edges) >= _NARROWEST * edges[-1]  # labels of narrower ones would overlap
        axis.set_ticks(((edges[:-1] + edges[1:] - 1) / 2)[wide], np.array(names)[wide], fontsize=8)
        axis.set_tick_params(length=0)
    ax.set_ylim(len(sides[0]) - 0.5, -0.5)
    ax.set_xlim(-0.5, len(sides[1]) - 0.5)
    if len(names) > 8:
        ax.tick_params(axis="x", rotation=90)


def _draw_blocks(ax: Axes, mentor: np.ndarray, mentee: np.ndarray, names: list[str]) -> None:
    k = len(names)
    table = np.bincount(mentor * k + mentee, minlength=k * k).reshape(k, k)
    image = ax.imshow(table, cmap="Blues", aspect="auto")
    ax.figure.colorbar(image, ax=ax, label="ties", shrink=0.8)
    ax.set_yticks(range(k), names, fontsize=8)
    ax.set_xticks(range(k), names, fontsize=8, rotation=90 if k > 8 else 0)


def ego(network: MentorNetwork, person_id: Any, *, most: int = 60, ax: Axes | None = None) -> Axes:
    """Draw one person, the people they are tied to, and those one step further.

    Parameters
    ----------
    network : MentorNetwork
        Any network.
    person_id : object
        Whom to put in the middle.
    most : int
        People drawn on each ring; the title says how many are not.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Raises
    ------
    OptionError
        If nobody has this id.
    """
    from matplotlib.collections import LineCollection

    from .network_layout import ego_rings

    center = int(network.positions([person_id], who="plots.ego")[0])
    rings = ego_rings(network, center, most=most)
    ax = axes_or_new(ax, width=5.4, height=5.4)
    ax.add_collection(LineCollection(rings.lines, colors=FAINT, linewidths=0.8, zorder=0))
    people = np.flatnonzero(~np.isnan(rings.place[:, 0]))
    color = np.where(network.is_mentor[people] & network.directed, MENTOR, MENTEE)
    x, y = rings.place[people].T
    ax.scatter(x, y, s=np.where(people == center, 120, 28), color=color, zorder=2)
    for person, a, b in zip(people, x, y, strict=True):
        if person == center or len(people) <= MOST_NAMED:
            ax.annotate(
                str(network.ids[person]),
                (a, b),
                xytext=(4, 4),
                textcoords="offset points",
                fontsize=7,
            )
    ax.set_aspect("equal")
    ax.set_axis_off()
    if rings.n_hidden:
        said = f"{count(rings.n_hidden, 'person', 'people')} not shown"
        ax.set_title(said, fontsize=9, color=NEUTRAL)
    return ax
