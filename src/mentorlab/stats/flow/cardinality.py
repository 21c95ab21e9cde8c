"""How many can be served at all, and who stands in the way when not everyone can."""

from __future__ import annotations

import numpy as np
from numba import njit

from ...errors import count
from .graph import UNASSIGNED, AssignmentGraph, InfeasibleFlow, Shortage


def largest_assignment(graph: AssignmentGraph) -> np.ndarray:
    """Find how many left nodes can be assigned, with an assignment that reaches it.

    Parameters
    ----------
    graph : AssignmentGraph
        Arcs and limits.

    Returns
    -------
    numpy.ndarray
        ``(n_left,)`` int64 chosen arc, -1 where unassigned. Every lower limit is met.

    Raises
    ------
    InfeasibleFlow
        If the lower limits can't be met.

    Notes
    -----
    Hopcroft and Karp's layered augmentation with capacities, O(arcs * sqrt(n_left)) in the worst
    case on every input. Lower limits are filled first; augmenting paths never lower the load of
    a right node, so filling them costs no assignment (Mendelsohn and Dulmage).

    References
    ----------
    hopcroft1973; mendelsohn1958.

    Examples
    --------
    >>> from mentorlab.stats.flow import assignment_graph
    >>> graph = assignment_graph([0, 2, 3], [0, 1, 0], upper=[1, 1])
    >>> graph.right_of(largest_assignment(graph)).tolist()
    [1, 0]
    """
    chosen = np.full(graph.n_left, UNASSIGNED, dtype=np.int64)
    if graph.lower.any():
        _augment(graph.indptr, graph.right, graph.lower, chosen)
        load = loads(graph, chosen)
        if (load < graph.lower).any():
            raise _cannot_fill(graph, chosen, load)
    _augment(graph.indptr, graph.right, graph.upper, chosen)
    return chosen


def loads(graph: AssignmentGraph, chosen: np.ndarray) -> np.ndarray:
    """Count the left nodes that each right node takes, ``(n_right,)`` int64."""
    return np.bincount(graph.right[chosen[chosen >= 0]], minlength=graph.n_right)


def left_out_because(graph: AssignmentGraph, chosen: np.ndarray) -> Shortage | None:
    """Say why not everyone is served: too many left nodes share too few places.

    Parameters
    ----------
    graph : AssignmentGraph
        Arcs and limits.
    chosen : numpy.ndarray
        A largest assignment, as `largest_assignment` gives it.

    Returns
    -------
    Shortage or None
        The left nodes reachable by alternating paths from the unassigned ones, and every place
        that any of them could take, all full: a violator of Hall's condition. None when all are
        served.

    References
    ----------
    hall1935.

    Examples
    --------
    >>> from mentorlab.stats.flow import assignment_graph, largest_assignment
    >>> graph = assignment_graph([0, 1, 2], [0, 0], upper=[1, 1])
    >>> shortage = left_out_because(graph, largest_assignment(graph))
    >>> shortage.left.tolist(), shortage.right.tolist(), shortage.needed, shortage.available
    ([0, 1], [0], 2, 1)
    """
    free = np.flatnonzero(chosen == UNASSIGNED)
    if not len(free):
        return None
    seen = _reach_from_left(graph.indptr, graph.right, chosen, free, graph.n_right)
    right = np.flatnonzero(seen)
    held = np.flatnonzero(chosen >= 0)
    left = np.union1d(free, held[seen[graph.right[chosen[held]]]])
    return Shortage(left, right, len(left), int(graph.upper[right].sum()))


def _cannot_fill(graph: AssignmentGraph, chosen: np.ndarray, load: np.ndarray) -> InfeasibleFlow:
    short = int(np.flatnonzero(load < graph.lower)[0])
    order = np.argsort(graph.right, kind="stable")
    starts = np.searchsorted(graph.right[order], np.arange(graph.n_right + 1))
    held = graph.right_of(chosen)
    left, right = {-1}, {short}
    queue = [short]
    while queue:
        b = queue.pop()
        for i in graph.left[order[starts[b] : starts[b + 1]]].tolist():
            if i not in left:
                left.add(i)
                if held[i] not in right:
                    right.add(int(held[i]))
                    queue.append(int(held[i]))
    left.discard(-1)
    places = np.array(sorted(right), dtype=np.int64)
    shortage = Shortage(
        np.array(sorted(left), dtype=np.int64), places, int(graph.lower[places].sum()), len(left)
    )
    return InfeasibleFlow(
        f"lower limits can't be met: {count(len(places), 'place')} (first at position "
        f"{int(places[0])}) must take {shortage.needed:,} in all, and only "
        f"{shortage.available:,} could be assigned to any of them.",
        shortage,
    )


@njit(cache=True, nogil=True)
def _reach_from_left(indptr, right, chosen, free, n_right):
    n_left = len(indptr) - 1
    start, members = _members(right, chosen, n_right, n_left)
    seen = np.zeros(n_right, dtype=np.bool_)
    queue = np.empty(n_left, dtype=np.int64)
    tail = 0
    for i in free:
        queue[tail] = i
        tail += 1
    head = 0
    while head < tail:
        i = queue[head]
        head += 1
        for arc in range(indptr[i], indptr[i + 1]):
            b = right[arc]
            if not seen[b]:
                seen[b] = True
                for k in range(start[b], start[b + 1]):
                    queue[tail] = members[k]
                    tail += 1
    return seen


@njit(cache=True, nogil=True)
def _members(right, chosen, n_right, n_left):
    """List the left nodes at each right node, compressed."""
    start = np.zeros(n_right + 1, dtype=np.int64)
    for i in range(n_left):
        if chosen[i] >= 0:
            start[right[chosen[i]] + 1] += 1
    for b in range(n_right):
        start[b + 1] += start[b]
    fill = start[:-1].copy()
    members = np.empty(start[n_right], dtype=np.int64)
    for i in range(n_left):
        if chosen[i] >= 0:
            b = right[chosen[i]]
            members[fill[b]] = i
            fill[b] += 1
    return start, members


@njit(cache=True, nogil=True)
def _augment(indptr, right, upper, chosen):
    """Grow `chosen` in place to a largest assignment; no right node's load ever falls."""
    n_left, n_right = len(indptr) - 1, len(upper)
    load = np.zeros(n_right, dtype=np.int64)
    for i in range(n_left):
        if chosen[i] >= 0:
            load[right[chosen[i]]] += 1
    for i in range(n_left):
        if chosen[i] < 0:
            for arc in range(indptr[i], indptr[i + 1]):
                if load[right[arc]] < upper[right[arc]]:
                    chosen[i] = arc
                    load[right[arc]] += 1
                    break
    while _augment_layer(indptr, right, upper, chosen, load) > 0:
        pass


@njit(cache=True, nogil=True)
def _augment_layer(indptr, right, upper, chosen, load):
    """Augment along a maximal set of shortest disjoint paths; count them."""
    n_left, n_right = len(indptr) - 1, len(upper)
    start, members = _members(right, chosen, n_right, n_left)
    left_layer = np.full(n_left, -1, dtype=np.int64)
    right_layer = np.full(n_right, -1, dtype=np.int64)
    queue = np.empty(n_left, dtype=np.int64)
    tail = 0
    for i in range(n_left):
        if chosen[i] < 0 and indptr[i] < indptr[i + 1]:
            left_layer[i] = 0
            queue[tail] = i
            tail += 1
    n_free = tail
    last = -1
    head = 0
    while head < tail:
        i = queue[head]
        head += 1
        layer = left_layer[i] + 1
        if last >= 0 and layer > last:
            break
        for arc in range(indptr[i], indptr[i + 1]):
            b = right[arc]
            if right_layer[b] >= 0:
                continue
            right_layer[b] = layer
            if load[b] < upper[b]:
                last = layer
                continue
            for k in range(start[b], start[b + 1]):
                left_layer[members[k]] = layer
                queue[tail] = members[k]
                tail += 1
    if last < 0:
        return 0
    next_arc = indptr[:-1].copy()
    next_member = start[:-1].copy()
    stack = np.empty(last + 1, dtype=np.int64)
    found = 0
    for f in range(n_free):
        found += _descend(
            indptr, right, upper, chosen, load, start, members,
            left_layer, right_layer, next_arc, next_member, stack, queue[f],
        )  # fmt: skip
    return found


@njit(cache=True, nogil=True)
def _descend(
    indptr, right, upper, chosen, load, start, members,
    left_layer, right_layer, next_arc, next_member, stack, root,
):  # fmt: skip
    """Follow layers depth first from one unassigned left node; 1 if a free place was reached."""
    stack[0] = root
    depth = 0
    while depth >= 0:
        i = stack[depth]
        advanced = False
        while next_arc[i] < indptr[i + 1]:
            b = right[next_arc[i]]
            if right_layer[b] != left_layer[i] + 1:
                next_arc[i] += 1
                continue
            if load[b] < upper[b]:
                load[b] += 1
                for level in range(depth, -1, -1):
                    chosen[stack[level]] = next_arc[stack[level]]
                return 1
            while next_member[b] < start[b + 1]:
                x = members[next_member[b]]
                next_member[b] += 1
                if right[chosen[x]] == b and depth + 1 < len(stack):
                    depth += 1
                    stack[depth] = x
                    advanced = True
                    break
            if advanced:
                break
            next_arc[i] += 1
        if not advanced:
            depth -= 1
    return 0
