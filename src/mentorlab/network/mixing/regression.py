"""Least squares over pairs, each covariate tested by permuting its own part."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ...errors import EstimationError, quote

WHO = "qap"
_LEAST_OWN_PART = 1e-10


@dataclass(frozen=True, eq=False)
class PairRegression:
    """A regression over pairs of people and its permutation draws.

    Attributes
    ----------
    coefficients : numpy.ndarray of float64, shape (k + 1,)
        Intercept first.
    t : numpy.ndarray of float64, shape (k,)
        t statistics of the covariates.
    draws : list of numpy.ndarray of float64, shape (n_draws,)
        t of each covariate in each permutation.
    r_squared : float
    """

    coefficients: np.ndarray
    t: np.ndarray
    draws: list[np.ndarray]
    r_squared: float


def double_semipartialing(
    ties: np.ndarray,
    covariates: np.ndarray,
    n_draws: int,
    rngs: Sequence[np.random.Generator],
    *,
    names: Sequence[str],
) -> PairRegression:
    """Regress ties on covariates and permute each covariate's residual.

    Parameters
    ----------
    ties : numpy.ndarray of float64, shape (n, n)
    covariates : numpy.ndarray of float64, shape (n, n, k)
    n_draws : int
    rngs : sequence of numpy.random.Generator
        One a covariate.
    names : sequence of str
        For messages.

    Returns
    -------
    PairRegression

    Raises
    ------
    EstimationError
        If a covariate is a sum of the others.

    References
    ----------
    dekker2007 : Sensitivity of MRQAP tests to collinearity and autocorrelation conditions.
    """
    n, k = len(ties), covariates.shape[2]
    off = ~np.eye(n, dtype=bool)
    y = ties[off]
    design = np.column_stack([np.ones(len(y)), covariates[off]])
    if len(y) <= k + 1:
        raise EstimationError(f"{WHO}: {len(y)} pairs are too few for {k} covariates.")
    coefficients, *_ = np.linalg.lstsq(design, y, rcond=None)
    residual = y - design @ coefficients
    t, draws = np.empty(k), []
    for c in range(k):
        others = np.delete(design, c + 1, axis=1)
        own = design[:, c + 1] - _project(others, design[:, c + 1])
        if own @ own < _LEAST_OWN_PART * (design[:, c + 1] ** 2).sum():
            raise EstimationError(
                f"{WHO}: {quote(names[c])} is a sum of the other covariates; leave one out."
            )
        left = y - _project(others, y)
        t[c] = _t_values(np.array([own @ left]), np.array([own @ own]), left, len(y) - k - 1)[0]
        draws.append(_draw(own, others, left, off, n_draws, rngs[c]))
    centered = y - y.mean()
    return PairRegression(
        coefficients, t, draws, float(1 - residual @ residual / (centered @ centered))
    )


def _project(design: np.ndarray, y: np.ndarray) -> np.ndarray:
    return design @ np.linalg.lstsq(design, y, rcond=None)[0]


def _t_values(
    product: np.ndarray, own_part: np.ndarray, left: np.ndarray, degrees: int
) -> np.ndarray:
    """t of a covariate from its product with what the others leave of y."""
    unexplained = np.maximum(left @ left - product**2 / own_part, 0.0)
    with np.errstate(divide="ignore"):
        return product / np.sqrt(own_part * unexplained / degrees)


def _draw(
    own: np.ndarray,
    others: np.ndarray,
    left: np.ndarray,
    off: np.ndarray,
    n_draws: int,
    rng: np.random.Generator,
) -> np.ndarray:
    from ...stats.shuffles import permuted_products

    n = len(off)
    basis = np.linalg.qr(others)[0]
    stacked = np.zeros((n, n, basis.shape[1] + 1))
    stacked[off] = np.column_stack([left, basis])
    matrix = np.zeros((n, n))
    matrix[off] = own
    products = permuted_products(matrix, stacked, n_draws, rng)
    own_part = own @ own - (products[:, 1:] ** 2).sum(axis=1)
    return _t_values(products[:, 0], own_part, left, len(left) - others.shape[1] - 1)
