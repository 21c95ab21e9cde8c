"""Super-stable matching, where it exists."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...errors import NoStableMatching
from ...options import PartnerRole, check_option
from ..market.market import Market
from ..policy import register_policy
from ..stability.mentor_best import best_for_mentors
from ..stability.super import super_stable_for_mentees


@dataclass(frozen=True)
class SuperStable:
    """Tell whether a matching exists that stays stable however equals are told apart.

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
    No pair that is not matched may exist in which both like each other at least as much as whom
    they have.

    References
    ----------
    irving2000 : The hospitals/residents problem with ties.

    Examples
    --------
    >>> from mentorlab.matching import Market, assign
    >>> market = Market.from_preferences(
    ...     {"ann": ["mia"], "bob": ["mia"]}, {"mia": [["ann", "bob"]]}, capacity=1
    ... )
    >>> assign(market, "super_stable", seed=1)
    Traceback (most recent call last):
    mentorlab.errors.NoStableMatching: assign: this market has no super-stable matching: ...
    """

    best_for: PartnerRole = "mentee"

    def __post_init__(self) -> None:
        check_option(self.best_for, PartnerRole, who="SuperStable", name="best_for")

    def __call__(self, market: Market, rng: np.random.Generator) -> np.ndarray:
        pairs = market.pairs()
        everything = np.ones(pairs.n_pairs, dtype=bool)
        if self.best_for == "mentee":
            found = super_stable_for_mentees(pairs, market.capacity, everything)
        else:
            found = best_for_mentors(pairs, market.capacity, everything, super_stable_for_mentees)
        if found is None:
            raise NoStableMatching(
                "assign: this market has no super-stable matching: whichever is formed, two people "
                "who are not matched like each other at least as much as whom they have. Use "
                "'mentee_proposing' (ties by lottery) or 'max_stable'."
            )
        return found


register_policy(
    "super_stable",
    SuperStable,
    stable=True,
    side="mentee",
    reference="irving2000",
    question="Is there a matching that stays stable however equals are told apart?",
)
