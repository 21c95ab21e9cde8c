"""Random serial dictatorship: mentees draw a number and choose in turn."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..market.market import Market
from ..policy import register_policy


@dataclass(frozen=True)
class SerialDictatorship:
    """Tell what each mentee would get by choosing in the order of a lottery.

    Notes
    -----
    Strategy-proof for mentees and ex-post efficient for them; mentors' wishes count only through
    acceptability. Equals in a mentee's list are told apart by position.

    References
    ----------
    abdulkadiroglu1998 : Random serial dictatorship and the core from random endowments.

    Examples
    --------
    >>> from mentorlab.matching import Market, assign
    >>> market = Market.from_utilities([[2, 1], [2, 1]], [[1, 1], [1, 1]], capacity=1)
    >>> sorted(assign(market, "serial_dictatorship", seed=1).mentor_of.tolist())
    [0, 1]
    """

    def __call__(self, market: Market, rng: np.random.Generator) -> np.ndarray:
        pairs = market.pairs()
        places = market.capacity.copy()
        mentor_of = np.full(market.n_mentees, -1, dtype=np.int64)
        for i in rng.permutation(market.n_mentees):
            row = pairs.mentor[pairs.indptr[i] : pairs.indptr[i + 1]]
            open_places = np.flatnonzero(places[row] > 0)
            if len(open_places):
                mentor_of[i] = row[open_places[0]]
                places[mentor_of[i]] -= 1
        return mentor_of


register_policy(
    "serial_dictatorship",
    SerialDictatorship,
    side="mentee",
    reference="abdulkadiroglu1998",
    question="What if mentees draw a number and choose in turn?",
)
