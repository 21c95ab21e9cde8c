"""Omega: how much of a sum's variance one common factor explains, with intervals."""

from __future__ import annotations

import numpy as np

from ..resampling import bootstrap_covariances
from .one_factor import OneFactorFit, fit_one_factor


def omega_one_factor(fit: OneFactorFit) -> np.ndarray:
    r"""Tell how reliable the sum of the items is if one factor is behind them.

    Parameters
    ----------
    fit : OneFactorFit
        Of b covariance matrices.

    Returns
    -------
    numpy.ndarray of float, shape (b,)

    Notes
    -----
    :math:`\omega = \frac{(\sum\lambda_j)^2}{(\sum\lambda_j)^2 + \sum\psi_j}`: the variance of the
    sum is the model's. Items may load differently (congeneric), which alpha does not allow, but
    their errors must be uncorrelated and one factor must fit; else see
    ``omega_hierarchical``.

    References
    ----------
    mcdonald1999 : Test theory: a unified treatment.

    Examples
    --------
    >>> loadings = np.array([0.8, 0.7, 0.6])
    >>> covariance = np.outer(loadings, loadings) + np.diag(1 - loadings**2)
    >>> omega_one_factor(fit_one_factor(covariance)).round(4)
    array([0.7449])
    """
    common = fit.loadings.sum(axis=1) ** 2
    return common / (common + fit.uniquenesses.sum(axis=1))


def omega_observed(fit: OneFactorFit, covariances: np.ndarray) -> np.ndarray:
    r"""Give omega with the observed variance of the sum below the line.

    Parameters
    ----------
    fit : OneFactorFit
        Of b covariance matrices.
    covariances : numpy.ndarray of float, shape (b, k, k)
        Those matrices.

    Returns
    -------
    numpy.ndarray of float, shape (b,)

    Notes
    -----
    :math:`(\sum\lambda_j)^2 / 1'S1`. Equal to ``omega_one_factor`` when the model fits; the
    distance between the two says how badly it does not.

    References
    ----------
    mcdonald1999 : Test theory: a unified treatment.

    Examples
    --------
    >>> loadings = np.array([0.8, 0.7, 0.6])
    >>> covariance = np.outer(loadings, loadings) + np.diag(1 - loadings**2)
    >>> omega_observed(fit_one_factor(covariance), covariance[None]).round(4)
    array([0.7449])
    """
    return fit.loadings.sum(axis=1) ** 2 / covariances.sum(axis=(1, 2))


def omega_std_errors(fit: OneFactorFit, covariances: np.ndarray, n_persons: int) -> np.ndarray:
    r"""Give the standard error of omega for normal items, by the delta method.

    Parameters
    ----------
    fit : OneFactorFit
        Of b covariance matrices.
    covariances : numpy.ndarray of float, shape (b, k, k)
        Those matrices.
    n_persons : int
        Persons behind each.

    Returns
    -------
    numpy.ndarray of float, shape (b,)
        NaN where the likelihood has no proper maximum.

    Notes
    -----
    :math:`\sqrt{g'\mathcal{I}^{-1}g / n}` with the gradient g of omega in loadings and
    uniquenesses and the observed information of one person, as R's MBESS. Normal items and a model
    that fits are assumed. The 95 % interval of four items covered .94 (100 persons) and .948 (400)
    of 2,000 samples of normal items, but .927 of crowded five-step answers at either size: see
    ``omega_robust_std_error`` or the bootstrap. Uniquenesses at their bound are treated as known.

    References
    ----------
    kelley2016 : Confidence intervals for population reliability coefficients.

    Examples
    --------
    >>> loadings = np.array([0.8, 0.7, 0.6])
    >>> covariance = np.outer(loadings, loadings) + np.diag(1 - loadings**2)
    >>> omega_std_errors(fit_one_factor(covariance), covariance[None], 200).round(3)
    array([0.031])
    """
    information = _information(fit, covariances)
    gradient = _omega_gradient(fit)
    along = np.linalg.solve(information, gradient[:, :, None])[:, :, 0]
    variance = (gradient * along).sum(axis=1) / n_persons
    return np.sqrt(np.where(variance > 0, variance, np.nan))


def omega_robust_std_error(items: np.ndarray, fit: OneFactorFit) -> float:
    r"""Give the standard error of omega whatever the distribution of the answers.

    Parameters
    ----------
    items : numpy.ndarray of float, shape (n, k)
        Complete keyed answers.
    fit : OneFactorFit
        Of their covariance matrix.

    Returns
    -------
    float

    Notes
    -----
    The sandwich :math:`g'H^{-1}BH^{-1}g/n` with the observed information H of the likelihood and
    the spread B of the persons' scores, as lavaan's ``estimator = "MLR"``. Right for skewed
    answers and for a model that does not quite fit, but needs some hundred persons: the 95 %
    interval covered .935 of 2,000 samples at 100 persons and .944 at 400, skewed or not.

    References
    ----------
    yuan2002 : On robustness of the normal-theory based asymptotic distributions of three
        reliability coefficient estimates.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> items = rng.normal(size=(400, 1)) + rng.normal(size=(400, 4))
    >>> fit = fit_one_factor(np.cov(items.T, ddof=0))
    >>> 0.01 < omega_robust_std_error(items, fit) < 0.02
    True
    """
    n, k = items.shape
    deviations = items - items.mean(axis=0)
    observed = deviations.T @ deviations / n
    along = np.linalg.solve(_information(fit, observed[None])[0], _omega_gradient(fit)[0])
    loading, unique = fit.loadings[0], fit.uniquenesses[0]
    weighted = deviations @ np.linalg.inv(np.outer(loading, loading) + np.diag(unique))
    influence = (weighted @ along[:k]) * (weighted @ loading) + weighted**2 @ along[k:] / 2
    return float(influence.std() / np.sqrt(n))


def bootstrap_omega(
    items: np.ndarray,
    *,
    n_draws: int,
    rng: np.random.Generator,
    units: np.ndarray | None = None,
) -> np.ndarray:
    """Draw one-factor omega from resampled persons, all samples fitted together.

    Parameters
    ----------
    items : numpy.ndarray of float, shape (n, k)
        Complete keyed answers.
    n_draws : int
        How many bootstrap samples.
    rng : numpy.random.Generator
        Where the randomness comes from.
    units : numpy.ndarray of int, shape (n,), optional
        Codes 0, 1, ... of what is drawn; each row by itself when left out.

    Returns
    -------
    numpy.ndarray of float, shape (n_draws,)
        NaN where an item does not vary in a sample or the fit did not converge.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> items = rng.normal(size=(200, 1)) + rng.normal(size=(200, 4))
    >>> draws = bootstrap_omega(items, n_draws=200, rng=rng)
    >>> bool(0.7 < np.median(draws) < 0.9)
    True
    """
    start = fit_one_factor(np.cov(items, rowvar=False))
    draws = []
    for covariances in bootstrap_covariances(items, n_draws=n_draws, rng=rng, units=units):
        draws.append(omega_of_covariances(covariances, start=start))
    return np.concatenate(draws)


def omega_of_covariances(
    covariances: np.ndarray, *, start: OneFactorFit | None = None
) -> np.ndarray:
    """Give omega of each covariance matrix, NaN where it can't be had.

    Parameters
    ----------
    covariances : numpy.ndarray of float, shape (b, k, k)
    start : OneFactorFit, optional
        Where to start all fits from.

    Returns
    -------
    numpy.ndarray of float, shape (b,)
    """
    variances = np.diagonal(covariances, axis1=1, axis2=2)
    varies = (variances > 1e-12 * variances.max(axis=1, keepdims=True)).all(axis=1)
    omega = np.full(len(covariances), np.nan)
    if varies.any():
        fit = fit_one_factor(covariances[varies], start=start)
        omega[varies] = np.where(fit.converged, omega_one_factor(fit), np.nan)
    return omega


def _omega_gradient(fit: OneFactorFit) -> np.ndarray:
    """Slopes of omega in loadings and free uniquenesses, shape (b, 2 k)."""
    total = fit.loadings.sum(axis=1, keepdims=True)
    error = fit.uniquenesses.sum(axis=1, keepdims=True)
    variance = (total**2 + error) ** 2
    ones = np.ones_like(fit.loadings)
    to_loading = 2 * total * error / variance * ones
    to_unique = -(total**2) / variance * ~fit.at_bound
    return np.concatenate([to_loading, to_unique], axis=1)


def _information(fit: OneFactorFit, covariances: np.ndarray) -> np.ndarray:
    """Observed information of one person in loadings and uniquenesses, shape (b, 2 k, 2 k)."""
    loading = fit.loadings[:, :, None]
    implied = loading @ loading.transpose(0, 2, 1)
    k = implied.shape[1]
    implied[:, np.arange(k), np.arange(k)] += fit.uniquenesses
    inverse = np.linalg.inv(implied)
    between = inverse @ covariances @ inverse
    excess = 2 * between - inverse
    by_loading, by_excess = inverse @ loading, excess @ loading
    turned = loading.transpose(0, 2, 1)
    both = by_loading @ by_excess.transpose(0, 2, 1)
    to_loading = (
        (turned @ by_excess) * inverse
        + (turned @ by_loading) * excess
        + both
        + both.transpose(0, 2, 1)
        + 2 * (inverse - between)
    )
    to_cross = inverse * by_excess.transpose(0, 2, 1) + excess * by_loading.transpose(0, 2, 1)
    hessian = np.block([[to_loading, to_cross], [to_cross.transpose(0, 2, 1), inverse * excess]])
    held = np.concatenate([np.zeros_like(fit.at_bound), fit.at_bound], axis=1)
    hessian[held[:, :, None] | held[:, None, :]] = 0.0
    rows, columns = held.nonzero()
    hessian[rows, columns, columns] = 1.0
    # the discrepancy is minus twice the log likelihood of a person
    return hessian / 2
