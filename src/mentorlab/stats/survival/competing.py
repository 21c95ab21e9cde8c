"""Endings of different kinds: how common each becomes, and whether groups differ."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import chi2, norm

from ...errors import EstimationError
from .kaplan_meier import step
from .spells import Spells, risk_table


@dataclass(frozen=True, eq=False)
class Incidence:
    """Share that ended by each cause.

    Attributes
    ----------
    time, n_risk : numpy.ndarray, shape (k,)
        Distinct ends, and the weight at risk just before.
    share, std_error, low, high : numpy.ndarray, shape (k, m)
        By cause 1 to m.
    """

    time: np.ndarray
    n_risk: np.ndarray
    share: np.ndarray
    std_error: np.ndarray
    low: np.ndarray
    high: np.ndarray

    def at(self, times: np.ndarray) -> np.ndarray:
        """Shares by cause at given times, shape (len(times), m)."""
        return np.stack(
            [step(self.time, column, times, before=0.0) for column in self.share.T], axis=1
        )


def fit_incidence(rows: Spells, *, n_causes: int | None = None, level: float = 0.95) -> Incidence:
    r"""Tell which share has ended by each cause, others having ended by other causes.

    Notes
    -----
    Aalen and Johansen's estimator :math:`\hat F_c(t)=\sum_{t_i\le t}\hat S(t_i-)d_{ci}/n_i`. One
    minus a Kaplan-Meier curve that censors other causes would be too high. The standard error is
    the infinitesimal jackknife's; the interval is symmetric on the scale log(-log F).

    References
    ----------
    aalen1978 : An empirical transition matrix for non-homogeneous Markov chains.

    Examples
    --------
    >>> from mentorlab.stats.survival.spells import spells
    >>> found = fit_incidence(spells(np.array([1.0, 2, 3, 4]), np.array([1, 2, 0, 1])))
    >>> found.share[-1]
    array([0.75, 0.25])
    """
    table = risk_table(rows, n_causes)
    d, n = table.events, table.n_risk[:, None]
    ended = d.sum(axis=1, keepdims=True)
    survival = np.cumprod(1 - ended / n, axis=0)
    before = np.vstack([np.ones((1, 1)), survival[:-1]])
    share = np.minimum(np.cumsum(before * d / n, axis=0), 1.0)  # rounding may lead above 1
    variance = np.stack(
        [_variance(share[:, c], before[:, 0], d, n[:, 0], c) for c in range(d.shape[1])], axis=1
    )
    std_error = np.sqrt(np.maximum(variance, 0))
    z = norm.ppf((1 + level) / 2)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        width = z * std_error / (share * np.log(share))
        low = np.exp(np.log(share) * np.exp(-width))
        high = np.exp(np.log(share) * np.exp(width))
    none = share <= 0
    return Incidence(
        table.time,
        table.n_risk,
        share,
        std_error,
        np.where(none, 0.0, low),
        np.where(none, 0.0, high),
    )


def _variance(
    share: np.ndarray, before: np.ndarray, events: np.ndarray, n_risk: np.ndarray, cause: int
) -> np.ndarray:
    """Infinitesimal-jackknife variance of one cause's share at every time.

    A change of the hazard of any ending at u moves F(t) by -(F(t) - F(u)), one of the cause also
    by S(u-); sums over u are expanded in powers of F(t).
    """
    own = events[:, cause]
    ended = events.sum(axis=1)
    left = n_risk - ended
    spread = np.divide(ended, n_risk * left, out=np.zeros_like(share), where=left > 0)
    cross = before * own / n_risk**2
    alone = np.cumsum(before**2 * own * (n_risk - own) / n_risk**3)
    return (
        share**2 * np.cumsum(spread)
        - 2 * share * (np.cumsum(spread * share) + np.cumsum(cross))
        + np.cumsum(spread * share**2)
        + 2 * np.cumsum(cross * share)
        + alone
    )


def counting_variance(
    rows: Spells, *, n_causes: int | None = None
) -> tuple[np.ndarray, np.ndarray]:
    r"""Give the counting-process variance of incidence, the other one in use.

    Returns
    -------
    tuple of numpy.ndarray
        Distinct ends, and the variance by cause, shape (k, m). ``cmprsk::cuminc`` prints this one.

    Notes
    -----
    As in `fit_incidence`, with the martingale variance of each hazard, ties corrected as if drawn
    without replacement. The two agree as the number at risk grows.

    References
    ----------
    aalen1978 : An empirical transition matrix for non-homogeneous Markov chains.

    Examples
    --------
    >>> from mentorlab.stats.survival.spells import spells
    >>> rows = spells(np.array([1.0, 2, 3, 4]), np.array([1, 2, 0, 1]))
    >>> counting_variance(rows)[1][0].round(4)
    array([0.0625, 0.    ])
    """
    found = fit_incidence(rows, n_causes=n_causes)
    table = risk_table(rows, n_causes)
    survival = 1 - found.share.sum(axis=1)
    before = _lag(survival, 1.0)
    n, ended = table.n_risk, table.events.sum(axis=1)
    inverse = np.divide(1.0, survival, out=np.zeros_like(survival), where=survival > 1e-12)
    columns = []
    for cause in range(found.share.shape[1]):
        share, own = found.share[:, cause], table.events[:, cause]
        square = linear = plain = 0.0
        for count, here in ((own, 1.0), (ended - own, 0.0)):
            mass = _untied(count, n) * before**2 * count / n**2
            level = here + inverse * share
            square = square + np.cumsum(level**2 * mass)
            linear = linear + np.cumsum(level * inverse * mass)
            plain = plain + np.cumsum(inverse**2 * mass)
        columns.append(square - 2 * share * linear + share**2 * plain)
    return table.time, np.stack(columns, axis=1)


@dataclass(frozen=True, eq=False)
class IncidenceTest:
    """A test that groups share one incidence curve of a cause.

    Attributes
    ----------
    statistic, p_value : float
    df : int
    """

    statistic: float
    df: int
    p_value: float


def compare_incidence(
    rows: Spells, group: np.ndarray, cause: int, *, rho: float = 0.0
) -> IncidenceTest:
    r"""Tell whether endings of one kind become equally common in all groups.

    Parameters
    ----------
    rows : Spells
        Rows at risk, without late entries.
    group : numpy.ndarray of int, shape (n,)
        Codes from 0.
    cause : int
        The event compared; all others compete.
    rho : float
        Weight :math:`(1-\hat F(t-))^\rho`.

    Raises
    ------
    EstimationError
        With fewer than two groups, late entries, or no ending of this kind.

    Notes
    -----
    Gray's test: compares weighted differences of subdistribution hazards; the variance is that of
    the paper, with the correction for ties.

    References
    ----------
    gray1988 : A class of K-sample tests for comparing the cumulative incidence.

    Examples
    --------
    >>> from mentorlab.stats.survival.spells import spells
    >>> rows = spells(np.array([1.0, 2, 3, 4, 5, 6]), np.array([1, 2, 1, 1, 2, 0]))
    >>> compare_incidence(rows, np.array([0, 0, 0, 1, 1, 1]), 1).df
    1
    """
    n_groups = int(group.max()) + 1
    if n_groups < 2:
        raise EstimationError("a comparison of incidences needs two groups or more.")
    if np.isfinite(rows.entry).any() and (rows.entry > rows.time.min()).any():
        raise EstimationError("Gray's test can't take relationships that are seen only later.")
    if not (rows.event == cause).any():
        raise EstimationError(f"no relationship ended by cause {cause}.")
    times, place = np.unique(rows.time, return_inverse=True)
    kind = np.where(rows.event == cause, 1, np.where(rows.event > 0, 2, 0))
    cell = (place * n_groups + group) * 3 + kind
    counts = np.bincount(cell, rows.weight, minlength=len(times) * n_groups * 3)
    counts = counts.reshape(len(times), n_groups, 3)
    leaving = counts.sum(axis=2)
    at_risk = leaving[::-1].cumsum(axis=0)[::-1]
    busy = counts[:, :, 1:].sum(axis=(1, 2)) > 0
    score, variance = _gray(at_risk[busy], counts[busy, :, 1], counts[busy, :, 2], rho)
    part, spread = score[:-1], variance[:-1, :-1]
    statistic = float(part @ np.linalg.pinv(spread) @ part)
    return IncidenceTest(statistic, n_groups - 1, float(chi2.sf(statistic, n_groups - 1)))


def _gray(
    at_risk: np.ndarray, own: np.ndarray, other: np.ndarray, rho: float
) -> tuple[np.ndarray, np.ndarray]:
    """Score and variance at all groups; one row of the inputs a distinct ending time."""
    present = at_risk > 0
    n = np.where(present, at_risk, 1.0)
    survival = np.cumprod(1 - (own + other) / n, axis=0)
    before = _lag(survival, 1.0)
    share_before = _lag(np.cumsum(before * own / n, axis=0), 0.0)
    scaled = np.where(present, n / np.where(present, before, 1.0), 0.0)
    total, ended = scaled.sum(axis=1), own.sum(axis=1)
    pooled = np.cumsum(ended / total)
    pooled_before = _lag(pooled, 0.0)
    weight = (1 - pooled_before) ** rho
    expected = scaled * (1 - share_before)
    expected *= (ended / expected.sum(axis=1))[:, None]
    score = weight @ (own - expected)

    direct = -np.einsum("ti,tj->tij", scaled, scaled) / total[:, None, None]
    groups = np.arange(at_risk.shape[1])
    direct[:, groups, groups] += scaled
    direct *= weight[:, None, None]
    carried = np.cumsum(direct * (ended / (total * (1 - pooled_before)))[:, None, None], axis=0)
    ahead = carried[-1] - carried
    going = survival > 0
    ratio = np.where(going, (1 - pooled)[:, None] / np.where(going, survival, 1.0), 0.0)
    by_cause = direct + np.where(going, 1 - ratio, 1.0)[:, None, :] * ahead
    by_other = ratio[:, None, :] * ahead
    mass = _untied(ended[:, None], total[:, None] * before) * before * ended[:, None]
    mass = np.where(present, mass / (total[:, None] * n), 0.0)
    mass_other = np.where(going & present, _untied(other, n) * before**2 * other / n**2, 0.0)
    variance = np.einsum("tik,tk,tjk->ij", by_cause, mass, by_cause)
    return score, variance + np.einsum("tik,tk,tjk->ij", by_other, mass_other, by_other)


def _untied(ended: np.ndarray, n_risk: np.ndarray) -> np.ndarray:
    """Finite-population factor for endings at one time."""
    return np.where(ended > 1, 1 - (ended - 1) / np.where(n_risk > 1, n_risk - 1, 1.0), 1.0)


def _lag(values: np.ndarray, first: float) -> np.ndarray:
    return np.concatenate([np.full_like(values[:1], first), values[:-1]])
