"""Which mentors some largest assignment of first choices leaves a place at."""

from __future__ import annotations

import numpy as np
from numba import njit


@njit(cache=True, nogil=True)
def can_stay_open(indptr, mentor, order, starts, capacity, chosen):
    """Find the mentors whom some largest assignment does not fill.

    Parameters
    ----------
    indptr, mentor : ndarray
        Compressed rows of the mentees' pairs.
    order, starts : ndarray of int64
        The pairs by mentor: mentor `j` has ``order[starts[j]:starts[j + 1]]``.
    capacity : ndarray of int64, shape (m,)
    chosen : ndarray of int64, shape (n,)
        A largest assignment as positions of pairs, -1 for none.

    Returns
    -------
    ndarray of bool, shape (m,)
        Those reached by an alternating path from a mentor with an open place ("even").
    """
    n, m = len(indptr) - 1, len(capacity)
    row = np.empty(len(mentor), dtype=np.int64)
    load = np.zeros(m, dtype=np.int64)
    for i in range(n):
        for pair in range(indptr[i], indptr[i + 1]):
            row[pair] = i
        if chosen[i] >= 0:
            load[mentor[chosen[i]]] += 1
    even = load < capacity
    queue = np.empty(m, dtype=np.int64)
    tail = 0
    for j in range(m):
        if even[j]:
            queue[tail] = j
            tail += 1
    head = 0
    while head < tail:
        j = queue[head]
        head += 1
        for place in range(starts[j], starts[j + 1]):
            held = chosen[row[order[place]]]
            if held >= 0 and not even[mentor[held]]:
                even[mentor[held]] = True
                queue[tail] = mentor[held]
                tail += 1
    return even
