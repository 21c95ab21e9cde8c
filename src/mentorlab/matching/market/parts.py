"""What a market is made of beside its pairs: group limits, rules on pairs, terms of utility."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import numpy as np

PairMask = Callable[[np.ndarray, np.ndarray], np.ndarray]


@dataclass(frozen=True, eq=False)
class QuotaRows:
    """One rule on how many pairs a group of mentors forms with a group of mentees.

    Attributes
    ----------
    mentor_mask : ndarray of bool, shape (n_mentors,)
    mentee_mask : ndarray of bool, shape (n_mentees,)
    low, high : int
        The least and the most pairs between the two groups.
    name : str
        As messages print it.
    """

    mentor_mask: np.ndarray
    mentee_mask: np.ndarray
    low: int
    high: int
    name: str

    def count(self, mentor_of: np.ndarray) -> int:
        """Count an assignment's pairs between the two groups."""
        mentees = np.flatnonzero(self.mentee_mask & (mentor_of >= 0))
        return int(self.mentor_mask[mentor_of[mentees]].sum())


@dataclass(frozen=True, eq=False)
class BlockedBy:
    """One rule that keeps pairs apart.

    Attributes
    ----------
    name : str
        The rule, as messages print it.
    reason : str
        Why it keeps a pair apart, as the end of "they were not matched because ...".
    mask : callable
        ``mask(mentees, mentors)`` gives a bool matrix for positions of both sides, True where the
        rule keeps the pair apart.
    """

    name: str
    reason: str
    mask: PairMask = field(repr=False)


@dataclass(frozen=True, eq=False)
class TermPart:
    """One named contribution to the utilities.

    Attributes
    ----------
    name : str
        As explanations print it.
    weight : float
        What `part` was multiplied with.
    side : {"both", "mentee", "mentor"}
        Whose utility it enters.
    part : callable
        ``part(mentees, mentors, side)`` gives the unweighted contributions for positions of both
        sides to the utility of ``"mentee"`` or ``"mentor"``, a float matrix.
    kind : str
        ``"similarity"``, ``"complementarity"``, ``"stated"``, ``"learned"``; empty for others.
    """

    name: str
    weight: float
    side: str
    part: Callable[[np.ndarray, np.ndarray, str], np.ndarray] = field(repr=False)
    kind: str = ""


def side_utility(
    terms: Iterable[TermPart], mentees: np.ndarray, mentors: np.ndarray, side: str
) -> np.ndarray:
    """Add up the weighted terms of one side.

    Returns
    -------
    ndarray of float64, shape (len(mentees), len(mentors))
    """
    total = np.zeros((len(mentees), len(mentors)))
    for term in terms:
        if term.side in ("both", side):
            total += term.weight * term.part(mentees, mentors, side)
    return total
