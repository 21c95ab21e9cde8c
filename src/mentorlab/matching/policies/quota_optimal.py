"""The highest total utility under quotas on groups, by mixed-integer programming."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import LinearConstraint, OptimizeResult, milp
from scipy.sparse import csr_array

from ...errors import OptionError, PolicyError, quote
from ..market.edges import Edges
from ..market.market import Market
from ..policy import register_policy
from ..rules.feasibility import Limits, refuse_clashing_rules
from .optimal import Optimal

SCORE_RANGE = 1e4
"""Scores are scaled to this range: HiGHS' absolute gap of 1e-6 is then 1e-10 of the range."""


@dataclass(frozen=True)
class QuotaOptimal(Optimal):
    """Tell the assignment with the highest total utility that honors every quota.

    Parameters
    ----------
    participation_first, mentee_weight, mentor_weight
        As in `Optimal`.
    time_limit : float, optional
        Seconds after which to give up; no limit when left out.

    Raises
    ------
    MarketError
        If no assignment honors all quotas and limits, with a smallest set of quotas that clash.
    OptionError
        If a parameter is out of range.
    PolicyError
        If the time limit is reached before the optimum is proven, or the total alone is to decide
        in a market of ranks.

    Notes
    -----
    Quotas on groups that overlap make the problem NP-hard, so it is solved by branch and bound
    (HiGHS) with no relative gap: the total is the optimum up to 1e-10 of the largest score.
    Programs of up to some hundred people take about a second; several thousand may not finish.
    Without quotas the answer is that of `Optimal`, by flow. Participation first is two programs:
    the largest number of pairs, then the best total with that number. Among equal optima the
    solver chooses, the same one each time; the seed changes nothing.

    References
    ----------
    biro2010; huangfu2018.

    Examples
    --------
    >>> from dataclasses import replace
    >>> from mentorlab.matching import Market, QuotaRows, assign
    >>> market = Market.from_utilities([[5, 1], [5, 4]], [[0, 0], [0, 0]], capacity=2)
    >>> both, second = np.array([True, True]), np.array([False, True])
    >>> spread = QuotaRows(second, both, 1, 2, "at least 1 for the second mentor")
    >>> assign(replace(market, quotas=(spread,)), "quota_optimal", seed=1).mentor_of.tolist()
    [0, 1]
    """

    time_limit: float | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.time_limit is not None and not self.time_limit > 0:
            raise OptionError(
                f"QuotaOptimal: `time_limit` must be seconds above 0; got {quote(self.time_limit)}."
            )

    def __call__(self, market: Market, rng: np.random.Generator) -> np.ndarray:
        if not market.quotas:
            return super().__call__(market, rng)
        self.refuse_ranks(market)
        pairs = market.pairs()
        mentee = pairs.mentee()
        limits = linear_limits(market, pairs, mentee)
        mentor_of = np.full(market.n_mentees, -1, dtype=np.int64)
        if not pairs.n_pairs:
            refuse_clashing_quotas(market)
            return mentor_of
        if self.participation_first:
            everyone = np.ones(pairs.n_pairs)
            n_pairs = round(-self._solve(market, -everyone, limits).fun)
            limits = [*limits, LinearConstraint(csr_array(everyone[None, :]), n_pairs, n_pairs)]
        score = self.total(pairs.mentee_utility, pairs.mentor_utility)
        largest = float(np.abs(score).max())
        cost = -score * (SCORE_RANGE / largest) if largest else score
        taken = np.flatnonzero(self._solve(market, cost, limits).x > 0.5)
        mentor_of[mentee[taken]] = pairs.mentor[taken]
        return mentor_of

    def _solve(
        self, market: Market, cost: np.ndarray, limits: Sequence[LinearConstraint]
    ) -> OptimizeResult:
        options = {"mip_rel_gap": 0.0}
        if self.time_limit is not None:
            options["time_limit"] = float(self.time_limit)
        found = milp(
            cost,
            integrality=np.ones(len(cost)),
            bounds=(0, 1),
            constraints=limits,
            options=options,
        )
        if found.status == 2:
            refuse_clashing_quotas(market)
        if found.status != 0:
            raise PolicyError(
                f"quota_optimal: no optimum was proven for {market.n_mentees:,} mentees, "
                f"{market.n_mentors:,} mentors and {len(market.quotas):,} quotas "
                f"({found.message.strip()}). Raise `time_limit`, drop quotas, or give shorter "
                "lists."
            )
        return found


def linear_limits(market: Market, pairs: Edges, mentee: np.ndarray) -> list[LinearConstraint]:
    """Write capacities, lower limits and quotas as linear limits on the pairs.

    Parameters
    ----------
    market : Market
    pairs : Edges
        Its acceptable pairs.
    mentee : numpy.ndarray
        ``(n_pairs,)`` mentee position of each pair.

    Returns
    -------
    list of scipy.optimize.LinearConstraint
        One row for each mentee, each mentor and each quota.
    """
    everyone = np.arange(pairs.n_pairs)
    ones = np.ones(pairs.n_pairs)
    shape = (market.n_mentees, pairs.n_pairs)
    by_mentee = csr_array((ones, (mentee, everyone)), shape=shape)
    by_mentor = csr_array((ones, (pairs.mentor, everyone)), shape=(market.n_mentors, shape[1]))
    in_quota = [
        quota.mentee_mask[mentee] & quota.mentor_mask[pairs.mentor] for quota in market.quotas
    ]
    return [
        LinearConstraint(by_mentee, -np.inf, 1),
        LinearConstraint(by_mentor, market.lower, market.capacity),
        LinearConstraint(
            csr_array(np.array(in_quota, dtype=float)),
            [quota.low for quota in market.quotas],
            [quota.high for quota in market.quotas],
        ),
    ]


def refuse_clashing_quotas(market: Market) -> None:
    """Name a smallest set of quotas that no assignment honors together.

    Raises
    ------
    MarketError
        If there is one.
    """
    pairs = market.pairs()
    has_lower = bool(market.lower.any())
    names = [quota.name for quota in market.quotas] + ["lower limits of mentors"] * has_lower

    def limits_of(kept: Sequence[int]) -> Limits:
        lower = market.lower if len(market.quotas) in kept else np.zeros_like(market.lower)
        return Limits(
            mentee=pairs.mentee(),
            mentor=pairs.mentor.astype(np.int64),
            capacity=market.capacity,
            lower=lower,
            required=market.required,
            quotas=tuple(market.quotas[place] for place in kept if place < len(market.quotas)),
            n_mentees=market.n_mentees,
        )

    refuse_clashing_rules(
        names, limits_of, market.mentee_ids, market.mentor_ids, who="quota_optimal"
    )


register_policy(
    "quota_optimal",
    QuotaOptimal,
    handles_lower=True,
    handles_quotas=True,
    side="both",
    reference="biro2010",
    question="Which assignment is best among those that honor every quota?",
)
