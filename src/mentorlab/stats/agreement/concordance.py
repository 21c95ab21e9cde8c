"""Agreement of two or more raters on a numeric scale: concordance, limits of agreement, ranks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...errors import EstimationError, count

LIMIT_MULTIPLIER = 1.96
"""Bland and Altman's; the limits are conventionally this many standard deviations."""


@dataclass(frozen=True, eq=False)
class Concordance:
    """Lin's concordance correlation and its parts.

    Attributes
    ----------
    estimate : float
        Pearson correlation times bias correction.
    std_error : float
        Large-sample standard error; NaN when the scores are uncorrelated or constant.
    conf_low, conf_high : float
        Interval on Fisher's z scale.
    wald_low, wald_high : float
        Symmetric interval.
    pearson, bias_correction : float
        Precision, and how near the best line is to the line of equality (1 is on it).
    scale_shift, location_shift : float
        Ratio of standard deviations (second over first), and the difference of means in units of
        their geometric mean.
    n : int
        Pairs.
    """

    estimate: float
    std_error: float
    conf_low: float
    conf_high: float
    wald_low: float
    wald_high: float
    pearson: float
    bias_correction: float
    scale_shift: float
    location_shift: float
    n: int


@dataclass(frozen=True, eq=False)
class Limits:
    """Mean difference and limits of agreement.

    Attributes
    ----------
    mean, mean_low, mean_high : float
        Mean of first minus second, with its t interval.
    sd : float
        Standard deviation of the differences.
    low, high : float
        Limits of agreement: where about 95 % of differences lie.
    low_error : float
        Standard error of either limit.
    trend, trend_p : float
        Slope of the difference on the mean of the two, and its p value; NaN when means are equal.
    n : int
        Pairs.
    """

    mean: float
    mean_low: float
    mean_high: float
    sd: float
    low: float
    high: float
    low_error: float
    trend: float
    trend_p: float
    n: int


def concordance(first: np.ndarray, second: np.ndarray, *, level: float = 0.95) -> Concordance:
    r"""Tell how near pairs of scores lie to the line on which both are equal (Lin's CCC).

    Parameters
    ----------
    first, second : numpy.ndarray of float, shape (n,)
        Complete pairs, n of 3 or more.
    level : float
        Confidence level.

    Returns
    -------
    Concordance

    Raises
    ------
    EstimationError
        With fewer than three pairs, or when no score differs from another.

    Notes
    -----
    :math:`\rho_c=\frac{2s_{xy}}{s_x^2+s_y^2+(\bar x-\bar y)^2}` with moments over n; standard error
    by Lin's delta method over n - 2. It falls with every kind of disagreement (means, spread,
    order) and with a narrow range of scores, so values from groups with different spread are not
    comparable. Intervals assume independent normal pairs and under-cover below about 30 pairs.

    References
    ----------
    lin1989 : A concordance correlation coefficient to evaluate reproducibility.

    Examples
    --------
    >>> fit = concordance(np.array([1.0, 2, 3, 4, 5]), np.array([2.0, 2, 4, 4, 5]))
    >>> round(fit.estimate, 3), round(fit.bias_correction, 3)
    (0.889, 0.943)
    """
    n = len(first)
    if n < 3:
        raise EstimationError(f"concordance needs three pairs; got {n}.")
    shift = first.mean() - second.mean()
    var_first, var_second = first.var(), second.var()
    covariance = ((first - first.mean()) * (second - second.mean())).mean()
    total = var_first + var_second + shift**2
    if total <= 0:
        raise EstimationError("all scores are the same, so concordance is undefined.")
    estimate = 2 * covariance / total
    if var_first <= 0 or var_second <= 0:
        nan = float("nan")
        return Concordance(0.0, *[nan] * 6, 0.0, nan, nan, n)
    scale = np.sqrt(var_first * var_second)
    pearson, location = covariance / scale, shift / np.sqrt(scale)
    error = _lin_error(estimate, pearson, location, n)
    half = _normal_quantile(level) * error
    z_half = half / (1 - estimate**2) if abs(estimate) < 1 else 0.0
    center = np.arctanh(estimate) if abs(estimate) < 1 else np.inf * estimate
    return Concordance(
        estimate=float(estimate),
        std_error=float(error),
        conf_low=float(np.tanh(center - z_half)),
        conf_high=float(np.tanh(center + z_half)),
        wald_low=float(estimate - half),
        wald_high=float(estimate + half),
        pearson=float(pearson),
        bias_correction=float(2 * scale / total),
        scale_shift=float(np.sqrt(var_second / var_first)),
        location_shift=float(abs(location)),
        n=n,
    )


def limits_of_agreement(
    first: np.ndarray,
    second: np.ndarray,
    *,
    multiplier: float = LIMIT_MULTIPLIER,
    level: float = 0.95,
) -> Limits:
    r"""Tell how far apart two raters' scores typically are, in scale points.

    Parameters
    ----------
    first, second : numpy.ndarray of float, shape (n,)
        Complete pairs, n of 3 or more.
    multiplier : float
        Standard deviations from the mean difference to a limit.
    level : float
        Confidence level of the mean difference.

    Returns
    -------
    Limits

    Raises
    ------
    EstimationError
        With fewer than three pairs.

    Notes
    -----
    Limits :math:`\bar d\pm 1.96\,s_d`; the standard error of a limit is
    :math:`s_d\sqrt{1/n+1.96^2/(2(n-1))}`. They hold when differences are about normal and do not
    grow with the mean: a trend (reported with its p value) says that they do.

    References
    ----------
    bland1986 : Statistical methods for assessing agreement between two methods.

    Examples
    --------
    >>> found = limits_of_agreement(np.array([1.0, 2, 3, 4, 5]), np.array([2.0, 2, 4, 4, 5]))
    >>> round(found.mean, 2), round(found.low, 2), round(found.high, 2)
    (-0.4, -1.47, 0.67)
    """
    from scipy.stats import linregress, t

    n = len(first)
    if n < 3:
        raise EstimationError(f"limits of agreement need three pairs; got {n}.")
    gap, middle = first - second, (first + second) / 2
    mean, sd = gap.mean(), gap.std(ddof=1)
    half = t.ppf((1 + level) / 2, n - 1) * sd / np.sqrt(n)
    trend = trend_p = float("nan")
    if np.ptp(middle) > 0 and sd > 0:
        line = linregress(middle, gap)
        trend, trend_p = float(line.slope), float(line.pvalue)
    return Limits(
        mean=float(mean),
        mean_low=float(mean - half),
        mean_high=float(mean + half),
        sd=float(sd),
        low=float(mean - multiplier * sd),
        high=float(mean + multiplier * sd),
        low_error=float(sd * np.sqrt(1 / n + multiplier**2 / (2 * (n - 1)))),
        trend=trend,
        trend_p=trend_p,
        n=n,
    )


def kendall_w(ratings: np.ndarray, *, correct_ties: bool = True) -> float:
    r"""Tell how far raters put targets in the same order (Kendall's coefficient of concordance).

    Parameters
    ----------
    ratings : numpy.ndarray of float, shape (n_targets, k)
        Complete ratings.
    correct_ties : bool
        Whether tied ranks lower the largest possible value.

    Notes
    -----
    :math:`W=\frac{12S}{k^2(n^3-n)-k\sum T}` with S the sum of squares of rank sums about their mean
    and :math:`T=\sum(t^3-t)` for ties. Levels and spread of raters do not count.

    References
    ----------
    kendall1939 : The problem of m rankings.

    Examples
    --------
    >>> kendall_w(np.array([[1.0, 1], [2, 2], [3, 3]]))
    1.0
    """
    from scipy.stats import rankdata

    n, k = ratings.shape
    ranks = rankdata(ratings, axis=0).sum(axis=1)
    spread = float(((ranks - ranks.mean()) ** 2).sum())
    ties = 0.0
    if correct_ties:
        for column in ratings.T:
            sizes = np.unique(column, return_counts=True)[1]
            ties += float((sizes**3.0 - sizes).sum())
    largest = k**2 * (n**3 - n) - k * ties
    if largest <= 0:
        raise EstimationError("every rater gives one rank to all targets: no order to agree on.")
    return 12 * spread / largest


def mean_correlation(ratings: np.ndarray) -> float:
    """Give the mean correlation between raters, averaged on Fisher's z scale.

    Examples
    --------
    >>> round(mean_correlation(np.array([[1.0, 2, 1], [2, 1, 3], [3, 4, 2]])), 3)
    0.319
    """
    if (np.ptp(ratings, axis=0) == 0).any():
        raise EstimationError("a rater gives every target the same rating: no correlation.")
    pairs = np.corrcoef(ratings, rowvar=False)[np.triu_indices(ratings.shape[1], 1)]
    inside = np.clip(pairs, -1 + 1e-15, 1 - 1e-15)
    return float(np.tanh(np.arctanh(inside).mean()))


def finn(ratings: np.ndarray, n_options: int) -> float:
    """Compare the variance within targets with that of random answers (Finn's r, one-way).

    Examples
    --------
    >>> finn(np.array([[1.0, 1], [5, 5], [3, 4]]), 5)
    0.9166666666666666
    """
    n, k = ratings.shape
    gap = ratings - ratings.mean(axis=1, keepdims=True)
    return float(1 - (gap**2).sum() / (n * (k - 1)) / ((n_options**2 - 1) / 12))


def robinson(ratings: np.ndarray) -> float:
    """Give the share of variance between targets once rater levels are removed (Robinson's A).

    Examples
    --------
    >>> round(robinson(np.array([[1.0, 2], [3, 4], [5, 7]])), 3)
    0.984
    """
    n, k = ratings.shape
    if n < 2 or k < 2:
        raise EstimationError(f"needs two targets and two raters; got {count(n, 'target')}.")
    level = ratings - ratings.mean(axis=0)
    total = float((level**2).sum())
    if total <= 0:
        raise EstimationError("no rater tells targets apart, so the share is undefined.")
    return float(k * (level.mean(axis=1) ** 2).sum() / total)


def _lin_error(estimate: float, pearson: float, location: float, n: int) -> float:
    if pearson == 0:
        return float("nan")
    c, r, u = estimate, pearson, location
    inner = (1 - r**2) * c**2 * (1 - c**2) / r**2
    inner += 2 * c**3 * (1 - c) * u**2 / r - c**4 * u**4 / (2 * r**2)
    return float(np.sqrt(max(inner, 0) / (n - 2)))


def _normal_quantile(level: float) -> float:
    from scipy.stats import norm

    return float(norm.ppf((1 + level) / 2))
