"""Each person's best partners in a large pool, found in blocks that fit in memory."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .edges import Edges
from .parts import BlockedBy, TermPart, side_utility

_BLOCK_PAIRS = 2_000_000  # pairs looked at together: a few matrices of 16 MB


def best_pairs(
    n_mentees: int,
    n_mentors: int,
    terms: Sequence[TermPart],
    blocked: Sequence[BlockedBy],
    top: int,
    required: np.ndarray,
) -> Edges:
    """Keep the pairs that are among the best `top` of either partner, and required ones.

    Equals at the border are kept by position. Memory is that of one block and the kept pairs.
    """
    cols = np.arange(n_mentors)
    height = max(_BLOCK_PAIRS // n_mentors, 1)
    best_key = np.full((0, n_mentors), -np.inf)
    best_id = np.full((0, n_mentors), -1, dtype=np.int64)
    found = [required[:, 0] * n_mentors + required[:, 1]]
    for first in range(0, n_mentees, height):
        rows = np.arange(first, min(first + height, n_mentees))
        apart = np.zeros((len(rows), n_mentors), dtype=bool)
        for rule in blocked:
            apart |= rule.mask(rows, cols)
        mentee_key = np.where(apart, -np.inf, side_utility(terms, rows, cols, "mentee"))
        row, col = _largest_in_rows(mentee_key, top)
        found.append(rows[row] * n_mentors + col)
        mentor_key = np.where(apart, -np.inf, side_utility(terms, rows, cols, "mentor"))
        best_key = np.concatenate([best_key, mentor_key])
        best_id = np.concatenate([best_id, np.broadcast_to(rows[:, None], mentor_key.shape)])
        if len(best_key) > top:
            kept = np.argpartition(-best_key, top - 1, axis=0)[:top]
            best_key = np.take_along_axis(best_key, kept, axis=0)
            best_id = np.take_along_axis(best_id, kept, axis=0)
    listed = best_key > -np.inf
    found.append((best_id * n_mentors + cols)[listed])
    mentee, mentor = np.divmod(np.unique(np.concatenate(found)), n_mentors)
    return _priced(mentee, mentor, terms, blocked, n_mentees)


def _largest_in_rows(key: np.ndarray, top: int) -> tuple[np.ndarray, np.ndarray]:
    if top >= key.shape[1]:
        return np.nonzero(key > -np.inf)
    column = np.argpartition(-key, top - 1, axis=1)[:, :top]
    row = np.repeat(np.arange(len(key)), top)
    column = column.ravel()
    kept = key[row, column] > -np.inf
    return row[kept], column[kept]


def _priced(
    mentee: np.ndarray,
    mentor: np.ndarray,
    terms: Sequence[TermPart],
    blocked: Sequence[BlockedBy],
    n_mentees: int,
) -> Edges:
    """Give the kept pairs their utilities, one mentee's list at a time."""
    utility = {side: np.empty(len(mentee)) for side in ("mentee", "mentor")}
    apart = np.zeros(len(mentee), dtype=bool)
    borders = np.searchsorted(mentee, np.arange(n_mentees + 1))
    for i in range(n_mentees):
        row = slice(borders[i], borders[i + 1])
        one = np.array([i])
        for side in ("mentee", "mentor"):
            utility[side][row] = side_utility(terms, one, mentor[row], side)[0]
        for rule in blocked:
            apart[row] |= rule.mask(one, mentor[row])[0]
    kept = ~apart
    return Edges.from_pairs(
        mentee[kept],
        mentor[kept],
        utility["mentee"][kept],
        utility["mentor"][kept],
        n_mentees=n_mentees,
    )
