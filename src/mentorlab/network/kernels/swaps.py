"""Random networks in which everybody keeps the number of ties: swaps of two ties at a time."""

from __future__ import annotations

import numpy as np
from numba import njit

_EMPTY, _GONE = -1, -2


@njit(cache=True, nogil=True)
def _slot(key, mask):
    mixed = np.uint64(key) * np.uint64(0x9E3779B97F4A7C15)
    return np.int64((mixed ^ (mixed >> np.uint64(29))) & np.uint64(mask))


@njit(cache=True, nogil=True)
def _find(table, key, mask):
    slot = _slot(key, mask)
    while table[slot] != key:
        if table[slot] == _EMPTY:
            return -1
        slot = (slot + 1) & mask
    return slot


@njit(cache=True, nogil=True)
def _add(table, key, mask):
    slot = _slot(key, mask)
    while table[slot] >= 0:
        slot = (slot + 1) & mask
    reused = table[slot] == _GONE
    table[slot] = key
    return reused


@njit(cache=True, nogil=True)
def _fill(table, first, second, n, mask):
    table[:] = _EMPTY
    for e in range(len(first)):
        _add(table, _key(first[e], second[e], n), mask)


@njit(cache=True, nogil=True)
def _key(a, b, n):
    if a > b:
        a, b = b, a
    return np.int64(a) * n + np.int64(b)


@njit(cache=True, nogil=True)
def swapped_pairs(first, second, labels, values, n, by_value, steps, rng):
    """Swap undirected ties again and again, and measure how alike tied people are in between.

    Two ties a-b and c-d become a-d and c-b unless that makes a self-tie or a tie that is there;
    which end of a tie is a and which b is drawn.

    Parameters
    ----------
    first, second : numpy.ndarray of int32
        Ends of the ties; left unchanged.
    labels : numpy.ndarray of int64
        Codes, used when `by_value` is false.
    values : numpy.ndarray of float64
        Numbers, used when it is true.
    n : int
        People.
    by_value : bool
        Add up absolute differences rather than count equal labels.
    steps : numpy.ndarray of int64
        Attempted swaps before each measurement.
    rng : numpy.random.Generator

    Returns
    -------
    measured : numpy.ndarray of float64, shape (n_draws,)
    n_swapped : int
        Swaps that could be made.
    """
    first, second = first.copy(), second.copy()
    m = len(first)
    mask = 16
    while mask < 4 * m:
        mask *= 2
    table = np.empty(mask, np.int64)
    mask -= 1
    _fill(table, first, second, n, mask)
    measured = np.empty(len(steps))
    n_swapped, n_stale = 0, 0
    now = _likeness(first, second, labels, values, by_value)
    for draw in range(len(steps)):
        for _ in range(steps[draw]):
            e, f = np.int64(rng.random() * m), np.int64(rng.random() * m)
            a, b, c, d = first[e], second[e], first[f], second[f]
            if rng.random() < 0.5:
                c, d = d, c
            if a in (c, d) or b in (c, d):
                continue
            ad, cb = _key(a, d, n), _key(c, b, n)
            if _find(table, ad, mask) >= 0 or _find(table, cb, mask) >= 0:
                continue
            table[_find(table, _key(a, b, n), mask)] = _GONE
            table[_find(table, _key(c, d, n), mask)] = _GONE
            n_stale += 2 - _add(table, ad, mask) - _add(table, cb, mask)
            first[e], second[e], first[f], second[f] = a, d, c, b
            n_swapped += 1
            if by_value:
                now += abs(values[a] - values[d]) + abs(values[c] - values[b])
                now -= abs(values[a] - values[b]) + abs(values[c] - values[d])
            else:
                now += (labels[a] == labels[d]) + (labels[c] == labels[b])
                now -= (labels[a] == labels[b]) + (labels[c] == labels[d])
            if n_stale > m:
                _fill(table, first, second, n, mask)
                n_stale = 0
        measured[draw] = now
    return measured, n_swapped


@njit(cache=True, nogil=True)
def swapped_slots(indptr, owner, guest, labels, values, by_value, steps, rng):
    """Swap the givers of two directed ties again and again; measure likeness in between.

    A receiver owns as many slots as it has givers. Two ties a to b and c to d become c to b and a
    to d unless that makes a self-tie or a tie that is there, which a look at the owner's other
    slots tells.

    Parameters
    ----------
    indptr : numpy.ndarray of int64
        Where each person's slots begin.
    owner : numpy.ndarray of int32
        Whose slot it is.
    guest : numpy.ndarray of int32
        Who is in the slot; left unchanged.
    labels, values, by_value, steps, rng
        As in `swapped_pairs`.

    Returns
    -------
    measured : numpy.ndarray of float64, shape (n_draws,)
    n_swapped : int
        Swaps that could be made.
    """
    guest = guest.copy()
    m = len(guest)
    measured = np.empty(len(steps))
    n_swapped = 0
    now = _likeness(guest, owner, labels, values, by_value)
    for draw in range(len(steps)):
        for _ in range(steps[draw]):
            e, f = np.int64(rng.random() * m), np.int64(rng.random() * m)
            a, b, c, d = guest[e], owner[e], guest[f], owner[f]
            if a in (c, d) or b in (c, d):
                continue
            taken = False
            for slot in range(indptr[d], indptr[d + 1]):
                taken |= guest[slot] == a
            for slot in range(indptr[b], indptr[b + 1]):
                taken |= guest[slot] == c
            if taken:
                continue
            guest[e], guest[f] = c, a
            n_swapped += 1
            if by_value:
                now += abs(values[a] - values[d]) + abs(values[c] - values[b])
                now -= abs(values[a] - values[b]) + abs(values[c] - values[d])
            else:
                now += (labels[a] == labels[d]) + (labels[c] == labels[b])
                now -= (labels[a] == labels[b]) + (labels[c] == labels[d])
        measured[draw] = now
    return measured, n_swapped


@njit(cache=True, nogil=True)
def _likeness(first, second, labels, values, by_value):
    total = 0.0
    for e in range(len(first)):
        a, b = first[e], second[e]
        if by_value:
            total += abs(values[a] - values[b])
        else:
            total += labels[a] == labels[b]
    return total
