"""The fairest from the worst-off upward, against complete enumeration."""

from __future__ import annotations

import numpy as np
import pytest

from mentorlab.errors import OptionError
from mentorlab.matching import Market, assign
from mentorlab.matching.policies.leximin import Leximin
from mentorlab.matching.policy import run_policy
from mentorlab.rng import child_rng

SIDES = ("mentee", "mentor", "both")


def value_of(side, mentee, mentor):
    return {"mentee": mentee, "mentor": mentor, "both": np.minimum(mentee, mentor)}[side]


@pytest.mark.parametrize("seed", range(36))
def test_leximin_lifts_from_the_worst_upward(seed, random_market, assert_best, utilities):
    market = random_market(seed, lower=seed % 2 == 1, dense=seed % 3 == 0)
    policy = Leximin(SIDES[seed % 3])

    def merit(mentor_of):
        mentee, mentor = utilities(market, mentor_of)
        other = {"mentee": mentor, "mentor": mentee, "both": mentee + mentor}[policy.side]
        return (*np.sort(value_of(policy.side, mentee, mentor)), other.sum())

    assert_best(market, policy, merit)


def test_leximin_is_at_least_as_good_as_maximin_for_the_worst_off():
    rng = np.random.default_rng(3)
    market = Market.from_utilities(rng.normal(size=(60, 15)), rng.normal(size=(60, 15)), capacity=4)
    worst = {
        name: run_policy(market, name, child_rng(1)) for name in ("maximin", "leximin", "optimal")
    }
    mentee = market.matrices().mentee_utility
    lowest = {name: mentee[np.arange(60), found].min() for name, found in worst.items()}
    assert lowest["leximin"] == lowest["maximin"] >= lowest["optimal"]


def test_one_pair_and_nobody():
    one = Market.from_utilities([[3.0]], [[1.0]], capacity=1)
    nobody = Market.from_utilities([[3.0]], [[1.0]], capacity=1, acceptable=[[False]])
    assert assign(one, "leximin", seed=1).mentor_of.tolist() == [0]
    assert assign(nobody, "leximin", seed=1).mentor_of.tolist() == [-1]


def test_side_is_one_of_three():
    with pytest.raises(OptionError, match="Leximin: `side` must be 'mentee', 'mentor' or 'both'"):
        Leximin(side="mentees")
