"""Least squares with errors that respect clusters."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..errors import EstimationError

_EXACT_FIT = 1e-12  # residuals of this share of the outcome are rounding errors


@dataclass(frozen=True, eq=False)
class OlsFit:
    """A fitted linear model.

    Attributes
    ----------
    params, std_errors, p_values : numpy.ndarray, shape (k,)
        Coefficients, robust standard errors, two-sided p values.
    intervals : numpy.ndarray, shape (k, 2)
        Confidence limits.
    df : float
        Degrees of freedom of the t distribution used.
    n_obs, n_clusters : int
        Rows used; clusters, equal to `n_obs` without clusters.
    """

    params: np.ndarray
    std_errors: np.ndarray
    p_values: np.ndarray
    intervals: np.ndarray
    df: float
    n_obs: int
    n_clusters: int


def fit_ols(
    y: np.ndarray, x: np.ndarray, *, clusters: np.ndarray | None = None, level: float = 0.95
) -> OlsFit:
    r"""Fit a linear model by least squares over statsmodels, with robust errors.

    Parameters
    ----------
    y : numpy.ndarray of float, shape (n,)
        The outcome.
    x : numpy.ndarray of float, shape (n, k)
        The design, intercept included, of full column rank.
    clusters : numpy.ndarray of int, shape (n,), optional
        Cluster codes. With them errors are CR1, without them HC2.
    level : float
        Confidence level.

    Returns
    -------
    OlsFit

    Raises
    ------
    EstimationError
        With fewer than two clusters, no degree of freedom left, or a model that fits every row.

    Notes
    -----
    CR1: :math:`\frac{G}{G-1}\frac{n-1}{n-k}(X'X)^{-1}\left(\sum_g X_g'e_ge_g'X_g\right)
    (X'X)^{-1}` with :math:`t_{G-1}`, as Stata's ``vce(cluster)``; it is too small with few or
    unequal clusters (below about 40). HC2 divides squared residuals by :math:`1-h_i`, with
    :math:`t_{n-k}`; for two randomized arms without controls it equals Neyman's variance.

    References
    ----------
    cameron2015 : A practitioner's guide to cluster-robust inference.
    mackinnon1985 : Heteroskedasticity-consistent covariance matrix estimators.
    """
    import statsmodels.api as sm

    n, k = x.shape
    if n <= k:
        raise EstimationError(f"a model with {k} terms needs more than {k} complete rows; got {n}.")
    if clusters is None:
        fit = sm.OLS(y, x).fit(cov_type="HC2", use_t=True)
        n_clusters, df = n, n - k
    else:
        levels, clusters = np.unique(clusters, return_inverse=True)
        n_clusters = len(levels)
        if n_clusters < 2:
            raise EstimationError(f"clustered errors need 2 clusters or more; got {n_clusters}.")
        fit = sm.OLS(y, x).fit(cov_type="cluster", cov_kwds={"groups": clusters}, use_t=True)
        df = n_clusters - 1
    if np.linalg.norm(fit.resid) <= _EXACT_FIT * np.linalg.norm(y):
        raise EstimationError("the model fits every row exactly, so its errors can't be told.")
    return OlsFit(
        params=fit.params,
        std_errors=fit.bse,
        p_values=fit.pvalues,
        intervals=np.asarray(fit.conf_int(alpha=1 - level)),
        df=float(df),
        n_obs=n,
        n_clusters=n_clusters,
    )
