"""Lotteries that tell equals apart, the same for lists and for matrices."""

from __future__ import annotations

import numpy as np

from .edges import Edges


def draw_lots(n: int, rng: np.random.Generator) -> np.ndarray:
    """Draw one number for each person; the lowest comes first among equals."""
    return rng.permutation(n).astype(np.int64)


def break_ties(pairs: Edges, mentor_lots: np.ndarray) -> np.ndarray | None:
    """Give the mentors of each row with equals put in the order of the mentors' lots.

    Returns
    -------
    ndarray of int64, shape (n_pairs,), or None
        The order of the pairs; None when no mentee is indifferent.
    """
    if not pairs.has_ties:
        return None
    return np.lexsort((mentor_lots[pairs.mentor], -pairs.mentee_utility, pairs.mentee()))


def by_mentor(pairs: Edges, n_mentors: int, mentee_lots: np.ndarray) -> tuple[np.ndarray, ...]:
    """Turn the lists round: each mentor's mentees, best for the mentor first.

    Returns
    -------
    indptr : ndarray of int64, shape (m + 1,)
    order : ndarray of int64, shape (n_pairs,)
        Where the pairs stand in `pairs`.
    mentee : ndarray of int32, shape (n_pairs,)
    """
    mentee = pairs.mentee()
    order = np.lexsort((mentee_lots[mentee], -pairs.mentor_utility, pairs.mentor))
    counts = np.bincount(pairs.mentor, minlength=n_mentors)
    return (
        np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        order,
        mentee[order].astype(np.int32),
    )
