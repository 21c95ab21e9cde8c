"""Random terms and the block matrices that they make, dense or sparse as it pays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from scipy.sparse import csr_array

DENSE_CELLS = 200_000


@dataclass(frozen=True, eq=False)
class RandomTerm:
    """One set of random effects.

    Attributes
    ----------
    groups : numpy.ndarray of int, shape (n,)
        Group codes.
    columns : numpy.ndarray of float, shape (n, q), optional
        What varies between groups; an intercept when left out.
    correlated : bool
        Whether the q effects of a group may be correlated.
    """

    groups: np.ndarray
    columns: np.ndarray | None = None
    correlated: bool = True

    @property
    def n_effects(self) -> int:
        """Effects a group."""
        return 1 if self.columns is None else self.columns.shape[1]

    def pattern(self) -> tuple[np.ndarray, np.ndarray]:
        """Rows and columns of the free elements of the factor."""
        q = self.n_effects
        return np.tril_indices(q) if self.correlated and q > 1 else (np.arange(q),) * 2


def compact(matrix: csr_array) -> csr_array | np.ndarray:
    """The matrix as it is, or dense where it is small or hardly sparse."""
    cells = matrix.shape[0] * matrix.shape[1]
    return matrix.toarray() if cells <= DENSE_CELLS or matrix.nnz > cells / 4 else matrix


def weigh(weights: np.ndarray, matrix: csr_array | np.ndarray) -> csr_array | np.ndarray:
    """The matrix with its rows weighted."""
    if isinstance(matrix, np.ndarray):
        return weights[:, None] * matrix
    from scipy.sparse import diags_array

    return diags_array(weights) @ matrix


def dot(first: csr_array | np.ndarray, lower: np.ndarray) -> float:
    """Sum of products with a symmetric matrix of which the lower triangle is filled."""
    if isinstance(first, np.ndarray):
        low = np.tril(lower)
        return float((first * (low + np.tril(lower, -1).T)).sum())
    found = first.tocoo()
    row, column = np.maximum(found.row, found.col), np.minimum(found.row, found.col)
    return float(found.data @ lower[row, column])


def columns(term: RandomTerm) -> np.ndarray:
    """Columns whose coefficients vary between groups, shape (n, q); ones for an intercept."""
    return np.ones((len(term.groups), 1)) if term.columns is None else term.columns


def sum_groups(values: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """Sum rows by group; every group from 0 on must occur."""
    order = np.argsort(groups, kind="stable")
    starts = np.searchsorted(groups[order], np.arange(groups.max() + 1))
    return np.add.reduceat(values[order], starts, axis=0)


def incidence(groups: np.ndarray, values: np.ndarray) -> csr_array:
    """One column for each group that holds the values of its rows, sparse."""
    from scipy.sparse import csr_array

    n = len(groups)
    return csr_array((values, groups, np.arange(n + 1)), shape=(n, int(groups.max()) + 1))


def wide(terms: list[RandomTerm], n: int) -> tuple[csr_array, tuple[slice, ...]]:
    """All random terms side by side as one sparse matrix, and the columns of each."""
    from scipy.sparse import csr_array

    slices, indices, values, start = [], [], [], 0
    for term in terms:
        z, q = columns(term), term.n_effects
        width = (int(term.groups.max()) + 1) * q
        indices.append(start + term.groups[:, None] * q + np.arange(q))
        values.append(z)
        slices.append(slice(start, start + width))
        start += width
    if not terms:
        return csr_array((n, 0)), ()
    flat, data = np.hstack(indices), np.hstack(values)
    rows = np.arange(n + 1) * flat.shape[1]
    return csr_array((data.ravel(), flat.ravel(), rows), shape=(n, start)), tuple(slices)
