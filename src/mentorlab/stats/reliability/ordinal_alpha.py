"""Ordinal alpha of resampled persons, the polychoric correlations of all samples together."""

from __future__ import annotations

import numpy as np

from ..factors.bivariate_normal import FAR
from ..factors.polychoric import category_codes, fit_tables, polychoric_correlations
from ..resampling import resample_counts, sum_units
from .guttman import alpha_of_covariance

_COLUMNS = 2000


def bootstrap_ordinal_alpha(
    items: np.ndarray,
    *,
    n_draws: int,
    rng: np.random.Generator,
    units: np.ndarray | None = None,
) -> np.ndarray:
    """Draw ordinal alpha from resampled persons.

    Parameters
    ----------
    items : numpy.ndarray of float, shape (n, k)
        Complete answers in ordered categories, each item in two or more.
    n_draws : int
        How many bootstrap samples.
    rng : numpy.random.Generator
        Where the randomness comes from.
    units : numpy.ndarray of int, shape (n,), optional
        Codes 0, 1, ... of what is drawn; each row by itself when left out.

    Returns
    -------
    numpy.ndarray of float, shape (n_draws,)
        NaN where an item was answered in one category only or a fit did not converge.

    Notes
    -----
    Thresholds are estimated anew in every sample; categories that a sample lacks have no width.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> scores = rng.normal(size=(200, 1)) + rng.normal(size=(200, 3))
    >>> items = np.digitize(scores, [-1.0, 0.0, 1.0])
    >>> draws = bootstrap_ordinal_alpha(items, n_draws=100, rng=rng)
    >>> bool(0.6 < np.median(draws) < 0.85)
    True
    """
    codes, sizes = category_codes(items)
    n, k = codes.shape
    size = int(sizes.max())
    first, second = np.triu_indices(k, 1)
    start = polychoric_correlations(items).correlations[first, second]
    answered = (codes[:, :, None] == np.arange(size)).reshape(n, k * size).astype(float)
    answered = sum_units(answered, units)
    cells = codes[:, first] * size + codes[:, second]
    draws = []
    for counts in resample_counts(len(answered), n_draws, rng=rng):
        limits, varies = _limits((counts @ answered).reshape(-1, k, size))
        tables = _count_cells(cells, size, units, counts)
        b, pairs = tables.shape[:2]
        rho, _, done = fit_tables(
            tables.reshape(b * pairs, size, size),
            limits[:, first].reshape(b * pairs, size - 1),
            limits[:, second].reshape(b * pairs, size - 1),
            np.tile(start, b),
            with_errors=False,
        )
        matrices = np.tile(np.eye(k), (b, 1, 1))
        matrices[:, first, second] = matrices[:, second, first] = rho.reshape(b, pairs)
        usable = varies & done.reshape(b, pairs).all(axis=1)
        draws.append(np.where(usable, alpha_of_covariance(matrices), np.nan))
    return np.concatenate(draws)


def _limits(counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    from scipy.special import ndtri

    shares = counts.cumsum(axis=2)[:, :, :-1] / counts.sum(axis=2, keepdims=True)
    varies = (counts.max(axis=2) < counts.sum(axis=2)).all(axis=1)
    return np.clip(ndtri(shares), -FAR, FAR), varies


def _count_cells(
    cells: np.ndarray, size: int, units: np.ndarray | None, counts: np.ndarray
) -> np.ndarray:
    """Tables of every pair in every sample, shape (b, n_pairs, size, size)."""
    n_pairs, n_cells = cells.shape[1], size**2
    step = max(1, _COLUMNS // n_cells)
    parts = []
    for done in range(0, n_pairs, step):
        block = cells[:, done : done + step, None] == np.arange(n_cells)
        flags = sum_units(block.reshape(len(cells), -1).astype(float), units)
        parts.append((counts @ flags).reshape(len(counts), -1, size, size))
    return np.concatenate(parts, axis=1)
