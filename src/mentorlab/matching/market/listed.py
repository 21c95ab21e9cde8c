"""A market's pairs from top-k lists held as arrays."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...errors import MarketError, count, quote
from .edges import Edges


def edges_from_lists(
    mentor: Any,
    mentee_utility: Any,
    mentor_utility: Any,
    n_mentors: int,
    *,
    max_pairs: int,
    who: str,
) -> Edges:
    """Sort each row of top-k lists, best mentor first, and leave the padding out.

    Raises
    ------
    MarketError
        For shapes that differ, an empty side, a position out of range, a mentor listed twice, or
        utilities that are not finite.
    """
    listed = np.asarray(mentor)
    if listed.ndim != 2 or listed.dtype.kind not in "iu" or 0 in listed.shape or n_mentors < 1:
        raise MarketError(
            f"{who}: `mentor` must be a matrix of mentor positions, one row a mentee; got "
            f"{listed.dtype} of shape {listed.shape}."
        )
    if listed.size > max_pairs:
        raise MarketError(
            f"{who}: lists hold up to {max_pairs:,} pairs; got {listed.size:,}. Shorten the lists."
        )
    sides = []
    for name, values in (("mentee_utility", mentee_utility), ("mentor_utility", mentor_utility)):
        matrix = np.asarray(values, dtype=np.float64)
        if matrix.shape != listed.shape:
            raise MarketError(
                f"{who}: `{name}` must have the shape of `mentor`, {listed.shape}; got "
                f"{matrix.shape}."
            )
        sides.append(matrix)
    kept = listed >= 0
    _check_entries(listed, kept, sides, n_mentors, who)
    if kept.all() and (sides[0][:, 1:] < sides[0][:, :-1]).all():
        starts = np.arange(len(listed) + 1, dtype=np.int64) * listed.shape[1]
        return Edges(
            starts, listed.astype(np.int32).ravel(), sides[0].flatten(), sides[1].flatten()
        )
    order = np.lexsort((listed, -sides[0], ~kept), axis=1)
    kept = np.take_along_axis(kept, order, axis=1)
    taken = [np.take_along_axis(part, order, axis=1)[kept] for part in (listed, *sides)]
    return Edges(
        np.concatenate([[0], np.cumsum(kept.sum(axis=1))]).astype(np.int64),
        taken[0].astype(np.int32),
        taken[1],
        taken[2],
    )


def _check_entries(
    listed: np.ndarray, kept: np.ndarray, sides: list[np.ndarray], n_mentors: int, who: str
) -> None:
    beyond = (listed >= n_mentors) | (listed < -1)
    if beyond.any():
        i, k = (int(x) for x in np.argwhere(beyond)[0])
        raise MarketError(
            f"{who}: `mentor` must hold positions below {n_mentors:,}, or -1 where a list is "
            f"shorter; got {quote(listed[i, k])} in {count(int(beyond.sum()), 'place')}, first "
            f"row {i}."
        )
    for name, matrix in zip(("mentee_utility", "mentor_utility"), sides, strict=True):
        bad = kept & ~np.isfinite(matrix)
        if bad.any():
            i, k = (int(x) for x in np.argwhere(bad)[0])
            raise MarketError(
                f"{who}: `{name}` must be finite; got {quote(matrix[i, k])} in "
                f"{count(int(bad.sum()), 'pair')}, first row {i}."
            )
    in_order = np.sort(listed, axis=1)
    twice = (in_order[:, 1:] == in_order[:, :-1]) & (in_order[:, 1:] >= 0)
    if twice.any():
        i, k = (int(x) for x in np.argwhere(twice)[0])
        raise MarketError(
            f"{who}: a mentee lists a mentor once; mentor {int(in_order[i, k])} came more than "
            f"once in row {i}."
        )
