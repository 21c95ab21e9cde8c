"""The best profile of ranks, against complete enumeration."""

from __future__ import annotations

import numpy as np
import pytest

from mentorlab.matching import Market, assign
from mentorlab.matching.policies.rank_maximal import RankMaximal, mentee_ranks


@pytest.mark.parametrize("seed", range(36))
def test_rank_maximal_gives_the_best_profile_of_ranks(seed, random_market, assert_best, utilities):
    market = random_market(seed, lower=seed % 2 == 1, strict=seed % 5 == 0)
    policy = RankMaximal(participation_first=seed % 3 == 0)
    pairs = market.pairs()
    rank = mentee_ranks(pairs)

    def merit(mentor_of):
        formed = pairs.mentor == mentor_of[pairs.mentee()]
        profile = np.bincount(rank[formed], minlength=rank.max(initial=0) + 1)[1:]
        return (*profile, utilities(market, mentor_of)[1].sum())

    assert_best(market, policy, merit, all_sizes=not policy.participation_first)


def test_ranks_of_equals_are_shared_without_gaps():
    market = Market.from_preferences(
        {"ann": [["mia", "tom"], "zoe"], "bob": [], "cleo": ["zoe"]},
        {"mia": ["ann"], "tom": ["ann"], "zoe": ["ann", "cleo"]},
        capacity=1,
    )
    assert mentee_ranks(market.pairs()).tolist() == [1, 1, 2, 1]


def test_one_pair_and_nobody():
    one = Market.from_utilities([[3.0]], [[1.0]], capacity=1)
    nobody = Market.from_utilities([[3.0]], [[1.0]], capacity=1, acceptable=[[False]])
    assert assign(one, "rank_maximal", seed=1).mentor_of.tolist() == [0]
    assert assign(nobody, "rank_maximal", seed=1).mentor_of.tolist() == [-1]
