"""The cheapest set of steps that can be taken when some steps need others first."""

from __future__ import annotations

import numpy as np

from ...errors import EstimationError


def cheapest_closed_set(cost: np.ndarray, step: np.ndarray, needs: np.ndarray) -> np.ndarray:
    """Choose the steps with the least total cost such that each one's requirements are chosen.

    Parameters
    ----------
    cost : numpy.ndarray
        ``(n_steps,)`` int64 cost of each step, negative for a gain; absolute values sum to less
        than 2**62.
    step, needs : numpy.ndarray
        Requirements: ``step[k]`` can be taken only if ``needs[k]`` is.

    Returns
    -------
    numpy.ndarray
        ``(n_steps,)`` bool. Of several cheapest sets the smallest, which they all contain.

    Notes
    -----
    A minimum cut separates the steps worth taking (Picard 1976), O(n_steps^2 sqrt(requirements))
    by push-relabel.

    References
    ----------
    picard1976.

    Examples
    --------
    >>> cheapest_closed_set(np.array([3, -5, -1]), np.array([1]), np.array([0])).tolist()
    [True, True, True]
    """
    from ortools.graph.python.max_flow import SimpleMaxFlow

    n = len(cost)
    gain, loss = np.flatnonzero(cost < 0), np.flatnonzero(cost > 0)
    chosen = np.zeros(n, dtype=bool)
    if not len(gain):
        return chosen
    source, sink = n, n + 1
    unlimited = int(np.abs(cost).sum()) + 1
    solver = SimpleMaxFlow()
    solver.add_arcs_with_capacity(
        np.concatenate([np.full(len(gain), source), step, loss]).astype(np.int32),
        np.concatenate([gain, needs, np.full(len(loss), sink)]).astype(np.int32),
        np.concatenate([-cost[gain], np.full(len(step), unlimited), cost[loss]]).astype(np.int64),
    )
    if not len(loss):
        solver.add_arc_with_capacity(source, sink, 0)
    if solver.solve(source, sink) != solver.OPTIMAL:
        raise EstimationError(f"cheapest_closed_set: no minimum cut was found for {n:,} steps.")
    side = np.array(solver.get_source_side_min_cut(), dtype=np.int64)
    chosen[side[side < n]] = True
    return chosen
