"""Whether hazards are proportional, as a Cox model says they are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import chi2

from .cox import CoxFit
from .kaplan_meier import fit_curve, step
from .spells import Spells


@dataclass(frozen=True, eq=False)
class Proportionality:
    """Tests that hazard ratios stay the same over time.

    Attributes
    ----------
    statistic, p_value : numpy.ndarray, shape (p,)
        For each covariate, on one degree of freedom.
    joint : tuple of float
        Statistic and p-value of all together, on p degrees of freedom.
    """

    statistic: np.ndarray
    p_value: np.ndarray
    joint: tuple[float, float]


def proportionality(fit: CoxFit, rows: Spells) -> Proportionality:
    r"""Tell which hazard ratios drift as relationships grow older.

    Notes
    -----
    A score test of :math:`x_k g(t)` added to the fitted model, :math:`g(t)=1-\hat S(t-)`, all
    covariates' information taken at each event time.

    References
    ----------
    grambsch1994 : Proportional hazards tests and diagnostics based on weighted residuals.

    Examples
    --------
    >>> from mentorlab.stats.survival.cox import fit_cox
    >>> from mentorlab.stats.survival.spells import spells
    >>> rows = spells(np.arange(1.0, 9), np.ones(8, int))
    >>> x = np.array([1.0, 0, 1, 1, 0, 1, 0, 0])[:, None]
    >>> proportionality(fit_cox(rows, x), rows).statistic.round(2)
    array([0.13])
    """
    curve = fit_curve(rows)
    g = 1 - step(curve.time, curve.survival, fit.event_time, before=1.0, left=True)
    g = g - g.mean()
    score = g @ fit.schoenfeld
    plain = fit.spread.sum(axis=0)
    mixed = np.einsum("k,kab->ab", g, fit.spread)
    double = np.einsum("k,kab->ab", g**2, fit.spread)
    rest = double - mixed @ np.linalg.solve(plain, mixed)
    p = len(score)
    single = np.empty(p)
    for k in range(p):
        column = mixed[:, k]
        single[k] = score[k] ** 2 / (double[k, k] - column @ np.linalg.solve(plain, column))
    joint = float(score @ np.linalg.solve(rest, score))
    return Proportionality(single, chi2.sf(single, 1), (joint, float(chi2.sf(joint, p))))
