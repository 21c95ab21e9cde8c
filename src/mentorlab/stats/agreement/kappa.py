"""Agreement on categories beyond chance."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import Literal

import numpy as np

from ...errors import EstimationError

KappaWeights = Literal["none", "linear", "quadratic"]
_STATSMODELS = {"none": None, "linear": "linear", "quadratic": "quadratic"}


@dataclass(frozen=True, eq=False)
class Kappa:
    """Agreement beyond chance.

    Attributes
    ----------
    estimate, std_error, conf_low, conf_high : float
        Kappa with its large-sample error and interval.
    z_value, p_value : float
        Test that agreement is no better than chance, with the error under that hypothesis.
    agreement : float
        Share of equal answers.
    n : int
        Pairs.
    """

    estimate: float
    std_error: float
    conf_low: float
    conf_high: float
    z_value: float
    p_value: float
    agreement: float
    n: int


@dataclass(frozen=True, eq=False)
class FleissKappa:
    """Agreement of many raters on categories.

    Attributes
    ----------
    estimate, z_value, p_value : float
        Kappa over all categories, and the test against chance.
    categories, category_z : numpy.ndarray, shape (n_categories,)
        Kappa of each category against all others, and its z.
    """

    estimate: float
    z_value: float
    p_value: float
    categories: np.ndarray
    category_z: np.ndarray


def weighted_kappa(
    first: np.ndarray,
    second: np.ndarray,
    n_categories: int,
    *,
    weights: KappaWeights = "quadratic",
    level: float = 0.95,
) -> Kappa:
    r"""Tell how much better than chance two raters agree on ordered categories.

    Parameters
    ----------
    first, second : numpy.ndarray of int, shape (n,)
        Category codes 0 to ``n_categories - 1``.
    n_categories : int
        All categories of the scale, used or not: leaving unused ones out changes weighted kappa
        when the codes of the others move.
    weights : {"none", "linear", "quadratic"}
        How a distance of categories counts as disagreement.
    level : float
        Confidence level.

    Returns
    -------
    Kappa

    Raises
    ------
    EstimationError
        Without pairs, or when both raters use one and the same category throughout.

    Notes
    -----
    :math:`\kappa=1-\frac{\sum w_{ij}p_{ij}}{\sum w_{ij}p_{i.}p_{.j}}` with disagreement weights
    :math:`|i-j|` or :math:`(i-j)^2`; errors of Fleiss, Cohen and Everitt, over statsmodels.
    Quadratic kappa is close to ICC(A,1). Kappa depends on how often categories are used: high
    agreement on a rare event can give a low kappa.

    References
    ----------
    cohen1968 : Weighted kappa: nominal scale agreement with provision for scaled disagreement.
    fleiss1969 : Large sample standard errors of kappa and weighted kappa.

    Examples
    --------
    >>> fit = weighted_kappa(np.array([0, 1, 2, 2, 1]), np.array([0, 1, 1, 2, 2]), 3)
    >>> round(fit.estimate, 3)
    0.643
    """
    from scipy.stats import norm
    from statsmodels.stats.inter_rater import cohens_kappa

    if len(first) == 0:
        raise EstimationError("kappa needs at least one pair of answers.")
    table = np.bincount(first * n_categories + second, minlength=n_categories**2)
    table = table.reshape(n_categories, n_categories)
    used = (table.sum(axis=0) > 0) | (table.sum(axis=1) > 0)
    if used.sum() < 2:
        raise EstimationError("all answers are in one category, so chance agreement is complete.")
    fit = cohens_kappa(table, wt=_STATSMODELS[weights])
    half = norm.ppf((1 + level) / 2) * fit.std_kappa
    return Kappa(
        estimate=float(fit.kappa),
        std_error=float(fit.std_kappa),
        conf_low=float(fit.kappa - half),
        conf_high=float(fit.kappa + half),
        z_value=float(fit.z_value),
        p_value=float(fit.pvalue_two_sided),
        agreement=float(np.trace(table) / table.sum()),
        n=int(table.sum()),
    )


def fleiss_kappa(counts: np.ndarray) -> FleissKappa:
    r"""Tell how far many raters put targets into the same categories.

    Parameters
    ----------
    counts : numpy.ndarray of int, shape (n_targets, n_categories)
        How many raters chose each category; every target has the same number of raters.

    Returns
    -------
    FleissKappa

    Raises
    ------
    EstimationError
        If targets differ in their number of raters, or one category holds all answers.

    Notes
    -----
    :math:`\kappa=\frac{\bar P-\bar P_e}{1-\bar P_e}`; the z value uses the error under chance of
    Fleiss, Nee and Landis. Raters are taken as interchangeable.

    References
    ----------
    fleiss1971 : Measuring nominal scale agreement among many raters.

    Examples
    --------
    >>> round(fleiss_kappa(np.array([[3, 0], [0, 3], [2, 1], [1, 2]])).estimate, 3)
    0.333
    """
    from scipy.stats import norm

    n, raters = len(counts), counts.sum(axis=1)
    if n < 2 or (raters != raters[0]).any() or raters[0] < 2:
        raise EstimationError(
            "Fleiss's kappa needs two targets, and the same number of two or more raters for each."
        )
    k = int(raters[0])
    share = counts.sum(axis=0) / (n * k)
    counts, share = counts[:, share > 0], share[share > 0]
    if len(share) < 2:
        raise EstimationError("all answers are in one category, so chance agreement is complete.")
    rest = share * (1 - share)
    each = 1 - (counts * (k - counts)).sum(axis=0) / (n * k * (k - 1) * rest)
    kappa = float((rest * each).sum() / rest.sum())
    null = rest.sum() ** 2 - (rest * (1 - 2 * share)).sum()
    error = np.sqrt(2 * null / (n * k * (k - 1))) / rest.sum()
    z = float(kappa / error)
    return FleissKappa(
        estimate=kappa,
        z_value=z,
        p_value=float(2 * norm.sf(abs(z))),
        categories=each,
        category_z=each * np.sqrt(n * k * (k - 1) / 2),
    )


def light_kappa(ratings: np.ndarray, n_categories: int) -> float:
    """Give the mean of all raters' pairwise kappas (Light's kappa).

    Parameters
    ----------
    ratings : numpy.ndarray of int, shape (n_targets, k)
        Category codes 0 to ``n_categories - 1``.
    n_categories : int
        All categories of the scale.

    Examples
    --------
    >>> round(light_kappa(np.array([[0, 0, 0], [1, 1, 0], [1, 1, 1], [0, 1, 0]]), 2), 3)
    0.4
    """
    pairs = combinations(range(ratings.shape[1]), 2)
    found = [
        weighted_kappa(ratings[:, a], ratings[:, b], n_categories, weights="none").estimate
        for a, b in pairs
    ]
    return float(np.mean(found))


def marginal_homogeneity(
    first: np.ndarray, second: np.ndarray, n_categories: int
) -> tuple[float, int, float]:
    """Test whether two raters use the categories equally often (Stuart and Maxwell).

    Parameters
    ----------
    first, second, n_categories
        As in `weighted_kappa`.

    Returns
    -------
    chi2, df, p_value

    Raises
    ------
    EstimationError
        If the raters disagree in too few categories to test.

    Notes
    -----
    Kappa says how often raters agree; this says whether one of them leans to some categories.
    Over statsmodels.

    References
    ----------
    maxwell1970 : Comparing the classification of subjects by two independent judges.

    Examples
    --------
    >>> first = np.array([0, 0, 0, 1, 1, 2, 2, 2, 0, 1])
    >>> second = np.array([0, 1, 1, 1, 2, 2, 2, 1, 1, 1])
    >>> chi2, df, p_value = marginal_homogeneity(first, second, 3)
    >>> round(chi2, 3), df
    (3.0, 2)
    """
    from statsmodels.stats.contingency_tables import SquareTable

    table = np.bincount(first * n_categories + second, minlength=n_categories**2)
    table = table.reshape(n_categories, n_categories)
    used = (table.sum(axis=0) > 0) | (table.sum(axis=1) > 0)
    table = table[np.ix_(used, used)]
    gap = (table.sum(axis=0) + table.sum(axis=1)) - 2 * np.diag(table)
    if len(table) < 2 or (gap == 0).any():
        raise EstimationError("the raters never disagree about some category: nothing to test.")
    found = SquareTable(table, shift_zeros=False).homogeneity(method="stuart_maxwell")
    return float(found.statistic), int(found.df), float(found.pvalue)


def maxwell_agreement(first: np.ndarray, second: np.ndarray, n_categories: int) -> float:
    """Give Maxwell's agreement for two categories: the share of equal answers less the rest.

    Examples
    --------
    >>> maxwell_agreement(np.array([0, 1, 1, 0]), np.array([0, 1, 0, 0]), 2)
    0.5
    """
    if n_categories != 2:
        raise EstimationError(f"Maxwell's agreement is for two categories; got {n_categories}.")
    return float(2 * (first == second).mean() - 1)
