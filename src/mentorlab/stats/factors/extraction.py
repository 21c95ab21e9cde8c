"""Common factors of one correlation matrix: minimum residuals, likelihood, principal axes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ...errors import EstimationError
from ..reliability.guttman import squared_multiple_correlations

LOWEST_UNIQUENESS = 0.005
_STEP_SCALE = 0.01  # with the next two as R's optim is called by psych and factanal: solutions
_MEMORY = 5  # that the data do not identify then agree as well
_MAX_STEPS = {"minres": 100, "ml": 300}
_REDUCTION = {"minres": 1e7 * np.finfo(float).eps, "ml": 1e-12}
_FLAT = 1e-4
_PA_STEPS = 2000


@dataclass(frozen=True, eq=False)
class Extraction:
    """Unrotated factors of p items.

    Attributes
    ----------
    loadings : numpy.ndarray of float, shape (p, m)
        Unrotated, largest factor first.
    uniquenesses : numpy.ndarray of float, shape (p,)
        Variance that the factors leave, of 1.
    at_bound : numpy.ndarray of bool, shape (p,)
        Heywood cases: the uniqueness stands at its lowest value or fell below 0.
    converged : bool
        Whether the method reached a stationary point.
    """

    loadings: np.ndarray
    uniquenesses: np.ndarray
    at_bound: np.ndarray
    converged: bool

    @property
    def communalities(self) -> np.ndarray:
        """Variance of each item that the factors account for, shape (p,)."""
        return (self.loadings**2).sum(axis=1)


def extract_factors(
    correlation: np.ndarray,
    n_factors: int,
    *,
    method: str = "minres",
    start: np.ndarray | None = None,
) -> Extraction:
    r"""Find the factors behind a correlation matrix.

    Parameters
    ----------
    correlation : numpy.ndarray of float, shape (p, p)
        Correlations of items that all vary; ``"ml"`` needs a positive definite matrix.
    n_factors : int
        How many, 1 or more and below p.
    method : {"minres", "ml", "pa"}
        Minimum residuals, maximum likelihood (normal items), or iterated principal axes by
        statsmodels, which has the same solution as minimum residuals when both converge.
    start : numpy.ndarray of float, shape (p,), optional
        Uniquenesses to start from; what the other items do not predict when left out.

    Returns
    -------
    Extraction
        A Heywood case or a method that did not converge is flagged, never hidden.

    Raises
    ------
    EstimationError
        If there are as many factors as items or the matrix does not allow the method.

    Notes
    -----
    ``minres`` searches the uniquenesses :math:`\psi` that leave the smallest squared residual
    correlations, ``ml`` those of the highest normal likelihood, both with the loadings that are
    best given :math:`\psi` (eigenvectors) and :math:`\psi_j \ge 0.005`, as R's psych and
    ``factanal``. Fewer than 0 degrees of freedom, :math:`((p-m)^2-(p+m))/2`, mean that many
    solutions fit equally well.

    References
    ----------
    harman1966 : Factor analysis by minimizing residuals (minres).
    joreskog1967 : Some contributions to maximum likelihood factor analysis.

    Examples
    --------
    >>> loadings = np.array([[0.8], [0.7], [0.6], [0.5]])
    >>> correlation = loadings @ loadings.T
    >>> np.fill_diagonal(correlation, 1)
    >>> abs(extract_factors(correlation, 1).loadings.round(3).ravel()).tolist()
    [0.8, 0.7, 0.6, 0.5]
    """
    p = len(correlation)
    if not 1 <= n_factors < p:
        raise EstimationError(f"{p} items allow 1 to {p - 1} factors; got {n_factors}.")
    if method == "pa":
        return _principal_axes(correlation, n_factors)
    if start is None:
        start = 1 - squared_multiple_correlations(correlation)
    if method == "ml":
        return _search(_likelihood, _likelihood_loadings, correlation, n_factors, start, "ml")
    return _search(_residuals, _residual_loadings, correlation, n_factors, start, "minres")


def degrees_of_freedom(p: int, n_factors: int) -> int:
    """Count how many correlations are left over by the factors.

    Examples
    --------
    >>> degrees_of_freedom(9, 3), degrees_of_freedom(5, 3)
    (12, -2)
    """
    return ((p - n_factors) ** 2 - (p + n_factors)) // 2


def _search(
    criterion: Callable,
    loadings_at: Callable,
    correlation: np.ndarray,
    n_factors: int,
    start: np.ndarray,
    method: str,
) -> Extraction:
    from scipy.optimize import minimize

    def scaled(x: np.ndarray) -> tuple[float, np.ndarray]:
        value, slope = criterion(x * _STEP_SCALE, correlation, n_factors)
        return value, slope * _STEP_SCALE

    found = minimize(
        scaled,
        start / _STEP_SCALE,
        jac=True,
        method="L-BFGS-B",
        bounds=[(LOWEST_UNIQUENESS / _STEP_SCALE, 1 / _STEP_SCALE)] * len(start),
        options={
            "maxcor": _MEMORY,
            "ftol": _REDUCTION[method],
            "gtol": 0.0,
            "maxiter": _MAX_STEPS[method],
        },
    )
    unique = found.x * _STEP_SCALE
    slope = criterion(unique, correlation, n_factors)[1]
    at_bound = unique <= LOWEST_UNIQUENESS * (1 + 1e-9)
    blocked = (at_bound & (slope > 0)) | ((unique >= 1) & (slope < 0))
    loadings = loadings_at(unique, correlation, n_factors)
    if method == "minres":
        unique = 1 - (loadings**2).sum(axis=1)
    return Extraction(
        loadings=loadings,
        uniquenesses=unique,
        at_bound=at_bound,
        converged=bool(np.abs(slope[~blocked] * unique[~blocked]).max(initial=0) < _FLAT),
    )


def _largest(matrix: np.ndarray, n_factors: int) -> tuple[np.ndarray, np.ndarray]:
    root, vectors = np.linalg.eigh(matrix)
    return root[::-1], vectors[:, ::-1][:, :n_factors]


def _residual_loadings(unique: np.ndarray, correlation: np.ndarray, n_factors: int) -> np.ndarray:
    root, vectors = _largest(correlation - np.diag(unique), n_factors)
    return vectors * np.sqrt(np.maximum(root[:n_factors], 0))


def _residuals(
    unique: np.ndarray, correlation: np.ndarray, n_factors: int
) -> tuple[float, np.ndarray]:
    loadings = _residual_loadings(unique, correlation, n_factors)
    left = correlation - loadings @ loadings.T
    below = left[np.tril_indices(len(left), -1)]
    return float(below @ below), unique - np.diag(left)


def _likelihood_loadings(unique: np.ndarray, correlation: np.ndarray, n_factors: int) -> np.ndarray:
    sd = np.sqrt(unique)
    root, vectors = _largest(correlation / np.outer(sd, sd), n_factors)
    return sd[:, None] * vectors * np.sqrt(np.maximum(root[:n_factors] - 1, 0))


def _likelihood(
    unique: np.ndarray, correlation: np.ndarray, n_factors: int
) -> tuple[float, np.ndarray]:
    sd = np.sqrt(unique)
    root, vectors = _largest(correlation / np.outer(sd, sd), n_factors)
    rest = root[n_factors:]
    value = float((rest - np.log(np.maximum(rest, 1e-300))).sum()) - (len(root) - n_factors)
    loadings = sd[:, None] * vectors * np.sqrt(np.maximum(root[:n_factors] - 1, 0))
    left = (loadings**2).sum(axis=1) + unique - np.diag(correlation)
    return value, left / unique**2


def _principal_axes(correlation: np.ndarray, n_factors: int) -> Extraction:
    from statsmodels.multivariate.factor import Factor

    squared_multiple_correlations(correlation)
    model = Factor(corr=correlation, n_factor=n_factors, method="pa", smc=True)
    fit = model.fit(maxiter=_PA_STEPS, tol=1e-10)
    loadings = np.zeros((len(correlation), n_factors))
    loadings[:, : fit.loadings_no_rot.shape[1]] = fit.loadings_no_rot
    communality = (loadings**2).sum(axis=1)
    again = _residual_loadings(1 - communality, correlation, n_factors)
    change = np.abs((again**2).sum(axis=1) - communality).max()
    return Extraction(
        loadings=loadings,
        uniquenesses=1 - communality,
        at_bound=communality >= 1 - LOWEST_UNIQUENESS,
        converged=bool(change < _FLAT / 10),
    )
