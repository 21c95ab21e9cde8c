"""What can be said of reliability from covariances alone: Guttman's bounds and split halves."""

from __future__ import annotations

from itertools import combinations
from math import comb

import numpy as np

from ...errors import EstimationError

_MAX_SPLITS = 60_000


def correlation_of(covariance: np.ndarray) -> np.ndarray:
    """Scale covariances to correlations.

    Parameters
    ----------
    covariance : numpy.ndarray of float, shape (..., k, k)
        Variances above 0.

    Returns
    -------
    numpy.ndarray of float, shape (..., k, k)

    Examples
    --------
    >>> correlation_of(np.array([[4.0, 1.0], [1.0, 1.0]]))
    array([[1. , 0.5],
           [0.5, 1. ]])
    """
    sd = np.sqrt(np.diagonal(covariance, axis1=-2, axis2=-1))
    correlation = covariance / (sd[..., :, None] * sd[..., None, :])
    k = covariance.shape[-1]
    correlation[..., np.arange(k), np.arange(k)] = 1.0
    return correlation


def alpha_of_covariance(covariance: np.ndarray) -> np.ndarray:
    r"""Give coefficient alpha of each covariance matrix; of correlations, standardized alpha.

    Parameters
    ----------
    covariance : numpy.ndarray of float, shape (..., k, k)
        Covariances or correlations of 2 or more keyed items; of polychoric correlations the
        result is ordinal alpha.

    Returns
    -------
    numpy.ndarray of float, shape (...)
        NaN where the sum of the items does not vary.

    Notes
    -----
    :math:`\frac{k}{k-1}\left(1 - \frac{\mathrm{tr}\,C}{1'C1}\right)`. Standardized alpha is that
    of items brought to equal variance, not of the sum that is usually scored; ordinal alpha is
    that of the continuous answers imagined behind the categories and exceeds what the observed
    sum attains.

    References
    ----------
    cronbach1951 : Coefficient alpha and the internal structure of tests.
    zumbo2007 : Ordinal versions of coefficients alpha and theta.

    Examples
    --------
    >>> float(alpha_of_covariance(np.array([[1.0, 0.5], [0.5, 1.0]])).round(4))
    0.6667
    """
    k = covariance.shape[-1]
    total = covariance.sum(axis=(-2, -1))
    trace = np.trace(covariance, axis1=-2, axis2=-1)
    ratio = np.divide(trace, total, out=np.full(np.shape(total), np.nan), where=total > 0)
    return k / (k - 1) * (1 - ratio)


def squared_multiple_correlations(correlation: np.ndarray) -> np.ndarray:
    r"""Tell how well each item is predicted by all others.

    Parameters
    ----------
    correlation : numpy.ndarray of float, shape (..., k, k)
        Correlations that can be inverted.

    Returns
    -------
    numpy.ndarray of float, shape (..., k)
        :math:`1 - 1/(R^{-1})_{jj}`.

    Raises
    ------
    EstimationError
        If a matrix can't be inverted, as with fewer persons than items or a repeated item.

    Examples
    --------
    >>> squared_multiple_correlations(np.array([[1.0, 0.5], [0.5, 1.0]]))
    array([0.25, 0.25])
    """
    if np.min(np.linalg.eigvalsh(correlation)) < 1e-10:
        raise EstimationError(
            "the correlations can't be inverted: some items are exact combinations of others, or "
            "there are fewer persons than items."
        )
    inverse = np.linalg.inv(correlation)
    return 1 - 1 / np.diagonal(inverse, axis1=-2, axis2=-1)


def guttman_lambda2(covariance: np.ndarray) -> np.ndarray:
    r"""Give Guttman's second lower bound to reliability, never below alpha.

    Parameters
    ----------
    covariance : numpy.ndarray of float, shape (..., k, k)
        Covariances or correlations of keyed items.

    Returns
    -------
    numpy.ndarray of float, shape (...)

    Notes
    -----
    :math:`\lambda_2 = \frac{\sum_{i\ne j} c_{ij} + \sqrt{\frac{k}{k-1}\sum_{i\ne j} c_{ij}^2}}
    {1'C1}`. A bound in the population; in small samples it runs a little high.

    References
    ----------
    guttman1945 : A basis for analyzing test-retest reliability.

    Examples
    --------
    >>> float(guttman_lambda2(np.array([[1.0, 0.5], [0.5, 1.0]])).round(4))
    0.6667
    """
    k = covariance.shape[-1]
    off = covariance * (1 - np.eye(k))
    shared = off.sum(axis=(-2, -1)) + np.sqrt(k / (k - 1) * (off**2).sum(axis=(-2, -1)))
    return shared / covariance.sum(axis=(-2, -1))


def guttman_lambda6(correlation: np.ndarray) -> np.ndarray:
    r"""Give Guttman's sixth lower bound: what the items predict of each other, in the sum.

    Parameters
    ----------
    correlation : numpy.ndarray of float, shape (..., k, k)
        Correlations that can be inverted.

    Returns
    -------
    numpy.ndarray of float, shape (...)

    Raises
    ------
    EstimationError
        If a matrix can't be inverted.

    Notes
    -----
    :math:`\lambda_6 = 1 - \frac{\sum_j (1 - R_j^2)}{1'R1}` with the squared multiple correlations
    :math:`R_j^2`, of standardized items as R's psych (its ``G6``). Runs high when persons are few
    for the number of items.

    References
    ----------
    guttman1945 : A basis for analyzing test-retest reliability.

    Examples
    --------
    >>> correlation = np.array([[1.0, 0.5, 0.4], [0.5, 1.0, 0.6], [0.4, 0.6, 1.0]])
    >>> float(guttman_lambda6(correlation).round(4))
    0.6799
    """
    unexplained = 1 - squared_multiple_correlations(correlation)
    return 1 - unexplained.sum(axis=-1) / correlation.sum(axis=(-2, -1))


def split_halves(
    correlation: np.ndarray, *, rng: np.random.Generator | None = None, n_draws: int = 10_000
) -> np.ndarray:
    r"""Give the split-half reliability of every way to halve a scale.

    Parameters
    ----------
    correlation : numpy.ndarray of float, shape (..., k, k)
        Correlations (or covariances) of keyed items.
    rng : numpy.random.Generator, optional
        Draws `n_draws` random halves when there are more than 60,000 ways (from 19 items on).
    n_draws : int
        How many.

    Returns
    -------
    numpy.ndarray of float, shape (..., n_splits)
        In lexicographic order of the first half. The largest is Guttman's :math:`\lambda_4`, the
        smallest Revelle's beta if the halves have the same size.

    Raises
    ------
    EstimationError
        With fewer than two items, or with too many splits and no `rng`.

    Notes
    -----
    :math:`4\,c_{AB}/(1'C1)` with :math:`c_{AB}` the covariance of the two half sums. Of an odd
    number of items the first half has one less, and every such split counts: R's psych 2.2.9
    looks at the first half of the list only, so that its largest and smallest differ there. The
    largest of many splits capitalizes on chance; do not report it alone from a small sample.

    References
    ----------
    guttman1945 : A basis for analyzing test-retest reliability.
    revelle2019 : Reliability from alpha to omega: a tutorial.

    Examples
    --------
    >>> correlation = np.array([[1.0, 0.5, 0.4], [0.5, 1.0, 0.6], [0.4, 0.6, 1.0]])
    >>> split_halves(correlation).round(3)
    array([0.6  , 0.733, 0.667])
    """
    halves = _halves(correlation.shape[-1], rng, n_draws)
    with_rest = ((halves @ correlation) * (1 - halves)).sum(axis=-1)
    return 4 * with_rest / correlation.sum(axis=(-2, -1))[..., None]


def _halves(k: int, rng: np.random.Generator | None, n_draws: int) -> np.ndarray:
    size = k // 2
    if size < 1:
        raise EstimationError(f"halves need two items or more; got {k}.")
    n_splits = comb(k, size) // (1 if k % 2 else 2)
    if n_splits > _MAX_SPLITS:
        if rng is None:
            raise EstimationError(
                f"{k} items can be halved in {n_splits:,} ways: pass a seed to draw some of them."
            )
        picked = np.argsort(rng.random((n_draws, k)), axis=1)[:, :size]
    else:
        ways = combinations(range(k), size)
        picked = np.array([next(ways) for _ in range(n_splits)])
    halves = np.zeros((len(picked), k))
    np.put_along_axis(halves, picked, 1.0, axis=1)
    return halves
