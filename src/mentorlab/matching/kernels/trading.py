"""Top trading cycles on lists."""

from __future__ import annotations

import numpy as np
from numba import njit


@njit(cache=True, nogil=True)
def trade_in_cycles(indptr, mentor, mentor_indptr, mentee, places, mentor_of):
    """Let mentees trade the places that mentors hold out to their first in line.

    Parameters
    ----------
    indptr : ndarray of int64, shape (n + 1,)
        Mentee `i` wants ``mentor[indptr[i]:indptr[i + 1]]``, best first.
    mentor : ndarray of int32, shape (e,)
        Mentor positions.
    mentor_indptr : ndarray of int64, shape (m + 1,)
        Mentor `j` holds places out to ``mentee[mentor_indptr[j]:mentor_indptr[j + 1]]`` in order.
    mentee : ndarray of int32, shape (e,)
        Mentee positions.
    places : ndarray of int64, shape (m,)
        Open places; used up in place.
    mentor_of : ndarray of int64, shape (n,)
        Mentor positions; mentees who have one already do not trade. Filled in place, -1 for
        unmatched.

    Notes
    -----
    Each mentee points at the best mentor with an open place, each mentor at the first in line who
    is still there; a cycle trades and leaves. Pointers only move forward: O(e).
    """
    n = len(indptr) - 1
    here = mentor_of < 0
    wish = indptr[:-1].copy()
    line = mentor_indptr[:-1].copy()
    depth_of = np.full(n, -1, dtype=np.int64)
    path = np.empty(n, dtype=np.int64)
    for start in range(n):
        depth = 0
        while depth > 0 or here[start]:
            if depth == 0:
                path[0], depth_of[start], depth = start, 0, 1
            i = path[depth - 1]
            while wish[i] < indptr[i + 1] and places[mentor[wish[i]]] == 0:
                wish[i] += 1
            if wish[i] == indptr[i + 1]:
                here[i] = False
                depth -= 1
                continue
            j = mentor[wish[i]]
            while not here[mentee[line[j]]]:
                line[j] += 1
            first = mentee[line[j]]
            if depth_of[first] < 0:
                depth_of[first] = depth
                path[depth] = first
                depth += 1
                continue
            begin = depth_of[first]
            for level in range(begin, depth):
                trader = path[level]
                mentor_of[trader] = mentor[wish[trader]]
                places[mentor_of[trader]] -= 1
                here[trader] = False
            depth = begin
