"""A quick stand-in for the model: moments as smooth surfaces over parameters."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

_RIDGES = 10.0 ** np.arange(-6, 4)  # penalties tried, in units of the mean squared feature
_POINTS_PER_TERM = 3  # a surface with crossed terms needs this many points for each term


@dataclass(frozen=True, eq=False)
class Emulator:
    """One quadratic surface for each moment.

    Attributes
    ----------
    coefficients : ndarray of float64, shape (terms, moments)
        Of the surfaces.
    error : ndarray of float64, shape (moments,)
        Standard deviation of a simulated moment around its surface, from points left out one at a
        time: what the surface misses and the luck of the replications together.
    crossed : bool
        Whether products of parameters are among the terms.
    """

    coefficients: np.ndarray
    error: np.ndarray
    crossed: bool

    def predict(self, points: np.ndarray) -> np.ndarray:
        """Give moments at points of the unit cube.

        Returns
        -------
        ndarray of float64, shape (points, moments)
        """
        return _terms(points, crossed=self.crossed) @ self.coefficients


def fit_emulator(points: np.ndarray, values: np.ndarray) -> Emulator:
    """Learn how moments depend on parameters.

    Parameters
    ----------
    points : ndarray of float64, shape (n, d)
        Within the unit cube.
    values : ndarray of float64, shape (n, moments)
        Simulated; rows with nan are left out for that moment.

    Returns
    -------
    Emulator
        With an infinite error for a moment that fewer than three points tell.

    Notes
    -----
    Ridge regression on constant, linear and squared terms, and on products where there are three
    points for each term; the penalty is the one with the least error of points left out one at a
    time, which ridge regression gives in closed form.
    """
    n, d = points.shape
    crossed = _POINTS_PER_TERM * (1 + 2 * d + d * (d - 1) // 2) <= n
    terms = _terms(points, crossed=crossed)
    coefficients = np.zeros((terms.shape[1], values.shape[1]))
    error = np.full(values.shape[1], np.inf)
    for k, column in enumerate(values.T):
        known = np.isfinite(column)
        if known.sum() >= 3:
            coefficients[:, k], error[k] = _fit(terms[known], column[known])
    return Emulator(coefficients, error, crossed)


def _terms(points: np.ndarray, *, crossed: bool) -> np.ndarray:
    centered = 2.0 * points - 1.0
    parts = [np.ones((len(points), 1)), centered, centered**2]
    if crossed:
        first, second = np.triu_indices(points.shape[1], 1)
        parts.append(centered[:, first] * centered[:, second])
    return np.hstack(parts)


def _fit(terms: np.ndarray, values: np.ndarray) -> tuple[np.ndarray, float]:
    center, level = terms[:, 1:].mean(axis=0), values.mean()
    left, size, right = np.linalg.svd(terms[:, 1:] - center, full_matrices=False)
    rotated = left.T @ (values - level)
    scale = float((size**2).mean()) or 1.0
    best, slopes = np.inf, np.zeros(terms.shape[1] - 1)
    for ridge in _RIDGES * scale:
        kept = size**2 / (size**2 + ridge)
        leverage = (left**2 * kept).sum(axis=1) + 1.0 / len(values)
        miss = (values - level - left @ (kept * rotated)) / np.maximum(1.0 - leverage, 1e-6)
        if (found := float(np.sqrt((miss**2).mean()))) < best:
            best = found
            slopes = right.T @ (size / (size**2 + ridge) * rotated)
    return np.concatenate([[level - center @ slopes], slopes]), best
