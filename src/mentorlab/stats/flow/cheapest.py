"""The cheapest way to give everyone a place: min-cost flow on the un-expanded graph."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...errors import EstimationError
from .cardinality import largest_assignment
from .graph import UNASSIGNED, AssignmentGraph, append_last, with_outside
from .integers import WholeCosts, whole_costs


@dataclass(frozen=True, eq=False)
class Optimum:
    """An assignment of the highest total score.

    Attributes
    ----------
    chosen : numpy.ndarray
        ``(n_left,)`` int64 arc of each left node, -1 where unassigned.
    total : float
        Sum of the chosen arcs' scores.
    error : float
        Bound on how far `total` can be below the true optimum; 0.0 when exact.
    """

    chosen: np.ndarray
    total: float
    error: float


def best_assignment(
    graph: AssignmentGraph,
    score: np.ndarray,
    *,
    participation_first: bool = True,
    outside: float = 0.0,
) -> Optimum:
    """Find the assignment of the highest total score within all limits.

    Parameters
    ----------
    graph : AssignmentGraph
        Arcs and limits.
    score : numpy.ndarray
        ``(n_arcs,)`` finite score of each arc.
    participation_first : bool
        True: as many left nodes as possible are assigned, and among these assignments the best
        total wins. False: the total alone counts, and a left node stays out when that is worth
        more.
    outside : float
        What an unassigned left node counts when the total alone decides.

    Returns
    -------
    Optimum
        Chosen arcs, their total and the bound on rounding.

    Raises
    ------
    InfeasibleFlow
        If the lower limits can't be met.
    OptionError
        If a score is not finite.

    Notes
    -----
    Cost-scaling push-relabel (OR-tools), O(n^2 m log(n C)) worst case, on nodes for people, not
    for places. Participation comes first by fixing the number of unassigned nodes, not by a large
    constant, so no precision is lost to it. Among equal optima the solver chooses, and the same
    input gives the same answer.

    References
    ----------
    goldberg1990; ahuja1993.

    Examples
    --------
    >>> from mentorlab.stats.flow import assignment_graph
    >>> graph = assignment_graph([0, 2, 3], [0, 1, 0], upper=[1, 1])
    >>> optimum = best_assignment(graph, np.array([9.0, 1.0, 2.0]))
    >>> graph.right_of(optimum.chosen).tolist(), optimum.total
    ([1, 0], 3.0)
    >>> free = best_assignment(graph, np.array([9.0, 1.0, 2.0]), participation_first=False)
    >>> graph.right_of(free.chosen).tolist(), free.total
    ([0, -1], 9.0)
    """
    score = np.asarray(score, dtype=float)
    n = graph.n_left
    n_out = int((largest_assignment(graph) == UNASSIGNED).sum())
    if participation_first and n_out == 0:
        costs = whole_costs(score, n_nodes=n + graph.n_right)
        chosen = cheapest_complete(graph, costs)
    else:
        limits = (n_out, n_out) if participation_first else (0, n)
        full = with_outside(graph, at_least=limits[0], at_most=limits[1])
        middle = float(np.median(score)) if participation_first and len(score) else outside
        costs = whole_costs(append_last(graph, score, middle), n_nodes=n + graph.n_right)
        chosen = inside(full, cheapest_complete(full, costs))
    total = float(score[chosen[chosen >= 0]].sum())
    return Optimum(chosen, total, 2 * n * costs.error)


def inside(full: AssignmentGraph, chosen: np.ndarray) -> np.ndarray:
    """Translate arcs of a graph made by `with_outside` back to the graph's own arcs."""
    own = chosen - np.arange(len(chosen))
    return np.where(full.right[chosen] == full.n_right - 1, UNASSIGNED, own)


def cheapest_complete(graph: AssignmentGraph, costs: WholeCosts) -> np.ndarray:
    """Give every left node an arc at the least total cost within the limits.

    Parameters
    ----------
    graph : AssignmentGraph
        Arcs and limits; every left node can be assigned.
    costs : WholeCosts
        Integer costs of the arcs.

    Returns
    -------
    numpy.ndarray
        ``(n_left,)`` int64 chosen arcs.

    Raises
    ------
    EstimationError
        If no complete assignment exists, or the costs overflow the solver.
    """
    from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

    n, m = graph.n_left, graph.n_right
    if n == 0:
        return np.zeros(0, dtype=np.int64)
    solver = SimpleMinCostFlow()
    arcs = solver.add_arcs_with_capacity_and_unit_cost(
        graph.left, graph.right + np.int32(n), np.ones(graph.n_arcs, np.int64), costs.cost
    )
    sink = n + m
    spare = graph.upper - graph.lower
    if spare.any():
        solver.add_arcs_with_capacity_and_unit_cost(
            np.arange(n, sink, dtype=np.int32),
            np.full(m, sink, dtype=np.int32),
            spare,
            np.zeros(m, dtype=np.int64),
        )
    supply = np.concatenate([np.ones(n, np.int64), -graph.lower, [int(graph.lower.sum()) - n]])
    solver.set_nodes_supplies(np.arange(sink + 1, dtype=np.int32), supply)
    status = solver.solve()
    if status != solver.OPTIMAL:
        raise EstimationError(
            f"cheapest_complete: the min-cost flow solver answered {status.name} for {n:,} left "
            f"nodes, {m:,} right nodes and {graph.n_arcs:,} arcs."
        )
    used = np.flatnonzero(solver.flows(arcs))
    return used.astype(np.int64)
