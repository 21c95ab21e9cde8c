"""One common factor by maximum likelihood, for many covariance matrices at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...errors import EstimationError
from ..factors.extraction import LOWEST_UNIQUENESS, extract_factors
from .guttman import correlation_of

_MAX_STEPS = 40
_TOLERANCE = 1e-8
_SHORTER = (1.0, 0.5, 0.2)
_ROUNDING = 1e-13
_BLOCK = 500


@dataclass(frozen=True, eq=False)
class OneFactorFit:
    """Congeneric models of b covariance matrices of k items.

    Attributes
    ----------
    loadings, uniquenesses : numpy.ndarray of float, shape (b, k)
        In the items' own units: covariances are loadings times loadings, variances are squared
        loadings plus uniquenesses. Loadings add up to 0 or more.
    at_bound : numpy.ndarray of bool, shape (b, k)
        Heywood cases: the uniqueness stands at its lowest value, 0.005 of the item's variance.
    converged : numpy.ndarray of bool, shape (b,)
        Whether the likelihood stopped rising.
    discrepancy : numpy.ndarray of float, shape (b,)
        :math:`\\ln|\\Sigma| + \\mathrm{tr}(S\\Sigma^{-1}) - \\ln|S| - k`, 0 for perfect fit; NaN
        where S can't be inverted.
    scale : numpy.ndarray of float, shape (b, k)
        Standard deviations of the items.
    """

    loadings: np.ndarray
    uniquenesses: np.ndarray
    at_bound: np.ndarray
    converged: np.ndarray
    discrepancy: np.ndarray
    scale: np.ndarray


def fit_one_factor(covariances: np.ndarray, *, start: OneFactorFit | None = None) -> OneFactorFit:
    r"""Fit a single factor to each of many covariance matrices.

    Parameters
    ----------
    covariances : numpy.ndarray of float, shape (b, k, k) or (k, k)
        Covariances of 3 or more items that all vary.
    start : OneFactorFit, optional
        A fit of one matrix to start all from, as in a bootstrap.

    Returns
    -------
    OneFactorFit

    Raises
    ------
    EstimationError
        With fewer than 3 items, which do not identify the model, or an item that does not vary.

    Notes
    -----
    Maximizes the normal likelihood of :math:`\Sigma = \lambda\lambda' + \mathrm{diag}(\psi)` by
    Fisher scoring. Because :math:`\Sigma^{-1}` and the information are diagonal plus low rank, a
    step costs one product of each matrix with a vector. A step that does not raise the likelihood
    is shortened or replaced by one of the EM algorithm, which always does; the few matrices that
    are left after 40 steps are searched one by one. Uniquenesses are kept at or above 0.005 of the
    variance, as in R's ``factanal`` (lavaan lets them go below 0). Only meaningful if
    one factor is a fair account of the items: look at ``factor_structure`` first.

    References
    ----------
    rubin1982 : EM algorithms for ML factor analysis.
    mcdonald1999 : Test theory: a unified treatment.

    Examples
    --------
    >>> loadings = np.array([0.8, 0.7, 0.6])
    >>> covariance = np.outer(loadings, loadings) + np.diag(1 - loadings**2)
    >>> fit_one_factor(covariance).loadings.round(6)
    array([[0.8, 0.7, 0.6]])
    """
    stack = covariances[None] if covariances.ndim == 2 else covariances
    variances = np.diagonal(stack, axis1=1, axis2=2)
    k = stack.shape[1]
    if k < 3:
        raise EstimationError(f"one factor needs three items to be identified; got {k}.")
    if not (variances > 0).all():
        raise EstimationError("one factor needs items that vary; at least one does not.")
    scale = np.sqrt(variances)
    correlations = correlation_of(stack)
    parts = [
        _climb(correlations[i : i + _BLOCK], _first_guess(correlations[i : i + _BLOCK], start))
        for i in range(0, len(stack), _BLOCK)
    ]
    loading, unique, criterion, converged = (np.concatenate(p) for p in zip(*parts, strict=True))
    loading *= np.where((loading * scale).sum(axis=1, keepdims=True) < 0, -1.0, 1.0)
    sign, log_det = np.linalg.slogdet(correlations)
    return OneFactorFit(
        loadings=loading * scale,
        uniquenesses=unique * scale**2,
        at_bound=unique <= LOWEST_UNIQUENESS * (1 + 1e-9),
        converged=converged,
        discrepancy=np.where(sign > 0, criterion - log_det - k, np.nan),
        scale=scale,
    )


def _first_guess(
    correlations: np.ndarray, start: OneFactorFit | None
) -> tuple[np.ndarray, np.ndarray]:
    shape = correlations.shape[:2]
    if start is not None:
        loading = np.broadcast_to(start.loadings[0] / start.scale[0], shape).copy()
    else:
        root, vectors = np.linalg.eigh(correlations)
        # 0.75 takes off the part of the first component that is not common variance
        loading = vectors[:, :, -1] * np.sqrt(np.maximum(0.75 * root[:, -1:], 0.1))
        loading = np.clip(loading, -0.95, 0.95)
    return loading, np.maximum(1 - loading**2, LOWEST_UNIQUENESS)


@dataclass(frozen=True, eq=False)
class _Point:
    """A value of the parameters with what the steps need; R is standardized."""

    loading: np.ndarray
    unique: np.ndarray
    weight: np.ndarray  # u = loading / unique
    rest: np.ndarray  # c = 1 / (1 + loading' u)
    product: np.ndarray  # R u
    quadratic: np.ndarray  # u' R u
    criterion: np.ndarray

    def keep(self, rows: np.ndarray) -> _Point:
        return _Point(*(getattr(self, name)[rows] for name in self.__dataclass_fields__))

    def replace(self, rows: np.ndarray, other: _Point) -> None:
        for name in self.__dataclass_fields__:
            getattr(self, name)[rows] = getattr(other, name)


def _point(correlations: np.ndarray, loading: np.ndarray, unique: np.ndarray) -> _Point:
    weight = loading / unique
    strength = (loading * weight).sum(axis=1)
    rest = 1 / (1 + strength)
    product = np.matmul(correlations, weight[:, :, None])[:, :, 0]
    quadratic = (weight * product).sum(axis=1)
    criterion = np.log(unique).sum(axis=1) + np.log1p(strength)
    criterion += (1 / unique).sum(axis=1) - rest * quadratic
    return _Point(loading, unique, weight, rest, product, quadratic, criterion)


def _gradient(at: _Point) -> tuple[np.ndarray, np.ndarray]:
    c, q = at.rest[:, None], at.quadratic[:, None]
    to_loading = 2 * c * (at.weight * (1 + c * q) - at.product / at.unique)
    inverse = 1 / at.unique
    to_unique = (
        inverse
        - c * at.weight**2
        - inverse**2
        + 2 * c * inverse * at.weight * at.product
        - c**2 * q * at.weight**2
    )
    return to_loading, to_unique


def solve_information(
    loading: np.ndarray,
    unique: np.ndarray,
    fixed: np.ndarray,
    to_loading: np.ndarray,
    to_unique: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    r"""Solve the expected Hessian of the discrepancy for given right-hand sides.

    With :math:`u = \lambda/\psi`, :math:`c = 1/(1+\lambda'u)` and :math:`s = 1 - c` the Hessian
    of :math:`\ln|\Sigma| + \mathrm{tr}(S\Sigma^{-1})` at :math:`S=\Sigma` is, item by item, a
    2 x 2 block, plus a term of rank two, so that Woodbury's identity solves it.

    Parameters
    ----------
    loading, unique : numpy.ndarray of float, shape (b, k)
        Where.
    fixed : numpy.ndarray of bool, shape (b, k)
        Uniquenesses that are held.
    to_loading, to_unique : numpy.ndarray of float, shape (b, k)
        Right-hand sides; those of held uniquenesses are ignored.

    Returns
    -------
    loading_part, unique_part : numpy.ndarray of float, shape (b, k)
    """
    weight = loading / unique
    c = 1 / (1 + (loading * weight).sum(axis=1, keepdims=True))
    s = 1 - c
    free = ~fixed
    a = 2 * s / unique
    b = 2 * c * weight / unique * free
    e = np.where(free, 1 / unique**2 - 2 * c * weight**2 / unique, 1.0)
    first, second = weight, weight**2 * free
    middle = np.empty((len(c), 2, 2))
    middle[:, 0, 0] = (2 * c * (c - s))[:, 0]
    middle[:, 0, 1] = middle[:, 1, 0] = (-2 * c**2)[:, 0]
    middle[:, 1, 1] = (c**2)[:, 0]
    det = a * e - b**2
    det = np.where(np.abs(det) < 1e-12 * (np.abs(a * e) + b**2), 1e-12, det)

    def undo_blocks(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return (e * x - b * y) / det, (a * y - b * x) / det

    held = to_unique * free
    x0, y0 = undo_blocks(to_loading, held)
    x1, y1 = undo_blocks(first, np.zeros_like(first))
    x2, y2 = undo_blocks(np.zeros_like(second), second)
    cross = np.stack(
        [
            np.stack([(first * x1).sum(1), (first * x2).sum(1)], axis=1),
            np.stack([(second * y1).sum(1), (second * y2).sum(1)], axis=1),
        ],
        axis=1,
    )
    seen = np.stack([(first * x0).sum(1), (second * y0).sum(1)], axis=1)
    system = np.eye(2) + middle @ cross
    shift = _solve_pairs(system, np.einsum("bij,bj->bi", middle, seen))
    loading_part = x0 - x1 * shift[:, :1] - x2 * shift[:, 1:]
    unique_part = y0 - y1 * shift[:, :1] - y2 * shift[:, 1:]
    return loading_part, unique_part * free


def _solve_pairs(system: np.ndarray, right: np.ndarray) -> np.ndarray:
    det = system[:, 0, 0] * system[:, 1, 1] - system[:, 0, 1] * system[:, 1, 0]
    det = np.where(np.abs(det) < 1e-300, 1e-300, det)
    first = (right[:, 0] * system[:, 1, 1] - right[:, 1] * system[:, 0, 1]) / det
    second = (right[:, 1] * system[:, 0, 0] - right[:, 0] * system[:, 1, 0]) / det
    return np.stack([first, second], axis=1)


def _climb(
    correlations: np.ndarray, guess: tuple[np.ndarray, np.ndarray]
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    best = _point(correlations, *guess)
    moving = np.arange(len(correlations))
    at = best.keep(moving)
    for _ in range(_MAX_STEPS):
        gradient, held = _slopes(at)
        slope = np.maximum(np.abs(gradient[0]), np.abs(gradient[1]) * at.unique).max(axis=1)
        done = slope < _TOLERANCE
        if done.any():
            best.replace(moving[done], at.keep(done))
            moving, at = moving[~done], at.keep(~done)
            correlations = correlations[~done]
            gradient, held = (gradient[0][~done], gradient[1][~done]), held[~done]
        if not len(moving):
            break
        at = _step(correlations, at, gradient, held)
    best.replace(moving, at)
    converged = np.ones(len(best.criterion), dtype=bool)
    for row, correlation in zip(moving, correlations, strict=True):
        converged[row] = _search_alone(correlation, best, row)
    return best.loading, best.unique, best.criterion, converged


def _search_alone(correlation: np.ndarray, best: _Point, row: int) -> bool:
    found = extract_factors(correlation, 1, method="ml", start=np.minimum(best.unique[row], 1.0))
    new = _point(correlation[None], found.loadings.T, found.uniquenesses[None])
    if new.criterion[0] <= best.criterion[row]:
        best.replace(np.array([row]), new)
    return found.converged


def _slopes(at: _Point) -> tuple[tuple[np.ndarray, np.ndarray], np.ndarray]:
    to_loading, to_unique = _gradient(at)
    held = (at.unique <= LOWEST_UNIQUENESS) & (to_unique > 0)
    return (to_loading, np.where(held, 0.0, to_unique)), held


def _step(
    correlations: np.ndarray,
    at: _Point,
    gradient: tuple[np.ndarray, np.ndarray],
    held: np.ndarray,
) -> _Point:
    to_loading, to_unique = solve_information(at.loading, at.unique, held, *gradient)
    new = at.keep(np.ones(len(held), dtype=bool))
    left = np.arange(len(held))
    for share in _SHORTER:
        loading = np.clip(at.loading[left] - share * to_loading[left], -2.0, 2.0)
        unique = np.clip(at.unique[left] - share * to_unique[left], LOWEST_UNIQUENESS, 2.0)
        tried = _point(correlations[left], loading, unique)
        better = tried.criterion <= at.criterion[left] + _ROUNDING
        new.replace(left[better], tried.keep(better))
        left = left[~better]
        if not len(left):
            return new
    new.replace(left, _em_step(correlations[left], at.keep(left)))
    return new


def _em_step(correlations: np.ndarray, at: _Point) -> _Point:
    with_factor = at.rest[:, None] * at.product
    second_moment = at.rest + at.rest**2 * at.quadratic
    loading = with_factor / second_moment[:, None]
    unique = np.maximum(1 - loading * with_factor, LOWEST_UNIQUENESS)
    return _point(correlations, loading, unique)
