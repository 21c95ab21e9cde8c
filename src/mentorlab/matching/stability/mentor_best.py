"""The other end of the lattice: from the stable matching best for mentees to that for mentors."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ..market.edges import Edges

Search = Callable[[Edges, np.ndarray, np.ndarray], np.ndarray | None]


def best_for_mentors(
    pairs: Edges, capacity: np.ndarray, possible: np.ndarray, search: Search
) -> np.ndarray | None:
    """Find the strongly or super-stable matching that is best for mentors, None if there is none.

    Starting from the best for mentees, a mentee is asked to take someone worse: the pairs as good
    as the present one are struck out, and with them, for their mentors, everybody no better than
    this mentee. The search then gives the best matching for mentees in which that happens, or
    shows that there is none. When no mentee can be moved, the matching is worst for mentees, and
    so best for mentors.

    Parameters
    ----------
    pairs : Edges
    capacity : ndarray of int64, shape (m,)
    possible : ndarray of bool, shape (n_pairs,)
    search : callable
        Gives the matching best for mentees, such as `super_stable_for_mentees`.

    Returns
    -------
    ndarray of int64, shape (n,), or None
    """
    current = search(pairs, capacity, possible)
    if current is None:
        return None
    n_matched = (current >= 0).sum()
    mentee = pairs.mentee()
    waiting = np.flatnonzero(current >= 0).tolist()
    while waiting:
        i = waiting.pop()
        left, must_fill = _made_worse(pairs, possible, mentee, current, i)
        moved = search(pairs, capacity, left)
        if moved is None or moved[i] < 0 or (moved >= 0).sum() != n_matched:
            continue
        load = np.bincount(moved[moved >= 0], minlength=len(capacity))
        if (load[must_fill] < capacity[must_fill]).any():
            continue
        current = moved
        waiting.append(i)
    return current


def _made_worse(
    pairs: Edges, possible: np.ndarray, mentee: np.ndarray, current: np.ndarray, i: int
) -> tuple[np.ndarray, np.ndarray]:
    """Strike out what a matching can't hold in which mentee `i` has someone worse."""
    row = np.arange(pairs.indptr[i], pairs.indptr[i + 1])
    now = pairs.mentee_utility[row[pairs.mentor[row] == current[i]]][0]
    refused = row[(pairs.mentee_utility[row] >= now) & possible[row]]
    mentors = pairs.mentor[refused]
    least = np.full(int(pairs.mentor.max()) + 1, -np.inf)
    least[mentors] = pairs.mentor_utility[refused]
    return possible & (pairs.mentor_utility > least[pairs.mentor]), mentors
