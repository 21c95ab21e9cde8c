"""Maximum likelihood for small models of means and covariances of normal data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ...errors import EstimationError

Implied = Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]]
_COMPLEX_STEP = 1e-30


@dataclass(frozen=True, eq=False)
class MomentFit:
    """A fitted model of means and covariances.

    Attributes
    ----------
    params, std_error : numpy.ndarray, shape (k,)
        Parameters in the model's order.
    covariance : numpy.ndarray, shape (k, k)
        Inverse of the expected information.
    mean, implied : numpy.ndarray, shape (m,) and (m, m)
        Means and covariances that the model implies.
    log_likelihood, chi2, df, p_value : float
        Fit against the saturated model.
    cfi, rmsea, srmr : float
        Usual indices; SRMR counts means only where the model restricts them.
    """

    params: np.ndarray
    std_error: np.ndarray
    covariance: np.ndarray
    mean: np.ndarray
    implied: np.ndarray
    log_likelihood: float
    chi2: float
    df: int
    p_value: float
    cfi: float
    rmsea: float
    srmr: float


def fit_moments(
    mean: np.ndarray, scatter: np.ndarray, n: int, model: Implied, start: np.ndarray
) -> MomentFit:
    r"""Fit a model that gives means and covariances as functions of a few parameters.

    Parameters
    ----------
    mean, scatter : numpy.ndarray, shape (m,) and (m, m)
        Sample means, and covariances over n.
    n : int
        Rows behind them.
    model : callable
        Takes the parameters to means and covariances, by sums and products only: it is called
        with complex numbers to differentiate it.
    start : numpy.ndarray, shape (k,)
        Where to start.

    Returns
    -------
    MomentFit

    Raises
    ------
    EstimationError
        If the sample covariance has no inverse or the steps do not converge.

    Notes
    -----
    Fisher scoring with halved steps; derivatives are exact to rounding (complex step). Standard
    errors are from the expected information, chi-squared is n times the discrepancy. Data are
    taken as normal and complete.

    References
    ----------
    kenny2006 : Dyadic data analysis.

    Examples
    --------
    >>> data = np.array([[1.0, 2], [2, 1], [3, 4], [4, 5], [6, 5]])
    >>> def same(theta):  # both members have one mean and one variance
    ...     return theta[[0, 0]], theta[1] * np.eye(2) + theta[2] * (1 - np.eye(2))
    >>> fit = fit_moments(data.mean(axis=0), np.cov(data.T, ddof=0), 5, same, np.array([3.0, 2, 1]))
    >>> fit.params.round(3), fit.df
    (array([3.3 , 2.81, 2.31]), 2)
    """
    from scipy.stats import chi2 as chi2_distribution

    sign, log_sample = np.linalg.slogdet(scatter)
    if sign <= 0:
        raise EstimationError("a variable does not vary, or is a sum of others.")
    theta = start.astype(float)
    value = _discrepancy(mean, scatter, model, theta)
    for _ in range(200):
        gradient, information = _score(mean, scatter, model, theta)
        step = np.linalg.lstsq(information, gradient, rcond=None)[0]
        if gradient @ step < 1e-18:
            break
        for _ in range(40):
            moved = theta + step
            new = _discrepancy(mean, scatter, model, moved)
            if new <= value + 1e-15 * abs(value):
                break
            step = step / 2
        else:
            break
        theta, value = moved, new
    if gradient @ step > 1e-10:
        raise EstimationError("the model did not converge; it may not be identified by these data.")
    information = _score(mean, scatter, model, theta)[1]
    covariance = np.linalg.pinv(information, rcond=1e-12, hermitian=True) / n
    fitted_mean, implied = (part.real for part in model(theta.astype(complex)))
    m = len(mean)
    chi2 = max(n * (value - log_sample - m), 0.0)
    df = m * (m + 3) // 2 - len(theta)
    base = n * (np.log(np.diag(scatter)).sum() - log_sample)
    return MomentFit(
        params=theta,
        std_error=np.sqrt(np.diag(covariance)),
        covariance=covariance,
        mean=fitted_mean,
        implied=implied,
        log_likelihood=float(-n / 2 * (m * np.log(2 * np.pi) + value)),
        chi2=float(chi2),
        df=df,
        p_value=float(chi2_distribution.sf(chi2, df)) if df else float("nan"),
        cfi=_comparative(chi2, df, base, m * (m - 1) // 2),
        rmsea=float(np.sqrt(max(chi2 - df, 0) / (df * n))) if df else 0.0,
        srmr=_residual_index(mean, scatter, fitted_mean, implied),
    )


def _discrepancy(mean: np.ndarray, scatter: np.ndarray, model: Implied, theta: np.ndarray) -> float:
    """Minus twice the log-likelihood over n, without its constant."""
    fitted, implied = (part.real for part in model(theta.astype(complex)))
    sign, log_det = np.linalg.slogdet(implied)
    if sign <= 0 or np.diag(implied).min() <= 0:
        return np.inf
    gap = mean - fitted
    return float(log_det + np.trace(np.linalg.solve(implied, scatter + np.outer(gap, gap))))


def _score(
    mean: np.ndarray, scatter: np.ndarray, model: Implied, theta: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Slope of the log-likelihood over n, and expected information over n."""
    fitted, implied = (part.real for part in model(theta.astype(complex)))
    by_mean, by_implied = [], []
    for i in range(len(theta)):
        moved = theta.astype(complex)
        moved[i] += 1j * _COMPLEX_STEP
        first, second = model(moved)
        by_mean.append(np.imag(first) / _COMPLEX_STEP)
        by_implied.append(np.imag(second) / _COMPLEX_STEP)
    slopes, bends = np.array(by_mean), np.array(by_implied)
    inverse = np.linalg.inv(implied)
    gap = mean - fitted
    excess = inverse @ (scatter + np.outer(gap, gap) - implied) @ inverse
    gradient = slopes @ inverse @ gap + np.einsum("kij,ij->k", bends, excess) / 2
    weighted = inverse @ bends
    information = slopes @ inverse @ slopes.T
    information += np.einsum("kij,lji->kl", weighted, weighted) / 2
    return gradient, information


def _comparative(chi2: float, df: int, base: float, base_df: int) -> float:
    excess, worst = max(chi2 - df, 0.0), max(base - base_df, chi2 - df, 0.0)
    return float(1 - excess / worst) if worst > 0 else 1.0


def _residual_index(
    mean: np.ndarray, scatter: np.ndarray, fitted: np.ndarray, implied: np.ndarray
) -> float:
    size = np.sqrt(np.diag(scatter))
    gaps = ((scatter - implied) / np.outer(size, size))[np.tril_indices(len(mean))]
    means = (mean - fitted) / size
    restricted = np.abs(means).max() > 1e-8
    found = np.concatenate([gaps, means]) if restricted else gaps
    return float(np.sqrt((found**2).mean()))
