"""Ties as sorted arrays: who is tied to whom, row by row."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np


class Neighbors(NamedTuple):
    """Who is tied to whom, row by row.

    Attributes
    ----------
    indptr : numpy.ndarray of int64, shape (n_people + 1,)
        Where each person's neighbors begin.
    indices : numpy.ndarray of int32
        Positions of the neighbors, ascending within a row.
    weight : numpy.ndarray of float64
        Weight of each tie.
    """

    indptr: np.ndarray
    indices: np.ndarray
    weight: np.ndarray


class Pairs(NamedTuple):
    """Distinct ties, ordered by giver and receiver; repeated ones are added up.

    Attributes
    ----------
    mentor, mentee : numpy.ndarray of int32
        Positions of the two ends.
    weight : numpy.ndarray of float64
        Sum of the weights.
    """

    mentor: np.ndarray
    mentee: np.ndarray
    weight: np.ndarray


def neighbors(rows: np.ndarray, columns: np.ndarray, weight: np.ndarray, n: int) -> Neighbors:
    """Order ties by row and column.

    Examples
    --------
    >>> neighbors(np.array([1, 0]), np.array([2, 1]), np.array([5.0, 6.0]), 3).weight.tolist()
    [6.0, 5.0]
    """
    from scipy.sparse import coo_array

    matrix = coo_array((weight, (rows, columns)), shape=(n, n)).tocsr()
    matrix.sort_indices()
    return Neighbors(
        matrix.indptr.astype(np.int64), matrix.indices.astype(np.int32), matrix.data.astype(float)
    )


def collapse(
    first: np.ndarray, second: np.ndarray, weight: np.ndarray, n: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Add up ties between the same two ends, in the order of the ends."""
    from scipy.sparse import coo_array

    matrix = coo_array((weight, (first, second)), shape=(n, n)).tocsr()
    matrix.sort_indices()
    rows = np.repeat(np.arange(n, dtype=np.int32), np.diff(matrix.indptr))
    return rows, matrix.indices.astype(np.int32), matrix.data.astype(float)
