"""Search for the core that fits a core-periphery pattern best."""

from __future__ import annotations

import numpy as np
from numba import njit


@njit(cache=True, nogil=True)
def pattern_fit(n_core, n_inside, n_people, n_ties, n_cells):
    """Correlate ties with the pattern in which every pair with a core member is tied.

    Parameters
    ----------
    n_core : int
        Members of the core.
    n_inside : float
        Ties within the periphery.
    n_people, n_ties, n_cells : int
        People, ties, and pairs that could be tied.
    """
    outside = n_people - n_core
    share_outside = outside * (outside - 1) / (n_people * (n_people - 1))
    ones = n_cells * (1.0 - share_outside)
    spread = n_ties * (1.0 - n_ties / n_cells) * ones * (1.0 - ones / n_cells)
    if spread <= 1e-12:
        return -1.0
    return (n_ties - n_inside - n_ties * ones / n_cells) / np.sqrt(spread)


@njit(cache=True, nogil=True)
def best_core(indptr, indices, weight, starts, orders, n_ties, n_cells):
    """Improve each start by moving one person at a time in or out of the core.

    Parameters
    ----------
    indptr, indices, weight : numpy.ndarray
        Symmetric; a weight is a whole number of ties.
    starts : numpy.ndarray of bool, shape (n_starts, n_people)
        Cores to start from.
    orders : numpy.ndarray of int64, shape (n_starts, n_people)
        In which order people are tried.
    n_ties, n_cells : int
        Ties, and pairs that could be tied.

    Returns
    -------
    core : numpy.ndarray of bool
    fit : float
    n_found : int
        How many starts ended in the best fit.
    """
    n = len(indptr) - 1
    best, best_fit, n_found = np.zeros(n, np.bool_), -2.0, 0
    to_outside = np.empty(n)
    for s in range(len(starts)):
        core = starts[s].copy()
        n_core, n_inside = 0, 0.0
        for v in range(n):
            n_core += core[v]
            to_outside[v] = 0.0
            for e in range(indptr[v], indptr[v + 1]):
                if not core[indices[e]]:
                    to_outside[v] += weight[e]
            if not core[v]:
                n_inside += to_outside[v] / 2.0
        fit = pattern_fit(n_core, n_inside, n, n_ties, n_cells)
        moved = True
        while moved:
            moved = False
            for v in orders[s]:
                step = -1 if core[v] else 1
                inside = n_inside - step * to_outside[v]
                other = pattern_fit(n_core + step, inside, n, n_ties, n_cells)
                if other > fit + 1e-12:
                    fit, n_core, n_inside, moved = other, n_core + step, inside, True
                    core[v] = not core[v]
                    for e in range(indptr[v], indptr[v + 1]):
                        to_outside[indices[e]] -= step * weight[e]
        if fit > best_fit + 1e-12:
            best, best_fit, n_found = core, fit, 1
        elif abs(fit - best_fit) <= 1e-12:
            n_found += 1
    return best, best_fit, n_found
