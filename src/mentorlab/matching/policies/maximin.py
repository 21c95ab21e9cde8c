"""The worst pair as good as it can be."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...options import check_option
from ...stats.flow import (
    UNASSIGNED,
    AssignmentGraph,
    InfeasibleFlow,
    best_assignment,
    largest_assignment,
)
from ..kernels.graphs import WeighedSide, graph_of, mentors_named, pair_values
from ..market.market import Market
from ..policy import register_policy


@dataclass(frozen=True)
class Maximin:
    """Tell the assignment whose worst-off matched person is as well off as possible.

    Parameters
    ----------
    side : {"mentee", "mentor", "both"}
        Whose utility is looked at; "both" takes in each pair the side that gets less.

    Raises
    ------
    OptionError
        If `side` is none of these.
    MarketError
        If the lower limits can't be met.

    Notes
    -----
    As many mentees as possible are matched; then the least value of a pair is as high as it can
    be; then the total of the values. The threshold is found by bisection over the values, each
    step one largest assignment, O(e sqrt(n) log e), then one min-cost flow above it. Among equal
    optima the solver chooses, the same one each time; the seed changes nothing.

    References
    ----------
    garfinkel1971.

    Examples
    --------
    >>> from mentorlab.matching import Market, assign
    >>> market = Market.from_utilities([[9, 5], [4, 1]], [[0, 0], [0, 0]], capacity=1)
    >>> assign(market, "maximin", seed=1).mentor_of.tolist()
    [1, 0]
    """

    side: WeighedSide = "mentee"

    def __post_init__(self) -> None:
        check_option(self.side, WeighedSide, who="Maximin", name="side")

    def __call__(self, market: Market, rng: np.random.Generator) -> np.ndarray:
        pairs = market.pairs()
        graph, value = graph_of(market, pairs), pair_values(pairs, self.side)
        with mentors_named(market, "maximin"):
            n_matched = most_matched(graph)
        keep = value >= highest_threshold(graph, value, n_matched)
        above = graph.subset(keep)
        return above.right_of(best_assignment(above, value[keep]).chosen)


def highest_threshold(graph: AssignmentGraph, value: np.ndarray, n_matched: int) -> float:
    """Find the highest value that all pairs can reach while as many are matched.

    Parameters
    ----------
    graph : AssignmentGraph
        Acceptable pairs and limits.
    value : numpy.ndarray
        ``(n_pairs,)`` value of each pair.
    n_matched : int
        How many mentees are to be matched, within reach of the whole graph.

    Returns
    -------
    float
        One of the values; minus infinity when nobody is matched.
    """
    levels = np.unique(value)
    if not n_matched:
        return -np.inf
    low, high = 0, len(levels) - 1
    while low < high:
        middle = (low + high + 1) // 2
        try:
            enough = most_matched(graph.subset(value >= levels[middle])) == n_matched
        except InfeasibleFlow:
            enough = False
        low, high = (middle, high) if enough else (low, middle - 1)
    return float(levels[low])


def most_matched(graph: AssignmentGraph) -> int:
    """Count the mentees that can be matched at most.

    Raises
    ------
    InfeasibleFlow
        If the lower limits can't be met.
    """
    return int((largest_assignment(graph) != UNASSIGNED).sum())


register_policy(
    "maximin",
    Maximin,
    handles_lower=True,
    side="mentee",
    reference="garfinkel1971",
    question="How well off can the worst-off mentee be?",
)
