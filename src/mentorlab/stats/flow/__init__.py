"""Flows on the people themselves: who can be served, the best total, and the proof that it is."""

from .cardinality import largest_assignment, left_out_because, loads
from .cheapest import Optimum, best_assignment, inside
from .closure import cheapest_closed_set
from .graph import (
    UNASSIGNED,
    AssignmentGraph,
    InfeasibleFlow,
    Shortage,
    append_last,
    assignment_graph,
    matrix_graph,
    with_outside,
)
from .lexicographic import settle_in_order
from .leximin import fewest_of_worst
from .matrix import best_of_matrix
from .pruned import ProvenOptimum, best_by_pruning

__all__ = [
    "UNASSIGNED",
    "AssignmentGraph",
    "InfeasibleFlow",
    "Optimum",
    "ProvenOptimum",
    "Shortage",
    "append_last",
    "assignment_graph",
    "best_assignment",
    "best_by_pruning",
    "best_of_matrix",
    "cheapest_closed_set",
    "fewest_of_worst",
    "inside",
    "largest_assignment",
    "left_out_because",
    "loads",
    "matrix_graph",
    "settle_in_order",
    "with_outside",
]
