"""How much a match depends on the lottery that tells equals apart."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ...errors import OptionError, count, quote
from ...provenance import Provenance
from ...result import Result
from ...rng import child_rng
from ..market.market import Market
from ..policy import Policy, find_policy, run_policy


@dataclass(frozen=True, eq=False, repr=False)
class TieSpread(Result):
    """How matches differ over lotteries.

    Attributes
    ----------
    draws : pandas.DataFrame
        `lottery, n_matched, mentee_total, mentor_total, same_as_first`, one row a lottery; the last
        is the share of mentees whose match is that of the first lottery.
    people : pandas.DataFrame
        `mentee_id, n_mentors, match_prob, top_mentor_prob`, one row a mentee: how many different
        mentors over the lotteries, how often matched, and how often with the most frequent one.
    policy : str
    """

    draws: pd.DataFrame
    people: pd.DataFrame
    policy: str

    def to_frame(self) -> pd.DataFrame:
        """Give the numbers of each lottery."""
        return self.draws.copy()

    def headline(self) -> str:
        """What was drawn how often."""
        low, high = int(self.draws["n_matched"].min()), int(self.draws["n_matched"].max())
        matched = f"{low:,}" if low == high else f"{low:,} to {high:,}"
        drawn = count(len(self.draws), "lottery", "lotteries")
        return f"{drawn} with {self.policy}: {matched} mentees matched"

    def notes(self) -> tuple[str, ...]:
        """Whose match is a matter of luck."""
        moved = int((self.people["top_mentor_prob"] < 1).sum())
        if not moved:
            return ("no match depends on the lottery",)
        lucky = int(self.people["match_prob"].between(0, 1, inclusive="neither").sum())
        return (
            f"{count(moved, 'mentee')} of {len(self.people):,} depend on the lottery; for "
            f"{lucky:,} it decides whether they get a mentor at all",
        )

    def _display_frame(self) -> pd.DataFrame:
        numbers = self.draws.drop(columns="lottery")
        return numbers.agg(["min", "mean", "max"]).T.reset_index(names="measure")


def tie_spread(
    market: Market, policy: str | Policy, *, n_lotteries: int = 20, seed: int
) -> TieSpread:
    """Tell how much a policy's match depends on the lottery among equals.

    Parameters
    ----------
    market : Market
        Left unchanged.
    policy : str or callable
        As `assign` takes it.
    n_lotteries : int
        How often to draw, 2 or more.
    seed : int
        What the draws start from.

    Returns
    -------
    TieSpread

    Raises
    ------
    OptionError
        If `n_lotteries` is not a whole number of 2 or more.
    PolicyError
        As `assign`.

    Notes
    -----
    The spread holds the pool fixed: it is luck among equals, not sampling error.

    Examples
    --------
    >>> from mentorlab.matching import Market, tie_spread
    >>> market = Market.from_preferences(
    ...     {"ann": ["mia", "tom"], "bob": ["mia"]},
    ...     {"mia": [["ann", "bob"]], "tom": ["ann"]},
    ...     capacity=1,
    ... )
    >>> sorted(set(tie_spread(market, "mentee_proposing", seed=1).draws["n_matched"]))
    [1, 2]
    """
    who = "tie_spread"
    if isinstance(n_lotteries, bool) or not isinstance(n_lotteries, int) or n_lotteries < 2:
        raise OptionError(
            f"{who}: `n_lotteries` must be a whole number of 2 or more; got {quote(n_lotteries)}."
        )
    entry, made = find_policy(policy, who=who)
    matches = np.array(
        [
            run_policy(market, made, child_rng(seed, "lottery", entry.name, draw), who=who)
            for draw in range(n_lotteries)
        ]
    )
    pairs = market.pairs()
    mentee = pairs.mentee()
    rows = []
    for draw, mentor_of in enumerate(matches):
        chosen = mentor_of[mentee] == pairs.mentor
        rows.append(
            {
                "lottery": draw + 1,
                "n_matched": int((mentor_of >= 0).sum()),
                "mentee_total": float(pairs.mentee_utility[chosen].sum()),
                "mentor_total": float(pairs.mentor_utility[chosen].sum()),
                "same_as_first": float((mentor_of == matches[0]).mean()),
            }
        )
    return TieSpread(
        draws=pd.DataFrame(rows),
        people=_per_mentee(market, matches),
        policy=entry.name,
        provenance=Provenance(who, {"policy": repr(made), "n": n_lotteries, "seed": seed}),
    )


def _per_mentee(market: Market, matches: np.ndarray) -> pd.DataFrame:
    rows = []
    for name, column in zip(market.mentee_ids, matches.T, strict=True):
        found, times = np.unique(column, return_counts=True)
        rows.append(
            {
                "mentee_id": name,
                "n_mentors": int((found >= 0).sum()),
                "match_prob": float((column >= 0).mean()),
                "top_mentor_prob": float(times.max() / len(column)),
            }
        )
    return pd.DataFrame(rows)
