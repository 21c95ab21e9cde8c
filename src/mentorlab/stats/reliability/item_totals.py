"""How each item goes with the scale it belongs to."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...errors import EstimationError
from .guttman import correlation_of, squared_multiple_correlations


@dataclass(frozen=True, eq=False)
class ItemTotals:
    """Four correlations of each item with its scale.

    Attributes
    ----------
    raw : numpy.ndarray of float, shape (k,)
        With the sum of all items, itself included.
    standardized : numpy.ndarray of float, shape (k,)
        With the sum of all items after each is brought to unit variance.
    corrected : numpy.ndarray of float, shape (k,)
        With the sum of standardized items, the item's own part in it replaced by what the others
        predict of it.
    """

    raw: np.ndarray
    standardized: np.ndarray
    corrected: np.ndarray


def item_totals(covariance: np.ndarray) -> ItemTotals:
    r"""Tell how each item goes with its scale, with and without its own share in the total.

    Parameters
    ----------
    covariance : numpy.ndarray of float, shape (k, k)
        Covariances of keyed items that all vary.

    Returns
    -------
    ItemTotals
        Named ``raw.r``, ``std.r`` and ``r.cor`` in R's psych; `r.drop` is `item_rest` of
        ``item_statistics``.

    Raises
    ------
    EstimationError
        If the correlations can't be inverted, or the items work against each other.

    Notes
    -----
    `corrected` is :math:`\frac{(R^*1)_j}{\sqrt{1'R^*1}}`, where :math:`R^*` is the correlation
    matrix with squared multiple correlations in its diagonal. The raw correlation flatters short
    scales, since the item is part of its own total: judge items by `item_rest` or `corrected`.

    References
    ----------
    revelle2019 : Reliability from alpha to omega: a tutorial.

    Examples
    --------
    >>> covariance = np.array([[1.0, 0.5, 0.4], [0.5, 1.0, 0.6], [0.4, 0.6, 1.0]])
    >>> totals = item_totals(covariance)
    >>> totals.corrected.round(2)
    array([0.58, 0.76, 0.68])
    """
    correlation = correlation_of(covariance)
    reduced = correlation.copy()
    np.fill_diagonal(reduced, squared_multiple_correlations(correlation))
    if min(covariance.sum(), correlation.sum(), reduced.sum()) <= 0:
        raise EstimationError(
            "the items work against each other, so that their sum has no common variance."
        )
    sd = np.sqrt(np.diag(covariance))
    return ItemTotals(
        raw=covariance.sum(axis=0) / (sd * np.sqrt(covariance.sum())),
        standardized=correlation.sum(axis=0) / np.sqrt(correlation.sum()),
        corrected=reduced.sum(axis=0) / np.sqrt(reduced.sum()),
    )
