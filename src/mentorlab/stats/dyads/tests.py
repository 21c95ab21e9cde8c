"""Can the partners be told apart, and how do partner and actor effect compare?"""

from __future__ import annotations

import numpy as np

from ...errors import EstimationError
from .actor_partner import normal_likelihood


def equal_effects(y: np.ndarray, x: np.ndarray, *, shared: np.ndarray | None = None) -> float:
    r"""Give the log-likelihood when both members have the same actor and partner effects.

    Parameters
    ----------
    y, x, shared
        As in `fit_actor_partner`. Intercepts, effects of shared covariates and residual variances
        stay free.

    Returns
    -------
    float
        To be compared with the full likelihood of `fit_actor_partner(..., reml=False)`: twice the
        difference is chi-squared with 2 p degrees of freedom.

    Notes
    -----
    Iterated generalized least squares, which is maximum likelihood here. It converges for any
    data; it is stopped when the likelihood gains less than 1e-10.

    References
    ----------
    kenny2006 : Dyadic data analysis, chapter 7.

    Examples
    --------
    >>> from mentorlab.stats.dyads.actor_partner import fit_actor_partner
    >>> x = np.array([[1.0, 2], [2, 1], [3, 5], [4, 4], [5, 2]])[:, :, None]
    >>> y = np.array([[2.0, 2], [2, 3], [5, 6], [6, 5], [5, 4]])
    >>> full = fit_actor_partner(y, x, reml=False).log_likelihood
    >>> bool(equal_effects(y, x) <= full)
    True
    """
    n = len(y)
    p = x.shape[2]
    own = np.ones((n, 1)) if shared is None else np.column_stack([np.ones(n), shared])
    q = own.shape[1]
    nothing = np.zeros_like(own)
    first = np.hstack([x[:, 0], x[:, 1], own, nothing])
    second = np.hstack([x[:, 1], x[:, 0], nothing, own])
    design = np.stack([first, second])
    cross = np.einsum("ani,bnj->abij", design, design)
    with_y = np.einsum("ani,nb->abi", design, y)
    weight, last = np.eye(2), -np.inf
    for _ in range(500):
        left = np.einsum("ab,abij->ij", weight, cross)
        right = np.einsum("ab,abi->i", weight, with_y)
        beta = np.linalg.solve(left, right)
        rest = y - np.stack([first @ beta, second @ beta], axis=1)
        sigma = rest.T @ rest / n
        now = normal_likelihood(sigma, n)
        if now - last < 1e-10:
            return now
        weight, last = np.linalg.inv(sigma), now
    raise EstimationError(f"equal effects of {2 * p + 2 * q} terms did not converge.")


def exchangeability_test(values: np.ndarray) -> tuple[float, int]:
    r"""Test whether the two members can be told apart by any mean, variance or covariance.

    Parameters
    ----------
    values : numpy.ndarray of float, shape (n, 2, m)
        m variables of both members.

    Returns
    -------
    chi2 : float
        Likelihood ratio against a model in which members are exchangeable.
    df : int
        :math:`m(m+1)`.

    Raises
    ------
    EstimationError
        With too few dyads, or variables that determine each other.

    Notes
    -----
    Under exchangeability sums and differences are independent and differences have mean zero, so
    the ratio is closed: :math:`n(\log|S_s|+\log|S_d|-\log|S|)`. Normal data are assumed; a
    significant result says that roles differ somewhere, not that effects do.

    References
    ----------
    olsen2006 : Structural equation modeling with interchangeable dyads.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> chi2, df = exchangeability_test(rng.normal(size=(200, 2, 2)))
    >>> df, chi2 < 16.8
    (6, True)
    """
    n, _, m = values.shape
    if n <= 2 * m:
        raise EstimationError(f"a test on {2 * m} variables needs more dyads; got {n}.")
    sums = (values[:, 0] + values[:, 1]) / np.sqrt(2)
    gaps = (values[:, 0] - values[:, 1]) / np.sqrt(2)
    flat = np.concatenate([sums, gaps], axis=1)
    centered = flat - flat.mean(axis=0)
    scatter = centered.T @ centered / n
    parts = [scatter[:m, :m], gaps.T @ gaps / n, scatter]
    sign, size = np.linalg.slogdet(np.stack([_pad(part, 2 * m) for part in parts]))
    if (sign <= 0).any():
        raise EstimationError("a variable does not vary, or is a sum of others.")
    return float(n * (size[0] + size[1] - size[2])), m * (m + 1)


def ratio_interval(
    top: float, bottom: float, covariance: np.ndarray, quantile: float
) -> tuple[float, float, float]:
    r"""Give the standard error and Fieller's interval of a ratio of two estimates.

    Parameters
    ----------
    top, bottom : float
        The estimates, such as partner and actor effect (their ratio is k).
    covariance : numpy.ndarray, shape (2, 2)
        Of top and bottom.
    quantile : float
        Of t or the normal distribution, such as 1.96.

    Returns
    -------
    std_error : float
        By the delta method.
    conf_low, conf_high : float
        Infinite when `bottom` does not differ from zero at this level: then the data do not bound
        the ratio on both sides.

    References
    ----------
    fieller1954 : Some problems in interval estimation.

    Examples
    --------
    >>> error, low, high = ratio_interval(0.2, 0.4, np.diag([0.01, 0.0016]), 1.96)
    >>> round(error, 3), round(low, 3), round(high, 3)
    (0.255, 0.01, 1.03)
    """
    ratio = top / bottom
    var_top, var_bottom, shared = covariance[0, 0], covariance[1, 1], covariance[0, 1]
    error = np.sqrt(var_top - 2 * ratio * shared + ratio**2 * var_bottom) / abs(bottom)
    g = quantile**2 * var_bottom / bottom**2
    if g >= 1:
        return float(error), float("-inf"), float("inf")
    center = (ratio - g * shared / var_bottom) if var_bottom > 0 else ratio
    inner = var_top - 2 * ratio * shared + ratio**2 * var_bottom
    if var_bottom > 0:
        inner -= g * (var_top - shared**2 / var_bottom)
    half = quantile / abs(bottom) * np.sqrt(max(inner, 0))
    return float(error), float((center - half) / (1 - g)), float((center + half) / (1 - g))


def _pad(matrix: np.ndarray, size: int) -> np.ndarray:
    whole = np.eye(size)
    whole[: len(matrix), : len(matrix)] = matrix
    return whole
