"""A market as the graph of a flow problem, and the flow's words as the market's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

import numpy as np

from ...errors import MarketError, count, listing
from ...stats.flow import (
    UNASSIGNED,
    AssignmentGraph,
    InfeasibleFlow,
    largest_assignment,
    with_outside,
)
from ..market.edges import Edges
from ..market.market import Market

WeighedSide = Literal["mentee", "mentor", "both"]


def graph_of(market: Market, pairs: Edges) -> AssignmentGraph:
    """Give the market's acceptable pairs and limits as a flow graph."""
    return AssignmentGraph(pairs.indptr, pairs.mentor, market.lower, market.capacity)


def with_fewest_out(graph: AssignmentGraph) -> AssignmentGraph:
    """Fix participation at its maximum: exactly as many stay outside as must.

    Returns
    -------
    AssignmentGraph
        With the outside as last right node, on which the number of left nodes is fixed.

    Raises
    ------
    InfeasibleFlow
        If the lower limits can't be met.
    """
    n_out = int((largest_assignment(graph) == UNASSIGNED).sum())
    return with_outside(graph, at_least=n_out, at_most=n_out)


def pair_values(pairs: Edges, side: WeighedSide) -> np.ndarray:
    """Give what counts of each pair: one side's utility, or that of the side that gets less."""
    if side == "both":
        return np.minimum(pairs.mentee_utility, pairs.mentor_utility)
    return pairs.mentee_utility if side == "mentee" else pairs.mentor_utility


def other_values(pairs: Edges, side: WeighedSide) -> np.ndarray:
    """Give what tells apart assignments that `pair_values` finds equal."""
    if side == "both":
        return pairs.mentee_utility + pairs.mentor_utility
    return pairs.mentor_utility if side == "mentee" else pairs.mentee_utility


@contextmanager
def mentors_named(market: Market, who: str) -> Iterator[None]:
    """Say with the mentors' ids which lower limits can't be met together.

    Raises
    ------
    MarketError
        In place of `InfeasibleFlow`.
    """
    try:
        yield
    except InfeasibleFlow as error:
        short = error.shortage
        mentors = market.mentor_ids[short.right[market.lower[short.right] > 0]]
        raise MarketError(
            f"{who}: the lower limits of {count(len(mentors), 'mentor')} ({listing(mentors)}) ask "
            f"for {count(short.needed, 'mentee')}, and only {short.available:,} may be matched "
            "with any of them. Lower a limit, or allow more pairs."
        ) from error
