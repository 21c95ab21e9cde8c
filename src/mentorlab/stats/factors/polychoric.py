"""Correlations of the continuous answers imagined behind ordered categories."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...errors import EstimationError
from ..reliability.guttman import correlation_of
from .bivariate_normal import FAR, bivariate_normal_cdf, bivariate_normal_pdf

LARGEST = 0.9999
_MAX_STEPS = 60
_TOLERANCE = 1e-9
_TINY = 1e-300
_LEAST = 1e-15
_WIDE = 1000
_HIGH = 0.95
_FLAT = 1e-4
_BLOCK = 4000


@dataclass(frozen=True, eq=False)
class Polychoric:
    """Polychoric correlations of k items.

    Attributes
    ----------
    correlations : numpy.ndarray of float, shape (k, k)
    std_errors : numpy.ndarray of float, shape (k, k)
        Of each correlation, thresholds taken as known; 0 in the diagonal, NaN at the bound.
    thresholds : tuple of numpy.ndarray
        For each item where the categories that were used meet, on the normal scale.
    n_empty : numpy.ndarray of int, shape (k, k)
        Cells of each pair's table that nobody fell into.
    at_bound : numpy.ndarray of bool, shape (k, k)
        Pairs whose estimate ran to .9999, mostly two-by-two tables with an empty cell.
    converged : bool
        Whether all pairs reached a maximum.
    """

    correlations: np.ndarray
    std_errors: np.ndarray
    thresholds: tuple[np.ndarray, ...]
    n_empty: np.ndarray
    at_bound: np.ndarray
    converged: bool


def polychoric_correlations(items: np.ndarray, *, weights: np.ndarray | None = None) -> Polychoric:
    r"""Estimate the polychoric correlation of every pair of items, all pairs together.

    Parameters
    ----------
    items : numpy.ndarray of float, shape (n, k)
        Complete answers in ordered categories; only their order matters.
    weights : numpy.ndarray of float, shape (n,), optional
        How often each person counts; once when left out.

    Returns
    -------
    Polychoric

    Raises
    ------
    EstimationError
        If an item was answered in one category only.

    Notes
    -----
    Two steps: thresholds from the shares of each item, then the correlation that makes each
    pair's table most likely, by Fisher scoring from the Pearson correlation. Cells that nobody
    fell into stay 0, nothing is added (as R's psych with ``correct = 0`` and lavaan). Assumes
    that normal scores lie behind the answers; with fewer than about 10 persons in a cell of a
    skewed table, or with two categories, estimates are poor. The matrix need not be positive
    definite: see ``smooth_correlation``.

    References
    ----------
    olsson1979 : Maximum likelihood estimation of the polychoric correlation coefficient.

    Examples
    --------
    >>> rng = np.random.default_rng(3)
    >>> scores = rng.normal(size=(5000, 1)) + rng.normal(size=(5000, 3))
    >>> items = np.digitize(scores, [-1.5, 0.0, 1.5])
    >>> polychoric_correlations(items).correlations.round(1)
    array([[1. , 0.5, 0.5],
           [0.5, 1. , 0.5],
           [0.5, 0.5, 1. ]])
    """
    codes, sizes = category_codes(items)
    k = codes.shape[1]
    limits, spaces = _thresholds(codes, sizes, weights)
    first, second = np.triu_indices(k, 1)
    tables = _tables(codes, sizes, weights)[first, second]
    start = correlation_of(np.cov(codes, rowvar=False, aweights=weights))[first, second]
    fits = [
        fit_tables(
            tables[i : i + _BLOCK],
            limits[first[i : i + _BLOCK]],
            limits[second[i : i + _BLOCK]],
            start[i : i + _BLOCK],
        )
        for i in range(0, len(tables), _BLOCK)
    ]
    rho, error, done = (np.concatenate(part) for part in zip(*fits, strict=True))
    used = sizes[first] * sizes[second]
    return Polychoric(
        correlations=_symmetric(rho, k, 1.0),
        std_errors=_symmetric(error, k, 0.0),
        thresholds=spaces,
        n_empty=_symmetric(used - (tables > 0).sum(axis=(1, 2)), k, 0),
        at_bound=_symmetric(np.abs(rho) >= LARGEST, k, False),
        converged=bool(done.all()),
    )


def fit_tables(
    tables: np.ndarray,
    first: np.ndarray,
    second: np.ndarray,
    start: np.ndarray,
    *,
    with_errors: bool = True,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Find the correlation that makes each table most likely, for given thresholds.

    Parameters
    ----------
    tables : numpy.ndarray of float, shape (b, c, c)
        Counts; tables of fewer categories are padded with zeros.
    first, second : numpy.ndarray of float, shape (b, c - 1)
        Thresholds of rows and columns, padded with ``FAR``.
    start : numpy.ndarray of float, shape (b,)
        Where to start.
    with_errors : bool
        Whether standard errors are wanted.

    Returns
    -------
    rho, std_error : numpy.ndarray of float, shape (b,)
        The error is NaN where rho stands at the bound, and if not wanted.
    converged : numpy.ndarray of bool, shape (b,)
    """
    rho = np.clip(start, -0.9, 0.9)
    done = np.zeros(len(rho), dtype=bool)
    left = np.arange(len(rho))
    for _ in range(_MAX_STEPS):
        slope, curvature = _score(tables[left], first[left], second[left], rho[left])
        step = np.clip(slope / np.maximum(curvature, 1e-12), -0.4, 0.4)
        new = rho[left] + step
        # a step beyond the bound goes half of the way to it, so that it is only met in the limit
        beyond = np.abs(new) > LARGEST
        new = np.where(beyond, (rho[left] + np.sign(new) * LARGEST) / 2, new)
        still = (np.abs(new - rho[left]) < _TOLERANCE) | (np.abs(new) > LARGEST - 1e-6)
        rho[left] = new
        done[left[still]] = True
        left = left[~still]
        if not len(left):
            break
    stuck = _run_away(tables, first, second, rho)
    rho = np.where(stuck, np.sign(rho) * LARGEST, rho)
    error = np.full(len(rho), np.nan)
    inside = ~stuck
    if with_errors and inside.any():
        information = _observed_information(
            tables[inside], first[inside], second[inside], rho[inside]
        )
        error[inside] = 1 / np.sqrt(np.where(information > 0, information, np.nan))
    return rho, error, done


def _run_away(
    tables: np.ndarray, first: np.ndarray, second: np.ndarray, rho: np.ndarray
) -> np.ndarray:
    """Pairs that are as likely at the bound as where the search became too flat to go on."""
    stuck = np.abs(rho) > _HIGH
    places = stuck.nonzero()[0]
    if len(places):
        part = (first[places], second[places])
        here, bound = (
            (tables[places] * np.log(_cells(*part, value)[0])).sum(axis=(1, 2))
            for value in (rho[places], np.sign(rho[places]) * LARGEST)
        )
        stuck[places] = bound >= here - _FLAT
    return stuck


def _score(
    tables: np.ndarray, first: np.ndarray, second: np.ndarray, rho: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    probability, slope = _cells(first, second, rho)
    ratio = slope / probability
    total = tables.sum(axis=(1, 2))
    return (tables * ratio).sum(axis=(1, 2)), total * (slope * ratio).sum(axis=(1, 2))


def _observed_information(
    tables: np.ndarray, first: np.ndarray, second: np.ndarray, rho: np.ndarray
) -> np.ndarray:
    probability, slope = _cells(first, second, rho)
    a, b, r = first[:, :, None], second[:, None, :], rho[:, None, None]
    rest = 1 - r**2
    bend = r / rest + (a * b * (1 + r**2) - r * (a**2 + b**2)) / rest**2
    curve = _of_cells(bivariate_normal_pdf(a, b, r) * bend)
    return (tables * ((slope / probability) ** 2 - curve / probability)).sum(axis=(1, 2))


def _cells(first: np.ndarray, second: np.ndarray, rho: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Probabilities of the cells and their slopes in rho, shape (b, c, c)."""
    from scipy.special import ndtr

    a, b, r = first[:, :, None], second[:, None, :], rho[:, None, None]
    size = first.shape[1] + 1
    below = np.zeros((len(rho), size + 1, size + 1))
    below[:, 1:-1, 1:-1] = bivariate_normal_cdf(a, b, r)
    below[:, 1:-1, -1] = ndtr(first)
    below[:, -1, 1:-1] = ndtr(second)
    below[:, -1, -1] = 1.0
    probability = np.diff(np.diff(below, axis=1), axis=2)
    return np.maximum(probability, _LEAST), _of_cells(bivariate_normal_pdf(a, b, r))


def _of_cells(corners: np.ndarray) -> np.ndarray:
    """Turn values at the inner corners of the cells, 0 at the outer ones, into differences."""
    padded = np.pad(corners, ((0, 0), (1, 1), (1, 1)))
    return np.diff(np.diff(padded, axis=1), axis=2)


def category_codes(items: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Number the categories in use of each item from 0, and count them.

    Parameters
    ----------
    items : numpy.ndarray of float, shape (n, k)
        Complete answers.

    Returns
    -------
    codes : numpy.ndarray of int, shape (n, k)
    sizes : numpy.ndarray of int, shape (k,)

    Raises
    ------
    EstimationError
        If an item was answered in one category only.

    Examples
    --------
    >>> category_codes(np.array([[1.0, 5], [2, 3], [4, 5]]))[0].tolist()
    [[0, 1], [1, 0], [2, 1]]
    """
    columns = items - items.min()
    k, span = items.shape[1], int(columns.max()) + 1
    places = columns.astype(np.int64)
    if span > _WIDE or (places != columns).any():
        ranks = [np.unique(column, return_inverse=True)[1].ravel() for column in items.T]
        codes = np.stack(ranks, axis=1)
    else:
        places += span * np.arange(k)
        used = np.bincount(places.ravel(), minlength=k * span).reshape(k, span) > 0
        codes = (used.cumsum(axis=1) - 1).ravel()[places]
    sizes = codes.max(axis=0) + 1
    if (sizes < 2).any():
        place = int(np.argmax(sizes < 2))
        raise EstimationError(
            f"a polychoric correlation needs two categories in use; the item in column {place + 1} "
            "has one."
        )
    return codes, sizes


def _thresholds(
    codes: np.ndarray, sizes: np.ndarray, weights: np.ndarray | None
) -> tuple[np.ndarray, tuple[np.ndarray, ...]]:
    from scipy.special import ndtri

    padded = np.full((len(sizes), int(sizes.max()) - 1), FAR)
    used = []
    for j, size in enumerate(sizes):
        shares = np.bincount(codes[:, j], weights=weights, minlength=size).cumsum()
        limits = ndtri(np.clip(shares[:-1] / shares[-1], _TINY, 1 - 1e-16))
        padded[j, : size - 1] = limits
        used.append(limits)
    return padded, tuple(used)


def _tables(codes: np.ndarray, sizes: np.ndarray, weights: np.ndarray | None) -> np.ndarray:
    """Every pair's table of counts, shape (k, k, c, c)."""
    n, k = codes.shape
    size = int(sizes.max())
    # float32 counts exactly up to 2**24
    exact = np.float32 if weights is None and n < 2**24 else float
    flags = (codes[:, :, None] == np.arange(size)).reshape(n, k * size).astype(exact)
    weighted = flags if weights is None else flags * weights[:, None]
    counts = weighted.T @ flags
    return counts.reshape(k, size, k, size).transpose(0, 2, 1, 3).astype(float)


def _symmetric(upper: np.ndarray, k: int, diagonal: float) -> np.ndarray:
    matrix = np.full((k, k), diagonal, dtype=upper.dtype)
    rows, columns = np.triu_indices(k, 1)
    matrix[rows, columns] = upper
    matrix[columns, rows] = upper
    return matrix
