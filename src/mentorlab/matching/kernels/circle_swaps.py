"""Swap search for groups whose pairs fit, in time linear in the pairs looked at."""

from __future__ import annotations

import numpy as np
from numba import njit

_TINY = 1e-9  # a gain below this is rounding


@njit(cache=True, nogil=True)
def improve_by_swaps(
    weights: np.ndarray, circle: np.ndarray, kind: np.ndarray, n_circles: int, order: np.ndarray
) -> float:
    """Swap people of one kind while any swap raises the sum of weights within circles.

    Parameters
    ----------
    weights : ndarray of float64, shape (n, n)
        Symmetric, diagonal 0: what it is worth to have two people in one circle.
    circle : ndarray of int64, shape (n,)
        Circle of each person, changed in place; sizes stay as they are.
    kind : ndarray of int64, shape (n,)
        Who may swap with whom: members with members, facilitators with facilitators.
    n_circles : int
        How many circles.
    order : ndarray of int64, shape (n,)
        In which order people look for a better place.

    Returns
    -------
    float
        Sum of the weights of all pairs within circles.
    """
    n = len(circle)
    within = np.zeros((n, n_circles))
    for i in range(n):
        for k in range(n):
            within[i, circle[k]] += weights[i, k]
    improved = True
    while improved:
        improved = False
        for at in range(n):
            i = order[at]
            g = circle[i]
            best, partner = _TINY, -1
            for j in range(n):
                h = circle[j]
                if h == g or kind[j] != kind[i]:
                    continue
                gain = (
                    within[i, h] + within[j, g] - within[i, g] - within[j, h] - 2.0 * weights[i, j]
                )
                if gain > best:
                    best, partner = gain, j
            if partner >= 0:
                h = circle[partner]
                for k in range(n):
                    shift = weights[k, partner] - weights[k, i]
                    within[k, g] += shift
                    within[k, h] -= shift
                circle[i], circle[partner] = h, g
                improved = True
    total = 0.0
    for i in range(n):
        for k in range(i):
            if circle[i] == circle[k]:
                total += weights[i, k]
    return total
