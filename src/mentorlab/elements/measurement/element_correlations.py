"""How closely elements go together, freed of measurement error."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ...stats.resampling import bootstrap_covariances, percentile_interval
from .structure_result import verdict

_COLUMNS = ("element", "other", "correlation", "corrected", "conf_low", "conf_high", "verdict")


def correlate_elements(
    values: np.ndarray,
    elements: np.ndarray,
    *,
    person: np.ndarray,
    level: float,
    n_draws: int,
    rng: np.random.Generator,
) -> pd.DataFrame:
    r"""Correlate the elements' scores, with and without measurement error.

    Parameters
    ----------
    values : numpy.ndarray of float, shape (n, k)
        Complete keyed answers.
    elements : numpy.ndarray of str, shape (k,)
        The element of each item.
    person : numpy.ndarray of int, shape (n,)
        Who is drawn by the bootstrap.
    level : float
        Confidence level.
    n_draws : int
        Bootstrap samples.
    rng : numpy.random.Generator
        Where the randomness comes from.

    Returns
    -------
    pandas.DataFrame
        One row a pair of elements; `corrected` is missing where an element has one item or an
        alpha of 0 or less.

    Notes
    -----
    :math:`r_{ab} / \sqrt{\alpha_a\alpha_b}`. Alpha understates the reliability of items with
    unequal loadings and shared errors (for instance of reversed items) overstate it: treat a
    corrected correlation as within .05 of the truth at best.

    References
    ----------
    ronkko2022 : An updated guideline for assessing discriminant validity.
    """
    names = list(dict.fromkeys(elements))
    member = np.array([elements == name for name in names], dtype=float)
    observed, corrected = _of_covariances(np.cov(values, rowvar=False)[None], member)
    blocks = bootstrap_covariances(values, n_draws=n_draws, rng=rng, units=person)
    drawn = np.concatenate([_of_covariances(block, member)[1] for block in blocks])
    rows = []
    for a in range(len(names)):
        for b in range(a + 1, len(names)):
            low, high = percentile_interval(drawn[:, a, b], level=level)
            known = np.isfinite(corrected[0, a, b])
            low, high = (low, high) if known else (np.nan, np.nan)
            pair = (observed[0, a, b], corrected[0, a, b], low, high, verdict(high))
            rows.append((names[a], names[b], *pair))
    return pd.DataFrame(rows, columns=list(_COLUMNS))


def _of_covariances(covariances: np.ndarray, member: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Correlations of the elements' sums, raw and corrected, shape (b, e, e) each."""
    sums = member @ covariances @ member.T
    total = np.diagonal(sums, axis1=1, axis2=2)
    parts = np.diagonal(covariances, axis1=1, axis2=2) @ member.T
    n_items = member.sum(axis=1)
    usable = (total > 0) & (n_items > 1)
    ratio = np.divide(parts, total, out=np.full(total.shape, np.nan), where=usable)
    alpha = n_items / np.maximum(n_items - 1, 1) * (1 - ratio)
    alpha = np.where(alpha > 0, alpha, np.nan)
    scale = np.sqrt(np.where(total > 0, total, np.nan))
    observed = sums / (scale[:, :, None] * scale[:, None, :])
    return observed, observed / np.sqrt(alpha[:, :, None] * alpha[:, None, :])
