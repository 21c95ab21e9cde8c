"""The fairest assignment: the worst pair, then the second worst, and so on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...options import check_option
from ...stats.flow import append_last, fewest_of_worst, inside, settle_in_order
from ..kernels.graphs import (
    WeighedSide,
    graph_of,
    mentors_named,
    other_values,
    pair_values,
    with_fewest_out,
)
from ..market.market import Market
from ..policy import register_policy
from .maximin import highest_threshold, most_matched


@dataclass(frozen=True)
class Leximin:
    """Tell the assignment that is best for the worst-off, then for the next, up to the best-off.

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
    As many mentees as possible are matched; then the values of the pairs, sorted from the worst,
    are lexicographically as high as possible. Values are compared as they are, never summed, so
    the answer is exact. Pairs below the maximin threshold are dropped; then each value in turn is
    used as rarely as possible with the use of all worse ones fixed, one search of O(e) for each
    use. Assignments with the same sorted values
    are told apart by the other side's total utility (for "both" by the sum of the two), then by
    the solver, the same one each time; the seed changes nothing.

    References
    ----------
    burkard1991; sokkalingam1998.

    Examples
    --------
    >>> from mentorlab.matching import Market, assign
    >>> market = Market.from_utilities([[1, 1], [1, 5]], [[0, 0], [0, 0]], capacity=1)
    >>> assign(market, "leximin", seed=1).mentor_of.tolist()
    [0, 1]
    """

    side: WeighedSide = "mentee"

    def __post_init__(self) -> None:
        check_option(self.side, WeighedSide, who="Leximin", name="side")

    def __call__(self, market: Market, rng: np.random.Generator) -> np.ndarray:
        pairs = market.pairs()
        value = pair_values(pairs, self.side)
        with mentors_named(market, "leximin"):
            n_matched = most_matched(graph_of(market, pairs))
        high = value >= highest_threshold(graph_of(market, pairs), value, n_matched)
        graph, other = graph_of(market, pairs).subset(high), other_values(pairs, self.side)[high]
        full = with_fewest_out(graph)
        level = np.unique(value[high], return_inverse=True)[1]
        face, kept, _ = fewest_of_worst(full, append_last(graph, level, -1))
        other = append_last(graph, other, 0.0)[kept]
        chosen = np.flatnonzero(kept)[settle_in_order(face, [other])]
        return graph.right_of(inside(full, chosen))


register_policy(
    "leximin",
    Leximin,
    handles_lower=True,
    side="mentee",
    reference="burkard1991",
    question="Which assignment is fairest from the worst-off upward?",
)
