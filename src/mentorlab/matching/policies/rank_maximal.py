"""As many first choices as possible, then second choices, and so on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...stats.flow import append_last, inside, settle_in_order, with_outside
from ..kernels.graphs import graph_of, mentors_named, with_fewest_out
from ..market.edges import Edges
from ..market.market import Market
from ..policy import register_policy


@dataclass(frozen=True)
class RankMaximal:
    """Tell the assignment with the most first choices, then the most second choices, ...

    Parameters
    ----------
    participation_first : bool
        False: ranks alone count, as in the literature, and some who could be matched may stay
        out. True: as many mentees as possible are matched, and ranks decide among these.

    Raises
    ------
    MarketError
        If the lower limits can't be met.

    Notes
    -----
    A mentee's rank of a mentor is 1 plus the number of distinct better utilities in the list, so
    equals share a rank. One min-cost flow for each rank that is in anyone's list, each on the
    optima of the ranks before (the arcs of zero reduced cost). Assignments with the same number
    at every rank are told apart by the mentors' total utility, then by the solver, the same one
    each time; the seed changes nothing.

    References
    ----------
    irving2006.

    Examples
    --------
    >>> from mentorlab.matching import Market, assign
    >>> market = Market.from_preferences(
    ...     {"ann": ["mia"], "bob": ["mia", "tom"], "cleo": ["tom", "mia"]},
    ...     {"mia": ["ann", "bob", "cleo"], "tom": ["cleo", "bob"]},
    ...     capacity=1,
    ... )
    >>> assign(market, "rank_maximal", seed=1).mentor_of.tolist()
    [0, -1, 1]
    """

    participation_first: bool = False

    def __call__(self, market: Market, rng: np.random.Generator) -> np.ndarray:
        pairs = market.pairs()
        graph = graph_of(market, pairs)
        with mentors_named(market, "rank_maximal"):
            full = with_fewest_out(graph)
        if not self.participation_first:
            full = with_outside(graph, at_least=0, at_most=market.n_mentees)
        rank = append_last(graph, mentee_ranks(pairs), 0)
        goals = [(rank == level).astype(float) for level in range(1, int(rank.max(initial=0)) + 1)]
        goals.append(append_last(graph, pairs.mentor_utility, 0.0))
        return graph.right_of(inside(full, settle_in_order(full, goals)))


def mentee_ranks(pairs: Edges) -> np.ndarray:
    """Rank each mentee's mentors from 1, equals sharing a rank and leaving no gap.

    Returns
    -------
    numpy.ndarray
        ``(n_pairs,)`` int64.
    """
    worse = np.ones(pairs.n_pairs, dtype=np.int64)
    worse[1:] = pairs.mentee_utility[1:] < pairs.mentee_utility[:-1]
    firsts = pairs.indptr[:-1][np.diff(pairs.indptr) > 0]
    worse[firsts] = 1
    steps = np.cumsum(worse)
    return steps - np.repeat(steps[firsts] - 1, np.diff(pairs.indptr)[np.diff(pairs.indptr) > 0])


register_policy(
    "rank_maximal",
    RankMaximal,
    handles_lower=True,
    side="mentee",
    reference="irving2006",
    question="How many mentees can have their first choice, then their second?",
)
