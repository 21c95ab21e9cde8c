"""Deferred acceptance on matrices, without sorting them.

Each free person goes straight to the best partner who takes them now; the proposals in between
would all be refused, so the matching is that of deferred acceptance on the sorted lists.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from .contest import BLOCK, best_open
from .held import heap_starts, push, replace_worst

_ALL = np.empty((0, 0), dtype=np.bool_)
_SAMPLE = 32  # mentors by whom mentees' standing is guessed; it changes the time only


def mentees_propose_dense(
    mentee_utility: np.ndarray,
    mentor_utility: np.ndarray,
    acceptable: np.ndarray | None,
    capacity: np.ndarray,
    mentee_lots: np.ndarray,
    mentor_lots: np.ndarray,
    *,
    block: int = BLOCK,
) -> np.ndarray:
    """Find the stable matching that is best for every mentee at once.

    Parameters
    ----------
    mentee_utility, mentor_utility : ndarray of float64, shape (n, m)
    acceptable : ndarray of bool, shape (n, m), or None
    capacity : ndarray of int64, shape (m,)
    mentee_lots, mentor_lots : ndarray of int64, shape (n,) and (m,)
        Who comes first (lowest) among equals.
    block : int
        How many mentors are looked at together; changes the time, not the answer.

    Returns
    -------
    ndarray of int64, shape (n,)
        Mentor positions, -1 for unmatched.
    """
    places = np.minimum(capacity, len(mentee_utility))
    return _mentees_propose(
        mentee_utility,
        mentor_utility,
        _ALL if acceptable is None else acceptable,
        places,
        heap_starts(places),
        mentee_lots,
        mentor_lots,
        _likely_order(mentor_utility),
        block,
    )


def _likely_order(utility: np.ndarray) -> np.ndarray:
    """Guess who is wanted least, first: whoever moves last (best first) is seldom displaced."""
    step = max(utility.shape[1] // _SAMPLE, 1)
    return np.argsort(utility[:, ::step].sum(axis=1), kind="stable")


@njit(cache=True, nogil=True)
def _mentees_propose(own, other, acceptable, places, starts, mentee_lots, mentor_lots, free, width):
    n, m = own.shape
    masked = len(acceptable) > 0
    no_mask = np.empty(0, dtype=np.bool_)
    keys = np.empty(starts[m], dtype=np.float64)
    holders = np.empty(starts[m], dtype=np.int32)
    size = np.zeros(m, dtype=np.int64)
    bar = np.where(places > 0, -np.inf, np.inf)
    bar_lots = np.full(m, n, dtype=np.int64)
    mentor_of = np.full(n, -1, dtype=np.int64)
    n_blocks = (m + width - 1) // width
    best = np.empty((n, n_blocks), dtype=np.float64)
    at = np.full((n, n_blocks), -1, dtype=np.int32)
    is_new = np.ones(n, dtype=np.bool_)
    open_keys = np.empty(width, dtype=np.float64)
    n_free = n
    while n_free:
        n_free -= 1
        i = free[n_free]
        row = acceptable[i] if masked else no_mask
        j = best_open(
            own[i],
            other[i],
            row,
            bar,
            bar_lots,
            mentor_lots,
            mentee_lots[i],
            width,
            is_new[i],
            best[i],
            at[i],
            open_keys,
        )
        is_new[i] = False
        if j < 0:
            continue
        mentor_of[i] = j
        if size[j] < places[j]:
            push(keys, holders, mentee_lots, starts[j], size[j], other[i, j], i)
            size[j] += 1
        else:
            out = replace_worst(keys, holders, mentee_lots, starts[j], size[j], other[i, j], i)
            mentor_of[out] = -1
            free[n_free] = out
            n_free += 1
        if size[j] == places[j]:
            bar[j] = keys[starts[j]]
            bar_lots[j] = mentee_lots[holders[starts[j]]]
    return mentor_of


def mentors_propose_dense(
    mentee_utility: np.ndarray,
    mentor_utility: np.ndarray,
    acceptable: np.ndarray | None,
    capacity: np.ndarray,
    mentee_lots: np.ndarray,
    mentor_lots: np.ndarray,
    *,
    block: int = BLOCK,
) -> np.ndarray:
    """Find the stable matching that is best for every mentor at once.

    Parameters and the answer are those of `mentees_propose_dense`; the matrices are copied once,
    turned round, so that a mentor's mentees stand together in memory.
    """
    own = np.ascontiguousarray(mentor_utility.T)
    other = np.ascontiguousarray(mentee_utility.T)
    return _mentors_propose(
        own,
        other,
        _ALL if acceptable is None else np.ascontiguousarray(acceptable.T),
        capacity,
        mentee_lots,
        mentor_lots,
        _likely_order(other),
        block,
    )


@njit(cache=True, nogil=True)
def _mentors_propose(own, other, acceptable, capacity, mentee_lots, mentor_lots, waiting, width):
    m, n = own.shape
    masked = len(acceptable) > 0
    no_mask = np.empty(0, dtype=np.bool_)
    mentor_of = np.full(n, -1, dtype=np.int64)
    bar = np.full(n, -np.inf)
    bar_lots = np.full(n, m, dtype=np.int64)
    open_places = capacity.copy()
    n_blocks = (n + width - 1) // width
    best = np.empty((m, n_blocks), dtype=np.float64)
    at = np.full((m, n_blocks), -1, dtype=np.int32)
    is_new = np.ones(m, dtype=np.bool_)
    open_keys = np.empty(width, dtype=np.float64)
    is_waiting = np.ones(m, dtype=np.bool_)
    n_waiting = m
    while n_waiting:
        n_waiting -= 1
        j = waiting[n_waiting]
        is_waiting[j] = False
        row = acceptable[j] if masked else no_mask
        while open_places[j] > 0:
            i = best_open(
                own[j],
                other[j],
                row,
                bar,
                bar_lots,
                mentee_lots,
                mentor_lots[j],
                width,
                is_new[j],
                best[j],
                at[j],
                open_keys,
            )
            is_new[j] = False
            if i < 0:
                break
            now = mentor_of[i]
            if now >= 0:
                open_places[now] += 1
                if not is_waiting[now]:
                    is_waiting[now] = True
                    waiting[n_waiting] = now
                    n_waiting += 1
            mentor_of[i] = j
            bar[i] = other[j, i]
            bar_lots[i] = mentor_lots[j]
            open_places[j] -= 1
    return mentor_of
