"""How long control charts run until they signal: false alarms in control, delay out of it."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from scipy.optimize import brentq
from scipy.stats import norm, poisson

from ..errors import EstimationError

_NODES = 80
_FINEST = 1000


def cusum_run_length(
    shift: float, *, reference: float, threshold: float, two_sided: bool = False
) -> float:
    r"""Tell after how many observations a CUSUM of normal values signals on average.

    Parameters
    ----------
    shift : float
        True mean in standard deviations; 0 is in control.
    reference : float
        Allowance k, above 0: half the shift that matters.
    threshold : float
        Signal above h, above 0.
    two_sided : bool
        An upper and a lower chart together.

    Notes
    -----
    :math:`S_t=\max(0,S_{t-1}+x_t-k)` from 0. The run length solves
    :math:`L(z)=1+L(0)\Phi(k-z-\mu)+\int_0^hL(x)\varphi(x+k-z-\mu)dx`, here by Gauss-Legendre
    quadrature. Two sides: :math:`1/L=1/L_++1/L_-`. Observations are independent and normal.

    References
    ----------
    brook1972 : An approach to the probability distribution of CUSUM run length.

    Examples
    --------
    >>> round(cusum_run_length(1.0, reference=0.5, threshold=4), 2)
    8.38
    """
    _above_zero(reference=reference, threshold=threshold)
    upper = _one_sided(shift, reference, threshold)
    if not two_sided:
        return upper
    return 1 / (1 / upper + 1 / _one_sided(-shift, reference, threshold))


def _one_sided(shift: float, reference: float, threshold: float) -> float:
    nodes, weights = np.polynomial.legendre.leggauss(_NODES)
    nodes, weights = threshold * (nodes + 1) / 2, threshold * weights / 2
    starts = np.concatenate([[0.0], nodes])
    to_zero = norm.cdf(reference - starts - shift)
    moves = weights * norm.pdf(nodes[None, :] + reference - starts[:, None] - shift)
    return _mean_run(np.column_stack([to_zero, moves]))


def _mean_run(chain: np.ndarray) -> float:
    """Mean steps from the first state until the chain leaves."""
    return float(np.linalg.solve(np.eye(len(chain)) - chain, np.ones(len(chain)))[0])


def cusum_threshold(run_length: float, *, reference: float, two_sided: bool = False) -> float:
    """Find the threshold at which a CUSUM in control signals once in so many observations.

    Examples
    --------
    >>> round(cusum_threshold(500, reference=0.5), 3)
    4.389
    """
    _above_zero(reference=reference)

    def miss(threshold: float) -> float:
        found = cusum_run_length(0.0, reference=reference, threshold=threshold, two_sided=two_sided)
        return np.log(found) - np.log(run_length)

    if not run_length > np.exp(miss(1e-6) + np.log(run_length)):
        raise EstimationError(f"no threshold gives a run as short as {run_length:g}.")
    high = 1.0
    while miss(high) < 0:
        high *= 2
    return float(brentq(miss, 1e-6, high, xtol=1e-10))


def ewma_run_length(shift: float, *, smoothing: float, width: float) -> float:
    r"""Tell after how many observations an EWMA chart of normal values signals on average.

    Parameters
    ----------
    shift : float
        True mean in standard deviations.
    smoothing : float
        Weight of the newest value, above 0 and up to 1.
    width : float
        Limits in standard deviations of the smoothed value in the long run.

    Notes
    -----
    :math:`z_t=(1-\lambda)z_{t-1}+\lambda x_t` from 0, limits
    :math:`\pm L\sqrt{\lambda/(2-\lambda)}`, the integral equation by Gauss-Legendre quadrature.

    References
    ----------
    lucas1990 : Exponentially weighted moving average control schemes.

    Examples
    --------
    >>> round(ewma_run_length(1.0, smoothing=0.2, width=2.962), 1)
    10.5
    """
    _above_zero(smoothing=smoothing, width=width)
    if smoothing > 1:
        raise EstimationError(f"`smoothing` must be up to 1; got {smoothing:g}.")
    limit = width * np.sqrt(smoothing / (2 - smoothing))
    count = int(_NODES * max(1.0, np.sqrt(0.2 / smoothing)))
    nodes, weights = np.polynomial.legendre.leggauss(count)
    nodes, weights = limit * nodes, limit * weights
    starts = np.concatenate([[0.0], nodes])
    moves = (nodes[None, :] - (1 - smoothing) * starts[:, None]) / smoothing - shift
    kernel = weights * norm.pdf(moves) / smoothing
    inner = np.linalg.solve(np.eye(count) - kernel[1:], np.ones(count))
    return float(1 + kernel[0] @ inner)


def poisson_cusum_run_length(
    mean: float, *, reference: float, threshold: float, lower: bool = True
) -> float:
    r"""Tell after how many weeks a CUSUM of counts signals on average.

    Parameters
    ----------
    mean : float
        True mean count a week.
    reference : float
        Allowance k, between the usual mean and the one that matters; for a lower chart in
        log-likelihood units :math:`k=(\mu_0-\mu_1)/\ln(\mu_0/\mu_1)`. Taken to the nearest
        fraction with a denominator up to 1,000, as is `threshold`.
    threshold : float
        Signal above h.
    lower : bool
        Watch for fewer counts (k - x is summed) instead of more.

    Notes
    -----
    :math:`S_t=\max(0,S_{t-1}+k-x_t)` from 0, signal when :math:`S_t>h`. On the lattice of common
    fractions this is a Markov chain, solved exactly. Weeks are independent.

    References
    ----------
    brook1972 : An approach to the probability distribution of CUSUM run length.

    Examples
    --------
    >>> round(poisson_cusum_run_length(0.5, reference=0.7, threshold=3), 1)
    12.4
    """
    _above_zero(mean=mean, reference=reference, threshold=threshold)
    k = Fraction(reference).limit_denominator(_FINEST)
    grid = k.denominator
    top = int(Fraction(threshold).limit_denominator(_FINEST) * grid)
    states = np.arange(top + 1)
    most = int(poisson.isf(1e-16, mean)) + 1 if not lower else (top + k.numerator) // grid + 1
    counts = np.arange(most + 1)
    chance = poisson.pmf(counts, mean)
    sign = 1 if lower else -1
    target = states[:, None] + sign * (k.numerator - counts[None, :] * grid)
    chain = np.zeros((top + 1, top + 1))
    stays = target <= top
    rows = np.broadcast_to(states[:, None], target.shape)
    np.add.at(
        chain,
        (rows[stays], np.maximum(target[stays], 0)),
        np.broadcast_to(chance, target.shape)[stays],
    )
    if lower:
        chain[:, 0] += poisson.sf(most, mean)
    return _mean_run(chain)


def _above_zero(**values: float) -> None:
    for name, value in values.items():
        if not value > 0:
            raise EstimationError(f"`{name}` must be above 0; got {value:g}.")
