"""Deferred acceptance in which mentees propose."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..kernels.lists import mentees_propose
from ..kernels.matrices import mentees_propose_dense
from ..market.market import Market
from ..market.ties import break_ties, draw_lots
from ..policy import register_policy


@dataclass(frozen=True)
class MenteeProposing:
    """Tell the stable matching that every mentee likes best.

    Notes
    -----
    Equals are told apart by one lottery a side; the matching is then stable, and no mentee gains
    by lying. A mentor with several places may.

    References
    ----------
    gale1962 : College admissions and the stability of marriage.

    Examples
    --------
    >>> from mentorlab.matching import Market, assign
    >>> market = Market.from_utilities([[2, 1], [1, 2]], [[1, 2], [2, 1]], capacity=1)
    >>> assign(market, "mentee_proposing", seed=1).mentor_of.tolist()
    [0, 1]
    """

    def __call__(self, market: Market, rng: np.random.Generator) -> np.ndarray:
        mentee_lots = draw_lots(market.n_mentees, rng)
        mentor_lots = draw_lots(market.n_mentors, rng)
        if market.dense is not None:
            dense = market.dense
            return mentees_propose_dense(
                dense.mentee_utility,
                dense.mentor_utility,
                dense.acceptable,
                market.capacity,
                mentee_lots,
                mentor_lots,
            )
        pairs = market.edges
        order = break_ties(pairs, mentor_lots)
        mentor, utility = pairs.mentor, pairs.mentor_utility
        if order is not None:
            mentor, utility = mentor[order], utility[order]
        return mentees_propose(pairs.indptr, mentor, utility, market.capacity, mentee_lots)


register_policy(
    "mentee_proposing",
    MenteeProposing,
    stable=True,
    side="mentee",
    reference="gale1962",
    question="Which stable matching do mentees like best?",
)
