"""Lists with ties, from which pairs are struck out: what strong and super stability work on."""

from __future__ import annotations

import numpy as np

from ..market.edges import Edges


class TiedLists:
    """The pairs that are still possible, seen from both sides.

    Pairs are named by their place in `pairs`.

    Attributes
    ----------
    pairs : Edges
    capacity : ndarray of int64, shape (m,)
    possible : ndarray of bool, shape (n_pairs,)
    mentee : ndarray of int64, shape (n_pairs,)
    """

    def __init__(self, pairs: Edges, capacity: np.ndarray, possible: np.ndarray) -> None:
        self.pairs = pairs
        self.capacity = capacity
        self.possible = possible.copy()
        self.mentee = pairs.mentee()
        self.possible &= capacity[pairs.mentor] > 0
        order = np.lexsort((-pairs.mentor_utility, pairs.mentor))
        counts = np.bincount(pairs.mentor, minlength=len(capacity))
        self._of_mentor = np.split(order, np.cumsum(counts)[:-1])

    def head(self, i: int) -> np.ndarray:
        """Give mentee `i`'s best pairs that are possible."""
        first, end = self.pairs.indptr[i], self.pairs.indptr[i + 1]
        left = first + np.flatnonzero(self.possible[first:end])
        if not len(left):
            return left
        return left[self.pairs.mentee_utility[left] == self.pairs.mentee_utility[left[0]]]

    def of_mentor(self, j: int) -> np.ndarray:
        """Give mentor `j`'s possible pairs, best first."""
        listed = self._of_mentor[j]
        return listed[self.possible[listed]]

    def tail(self, j: int) -> np.ndarray:
        """Give mentor `j`'s worst pairs that are possible, all equals."""
        left = self.of_mentor(j)
        if not len(left):
            return left
        utility = self.pairs.mentor_utility
        return left[utility[left] == utility[left[-1]]]

    def strike(self, struck: np.ndarray) -> None:
        """Strike pairs out."""
        self.possible[struck] = False

    def below(self, j: int, utility: float) -> np.ndarray:
        """Give mentor `j`'s possible pairs that are worth less."""
        left = self.of_mentor(j)
        return left[self.pairs.mentor_utility[left] < utility]
