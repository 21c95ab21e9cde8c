"""Strongly stable matching, where it exists."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...errors import NoStableMatching
from ...options import PartnerRole, check_option
from ..market.market import Market
from ..policy import register_policy
from ..stability.mentor_best import best_for_mentors
from ..stability.strong import strongly_stable_for_mentees


@dataclass(frozen=True)
class StronglyStable:
    """Tell whether a matching exists that nobody can undo with someone who does not mind.

    Parameters
    ----------
    best_for : {"mentee", "mentor"}
        Which of these matchings is taken, if there are several.

    Raises
    ------
    NoStableMatching
        If none exists.

    Notes
    -----
    No pair that is not matched may exist in which one would gain and the other would not lose.

    References
    ----------
    irving2003 : Strong stability in the hospitals/residents problem.

    Examples
    --------
    >>> from mentorlab.matching import Market, assign
    >>> market = Market.from_preferences(
    ...     {"ann": ["mia", "tom"], "bob": ["mia"]},
    ...     {"mia": ["bob", "ann"], "tom": ["ann"]},
    ...     capacity=1,
    ... )
    >>> assign(market, "strongly_stable", seed=1).pairs()["mentor_id"].tolist()
    ['tom', 'mia']
    """

    best_for: PartnerRole = "mentee"

    def __post_init__(self) -> None:
        check_option(self.best_for, PartnerRole, who="StronglyStable", name="best_for")

    def __call__(self, market: Market, rng: np.random.Generator) -> np.ndarray:
        pairs = market.pairs()
        everything = np.ones(pairs.n_pairs, dtype=bool)
        if self.best_for == "mentee":
            found = strongly_stable_for_mentees(pairs, market.capacity, everything)
        else:
            found = best_for_mentors(
                pairs, market.capacity, everything, strongly_stable_for_mentees
            )
        if found is None:
            raise NoStableMatching(
                "assign: this market has no strongly stable matching: whichever is formed, someone "
                "who would gain finds someone who would not lose. Use 'mentee_proposing' (ties by "
                "lottery) or 'max_stable'."
            )
        return found


register_policy(
    "strongly_stable",
    StronglyStable,
    stable=True,
    side="mentee",
    reference="irving2003",
    question="Is there a matching that nobody can undo with someone who does not mind?",
)
