"""How well a risk score puts endings in order."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit

from ...errors import EstimationError
from .spells import Spells

_ROUNDING = 1e-12


@dataclass(frozen=True, eq=False)
class Concordance:
    """Share of comparable pairs in which the one that ended first had the higher risk.

    Attributes
    ----------
    estimate, std_error : float
    n_pairs : float
        Weight of comparable pairs.
    """

    estimate: float
    std_error: float
    n_pairs: float


def concordance(
    rows: Spells,
    risk: np.ndarray,
    *,
    strata: np.ndarray | None = None,
    cluster: np.ndarray | None = None,
    time_weight: np.ndarray | None = None,
) -> Concordance:
    r"""Tell how often the relationship that ends first was the one held to be at higher risk.

    Parameters
    ----------
    rows : Spells
        Rows at risk; any event is an ending.
    risk : numpy.ndarray, shape (n,)
        Higher means earlier ending.
    strata, cluster : numpy.ndarray of int, shape (n,), optional
        Only pairs within a stratum are compared; rows of a cluster depend on each other.
    time_weight : numpy.ndarray, shape (n,), optional
        Weight of each row's ending, such as :math:`1/\hat G(t-)^2` for Uno's coefficient.

    Raises
    ------
    EstimationError
        If no two rows can be compared.

    Notes
    -----
    A row that ended at t is compared with all at risk then that go on longer (a row censored at t
    counts as longer). Ties in risk count half; ties in time are not compared. The standard error
    is the infinitesimal jackknife over rows or clusters. One half is chance.

    References
    ----------
    harrell1996 : Multivariable prognostic models.
    uno2011 : On the C-statistics for evaluating overall adequacy of risk prediction procedures.

    Examples
    --------
    >>> from mentorlab.stats.survival.spells import spells
    >>> rows = spells(np.array([1.0, 2, 3, 4]), np.array([1, 1, 0, 1]))
    >>> concordance(rows, np.array([3.0, 4, 2, 1])).estimate
    0.8
    """
    n = len(rows)
    stratum = np.zeros(n, np.int64) if strata is None else np.asarray(strata, dtype=np.int64)
    weight = np.ones(n) if time_weight is None else np.asarray(time_weight, dtype=float)
    rank = _ranks(np.asarray(risk, dtype=float))
    score, pairs = np.zeros(n), np.zeros(n)
    hit = rows.event > 0
    for code in np.unique(stratum):
        inside = np.flatnonzero(stratum == code)
        own = _count(
            rows.entry[inside], rows.time[inside], hit[inside], rows.weight[inside], rank[inside],
            weight[inside], int(rank.max()) + 1,
        )  # fmt: skip
        score[inside], pairs[inside] = own
    total = pairs.sum() / 2
    if not total > 0:
        raise EstimationError("no two relationships can be compared: too few endings.")
    estimate = float(score.sum() / 2 / total)
    influence = (score - estimate * pairs) / total
    if cluster is not None:
        influence = np.bincount(np.unique(cluster, return_inverse=True)[1], weights=influence)
    return Concordance(estimate, float(np.sqrt((influence**2).sum())), float(total))


def _ranks(risk: np.ndarray) -> np.ndarray:
    """Dense ranks; risks that differ only by rounding are tied."""
    order = np.argsort(risk, kind="stable")
    steps = np.diff(risk[order]) > _ROUNDING * np.maximum(np.abs(risk).max(), 1e-300)
    ranks = np.empty(len(risk), np.int64)
    ranks[order] = np.concatenate([[0], np.cumsum(steps)])
    return ranks


def _count(
    entry: np.ndarray,
    time: np.ndarray,
    hit: np.ndarray,
    weight: np.ndarray,
    rank: np.ndarray,
    time_weight: np.ndarray,
    n_ranks: int,
) -> tuple[np.ndarray, np.ndarray]:
    """Sums of scores and of weights over the pairs that each row is part of."""
    late = time + 0.0
    ends = np.where(hit, late, np.nextafter(late, np.inf))
    order = np.argsort(time, kind="stable")
    return _fenwick(
        order, np.argsort(entry, kind="stable"), np.argsort(ends, kind="stable"), entry, time,
        ends, hit, weight, rank, time_weight, n_ranks,
    )  # fmt: skip


@njit(cache=True, nogil=True)
def _add(tree, place, value):  # pragma: no cover
    i = place + 1
    while i < len(tree):
        tree[i] += value
        i += i & (-i)


@njit(cache=True, nogil=True)
def _below(tree, place):  # pragma: no cover
    total = 0.0
    i = place
    while i > 0:
        total += tree[i]
        i -= i & (-i)
    return total


@njit(cache=True, nogil=True)
def _fenwick(
    by_time, by_entry, by_end, entry, time, ends, hit, weight, rank, time_weight, n_ranks
):  # pragma: no cover
    n = len(time)
    score, pairs = np.zeros(n), np.zeros(n)
    tree = np.zeros(n_ranks + 1)
    total, i_in, i_out = 0.0, n - 1, n - 1
    # Going back in time: those at risk that go on longer than each ending.
    for k in range(n - 1, -1, -1):
        row = by_time[k]
        if not hit[row]:
            continue
        t = time[row]
        while i_in >= 0 and ends[by_end[i_in]] > t:
            other = by_end[i_in]
            _add(tree, rank[other], weight[other])
            total += weight[other]
            i_in -= 1
        while i_out >= 0 and entry[by_entry[i_out]] >= t:
            other = by_entry[i_out]
            if ends[other] > t:
                _add(tree, rank[other], -weight[other])
                total -= weight[other]
            i_out -= 1
        lower = _below(tree, rank[row])
        equal = _below(tree, rank[row] + 1) - lower
        heavy = weight[row] * time_weight[row]
        score[row] += heavy * (lower + equal / 2)
        pairs[row] += heavy * total
    # Going forward: endings that each row was at risk for and outlived.
    tree[:] = 0.0
    total = 0.0
    i_entry, i_end, k = 0, 0, 0
    while i_end < n:
        nearest = ends[by_end[i_end]]
        takes_entry = i_entry < n and entry[by_entry[i_entry]] < nearest
        moment = entry[by_entry[i_entry]] if takes_entry else nearest
        while k < n and (time[by_time[k]] <= moment if takes_entry else time[by_time[k]] < moment):
            event = by_time[k]
            if hit[event]:
                heavy = weight[event] * time_weight[event]
                _add(tree, rank[event], heavy)
                total += heavy
            k += 1
        row = by_entry[i_entry] if takes_entry else by_end[i_end]
        lower = _below(tree, rank[row] + 1)
        equal = lower - _below(tree, rank[row])
        sign = -1.0 if takes_entry else 1.0
        score[row] += sign * weight[row] * (total - lower + equal / 2)
        pairs[row] += sign * weight[row] * total
        if takes_entry:
            i_entry += 1
        else:
            i_end += 1
    return score, pairs
