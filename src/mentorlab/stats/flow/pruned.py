"""The best total on a part of a matrix, proven for all of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit

from .cardinality import largest_assignment
from .cheapest import cheapest_complete
from .graph import (
    UNASSIGNED,
    AssignmentGraph,
    InfeasibleFlow,
    append_last,
    matrix_graph,
    with_outside,
)
from .integers import WholeCosts, whole_costs
from .prices import node_prices

LIKELY = 24
"""Pairs kept of each row at first, at least; more are added where the proof asks for them."""
_FAR = np.int64(2) ** 60


@dataclass(frozen=True, eq=False)
class ProvenOptimum:
    """An assignment of the highest total, with what it took to prove it.

    Attributes
    ----------
    place : numpy.ndarray
        ``(n_left,)`` int64 right node of each left node, -1 where unassigned.
    total : float
        Sum of the chosen pairs' scores.
    error : float
        Bound on how far `total` can be below the true optimum; 0.0 when exact.
    n_arcs : int
        Pairs that the solver used in the end, of all ``n_left * n_right``.
    n_rounds : int
        How often pairs had to be added, plus one.
    """

    place: np.ndarray
    total: float
    error: float
    n_arcs: int
    n_rounds: int


def best_by_pruning(
    score: np.ndarray,
    *,
    upper: np.ndarray,
    lower: np.ndarray | None = None,
    acceptable: np.ndarray | None = None,
    participation_first: bool = True,
    outside: float = 0.0,
    likely: int | None = None,
) -> ProvenOptimum:
    """Find the best total over a whole matrix while the solver looks at a part of it.

    Parameters
    ----------
    score, upper, lower, acceptable, participation_first, outside
        As in `best_of_matrix`.
    likely : int, optional
        Pairs of each row to begin with; chosen from the sizes when left out. It changes the
        time and never the total.

    Returns
    -------
    ProvenOptimum
        The same total as `best_assignment` on all pairs, and the number of pairs it took.

    Raises
    ------
    InfeasibleFlow
        If the lower limits can't be met.
    OptionError
        If a score is not finite.

    Notes
    -----
    The best pairs of every row and of every column form the first graph, solved by min-cost flow
    (OR-tools). Its optimum is then tested against all pairs: the residual graph of the whole
    matrix, folded onto the right side, has no negative cycle if and only if the optimum holds for
    all pairs (exact, in integers). Otherwise the pairs of negative reduced cost are added and the
    graph is solved again.

    References
    ----------
    ahuja1993.

    Examples
    --------
    >>> optimum = best_by_pruning(np.array([[5.0, 1.0], [4.0, 3.0]]), upper=np.array([1, 1]))
    >>> optimum.place.tolist(), optimum.total
    ([0, 1], 8.0)
    """
    score = np.ascontiguousarray(score, dtype=float)
    n, m = score.shape
    upper = np.asarray(upper, dtype=np.int64)
    lower = np.zeros_like(upper) if lower is None else np.asarray(lower, dtype=np.int64)
    if acceptable is not None:
        score = np.where(acceptable, score, score[acceptable].min(initial=0.0))
    costs = whole_costs(np.append(score.ravel(), outside), n_nodes=n + m)
    cost, outside_cost = costs.cost[:-1].reshape(n, m), costs.cost[-1]
    kept = _likely_pairs(cost, upper, acceptable, likely)
    n_out = _fewest_out(kept, lower, upper, acceptable)
    limits = (n_out, n_out) if participation_first else (0, n)
    n_rounds = 0
    while True:
        n_rounds += 1
        graph = matrix_graph(kept, lower, upper)
        arc_cost = cost[kept]
        if limits[1]:
            arc_cost = append_last(graph, arc_cost, outside_cost)
            graph = with_outside(graph, at_least=limits[0], at_most=limits[1])
        local = cheapest_complete(graph, WholeCosts(arc_cost, costs.step, costs.error))
        place = graph.right[local].astype(np.int64)
        if kept.all() or _holds_for_all(cost, outside_cost, acceptable, place, graph):
            break
        potential = node_prices(graph, arc_cost, local)
        kept |= _too_cheap(cost, arc_cost, acceptable, place, local, potential)
    place[place == m] = UNASSIGNED
    rows = np.flatnonzero(place >= 0)
    total = float(score[rows, place[rows]].sum())
    return ProvenOptimum(place, total, 2 * n * costs.error, int(kept.sum()), n_rounds)


def _likely_pairs(
    cost: np.ndarray, upper: np.ndarray, acceptable: np.ndarray | None, likely: int | None
) -> np.ndarray:
    """Mark the cheapest pairs of every row and of every column, ``(n, m)`` bool."""
    n, m = cost.shape
    per_row = min(m, likely or max(LIKELY, 2 * int(np.sqrt(m))))
    per_column = min(n, max(likely or LIKELY, 2 * int(np.median(upper)) if m else 0))
    ranked = cost if acceptable is None else np.where(acceptable, cost, _FAR)
    kept = np.zeros((n, m), dtype=bool)
    if kept.size:
        best = np.argpartition(ranked, per_row - 1, axis=1)[:, :per_row]
        kept[np.arange(n)[:, None], best] = True
        across = np.ascontiguousarray(ranked.T)
        best = np.argpartition(across, per_column - 1, axis=1)[:, :per_column]
        kept[best, np.arange(m)[:, None]] = True
    if acceptable is not None:
        kept &= acceptable
    return kept


def _fewest_out(
    kept: np.ndarray, lower: np.ndarray, upper: np.ndarray, acceptable: np.ndarray | None
) -> int:
    """Count who must stay unassigned, adding to `kept` the pairs that it takes to reach it."""
    n, m = kept.shape
    floor = max(0, n - int(upper.sum()))
    try:
        n_out = int((largest_assignment(matrix_graph(kept, lower, upper)) == UNASSIGNED).sum())
        if n_out == floor:
            return n_out
    except InfeasibleFlow:
        pass  # the likely pairs alone can't fill the lower limits; ask all pairs
    allowed = np.ones((n, m), dtype=bool) if acceptable is None else acceptable
    graph = matrix_graph(allowed, lower, upper)
    chosen = largest_assignment(graph)
    rows = np.flatnonzero(chosen >= 0)
    kept[rows, graph.right[chosen[rows]]] = True
    return n - len(rows)


def _holds_for_all(
    cost: np.ndarray,
    outside_cost: np.int64,
    acceptable: np.ndarray | None,
    place: np.ndarray,
    graph: AssignmentGraph,
) -> bool:
    m = cost.shape[1]
    load = np.bincount(place, minlength=graph.n_right)
    any_pair = np.ones((0, 0), dtype=bool) if acceptable is None else acceptable
    folded = _fold(cost, outside_cost, any_pair, place, graph.n_right > m)
    nodes = graph.n_right
    return _no_negative_cycle(folded[:nodes, :nodes], load, load < graph.upper, load > graph.lower)


@njit(cache=True, nogil=True)
def _fold(cost, outside_cost, acceptable, place, has_outside):
    """Least cost of moving one left node from place to place, ``(m + 1, m + 1)``."""
    n, m = cost.shape
    masked = acceptable.size > 0
    folded = np.full((m + 1, m + 1), _FAR, dtype=np.int64)
    for i in range(n):
        a = place[i]
        own = outside_cost if a == m else cost[i, a]
        row = folded[a]
        for b in range(m):
            step = cost[i, b] - own
            if masked and not acceptable[i, b]:
                continue
            row[b] = min(row[b], step)
        if has_outside:
            row[m] = min(row[m], outside_cost - own)
    return folded


@njit(cache=True, nogil=True)
def _no_negative_cycle(folded, load, has_room, can_give):
    n_nodes = len(load)
    potential = np.zeros(n_nodes, dtype=np.int64)
    reference = np.int64(0)
    for _ in range(n_nodes + 2):
        changed = False
        for a in range(n_nodes):
            if load[a] == 0:
                continue
            base = potential[a]
            row = folded[a]
            for b in range(n_nodes):
                if base + row[b] < potential[b]:
                    potential[b] = base + row[b]
                    changed = True
        for b in range(n_nodes):
            if has_room[b] and potential[b] < reference:
                reference = potential[b]
                changed = True
        for b in range(n_nodes):
            if can_give[b] and reference < potential[b]:
                potential[b] = reference
                changed = True
        if not changed:
            return True
    return False


def _too_cheap(
    cost: np.ndarray,
    arc_cost: np.ndarray,
    acceptable: np.ndarray | None,
    place: np.ndarray,
    local: np.ndarray,
    potential: np.ndarray,
) -> np.ndarray:
    """Mark the pairs that the prices of the smaller graph do not rule out."""
    bound = arc_cost[local] - potential[place]
    cheap = cost - potential[None, : cost.shape[1]] < bound[:, None]
    return cheap if acceptable is None else cheap & acceptable
