"""Where people stand in pictures of networks: computed, never at random."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .theme import NEUTRAL

if TYPE_CHECKING:
    from matplotlib.collections import LineCollection

    from ..network import MentorNetwork

_ROUNDS = 8


@dataclass(frozen=True, eq=False)
class Columns:
    """Two columns of people and the ties between them.

    Attributes
    ----------
    mentors, mentees : numpy.ndarray of int64
        Positions of the people shown, from bottom to top.
    ties : numpy.ndarray of int64, shape (n_ties, 2)
        Places of the ends within the two columns.
    """

    mentors: np.ndarray
    mentees: np.ndarray
    ties: np.ndarray


def barycenter_columns(network: MentorNetwork, *, most: int) -> Columns:
    """Order two columns so that each person stands near the mean place of their partners.

    Parameters
    ----------
    network : MentorNetwork
        From mentors to mentees.
    most : int
        Mentors shown, the busiest.

    References
    ----------
    sugiyama1981 : Methods for visual understanding of hierarchical system structures.
    """
    busiest = network.mentors[np.argsort(-network.load[network.mentors], kind="stable")][:most]
    shown = np.zeros(network.n_people, dtype=bool)
    shown[busiest] = True
    pairs = network.pairs
    keep = shown[pairs.mentor]
    mentees = np.unique(pairs.mentee[keep])
    if len(network.mentors) <= most:
        mentees = network.mentees
    row = np.full(network.n_people, -1)
    column = np.full(network.n_people, -1)
    row[busiest], column[mentees] = np.arange(len(busiest)), np.arange(len(mentees))
    a, b = row[pairs.mentor[keep]], column[pairs.mentee[keep]]
    left, right = np.arange(len(busiest), dtype=float), np.arange(len(mentees), dtype=float)
    for _ in range(_ROUNDS):
        right = _ranks(_mean_place(b, left[a], right))
        left = _ranks(_mean_place(a, right[b], left))
    order_left, order_right = np.argsort(left, kind="stable"), np.argsort(right, kind="stable")
    ties = np.stack([left[a], right[b]], axis=1).astype(np.int64)
    return Columns(busiest[order_left], mentees[order_right], ties)


def _mean_place(own: np.ndarray, partner: np.ndarray, before: np.ndarray) -> np.ndarray:
    n = len(before)
    size = np.bincount(own, minlength=n)
    total = np.bincount(own, weights=partner, minlength=n)
    # people without a tie keep to the end
    return np.where(size > 0, total / np.maximum(size, 1), np.inf)


def _ranks(place: np.ndarray) -> np.ndarray:
    rank = np.empty(len(place))
    rank[np.argsort(place, kind="stable")] = np.arange(len(place))
    return rank


def strands(shown: Columns) -> LineCollection:
    """Draw ties between two columns of height 1; the more there are, the fainter."""
    from matplotlib.collections import LineCollection

    heights = [max(len(people) - 1, 1) for people in (shown.mentors, shown.mentees)]
    lone = [len(people) == 1 for people in (shown.mentors, shown.mentees)]
    ends = [
        np.full(len(shown.ties), 0.5) if lone[side] else shown.ties[:, side] / heights[side]
        for side in (0, 1)
    ]
    lines = np.empty((len(shown.ties), 2, 2))
    lines[:, 0, 0], lines[:, 1, 0] = 0, 1
    lines[:, 0, 1], lines[:, 1, 1] = ends
    alpha = float(np.clip(60 / max(len(lines), 1), 0.08, 0.6))
    return LineCollection(lines, colors=NEUTRAL, linewidths=0.7, alpha=alpha, zorder=1)


@dataclass(frozen=True, eq=False)
class Rings:
    """One person and two rings around.

    Attributes
    ----------
    place : numpy.ndarray of float64, shape (n_people, 2)
        Where people stand; NaN for people not shown.
    lines : numpy.ndarray of float64, shape (n_ties, 2, 2)
        Ties among those shown.
    n_hidden : int
        People of the rings that are not shown.
    """

    place: np.ndarray
    lines: np.ndarray
    n_hidden: int


def ego_rings(network: MentorNetwork, center: int, *, most: int) -> Rings:
    """Put contacts on an inner ring and their contacts on an outer one, each near its own.

    Parameters
    ----------
    network : MentorNetwork
        Any network.
    center : int
        Position of the person in the middle.
    most : int
        People on each ring.
    """
    around = network.around
    contacts = around.indices[around.indptr[center] : around.indptr[center + 1]].astype(np.int64)
    first = contacts[:most]
    place = np.full((network.n_people, 2), np.nan)
    place[center] = 0
    angle = np.full(network.n_people, np.nan)
    angle[first] = 2 * np.pi * np.arange(len(first)) / max(len(first), 1)
    further: dict[int, float] = {}
    known = {center, *contacts.tolist()}
    for person in first:
        for other in around.indices[around.indptr[person] : around.indptr[person + 1]].tolist():
            if other not in known:
                further.setdefault(other, float(angle[person]))
    second = sorted(further, key=lambda person: (further[person], person))
    outer = second[:most]
    angle[outer] = 2 * np.pi * np.arange(len(outer)) / max(len(outer), 1)
    for people, radius in ((first, 1.0), (np.array(outer, dtype=np.int64), 2.0)):
        place[people] = radius * np.stack([np.cos(angle[people]), np.sin(angle[people])], axis=1)
    pairs = network.pairs
    drawn = ~np.isnan(place[:, 0])
    both = drawn[pairs.mentor] & drawn[pairs.mentee]
    lines = np.stack([place[pairs.mentor[both]], place[pairs.mentee[both]]], axis=1)
    hidden = len(contacts) - len(first) + len(second) - len(outer)
    return Rings(place, lines, hidden)
