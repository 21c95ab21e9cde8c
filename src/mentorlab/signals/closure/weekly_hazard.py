"""The weekly hazard with a baseline in steps of months."""

from __future__ import annotations

import numpy as np

from ...stats.survival.discrete import HazardFit, fit_hazard

WEEKS_PER_MONTH = 365.25 / 12 / 7
_FEWEST = 3


def fit_weekly_hazard(
    week: np.ndarray, ended: np.ndarray, x: np.ndarray, *, cluster: np.ndarray
) -> HazardFit:
    """Tell how covariates move the chance to end in a week; the last coefficients are theirs.

    Parameters
    ----------
    week : numpy.ndarray of int, shape (m,)
        Week of the relationship, from 1.
    ended : numpy.ndarray of bool, shape (m,)
    x : numpy.ndarray, shape (m, p)
    cluster : numpy.ndarray of int, shape (m,)

    Examples
    --------
    >>> week = np.tile(np.arange(1, 9), 20)
    >>> x = np.repeat(np.arange(20) % 2, 8).astype(float)[:, None]
    >>> ended = (week == 8) & (x[:, 0] == 1) | (week == 5) & (np.arange(160) < 40)
    >>> fit_weekly_hazard(week, ended, x, cluster=np.repeat(np.arange(20), 8)).beta[-1] > 0
    np.True_
    """
    step = baseline_steps(week, ended)
    baseline = np.eye(step.max() + 1)[step]
    return fit_hazard(ended, np.column_stack([baseline, x]), cluster=cluster)


def baseline_steps(week: np.ndarray, ended: np.ndarray) -> np.ndarray:
    """Give the step of the baseline that each row belongs to: months, joined where few ended.

    Examples
    --------
    >>> baseline_steps(np.array([1, 5, 9, 13]), np.array([True, True, True, True])).tolist()
    [0, 0, 0, 0]
    """
    month = ((week - 1) / WEEKS_PER_MONTH).astype(int)
    per_month = np.bincount(month, weights=ended)
    step_of, step, seen = np.zeros(len(per_month), int), 0, 0.0
    for k, n in enumerate(per_month):
        step_of[k] = step
        seen += n
        if seen >= _FEWEST and per_month[k + 1 :].sum() >= _FEWEST:
            step, seen = step + 1, 0.0
    return step_of[month]
