"""The social relations model: whose doing is it, mine, yours, or ours?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ...errors import EstimationError

COMPONENTS = (
    "actor_variance",
    "partner_variance",
    "relationship_variance",
    "actor_partner_covariance",
    "relationship_covariance",
)
CROSS_COMPONENTS = (
    "actor_actor_covariance",
    "partner_partner_covariance",
    "actor_partner_covariance",
    "partner_actor_covariance",
    "intrapersonal_relationship_covariance",
    "interpersonal_relationship_covariance",
)
SMALLEST_GROUP = 4
ONE_SIDED = np.array([True, True, True, False, False])
"""Variances can only be above zero, covariances on either side."""


@dataclass(frozen=True, eq=False)
class RoundRobin:
    """Effects of one round-robin group.

    Attributes
    ----------
    mean : float
        Mean of all ratings.
    actor, partner : numpy.ndarray, shape (n,)
        How each person rates, and is rated, beyond the mean.
    relationship : numpy.ndarray, shape (n, n)
        What is left for each pair, rater by target; NaN on the diagonal.
    """

    mean: float
    actor: np.ndarray
    partner: np.ndarray
    relationship: np.ndarray


@dataclass(frozen=True, eq=False)
class SocialRelations:
    """Variance components of a round-robin group, in the order of `COMPONENTS`.

    Attributes
    ----------
    estimate, std_error, t_value, p_value : numpy.ndarray, shape (5,)
        Components; variances are tested one-sided, covariances two-sided, against t with n - 1.
    standardized : numpy.ndarray, shape (5,)
        Variances as shares of their sum, covariances as correlations (generalized and dyadic
        reciprocity); NaN where a variance estimate is not positive.
    actor_reliability, partner_reliability : float
        Of the effects as measures of persons; NaN when the variance estimate is not positive.
    n : int
        Persons.
    """

    estimate: np.ndarray
    std_error: np.ndarray
    t_value: np.ndarray
    p_value: np.ndarray
    standardized: np.ndarray
    actor_reliability: float
    partner_reliability: float
    n: int


def round_robin_effects(ratings: np.ndarray) -> RoundRobin:
    r"""Split ratings within a group into what raters give, what targets get, and the rest.

    Parameters
    ----------
    ratings : numpy.ndarray of float, shape (n, n)
        Row rates column; the diagonal is not used, no other cell is missing; n of 3 or more.

    Returns
    -------
    RoundRobin

    Raises
    ------
    EstimationError
        With fewer than three persons or missing cells.

    Notes
    -----
    With row means :math:`M_{i.}` and column means :math:`M_{.i}` over n - 1 cells:
    :math:`a_i=\frac{(n-1)^2}{n(n-2)}M_{i.}+\frac{n-1}{n(n-2)}M_{.i}-\frac{n-1}{n-2}M_{..}`, and
    partner effects with rows and columns exchanged. The weights differ from plain means because
    nobody rates themselves, so row and column means rest on different people.

    References
    ----------
    warner1979 : A new round robin analysis of variance for social interaction data.

    Examples
    --------
    >>> nan = np.nan
    >>> group = np.array([[nan, 5, 6], [4, nan, 3], [2, 1, nan]])
    >>> round_robin_effects(group).actor.round(2)
    array([ 2.33, -0.33, -2.  ])
    """
    n = len(ratings)
    off = ~np.eye(n, dtype=bool)
    if n < 3:
        raise EstimationError(f"a round robin needs three persons; got {n}.")
    if np.isnan(ratings[off]).any():
        raise EstimationError("a round robin needs a rating in every cell but the diagonal.")
    filled = np.where(off, ratings, 0.0)
    mean = filled.sum() / (n * (n - 1))
    centered = np.where(off, ratings - mean, 0.0)
    rows, columns = centered.sum(axis=1), centered.sum(axis=0)
    actor = ((n - 1) * rows + columns) / (n * (n - 2))
    partner = ((n - 1) * columns + rows) / (n * (n - 2))
    rest = centered - actor[:, None] - partner
    return RoundRobin(float(mean), actor, partner, np.where(off, rest, np.nan))


def social_relations(ratings: np.ndarray) -> SocialRelations:
    r"""Tell how much of the ratings is due to raters, to targets, and to their relationships.

    Parameters
    ----------
    ratings : numpy.ndarray of float, shape (n, n)
        Row rates column, complete but for the diagonal; n of 4 or more.

    Returns
    -------
    SocialRelations

    Raises
    ------
    EstimationError
        With fewer than four persons, missing cells, or ratings that are all the same.

    Notes
    -----
    Let A and B be the mean squares of sums and differences of relationship effects within pairs,
    with :math:`\nu_A=\frac{(n-1)(n-2)}{2}-1` and :math:`\nu_B=\nu_A+1` degrees of freedom:
    :math:`\sigma^2_\gamma=(A+B)/2`, :math:`\sigma_{\gamma\gamma'}=(A-B)/2`, and
    :math:`\sigma^2_\alpha=\frac{\sum a_i^2}{n-1}-\frac{(n-1)\sigma^2_\gamma+\sigma_{\gamma\gamma'}}
    {n(n-2)}`; likewise for partners, and with the two exchanged for their covariance. Standard
    errors are unbiased estimates of the sampling variance under normality (mean squares and
    effects are independent), which is what Lashley and Bond give. In a group of four
    :math:`\nu_A=2`: estimates are unbiased but very wide, and negative variances are common; pool
    several groups. Relationship variance includes error of measurement unless a pair is rated
    more than once. Do not use it for mentor-mentee pairs alone: without a rating in every cell
    these components are not identified.

    References
    ----------
    kenny1984 : The social relations model.
    lashley1997 : Significance testing for round robin data.

    Examples
    --------
    >>> nan = np.nan
    >>> group = np.array([[nan, 7, 6, 8], [4, nan, 3, 5], [2, 1, nan, 3], [5, 4, 4, nan]])
    >>> social_relations(group).estimate.round(2)
    array([ 4.92,  0.75,  0.08,  1.21, -0.  ])
    """
    cross = _crossed(ratings, ratings)
    actor, partner, between, _, same, opposite = cross
    if np.ptp(ratings[~np.eye(len(ratings), dtype=bool)]) == 0:
        raise EstimationError("all ratings are the same, so no one and nothing differs.")
    n = len(ratings)
    ordered = (actor, partner, same, between, opposite)
    estimate = np.array([part.value for part in ordered])
    error = np.sqrt([part.variance for part in ordered])
    t_value, p_value = component_tests(estimate, error, n - 1, one_sided=ONE_SIDED)
    return SocialRelations(
        estimate=estimate,
        std_error=error,
        t_value=t_value,
        p_value=p_value,
        standardized=standardize(estimate),
        actor_reliability=_share(actor.value, actor.raw),
        partner_reliability=_share(partner.value, partner.raw),
        n=n,
    )


def social_relations_of_two(first: np.ndarray, second: np.ndarray) -> SocialRelations:
    """Tell how two kinds of ratings go together: between persons, and within relationships.

    Parameters
    ----------
    first, second : numpy.ndarray of float, shape (n, n)
        Two round robins of the same persons, such as liking and guessed liking.

    Returns
    -------
    SocialRelations
        In the order of `CROSS_COMPONENTS`; reliabilities are NaN.

    Raises
    ------
    EstimationError
        As `social_relations`.

    Notes
    -----
    Covariances take the place of variances in the formulas of `social_relations`. Intrapersonal:
    both ratings by one person of one partner; interpersonal: one person's first rating with the
    partner's second.

    References
    ----------
    kenny1984, lashley1997

    Examples
    --------
    >>> nan = np.nan
    >>> group = np.array([[nan, 7, 6, 8], [4, nan, 3, 5], [2, 1, nan, 3], [5, 4, 4, nan]])
    >>> round(float(social_relations_of_two(group, group.T).estimate[0]), 2)
    1.21
    """
    cross = _crossed(first, second)
    estimate = np.array([part.value for part in cross])
    error = np.sqrt([part.variance for part in cross])
    own, other = social_relations(first).estimate, social_relations(second).estimate
    pairs = [(0, 0), (1, 1), (0, 1), (1, 0), (2, 2), (2, 2)]
    sizes = np.array([_root(own[a], other[b]) for a, b in pairs])
    n = len(first)
    t_value, p_value = component_tests(estimate, error, n - 1, one_sided=np.zeros(6, dtype=bool))
    nan = float("nan")
    return SocialRelations(estimate, error, t_value, p_value, estimate / sizes, nan, nan, n)


def pool_groups(groups: Sequence[SocialRelations]) -> SocialRelations:
    r"""Tell what several round-robin groups say together.

    Parameters
    ----------
    groups : sequence of SocialRelations
        From `social_relations`, one a group; groups may differ in size.

    Returns
    -------
    SocialRelations
        `n` is the number of persons, `standardized` rests on the pooled components.

    Raises
    ------
    EstimationError
        Without groups.

    Notes
    -----
    Components are averaged with weights :math:`n_g-1`; the standard error is that of the weighted
    mean, tested with :math:`\sum(n_g-1)` degrees of freedom. Differences between group means stay
    out: every component is within groups.

    References
    ----------
    lashley1997 : Significance testing for round robin data.

    Examples
    --------
    >>> nan = np.nan
    >>> group = np.array([[nan, 7, 6, 8], [4, nan, 3, 5], [2, 1, nan, 3], [5, 4, 4, nan]])
    >>> one = social_relations(group)
    >>> bool(pool_groups([one, one]).std_error[0] < one.std_error[0])
    True
    """
    if not groups:
        raise EstimationError("there is no group of four or more with complete ratings.")
    size = np.array([group.n for group in groups])
    weight = (size - 1) / (size - 1).sum()
    estimate = weight @ np.stack([group.estimate for group in groups])
    error = np.sqrt(weight**2 @ np.stack([group.std_error for group in groups]) ** 2)
    t_value, p_value = component_tests(estimate, error, (size - 1).sum(), one_sided=ONE_SIDED)
    n = size.mean()
    noise = ((n - 1) * estimate[2] + estimate[4]) / (n * (n - 2))
    return SocialRelations(
        estimate=estimate,
        std_error=error,
        t_value=t_value,
        p_value=p_value,
        standardized=standardize(estimate),
        actor_reliability=_share(estimate[0], estimate[0] + noise),
        partner_reliability=_share(estimate[1], estimate[1] + noise),
        n=int(size.sum()),
    )


def component_tests(
    estimate: np.ndarray, error: np.ndarray, df: float, *, one_sided: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Test components against zero with t; one-sided where only positive values are possible."""
    from scipy.stats import t

    t_value = np.divide(estimate, error, out=np.full(len(error), np.nan), where=error > 0)
    return t_value, np.where(one_sided, t.sf(t_value, df), 2 * t.sf(np.abs(t_value), df))


def standardize(estimate: np.ndarray) -> np.ndarray:
    """Turn components into shares of variance and correlations.

    Parameters
    ----------
    estimate : numpy.ndarray, shape (5,)
        In the order of `COMPONENTS`. Negative variances count as 0 in the sum.
    """
    variances = np.clip(estimate[:3], 0, None)
    total = variances.sum()
    share = variances / total if total > 0 else np.full(3, np.nan)
    generalized = estimate[3] / _root(estimate[0], estimate[1])
    dyadic = estimate[4] / (estimate[2] if estimate[2] > 0 else np.nan)
    return np.array([*share, generalized, dyadic])


@dataclass(frozen=True)
class _Part:
    value: float
    variance: float
    raw: float = float("nan")


def _crossed(first: np.ndarray, second: np.ndarray) -> list[_Part]:
    """Covariance components of two ratings, with unbiased sampling variances."""
    n = len(first)
    if n < SMALLEST_GROUP:
        raise EstimationError(f"the social relations model needs groups of four; got {n} persons.")
    one, two = round_robin_effects(first), round_robin_effects(second)
    upper = np.triu_indices(n, 1)
    pairs = [(e.relationship[upper], e.relationship.T[upper]) for e in (one, two)]
    sums = [(a + b) / np.sqrt(2) for a, b in pairs]
    gaps = [(a - b) / np.sqrt(2) for a, b in pairs]
    df_sums = (n - 1) * (n - 2) // 2 - 1
    moments = [
        (_products(sums, df_sums), df_sums),
        (_products(gaps, df_sums + 1), df_sums + 1),
    ]
    (sum_part, sum_variance), (gap_part, gap_variance) = (_covariance(*each) for each in moments)
    same, opposite = (sum_part + gap_part) / 2, (sum_part - gap_part) / 2
    rest_variance = (sum_variance + gap_variance) / 4
    scale = n * (n - 2)
    # The share of relationship effects in a person's effects, by way of sums and differences.
    near = (((n - 1) * same + opposite) / scale, ((n - 1) * opposite + same) / scale)
    through_sums, through_gaps = n / (2 * scale), (n - 2) / (2 * scale)
    taken = through_sums**2 * sum_variance + through_gaps**2 * gap_variance
    effects = [(one.actor, two.actor), (one.partner, two.partner)]
    effects += [(one.actor, two.partner), (one.partner, two.actor)]
    parts = []
    for i, pair in enumerate(effects):
        raw, variance = _covariance(_products(pair, n - 1), n - 1)
        parts.append(_Part(raw - near[i > 1], variance + taken, raw))
    return [*parts, _Part(same, rest_variance), _Part(opposite, rest_variance)]


def _products(pair: list[np.ndarray] | tuple[np.ndarray, np.ndarray], df: int) -> np.ndarray:
    stacked = np.stack(pair)
    return stacked @ stacked.T / df


def _covariance(products: np.ndarray, df: int) -> tuple[float, float]:
    """A covariance and an unbiased estimate of its sampling variance under normality."""
    own, other, shared = products[0, 0], products[1, 1], products[0, 1]
    if df < 2:
        return float(shared), float("nan")
    weight = (df - 2) / ((df + 2) * (df - 1))
    variance = (1 - weight) / df * own * other + weight * shared**2
    return float(shared), float(variance)


def _share(part: float, whole: float) -> float:
    return part / whole if part > 0 else float("nan")


def _root(a: float, b: float) -> float:
    return float(np.sqrt(a * b)) if a > 0 and b > 0 else float("nan")
