"""Statistics of shuffled data, many draws in one compiled call."""

from __future__ import annotations

import numpy as np
from numba import njit


@njit(cache=True, nogil=True)
def _shuffle(values, places, bounds, rng):
    """Shuffle the values at `places`, each stretch between bounds by itself."""
    for s in range(len(bounds) - 1):
        for i in range(bounds[s + 1] - 1, bounds[s], -1):
            j = bounds[s] + np.int64(rng.random() * (i - bounds[s] + 1))
            a, b = places[i], places[j]
            values[a], values[b] = values[b], values[a]


@njit(cache=True, nogil=True)
def shuffled_matches(first, second, labels, fixed, places, bounds, n_draws, rng):
    """Count ties between equal labels after shuffling labels, once a draw.

    Parameters
    ----------
    first, second : numpy.ndarray of int32, shape (n_ties,)
        Ends of the ties.
    labels : numpy.ndarray of int32, shape (n,)
        Label codes.
    fixed : numpy.ndarray of int32, shape (n_ties,) or (0,)
        Labels of the first ends when these stay as they are; empty to take the shuffled ones.
    places : numpy.ndarray of int64
        Positions whose labels are shuffled, stratum after stratum.
    bounds : numpy.ndarray of int64
        Where each stratum begins in `places`, and the end.
    n_draws : int
    rng : numpy.random.Generator

    Returns
    -------
    numpy.ndarray of float64, shape (n_draws,)
    """
    labels = labels.copy()
    counts = np.empty(n_draws)
    for draw in range(n_draws):
        _shuffle(labels, places, bounds, rng)
        same = 0
        if len(fixed):
            for e in range(len(second)):
                same += fixed[e] == labels[second[e]]
        else:
            for e in range(len(second)):
                same += labels[first[e]] == labels[second[e]]
        counts[draw] = same
    return counts


@njit(cache=True, nogil=True)
def shuffled_differences(first, second, values, fixed, places, bounds, n_draws, rng):
    """Add up absolute differences over ties after shuffling values, once a draw.

    Parameters
    ----------
    first, second, places, bounds, n_draws, rng
        As in `shuffled_matches`.
    values : numpy.ndarray of float64, shape (n,)
        One number a person.
    fixed : numpy.ndarray of float64, shape (n_ties,) or (0,)
        Values of the first ends when these stay as they are.

    Returns
    -------
    numpy.ndarray of float64, shape (n_draws,)
    """
    values = values.copy()
    sums = np.empty(n_draws)
    for draw in range(n_draws):
        _shuffle(values, places, bounds, rng)
        total = 0.0
        for e in range(len(second)):
            other = fixed[e] if len(fixed) else values[first[e]]
            total += abs(other - values[second[e]])
        sums[draw] = total
    return sums


@njit(cache=True, nogil=True)
def qap_sums(rows, columns, weight, matrix, n_draws, rng):
    """Add up a matrix over the ties of a network whose people were permuted, once a draw.

    Parameters
    ----------
    rows, columns : numpy.ndarray of int32, shape (n_ties,)
        Cells of the network that are not 0.
    weight : numpy.ndarray of float64, shape (n_ties,)
        Their values.
    matrix : numpy.ndarray of float64, shape (n, n)
        The other network or covariate.
    n_draws : int
    rng : numpy.random.Generator

    Returns
    -------
    numpy.ndarray of float64, shape (n_draws,)
    """
    n = len(matrix)
    person = np.arange(n)
    everyone, bounds = np.arange(n), np.array([0, n])
    sums = np.empty(n_draws)
    for draw in range(n_draws):
        _shuffle(person, everyone, bounds, rng)
        total = 0.0
        for e in range(len(rows)):
            total += weight[e] * matrix[person[rows[e]], person[columns[e]]]
        sums[draw] = total
    return sums


@njit(cache=True, nogil=True)
def permuted_products(matrix, others, n_draws, rng):
    """Multiply a matrix whose people were permuted with others, off the diagonal, once a draw.

    Parameters
    ----------
    matrix : numpy.ndarray of float64, shape (n, n)
    others : numpy.ndarray of float64, shape (n, n, k)
    n_draws : int
    rng : numpy.random.Generator

    Returns
    -------
    numpy.ndarray of float64, shape (n_draws, k)
        Sums of products.
    """
    n, k = others.shape[0], others.shape[2]
    person = np.arange(n)
    everyone, bounds = np.arange(n), np.array([0, n])
    products = np.zeros((n_draws, k))
    for draw in range(n_draws):
        _shuffle(person, everyone, bounds, rng)
        for i in range(n):
            row = person[i]
            for j in range(n):
                if i != j:
                    value = matrix[row, person[j]]
                    for c in range(k):
                        products[draw, c] += value * others[i, j, c]
    return products
