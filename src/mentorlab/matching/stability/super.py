"""Matchings that no pair would block even if both are merely indifferent."""

from __future__ import annotations

import numpy as np

from ..market.edges import Edges
from .tied_lists import TiedLists


def super_stable_for_mentees(
    pairs: Edges, capacity: np.ndarray, possible: np.ndarray
) -> np.ndarray | None:
    """Find the super-stable matching that is best for mentees, None if there is none.

    Every free mentee is held by all mentors at the head of the list. A mentor with too many strikes
    out its worst equals; a full one, everybody worse than whom it holds.

    Parameters
    ----------
    pairs : Edges
    capacity : ndarray of int64, shape (m,)
    possible : ndarray of bool, shape (n_pairs,)
        Which pairs may be formed.

    Returns
    -------
    ndarray of int64, shape (n,), or None
        Mentor positions, -1 for unmatched.

    References
    ----------
    irving2000 : The hospitals/residents problem with ties.
    """
    lists = TiedLists(pairs, capacity, possible)
    n = len(pairs.indptr) - 1
    held: list[set[int]] = [set() for _ in capacity]
    holds: list[set[int]] = [set() for _ in range(n)]
    was_full = np.zeros(len(capacity), dtype=bool)
    free = list(range(n))

    def drop(struck: np.ndarray) -> None:
        lists.strike(struck)
        for at in struck.tolist():
            i, j = int(lists.mentee[at]), int(pairs.mentor[at])
            if at in held[j]:
                held[j].discard(at)
                holds[i].discard(at)
                if not holds[i]:
                    free.append(i)

    while free:
        i = free.pop()
        if holds[i]:
            continue
        for at in lists.head(i).tolist():
            if not lists.possible[at]:
                continue
            j = int(pairs.mentor[at])
            held[j].add(at)
            holds[i].add(at)
            if len(held[j]) > capacity[j]:
                drop(lists.tail(j))
            if len(held[j]) == capacity[j]:
                was_full[j] = True
                worst = min(pairs.mentor_utility[list(held[j])])
                drop(lists.below(j, worst))
    if any(len(place) > 1 for place in holds):
        return None
    if any(full and len(held[j]) < capacity[j] for j, full in enumerate(was_full)):
        return None
    mentor_of = np.full(n, -1, dtype=np.int64)
    for i, place in enumerate(holds):
        for at in place:
            mentor_of[i] = pairs.mentor[at]
    return mentor_of
