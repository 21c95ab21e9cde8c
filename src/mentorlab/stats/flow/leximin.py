"""The fairest assignment: the worst place as good as can be, then the second worst, and so on."""

from __future__ import annotations

import numpy as np
from numba import njit

from .cardinality import largest_assignment
from .graph import AssignmentGraph

NO_LEVEL = -1


def fewest_of_worst(graph: AssignmentGraph, level: np.ndarray) -> tuple[AssignmentGraph, ...]:
    """Use as few arcs of the worst level as possible, then as few of the next, to the best.

    Parameters
    ----------
    graph : AssignmentGraph
        Arcs and limits; every left node can be assigned (see `with_outside`).
    level : numpy.ndarray
        ``(n_arcs,)`` int64: 0 is the worst level, higher is better, -1 for arcs that no level
        counts.

    Returns
    -------
    AssignmentGraph
        Its complete assignments are exactly those with the leximin-best levels.
    kept : numpy.ndarray
        ``(n_arcs,)`` bool, which arcs remain.
    chosen : numpy.ndarray
        ``(n_left,)`` int64, one of the assignments, in arcs of the given graph.

    Raises
    ------
    InfeasibleFlow
        If the lower limits can't be met.

    Notes
    -----
    For each level the arcs in use are made dearer one at a time: the left node is re-routed
    along arcs that cost nothing, or, where there is no way round, the prices rise by one on the
    side of the cut that can't be reached. What remains is the face of optima. At most one search
    of O(arcs) for each use of a level; levels that are not in use cost nothing.

    References
    ----------
    burkard1991; sokkalingam1998.

    Examples
    --------
    >>> from mentorlab.stats.flow import assignment_graph
    >>> graph = assignment_graph([0, 2, 4], [0, 1, 0, 1], upper=[1, 1])
    >>> fewest_of_worst(graph, np.array([3, 1, 2, 0]))[2].tolist()
    [1, 2]
    """
    chosen = largest_assignment(graph)
    alive = np.ones(graph.n_arcs, dtype=np.bool_)
    lower, upper = graph.lower.copy(), graph.upper.copy()
    order = np.argsort(level, kind="stable")
    order = order[np.searchsorted(level[order], 0) :]
    starts = np.flatnonzero(np.diff(level[order], prepend=NO_LEVEL))
    _settle_levels(
        graph.indptr, graph.right, graph.left, order, np.append(starts, len(order)),
        chosen, alive, lower, upper,
    )  # fmt: skip
    return graph.with_limits(lower, upper).subset(alive), alive, chosen


@njit(cache=True, nogil=True)
def _settle_levels(indptr, right, left, order, starts, chosen, alive, lower, upper):
    n_left, n_right = len(indptr) - 1, len(upper)
    load = np.zeros(n_right, dtype=np.int64)
    first = np.full(n_right, -1, dtype=np.int64)
    after = np.full(n_left, -1, dtype=np.int64)
    before = np.full(n_left, -1, dtype=np.int64)
    for i in range(n_left):
        load[right[chosen[i]]] += 1
        _enter(i, right[chosen[i]], first, after, before)
    listed, end = np.arange(len(right)), indptr[1:].copy()
    cost = np.zeros(len(right), dtype=np.int8)
    potential = np.zeros(n_right + 1, dtype=np.int64)
    via = np.empty(n_right + 1, dtype=np.int64)
    queue = np.empty(n_right + 1, dtype=np.int64)
    for s in range(len(starts) - 1):
        arcs = order[starts[s] : starts[s + 1]]
        in_use = 0
        for arc in arcs:
            if chosen[left[arc]] == arc:
                in_use += 1
            else:
                cost[arc] = 1
        kept = 0
        for arc in arcs:
            if in_use > 0 and chosen[left[arc]] == arc and cost[arc] == 0:
                rerouted = _reroute(
                    left[arc], indptr, end, listed, right, left, alive, cost, potential, chosen,
                    load, lower, upper, first, after, before, via, queue,
                )  # fmt: skip
                kept += 0 if rerouted else 1
            cost[arc] = 1
        if kept == 0:
            for arc in arcs:
                alive[arc] = False
                cost[arc] = 0
            continue
        for i in range(n_left):
            least = cost[chosen[i]] - potential[right[chosen[i]]]
            stop = indptr[i]
            for k in range(indptr[i], end[i]):
                arc = listed[k]
                alive[arc] &= cost[arc] - potential[right[arc]] <= least
                if alive[arc]:
                    listed[stop] = arc
                    stop += 1
            end[i] = stop
        for b in range(n_right):
            if potential[b] != potential[n_right]:
                lower[b] = load[b]
                upper[b] = load[b]
        potential[:] = 0
        for arc in arcs:
            cost[arc] = 0


@njit(cache=True, nogil=True)
def _enter(i, b, first, after, before):
    after[i] = first[b]
    before[i] = -1
    if first[b] >= 0:
        before[first[b]] = i
    first[b] = i


@njit(cache=True, nogil=True)
def _leave(i, b, first, after, before):
    if before[i] >= 0:
        after[before[i]] = after[i]
    else:
        first[b] = after[i]
    if after[i] >= 0:
        before[after[i]] = before[i]


@njit(cache=True, nogil=True)
def _reroute(
    i, indptr, end, listed, right, left, alive, cost, potential, chosen, load,
    lower, upper, first, after, before, via, queue,
):  # fmt: skip
    """Move left node i off its arc at no cost and return True, or raise the prices by one.

    ``via[b]`` is the arc by which a node was reached, -2 for reached from the reference node,
    -3 for not reached; for the reference node itself the place that has room.
    """
    reference = len(upper)
    target = right[chosen[i]]
    via[:] = -3
    tail = _scan(i, indptr, end, listed, right, alive, cost, potential, chosen, via, queue, 0)
    head = 0
    while head < tail and via[target] == -3:
        b = queue[head]
        head += 1
        if b == reference:
            for other in range(reference):
                if (
                    via[other] == -3
                    and load[other] > lower[other]
                    and potential[other] == potential[reference]
                ):
                    via[other] = -2
                    queue[tail] = other
                    tail += 1
            continue
        if via[reference] == -3 and load[b] < upper[b] and potential[b] == potential[reference]:
            via[reference] = b
            queue[tail] = reference
            tail += 1
        x = first[b]
        while x >= 0:
            tail = _scan(
                x, indptr, end, listed, right, alive, cost, potential, chosen, via, queue, tail
            )
            x = after[x]
    if via[target] == -3:
        for b in range(reference + 1):
            if via[b] == -3:
                potential[b] += 1
        return False
    b = target
    while True:
        if via[b] == -2:
            load[b] -= 1
            b = via[reference]
            load[b] += 1
        arc = via[b]
        x = left[arc]
        source = right[chosen[x]]
        _leave(x, source, first, after, before)
        _enter(x, b, first, after, before)
        chosen[x] = arc
        if x == i:
            return True
        b = source


@njit(cache=True, nogil=True)
def _scan(i, indptr, end, listed, right, alive, cost, potential, chosen, via, queue, tail):
    """Reach every node that left node i could move to for nothing."""
    own = chosen[i]
    least = cost[own] - potential[right[own]]
    for k in range(indptr[i], end[i]):
        arc = listed[k]
        other = right[arc]
        if via[other] == -3 and alive[arc] and arc != own and cost[arc] - potential[other] == least:
            via[other] = arc
            queue[tail] = other
            tail += 1
    return tail
