"""Bootstrap by counting: how often each unit was drawn, then one product for all draws."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

_BLOCK = 400_000


def resample_counts(
    n_units: int, n_draws: int, *, rng: np.random.Generator
) -> Iterator[np.ndarray]:
    """Draw bootstrap samples of units, with replacement, as counts.

    Parameters
    ----------
    n_units : int
        How many units there are; each sample has as many.
    n_draws : int
        How many samples.
    rng : numpy.random.Generator
        Where the randomness comes from.

    Yields
    ------
    numpy.ndarray of float, shape (n_block, n_units)
        How often each unit is in each sample, a block of samples at a time so that memory stays
        small; every row adds up to `n_units`.

    Examples
    --------
    >>> blocks = list(resample_counts(4, 3, rng=np.random.default_rng(1)))
    >>> np.concatenate(blocks).sum(axis=1)
    array([4., 4., 4.])
    """
    n_block = max(1, min(n_draws, _BLOCK // max(n_units, 1)))
    kind = np.uint16 if n_units <= np.iinfo(np.uint16).max else np.int64
    for done in range(0, n_draws, n_block):
        rows = min(n_block, n_draws - done)
        drawn = rng.integers(0, n_units, size=(rows, n_units), dtype=kind)
        counts = np.empty((rows, n_units))
        for row in range(rows):
            counts[row] = np.bincount(drawn[row], minlength=n_units)
        yield counts


def bootstrap_covariances(
    items: np.ndarray,
    *,
    n_draws: int,
    rng: np.random.Generator,
    units: np.ndarray | None = None,
) -> Iterator[np.ndarray]:
    """Draw covariance matrices from resampled persons.

    Parameters
    ----------
    items : numpy.ndarray of float, shape (n, k)
        Complete answers.
    n_draws : int
        How many bootstrap samples.
    rng : numpy.random.Generator
        Where the randomness comes from.
    units : numpy.ndarray of int, shape (n,), optional
        Codes 0, 1, ... of what is drawn: rows of the same code are drawn together. Each row by
        itself when left out.

    Yields
    ------
    numpy.ndarray of float, shape (n_block, k, k)
        Sample covariances (divisor: rows minus 1), a block of samples at a time.

    Examples
    --------
    >>> items = np.array([[1.0, 2], [2, 2], [3, 5], [4, 4]])
    >>> drawn = bootstrap_covariances(items, n_draws=5, rng=np.random.default_rng(1))
    >>> np.concatenate(list(drawn)).shape
    (5, 2, 2)
    """
    centered = items - items.mean(axis=0)
    n, k = centered.shape
    first, second = np.triu_indices(k)
    parts = np.hstack([np.ones((n, 1)), centered, centered[:, first] * centered[:, second]])
    parts = sum_units(parts, units)
    for counts in resample_counts(len(parts), n_draws, rng=rng):
        moments = counts @ parts
        total = moments[:, :1]
        mean = moments[:, 1 : k + 1] / total
        upper = (moments[:, k + 1 :] - total * mean[:, first] * mean[:, second]) / (total - 1)
        covariances = np.empty((len(counts), k, k))
        covariances[:, first, second] = upper
        covariances[:, second, first] = upper
        yield covariances


def sum_units(parts: np.ndarray, units: np.ndarray | None) -> np.ndarray:
    """Add up the rows of each unit; give the rows themselves when there are no units.

    Examples
    --------
    >>> sum_units(np.array([[1.0], [2.0], [4.0]]), np.array([0, 1, 0])).ravel()
    array([5., 2.])
    """
    if units is None:
        return parts
    sums = np.zeros((int(units.max()) + 1, parts.shape[1]))
    np.add.at(sums, units, parts)
    return sums


def percentile_interval(draws: np.ndarray, *, level: float = 0.95) -> tuple[float, float]:
    """Give the limits between which the middle share of the bootstrap draws lies.

    Parameters
    ----------
    draws : numpy.ndarray of float, shape (n_draws,)
        One statistic for each sample; NaN where it could not be computed.
    level : float
        Confidence level between 0 and 1.

    Returns
    -------
    conf_low, conf_high : float
        NaN when no draw could be computed.

    Notes
    -----
    The percentile interval is not corrected for bias: in small samples of skewed statistics it
    covers less than it says.

    References
    ----------
    efron1993 : An introduction to the bootstrap.

    Examples
    --------
    >>> percentile_interval(np.arange(101.0), level=0.5)
    (25.0, 75.0)
    """
    draws = draws[np.isfinite(draws)]
    if not len(draws):
        return float("nan"), float("nan")
    tail = (1 - level) / 2
    low, high = np.quantile(draws, [tail, 1 - tail])
    return float(low), float(high)
