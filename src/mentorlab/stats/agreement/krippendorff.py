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
    from the coincidence matrix o, whose units weigh :math:`1/(m_u-1)`, with :math:`\delta^2`
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
    counts = np.zeros((len(ratings), len(values)))
    np.add.at(counts, (units, codes), 1)
    counts = counts[pairable.any(axis=1)]
    weight = 1 / (counts.sum(axis=1) - 1)
    coincidences = (counts * weight[:, None]).T @ counts - np.diag(weight @ counts)
    totals = coincidences.sum(axis=0)
    n = totals.sum()
    distance = _squared_distance(values, totals, measurement)
    observed = (coincidences * distance).sum()
    expected = totals @ distance @ totals
    return float(1 - (n - 1) * observed / expected)


def _squared_distance(
    values: np.ndarray, totals: np.ndarray, measurement: Measurement
) -> np.ndarray:
    if measurement == "nominal":
        return 1.0 - np.eye(len(values))
    if measurement == "ordinal":
        ranks = np.cumsum(totals) - totals / 2
        return np.subtract.outer(ranks, ranks) ** 2
    gap = np.subtract.outer(values, values) ** 2
    if measurement == "interval":
        return gap
    size = np.add.outer(values, values) ** 2
    return gap / np.where(size > 0, size, 1)
