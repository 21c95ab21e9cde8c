"""The bivariate normal distribution on many points at once."""

from __future__ import annotations

from functools import cache

import numpy as np

FAR = 30.0  # stands for infinity: no probability is left beyond it
_NODES = ((0.7, 8), (0.9, 12), (0.99, 20), (1.0, 80))  # errors stay below 1e-9


def bivariate_normal_cdf(first: np.ndarray, second: np.ndarray, rho: np.ndarray) -> np.ndarray:
    r"""Give the probability that two correlated normal scores stay below two limits.

    Parameters
    ----------
    first, second : numpy.ndarray of float
        Limits; ``FAR`` or beyond stands for infinity.
    rho : numpy.ndarray of float
        Correlations strictly between -1 and 1; all three are broadcast.

    Returns
    -------
    numpy.ndarray of float

    Notes
    -----
    :math:`\Phi(a)\Phi(b) + \frac{1}{2\pi}\int_0^{\arcsin\rho}
    \exp\left(-\frac{a^2+b^2-2ab\sin\theta}{2\cos^2\theta}\right)d\theta` by Gauss-Legendre with
    8 to 80 nodes, as many as the largest correlation needs for errors below 1e-9 up to .999.

    References
    ----------
    genz2004 : Numerical computation of rectangular bivariate and trivariate normal probabilities.

    Examples
    --------
    >>> probability = bivariate_normal_cdf(np.zeros(3), np.zeros(3), np.array([-0.5, 0.0, 0.5]))
    >>> probability.round(6)
    array([0.166667, 0.25    , 0.333333])
    """
    from scipy.special import ndtr

    largest = np.abs(rho).max(initial=0)
    nodes, weights = _gauss_legendre(next(n for limit, n in _NODES if largest <= limit))
    a, b = np.clip(first, -FAR, FAR), np.clip(second, -FAR, FAR)
    half = np.arcsin(rho) / 2
    squares, product = (a**2 + b**2) / 2, a * b
    area = np.zeros(np.broadcast_shapes(squares.shape, half.shape))
    for node, weight in zip(nodes, weights, strict=True):
        sine = np.sin(half * (1 + node))
        area += weight * np.exp((product * sine - squares) / (1 - sine**2))
    return ndtr(a) * ndtr(b) + half / (2 * np.pi) * area


def bivariate_normal_pdf(first: np.ndarray, second: np.ndarray, rho: np.ndarray) -> np.ndarray:
    """Give the density of two correlated normal scores.

    Parameters
    ----------
    first, second, rho : numpy.ndarray of float
        As in ``bivariate_normal_cdf``.

    Returns
    -------
    numpy.ndarray of float

    Examples
    --------
    >>> float(bivariate_normal_pdf(np.array(0.0), np.array(0.0), np.array(0.0)).round(6))
    0.159155
    """
    a, b = np.clip(first, -FAR, FAR), np.clip(second, -FAR, FAR)
    rest = 1 - rho**2
    exponent = (2 * a * b * rho - a**2 - b**2) / (2 * rest)
    return np.exp(exponent) / (2 * np.pi * np.sqrt(rest))


@cache
def _gauss_legendre(n_nodes: int) -> tuple[np.ndarray, np.ndarray]:
    return np.polynomial.legendre.leggauss(n_nodes)
