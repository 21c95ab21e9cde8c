"""Deferred acceptance on lists that are sorted, with ties broken."""

from __future__ import annotations

import numpy as np
from numba import njit

from .held import heap_starts, is_worse, push, replace_worst

_BLOCK = 64  # mentees whose next proposals are read ahead together; it changes the time only
_BAR, _START, _SIZE, _PLACES = 0, 1, 2, 3


def mentees_propose(
    indptr: np.ndarray,
    mentor: np.ndarray,
    mentor_utility: np.ndarray,
    capacity: np.ndarray,
    lottery: np.ndarray,
) -> np.ndarray:
    """Find the stable matching that is best for every mentee at once.

    Parameters
    ----------
    indptr : ndarray of int64, shape (n + 1,)
        Mentee `i` proposes along ``mentor[indptr[i]:indptr[i + 1]]``.
    mentor : ndarray of int32, shape (e,)
        Mentor positions.
    mentor_utility : ndarray of float64, shape (e,)
        What the mentor gets from the pair.
    capacity : ndarray of int64, shape (m,)
        Places of each mentor.
    lottery : ndarray of int64, shape (n,)
        Who comes first (lowest) where a mentor is indifferent.

    Returns
    -------
    ndarray of int64, shape (n,)
        Mentor positions, -1 for unmatched.
    """
    places = _held_places(mentor, capacity, len(indptr) - 1)
    starts = heap_starts(places)
    return _mentees_propose(indptr, mentor, mentor_utility, places, starts, lottery)[0]


def _held_places(mentor: np.ndarray, capacity: np.ndarray, n_mentees: int) -> np.ndarray:
    places = np.minimum(capacity, n_mentees)
    if places.sum() > 4 * n_mentees + len(places):
        places = np.minimum(places, np.bincount(mentor, minlength=len(places)))
    return places


@njit(cache=True, nogil=True)
def _mentees_propose(indptr, mentor, mentor_utility, places, starts, lottery):
    """Propose in rounds of blocks; also give a number that only keeps the reads ahead alive.

    Time goes into waiting for memory. So each block's next proposals and their mentors are read
    ahead of their use, at once, and while many are free they move in the order of their lists.
    """
    n, m = len(indptr) - 1, len(places)
    keys = np.zeros(starts[m] + 1, dtype=np.float64)  # one more: reading ahead may look at the end
    holders = np.empty(starts[m], dtype=np.int32)
    state = np.empty((m, 4), dtype=np.float64)  # bar, start, size, places: one line of memory
    for j in range(m):
        state[j, _BAR] = -np.inf if places[j] > 0 else np.inf
        state[j, _START], state[j, _SIZE], state[j, _PLACES] = starts[j], 0, places[j]
    position = indptr[:n].copy()
    free = np.arange(n).astype(np.int32)
    is_free = np.zeros(n, dtype=np.bool_)
    n_free = n
    read_ahead = 0.0
    while n_free:
        n_next = 0
        for first in range(0, n_free, _BLOCK):
            last = min(first + _BLOCK, n_free)
            for place in range(first, last):
                at = position[free[place]]
                if at < indptr[free[place] + 1]:
                    j = mentor[at]
                    read_ahead += mentor_utility[at] + keys[int(state[j, _START])]
            for place in range(first, last):
                i = free[place]
                at = position[i]
                end = indptr[i + 1]
                while at < end:
                    j = mentor[at]
                    key = mentor_utility[at]
                    at += 1
                    if key < state[j, _BAR]:
                        continue
                    start, held = int(state[j, _START]), int(state[j, _SIZE])
                    if held < state[j, _PLACES]:
                        push(keys, holders, lottery, start, held, key, i)
                        state[j, _SIZE] = held + 1
                        if held + 1 == state[j, _PLACES]:
                            state[j, _BAR] = keys[start]
                        break
                    if key > state[j, _BAR] or lottery[i] < lottery[holders[start]]:
                        out = replace_worst(keys, holders, lottery, start, held, key, i)
                        state[j, _BAR] = keys[start]
                        is_free[out] = True
                        free[n_next] = out
                        n_next += 1
                        break
                position[i] = at
        n_free = _in_order(free, is_free, n_next)
    mentor_of = np.full(n, -1, dtype=np.int64)
    for j in range(m):
        for slot in range(starts[j], starts[j] + int(state[j, _SIZE])):
            mentor_of[holders[slot]] = j
    return mentor_of, read_ahead


@njit(cache=True, nogil=True)
def _in_order(free, is_free, n_free):
    """Put the free mentees in the order of their lists while they are many; clear the marks."""
    if n_free <= len(is_free) >> 6:
        for place in range(n_free):
            is_free[free[place]] = False
        return n_free
    n_free = 0
    for i in range(len(is_free)):
        if is_free[i]:
            free[n_free] = i
            is_free[i] = False
            n_free += 1
    return n_free


@njit(cache=True, nogil=True)
def mentors_propose(indptr, mentee, mentee_utility, capacity, lottery, n_mentees):
    """Find the stable matching that is best for every mentor at once.

    Parameters
    ----------
    indptr : ndarray of int64, shape (m + 1,)
        Mentor `j` proposes along ``mentee[indptr[j]:indptr[j + 1]]``.
    mentee : ndarray of int32, shape (e,)
        Mentee positions.
    mentee_utility : ndarray of float64, shape (e,)
        What the mentee gets from the pair.
    capacity : ndarray of int64, shape (m,)
        Places of each mentor.
    lottery : ndarray of int64, shape (m,)
        Who comes first (lowest) where a mentee is indifferent.
    n_mentees : int

    Returns
    -------
    ndarray of int64, shape (n,)
        Mentor positions, -1 for unmatched.
    """
    m = len(capacity)
    mentor_of = np.full(n_mentees, -1, dtype=np.int64)
    held = np.empty(n_mentees, dtype=np.float64)
    position = indptr[:m].copy()
    open_places = capacity.copy()
    waiting = np.arange(m)
    is_waiting = np.ones(m, dtype=np.bool_)
    n_waiting = m
    while n_waiting:
        n_waiting -= 1
        j = waiting[n_waiting]
        is_waiting[j] = False
        while open_places[j] > 0 and position[j] < indptr[j + 1]:
            i = mentee[position[j]]
            key = mentee_utility[position[j]]
            position[j] += 1
            now = mentor_of[i]
            if now >= 0:
                if not is_worse(held[i], lottery[now], key, lottery[j]):
                    continue
                open_places[now] += 1
                if not is_waiting[now]:
                    is_waiting[now] = True
                    waiting[n_waiting] = now
                    n_waiting += 1
            mentor_of[i] = j
            held[i] = key
            open_places[j] -= 1
    return mentor_of


@njit(cache=True, nogil=True)
def take_in_order(mentee, mentor, capacity, n_mentees):
    """Form pairs in the order given while both partners have a place.

    Parameters
    ----------
    mentee, mentor : ndarray of int, shape (e,)
    capacity : ndarray of int64, shape (m,)
    n_mentees : int

    Returns
    -------
    ndarray of int64, shape (n_mentees,)
        Mentor positions, -1 for unmatched.
    """
    mentor_of = np.full(n_mentees, -1, dtype=np.int64)
    open_places = capacity.copy()
    for place in range(len(mentee)):
        i, j = mentee[place], mentor[place]
        if mentor_of[i] < 0 and open_places[j] > 0:
            mentor_of[i] = j
            open_places[j] -= 1
    return mentor_of


@njit(cache=True, nogil=True)
def take_by_lot(indptr, mentor, capacity, order, lots):
    """Give mentees in turn one of their mentors who has a place, each with the same chance.

    Whom a lot means does not depend on the order of the lists.

    Parameters
    ----------
    indptr : ndarray of int64, shape (n + 1,)
        The mentors of mentee `i` are ``mentor[indptr[i]:indptr[i + 1]]``.
    mentor : ndarray of int32, shape (e,)
    capacity : ndarray of int64, shape (m,)
    order : ndarray of int64, shape (n,)
        Whose turn it is.
    lots : ndarray of float64, shape (n,)
        Uniform numbers in [0, 1); the first is for the first turn.

    Returns
    -------
    ndarray of int64, shape (n,)
        Mentor positions, -1 for unmatched.
    """
    mentor_of = np.full(len(order), -1, dtype=np.int64)
    places = capacity.copy()
    everyone = np.arange(len(capacity)).astype(mentor.dtype)
    for turn in range(len(order)):
        i = order[turn]
        row = mentor[indptr[i] : indptr[i + 1]]
        row = everyone if len(row) == len(capacity) else np.sort(row)
        n_open = 0
        for j in row:
            n_open += places[j] > 0
        left = int(lots[turn] * n_open)
        for j in row:
            if places[j] > 0:
                if left == 0:
                    mentor_of[i] = j
                    places[j] -= 1
                    break
                left -= 1
    return mentor_of


def accept_at_once(
    indptr: np.ndarray,
    mentor: np.ndarray,
    mentor_utility: np.ndarray,
    capacity: np.ndarray,
    lottery: np.ndarray,
) -> np.ndarray:
    """Grant the k-th wishes in round k, the mentor's best first, for good.

    Parameters and the answer are those of `mentees_propose`.
    """
    mentor_of = np.full(len(indptr) - 1, -1, dtype=np.int64)
    open_places = capacity.copy()
    free = np.flatnonzero(np.diff(indptr))
    position = indptr[:-1].copy()
    while len(free):
        at = position[free]
        asked = mentor[at].astype(np.int64)
        order = np.lexsort((lottery[free], -mentor_utility[at], asked))
        asked = asked[order]
        turn = np.arange(len(asked)) - np.searchsorted(asked, asked)
        granted = order[turn < open_places[asked]]
        mentor_of[free[granted]] = mentor[at[granted]]
        open_places -= np.bincount(mentor[at[granted]], minlength=len(capacity))
        position[free] += 1
        free = free[(mentor_of[free] < 0) & (position[free] < indptr[free + 1])]
    return mentor_of


@njit(cache=True, nogil=True)
def find_pairs(indptr, mentor, mentees, mentors):
    """Find where pairs stand in the lists.

    Parameters
    ----------
    indptr : ndarray of int64, shape (n + 1,)
    mentor : ndarray of int32, shape (e,)
    mentees, mentors : ndarray of int64, shape (k,)

    Returns
    -------
    ndarray of int64, shape (k,)
        -1 for pairs that are not listed.
    """
    found = np.full(len(mentees), -1, dtype=np.int64)
    for place in range(len(mentees)):
        i = mentees[place]
        for at in range(indptr[i], indptr[i + 1]):
            if mentor[at] == mentors[place]:
                found[place] = at
                break
    return found


@njit(cache=True, nogil=True)
def has_equals(indptr, utility):
    """Whether any row, sorted, holds the same utility twice."""
    for i in range(len(indptr) - 1):
        for at in range(indptr[i] + 1, indptr[i + 1]):
            if utility[at] == utility[at - 1]:
                return True
    return False
