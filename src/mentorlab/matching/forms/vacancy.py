"""Vacancy chains: the next one moves up, and nobody is asked to step down."""

from __future__ import annotations

import numpy as np

from ..judgment.standing import Standing
from ..market.market import Market


def vacancy_chains(market: Market, mentor_of: np.ndarray, newcomers: np.ndarray) -> np.ndarray:
    """Fill vacancies by mentees who gain, then let newcomers ask, until nobody moves.

    Parameters
    ----------
    market : Market
        With strict or tied utilities; of equals the earlier one counts as better.
    mentor_of : ndarray of int64, shape (n_mentees,)
        Present mentors, -1 for nobody; left unchanged.
    newcomers : ndarray of int64
        Mentees who are to ask for a place: displaced, waiting or newly arrived.

    Returns
    -------
    ndarray of int64, shape (n_mentees,)
        Stable if the present matching of all others was.
    """
    edges = market.pairs()
    locked = np.zeros(market.n_mentees, dtype=bool)
    locked[market.required[:, 0]] = True
    chains = _Chains(market, mentor_of.copy(), locked)
    waiting = np.zeros(market.n_mentees, dtype=bool)
    waiting[newcomers] = True
    chains.fill(waiting)
    for mentee in newcomers:
        chains.ask(int(mentee), edges.indptr)
    return chains.mentor_of


class _Chains:
    """Moves in one matching, each of which makes a mentee or a mentor better off."""

    def __init__(self, market: Market, mentor_of: np.ndarray, locked: np.ndarray) -> None:
        self.market, self.mentor_of, self.locked = market, mentor_of, locked
        self.edges = market.pairs()
        self.mentee = self.edges.mentee()
        self.free = market.capacity - Standing(market, mentor_of).load
        order = np.lexsort((self.mentee, -self.edges.mentor_utility, self.edges.mentor))
        self.by_mentor = np.split(
            order, np.cumsum(np.bincount(self.edges.mentor, minlength=market.n_mentors))[:-1]
        )

    def utility(self, mentee: int) -> float:
        mentor = self.mentor_of[mentee]
        if mentor < 0:
            return -np.inf
        row = slice(self.edges.indptr[mentee], self.edges.indptr[mentee + 1])
        hit = np.flatnonzero(self.edges.mentor[row] == mentor)
        return float(self.edges.mentee_utility[row][hit[0]]) if len(hit) else -np.inf

    def fill(self, waiting: np.ndarray) -> None:
        """Offer each vacancy to the best mentee who would gain; the place left is offered next."""
        queue = [j for j in np.flatnonzero(self.free > 0).tolist() for _ in range(self.free[j])]
        while queue:
            mentor = queue.pop()
            if self.free[mentor] <= 0:
                continue
            for place in self.by_mentor[mentor]:
                mentee = int(self.mentee[place])
                if waiting[mentee] or self.locked[mentee] or self.mentor_of[mentee] == mentor:
                    continue
                if self.edges.mentee_utility[place] > self.utility(mentee):
                    before = self.mentor_of[mentee]
                    self.mentor_of[mentee] = mentor
                    self.free[mentor] -= 1
                    if before >= 0:
                        self.free[before] += 1
                        queue.append(int(before))
                    break

    def ask(self, mentee: int, indptr: np.ndarray) -> None:
        """Let a mentee ask down the list; who loses a place asks in turn."""
        while mentee >= 0:
            current, mentee = mentee, -1
            for place in range(indptr[current], indptr[current + 1]):
                mentor = int(self.edges.mentor[place])
                loser = self._accepts(mentor, current, float(self.edges.mentor_utility[place]))
                if loser is None:
                    continue
                self.mentor_of[current] = mentor
                if loser < 0:
                    self.free[mentor] -= 1
                else:
                    self.mentor_of[loser] = -1
                    mentee = loser
                break

    def _accepts(self, mentor: int, mentee: int, worth: float) -> int | None:
        """Name whom the mentor gives up for a mentee, -1 for a free place, None for a refusal."""
        if self.free[mentor] > 0:
            return -1
        for place in self.by_mentor[mentor][::-1]:
            held = int(self.mentee[place])
            if self.mentor_of[held] == mentor and not self.locked[held]:
                theirs = float(self.edges.mentor_utility[place])
                return held if worth > theirs else None
        return None
