"""Several goals in order of rank, each settled exactly before the next is looked at."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from ...errors import EstimationError
from .cheapest import cheapest_complete
from .graph import AssignmentGraph
from .integers import whole_costs
from .prices import equally_good, node_prices


def settle_in_order(graph: AssignmentGraph, goals: Iterable[np.ndarray]) -> np.ndarray:
    """Find the complete assignment that is best for the first goal, then for the second, ...

    Parameters
    ----------
    graph : AssignmentGraph
        Arcs and limits; every left node can be assigned (see `with_outside`).
    goals : iterable of numpy.ndarray
        ``(n_arcs,)`` scores to be maximized in total, the most important first.

    Returns
    -------
    numpy.ndarray
        ``(n_left,)`` int64 chosen arcs.

    Notes
    -----
    After each goal only its optima are kept: the arcs of zero reduced cost, and the limits of
    places with a price. These are the optima and no others, so no weights of different size are
    needed and nothing is lost to rounding beyond each goal's own (see `whole_costs`).

    Examples
    --------
    >>> from mentorlab.stats.flow import assignment_graph
    >>> graph = assignment_graph([0, 2, 4], [0, 1, 0, 1], upper=[1, 1])
    >>> chosen = settle_in_order(graph, [np.array([1, 0, 1, 0]), np.array([0, 5, 9, 0])])
    >>> graph.right_of(chosen).tolist()
    [1, 0]
    """
    chosen = np.zeros(0, dtype=np.int64)
    position = np.arange(graph.n_arcs)
    for goal in goals:
        costs = whole_costs(
            np.asarray(goal, dtype=float)[position], n_nodes=graph.n_left + graph.n_right
        )
        local = cheapest_complete(graph, costs)
        chosen = position[local]
        if costs.cost.any():
            potential = node_prices(graph, costs.cost, local)
            if potential is None:
                raise EstimationError(
                    "settle_in_order: the flow solver's answer is not an optimum; "
                    "its prices contradict each other."
                )
            graph, kept = equally_good(graph, costs.cost, local, potential)
            position = position[kept]
    return chosen
