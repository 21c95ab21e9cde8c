"""Prices that prove an optimum, and all the other assignments that are just as good."""

from __future__ import annotations

import numpy as np
from numba import njit

from .cardinality import loads
from .graph import AssignmentGraph


def node_prices(graph: AssignmentGraph, cost: np.ndarray, chosen: np.ndarray) -> np.ndarray | None:
    """Prove that a complete assignment is the cheapest, or find that it is not.

    Parameters
    ----------
    graph : AssignmentGraph
        Arcs and limits.
    cost : numpy.ndarray
        ``(n_arcs,)`` int64 costs.
    chosen : numpy.ndarray
        ``(n_left,)`` int64 arc of every left node, within the limits.

    Returns
    -------
    numpy.ndarray or None
        ``(n_right + 1,)`` int64 potentials d of the right nodes, then of a reference node: for
        each left node, ``cost - d[right]`` is least on its chosen arc. None when a cheaper
        assignment exists.

    Notes
    -----
    Bellman-Ford on the residual graph, folded onto the right side: from node a to b at the
    least ``cost(i, b) - cost(i, a)`` over the left nodes i at a, to the reference node from a
    place with room and back to one above its lower limit. Linear programming duality: such
    potentials exist if and only if the assignment is optimal.

    References
    ----------
    ahuja1993.
    """
    load = loads(graph, chosen)
    potential = np.zeros(graph.n_right + 1, dtype=np.int64)
    ok = _relax(
        graph.indptr, graph.right, cost, chosen, load < graph.upper, load > graph.lower, potential
    )
    return potential if ok else None


def equally_good(
    graph: AssignmentGraph, cost: np.ndarray, chosen: np.ndarray, potential: np.ndarray
) -> tuple[AssignmentGraph, np.ndarray]:
    """Keep exactly the assignments that cost as little as this one.

    Parameters
    ----------
    graph : AssignmentGraph
        Arcs and limits.
    cost, chosen, potential : numpy.ndarray
        Costs, an optimum and its potentials, as `node_prices` gives them.

    Returns
    -------
    AssignmentGraph
        Only arcs that some optimum may use, and places with a price at their limit fixed there:
        its complete assignments are all optima and no others (complementary slackness).
    kept : numpy.ndarray
        ``(n_arcs,)`` bool, which arcs remain.
    """
    reduced = cost - potential[graph.right]
    kept = reduced <= reduced[chosen][graph.left]
    load = loads(graph, chosen)
    fixed = potential[:-1] != potential[-1]
    limited = graph.with_limits(
        np.where(fixed, load, graph.lower), np.where(fixed, load, graph.upper)
    )
    return limited.subset(kept), kept


@njit(cache=True, nogil=True)
def _relax(indptr, right, cost, chosen, has_room, can_give, potential):
    """Shortest distances from everywhere, in place; False if a cycle keeps shortening."""
    n_left, n_right = len(indptr) - 1, len(potential) - 1
    for _ in range(n_right + 2):
        changed = False
        for i in range(n_left):
            base = potential[right[chosen[i]]] - cost[chosen[i]]
            for arc in range(indptr[i], indptr[i + 1]):
                if base + cost[arc] < potential[right[arc]]:
                    potential[right[arc]] = base + cost[arc]
                    changed = True
        for b in range(n_right):
            if has_room[b] and potential[b] < potential[n_right]:
                potential[n_right] = potential[b]
                changed = True
        for b in range(n_right):
            if can_give[b] and potential[n_right] < potential[b]:
                potential[b] = potential[n_right]
                changed = True
        if not changed:
            return True
    return False
