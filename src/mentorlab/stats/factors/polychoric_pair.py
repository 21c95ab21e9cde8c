"""One pair of items in full: the polychoric correlation and thresholds by maximum likelihood."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...errors import EstimationError
from .bivariate_normal import bivariate_normal_cdf, bivariate_normal_pdf
from .polychoric import LARGEST, polychoric_correlations

_MAX_STEPS = 100
_TOLERANCE = 1e-10
_GAP = 1e-5
_LEAST = 1e-15


@dataclass(frozen=True, eq=False)
class PolychoricPair:
    """The polychoric correlation of two items.

    Attributes
    ----------
    rho, std_error : float
        The correlation and its error, which allows for the thresholds being estimated as well.
    first, second : numpy.ndarray of float
        Thresholds of the two items.
    converged : bool
        Whether a maximum was reached; not so when rho runs to its bound.
    """

    rho: float
    std_error: float
    first: np.ndarray
    second: np.ndarray
    converged: bool


def polychoric_pair(first: np.ndarray, second: np.ndarray) -> PolychoricPair:
    r"""Estimate one polychoric correlation together with all thresholds.

    Parameters
    ----------
    first, second : numpy.ndarray of float, shape (n,)
        Complete answers of the same persons in ordered categories.

    Returns
    -------
    PolychoricPair

    Raises
    ------
    EstimationError
        If an item was answered in one category only.

    Notes
    -----
    Maximizes :math:`\sum_{ij} n_{ij}\ln p_{ij}(\rho, \tau)` by Fisher scoring from the two-step
    estimate; the error comes from the observed information, as ``polychor(ML = TRUE)`` of R's
    polycor. Differs from two-step in the third or fourth digit; use it when the error of one
    correlation matters, and ``polychoric_correlations`` for matrices.

    References
    ----------
    olsson1979 : Maximum likelihood estimation of the polychoric correlation coefficient.

    Examples
    --------
    >>> table = np.array([[40, 20, 10], [20, 30, 20], [10, 20, 40]])
    >>> rows, columns = np.indices(table.shape)
    >>> pair = polychoric_pair(
    ...     np.repeat(rows.ravel(), table.ravel()), np.repeat(columns.ravel(), table.ravel())
    ... )
    >>> round(pair.rho, 3), round(pair.std_error, 3)
    (0.529, 0.067)
    """
    two_step = polychoric_correlations(np.column_stack([first, second]))
    cuts = two_step.thresholds
    table = np.zeros((len(cuts[0]) + 1, len(cuts[1]) + 1))
    ranks = [np.unique(answers, return_inverse=True)[1].ravel() for answers in (first, second)]
    np.add.at(table, tuple(ranks), 1.0)
    at = np.concatenate([[two_step.correlations[0, 1]], *cuts])
    n_rows = len(cuts[0])
    if abs(at[0]) >= LARGEST:
        return PolychoricPair(float(at[0]), float("nan"), *cuts, converged=False)
    at, converged = _climb(table, at, n_rows)
    information = _observed_information(table, at, n_rows)
    variance = np.linalg.inv(information)[0, 0]
    return PolychoricPair(
        rho=float(at[0]),
        std_error=float(np.sqrt(variance)) if variance > 0 else float("nan"),
        first=at[1 : 1 + n_rows],
        second=at[1 + n_rows :],
        converged=converged,
    )


def _climb(table: np.ndarray, at: np.ndarray, n_rows: int) -> tuple[np.ndarray, bool]:
    for _ in range(_MAX_STEPS):
        probability, slopes = _cells(at, n_rows)
        score = np.einsum("pij,ij->p", slopes, table / probability)
        information = table.sum() * np.einsum("pij,qij->pq", slopes, slopes / probability)
        try:
            step = np.linalg.solve(information, score)
        except np.linalg.LinAlgError as problem:
            raise EstimationError("the table does not determine a correlation.") from problem
        step *= min(1.0, 0.3 / np.abs(step).max())
        while abs(at[0] + step[0]) >= LARGEST:
            step /= 2
        at = at + step
        if np.abs(step).max() < _TOLERANCE:
            return at, True
    return at, False


def _observed_information(table: np.ndarray, at: np.ndarray, n_rows: int) -> np.ndarray:
    def score(point: np.ndarray) -> np.ndarray:
        probability, slopes = _cells(point, n_rows)
        return np.einsum("pij,ij->p", slopes, table / probability)

    moves = _GAP * np.eye(len(at))
    return np.array([(score(at - move) - score(at + move)) / (2 * _GAP) for move in moves])


def _cells(at: np.ndarray, n_rows: int) -> tuple[np.ndarray, np.ndarray]:
    """Probabilities of the cells, and their slopes in rho and every threshold."""
    from scipy.special import ndtr

    rho, rows, columns = at[0], at[1 : 1 + n_rows], at[1 + n_rows :]
    corner = (slice(1, -1), slice(1, -1))
    below = np.zeros((n_rows + 2, len(columns) + 2))
    below[corner] = bivariate_normal_cdf(rows[:, None], columns, np.array(rho))
    below[1:-1, -1], below[-1, 1:-1], below[-1, -1] = ndtr(rows), ndtr(columns), 1.0
    slopes = np.zeros((len(at), *below.shape))
    slopes[0][corner] = bivariate_normal_pdf(rows[:, None], columns, np.array(rho))
    rest = np.sqrt(1 - rho**2)
    for i, cut in enumerate(rows):
        density = np.exp(-(cut**2) / 2) / np.sqrt(2 * np.pi)
        slopes[1 + i, 1 + i, 1:-1] = density * ndtr((columns - rho * cut) / rest)
        slopes[1 + i, 1 + i, -1] = density
    for j, cut in enumerate(columns):
        density = np.exp(-(cut**2) / 2) / np.sqrt(2 * np.pi)
        slopes[1 + n_rows + j, 1:-1, 1 + j] = density * ndtr((rows - rho * cut) / rest)
        slopes[1 + n_rows + j, -1, 1 + j] = density
    probability = np.diff(np.diff(below, axis=0), axis=1)
    return np.maximum(probability, _LEAST), np.diff(np.diff(slopes, axis=1), axis=2)
