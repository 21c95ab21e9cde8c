"""Deferred acceptance in which mentors propose."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..kernels.lists import mentors_propose
from ..kernels.matrices import mentors_propose_dense
from ..market.market import Market
from ..market.ties import by_mentor, draw_lots
from ..policy import register_policy


@dataclass(frozen=True)
class MentorProposing:
    """Tell the stable matching that every mentor likes best.

    Notes
    -----
    The same mentees are matched as when mentees propose, and every mentor fills as many places
    (rural hospitals theorem), unless equals are told apart by another lottery.

    References
    ----------
    gale1962 : College admissions and the stability of marriage.
    roth1986 : On the allocation of residents to rural hospitals.

    Examples
    --------
    >>> from mentorlab.matching import Market, assign
    >>> market = Market.from_utilities([[2, 1], [1, 2]], [[1, 2], [2, 1]], capacity=1)
    >>> assign(market, "mentor_proposing", seed=1).mentor_of.tolist()
    [1, 0]
    """

    def __call__(self, market: Market, rng: np.random.Generator) -> np.ndarray:
        mentee_lots = draw_lots(market.n_mentees, rng)
        mentor_lots = draw_lots(market.n_mentors, rng)
        if market.dense is not None:
            dense = market.dense
            return mentors_propose_dense(
                dense.mentee_utility,
                dense.mentor_utility,
                dense.acceptable,
                market.capacity,
                mentee_lots,
                mentor_lots,
            )
        pairs = market.edges
        indptr, order, mentee = by_mentor(pairs, market.n_mentors, mentee_lots)
        return mentors_propose(
            indptr,
            mentee,
            pairs.mentee_utility[order],
            market.capacity,
            mentor_lots,
            market.n_mentees,
        )


register_policy(
    "mentor_proposing",
    MentorProposing,
    stable=True,
    side="mentor",
    reference="roth1986",
    question="Which stable matching do mentors like best?",
)
