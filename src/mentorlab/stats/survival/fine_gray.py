"""How covariates move the share that ends by one cause, others competing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...errors import EstimationError
from ...options import CensoringOrder, check_option
from .censoring import fit_censoring
from .spells import Spells

_MAX_STEPS = 50


@dataclass(frozen=True, eq=False)
class FineGrayFit:
    """A fitted subdistribution hazard.

    Attributes
    ----------
    beta, std_error : numpy.ndarray, shape (p,)
        Log subdistribution hazard ratios, and errors that include the estimated censoring.
    covariance : numpy.ndarray, shape (p, p)
    n, n_events : int
    converged : bool
    """

    beta: np.ndarray
    std_error: np.ndarray
    covariance: np.ndarray
    n: int
    n_events: int
    converged: bool


@dataclass(frozen=True, eq=False)
class _Sorted:
    """Rows in order of time, with the censoring curve where it is needed."""

    x: np.ndarray
    time: np.ndarray
    kind: np.ndarray
    moments: np.ndarray
    n_own: np.ndarray
    first: np.ndarray
    still: np.ndarray
    inverse: np.ndarray
    lost_at: np.ndarray
    lost_risk: np.ndarray


def fit_fine_gray(
    rows: Spells, x: np.ndarray, cause: int, *, order: CensoringOrder = "together"
) -> FineGrayFit:
    r"""Tell what raises or lowers the share of relationships that end by one cause.

    Parameters
    ----------
    rows : Spells
        Rows at risk, without late entries and weights.
    x : numpy.ndarray, shape (n, p)
        Covariates.
    cause : int
        The event explained; other events compete.
    order : {"together", "events_first"}
        Whether who ended at t was still at risk of being censored at t. ``cmprsk::crr`` says yes,
        ``survival::finegray`` no; with fine time the two are one.

    Raises
    ------
    EstimationError
        For late entries, or if nobody ended by the cause.

    Notes
    -----
    Proportional hazards of the subdistribution: who ended otherwise stays at risk with weight
    :math:`\hat G(t-)/\hat G(T_i-)`, G the censoring curve. Breslow's ties. The sandwich adds
    what estimating G costs. A ratio says how the *share* moves, not why: a covariate that only
    makes other endings rarer has an effect too. Cause-specific hazards tell causes apart.

    References
    ----------
    fine1999 : A proportional hazards model for the subdistribution of a competing risk.

    Examples
    --------
    >>> from mentorlab.stats.survival.spells import spells
    >>> rows = spells(np.arange(1.0, 9), np.array([1, 2, 1, 0, 1, 2, 1, 0]))
    >>> x = np.array([1.0, 0, 1, 0, 0, 1, 1, 0])[:, None]
    >>> fit_fine_gray(rows, x, 1).beta.round(2)
    array([1.24])
    """
    check_option(order, CensoringOrder, who="fit_fine_gray", name="order")
    if (rows.entry > rows.time.min()).any():
        raise EstimationError("this model can't take relationships that are seen only later.")
    if not (rows.event == cause).any():
        raise EstimationError(f"no relationship ended by cause {cause}.")
    data = _sort(rows, np.asarray(x, dtype=float), cause, order)
    beta, converged = np.zeros(x.shape[1]), False
    score, information, _ = _slopes(data, beta)
    for _ in range(_MAX_STEPS):
        change = np.linalg.solve(information, score)
        beta = beta + change
        score, information, at_risk = _slopes(data, beta)
        if np.abs(change).max() < 1e-10:
            converged = True
            break
    inverse = np.linalg.inv(information)
    residuals = _residuals(data, beta, at_risk)
    covariance = inverse @ (residuals.T @ residuals) @ inverse
    return FineGrayFit(
        beta=beta,
        std_error=np.sqrt(np.diag(covariance)),
        covariance=covariance,
        n=len(rows),
        n_events=int((rows.event == cause).sum()),
        converged=converged,
    )


def _sort(rows: Spells, x: np.ndarray, cause: int, order: CensoringOrder) -> _Sorted:
    by_time = np.argsort(rows.time, kind="stable")
    time = rows.time[by_time]
    event = rows.event[by_time]
    kind = np.where(event == cause, 1, np.where(event > 0, 2, 0))
    moments, n_own = np.unique(time[kind == 1], return_counts=True)
    censoring = fit_censoring(rows, order=order)
    return _Sorted(
        x=x[by_time],
        time=time,
        kind=kind,
        moments=moments,
        n_own=n_own.astype(float),
        first=np.searchsorted(time, moments),
        still=censoring.before(moments),
        inverse=np.where(kind == 2, 1 / censoring.before(time), 0.0),
        lost_at=censoring.time,
        lost_risk=censoring.n_risk,
    )


def _sums(data: _Sorted, values: np.ndarray) -> np.ndarray:
    """Weighted sums over who is at risk at each moment, of rows' values."""
    ahead = np.cumsum(values[::-1], axis=0)[::-1]
    shape = (-1,) + (1,) * (values.ndim - 1)
    behind = np.cumsum(values * data.inverse.reshape(shape), axis=0)
    behind = np.concatenate([np.zeros((1, *behind.shape[1:])), behind])
    return ahead[data.first] + data.still.reshape(shape) * behind[data.first]


def _slopes(
    data: _Sorted, beta: np.ndarray
) -> tuple[np.ndarray, np.ndarray, tuple[np.ndarray, np.ndarray, np.ndarray]]:
    eta = data.x @ beta
    risk = np.exp(eta - eta.max())
    s0 = _sums(data, risk)
    mean = _sums(data, risk[:, None] * data.x) / s0[:, None]
    products = data.x[:, :, None] * data.x[:, None, :]
    second = _sums(data, risk[:, None, None] * products) / s0[:, None, None]
    spread = second - mean[:, :, None] * mean[:, None, :]
    score = data.x[data.kind == 1].sum(axis=0) - data.n_own @ mean
    return score, np.einsum("k,kab->ab", data.n_own, spread), (risk, data.n_own / s0, mean)


def _residuals(
    data: _Sorted, beta: np.ndarray, at_risk: tuple[np.ndarray, np.ndarray, np.ndarray]
) -> np.ndarray:
    """Each row's part of the score, the estimated censoring included, shape (n, p)."""
    risk, jump, mean = at_risk
    end = np.searchsorted(data.moments, data.time, side="right")
    own = data.kind == 1

    def total(values: np.ndarray) -> np.ndarray:
        return np.concatenate([np.zeros((1, *values.shape[1:])), np.cumsum(values, axis=0)])

    seen, seen_x = total(jump), total(jump[:, None] * mean)
    later, later_x = total(data.still * jump), total((data.still * jump)[:, None] * mean)
    part = -risk[:, None] * (data.x * seen[end][:, None] - seen_x[end])
    tail = (later[-1] - later[end])[:, None] * data.x - (later_x[-1] - later_x[end])
    part -= (risk * data.inverse)[:, None] * tail
    part[own] += data.x[own] - mean[end[own] - 1]

    # What the estimated censoring curve adds: each censoring at u moves the weights of rows that
    # ended otherwise before u, through all later moments.
    lost_at = data.lost_at
    if not len(lost_at):
        return part
    lost = data.kind == 0
    place = np.searchsorted(lost_at, data.time[lost])
    n_lost = np.bincount(place, minlength=len(lost_at))
    after = np.searchsorted(data.moments, lost_at, side="left")
    before = np.searchsorted(data.time, lost_at, side="left")
    heavy = risk * data.inverse
    sum_x = total(heavy[:, None] * data.x)[before]
    sum_1 = total(heavy)[before]
    rest, rest_x = later[-1] - later[after], later_x[-1] - later_x[after]
    relative = (sum_x * rest[:, None] - sum_1[:, None] * rest_x) / data.lost_risk[:, None]
    drift = total(relative * (n_lost / data.lost_risk)[:, None])
    part -= drift[np.searchsorted(lost_at, data.time, side="right")]
    part[lost] += relative[place]
    return part
