"""Whose match hangs by a thread when utilities are slightly off."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from ...errors import OptionError, count, quote
from ...provenance import Provenance
from ...result import Result
from ...rng import child_rng
from ..assignment import Assignment
from ..market.edges import Dense, Edges
from ..market.market import Market
from ..policy import run_policy
from ..registry import Policy
from ..rerun import name_of, policy_of, stream_of


@dataclass(frozen=True, eq=False, repr=False)
class Robustness(Result):
    """How firmly each match stands against noise in the utilities.

    Attributes
    ----------
    people : pandas.DataFrame
        One row a mentee, the least firm first: `mentee_id`, `mentor_id` (empty for nobody), `same`
        (share of draws with the same answer), `matched` (share of draws with any mentor), `rival`
        (the most frequent other answer, empty for nobody), `rival_share`.
    policy : str
        The policy.
    noise : float
        Standard deviation of the noise as a share of that of the utilities.
    n_draws : int
        Draws.
    """

    people: pd.DataFrame
    policy: str
    noise: float
    n_draws: int

    def to_frame(self) -> pd.DataFrame:
        """Give one row a mentee."""
        return self.people.copy()

    def headline(self) -> str:
        """How many matches stay, on average."""
        return (
            f"{self.policy}: {self.people['same'].mean():.0%} of matches stay the same under noise "
            f"of {self.noise:g} standard deviations ({count(self.n_draws, 'draw')})"
        )

    def notes(self) -> tuple[str, ...]:
        """How to read a share."""
        weak = int((self.people["same"] < 0.5).sum())
        said = ["a match that noise changes is not worse; it is a toss-up on these utilities"]
        if weak:
            said.append(f"{count(weak, 'mentee')} would get another answer in most draws")
        return tuple(said)

    def _display_frame(self) -> pd.DataFrame:
        return self.people.head(10)


def match_robustness(
    assignment: Assignment,
    *,
    noise: float = 0.1,
    n_draws: int = 100,
    policy: Policy | None = None,
    seed: int,
) -> Robustness:
    r"""Tell whose match would change if the utilities were slightly off.

    Parameters
    ----------
    assignment : Assignment
        From `assign`.
    noise : float
        Standard deviation of the noise, as a share of the standard deviation of each side's
        utilities over acceptable pairs.
    n_draws : int
        How many times to draw noise and match again.
    policy : callable, optional
        The policy, where it is not one that `list_policies` names with its defaults.
    seed : int
        What the noise starts from; the policy's own lottery stays that of the assignment.

    Returns
    -------
    Robustness

    Raises
    ------
    OptionError
        If an option is not valid, or the policy can't be found by its name.

    Notes
    -----
    Independent normal noise for each pair and side. Real errors of a score are shared by all of a
    person's pairs where a profile is wrong, which this does not show.

    Examples
    --------
    >>> from mentorlab.matching import Market, assign
    >>> market = Market.from_utilities([[9, 1], [1, 9.0]], [[9, 1], [1, 9.0]], capacity=1)
    >>> firm = match_robustness(assign(market, "mentee_proposing", seed=1), n_draws=20, seed=2)
    >>> firm.to_frame()["same"].tolist()
    [1.0, 1.0]
    """
    who = "match_robustness"
    if not noise > 0:
        raise OptionError(f"{who}: `noise` must be more than 0; got {quote(noise)}.")
    if isinstance(n_draws, bool) or not isinstance(n_draws, (int, np.integer)) or n_draws < 1:
        raise OptionError(f"{who}: `n_draws` must be 1 or more; got {quote(n_draws)}.")
    market = assignment.market
    again = policy_of(assignment, policy, who)
    counts = np.zeros((market.n_mentees, market.n_mentors + 1), dtype=np.int64)
    everyone = np.arange(market.n_mentees)
    for draw in range(n_draws):
        shaken = _shake(market, noise, child_rng(seed, who, draw))
        counts[everyone, run_policy(shaken, again, stream_of(assignment), who=who)] += 1
    return Robustness(
        people=_firmness(assignment, counts / n_draws),
        policy=assignment.policy,
        noise=float(noise),
        n_draws=int(n_draws),
        provenance=Provenance(who, {"noise": noise, "n_draws": n_draws, "seed": seed}),
    )


def _shake(market: Market, noise: float, rng: np.random.Generator) -> Market:
    held = market.dense if market.dense is not None else market.edges
    mask = market.dense.acceptable if market.dense is not None else None
    sides = []
    for utility in (held.mentee_utility, held.mentor_utility):
        spread = float((utility if mask is None else utility[mask]).std()) if utility.size else 0.0
        sides.append(utility + noise * spread * rng.standard_normal(utility.shape))
    if market.dense is not None:
        return replace(market, dense=Dense(sides[0], sides[1], mask))
    lists = Edges.from_pairs(
        market.edges.mentee(), market.edges.mentor, *sides, n_mentees=market.n_mentees
    )
    return replace(market, edges=lists)


def _firmness(assignment: Assignment, shares: np.ndarray) -> pd.DataFrame:
    market = assignment.market
    everyone = np.arange(market.n_mentees)
    own = assignment.mentor_of
    others = shares.copy()
    others[everyone, own] = -1.0
    rival = others.argmax(axis=1)
    rival = np.where(rival == market.n_mentors, -1, rival)
    rival_share = np.maximum(others.max(axis=1), 0.0)
    frame = pd.DataFrame(
        {
            "mentee_id": market.mentee_ids,
            "mentor_id": pd.Series([name_of(market, j) for j in own], dtype="object"),
            "same": shares[everyone, own],
            "matched": 1.0 - shares[:, -1],
            "rival": pd.Series(
                [
                    name_of(market, j) if share > 0 else None
                    for j, share in zip(rival, rival_share, strict=True)
                ],
                dtype="object",
            ),
            "rival_share": rival_share,
        }
    )
    return frame.sort_values("same", kind="stable").reset_index(drop=True)
