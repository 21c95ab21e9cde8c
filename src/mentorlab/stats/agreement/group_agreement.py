"""Agreement within groups: does a group speak with one voice?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...errors import EstimationError


@dataclass(frozen=True, eq=False)
class GroupAgreement:
    """Indices of agreement, one value a group; groups in the order of their codes.

    Attributes
    ----------
    size : numpy.ndarray of int, shape (n_groups,)
        Members with at least one answer.
    rwg : numpy.ndarray, shape (n_groups, n_items)
        Single-item agreement; NaN where an item has fewer than two answers.
    rwg_j, rwg_j_lindell, awg, ad : numpy.ndarray, shape (n_groups,)
        Agreement over all items; NaN where fewer than two members answered.
    """

    size: np.ndarray
    rwg: np.ndarray
    rwg_j: np.ndarray
    rwg_j_lindell: np.ndarray
    awg: np.ndarray
    ad: np.ndarray


def uniform_variance(n_options: int) -> float:
    """Give the variance of answers drawn at random from a scale with so many options.

    Examples
    --------
    >>> uniform_variance(5)
    2.0
    """
    return (n_options**2 - 1) / 12


def group_agreement(
    answers: np.ndarray,
    groups: np.ndarray,
    *,
    low: float,
    high: float,
    null_variance: float | None = None,
) -> GroupAgreement:
    r"""Tell how far the members of each group give the same answers.

    Parameters
    ----------
    answers : numpy.ndarray of float, shape (n, n_items)
        One row a member; NaN where missing.
    groups : numpy.ndarray of int, shape (n,)
        Group codes 0, 1, 2 ...
    low, high : float
        Ends of the answer scale.
    null_variance : float, optional
        Variance of answers without any agreement; by default that of a uniform distribution over
        the whole numbers from `low` to `high`.

    Returns
    -------
    GroupAgreement

    Raises
    ------
    EstimationError
        If the scale has no width.

    Notes
    -----
    With item variances :math:`s_j^2` (n - 1) in a group, their mean :math:`\bar s^2` and null
    variance :math:`\sigma_E^2`: :math:`r_{wg}=1-s^2/\sigma_E^2`, set to 0 below 0;
    :math:`r_{wg(j)}=\frac{J(1-\bar s^2/\sigma_E^2)}{J(1-\bar s^2/\sigma_E^2)+\bar
    s^2/\sigma_E^2}`, 0 when :math:`\bar s^2>\sigma_E^2`; Lindell's
    :math:`r^*_{wg(j)}=1-\bar s^2/\sigma_E^2`;
    :math:`a_{wg}=1-\frac{2s^2}{[(H+L)M-M^2-HL]\,k/(k-1)}` averaged
    over items, 1 where all agree on an end of the scale; AD the mean absolute deviation
    from the group's item mean, averaged over items (in scale points, 0 is perfect).

    :math:`r_{wg(j)}` grows with the number of items whatever the agreement. The uniform null is
    too generous when answers lean to one side, as ratings of relationships do. Groups of two give
    very coarse values: read the mean over many pairs, never one pair. None of these indices is a
    reliability: with little difference between groups they can be high while ICC is zero.

    References
    ----------
    james1984 : Estimating within-group interrater reliability with and without response bias.
    lindell1999 : Assessing interrater agreement on the job relevance of a test.
    brown2005 : Interrater agreement reconsidered: an alternative to the rwg indices.
    burke1999 : On average deviation indices for estimating interrater agreement.

    Examples
    --------
    >>> answers = np.array([[4.0, 5], [4, 4], [5, 4], [1, 1], [5, 3], [2, 5]])
    >>> found = group_agreement(answers, np.array([0, 0, 0, 1, 1, 1]), low=1, high=5)
    >>> found.rwg_j.round(3), found.ad.round(3)
    (array([0.909, 0.   ]), array([0.444, 1.444]))
    """
    if not high > low:
        raise EstimationError("the answer scale needs a high end above its low end.")
    null = uniform_variance(int(high - low) + 1) if null_variance is None else null_variance
    n_groups = int(groups.max(initial=-1)) + 1
    n, mean, variance, deviation = _moments(answers, groups, n_groups)
    enough = n >= 2
    answered = np.bincount(groups[~np.isnan(answers).all(axis=1)], minlength=n_groups)
    spread = _row_means(variance, enough) / null
    n_items = answers.shape[1]
    rest = n_items * (1 - spread)
    return GroupAgreement(
        size=answered,
        rwg=np.where(enough, np.clip(1 - variance / null, 0, None), np.nan),
        rwg_j=np.where(spread > 1, 0.0, rest / np.where(spread > 1, 1, rest + spread)),
        rwg_j_lindell=1 - spread,
        awg=_row_means(_awg(n, mean, variance, low, high), enough),
        ad=_row_means(deviation, enough),
    )


def _moments(
    answers: np.ndarray, groups: np.ndarray, n_groups: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Counts, means, variances and mean absolute deviations of items in groups."""
    shape = (n_groups, answers.shape[1])
    n, total, squares, distance = (np.zeros(shape) for _ in range(4))
    known = ~np.isnan(answers)
    filled = np.where(known, answers, 0.0)
    np.add.at(n, groups, known)
    np.add.at(total, groups, filled)
    mean = total / np.maximum(n, 1)
    gap = np.where(known, filled - mean[groups], 0.0)
    np.add.at(squares, groups, gap**2)
    np.add.at(distance, groups, np.abs(gap))
    return n, mean, squares / np.maximum(n - 1, 1), distance / np.maximum(n, 1)


def _awg(
    n: np.ndarray, mean: np.ndarray, variance: np.ndarray, low: float, high: float
) -> np.ndarray:
    largest = ((high + low) * mean - mean**2 - high * low) * n / np.maximum(n - 1, 1)
    possible = largest > 1e-12
    return np.where(possible, 1 - 2 * variance / np.where(possible, largest, 1), 1.0)


def _row_means(values: np.ndarray, enough: np.ndarray) -> np.ndarray:
    n = enough.sum(axis=1)
    total = np.where(enough, values, 0).sum(axis=1)
    return np.where(n > 0, total / np.maximum(n, 1), np.nan)
