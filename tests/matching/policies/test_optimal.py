"""The highest total, against complete enumeration and largest assignments."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from mentorlab.errors import MarketError, OptionError, PolicyError
from mentorlab.matching import Market, assign
from mentorlab.matching.policies.optimal import Optimal
from mentorlab.matching.policy import run_policy
from mentorlab.rng import child_rng


def n_matched(mentor_of):
    return int((mentor_of >= 0).sum())


@pytest.mark.parametrize("dense", [False, True])
@pytest.mark.parametrize("participation_first", [True, False])
@pytest.mark.parametrize("seed", range(30))
def test_total_is_the_highest(
    seed, participation_first, dense, random_market, every_assignment, utilities
):
    market = random_market(seed, lower=seed % 2 == 1, dense=dense, strict=seed % 4 > 1)
    policy = Optimal(participation_first, mentee_weight=1.0, mentor_weight=0.25 * (seed % 5))

    def total(mentor_of):
        mentee, mentor = utilities(market, mentor_of)
        return mentee.sum() + policy.mentor_weight * mentor.sum()

    everything = every_assignment(market)
    if not everything:
        with pytest.raises(MarketError, match="the lower limits of"):
            assign(market, policy, seed=1)
        return
    largest = max(map(n_matched, everything))
    if participation_first:
        everything = [found for found in everything if n_matched(found) == largest]
    found = run_policy(market, policy, child_rng(1))
    assert total(found) == pytest.approx(max(map(total, everything)), abs=1e-7)
    if participation_first:
        assert n_matched(found) == largest


def test_lists_and_matrices_give_the_same_total(random_market, utilities):
    for seed in range(20):
        market = random_market(seed, dense=True, strict=True, largest=12)
        listed = replace(market, dense=None, edges=market.pairs())
        totals = [
            sum(side.sum() for side in utilities(each, run_policy(each, "optimal", child_rng(1))))
            for each in (market, listed)
        ]
        assert totals[0] == pytest.approx(totals[1], abs=1e-7)


def test_required_pairs_are_kept_and_the_rest_is_best():
    market = Market.from_utilities([[5, 4], [4, 0]], [[0, 0], [0, 0]], capacity=1)
    kept = replace(market, required=np.array([[0, 0]]))
    assert run_policy(kept, "optimal", child_rng(1)).tolist() == [0, 1]


def test_participation_first_costs_total_where_it_must():
    market = Market.from_utilities([[1, -9]], [[0, 0]], capacity=[0, 1])
    assert run_policy(market, "optimal", child_rng(1)).tolist() == [1]
    free = assign(market, Optimal(participation_first=False), seed=1)
    assert free.mentor_of.tolist() == [-1]


def test_ranks_can_not_decide_alone():
    market = Market.from_preferences({"ann": ["mia"]}, {"mia": ["ann"]}, capacity=1)
    assert len(assign(market, "optimal", seed=1).unmatched) == 0
    with pytest.raises(PolicyError, match="needs utilities that measure something"):
        assign(market, Optimal(participation_first=False), seed=1)


@pytest.mark.parametrize("weights", [(-1.0, 1.0), (0.0, 0.0), (np.nan, 1.0), (np.inf, 1.0)])
def test_weights_must_be_weights(weights):
    with pytest.raises(OptionError, match="Optimal: `mentee_weight` and `mentor_weight` must be"):
        Optimal(mentee_weight=weights[0], mentor_weight=weights[1])


def test_lower_limits_that_clash_name_the_mentors():
    market = Market.from_utilities(
        [[1, 1, 1]], [[1, 1, 1]], capacity=2, mentee_ids=["ann"], mentor_ids=["mia", "tom", "zoe"]
    )
    market = replace(market, lower=np.array([1, 0, 1]))
    with pytest.raises(MarketError, match=r"2 mentors \('mia' or 'zoe'\) ask for 2 mentees, and"):
        assign(market, "optimal", seed=1)


def test_the_seed_changes_nothing(random_market):
    market = random_market(3, largest=5)
    first, second = (run_policy(market, "optimal", child_rng(seed)) for seed in (1, 2))
    assert first.tolist() == second.tolist()
