"""Matching by lot: what any other policy has to beat."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..kernels.lists import take_by_lot
from ..market.market import Market
from ..policy import register_policy


@dataclass(frozen=True)
class Random:
    """Tell what chance alone would give: mentees in random order, each to any open mentor.

    Notes
    -----
    A mentee is passed over only when no acceptable mentor has a place left. No wish is read.

    Examples
    --------
    >>> from mentorlab.matching import Market, assign
    >>> market = Market.from_utilities([[1, 2], [2, 1]], [[1, 2], [2, 1]], capacity=1)
    >>> len(assign(market, "random", seed=1).unmatched)
    0
    """

    def __call__(self, market: Market, rng: np.random.Generator) -> np.ndarray:
        pairs = market.pairs(best_first=False)
        order, lots = rng.permutation(market.n_mentees), rng.random(market.n_mentees)
        return take_by_lot(pairs.indptr, pairs.mentor, market.capacity, order, lots)


register_policy(
    "random",
    Random,
    side="none",
    question="What would chance alone give?",
)
