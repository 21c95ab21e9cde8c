"""Turning factors so that each item belongs to few of them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import permutations

import numpy as np

from ...errors import EstimationError

_MAX_STEPS = 1000
_TOLERANCE = 1e-6
_MOVE = 0.05
_RISE = 1e-5  # varimax stops at this relative rise, as R's
_PROMAX_POWER = 4


@dataclass(frozen=True, eq=False)
class Rotation:
    """Rotated factors of p items.

    Attributes
    ----------
    loadings : numpy.ndarray of float, shape (p, m)
        The pattern: weights of the factors in each item. Columns are ordered by the variance they
        account for, each turned so that its loadings add up to 0 or more.
    factor_correlations : numpy.ndarray of float, shape (m, m)
        The identity for orthogonal rotations.
    converged : bool
        Whether the rotation reached a stationary point.
    """

    loadings: np.ndarray
    factor_correlations: np.ndarray
    converged: bool

    @property
    def explained(self) -> np.ndarray:
        """Sum of squared loadings of each factor, shared parts split, shape (m,)."""
        return explained_variance(self.loadings, self.factor_correlations)


def rotate(loadings: np.ndarray, *, method: str = "oblimin") -> Rotation:
    r"""Turn factors to simple structure.

    Parameters
    ----------
    loadings : numpy.ndarray of float, shape (p, m)
        Unrotated loadings.
    method : {"oblimin", "varimax", "promax", "none"}
        ``oblimin`` (with gamma 0, also called quartimin) lets factors correlate; ``varimax`` keeps
        them uncorrelated, with Kaiser's row weights; ``promax`` raises varimax loadings to the
        fourth power and turns towards them, as R's ``factanal``.

    Returns
    -------
    Rotation

    Notes
    -----
    Oblimin is turned by gradient projection (statsmodels) from the given axes, varimax by singular
    value decompositions. An oblimin may have several optima. Signs and order carry no meaning:
    compare two solutions with ``match_factors``. Elements of a relationship correlate, so
    uncorrelated factors (``varimax``) misstate them.

    References
    ----------
    bernaards2005 : Gradient projection algorithms for arbitrary rotation criteria.
    kaiser1958 : The varimax criterion for analytic rotation.
    hendrickson1964 : Promax: a quick method for rotation to oblique simple structure.

    Examples
    --------
    >>> rotated = np.array([[0.8, 0.0], [0.7, 0.0], [0.0, 0.6], [0.0, 0.5]])
    >>> turn = np.array([[np.cos(0.5), -np.sin(0.5)], [np.sin(0.5), np.cos(0.5)]])
    >>> rotate(rotated @ turn, method="varimax").loadings.round(2) + 0.0
    array([[0.8, 0. ],
           [0.7, 0. ],
           [0. , 0.6],
           [0. , 0.5]])
    """
    m = loadings.shape[1]
    if m == 1 or method == "none":
        return _arranged(loadings, np.eye(m), True)
    if method == "varimax":
        turned, converged = _varimax(loadings)
        return _arranged(turned, np.eye(m), converged)
    if method == "promax":
        return _promax(loadings)
    return _oblimin(loadings)


def explained_variance(loadings: np.ndarray, factor_correlations: np.ndarray) -> np.ndarray:
    """Give the variance that each factor accounts for, in items of unit variance.

    Examples
    --------
    >>> explained_variance(np.array([[0.6, 0.0], [0.0, 0.5]]), np.eye(2))
    array([0.36, 0.25])
    """
    return np.diag(factor_correlations @ loadings.T @ loadings).copy()


def match_factors(loadings: np.ndarray, target: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Find the order and signs that bring one set of factors closest to another.

    Parameters
    ----------
    loadings, target : numpy.ndarray of float, shape (p, m)
        Loadings of the same items.

    Returns
    -------
    order : numpy.ndarray of int, shape (m,)
    signs : numpy.ndarray of float, shape (m,)
        ``loadings[:, order] * signs`` is to be compared with `target`.

    Examples
    --------
    >>> target = np.array([[0.8, 0.0], [0.0, 0.6]])
    >>> order, signs = match_factors(np.array([[0.0, -0.8], [0.6, 0.0]]), target)
    >>> order.tolist(), signs.tolist()
    ([1, 0], [-1.0, 1.0])
    """
    from scipy.optimize import linear_sum_assignment

    likeness = target.T @ loadings
    _, order = linear_sum_assignment(-np.abs(likeness))
    signs = np.where(likeness[np.arange(len(order)), order] < 0, -1.0, 1.0)
    return order, signs


def _arranged(loadings: np.ndarray, correlations: np.ndarray, converged: bool) -> Rotation:
    signs = np.where(loadings.sum(axis=0) < 0, -1.0, 1.0)
    loadings = loadings * signs
    correlations = correlations * np.outer(signs, signs)
    order = np.argsort(-explained_variance(loadings, correlations), kind="stable")
    return Rotation(loadings[:, order], correlations[np.ix_(order, order)], converged)


def _oblimin(loadings: np.ndarray) -> Rotation:
    _require_rank(loadings)
    turned, axes = _project(loadings, "quartimin")
    if _is_saddle(loadings, axes):
        turned, axes = _project(loadings @ _nudge(loadings.shape[1]), "quartimin")
    slope = -(turned.T @ _quartimin_slope(turned) @ np.linalg.inv(axes)).T
    slope -= axes * (axes * slope).sum(axis=0)
    return _arranged(turned, axes.T @ axes, bool(np.linalg.norm(slope) < 10 * _TOLERANCE))


def _project(loadings: np.ndarray, criterion: str) -> tuple[np.ndarray, np.ndarray]:
    from statsmodels.multivariate.factor_rotation import rotate_factors

    with np.errstate(divide="ignore"):
        return rotate_factors(loadings, criterion, max_tries=_MAX_STEPS, tol=_TOLERANCE)


def _nudge(m: int) -> np.ndarray:
    """A small turn of m axes that favors none of them."""
    upper = 0.1 * np.triu(np.ones((m, m)), 1)
    return np.linalg.solve(np.eye(m) - upper + upper.T, np.eye(m) + upper - upper.T)


def _is_saddle(loadings: np.ndarray, axes: np.ndarray) -> bool:
    """Whether turning two axes a little is better: axes that lie symmetrically can't move."""
    reached = _quartimin(loadings, axes)
    for i, j in permutations(range(axes.shape[1]), 2):
        moved = axes.copy()
        moved[:, i] += _MOVE * axes[:, j]
        moved[:, j] -= _MOVE * axes[:, i]
        moved /= np.linalg.norm(moved, axis=0)
        if _quartimin(loadings, moved) < (1 - 1e-4) * reached:
            return True
    return False


def _quartimin(loadings: np.ndarray, axes: np.ndarray) -> float:
    squares = (loadings @ np.linalg.inv(axes).T) ** 2
    return float((squares.sum(axis=1) ** 2 - (squares**2).sum(axis=1)).sum())


def _quartimin_slope(loadings: np.ndarray) -> np.ndarray:
    squares = loadings**2
    return loadings * (squares.sum(axis=1, keepdims=True) - squares)


def _require_rank(loadings: np.ndarray) -> None:
    if np.linalg.matrix_rank(loadings) < loadings.shape[1]:
        raise EstimationError(
            f"{loadings.shape[1]} factors can't be rotated: some of them are empty; ask for fewer."
        )


def _varimax(loadings: np.ndarray) -> tuple[np.ndarray, bool]:
    _require_rank(loadings)
    length = np.sqrt((loadings**2).sum(axis=1, keepdims=True))
    length = np.where(length > 0, length, 1.0)
    rows = loadings / length
    turn, criterion, converged = np.eye(rows.shape[1]), 0.0, False
    for _ in range(_MAX_STEPS):
        turned = rows @ turn
        pull = rows.T @ (turned**3 - turned * (turned**2).mean(axis=0))
        left, root, right = np.linalg.svd(pull)
        turn, before, criterion = left @ right, criterion, root.sum()
        if criterion < before * (1 + _RISE):
            converged = True
            break
    turned = rows @ turn
    if _can_turn_better(turned):
        # the iteration swung to and fro between mirror images, or started at a saddle
        turned = _project(rows @ _nudge(rows.shape[1]), "varimax")[0]
    return turned * length, converged


def _can_turn_better(rows: np.ndarray) -> bool:
    reached = (rows**2).var(axis=0).sum()
    for i, j in permutations(range(rows.shape[1]), 2):
        moved = rows.copy()
        moved[:, i] = (rows[:, i] + _MOVE * rows[:, j]) / np.hypot(1, _MOVE)
        moved[:, j] = (rows[:, j] - _MOVE * rows[:, i]) / np.hypot(1, _MOVE)
        if (moved**2).var(axis=0).sum() > (1 + 1e-3) * reached:
            return True
    return False


def _promax(loadings: np.ndarray) -> Rotation:
    straight, converged = _varimax(loadings)
    target = straight * np.abs(straight) ** (_PROMAX_POWER - 1)
    turn = np.linalg.lstsq(straight, target, rcond=None)[0]
    inverse = np.linalg.inv(turn)
    turn = turn * np.sqrt(np.diag(inverse @ inverse.T))
    inverse = np.linalg.inv(turn)
    return _arranged(straight @ turn, inverse @ inverse.T, converged)
