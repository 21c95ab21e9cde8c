"""Population-averaged models of repeated outcomes (generalized estimating equations)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from ...errors import EstimationError, count

GeeFamily = Literal["gaussian", "binomial", "poisson"]
WorkingCorrelation = Literal["independence", "exchangeable", "ar1"]
_LARGEST_ODDS = 30.0


@dataclass(frozen=True, eq=False)
class GeeFit:
    """A fitted population-averaged model.

    Attributes
    ----------
    beta, std_error : numpy.ndarray, shape (k,)
        Coefficients with errors robust to the working correlation.
    covariance : numpy.ndarray, shape (k, k)
        Robust covariance.
    alpha : float
        Working correlation of neighbors (ar1) or of any two answers (exchangeable); 0 under
        independence.
    scale : float
        Mean squared Pearson residual.
    n_obs, n_clusters : int
        Rows and clusters.
    """

    beta: np.ndarray
    std_error: np.ndarray
    covariance: np.ndarray
    alpha: float
    scale: float
    n_obs: int
    n_clusters: int


def fit_gee(
    y: np.ndarray,
    x: np.ndarray,
    clusters: np.ndarray,
    *,
    time: np.ndarray | None = None,
    family: GeeFamily = "binomial",
    correlation: WorkingCorrelation = "exchangeable",
) -> GeeFit:
    r"""Tell how a repeated outcome depends on predictors, averaged over people.

    Parameters
    ----------
    y : numpy.ndarray of float, shape (n,)
        Outcome; 0 or 1 for the binomial family, counts for the Poisson family.
    x : numpy.ndarray of float, shape (n, k)
        Design, intercept included.
    clusters : numpy.ndarray of int, shape (n,)
        Who the rows belong to.
    time : numpy.ndarray, shape (n,), optional
        Order of rows within a cluster, needed for ar1; rows are taken as equally spaced.
    family : {"gaussian", "binomial", "poisson"}
        Identity, logit or log link.
    correlation : {"independence", "exchangeable", "ar1"}
        Working correlation; a wrong one costs precision, not validity.

    Returns
    -------
    GeeFit

    Raises
    ------
    EstimationError
        With fewer than two clusters, a design that says the same, an outcome that does not vary,
        or (binomial) predictors that separate it.

    Notes
    -----
    Estimating equations with moment estimates: scale is the mean of squared Pearson residuals
    over all rows; alpha is the mean product of residuals of pairs (exchangeable) or solves
    :math:`\sum_d d\alpha^{d-1}\sum(r_jr_{j+d}-\alpha^d)=0` over all pairs at distance d (ar1), as
    geepack does. Errors are the plain sandwich: with fewer than about 40 clusters they are too
    small. Answers must be missing at random given the predictors alone, a stronger demand than
    mixed models make.

    References
    ----------
    liang1986 : Longitudinal data analysis using generalized linear models.

    Examples
    --------
    >>> y = np.array([0.0, 1, 1, 0, 0, 1, 1, 0, 1, 0, 1, 1])
    >>> x = np.column_stack([np.ones(12), np.tile([0.0, 1, 2], 4)])
    >>> fit = fit_gee(y, x, np.repeat([0, 1, 2, 3], 3))
    >>> fit.beta.round(3), round(fit.alpha, 3)
    (array([-1.413,  2.076]), -0.305)
    """
    _, codes = np.unique(clusters, return_inverse=True)
    n, k = x.shape
    n_clusters = int(codes.max(initial=-1)) + 1
    if n_clusters < 2 or n <= k:
        raise EstimationError(
            f"needs two clusters and more rows than the {count(k, 'coefficient')}; got "
            f"{count(n_clusters, 'cluster')} and {count(n, 'row')}."
        )
    _check(y, x, family)
    order = np.lexsort((np.arange(n) if time is None else time, codes))
    groups = _by_size(codes[order])
    y, x = y[order], x[order]
    beta, alpha = _start(y, x, family), 0.0
    for _ in range(200):
        mean, variance = _mean(x @ beta, family)
        residual = (y - mean) / np.sqrt(variance)
        scale = float((residual**2).mean())
        alpha = _correlation(residual / np.sqrt(scale), groups, correlation)
        bread, scores = _equations(x, variance, residual, groups, alpha, correlation)
        step = np.linalg.solve(bread, scores.sum(axis=0))
        beta = beta + step
        if np.abs(x @ step).max() < 1e-10:
            break
    else:
        raise EstimationError("the estimating equations did not converge in 200 steps.")
    if family == "binomial" and np.abs(x @ beta).max() > _LARGEST_ODDS:
        raise EstimationError("predictors separate the outcome: a coefficient has no finite value.")
    inverse = np.linalg.inv(bread)
    covariance = inverse @ (scores.T @ scores) @ inverse
    return GeeFit(
        beta=beta,
        std_error=np.sqrt(np.diag(covariance)),
        covariance=covariance,
        alpha=alpha,
        scale=scale,
        n_obs=n,
        n_clusters=n_clusters,
    )


def _check(y: np.ndarray, x: np.ndarray, family: GeeFamily) -> None:
    if family == "binomial" and not np.isin(y, (0, 1)).all():
        first = y[~np.isin(y, (0, 1))][0]
        raise EstimationError(f"a binomial outcome is 0 or 1; got {first:g}.")
    if family == "poisson" and (y < 0).any():
        raise EstimationError(f"a Poisson outcome is 0 or more; got {y[y < 0][0]:g}.")
    if np.ptp(y) == 0:
        raise EstimationError("the outcome does not vary.")
    scale = np.linalg.norm(x, axis=0)
    if (scale == 0).any() or np.linalg.cond(x / np.where(scale > 0, scale, 1)) > 1e7:
        raise EstimationError("the predictors say the same: one is a sum or copy of others.")


def _start(y: np.ndarray, x: np.ndarray, family: GeeFamily) -> np.ndarray:
    if family == "binomial":
        return np.zeros(x.shape[1])
    return np.linalg.lstsq(x, np.log(y + 0.5) if family == "poisson" else y, rcond=None)[0]


def _mean(linear: np.ndarray, family: GeeFamily) -> tuple[np.ndarray, np.ndarray]:
    if family == "gaussian":
        return linear, np.ones_like(linear)
    if family == "poisson":
        mean = np.exp(np.clip(linear, -2 * _LARGEST_ODDS, 2 * _LARGEST_ODDS))
        return mean, mean
    mean = 1 / (1 + np.exp(-np.clip(linear, -2 * _LARGEST_ODDS, 2 * _LARGEST_ODDS)))
    return mean, np.maximum(mean * (1 - mean), 1e-14)


def _by_size(codes: np.ndarray) -> list[np.ndarray]:
    """Rows of clusters, one table (clusters x size) for each cluster size."""
    sizes = np.bincount(codes)
    starts = np.cumsum(sizes) - sizes
    return [starts[sizes == size][:, None] + np.arange(size) for size in np.unique(sizes)]


def _correlation(
    residual: np.ndarray, groups: Sequence[np.ndarray], correlation: WorkingCorrelation
) -> float:
    if correlation == "independence":
        return 0.0
    sums: dict[int, float] = {}
    pairs: dict[int, int] = {}
    for rows in groups:
        r = residual[rows]
        for gap in range(1, rows.shape[1]):
            sums[gap] = sums.get(gap, 0.0) + float((r[:, gap:] * r[:, :-gap]).sum())
            pairs[gap] = pairs.get(gap, 0) + r[:, gap:].size
    if not pairs:
        return 0.0
    if correlation == "exchangeable":
        return sum(sums.values()) / sum(pairs.values())
    return _autoregression(np.array(list(sums)), np.array(list(sums.values())), pairs)


def _autoregression(gaps: np.ndarray, sums: np.ndarray, pairs: dict[int, int]) -> float:
    from scipy.optimize import brentq

    n = np.array([pairs[gap] for gap in gaps])

    def equation(alpha: float) -> float:
        return float((gaps * alpha ** (gaps - 1.0) * (sums - n * alpha**gaps)).sum())

    first = sums[gaps == 1].item() / n[gaps == 1].item()
    grid = np.linspace(-0.999, 0.999, 400)
    values = np.array([equation(alpha) for alpha in grid])
    crossing = np.flatnonzero((values[:-1] > 0) & (values[1:] <= 0))
    if not len(crossing):
        return float(np.clip(first, -0.999, 0.999))
    nearest = crossing[np.abs(grid[crossing] - first).argmin()]
    return float(brentq(equation, grid[nearest], grid[nearest + 1], xtol=1e-12))


def _equations(
    x: np.ndarray,
    variance: np.ndarray,
    residual: np.ndarray,
    groups: Sequence[np.ndarray],
    alpha: float,
    correlation: WorkingCorrelation,
) -> tuple[np.ndarray, np.ndarray]:
    """Sensitivity matrix and one score a cluster, without the scale, which cancels."""
    k = x.shape[1]
    bread, scores = np.zeros((k, k)), []
    weighted = x * np.sqrt(variance)[:, None]
    for rows in groups:
        size = rows.shape[1]
        inverse = np.linalg.inv(_working(size, alpha, correlation))
        turned = np.einsum("gjk,jl->glk", weighted[rows], inverse)
        bread += np.einsum("glk,glm->km", turned, weighted[rows])
        scores.append(np.einsum("glk,gl->gk", turned, residual[rows]))
    return bread, np.concatenate(scores)


def _working(size: int, alpha: float, correlation: WorkingCorrelation) -> np.ndarray:
    if correlation == "ar1":
        place = np.arange(size)
        return alpha ** np.abs(np.subtract.outer(place, place)).astype(float)
    lowest = -1 / (size - 1) + 1e-6 if size > 1 else -1.0
    return np.full((size, size), max(alpha, lowest)) + (1 - max(alpha, lowest)) * np.eye(size)
