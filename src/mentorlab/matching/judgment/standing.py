"""Where everyone stands in an assignment: ranks, what they have, and what they could do better."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ..market.edges import Edges
from ..market.market import Market


@dataclass(frozen=True, eq=False)
class Standing:
    """What an assignment means for each acceptable pair and each person.

    Attributes
    ----------
    market : Market
        What was matched.
    mentor_of : ndarray of int64, shape (n_mentees,)
        The mentor's position of each mentee, -1 for unmatched.
    """

    market: Market
    mentor_of: np.ndarray

    @cached_property
    def edges(self) -> Edges:
        """All acceptable pairs, mentee by mentee."""
        return self.market.pairs()

    @cached_property
    def mentee(self) -> np.ndarray:
        """The mentee of each pair, shape (n_pairs,)."""
        return self.edges.mentee()

    @cached_property
    def place(self) -> np.ndarray:
        """Which pair each mentee is in, -1 where unmatched; shape (n_mentees,)."""
        found = np.full(self.market.n_mentees, -1, dtype=np.int64)
        own = np.flatnonzero(self.edges.mentor == self.mentor_of[self.mentee])
        found[self.mentee[own]] = own
        return found

    @cached_property
    def load(self) -> np.ndarray:
        """How many mentees each mentor has, shape (n_mentors,)."""
        matched = self.mentor_of[self.mentor_of >= 0]
        return np.bincount(matched, minlength=self.market.n_mentors)

    @cached_property
    def held(self) -> list[np.ndarray]:
        """The mentees of each mentor, in rising order."""
        order = np.argsort(self.mentor_of, kind="stable")
        order = order[self.mentor_of[order] >= 0]
        return np.split(order, np.cumsum(self.load)[:-1])

    @cached_property
    def full(self) -> np.ndarray:
        """Which mentors have no free place, shape (n_mentors,)."""
        return self.load >= self.market.capacity

    @cached_property
    def locked(self) -> np.ndarray:
        """Which mentees must keep their mentor, shape (n_mentees,)."""
        held = np.zeros(self.market.n_mentees, dtype=bool)
        held[self.market.required[:, 0]] = True
        return held

    @cached_property
    def mentee_rank(self) -> np.ndarray:
        """Rank of each pair's mentor with its mentee: 1 + mentors liked better; (n_pairs,)."""
        starts = np.zeros(self.edges.n_pairs + 1, dtype=bool)
        starts[self.edges.indptr] = True
        utility = self.edges.mentee_utility
        starts[1:-1] |= utility[1:] != utility[:-1]
        first = np.maximum.accumulate(np.where(starts[:-1], np.arange(len(utility)), 0))
        return first - self.edges.indptr[self.mentee] + 1

    @cached_property
    def mentor_rank(self) -> np.ndarray:
        """Rank of each pair's mentee with its mentor: 1 + mentees liked better; (n_pairs,)."""
        mentor, utility = self.edges.mentor, self.edges.mentor_utility
        order = np.lexsort((-utility, mentor))
        mentor, utility = mentor[order], utility[order]
        at = np.arange(len(order))
        row = np.ones(len(order), dtype=bool)
        row[1:] = mentor[1:] != mentor[:-1]
        group = row.copy()
        group[1:] |= utility[1:] != utility[:-1]
        row_start = np.maximum.accumulate(np.where(row, at, 0))
        group_start = np.maximum.accumulate(np.where(group, at, 0))
        rank = np.empty(len(order), dtype=np.int64)
        rank[order] = group_start - row_start + 1
        return rank

    @cached_property
    def mentee_now(self) -> np.ndarray:
        """Each mentee's utility: -inf where unmatched, inf where locked; shape (n_mentees,)."""
        now = np.full(self.market.n_mentees, -np.inf)
        matched = self.place >= 0
        now[matched] = self.edges.mentee_utility[self.place[matched]]
        now[self.locked] = np.inf
        return now

    @cached_property
    def last_held(self) -> np.ndarray:
        """The mentee whom each mentor would give up first, -1 where none; shape (n_mentors,).

        The lowest utility counts, of equals the later mentee; locked mentees are never given up.
        """
        movable = np.flatnonzero((self.place >= 0) & ~self.locked)
        utility = self.edges.mentor_utility[self.place[movable]]
        order = np.lexsort((movable, -utility))
        last = np.full(self.market.n_mentors, -1, dtype=np.int64)
        last[self.mentor_of[movable[order]]] = movable[order]  # of repeated places, the last wins
        return last

    @cached_property
    def mentor_bar(self) -> np.ndarray:
        """What a newcomer must be worth more than: -inf with a free place; shape (n_mentors,).

        Infinite for a full mentor who can give nobody up.
        """
        bar = np.full(self.market.n_mentors, np.inf)
        held = self.last_held >= 0
        bar[held] = self.edges.mentor_utility[self.place[self.last_held[held]]]
        bar[~self.full] = -np.inf
        return bar

    @cached_property
    def worst_held(self) -> np.ndarray:
        """Lowest utility among the mentees of each mentor, inf where none; shape (n_mentors,)."""
        worst = np.full(self.market.n_mentors, np.inf)
        matched = np.flatnonzero(self.place >= 0)
        np.minimum.at(
            worst, self.mentor_of[matched], self.edges.mentor_utility[self.place[matched]]
        )
        return worst

    def better_for_mentee(self) -> np.ndarray:
        """Tell which pairs their mentee likes better than what it has, shape (n_pairs,)."""
        return self.edges.mentee_utility > self.mentee_now[self.mentee]

    def taker(self, places: np.ndarray) -> np.ndarray:
        """Name whom each pair's mentor would give up for it: a mentee's position, -1 for nobody."""
        mentor = self.edges.mentor[places]
        return np.where(self.full[mentor], self.last_held[mentor], -1)
