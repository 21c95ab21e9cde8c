"""The best total on matrices."""

from __future__ import annotations

import numpy as np

from ...errors import OptionError
from .cardinality import largest_assignment
from .folded import insert_all, insertion_bits, whole_matrix
from .graph import UNASSIGNED, matrix_graph
from .integers import step_of
from .pruned import ProvenOptimum, best_by_pruning


def best_of_matrix(
    score: np.ndarray,
    *,
    upper: np.ndarray,
    lower: np.ndarray | None = None,
    acceptable: np.ndarray | None = None,
    participation_first: bool = True,
    outside: float = 0.0,
) -> ProvenOptimum:
    """Find the assignment of the highest total score over a whole matrix.

    Parameters
    ----------
    score : numpy.ndarray
        ``(n_left, n_right)`` finite scores.
    upper, lower : numpy.ndarray
        ``(n_right,)`` int64 limits of the places; `lower` is 0 when left out.
    acceptable : numpy.ndarray, optional
        ``(n_left, n_right)`` bool, which pairs are allowed; all when left out.
    participation_first : bool
        As in `best_assignment`.
    outside : float
        As in `best_assignment`.

    Returns
    -------
    ProvenOptimum
        The same total as `best_assignment` on all pairs.

    Raises
    ------
    InfeasibleFlow
        If the lower limits can't be met.
    OptionError
        If a score is not finite.

    Notes
    -----
    Without lower limits by insertion: left nodes come one at a time along shortest paths, with
    the places of a right node folded into one (`insert_all`); prices prove every step. With lower
    limits by min-cost flow on the likely pairs, proven for all (`best_by_pruning`).

    References
    ----------
    jonker1987; ahuja1993.

    Examples
    --------
    >>> optimum = best_of_matrix(np.array([[5.0, 1.0], [4.0, 3.0]]), upper=np.array([1, 1]))
    >>> optimum.place.tolist(), optimum.total
    ([0, 1], 8.0)
    """
    score = np.ascontiguousarray(score, dtype=float)
    upper = np.asarray(upper, dtype=np.int64)
    if lower is not None and np.any(lower):
        return best_by_pruning(
            score,
            upper=upper,
            lower=lower,
            acceptable=acceptable,
            participation_first=participation_first,
            outside=outside,
        )
    n, m = score.shape
    n_out = _fewest_out(n, m, upper, acceptable) if participation_first else n
    allowed = np.ones((0, 0), dtype=bool) if acceptable is None else np.asarray(acceptable, bool)
    used = score.ravel() if acceptable is None else score[allowed]
    if not participation_first or not used.size:
        used = np.append(used, outside)
    low, high = float(used.min()), float(used.max())
    if not (np.isfinite(low) and np.isfinite(high)):
        raise OptionError("best_of_matrix: scores must be finite; got NaN or infinite values.")
    step = step_of(low, high, insertion_bits(m))
    best = np.rint(high / step)
    outside_cost = np.int64(0 if participation_first else best - np.rint(outside / step))
    cost, is_exact = whole_matrix(score, allowed, best, step, outside_cost, m + (n_out > 0))
    place = insert_all(cost, np.append(upper, n_out)[: cost.shape[1]])
    place[place == m] = UNASSIGNED
    rows = np.flatnonzero(place >= 0)
    total = float(score[rows, place[rows]].sum())
    return ProvenOptimum(place, total, 0.0 if is_exact else n * step, score.size, 1)


def _fewest_out(n: int, m: int, upper: np.ndarray, acceptable: np.ndarray | None) -> int:
    """Count the left nodes that must stay unassigned."""
    if acceptable is None:
        return max(0, n - int(upper.sum()))
    graph = matrix_graph(np.asarray(acceptable, bool), np.zeros_like(upper), upper)
    return int((largest_assignment(graph) == UNASSIGNED).sum())
