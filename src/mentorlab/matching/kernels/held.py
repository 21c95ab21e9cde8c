"""The partners a person holds for now: a heap with the worst on top, one slice of two arrays."""

from __future__ import annotations

import numpy as np
from numba import njit


@njit(cache=True, nogil=True, inline="always")
def is_worse(key, lot, other_key, other_lot):
    """Whether one holds a lower key, or the same key and a later lot."""
    return key < other_key or (key == other_key and lot > other_lot)


@njit(cache=True, nogil=True)
def push(keys, holders, lottery, start, size, key, holder):
    """Add a holder to the heap at `start` that has `size` entries; lots are read for ties only."""
    child = size
    while child > 0:
        parent = (child - 1) >> 1
        at = start + parent
        if key > keys[at] or (key == keys[at] and lottery[holder] <= lottery[holders[at]]):
            break
        keys[start + child], holders[start + child] = keys[at], holders[at]
        child = parent
    keys[start + child], holders[start + child] = key, holder


@njit(cache=True, nogil=True)
def replace_worst(keys, holders, lottery, start, size, key, holder):
    """Put a holder in the place of the worst one, who is returned."""
    out = holders[start]
    parent = 0
    while True:
        child = 2 * parent + 1
        if child >= size:
            break
        at = start + child
        if child + 1 < size and (
            keys[at + 1] < keys[at]
            or (keys[at + 1] == keys[at] and lottery[holders[at + 1]] > lottery[holders[at]])
        ):
            child += 1
            at += 1
        if keys[at] > key or (keys[at] == key and lottery[holders[at]] <= lottery[holder]):
            break
        keys[start + parent], holders[start + parent] = keys[at], holders[at]
        parent = child
    keys[start + parent], holders[start + parent] = key, holder
    return out


def heap_starts(places: np.ndarray) -> np.ndarray:
    """Tell where each person's slice begins.

    Returns
    -------
    ndarray of int64, shape (len(places) + 1,)
    """
    return np.concatenate([[0], np.cumsum(places)]).astype(np.int64)
