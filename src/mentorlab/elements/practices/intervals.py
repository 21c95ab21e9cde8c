"""Intervals for shares, rates and means, for one relationship and pooled over relationships."""

from __future__ import annotations

import numpy as np


def wilson_interval(
    done: np.ndarray, due: np.ndarray, *, level: float = 0.95
) -> tuple[np.ndarray, np.ndarray]:
    r"""Give Wilson's score interval of a share.

    Parameters
    ----------
    done, due : numpy.ndarray of float, shape (n,)
        Successes and trials; `done` lies in 0..`due`.
    level : float
        Confidence level between 0 and 1.

    Returns
    -------
    conf_low, conf_high : numpy.ndarray of float, shape (n,)
        Within 0..1; NaN where nothing was due.

    Notes
    -----
    :math:`\frac{p + z^2/2n \pm z\sqrt{p(1-p)/n + z^2/4n^2}}{1 + z^2/n}`, for independent trials
    with one probability. Trials of one relationship resemble each other: pool with
    :func:`clustered_share`.

    References
    ----------
    wilson1927 : Probable inference, the law of succession, and statistical inference.

    Examples
    --------
    >>> low, high = wilson_interval(np.array([8.0]), np.array([10.0]))
    >>> low.round(4).tolist(), high.round(4).tolist()
    ([0.4902], [0.9433])
    """
    from scipy.stats import norm

    return _score_interval(done, due, norm.ppf((1 + level) / 2))


def poisson_interval(
    done: np.ndarray, exposure: np.ndarray, *, level: float = 0.95
) -> tuple[np.ndarray, np.ndarray]:
    r"""Give Garwood's exact interval of a rate of events.

    Parameters
    ----------
    done : numpy.ndarray of float, shape (n,)
        Events, whole numbers of 0 or more.
    exposure : numpy.ndarray of float, shape (n,)
        What they are counted against, above 0: months, agreed meetings.
    level : float
        Confidence level between 0 and 1.

    Returns
    -------
    conf_low, conf_high : numpy.ndarray of float, shape (n,)
        In events per unit of exposure.

    Notes
    -----
    :math:`\tfrac12\chi^2_{\alpha/2,\,2x}` and :math:`\tfrac12\chi^2_{1-\alpha/2,\,2x+2}` over the
    exposure. Events are taken as independent. Meetings on a schedule vary less than that, so for
    them the interval is too wide, never too narrow.

    References
    ----------
    garwood1936 : Fiducial limits for the Poisson distribution.

    Examples
    --------
    >>> low, high = poisson_interval(np.array([0.0, 6.0]), np.array([12.0, 12.0]))
    >>> low.round(3).tolist(), high.round(3).tolist()
    ([0.0, 0.183], [0.307, 1.088])
    """
    from scipy.stats import chi2

    tail = (1 - level) / 2
    with np.errstate(invalid="ignore"):
        low = np.where(done > 0, chi2.ppf(tail, 2 * np.maximum(done, 0.5)) / 2, 0.0)
        high = chi2.ppf(1 - tail, 2 * done + 2) / 2
    return low / exposure, high / exposure


def mean_interval(
    mean: np.ndarray, spread: np.ndarray, n: np.ndarray, *, level: float = 0.95
) -> tuple[np.ndarray, np.ndarray]:
    """Give the t interval of the mean of independent values.

    Parameters
    ----------
    mean, spread : numpy.ndarray of float, shape (k,)
        Mean and sample standard deviation of each set of values.
    n : numpy.ndarray of int, shape (k,)
        Size of each set.
    level : float
        Confidence level between 0 and 1.

    Returns
    -------
    conf_low, conf_high : numpy.ndarray of float, shape (k,)
        NaN below two values, where nothing shows the spread.

    Examples
    --------
    >>> low, high = mean_interval(np.array([5.0, 5.0]), np.array([2.0, 0.0]), np.array([4, 1]))
    >>> low.round(2).tolist(), high.round(2).tolist()
    ([1.82, nan], [8.18, nan])
    """
    from scipy.stats import t

    quantile = t.ppf((1 + level) / 2, np.maximum(n - 1, 1))
    half = np.where(n > 1, quantile * spread / np.sqrt(n), np.nan)
    return mean - half, mean + half


def clustered_share(
    done: np.ndarray, due: np.ndarray, *, level: float = 0.95
) -> tuple[float, float, float]:
    r"""Give error and interval of a share pooled over clusters.

    Parameters
    ----------
    done, due : numpy.ndarray of float, shape (n_clusters,)
        Successes and trials of each cluster, two clusters or more, `due` above 0.
    level : float
        Confidence level between 0 and 1.

    Returns
    -------
    std_error, conf_low, conf_high : float

    Notes
    -----
    The share is :math:`p = \sum x_g / \sum n_g` with the linearized variance
    :math:`V = \frac{G}{G-1}\sum_g (x_g - p\,n_g)^2 / (\sum n_g)^2`. The interval is Wilson's with
    the effective number of trials :math:`p(1-p)/V`, never more than the trials there are, and
    :math:`t_{G-1}` for the normal quantile. Where p is 0 or 1 no design effect can be seen, and
    each cluster counts as one trial. Clusters are taken as independent.

    References
    ----------
    wilson1927, korn1998, franco2019

    Examples
    --------
    >>> done, due = np.array([4.0, 0, 3, 2]), np.array([4.0, 4, 4, 4])
    >>> std_error, low, high = clustered_share(done, due)
    >>> round(std_error, 4), round(low, 3), round(high, 3)
    (0.2135, 0.119, 0.924)
    """
    from scipy.stats import t

    share, std_error = _ratio(done, due)
    n_clusters, trials = len(due), due.sum()
    effective = share * (1 - share) / std_error**2 if std_error > 0 else trials
    if share in (0, 1):
        effective = n_clusters
    effective = min(effective, trials)
    quantile = t.ppf((1 + level) / 2, n_clusters - 1)
    low, high = _score_interval(share * effective, effective, quantile)
    return std_error, float(low), float(high)


def clustered_rate(
    done: np.ndarray, exposure: np.ndarray, *, level: float = 0.95
) -> tuple[float, float, float]:
    r"""Give error and interval of a rate pooled over clusters.

    Parameters
    ----------
    done, exposure : numpy.ndarray of float, shape (n_clusters,)
        Events (or amounts) and exposure of each cluster, two clusters or more.
    level : float
        Confidence level between 0 and 1.

    Returns
    -------
    std_error, conf_low, conf_high : float

    Notes
    -----
    Linearized variance as in :func:`clustered_share`; the interval is symmetric for the logarithm
    of the rate, :math:`r \exp(\pm t_{G-1} s_r / r)`. Without a single event it is Garwood's for the
    pooled exposure.

    Examples
    --------
    >>> std_error, low, high = clustered_rate(np.array([3.0, 6, 3]), np.array([6.0, 6, 6]))
    >>> round(std_error, 4), round(low, 3), round(high, 3)
    (0.1667, 0.227, 1.955)
    """
    from scipy.stats import t

    rate, std_error = _ratio(done, exposure)
    if rate == 0:
        low, high = poisson_interval(np.zeros(1), exposure.sum(keepdims=True), level=level)
        return std_error, float(low[0]), float(high[0])
    factor = np.exp(t.ppf((1 + level) / 2, len(done) - 1) * std_error / rate)
    return std_error, float(rate / factor), float(rate * factor)


def clustered_mean(
    total: np.ndarray, n: np.ndarray, *, level: float = 0.95
) -> tuple[float, float, float]:
    """Give error and t interval of a mean pooled over clusters.

    Parameters
    ----------
    total, n : numpy.ndarray of float, shape (n_clusters,)
        Sum and number of the values of each cluster, two clusters or more.
    level : float
        Confidence level between 0 and 1.

    Returns
    -------
    std_error, conf_low, conf_high : float
        Linearized error as in :func:`clustered_share`, with G - 1 degrees of freedom.

    Examples
    --------
    >>> std_error, low, high = clustered_mean(np.array([4.0, 6, 11]), np.array([2.0, 2, 3]))
    >>> round(std_error, 4), round(low, 2), round(high, 2)
    (0.4949, 0.87, 5.13)
    """
    from scipy.stats import t

    mean, std_error = _ratio(total, n)
    half = t.ppf((1 + level) / 2, len(n) - 1) * std_error
    return std_error, float(mean - half), float(mean + half)


def _ratio(done: np.ndarray, due: np.ndarray) -> tuple[float, float]:
    n_clusters, base = len(due), due.sum()
    ratio = done.sum() / base
    spread = n_clusters / (n_clusters - 1) * np.sum((done - ratio * due) ** 2)
    return float(ratio), float(np.sqrt(spread) / base)


def _score_interval(
    done: np.ndarray | float, due: np.ndarray | float, quantile: float
) -> tuple[np.ndarray, np.ndarray]:
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.divide(done, due)
        square = quantile**2 / due
        center = (share + square / 2) / (1 + square)
        half = quantile * np.sqrt(share * (1 - share) / due + square / due / 4) / (1 + square)
    return np.clip(center - half, 0, 1), np.clip(center + half, 0, 1)
