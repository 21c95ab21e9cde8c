"""Immediate acceptance: places go for good to whoever asked for them first."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..kernels.lists import accept_at_once
from ..market.market import Market
from ..market.ties import break_ties, draw_lots
from ..policy import register_policy


@dataclass(frozen=True)
class FirstCome:
    """Tell what happens if every wish is granted at once while places last.

    In round k each mentee without a mentor asks the k-th of their list; a mentor takes the best of
    those who ask, for good, while places last.

    Notes
    -----
    Also called immediate acceptance or the Boston mechanism. Not stable, and easy to game: naming
    a mentor who is less in demand first may pay (see `misreport_gain`).

    References
    ----------
    abdulkadiroglu2003 : School choice: a mechanism design approach.

    Examples
    --------
    >>> from mentorlab.matching import Market, assign
    >>> market = Market.from_utilities([[2, 1], [2, 1]], [[1, 2], [2, 1]], capacity=1)
    >>> assign(market, "first_come", seed=1).mentor_of.tolist()
    [1, 0]
    """

    def __call__(self, market: Market, rng: np.random.Generator) -> np.ndarray:
        mentee_lots = draw_lots(market.n_mentees, rng)
        pairs = market.pairs()
        order = break_ties(pairs, draw_lots(market.n_mentors, rng))
        mentor, utility = pairs.mentor, pairs.mentor_utility
        if order is not None:
            mentor, utility = mentor[order], utility[order]
        return accept_at_once(pairs.indptr, mentor, utility, market.capacity, mentee_lots)


register_policy(
    "first_come",
    FirstCome,
    side="mentee",
    reference="abdulkadiroglu2003",
    question="What if first wishes are granted first?",
)
