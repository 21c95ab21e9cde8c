"""Greedy matching by likeness."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..by_terms import worth_by_kind
from ..market.market import Market
from ..policy import register_policy
from .greedy import take_best_first


@dataclass(frozen=True)
class Similarity:
    """Tell what comes of matching people with the most alike, best pair first.

    Notes
    -----
    Reads only the market's `Similarity` terms, with their weights.

    References
    ----------
    avis1983 : A survey of heuristics for the weighted matching problem.

    Examples
    --------
    >>> import pandas as pd
    >>> from mentorlab.matching import Similarity, assign, build_market
    >>> people = pd.DataFrame(
    ...     {"person_id": ["a", "b", "m1", "m2"], "role": ["mentee"] * 2 + ["mentor"] * 2,
    ...      "level": ["junior", "senior", "senior", "junior"]}
    ... )
    >>> market = build_market(people, utility=Similarity("level"))
    >>> assign(market, "similarity", seed=1).pairs()["mentor_id"].tolist()
    ['m2', 'm1']
    """

    def __call__(self, market: Market, rng: np.random.Generator) -> np.ndarray:
        worth = worth_by_kind(market, "similarity", policy="similarity")
        return take_best_first(market, market.pairs(), worth, rng)


register_policy(
    "similarity",
    Similarity,
    side="both",
    reference="avis1983",
    question="What if people are matched with those who are like them?",
    needs="similarity",
)
