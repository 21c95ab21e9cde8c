"""Regression of ordered categories."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np

from ...errors import EstimationError, count


@dataclass(frozen=True, eq=False)
class OrdinalFit:
    """A fitted cumulative-logit model.

    Attributes
    ----------
    beta, std_error : numpy.ndarray, shape (k,)
        Slopes on the log-odds of a higher category.
    thresholds, threshold_errors : numpy.ndarray, shape (n_categories - 1,)
        Cut points.
    covariance : numpy.ndarray, shape (k, k)
        Of the slopes; robust when clusters were given.
    log_likelihood : float
        At the maximum.
    n_obs, n_clusters : int
        Rows; clusters, equal to rows without clusters.
    """

    beta: np.ndarray
    std_error: np.ndarray
    thresholds: np.ndarray
    threshold_errors: np.ndarray
    covariance: np.ndarray
    log_likelihood: float
    n_obs: int
    n_clusters: int


def fit_ordinal(
    codes: np.ndarray, x: np.ndarray, *, clusters: np.ndarray | None = None
) -> OrdinalFit:
    r"""Tell how predictors move answers up or down an ordered scale.

    Parameters
    ----------
    codes : numpy.ndarray of int, shape (n,)
        Categories in order; those that nobody used are left out.
    x : numpy.ndarray of float, shape (n, k)
        Predictors, without an intercept (the thresholds take its place).
    clusters : numpy.ndarray of int, shape (n,), optional
        Rows that belong together; errors are then robust to it.

    Returns
    -------
    OrdinalFit

    Raises
    ------
    EstimationError
        With fewer than three used categories, predictors that say the same or separate the
        categories, or when the search does not converge.

    Notes
    -----
    :math:`\operatorname{logit}P(Y\le j)=\theta_j-x'\beta` by maximum likelihood over statsmodels.
    One slope holds for all cut points (proportional odds). Robust errors are the plain sandwich,
    too small with few clusters.

    References
    ----------
    mccullagh1980 : Regression models for ordinal data.

    Examples
    --------
    >>> codes = np.array([0, 0, 1, 1, 2, 0, 1, 2, 2, 2])
    >>> fit = fit_ordinal(codes, np.repeat([0.0, 1.0], 5)[:, None])
    >>> fit.beta.round(2)
    array([1.44])
    """
    from statsmodels.miscmodels.ordinal_model import OrderedModel
    from statsmodels.tools.sm_exceptions import ConvergenceWarning, HessianInversionWarning

    used, ordered = np.unique(codes, return_inverse=True)
    n, k = x.shape
    if len(used) < 3 or n <= k + len(used):
        raise EstimationError(
            "ordinal regression needs three used categories and more rows than parameters; got "
            f"{count(len(used), 'category', 'categories')} and {count(n, 'row')}."
        )
    center, scale = x.mean(axis=0), x.std(axis=0)
    if (scale == 0).any() or np.linalg.matrix_rank(x - center) < k:
        raise EstimationError("a predictor does not vary, or predictors say the same.")
    with warnings.catch_warnings():
        # A search that fails is an error below; its warnings add nothing.
        warnings.simplefilter("ignore", ConvergenceWarning)
        warnings.simplefilter("ignore", HessianInversionWarning)
        warnings.simplefilter("ignore", RuntimeWarning)
        model = OrderedModel(ordered, (x - center) / scale, distr="logit")
        fit = model.fit(method="bfgs", disp=False, maxiter=1000, gtol=1e-8)
        params = np.asarray(fit.params)
        curvature = -model.hessian(params)
        slopes = np.linalg.norm(model.score(params))
    spread = np.linalg.eigvalsh(curvature)
    if slopes > 1e-3 * n or spread[0] <= 0 or np.abs(params[:k]).max() > 15:
        raise EstimationError(
            "the categories are separated by a predictor, or the search did not converge."
        )
    covariance, n_clusters = np.linalg.inv(curvature), n
    if clusters is not None:
        _, groups = np.unique(clusters, return_inverse=True)
        n_clusters = int(groups.max()) + 1
        scores = np.zeros((n_clusters, len(params)))
        np.add.at(scores, groups, model.score_obs(params))
        covariance = covariance @ (scores.T @ scores) @ covariance
    return _on_scale(params, covariance, center, scale, float(fit.llf), n, n_clusters)


def _on_scale(
    params: np.ndarray,
    covariance: np.ndarray,
    center: np.ndarray,
    scale: np.ndarray,
    log_likelihood: float,
    n: int,
    n_clusters: int,
) -> OrdinalFit:
    """From standardized slopes and log-spaced cut points to slopes and cut points."""
    k, m = len(scale), len(params) - len(scale)
    steps = np.concatenate([params[k : k + 1], np.exp(params[k + 1 :])])
    change = np.zeros((len(params), len(params)))
    change[:k, :k] = np.diag(1 / scale)
    change[k:, :k] = center / scale
    change[k:, k:] = np.tril(np.ones((m, m))) * np.concatenate([[1.0], steps[1:]])
    whole = change @ covariance @ change.T
    error = np.sqrt(np.diag(whole))
    beta = params[:k] / scale
    return OrdinalFit(
        beta=beta,
        std_error=error[:k],
        thresholds=np.cumsum(steps) + center @ beta,
        threshold_errors=error[k:],
        covariance=whole[:k, :k],
        log_likelihood=log_likelihood,
        n_obs=n,
        n_clusters=n_clusters,
    )
