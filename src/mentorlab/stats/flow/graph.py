"""Who may be given to whom, and how many each place takes: the input of every flow question."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ...errors import EstimationError, OptionError, count

UNASSIGNED = -1


@dataclass(frozen=True, eq=False)
class Shortage:
    """A set of places and the too few people who could fill them, or the other way round.

    Attributes
    ----------
    left, right : numpy.ndarray
        Positions on the two sides that form the bottleneck, ascending.
    needed : int
        How many assignments the set asks for.
    available : int
        How many it can have at most; less than `needed`.
    """

    left: np.ndarray
    right: np.ndarray
    needed: int
    available: int


class InfeasibleFlow(EstimationError):  # noqa: N818 - named as the state it reports
    """No assignment meets the lower limits; the bottleneck is in `shortage`.

    Parameters
    ----------
    message : str
        What must hold and what came.
    shortage : Shortage
        The places that ask for more people than could fill them.
    """

    def __init__(self, message: str, shortage: Shortage) -> None:
        super().__init__(message)
        self.shortage = shortage


@dataclass(frozen=True, eq=False)
class AssignmentGraph:
    """Know who may be assigned where: each left node gets at most one right node.

    Parameters
    ----------
    indptr : numpy.ndarray
        ``(n_left + 1,)`` int64; arcs ``indptr[i]:indptr[i + 1]`` belong to left node i.
    right : numpy.ndarray
        ``(n_arcs,)`` int32 right node of each arc.
    lower, upper : numpy.ndarray
        ``(n_right,)`` int64 limits on how many left nodes a right node takes.

    Raises
    ------
    OptionError
        If the arrays do not fit together.

    Examples
    --------
    >>> graph = assignment_graph([0, 2, 3], [0, 1, 0], upper=[1, 1])
    >>> graph.n_left, graph.n_right, graph.left.tolist()
    (2, 2, [0, 0, 1])
    """

    indptr: np.ndarray
    right: np.ndarray
    lower: np.ndarray
    upper: np.ndarray

    def __post_init__(self) -> None:
        if self.indptr[0] != 0 or self.indptr[-1] != len(self.right) or len(self.indptr) < 1:
            raise OptionError(
                f"assignment_graph: `indptr` must run from 0 to {count(len(self.right), 'arc')}; "
                f"it runs from {int(self.indptr[0])} to {int(self.indptr[-1])}."
            )
        if len(self.right) and not 0 <= self.right.min() <= self.right.max() < self.n_right:
            raise OptionError(
                f"assignment_graph: `right` must hold positions 0 to {self.n_right - 1}; "
                f"got {int(self.right.min())} to {int(self.right.max())}."
            )
        bad = np.flatnonzero((self.lower < 0) | (self.lower > self.upper))
        if len(bad):
            first = int(bad[0])
            raise OptionError(
                "assignment_graph: limits must satisfy 0 <= lower <= upper; "
                f"{count(len(bad), 'place does', 'places do')} not, first at position {first} "
                f"(lower {int(self.lower[first])}, upper {int(self.upper[first])})."
            )

    @property
    def n_left(self) -> int:
        """Count the left nodes."""
        return len(self.indptr) - 1

    @property
    def n_right(self) -> int:
        """Count the right nodes."""
        return len(self.upper)

    @property
    def n_arcs(self) -> int:
        """Count the arcs."""
        return len(self.right)

    @cached_property
    def left(self) -> np.ndarray:
        """Left node of each arc, ``(n_arcs,)`` int32."""
        return np.repeat(np.arange(self.n_left, dtype=np.int32), np.diff(self.indptr))

    def subset(self, keep: np.ndarray) -> AssignmentGraph:
        """Keep the arcs where the mask `keep` is true."""
        kept = np.flatnonzero(keep)
        indptr = np.searchsorted(kept, self.indptr)
        return AssignmentGraph(indptr, self.right[kept], self.lower, self.upper)

    def with_limits(self, lower: np.ndarray, upper: np.ndarray) -> AssignmentGraph:
        """Keep the arcs and set other limits."""
        return AssignmentGraph(self.indptr, self.right, lower, upper)

    def right_of(self, arcs: np.ndarray) -> np.ndarray:
        """Give the right node of each chosen arc, -1 where `arcs` is -1, as int64."""
        right = np.full(len(arcs), UNASSIGNED, dtype=np.int64)
        right[arcs >= 0] = self.right[arcs[arcs >= 0]]
        return right


def assignment_graph(
    indptr: np.ndarray,
    right: np.ndarray,
    *,
    upper: np.ndarray,
    lower: np.ndarray | None = None,
) -> AssignmentGraph:
    """Build the graph from any integer sequences.

    Parameters
    ----------
    indptr, right : array_like of int
        Compressed rows: where each left node's arcs begin, and their right nodes.
    upper, lower : array_like of int
        Limits of each right node; `lower` is 0 everywhere when left out.

    Returns
    -------
    AssignmentGraph
        The checked graph.

    Raises
    ------
    OptionError
        If the arrays do not fit together.

    Examples
    --------
    >>> assignment_graph([0, 1], [2], upper=[0, 0, 1]).n_right
    3
    """
    upper = np.asarray(upper, dtype=np.int64)
    return AssignmentGraph(
        np.asarray(indptr, dtype=np.int64),
        np.asarray(right, dtype=np.int32),
        np.zeros_like(upper) if lower is None else np.asarray(lower, dtype=np.int64),
        upper,
    )


def matrix_graph(allowed: np.ndarray, lower: np.ndarray, upper: np.ndarray) -> AssignmentGraph:
    """Give the graph of the allowed pairs of a bool matrix, arcs in row order.

    Examples
    --------
    >>> matrix_graph(np.array([[True, False]]), np.zeros(2), np.ones(2)).right.tolist()
    [0]
    """
    flat = np.flatnonzero(allowed)
    counts = np.count_nonzero(allowed, axis=1)
    return AssignmentGraph(
        np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        (flat % max(allowed.shape[1], 1)).astype(np.int32),
        lower,
        upper,
    )


def with_outside(graph: AssignmentGraph, *, at_least: int, at_most: int) -> AssignmentGraph:
    """Add one right node for staying unassigned, so that every left node has a place.

    Each left node's new arc stands last in its row, so arc k of row i moves to position k + i.

    Parameters
    ----------
    graph : AssignmentGraph
        The graph.
    at_least, at_most : int
        How many left nodes may stay unassigned.

    Returns
    -------
    AssignmentGraph
        With right node ``graph.n_right`` for staying unassigned.

    Examples
    --------
    >>> graph = with_outside(assignment_graph([0, 1], [0], upper=[1]), at_least=0, at_most=1)
    >>> graph.right.tolist(), graph.upper.tolist()
    ([0, 1], [1, 1])
    """
    right = np.insert(graph.right, graph.indptr[1:], graph.n_right)
    return AssignmentGraph(
        graph.indptr + np.arange(graph.n_left + 1),
        right,
        np.append(graph.lower, at_least),
        np.append(graph.upper, at_most),
    )


def append_last(graph: AssignmentGraph, per_arc: np.ndarray, value: float) -> np.ndarray:
    """Lay out a per-arc array for `with_outside`, with `value` on the new arcs."""
    return np.insert(per_arc, graph.indptr[1:], value)
