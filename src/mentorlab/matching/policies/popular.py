"""Popular matching: no other assignment wins a vote against it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...errors import MentorlabError, count, listing
from ...stats.flow import (
    UNASSIGNED,
    AssignmentGraph,
    append_last,
    inside,
    largest_assignment,
    left_out_because,
    settle_in_order,
    with_outside,
)
from ..kernels.graphs import graph_of
from ..kernels.popularity import can_stay_open
from ..market.edges import Edges
from ..market.market import Market
from ..policy import register_policy
from .rank_maximal import mentee_ranks


class NoPopularMatching(MentorlabError, LookupError):  # noqa: N818 - as NoStableMatching
    """Every assignment of this market loses a vote among mentees against another one."""


@dataclass(frozen=True)
class Popular:
    """Tell an assignment that no other one beats in a vote among the mentees.

    Raises
    ------
    NoPopularMatching
        If every assignment loses a vote against another one, with the mentees who crowd the
        mentors that decide it.

    Notes
    -----
    Every mentee votes for the assignment in which their own mentor is better; equals abstain;
    mentors do not vote. A popular assignment gives each mentee either a first choice or a best
    one among the mentors that first choices leave open ("second" choice, the mentor or staying
    unmatched), and serves as many first choices as can be (Abraham et al. 2007; with capacities
    Manlove and Sng 2006). These conditions are one flow: lists may be incomplete and hold equals.
    Of several, the one with the most matched mentees is taken, then the highest total of the
    mentees' utilities, then the solver's choice, the same one each time; the seed changes
    nothing.

    References
    ----------
    abraham2007; manlove2006.

    Examples
    --------
    >>> from mentorlab.matching import Market, assign
    >>> market = Market.from_utilities([[3, 1], [3, 2]], [[0, 0], [0, 0]], capacity=1)
    >>> sorted(assign(market, "popular", seed=1).mentor_of.tolist())
    [0, 1]
    """

    def __call__(self, market: Market, rng: np.random.Generator) -> np.ndarray:
        pairs = market.pairs()
        pairs = pairs.keep(market.capacity[pairs.mentor] > 0)
        graph = graph_of(market, pairs)
        rank = mentee_ranks(pairs)
        firsts = largest_assignment(graph.subset(rank == 1))
        allowed, may_stay_out = _first_or_second(graph, pairs, rank, firsts)
        outside = with_outside(graph, at_least=0, at_most=market.n_mentees)
        usable = append_last(graph, allowed, False)
        usable[outside.indptr[1:] - 1] = may_stay_out
        full = outside.subset(usable)
        _refuse_crowding(market, full)
        goals = np.stack(
            [
                append_last(graph, (rank == 1).astype(float), 0.0),
                append_last(graph, np.ones(pairs.n_pairs), 0.0),
                append_last(graph, pairs.mentee_utility, 0.0),
            ]
        )[:, usable]
        chosen = settle_in_order(full, goals)
        if goals[0][chosen].sum() < (firsts != UNASSIGNED).sum():
            raise NoPopularMatching(
                "popular: no popular matching exists: whoever serves as many first choices as "
                f"possible ({count(int((firsts != UNASSIGNED).sum()), 'mentee')}) leaves others "
                "below the best mentor that is still open to them, and they would outvote it. "
                "Use 'rank_maximal' for an answer that always exists."
            )
        return graph.right_of(inside(outside, np.flatnonzero(usable)[chosen]))


def _first_or_second(
    graph: AssignmentGraph, pairs: Edges, rank: np.ndarray, firsts: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Mark the pairs that a popular matching may use, and the mentees who may stay out."""
    first_pairs = graph.subset(rank == 1)
    order = np.argsort(first_pairs.right, kind="stable")
    starts = np.searchsorted(first_pairs.right[order], np.arange(graph.n_right + 1))
    open_to_all = can_stay_open(
        first_pairs.indptr, first_pairs.right, order, starts, graph.upper, firsts
    )
    is_open = open_to_all[pairs.mentor]
    never = len(pairs.mentor) + 1
    second = np.full(graph.n_left, never)
    np.minimum.at(second, graph.left[is_open], rank[is_open])
    allowed = (rank == 1) | (is_open & (rank == second[graph.left]))
    return allowed, second == never


def _refuse_crowding(market: Market, full: AssignmentGraph) -> None:
    crowd = left_out_because(full, largest_assignment(full))
    if crowd is not None:
        mentors = market.mentor_ids[crowd.right]
        raise NoPopularMatching(
            f"popular: no popular matching exists: {count(crowd.needed, 'mentee')} "
            f"({listing(market.mentee_ids[crowd.left])}) would each need a first choice or the "
            "best mentor that first choices leave open, and these "
            f"{count(len(mentors), 'mentor')} ({listing(mentors)}) have "
            f"{count(crowd.available, 'place')}. Use 'rank_maximal' for an answer that always "
            "exists."
        )


register_policy(
    "popular",
    Popular,
    side="mentee",
    reference="abraham2007",
    question="Is there an assignment that no majority of mentees would vote out?",
)
