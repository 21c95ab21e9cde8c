"""Taking several sets of means away at once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def sweep_means(values: np.ndarray, factors: Sequence[np.ndarray]) -> tuple[np.ndarray, int]:
    r"""Take the effects of several factors out of some variables.

    Parameters
    ----------
    values : numpy.ndarray of float, shape (n, m)
        Variables.
    factors : sequence of numpy.ndarray of int, shape (n,)
        Level codes of each factor; factors may be crossed or nested.

    Returns
    -------
    residuals : numpy.ndarray, shape (n, m)
        What is left, orthogonal to every level of every factor.
    rank : int
        Degrees of freedom that were taken, the mean included.

    Notes
    -----
    Alternating projections: each pass takes one factor's means away until nothing changes, which
    is least squares on all levels at once. The rank is that of the level indicators (levels less
    connected components for two factors; for more it is an upper bound).

    References
    ----------
    guimaraes2010 : A simple feasible procedure to fit models with high-dimensional fixed effects.

    Examples
    --------
    >>> values = np.array([[1.0], [2.0], [3.0], [5.0]])
    >>> left, rank = sweep_means(values, [np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1])])
    >>> left.ravel(), rank
    (array([ 0.25, -0.25, -0.25,  0.25]), 3)
    """
    left = values - values.mean(axis=0)
    coded = [np.unique(factor, return_inverse=True)[1] for factor in factors]
    sizes = [np.bincount(codes) for codes in coded]
    floor = 1e-13 * (1 + np.abs(values).max(initial=0))
    for _ in range(10_000):
        change = 0.0
        for codes, size in zip(coded, sizes, strict=True):
            for j in range(left.shape[1]):
                mean = np.bincount(codes, weights=left[:, j]) / size
                left[:, j] -= mean[codes]
                change = max(change, float(np.abs(mean).max()))
        if change < floor or len(coded) == 1:
            break
    rank = sum(len(size) for size in sizes)
    if len(coded) > 1:
        rank -= sum(_components(coded[0], other) for other in coded[1:])
    return left, max(rank, 1)


def _components(first: np.ndarray, second: np.ndarray) -> int:
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    n, m = first.max() + 1, second.max() + 1
    links = coo_array((np.ones(len(first)), (first, n + second)), shape=(n + m, n + m))
    return int(connected_components(links, directed=False)[0])
