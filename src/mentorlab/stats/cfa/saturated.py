"""Means and covariances without a model, from data with gaps, or why there are none."""

from __future__ import annotations

import numpy as np

from ...errors import EstimationError
from .fiml import (
    Patterns,
    Sample,
    group_patterns,
    likelihood_and_gradient,
    log_likelihood,
    vech,
    vech_gradient,
)
from .quasi_newton import Solver, minimize

SINGULAR = 1e-10


class ColumnError(EstimationError):
    """Some columns can't be used; a caller who knows their names can say which.

    Attributes
    ----------
    reason : str
        What is wrong with them.
    columns : tuple of int
        Which, counted from 0.
    """

    def __init__(self, reason: str, columns: np.ndarray) -> None:
        self.reason = reason
        self.columns = tuple(int(column) for column in columns)
        super().__init__(f"columns {', '.join(map(str, self.columns))}: {reason}.")


def summarize_sample(x: np.ndarray) -> Sample:
    """Group rows by what they answered and estimate means and covariances without a model.

    Parameters
    ----------
    x : numpy.ndarray of float, shape (n, p)
        Answers, NaN where missing; each row has at least one.

    Returns
    -------
    Sample

    Raises
    ------
    ColumnError
        If a column does not vary, two columns are never answered together, or the covariance
        matrix is not positive definite.
    EstimationError
        If so many answers are missing that the estimates do not settle.

    Notes
    -----
    Complete data: the closed form. With gaps: the steps of the EM algorithm for the multivariate
    normal, which are those of steepest descent in the metric of complete data, sped up by
    limited-memory BFGS. Sound when answers are missing at random given those that are there.

    References
    ----------
    arbuckle1996 : Full information estimation in the presence of incomplete data.

    Examples
    --------
    >>> x = np.array([[1.0, 2], [2, 1], [3, np.nan], [4, 5], [5, 3]])
    >>> sample = summarize_sample(x)
    >>> len(sample.patterns.counts), sample.mean.round(3).tolist()
    (2, [3.0, 2.75])
    """
    patterns = group_patterns(x)
    _check_columns(x)
    if len(patterns.counts) == 1:
        mean, covariance = patterns.means[0], patterns.covariances[0]
    else:
        _check_pairs(x)
        mean, covariance = _estimate_moments(patterns, x)
    check_definite(covariance)
    return Sample(x, patterns, mean, covariance, log_likelihood(patterns, mean, covariance))


def check_definite(covariance: np.ndarray) -> None:
    """Refuse a covariance matrix that is not positive definite, naming the columns behind it.

    Raises
    ------
    ColumnError
        With the columns that carry the smallest eigenvalue.
    """
    scale = np.sqrt(np.diag(covariance))
    values, vectors = np.linalg.eigh(covariance / np.outer(scale, scale))
    if values[0] > SINGULAR * len(values):
        return
    weight = np.abs(vectors[:, 0])
    columns = (weight > 0.3 * weight.max()).nonzero()[0]
    raise ColumnError(
        "their covariance matrix is not positive definite: some repeat what others say, or there "
        "are fewer rows than columns",
        columns,
    )


def _estimate_moments(patterns: Patterns, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    n, p = x.shape
    rows, columns = np.tril_indices(p)

    def unpack(theta: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        covariance = np.zeros((p, p))
        covariance[rows, columns] = covariance[columns, rows] = theta[p:]
        return theta[:p], covariance

    def evaluate(theta: np.ndarray) -> tuple[float, np.ndarray | None]:
        value, by_mean, by_covariance = likelihood_and_gradient(patterns, *unpack(theta))
        if by_mean is None:
            return np.inf, None
        return -value, np.concatenate([by_mean, vech_gradient(by_covariance)])

    def metric_at(theta: np.ndarray) -> Solver:
        covariance = unpack(theta)[1]
        check_definite(covariance)

        def solve(slope: np.ndarray) -> np.ndarray:
            by_mean, by_covariance = unpack(slope)
            whole = covariance @ (by_covariance + np.diag(np.diag(by_covariance))) @ covariance
            return np.concatenate([covariance @ by_mean, vech(whole)]) / n

        return solve

    scale = np.nanvar(x, axis=0)
    start = np.concatenate([np.nanmean(x, axis=0), vech(np.diag(scale))])
    end = minimize(evaluate, metric_at, start)
    if not end.converged:
        raise EstimationError(
            "means and covariances did not settle: too many answers are missing for this many "
            "items."
        )
    return unpack(end.theta)


def _check_columns(x: np.ndarray) -> None:
    answered = ~np.isnan(x)
    empty = (answered.sum(axis=0) == 0).nonzero()[0]
    if len(empty):
        raise ColumnError("nobody answered them", empty)
    constant = (np.nanmax(x, axis=0) == np.nanmin(x, axis=0)).nonzero()[0]
    if len(constant):
        raise ColumnError("the answers do not vary", constant)


def _check_pairs(x: np.ndarray) -> None:
    answered = (~np.isnan(x)).astype(float)
    together = answered.T @ answered
    if (together < 2).any():
        apart = np.argwhere(np.triu(together < 2))[0]
        raise ColumnError("nobody, or one person, answered both", apart)
