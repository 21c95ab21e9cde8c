"""The highest total utility, by min-cost flow."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...errors import OptionError, PolicyError, quote
from ...stats.flow import best_assignment, best_of_matrix
from ..kernels.graphs import graph_of, mentors_named
from ..market.market import Market
from ..policy import register_policy


@dataclass(frozen=True)
class Optimal:
    """Tell the assignment with the highest total utility.

    Parameters
    ----------
    participation_first : bool
        True: as many mentees as possible are matched, and among these assignments the best total
        wins. False: the total alone counts, and a pair that lowers it is not formed.
    mentee_weight, mentor_weight : float
        How much each side's utility counts in the total; 0 or more, not both 0.

    Raises
    ------
    OptionError
        If the weights are no such numbers.
    PolicyError
        If the total alone is to decide in a market of ranks, which measure nothing.
    MarketError
        If the lower limits can't be met.

    Notes
    -----
    Maximizes the sum of ``mentee_weight * mentee utility + mentor_weight * mentor utility`` over
    the pairs, within capacities and lower limits; polynomial, and on people, not on places.
    Matrices are solved by inserting mentees one at a time along shortest paths between mentors,
    O(n m (m + places)) at worst; matrices with lower limits and lists by min-cost flow,
    O(n^2 e log(n C)) at worst. The total is the optimum up to rounding of the scores to 36 bits
    of their range (50 in matrices without lower limits, fewer above 4,000 people), and exact for
    whole numbers. Among equal optima the solver chooses, the same one each time; the seed changes
    nothing. The optimum need not be stable.

    References
    ----------
    ahuja1993; goldberg1990; jonker1987.

    Examples
    --------
    >>> from mentorlab.matching import Market, assign
    >>> market = Market.from_utilities([[5, 4], [4, 0]], [[0, 0], [0, 0]], capacity=1)
    >>> assign(market, "optimal", seed=1).mentor_of.tolist()
    [1, 0]
    """

    participation_first: bool = True
    mentee_weight: float = 1.0
    mentor_weight: float = 1.0

    def __post_init__(self) -> None:
        weights = (self.mentee_weight, self.mentor_weight)
        if not all(np.isfinite(weight) and weight >= 0 for weight in weights) or not any(weights):
            raise OptionError(
                f"{type(self).__name__}: `mentee_weight` and `mentor_weight` must be 0 or more and "
                f"not both 0; got {quote(weights)}."
            )

    def __call__(self, market: Market, rng: np.random.Generator) -> np.ndarray:
        self.refuse_ranks(market)
        with mentors_named(market, "optimal"):
            if market.dense is not None:
                dense = market.dense
                return best_of_matrix(
                    self.total(dense.mentee_utility, dense.mentor_utility),
                    upper=market.capacity,
                    lower=market.lower,
                    acceptable=dense.acceptable,
                    participation_first=self.participation_first,
                ).place
            pairs = market.edges
            graph = graph_of(market, pairs)
            score = self.total(pairs.mentee_utility, pairs.mentor_utility)
            optimum = best_assignment(graph, score, participation_first=self.participation_first)
            return graph.right_of(optimum.chosen)

    def refuse_ranks(self, market: Market) -> None:
        """Refuse to let the total alone decide where utilities measure nothing.

        Raises
        ------
        PolicyError
            If the market has ranks only and participation does not come first.
        """
        if market.ordinal and not self.participation_first:
            raise PolicyError(
                f"{type(self).__name__}: `participation_first=False` needs utilities that measure "
                "something; this market has ranks only, in which every pair would count less than "
                "none. Use participation_first=True, or Market.from_utilities."
            )

    def total(self, mentee_utility: np.ndarray, mentor_utility: np.ndarray) -> np.ndarray:
        """Weigh what the two sides get from each pair into one score."""
        return self.mentee_weight * mentee_utility + self.mentor_weight * mentor_utility


register_policy(
    "optimal",
    Optimal,
    handles_lower=True,
    side="both",
    reference="ahuja1993",
    question="Which assignment has the highest total quality?",
)
