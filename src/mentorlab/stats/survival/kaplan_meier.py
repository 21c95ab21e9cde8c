"""The share still going, over time: Kaplan and Meier's curve with its interval."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import norm

from ...options import CurveInterval, check_option
from .spells import Spells, risk_table


@dataclass(frozen=True, eq=False)
class Curve:
    """A step function of time that starts at 1.

    Attributes
    ----------
    time : numpy.ndarray, shape (k,)
        Distinct ends, increasing.
    n_risk, n_event : numpy.ndarray, shape (k,)
        Weight at risk just before, and weight that ended.
    survival, std_error, low, high : numpy.ndarray, shape (k,)
        Share still going from `time` on, Greenwood's standard error, interval.
    """

    time: np.ndarray
    n_risk: np.ndarray
    n_event: np.ndarray
    survival: np.ndarray
    std_error: np.ndarray
    low: np.ndarray
    high: np.ndarray

    def at(self, times: np.ndarray) -> np.ndarray:
        """Share still going at given times."""
        return step(self.time, self.survival, times, before=1.0)


def step(
    time: np.ndarray, value: np.ndarray, at: np.ndarray, *, before: float, left: bool = False
) -> np.ndarray:
    """Read a step function that changes at `time`, or its limit from the left.

    Examples
    --------
    >>> step(np.array([1.0, 2.0]), np.array([0.5, 0.2]), np.array([0.0, 1.0, 9.0]), before=1.0)
    array([1. , 0.5, 0.2])
    """
    place = np.searchsorted(time, at, side="left" if left else "right")
    return np.concatenate([[before], value])[place]


def fit_curve(rows: Spells, *, level: float = 0.95, interval: CurveInterval = "log-log") -> Curve:
    r"""Tell which share of relationships is still going at each time.

    Any event ends a spell.

    Parameters
    ----------
    rows : Spells
        Rows at risk.
    level : float
        Coverage of the interval.
    interval : {"log-log", "log", "plain"}
        Scale on which the interval is symmetric.

    Notes
    -----
    :math:`\hat S(t)=\prod_{t_i\le t}(1-d_i/n_i)` with Greenwood's variance
    :math:`\hat S^2\sum d_i/(n_i(n_i-d_i))`. Censoring (and entry) must not depend on how near an
    ending is. With few at risk after late entries the curve can fall to 0 early and stay there.

    References
    ----------
    kaplan1958 : Nonparametric estimation from incomplete observations.
    greenwood1926 : The natural duration of cancer.
    kalbfleisch2002 : The statistical analysis of failure time data (log-log interval).

    Examples
    --------
    >>> from mentorlab.stats.survival.spells import spells
    >>> curve = fit_curve(spells(np.array([1.0, 2, 3, 4]), np.array([1, 0, 1, 0])))
    >>> curve.survival.round(3)
    array([0.75 , 0.75 , 0.375, 0.375])
    """
    check_option(interval, CurveInterval, who="fit_curve", name="interval")
    table = risk_table(rows)
    ended = table.events.sum(axis=1)
    survival = np.cumprod(1 - ended / table.n_risk)
    with np.errstate(divide="ignore", invalid="ignore"):
        relative = np.sqrt(np.cumsum(ended / (table.n_risk * (table.n_risk - ended))))
        std_error = np.where(survival > 0, survival * relative, 0.0)
        low, high = _interval(survival, relative, norm.ppf((1 + level) / 2), interval)
    return Curve(table.time, table.n_risk, ended, survival, std_error, low, high)


def _interval(
    survival: np.ndarray, relative: np.ndarray, z: float, interval: str
) -> tuple[np.ndarray, np.ndarray]:
    if interval == "plain":
        low, high = survival * (1 - z * relative), survival * (1 + z * relative)
    elif interval == "log":
        low, high = survival * np.exp(-z * relative), survival * np.exp(z * relative)
    else:
        width = z * relative / np.log(survival)
        low = np.exp(np.log(survival) * np.exp(-width))
        high = np.exp(np.log(survival) * np.exp(width))
    certain = survival >= 1
    undefined = survival <= 0
    low = np.where(certain, 1.0, np.where(undefined, np.nan, np.maximum(low, 0)))
    high = np.where(certain, 1.0, np.where(undefined, np.nan, np.minimum(high, 1)))
    return low, high


def median_time(curve: Curve) -> tuple[float, float, float]:
    """Tell when half have ended, with the interval that inverting the curve's limits gives.

    NaN where a curve or limit stays above one half. Where the curve runs level at one half, the
    middle of that stretch.

    References
    ----------
    brookmeyer1982 : A confidence interval for the median survival time.

    Examples
    --------
    >>> from mentorlab.stats.survival.spells import spells
    >>> curve = fit_curve(spells(np.arange(1.0, 8), np.ones(7, int)))
    >>> median_time(curve)[0]
    4.0
    """
    lines = (curve.survival, curve.low, curve.high)
    return tuple(_crossing(curve.time, np.nan_to_num(line, nan=0.0)) for line in lines)


def _crossing(time: np.ndarray, line: np.ndarray) -> float:
    tolerance = 1e-9
    below = line < 0.5 - tolerance
    level = np.abs(line - 0.5) <= tolerance
    if level.any():
        first = time[level.argmax()]
        return float((first + time[below.argmax()]) / 2) if below.any() else float(first)
    return float(time[below.argmax()]) if below.any() else np.nan


def restricted_mean(curve: Curve, until: float, *, start: float = 0.0) -> tuple[float, float]:
    r"""Tell how long relationships last on average up to a horizon, with its standard error.

    Notes
    -----
    The area under the curve up to `until`; variance
    :math:`\sum_i A_i^2\,d_i/(n_i(n_i-d_i))` with :math:`A_i` the area from the i-th end on.

    Examples
    --------
    >>> from mentorlab.stats.survival.spells import spells
    >>> curve = fit_curve(spells(np.array([1.0, 2, 3, 4]), np.array([1, 0, 1, 0])))
    >>> restricted_mean(curve, 4.0)[0]
    2.875
    """
    inside = curve.time < until
    edges = np.concatenate([[start], curve.time[inside], [until]])
    heights = np.concatenate([[1.0], curve.survival[inside]])
    areas = heights * np.diff(edges)
    after = np.cumsum(areas[::-1])[::-1][1:]
    ended, risk = curve.n_event[inside], curve.n_risk[inside]
    hit = ended > 0
    left = risk[hit] - ended[hit]
    with np.errstate(divide="ignore"):
        terms = np.where(left > 0, ended[hit] / (risk[hit] * left), 0.0)
    return float(areas.sum()), float(np.sqrt((after[hit] ** 2 * terms).sum()))
