"""Endings that share something unseen: a hazard of each mentor's own."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import gammaln

from ...errors import EstimationError
from ...options import CoxTies
from .cox import CoxFit, fit_cox
from .spells import Spells

_MAX_ROUNDS = 500


@dataclass(frozen=True, eq=False)
class FrailtyFit:
    """A Cox model with gamma frailties.

    Attributes
    ----------
    cox : CoxFit
        Coefficients given the frailties.
    variance : float
        Variance of the frailties, whose mean is 1; 0 is no frailty.
    frailty : numpy.ndarray, shape (g,)
        Expected frailty of each cluster, pulled toward 1.
    loglik : float
        Marginal partial log likelihood.
    """

    cox: CoxFit
    variance: float
    frailty: np.ndarray
    loglik: float


def fit_frailty(
    rows: Spells, x: np.ndarray, cluster: np.ndarray, *, ties: CoxTies = "efron"
) -> FrailtyFit:
    r"""Tell how much endings cluster, beyond covariates: by mentor, site or program.

    Parameters
    ----------
    rows : Spells
        Rows at risk.
    x : numpy.ndarray, shape (n, p)
        Covariates.
    cluster : numpy.ndarray of int, shape (n,)
        Codes from 0 of those who share a frailty.

    Raises
    ------
    EstimationError
        With fewer than two clusters, or as `fit_cox`.

    Notes
    -----
    :math:`h_{ij}(t)=\omega_j h_0(t)\exp(x'\beta)`, :math:`\omega_j` gamma with mean 1 and
    variance :math:`\theta`. EM at each :math:`\theta`:
    :math:`\hat\omega_j=(1/\theta+d_j)/(1/\theta+\Lambda_j)`, then Cox with offset
    :math:`\log\hat\omega_j`; :math:`\theta` maximizes the marginal likelihood. Errors of the
    coefficients take the frailties as known. A frailty is shrunk and uncertain: it is not a
    verdict on a mentor.

    References
    ----------
    therneau2003 : Penalized survival models and frailty.

    Examples
    --------
    >>> from mentorlab.stats.survival.spells import spells
    >>> time = np.array([1.0, 1.5, 2, 8, 9, 10, 3, 4, 12])
    >>> rows = spells(time, np.array([1, 1, 1, 1, 0, 0, 1, 1, 1]))
    >>> x = np.array([0.0, 1, 0, 1, 0, 1, 1, 0, 0])[:, None]
    >>> bool(fit_frailty(rows, x, np.repeat([0, 1, 2], 3)).variance > 0.1)
    True
    """
    n_clusters = int(cluster.max()) + 1
    if n_clusters < 2:
        raise EstimationError("a shared frailty needs two clusters or more.")
    deaths = np.bincount(cluster, rows.weight * (rows.event > 0), minlength=n_clusters)

    def profile(log_variance: float) -> FrailtyFit:
        return _expect_and_fit(rows, x, cluster, deaths, float(np.exp(log_variance)), ties)

    best = minimize_scalar(
        lambda u: -profile(u).loglik, bounds=(-8, 3), method="bounded", options={"xatol": 1e-7}
    )
    found = profile(best.x)
    plain = fit_cox(rows, x, ties=ties)
    if plain.loglik[1] >= found.loglik:
        return FrailtyFit(plain, 0.0, np.ones(n_clusters), plain.loglik[1])
    return found


def _expect_and_fit(
    rows: Spells,
    x: np.ndarray,
    cluster: np.ndarray,
    deaths: np.ndarray,
    variance: float,
    ties: CoxTies,
) -> FrailtyFit:
    shape = 1 / variance
    frailty = np.ones(len(deaths))
    for _ in range(_MAX_ROUNDS):
        offset = np.log(frailty)[cluster]
        cox = fit_cox(rows, x, offset=offset, ties=ties)
        total = np.bincount(cluster, rows.weight * cox.expected, len(deaths)) / frailty
        update = (shape + deaths) / (shape + total)
        if np.abs(np.log(update / frailty)).max() < 1e-9:
            frailty = update
            break
        frailty = update
    marginal = (
        shape * np.log(frailty * shape)
        - (shape + deaths) * np.log(shape + deaths)
        + gammaln(shape + deaths)
        - gammaln(shape)
    )
    loglik = cox.loglik[1] + float((marginal + deaths).sum())
    return FrailtyFit(cox, variance, frailty, loglik)
