"""Ties with the group at each end, and the pairs that could have been tied."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...errors import EstimationError
from ..network import MentorNetwork


@dataclass(frozen=True, eq=False)
class Labeled:
    """Distinct ties whose two ends have a known group.

    Attributes
    ----------
    mentor, mentee : numpy.ndarray of int32
        Positions of the ends.
    codes : numpy.ndarray of int64, shape (n_people,)
        Group of everybody, -1 where missing.
    levels : numpy.ndarray
        The groups.
    n_unknown : int
        Ties left out.
    network : MentorNetwork
        Where they are from.
    """

    mentor: np.ndarray
    mentee: np.ndarray
    codes: np.ndarray
    levels: np.ndarray
    n_unknown: int
    network: MentorNetwork

    @property
    def mentor_code(self) -> np.ndarray:
        """Group of the giver of each tie."""
        return self.codes[self.mentor]

    @property
    def mentee_code(self) -> np.ndarray:
        """Group of the receiver of each tie."""
        return self.codes[self.mentee]

    def ends(self) -> tuple[np.ndarray, np.ndarray]:
        """Groups at both ends; an undirected tie is read in both directions."""
        first, second = self.mentor_code, self.mentee_code
        if self.network.directed:
            return first, second
        return np.concatenate([first, second]), np.concatenate([second, first])

    def possible(self, code: int | None = None) -> tuple[int, int]:
        """Count pairs of one group, and all pairs, that could be tied.

        Parameters
        ----------
        code : int, optional
            Count only pairs with at least one end in this group.
        """
        known = self.codes >= 0
        k = len(self.levels)
        network = self.network
        if network.directed and network.two_sided:
            givers = np.bincount(self.codes[known & network.is_mentor], minlength=k)
            takers = np.bincount(self.codes[known & network.is_mentee], minlength=k)
            same, n_givers, n_takers = givers * takers, givers.sum(), takers.sum()
            if code is None:
                return int(same.sum()), int(n_givers * n_takers)
            with_code = givers[code] * n_takers + takers[code] * n_givers - same[code]
            return int(same[code]), int(with_code)
        sizes = np.bincount(self.codes[known], minlength=k)
        n = int(sizes.sum())
        if code is None:
            return int((sizes * (sizes - 1)).sum()), n * (n - 1)
        own = int(sizes[code])
        return own * (own - 1), n * (n - 1) - (n - own) * (n - own - 1)


def label_ties(network: MentorNetwork, attribute: str, *, who: str) -> Labeled:
    """Attach groups to ties.

    Raises
    ------
    EstimationError
        If no tie has a known group at both ends.
    """
    codes, levels = network.labels(attribute, who=who)
    mentor, mentee, _ = network.pairs
    known = (codes[mentor] >= 0) & (codes[mentee] >= 0)
    if not known.any():
        raise EstimationError(
            f"{who}: no tie has a value of '{attribute}' at both ends "
            f"({int((codes >= 0).sum()):,} of {network.n_people:,} people have one; "
            f"{network.n_ties:,} ties)."
        )
    return Labeled(mentor[known], mentee[known], codes, levels, int((~known).sum()), network)
