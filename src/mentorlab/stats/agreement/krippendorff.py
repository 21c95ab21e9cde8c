"""Krippendorff's alpha, by its definition."""

from __future__ import annotations

from typing import Literal

import numpy as np

from ...errors import EstimationError

Measurement = Literal["nominal", "ordinal", "interval", "ratio"]


def krippendorff_alpha(ratings: np.ndarray, *, measurement: Measurement = "interval") -> float:
    r"""Tell how far raters agree beyond chance, whatever their number and with answers missing.

    Parameters
    ----------
    ratings : numpy.ndarray of float, shape (n_units, n_raters)
        NaN where a rater did not answer; units with fewer than two answers do not count.
    measurement : {"nominal", "ordinal", "interval", "ratio"}
        What the numbers mean, which decides how a difference counts.

    Returns
    -------
    float
        1 is perfect, 0 chance, negative systematic disagreement.

    Raises
    ------
    EstimationError
        Without two answers to compare, when no answer differs from another, or for negative
        values on a ratio scale.

    Notes
    -----
    :math:`\alpha=1-\frac{(n-1)\sum_{c<k}o_{ck}\delta^2_{ck}}{\sum_{c<k}n_cn_k\delta^2_{ck}}`
    with coincidences o, in which a unit of m answers weighs :math:`1/(m-1)`, with :math:`\delta^2`
    equal to :math:`[c\ne k]`, the squared difference of mid ranks, :math:`(c-k)^2` or
    :math:`((c-k)/(c+k))^2`. Chance is drawn from the pooled answers of all raters. It is undefined
    when all answers are equal: perfect agreement on one value is no evidence of reliability. R's
    ``irr::kripp.alpha`` (0.84.1) differs from this definition with three or more raters.

    References
    ----------
    krippendorff2004 : Content analysis: an introduction to its methodology.

    Examples
    --------
    >>> nan = np.nan
    >>> table = np.array([[1.0, 1, nan], [2, 2, 3], [3, 3, 3], [3, nan, 3], [1, 2, 1]])
    >>> round(krippendorff_alpha(table, measurement="nominal"), 4)
    0.5556
    """
    known = ~np.isnan(ratings)
    pairable = known & (known.sum(axis=1) >= 2)[:, None]
    if not pairable.any():
        raise EstimationError("no unit has two answers that could be compared.")
    values, codes = np.unique(ratings[pairable], return_inverse=True)
    if len(values) < 2:
        raise EstimationError("all answers are the same, so chance agreement is complete.")
    if measurement == "ratio" and values[0] < 0:
        raise EstimationError(f"a ratio scale has no negative values; got {values[0]:g}.")
    units = np.repeat(np.arange(len(ratings)), pairable.sum(axis=1))
    totals = np.bincount(codes).astype(float)
    n = len(codes)
    if measurement == "nominal":
        observed, expected = _different(units, codes, totals)
    elif measurement == "ratio":
        observed, expected = _apart_in_proportion(ratings[pairable.any(axis=1)], values, totals)
    else:
        ranks = np.cumsum(totals) - totals / 2
        observed, expected = _apart(units, (ranks if measurement == "ordinal" else values)[codes])
    return float(1 - (n - 1) * observed / expected)


def _different(units: np.ndarray, codes: np.ndarray, totals: np.ndarray) -> tuple[float, float]:
    """Ordered pairs of unequal answers: within units by weight, and in all."""
    size = np.bincount(units)
    cells, same = np.unique(units * len(totals) + codes, return_counts=True)
    unequal = size**2 - np.bincount(cells // len(totals), weights=same**2, minlength=len(size))
    return _weigh(unequal, size), len(codes) ** 2 - (totals**2).sum()


def _apart(units: np.ndarray, position: np.ndarray) -> tuple[float, float]:
    """Squared differences of positions over ordered pairs, within units by weight, and in all."""
    y = position - position.mean()
    size = np.bincount(units)
    sums, squares = np.bincount(units, weights=y), np.bincount(units, weights=y**2)
    return _weigh(2 * (size * squares - sums**2), size), 2 * len(y) * (y**2).sum()


def _apart_in_proportion(
    ratings: np.ndarray, values: np.ndarray, totals: np.ndarray
) -> tuple[float, float]:
    """Squared differences over squared sums, which do not fall apart into sums over answers."""
    size = (~np.isnan(ratings)).sum(axis=1)
    within = np.nansum(_proportion(ratings[:, :, None], ratings[:, None, :]), axis=(1, 2))
    return _weigh(within, size), totals @ _proportion(values[:, None], values) @ totals


def _proportion(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    size = (first + second) ** 2
    return (first - second) ** 2 / np.where(size == 0, 1, size)


def _weigh(pairs: np.ndarray, size: np.ndarray) -> float:
    """Sum over units, each by the number of its answers less one."""
    return float((pairs[size > 1] / (size[size > 1] - 1)).sum())
