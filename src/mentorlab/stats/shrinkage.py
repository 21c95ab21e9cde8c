"""Shares of small counts, pulled toward what is usual."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..errors import EstimationError


@dataclass(frozen=True, eq=False)
class Shrunk:
    """Shares after shrinkage.

    Attributes
    ----------
    share, conf_low, conf_high : numpy.ndarray, shape (n,)
        Posterior mean and equal-tailed interval; the usual share where nothing was counted.
    usual : float
        Mean of the distribution of shares.
    strength : float
        How many counts the usual share weighs; infinite when units do not differ beyond chance.
    """

    share: np.ndarray
    conf_low: np.ndarray
    conf_high: np.ndarray
    usual: float
    strength: float


def shrink_shares(hits: np.ndarray, trials: np.ndarray, *, level: float = 0.95) -> Shrunk:
    r"""Tell each unit's share, pulled toward the usual one the less it was counted.

    Parameters
    ----------
    hits, trials : numpy.ndarray of float, shape (n,)
        Counts of each unit; 0 trials are allowed.
    level : float
        Probability in the interval.

    Returns
    -------
    Shrunk

    Raises
    ------
    EstimationError
        When no unit has a trial, or hits exceed trials.

    Notes
    -----
    Beta-binomial model: shares follow a beta distribution whose mean and strength maximize the
    marginal likelihood over units; a unit's interval is its posterior's. Without differences
    beyond chance the strength is infinite and all shares are the usual one. The intervals take the
    fitted distribution as known, so with fewer than about 20 units they are too narrow.

    References
    ----------
    morris1983 : Parametric empirical Bayes inference: theory and applications.

    Examples
    --------
    >>> found = shrink_shares(np.array([1.0, 9, 30, 5]), np.array([1.0, 20, 40, 30]))
    >>> found.share.round(2)
    array([0.59, 0.46, 0.73, 0.21])
    """
    from scipy.optimize import minimize
    from scipy.stats import beta

    if (hits > trials).any() or (hits < 0).any():
        raise EstimationError("hits must lie between 0 and trials.")
    counted = trials > 0
    if not counted.any():
        raise EstimationError("nothing was counted.")
    k, n = hits[counted], trials[counted]
    crude = float(k.sum() / n.sum())
    same = np.full(len(hits), crude)
    pooled = Shrunk(same, same.copy(), same.copy(), crude, float("inf"))
    if crude in (0.0, 1.0):
        return pooled

    def negative(theta: np.ndarray) -> float:
        mean, strength = 1 / (1 + np.exp(-theta[0])), np.exp(theta[1])
        return -_log_likelihood(k, n, mean, strength)

    start = np.array([np.log(crude / (1 - crude)), np.log(10.0)])
    fit = minimize(
        negative, start, method="L-BFGS-B", bounds=[(-14, 14), (np.log(1e-2), np.log(1e6))]
    )
    mean, strength = float(1 / (1 + np.exp(-fit.x[0]))), float(np.exp(fit.x[1]))
    binomial = float((k * np.log(crude) + (n - k) * np.log1p(-crude)).sum())
    tail = (1 - level) / 2
    # Beyond a strength of 10^5 counts the beta is a point for any program that could exist.
    if strength > 1e5 or -fit.fun <= binomial + 1e-6:
        return pooled
    a, b = mean * strength + hits, (1 - mean) * strength + trials - hits
    return Shrunk(a / (a + b), beta.ppf(tail, a, b), beta.ppf(1 - tail, a, b), mean, strength)


def _log_likelihood(k: np.ndarray, n: np.ndarray, mean: float, strength: float) -> float:
    from scipy.special import betaln

    a, b = mean * strength, (1 - mean) * strength
    return float((betaln(a + k, b + n - k) - betaln(a, b)).sum())
