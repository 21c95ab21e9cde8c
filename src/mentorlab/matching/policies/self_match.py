"""A self-match market: people browse, ask and answer, with crowding."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...errors import OptionError, quote
from ...options import Approval, check_option
from ..browsing import browse
from ..market.market import Market
from ..policy import register_policy


@dataclass(frozen=True)
class SelfMatch:
    """Tell what happens if mentees look for a mentor themselves, as on a platform.

    In each round every mentee without a mentor, in random order, looks at some open profiles and
    asks the best of them whom they have not asked before. With one-sided approval the first who
    ask get the places. With two-sided approval a mentor reads a few requests a round and accepts
    those that are good enough for them; requests that are not read lapse with the round.

    Parameters
    ----------
    approval : {"two_sided", "one_sided"}
        Whether mentors may decline.
    n_seen : int
        Profiles that a mentee looks at in a round.
    n_read : int
        Requests that a mentor reads in a round.
    n_rounds : int
        Rounds before the search ends.
    pickiness : float
        The share of acceptable mentees, from 0 up to below 1, whom a mentor declines at first; it
        falls in equal steps to 0 in the last round.

    Notes
    -----
    Not stable: people do not see everybody, requests crowd on the popular, and places go early. The
    defaults are chosen to show the mechanism and are not estimated from a platform.

    References
    ----------
    roth1990 : Two-sided matching (decentralized markets and congestion).

    Examples
    --------
    >>> from mentorlab.matching import Market, assign
    >>> market = Market.from_utilities([[2, 1], [2, 1]], [[1, 2], [2, 1]], capacity=1)
    >>> assign(market, "self_match", seed=1).n_matched
    2
    """

    approval: Approval = "two_sided"
    n_seen: int = 8
    n_read: int = 3
    n_rounds: int = 6
    pickiness: float = 0.5

    def __post_init__(self) -> None:
        who = "SelfMatch"
        check_option(self.approval, Approval, who=who, name="approval")
        for name in ("n_seen", "n_read", "n_rounds"):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < 1:
                raise OptionError(
                    f"{who}: `{name}` must be a whole number above 0; got {quote(value)}."
                )
        if not 0 <= self.pickiness < 1:
            raise OptionError(
                f"{who}: `pickiness` must be from 0 up to below 1; got {quote(self.pickiness)}."
            )

    def __call__(self, market: Market, rng: np.random.Generator) -> np.ndarray:
        return browse(
            market,
            rng,
            two_sided=self.approval == "two_sided",
            n_seen=self.n_seen,
            n_read=self.n_read,
            n_rounds=self.n_rounds,
            pickiness=self.pickiness,
        ).mentor_of


register_policy(
    "self_match",
    SelfMatch,
    side="mentee",
    reference="roth1990",
    question="What if mentees look for a mentor themselves?",
)
