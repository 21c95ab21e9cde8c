"""Stable roommates by Irving's algorithm, on incomplete strict lists."""

from __future__ import annotations

import numpy as np
from numba import njit

NONE = -1


@njit(cache=True, nogil=True)
def _first(row: np.ndarray, alive: np.ndarray, start: int) -> int:
    at = start
    while at < len(row) and row[at] >= 0 and not alive[row[at]]:
        at += 1
    return at if at < len(row) and row[at] >= 0 else NONE


@njit(cache=True, nogil=True)
def _truncate(
    person: int, keep: int, lists: np.ndarray, rank: np.ndarray, alive: np.ndarray
) -> None:
    """Strike everyone whom `person` likes less than `keep`, on both lists."""
    for at in range(rank[person, keep] + 1, lists.shape[1]):
        other = lists[person, at]
        if other < 0:
            break
        alive[person, other] = False
        alive[other, person] = False


@njit(cache=True, nogil=True)
def _propose(lists: np.ndarray, rank: np.ndarray, alive: np.ndarray) -> None:
    """Let everyone propose down the list; an offer strikes all that its receiver likes less."""
    n = len(lists)
    holds = np.full(n, NONE)
    free = np.arange(n)
    n_free = n
    while n_free:
        n_free -= 1
        person = free[n_free]
        at = _first(lists[person], alive[person], 0)
        if at < 0:
            continue
        other = lists[person, at]
        rejected = holds[other]
        holds[other] = person
        _truncate(other, person, lists, rank, alive)
        if rejected >= 0:
            free[n_free] = rejected
            n_free += 1


@njit(cache=True, nogil=True)
def _last(row: np.ndarray, alive: np.ndarray) -> int:
    found = NONE
    for at in range(len(row)):
        if row[at] < 0:
            break
        if alive[row[at]]:
            found = row[at]
    return found


@njit(cache=True, nogil=True)
def _eliminate_rotation(start: int, lists: np.ndarray, rank: np.ndarray, alive: np.ndarray) -> bool:
    """Find the rotation that `start` leads to and strike it; tell whether all lists still live."""
    n = len(lists)
    seen = np.full(n, NONE)
    xs = np.empty(n + 1, dtype=np.int64)
    ys = np.empty(n + 1, dtype=np.int64)
    length, person = 0, start
    while seen[person] < 0:
        seen[person] = length
        at = _first(lists[person], alive[person], 0)
        second = lists[person, _first(lists[person], alive[person], at + 1)]
        xs[length], ys[length] = person, second
        length += 1
        person = _last(lists[second], alive[second])
    begin = seen[person]
    for k in range(begin, length):
        _truncate(ys[k], xs[k], lists, rank, alive)
    lives = True
    for k in range(begin, length):
        lives = lives and _first(lists[xs[k]], alive[xs[k]], 0) >= 0
    return lives


@njit(cache=True, nogil=True)
def stable_roommates(lists: np.ndarray) -> tuple[bool, np.ndarray]:
    """Pair people so that no two prefer each other to their partners, or tell that nobody can.

    Parameters
    ----------
    lists : ndarray of int64, shape (n, k)
        Strict orders, best first, -1 after the end; acceptability is mutual.

    Returns
    -------
    exists : bool
    partner : ndarray of int64, shape (n,)
        -1 for people who are alone in every stable matching; all -1 when none exists.
    """
    n = len(lists)
    rank = np.full((n, n), lists.shape[1], dtype=np.int32)
    alive = np.zeros((n, n), dtype=np.bool_)
    for i in range(n):
        for at in range(lists.shape[1]):
            if lists[i, at] < 0:
                break
            rank[i, lists[i, at]] = at
            alive[i, lists[i, at]] = True
    _propose(lists, rank, alive)
    partner = np.full(n, NONE)
    person = 0
    while person < n:
        at = _first(lists[person], alive[person], 0)
        if at >= 0 and _first(lists[person], alive[person], at + 1) >= 0:
            if not _eliminate_rotation(person, lists, rank, alive):
                return False, np.full(n, NONE)
        else:
            person += 1
    for i in range(n):
        at = _first(lists[i], alive[i], 0)
        if at >= 0:
            partner[i] = lists[i, at]
    return True, partner
