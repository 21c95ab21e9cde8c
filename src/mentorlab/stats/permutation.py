"""Permutation tests: an observed number against what permutations gave."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, eq=False)
class PermutationTest:
    """One observed number against what permutations gave.

    Attributes
    ----------
    observed : float
        The number.
    mean, sd : float
        Of the draws.
    z : float
        (observed - expected) / sd; NaN when the draws do not vary.
    p_greater, p_less, p_two_sided : float
        Shares of draws at least as large, at most as small, and at least as far out.
    n_draws : int
        How many draws.
    """

    observed: float
    mean: float
    sd: float
    z: float
    p_greater: float
    p_less: float
    p_two_sided: float
    n_draws: int


def judge(observed: float, draws: np.ndarray, *, expected: float | None = None) -> PermutationTest:
    """Compare an observed number with draws under a null.

    Parameters
    ----------
    observed : float
        The number.
    draws : numpy.ndarray of float, shape (n_draws,)
        The same statistic in permuted data.
    expected : float, optional
        Its exact expectation where that is known; the mean of the draws otherwise.

    Returns
    -------
    PermutationTest

    Notes
    -----
    p = (1 + b) / (R + 1) with b of R draws at least as extreme: the observed arrangement is one of
    those possible, so p is never 0. The two-sided p doubles the smaller one, at most 1. Draws that
    differ from the observed number by rounding only count as equal.

    References
    ----------
    phipson2010 : Permutation p-values should never be zero.

    Examples
    --------
    >>> judge(3.0, np.array([1.0, 2.0, 3.0])).p_greater
    0.5
    """
    n = len(draws)
    slack = 1e-9 * max(1.0, abs(observed))
    p_greater = (1 + int((draws >= observed - slack).sum())) / (n + 1)
    p_less = (1 + int((draws <= observed + slack).sum())) / (n + 1)
    mean, sd = float(draws.mean()), float(draws.std(ddof=1)) if n > 1 else float("nan")
    center = mean if expected is None else expected
    z = (observed - center) / sd if sd > 0 else float("nan")
    both = min(1.0, 2 * min(p_greater, p_less))
    return PermutationTest(float(observed), mean, sd, z, p_greater, p_less, both, n)
