"""Kiraly's approximation of the largest stable matching with ties on both sides."""

from __future__ import annotations

import numpy as np
from numba import njit


@njit(cache=True, nogil=True)
def _level_end(indptr, mentee_utility, i, first):
    """Find where the equals that start at `first` end in mentee `i`'s list."""
    end = first
    while end < indptr[i + 1] and mentee_utility[end] == mentee_utility[first]:
        end += 1
    return end


@njit(cache=True, nogil=True)
def _favorite(mentor, gone, size, places, first, end):
    """Find a mentor of one level who is not struck out, one with an open place if there is."""
    chosen = -1
    for at in range(first, end):
        if gone[at] or places[mentor[at]] == 0:
            continue
        if size[mentor[at]] < places[mentor[at]]:
            return at
        if chosen < 0:
            chosen = at
    return chosen


@njit(cache=True, nogil=True)
def _weakest(holders, held_at, mentor_utility, promoted, start, size):
    """Find the slot of the worst mentee that a mentor holds; the promoted win ties."""
    worst = start
    for slot in range(start + 1, start + size):
        key, other = mentor_utility[held_at[slot]], mentor_utility[held_at[worst]]
        if key < other or (key == other and promoted[holders[slot]] < promoted[holders[worst]]):
            worst = slot
    return worst


@njit(cache=True, nogil=True)
def _uncertain(holders, held_at, mentor, gone, size, places, level, end_of, start, n_held):
    """Find the slot of a mentee who has an equal mentor with an open place, -1 for none."""
    for slot in range(start, start + n_held):
        h = holders[slot]
        at = _favorite(mentor, gone, size, places, level[h], end_of[h])
        if at >= 0 and size[mentor[at]] < places[mentor[at]]:
            return slot
    return -1


@njit(cache=True, nogil=True)
def propose_with_promotion(
    indptr, mentor, mentee_utility, mentor_utility, places, starts, priority
):
    """Find a stable matching of at least two thirds of the largest size.

    A mentee proposes to the best mentors left, among equals to one with an open place. Whoever is
    refused by all starts once more, promoted, and then wins ties. A mentor whose mentee has an
    equal mentor with an open place lets that mentee go for any other.

    Parameters
    ----------
    indptr, mentor, mentee_utility, mentor_utility : ndarray
        The lists of `Edges`, equals in any order.
    places : ndarray of int64, shape (m,)
        Capacities, at most the number of mentees.
    starts : ndarray of int64, shape (m + 1,)
        Where each mentor's held mentees begin.
    priority : ndarray of int64, shape (n,)
        The order in which mentees move first.

    Returns
    -------
    ndarray of int64, shape (n,)
        Mentor positions, -1 for unmatched.
    """
    n = len(indptr) - 1
    gone = np.zeros(len(mentor), dtype=np.bool_)
    promoted = np.zeros(n, dtype=np.int8)
    level = indptr[:n].copy()
    end_of = np.empty(n, dtype=np.int64)
    for i in range(n):
        end_of[i] = _level_end(indptr, mentee_utility, i, level[i])
    holders = np.empty(starts[-1], dtype=np.int64)
    held_at = np.empty(starts[-1], dtype=np.int64)
    size = np.zeros(len(places), dtype=np.int64)
    mentor_of = np.full(n, -1, dtype=np.int64)
    free = priority[::-1].copy()
    n_free = n
    while n_free:
        i = free[n_free - 1]
        at = _favorite(mentor, gone, size, places, level[i], end_of[i])
        if at < 0:
            if end_of[i] < indptr[i + 1]:
                level[i] = end_of[i]
            elif promoted[i] == 0 and indptr[i] < indptr[i + 1]:
                promoted[i] = 1
                gone[indptr[i] : indptr[i + 1]] = False
                level[i] = indptr[i]
            else:
                n_free -= 1
                continue
            end_of[i] = _level_end(indptr, mentee_utility, i, level[i])
            continue
        j = mentor[at]
        n_free -= 1
        mentor_of[i] = j
        if size[j] < places[j]:
            slot = starts[j] + size[j]
            size[j] += 1
        else:
            slot = _uncertain(
                holders, held_at, mentor, gone, size, places, level, end_of, starts[j], size[j]
            )
            if slot < 0:
                slot = _weakest(holders, held_at, mentor_utility, promoted, starts[j], size[j])
                key, held = mentor_utility[at], mentor_utility[held_at[slot]]
                if key < held or (key == held and promoted[i] <= promoted[holders[slot]]):
                    gone[at] = True
                    mentor_of[i] = -1
                    n_free += 1
                    continue
                gone[held_at[slot]] = True
            out = holders[slot]
            mentor_of[out] = -1
            free[n_free] = out
            n_free += 1
        holders[slot], held_at[slot] = i, at
    return mentor_of
