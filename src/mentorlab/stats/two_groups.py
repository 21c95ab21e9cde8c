"""Differences between two groups with intervals that hold when groups are small."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Difference:
    """A difference and its interval; NaN where it can't be had."""

    estimate: float
    conf_low: float
    conf_high: float


def share_difference(
    first: tuple[int, int], second: tuple[int, int], *, level: float = 0.95
) -> Difference:
    r"""Tell how far two shares differ.

    Parameters
    ----------
    first, second : (int, int)
        How many of how many.
    level : float
        Confidence level between 0 and 1.

    Returns
    -------
    Difference
        First minus second; NaN limits where a group is empty.

    Notes
    -----
    Agresti and Caffo's interval: Wald's after one success and one failure were added to each
    group; the estimate itself is the plain difference. Assumes that members of a group are
    independent.

    References
    ----------
    agresti2000 : Simple and effective confidence intervals for proportions and differences.

    Examples
    --------
    >>> difference = share_difference((8, 10), (4, 10))
    >>> round(difference.estimate, 2), round(difference.conf_low, 2), round(difference.conf_high, 2)
    (0.4, -0.04, 0.7)
    """
    from scipy.stats import norm

    if not first[1] or not second[1]:
        return Difference(np.nan, np.nan, np.nan)
    estimate = first[0] / first[1] - second[0] / second[1]
    shares = [(x + 1) / (n + 2) for x, n in (first, second)]
    sizes = first[1] + 2, second[1] + 2
    error = np.sqrt(sum(p * (1 - p) / n for p, n in zip(shares, sizes, strict=True)))
    reach = float(norm.ppf((1 + level) / 2) * error)
    middle = shares[0] - shares[1]
    return Difference(estimate, max(middle - reach, -1.0), min(middle + reach, 1.0))


def mean_difference(first: np.ndarray, second: np.ndarray, *, level: float = 0.95) -> Difference:
    r"""Tell how far two means differ, whatever the spreads.

    Parameters
    ----------
    first, second : ndarray of float
        Values of each group.
    level : float
        Confidence level between 0 and 1.

    Returns
    -------
    Difference
        First minus second; NaN limits where a group has fewer than two values.

    Notes
    -----
    Welch's t interval with Satterthwaite's degrees of freedom. Assumes that members of a group
    are independent and the means near normal.

    References
    ----------
    welch1947 : The generalization of Student's problem.

    Examples
    --------
    >>> difference = mean_difference(np.array([4.0, 5, 6]), np.array([1.0, 2, 3]))
    >>> round(difference.estimate, 2), round(difference.conf_low, 2)
    (3.0, 0.73)
    """
    from scipy.stats import t

    if not len(first) or not len(second):
        return Difference(np.nan, np.nan, np.nan)
    estimate = float(first.mean() - second.mean())
    if min(len(first), len(second)) < 2:
        return Difference(estimate, np.nan, np.nan)
    parts = [x.var(ddof=1) / len(x) for x in (first, second)]
    variance = sum(parts)
    if variance == 0:
        return Difference(estimate, estimate, estimate)
    df = variance**2 / sum(
        part**2 / (len(x) - 1) for part, x in zip(parts, (first, second), strict=True)
    )
    reach = float(t.ppf((1 + level) / 2, df) * np.sqrt(variance))
    return Difference(estimate, estimate - reach, estimate + reach)
