"""The stable matching that serves both sides best together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from ...errors import OptionError, quote
from ...options import check_option
from ...stats.flow import cheapest_closed_set
from ..kernels.lists import mentees_propose
from ..kernels.rotations import find_rotations
from ..market.edges import Edges
from ..market.market import Market
from ..market.ties import break_ties, draw_lots
from ..policy import register_policy

Measure = Literal["rank", "utility"]
_SUM_BITS = 60


@dataclass(frozen=True)
class EgalitarianStable:
    """Tell which stable matching is best for mentees and mentors together.

    Parameters
    ----------
    measure : {"rank", "utility"}
        What is summed over the pairs: how far down each partner stands in the other's list (1 is
        the best, equals share a rank), or the utilities.
    mentee_weight, mentor_weight : float
        How much each side counts; 0 or more, not both 0.

    Raises
    ------
    OptionError
        If a parameter is out of range.

    Notes
    -----
    Deferred acceptance gives the stable matching that is best for one side and worst for the
    other. All stable matchings lie between the two and differ by rotations; the best of them is
    the cheapest set of rotations that contains what each one needs, a minimum cut (Irving,
    Leather and Gusfield 1987; with capacities by the same steps on the worst mentee each mentor
    holds). Exact and polynomial, O(e) for the rotations and one maximum flow on them.

    Equals are told apart by one lottery a side, and the answer is the best among the stable
    matchings of the market so ordered; the best over all ways to order equals is NP-hard. Without
    equals the seed changes nothing. Of several best ones, the one that mentees like best.

    References
    ----------
    irving1987; gusfield1989; manlove2002.

    Examples
    --------
    >>> from mentorlab.matching import Market, assign
    >>> market = Market.from_utilities(
    ...     [[3, 2, 1], [1, 3, 2], [2, 1, 3]], [[1, 2, 3], [3, 1, 2], [2, 3, 1]], capacity=1
    ... )
    >>> assign(market, EgalitarianStable(mentor_weight=2.0), seed=1).mentor_of.tolist()
    [2, 0, 1]
    """

    measure: Measure = "rank"
    mentee_weight: float = 1.0
    mentor_weight: float = 1.0

    def __post_init__(self) -> None:
        check_option(self.measure, Measure, who="EgalitarianStable", name="measure")
        weights = (self.mentee_weight, self.mentor_weight)
        if not all(np.isfinite(weight) and weight >= 0 for weight in weights) or not any(weights):
            raise OptionError(
                "EgalitarianStable: `mentee_weight` and `mentor_weight` must be 0 or more and not "
                f"both 0; got {quote(weights)}."
            )

    def __call__(self, market: Market, rng: np.random.Generator) -> np.ndarray:
        mentee_lots = draw_lots(market.n_mentees, rng)
        mentor_lots = draw_lots(market.n_mentors, rng)
        pairs = market.pairs()
        order = break_ties(pairs, mentor_lots)
        if order is not None:
            pairs = Edges(
                pairs.indptr,
                pairs.mentor[order],
                pairs.mentee_utility[order],
                pairs.mentor_utility[order],
            )
        mentee = pairs.mentee()
        line = np.lexsort((mentee_lots[mentee], -pairs.mentor_utility, pairs.mentor))
        starts = np.searchsorted(pairs.mentor[line], np.arange(market.n_mentors + 1))
        rank = np.empty(pairs.n_pairs, dtype=np.int64)
        rank[line] = np.arange(pairs.n_pairs) - starts[pairs.mentor[line]]
        lots = np.zeros(market.n_mentees, dtype=np.int64)
        best = mentees_propose(
            pairs.indptr, pairs.mentor, -rank.astype(float), market.capacity, lots
        )
        position = _pair_positions(pairs, mentee, best)
        worst_first = mentee[line[starts[pairs.mentor[line]] + starts[pairs.mentor[line] + 1] - 1
                                  - np.arange(pairs.n_pairs)]]  # fmt: skip
        rotations = find_rotations(
            pairs.indptr,
            pairs.mentor,
            rank,
            worst_first.astype(np.int32),
            starts.astype(np.int64),
            market.capacity,
            position,
        )
        cost = self._cost(pairs, mentee, line, starts)
        chosen = cheapest_closed_set(
            _rotation_costs(rotations.rotation, cost[rotations.new] - cost[rotations.old]),
            rotations.later,
            rotations.earlier,
        )
        moved = chosen[rotations.rotation]
        np.maximum.at(position, mentee[rotations.new[moved]], rotations.new[moved])
        mentor_of = np.full(market.n_mentees, -1, dtype=np.int64)
        mentor_of[position >= 0] = pairs.mentor[position[position >= 0]]
        return mentor_of

    def _cost(
        self, pairs: Edges, mentee: np.ndarray, line: np.ndarray, starts: np.ndarray
    ) -> np.ndarray:
        """Cost of each pair, lower is better."""
        if self.measure == "utility":
            return -(
                self.mentee_weight * pairs.mentee_utility
                + self.mentor_weight * pairs.mentor_utility
            )
        by_mentee = shared_ranks(pairs.mentee_utility, mentee, pairs.indptr)
        by_mentor = np.empty(pairs.n_pairs)
        by_mentor[line] = shared_ranks(pairs.mentor_utility[line], pairs.mentor[line], starts)
        return self.mentee_weight * by_mentee + self.mentor_weight * by_mentor


def shared_ranks(utility: np.ndarray, owner: np.ndarray, starts: np.ndarray) -> np.ndarray:
    """Rank sorted lists from 1 by how many are better, equals sharing a rank.

    Parameters
    ----------
    utility, owner : numpy.ndarray
        ``(e,)`` utilities, best first within each owner's list, and the owner of each entry.
    starts : numpy.ndarray
        ``(n_owners + 1,)`` where each list begins.

    Returns
    -------
    numpy.ndarray
        ``(e,)`` float64.
    """
    place = np.arange(len(utility))
    opens = np.ones(len(utility), dtype=bool)
    opens[1:] = (utility[1:] != utility[:-1]) | (owner[1:] != owner[:-1])
    first = np.maximum.accumulate(np.where(opens, place, 0))
    return (first - starts[owner] + 1).astype(float)


def _pair_positions(pairs: Edges, mentee: np.ndarray, mentor_of: np.ndarray) -> np.ndarray:
    position = np.full(len(mentor_of), -1, dtype=np.int64)
    formed = np.flatnonzero(pairs.mentor == mentor_of[mentee])
    position[mentee[formed]] = formed
    return position


def _rotation_costs(rotation: np.ndarray, change: np.ndarray) -> np.ndarray:
    total = np.bincount(rotation, weights=change)
    if (total == np.rint(total)).all():
        return total.astype(np.int64)
    room = 2.0 ** (_SUM_BITS - int(np.ceil(np.log2(np.abs(total).sum()))))
    return np.rint(total * room).astype(np.int64)


register_policy(
    "egalitarian_stable",
    EgalitarianStable,
    stable=True,
    side="both",
    reference="irving1987",
    question="Which stable matching serves both sides best together?",
)
