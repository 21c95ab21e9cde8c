"""How much correlated factors share: one general factor behind them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

_STEPS = 200
_TOLERANCE = 1e-12


@dataclass(frozen=True, eq=False)
class GeneralFactor:
    """A general factor behind m correlated factors.

    Attributes
    ----------
    loadings, std_errors : numpy.ndarray of float, shape (m,)
        Correlation of each factor with the general one; errors are NaN at the bound of 1.
    share, share_error : float
        Share of the items' common variance that the general factor carries.
    chi2, df, p_value : float, int, float
        Test that one general factor is behind the correlations; NaN without degrees of freedom.
    bound : tuple of int
        Factors whose loading would be above 1 (a Heywood case); they are held at 1.
    """

    loadings: np.ndarray
    std_errors: np.ndarray
    share: float
    share_error: float
    chi2: float
    df: int
    p_value: float
    bound: tuple[int, ...]


def general_factor(
    loadings: np.ndarray, factor: np.ndarray, correlations: np.ndarray, covariance: np.ndarray
) -> GeneralFactor:
    r"""Tell how far correlated factors measure one thing.

    Parameters
    ----------
    loadings : numpy.ndarray of float, shape (p,)
        Standardized loadings.
    factor : numpy.ndarray of int, shape (p,)
        Each item's factor.
    correlations : numpy.ndarray of float, shape (m, m)
        Of the factors, m of 2 or more.
    covariance : numpy.ndarray of float, shape (p + m (m - 1) / 2,) * 2
        Sampling covariance of the loadings and of the correlations below the diagonal, row by
        row.

    Returns
    -------
    GeneralFactor

    Notes
    -----
    Second-order loadings :math:`\gamma` minimize
    :math:`(r - \rho(\gamma))'V^{-1}(r - \rho(\gamma))` with :math:`\rho_{ab} =
    \gamma_a\gamma_b` and V the sampling covariance of the correlations r: as efficient in large
    samples as fitting the second-order model, and tested by the minimum. Two factors give
    :math:`\gamma = \sqrt{|r|}` by assumption. The share is
    :math:`\sum_j\lambda_j^2\gamma_{k(j)}^2/\sum_j\lambda_j^2`, the explained common variance of
    the Schmid-Leiman solution. Do not read a large share as proof of a single cause: halo and
    method do the same.

    References
    ----------
    reise2012 : The rediscovery of bifactor measurement models.

    Examples
    --------
    >>> correlations = np.array([[1, 0.72, 0.63], [0.72, 1, 0.56], [0.63, 0.56, 1]])
    >>> result = general_factor(
    ...     np.full(9, 0.7), np.repeat([0, 1, 2], 3), correlations, np.eye(12) * 0.01
    ... )
    >>> result.loadings.round(2).tolist(), round(result.share, 3)
    ([0.9, 0.8, 0.7], 0.647)
    """
    p, m = len(loadings), len(correlations)
    a, b = _pairs(m)
    r = correlations[a, b]
    of_r = covariance[p:, p:]
    if m == 2:
        size = np.sqrt(abs(r[0]))
        gamma = np.array([size, size if r[0] >= 0 else -size])
        # d gamma / d r; a correlation of 0 has no direction
        slope = np.sign(r[0]) / (2 * size) if size else np.nan
        by_r = np.array([[slope], [slope * np.sign(r[0]) if size else np.nan]])
        chi2, df, bound = float("nan"), 0, ()
    else:
        weight = np.linalg.pinv(of_r, hermitian=True)
        gamma, bound = _minimize(r, weight, m)
        free = np.setdiff1d(np.arange(m), bound)
        delta = _slopes(gamma, a, b)[:, free]
        by_r = np.full((m, len(r)), np.nan)
        by_r[free] = np.linalg.pinv(delta.T @ weight @ delta, hermitian=True) @ delta.T @ weight
        missed = r - gamma[a] * gamma[b]
        chi2, df = float(missed @ weight @ missed), len(r) - m
    share, error = _share(loadings, factor, gamma, np.nan_to_num(by_r), covariance)
    return GeneralFactor(
        loadings=gamma,
        std_errors=np.sqrt(np.einsum("ij,jk,ik->i", by_r, of_r, by_r)),
        share=share,
        share_error=error,
        chi2=chi2 if df else float("nan"),
        df=df,
        p_value=_p_value(chi2, df),
        bound=tuple(int(k) for k in bound),
    )


def _pairs(m: int) -> tuple[np.ndarray, np.ndarray]:
    return np.tril_indices(m, -1)


def _slopes(gamma: np.ndarray, a: np.ndarray, b: np.ndarray) -> np.ndarray:
    slopes = np.zeros((len(a), len(gamma)))
    rows = np.arange(len(a))
    slopes[rows, a] = gamma[b]
    slopes[rows, b] = gamma[a]
    return slopes


def _minimize(r: np.ndarray, weight: np.ndarray, m: int) -> tuple[np.ndarray, np.ndarray]:
    """Gauss-Newton with damping inside the bounds of -1 and 1."""
    a, b = _pairs(m)
    full = np.eye(m)
    full[a, b] = full[b, a] = r
    values, vectors = np.linalg.eigh(full)
    gamma = vectors[:, -1] * np.sqrt(max((values[-1] - 1) * m / (m - 1), 0.1))
    gamma = np.clip(gamma * (1 if gamma.sum() >= 0 else -1), -0.95, 0.95)
    damping = 1e-3
    missed = r - gamma[a] * gamma[b]
    loss = missed @ weight @ missed
    for _ in range(_STEPS):
        delta = _slopes(gamma, a, b)
        push = delta.T @ weight @ missed
        curve = delta.T @ weight @ delta
        held = (np.abs(gamma) >= 1) & (np.sign(push) == np.sign(gamma))
        free = (~held).nonzero()[0]
        if not len(free):
            break
        inner = curve[np.ix_(free, free)]
        step = np.zeros(m)
        step[free] = np.linalg.solve(inner + damping * np.diag(np.diag(inner) + 1e-12), push[free])
        ahead = np.clip(gamma + step, -1, 1)
        missed_ahead = r - ahead[a] * ahead[b]
        loss_ahead = missed_ahead @ weight @ missed_ahead
        if loss_ahead <= loss:
            done = loss - loss_ahead < _TOLERANCE * max(loss, 1e-6) and damping < 1e-3
            gamma, missed, loss, damping = ahead, missed_ahead, loss_ahead, damping / 10
            if done:
                break
        else:
            damping *= 10
            if damping > 1e12:
                break
    return gamma, (np.abs(gamma) >= 1).nonzero()[0]


def _share(
    loadings: np.ndarray,
    factor: np.ndarray,
    gamma: np.ndarray,
    by_r: np.ndarray,
    covariance: np.ndarray,
) -> tuple[float, float]:
    common = (loadings**2).sum()
    general = gamma[factor] ** 2
    share = float((loadings**2 * general).sum() / common)
    by_loading = 2 * loadings * (general - share) / common
    by_gamma = np.bincount(factor, weights=loadings**2, minlength=len(gamma)) * 2 * gamma / common
    slope = np.concatenate([by_loading, by_gamma @ by_r])
    return share, float(np.sqrt(max(slope @ covariance @ slope, 0.0)))


def _p_value(chi2: float, df: int) -> float:
    if not df:
        return float("nan")
    from scipy.special import chdtrc

    return float(chdtrc(df, chi2))
