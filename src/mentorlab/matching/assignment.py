"""An assignment: who is matched with whom, by which policy."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from ..errors import OptionError, count, quote
from ..provenance import Provenance
from ..result import Result
from ..rng import child_rng
from .market.market import Market
from .policy import POLICIES, Policy, find_policy, run_policy


@dataclass(frozen=True, eq=False, repr=False)
class Assignment(Result):
    """Who is matched with whom.

    Attributes
    ----------
    market : Market
        What was matched.
    mentor_of : ndarray of int64, shape (n_mentees,)
        The mentor's position of each mentee, -1 for unmatched.
    policy : str
        The policy's name.
    seed : int
        What its draws started from.
    """

    market: Market
    mentor_of: np.ndarray
    policy: str
    seed: int

    plotter: ClassVar[str] = "mentorlab.plots.matching:assignment"
    digits: ClassVar[int] = 2

    @property
    def references(self) -> tuple[str, ...]:
        """Key of the work that the policy rests on."""
        entry = POLICIES.get(self.policy)
        return (entry.reference,) if entry and entry.reference else ()

    @cached_property
    def load(self) -> np.ndarray:
        """How many mentees each mentor got, shape (n_mentors,)."""
        matched = self.mentor_of[self.mentor_of >= 0]
        return np.bincount(matched, minlength=self.market.n_mentors)

    @property
    def n_matched(self) -> int:
        """How many mentees have a mentor."""
        return int((self.mentor_of >= 0).sum())

    @property
    def unmatched(self) -> list[Any]:
        """Ids of the mentees without a mentor."""
        return self.market.mentee_ids[self.mentor_of < 0].tolist()

    def pairs(self) -> pd.DataFrame:
        """List the pairs, one row each: `mentee_id, mentor_id`."""
        matched = np.flatnonzero(self.mentor_of >= 0)
        return pd.DataFrame(
            {
                "mentee_id": self.market.mentee_ids[matched],
                "mentor_id": self.market.mentor_ids[self.mentor_of[matched]],
            }
        ).infer_objects()

    def to_frame(self) -> pd.DataFrame:
        """Give the rows of the members table, two for each pair: `relationship_id, person_id,
        role`.
        """
        pairs = self.pairs()
        width = len(str(max(len(pairs), 1)))
        names = [f"match{place:0{width}d}" for place in range(1, len(pairs) + 1)]
        people = pairs[["mentor_id", "mentee_id"]].to_numpy(dtype=object)
        return pd.DataFrame(
            {
                "relationship_id": pd.Series(np.repeat(names, 2), dtype="str"),
                "person_id": people.ravel(),
                "role": pd.Series(["mentor", "mentee"] * len(pairs), dtype="str"),
            }
        ).infer_objects()

    def headline(self) -> str:
        """What was matched, and how far it went."""
        return (
            f"Assignment by {self.policy}: {count(self.n_matched, 'mentee')} of "
            f"{self.market.n_mentees:,} matched with {count(int((self.load > 0).sum()), 'mentor')}"
        )

    def notes(self) -> tuple[str, ...]:
        """Who was left out, and what to know before quoting."""
        left_out = self.market.n_mentees - self.n_matched
        said = []
        if left_out:
            who = count(left_out, "mentee is", "mentees are")
            said.append(f"{who} unmatched; explain(assignment, person_id) says why")
        full = int((self.load[self.market.capacity > 0] == 0).sum())
        if full:
            said.append(f"{count(full, 'mentor')} with a place got no mentee")
        return (*said, *self.market.caveats)

    def _display_frame(self) -> pd.DataFrame:
        loads = pd.Series(self.load[self.market.capacity > 0], name="mentees").value_counts()
        return loads.sort_index().rename("mentors").rename_axis("mentees").reset_index()


def assign(market: Market, policy: str | Policy, *, seed: int) -> Assignment:
    """Match mentees with mentors by one policy.

    Parameters
    ----------
    market : Market
        Left unchanged.
    policy : str or callable
        A name of `list_policies`, a policy with parameters of its own, or a function of yours (see
        `as_policy`).
    seed : int
        What the policy's draws start from (lotteries for equals). Policies have streams of their
        own, so what one draws changes nothing for another.

    Returns
    -------
    Assignment
        `.pairs()` lists the pairs, `.to_frame()` gives rows of the members table, `.unmatched` the
        ids that were left out.

    Raises
    ------
    OptionError
        If there is no such policy, or the seed is no whole number.
    PolicyError
        If the policy can't honor a rule of the market, or returned what is no assignment.
    NoStableMatching
        If the policy looks for a matching that does not exist.

    Examples
    --------
    >>> market = Market.from_preferences(
    ...     {"ann": ["mia", "tom"], "bob": ["mia"]},
    ...     {"mia": ["bob", "ann"], "tom": ["ann"]},
    ...     capacity=1,
    ... )
    >>> assign(market, "mentee_proposing", seed=1).pairs().values.tolist()
    [['ann', 'tom'], ['bob', 'mia']]
    """
    if not isinstance(market, Market):
        raise OptionError(
            f"assign: `market` must be a Market, such as build_market makes; got {quote(market)}."
        )
    entry, made = find_policy(policy, who="assign")
    mentor_of = run_policy(market, made, child_rng(seed, "policy", entry.name), who="assign")
    return Assignment(
        market=market,
        mentor_of=mentor_of,
        policy=entry.name,
        seed=seed,
        provenance=Provenance(
            "assign",
            {
                "policy": repr(made),
                "seed": seed,
                "market": f"{market.n_mentees} x {market.n_mentors}, {market.n_pairs} pairs",
            },
        ),
    )
