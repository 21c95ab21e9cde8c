"""Greedy matching: the best pair first."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..kernels.lists import take_in_order
from ..market.edges import Edges
from ..market.market import Market
from ..market.ties import draw_lots
from ..policy import register_policy


@dataclass(frozen=True)
class Greedy:
    """Tell what comes of forming the best pair, then the best of what is left, and so on.

    Notes
    -----
    The worth of a pair is the sum of both utilities. The total is at least half of the largest
    possible one when utilities are not negative. Equals are told apart by lottery.

    References
    ----------
    avis1983 : A survey of heuristics for the weighted matching problem.

    Examples
    --------
    >>> from mentorlab.matching import Market, assign
    >>> market = Market.from_utilities([[3, 2], [2, 0]], [[0, 0], [0, 0]], capacity=1)
    >>> assign(market, "greedy", seed=1).mentor_of.tolist()
    [0, 1]
    """

    def __call__(self, market: Market, rng: np.random.Generator) -> np.ndarray:
        pairs = market.pairs(best_first=False)
        return take_best_first(market, pairs, pairs.mentee_utility + pairs.mentor_utility, rng)


def take_best_first(
    market: Market, pairs: Edges, worth: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """Form pairs in the order of falling worth while both partners have a place.

    Parameters
    ----------
    market : Market
    pairs : Edges
        All acceptable pairs, in any order.
    worth : ndarray of float64, shape (n_pairs,)
        Of these pairs.
    rng : numpy.random.Generator
        Tells equals apart; nothing is drawn where there are none.

    Returns
    -------
    ndarray of int64, shape (n_mentees,)
        Mentor positions, -1 for unmatched.
    """
    mentee = pairs.mentee()
    order = np.argsort(-worth)
    falling = worth[order]
    if (falling[1:] == falling[:-1]).any():
        mentee_lots = draw_lots(market.n_mentees, rng)
        mentor_lots = draw_lots(market.n_mentors, rng)
        order = np.lexsort((mentor_lots[pairs.mentor], mentee_lots[mentee], -worth))
    return take_in_order(mentee[order], pairs.mentor[order], market.capacity, market.n_mentees)


register_policy(
    "greedy",
    Greedy,
    side="both",
    reference="avis1983",
    question="What if the best pair is formed first, then the next?",
)
