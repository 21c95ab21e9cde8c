"""Rounds for meetings: every bipartite graph with at most T meetings a person fits T rounds."""

from __future__ import annotations

import numpy as np
from numba import njit


@njit(cache=True, nogil=True)
def color_rounds(
    left: np.ndarray, right: np.ndarray, n_left: int, n_right: int, n_rounds: int
) -> np.ndarray:
    """Give each meeting a round so that nobody has two in one round (Konig 1916).

    Parameters
    ----------
    left, right : ndarray of int64, shape (e,)
        Who meets; nobody in more than `n_rounds` meetings.
    n_left, n_right : int
        How many people on each side.
    n_rounds : int
        How many rounds.

    Returns
    -------
    ndarray of int64, shape (e,)
        Rounds from 0.
    """
    at_left = np.full((n_left, n_rounds), -1)
    at_right = np.full((n_right, n_rounds), -1)
    color = np.full(len(left), -1)
    for edge in range(len(left)):
        a = 0
        while at_left[left[edge], a] >= 0:
            a += 1
        b = 0
        while at_right[right[edge], b] >= 0:
            b += 1
        if at_right[right[edge], a] >= 0:
            # swap the two rounds along the path that starts on the right side; it can't come back
            # to the left person, who has no meeting in round a
            path = np.empty(n_left + n_right, dtype=np.int64)
            length, node, on_right, wanted = 0, right[edge], True, a
            while True:
                step = at_right[node, wanted] if on_right else at_left[node, wanted]
                if step < 0:
                    break
                path[length] = step
                length += 1
                node = left[step] if on_right else right[step]
                on_right = not on_right
                wanted = b if wanted == a else a
            for k in range(length):
                step = path[k]
                at_left[left[step], color[step]] = -1
                at_right[right[step], color[step]] = -1
            for k in range(length):
                step = path[k]
                color[step] = b if color[step] == a else a
                at_left[left[step], color[step]] = step
                at_right[right[step], color[step]] = step
        color[edge] = a
        at_left[left[edge], a] = edge
        at_right[right[edge], a] = edge
    return color
