"""The best set of pairs where both sides take several, by min-cost flow."""

from __future__ import annotations

import numpy as np

from ..errors import EstimationError
from .flow.integers import whole_costs


def best_pairs(
    left: np.ndarray,
    right: np.ndarray,
    score: np.ndarray,
    *,
    left_places: np.ndarray,
    right_places: np.ndarray,
    group: np.ndarray | None = None,
) -> np.ndarray:
    r"""Choose as many pairs as both sides' places allow, spread widely, with the best total.

    Parameters
    ----------
    left, right : ndarray of int, shape (e,)
        Nodes of each possible pair; a pair stands once and can be chosen once.
    score : ndarray of float, shape (e,)
        What each pair is worth.
    left_places, right_places : ndarray of int, shape (n_left,), (n_right,)
        How many pairs each node may be in.
    group : ndarray of int, shape (e,), optional
        Codes 0, 1, ...: a left node takes at most one pair of each group.

    Returns
    -------
    ndarray of bool, shape (e,)
        The chosen pairs.

    Raises
    ------
    EstimationError
        If the solver fails.

    Notes
    -----
    In this order: the most pairs; among these, the most left nodes with at least one pair; among
    these, the largest total (up to rounding of the scores, see `whole_costs`). The first two never
    conflict: an augmenting path uncovers no left node. One min-cost flow from a source over left
    nodes (and groups) and right nodes to a sink.

    References
    ----------
    ahuja1993 : Network flows: theory, algorithms, and applications.

    Examples
    --------
    >>> left, right = np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1])
    >>> best_pairs(
    ...     left, right, np.array([5.0, 4, 4, 0]), left_places=np.array([1, 1]),
    ...     right_places=np.array([1, 1]),
    ... ).tolist()
    [False, True, True, False]
    """
    from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

    n_left, n_right = len(left_places), len(right_places)
    if not len(left):
        return np.zeros(0, dtype=bool)
    flow_most = int(min(left_places.sum(), right_places.sum(), len(left)))
    if group is None:
        middle, start, n_middle = None, left, 0
    else:
        code = left.astype(np.int64) * (int(group.max()) + 1) + group
        middle, start = np.unique(code, return_inverse=True)
        n_middle = len(middle)
        start = start + n_left + n_right
    n_nodes = n_left + n_right + n_middle + 2
    source, sink = n_nodes - 2, n_nodes - 1
    costs = whole_costs(score, n_nodes=n_nodes * (int(np.sqrt(flow_most)) + 1))
    first = -(int(costs.cost.max(initial=0)) + 1) * (flow_most + 1)
    solver = SimpleMinCostFlow()

    def add(tails: np.ndarray, heads: np.ndarray, room: np.ndarray, cost: np.ndarray) -> np.ndarray:
        return solver.add_arcs_with_capacity_and_unit_cost(
            tails.astype(np.int32), heads.astype(np.int32), room.astype(np.int64), cost
        )

    own = add(start, n_left + right, np.ones(len(left)), costs.cost.astype(np.int64))
    everyone = np.arange(n_left)
    from_source = np.full(n_left, source)
    covered = np.minimum(left_places, 1)
    add(from_source, everyone, covered, np.full(n_left, first, dtype=np.int64))
    add(from_source, everyone, left_places - covered, np.zeros(n_left, dtype=np.int64))
    if middle is not None:
        owner = middle // (int(group.max()) + 1)
        inside = n_left + n_right + np.arange(n_middle)
        add(owner, inside, np.ones(n_middle), np.zeros(n_middle, dtype=np.int64))
    ends = n_left + np.arange(n_right)
    add(ends, np.full(n_right, sink), right_places, np.zeros(n_right, dtype=np.int64))
    solver.set_nodes_supplies(
        np.array([source, sink], dtype=np.int32), np.array([flow_most, -flow_most], dtype=np.int64)
    )
    status = solver.solve_max_flow_with_min_cost()
    if status != solver.OPTIMAL:
        raise EstimationError(f"best_pairs: the flow solver gave up (status {status}).")
    return solver.flows(own) > 0
