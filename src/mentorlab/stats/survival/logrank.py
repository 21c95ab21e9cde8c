"""Whether groups end at different speeds: the log-rank test and its weighted family."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import chi2

from ...errors import EstimationError
from .kaplan_meier import fit_curve
from .spells import Spells, risk_table


@dataclass(frozen=True, eq=False)
class CurveTest:
    """A test that all groups share one curve.

    Attributes
    ----------
    statistic, p_value : float
    df : int
    observed, expected : numpy.ndarray, shape (g,)
        Weighted endings of each group, and those expected if all groups were alike.
    """

    statistic: float
    df: int
    p_value: float
    observed: np.ndarray
    expected: np.ndarray


def compare_curves(
    rows: Spells, group: np.ndarray, *, strata: np.ndarray | None = None, rho: float = 0.0
) -> CurveTest:
    r"""Tell whether groups end at different speeds.

    Parameters
    ----------
    rows : Spells
        Rows at risk.
    group, strata : numpy.ndarray of int, shape (n,)
        Codes of groups compared, and of strata within which they are compared.
    rho : float
        0 for the log-rank test; 1 weighs each ending by the curve just before it, which favors
        early differences.

    Raises
    ------
    EstimationError
        If there are fewer than two groups or no endings.

    Notes
    -----
    :math:`\chi^2=z'V^{-}z` with z the observed minus expected endings and V the hypergeometric
    variance, summed over strata.

    References
    ----------
    harrington1982 : A class of rank test procedures for censored survival data.

    Examples
    --------
    >>> from mentorlab.stats.survival.spells import spells
    >>> rows = spells(np.array([1.0, 2, 3, 4, 5, 6]), np.array([1, 1, 1, 1, 1, 0]))
    >>> round(compare_curves(rows, np.array([0, 0, 0, 1, 1, 1])).statistic, 3)
    5.052
    """
    n_groups = int(group.max()) + 1
    if n_groups < 2:
        raise EstimationError("a comparison of curves needs two groups or more.")
    if not (rows.event > 0).any():
        raise EstimationError("no relationship ended, so there is nothing to compare.")
    observed, expected = np.zeros(n_groups), np.zeros(n_groups)
    variance = np.zeros((n_groups, n_groups))
    for stratum in [None] if strata is None else np.unique(strata):
        chosen = slice(None) if stratum is None else np.flatnonzero(strata == stratum)
        for total, part in zip(
            (observed, expected, variance),
            _one_stratum(rows.take(chosen), group[chosen], n_groups, rho),
            strict=True,
        ):
            total += part
    used = expected > 0
    difference = (observed - expected)[used][1:]
    statistic = float(
        difference @ np.linalg.pinv(variance[np.ix_(used, used)][1:, 1:]) @ difference
    )
    df = int(used.sum()) - 1
    return CurveTest(statistic, df, float(chi2.sf(statistic, df)), observed, expected)


def _one_stratum(
    rows: Spells, group: np.ndarray, n_groups: int, rho: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    table = risk_table(rows)
    risk = np.zeros((len(table.time), n_groups))
    ended = np.zeros_like(risk)
    for g in np.unique(group):
        own = rows.take(np.flatnonzero(group == g))
        place = np.searchsorted(table.time, own.time)
        leaving = np.bincount(place, weights=own.weight, minlength=len(table.time))
        entering = np.bincount(
            np.searchsorted(table.time, own.entry, side="right"),
            weights=own.weight,
            minlength=len(table.time) + 1,
        )[: len(table.time)]
        risk[:, g] = np.cumsum(entering) - np.concatenate([[0.0], np.cumsum(leaving)[:-1]])
        hit = own.event > 0
        ended[:, g] = np.bincount(place[hit], own.weight[hit], minlength=len(table.time))
    total, all_ended = table.n_risk, ended.sum(axis=1)
    weight = np.ones(len(total))
    if rho:
        curve = fit_curve(rows)
        weight = np.concatenate([[1.0], curve.survival[:-1]]) ** rho
    share = risk / total[:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = np.where(total > 1, all_ended * (total - all_ended) / (total - 1), 0.0)
    heavy = weight**2 * spread
    variance = np.diag((heavy[:, None] * share).sum(axis=0)) - (share * heavy[:, None]).T @ share
    return weight @ ended, weight @ (all_ended[:, None] * share), variance
