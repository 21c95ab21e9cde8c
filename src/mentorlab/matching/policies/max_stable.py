"""A large stable matching where wishes have ties."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..kernels.held import heap_starts
from ..kernels.promotion import propose_with_promotion
from ..market.market import Market
from ..policy import register_policy


@dataclass(frozen=True)
class MaxStable:
    """Tell how many mentees a stable matching can serve when people are indifferent.

    Where there are ties, stable matchings differ in size and the largest is hard to find. This one
    serves at least two thirds as many mentees as the largest, and usually nearly all.

    Notes
    -----
    Kiraly's promotion: whoever is refused by all tries once more and then wins ties. Without ties
    it is deferred acceptance with mentees proposing.

    References
    ----------
    kiraly2013 : Linear time local approximation algorithm for maximum stable marriage.
    mcdermid2009 : A 3/2-approximation algorithm for general stable marriage.

    Examples
    --------
    >>> from mentorlab.matching import Market, assign
    >>> market = Market.from_preferences(
    ...     {"ann": ["mia", "tom"], "bob": ["mia"]},
    ...     {"mia": [["ann", "bob"]], "tom": ["ann"]},
    ...     capacity=1,
    ... )
    >>> assign(market, "max_stable", seed=1).n_matched
    2
    """

    def __call__(self, market: Market, rng: np.random.Generator) -> np.ndarray:
        pairs = market.pairs()
        in_degree = np.bincount(pairs.mentor, minlength=market.n_mentors)
        places = np.minimum(market.capacity, in_degree)
        return propose_with_promotion(
            pairs.indptr,
            pairs.mentor,
            pairs.mentee_utility,
            pairs.mentor_utility,
            places,
            heap_starts(places),
            rng.permutation(market.n_mentees),
        )


register_policy(
    "max_stable",
    MaxStable,
    stable=True,
    side="mentee",
    reference="kiraly2013",
    question="How many mentees can a stable matching serve when people are indifferent?",
)
