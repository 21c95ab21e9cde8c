"""Risks of one kind of ending from hazard models of all kinds."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .cox import CoxFit


def absolute_risk(
    fits: Sequence[CoxFit], x: Sequence[np.ndarray], times: np.ndarray, *, cause: int = 1
) -> np.ndarray:
    r"""Tell each relationship's chance to end by a cause up to given times.

    Parameters
    ----------
    fits : sequence of CoxFit
        A model for each cause, others censored, without strata.
    x : sequence of numpy.ndarray, shape (n, p)
        Covariates for each model.
    times : numpy.ndarray, shape (k,)
        Horizons.
    cause : int
        Which of the models, from 1.

    Returns
    -------
    numpy.ndarray, shape (n, k)

    Notes
    -----
    :math:`F_c(t|x)=\sum_{u\le t}S(u-|x)\,d\Lambda_c(u|x)` with S the product of
    :math:`1-\sum_c d\Lambda_c`; where few are left and the hazards of a moment sum to more than 1,
    they are scaled to 1. Beyond the last ending of the data nothing is known: the risk
    stays as it was.

    References
    ----------
    benichou1990 : Estimates of absolute cause-specific risk in cohort studies.

    Examples
    --------
    >>> from mentorlab.stats.survival.cox import fit_cox
    >>> from mentorlab.stats.survival.spells import spells
    >>> time, kind = np.arange(1.0, 9), np.array([1, 2, 1, 2, 1, 2, 1, 2])
    >>> x = np.array([1.0, 0, 0, 1, 1, 0, 1, 0])[:, None]
    >>> fits = [fit_cox(spells(time, kind == c), x) for c in (1, 2)]
    >>> risks = [absolute_risk(fits, [x, x], np.array([4.0]), cause=c) for c in (1, 2)]
    >>> bool((risks[0] + risks[1] < 1).all())
    True
    """
    moments = np.unique(np.concatenate([fit.event_time for fit in fits]))
    hazards = np.stack(
        [
            np.exp(covariates @ fit.beta)[:, None] * np.diff(fit.baseline(moments), prepend=0.0)
            for fit, covariates in zip(fits, x, strict=True)
        ]
    )
    hazards /= np.maximum(hazards.sum(axis=0), 1)
    survival = np.cumprod(1 - hazards.sum(axis=0), axis=1)
    before = np.hstack([np.ones((len(survival), 1)), survival[:, :-1]])
    total = np.cumsum(before * hazards[cause - 1], axis=1)
    total = np.hstack([np.zeros((len(total), 1)), total])
    return total[:, np.searchsorted(moments, times, side="right")]
