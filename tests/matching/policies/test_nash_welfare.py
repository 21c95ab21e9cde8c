"""The highest product of gains, against complete enumeration."""

from __future__ import annotations

import numpy as np
import pytest

from mentorlab.errors import OptionError
from mentorlab.matching import Market, assign
from mentorlab.matching.policies.nash_welfare import NashWelfare

SIDES = ("mentee", "mentor", "both")


@pytest.mark.parametrize("seed", range(36))
def test_nash_welfare_has_the_highest_product_of_positive_gains(
    seed, random_market, assert_best, utilities
):
    market = random_market(seed, lower=seed % 2 == 1, dense=seed % 3 == 0)
    policy = NashWelfare(SIDES[seed % 3], unmatched=None if seed % 4 else -1.5)

    def merit(mentor_of):
        mentee, mentor = (side - (policy.unmatched or 0.0) for side in utilities(market, mentor_of))
        gains = {"mentee": [mentee], "mentor": [mentor], "both": [mentee, mentor]}[policy.side]
        positive = np.all([gain > 0 for gain in gains], axis=0)
        return positive.sum(), sum(np.log(gain[positive]).sum() for gain in gains)

    assert_best(market, policy, merit)


def test_nash_welfare_reads_ranks_as_gains_over_the_end_of_the_list():
    market = Market.from_preferences(
        {"ann": ["mia", "tom", "zoe"], "bob": ["mia", "tom", "zoe"], "cleo": ["mia", "tom", "zoe"]},
        {name: ["ann", "bob", "cleo"] for name in ("mia", "tom", "zoe")},
        capacity=1,
    )
    assert sorted(assign(market, "nash_welfare", seed=1).mentor_of.tolist()) == [0, 1, 2]


def test_one_pair_and_nobody():
    one = Market.from_utilities([[3.0]], [[1.0]], capacity=1)
    nobody = Market.from_utilities([[3.0]], [[1.0]], capacity=1, acceptable=[[False]])
    assert assign(one, "nash_welfare", seed=1).mentor_of.tolist() == [0]
    assert assign(nobody, "nash_welfare", seed=1).mentor_of.tolist() == [-1]


def test_side_is_one_of_three():
    with pytest.raises(
        OptionError, match="NashWelfare: `side` must be 'mentee', 'mentor' or 'both'"
    ):
        NashWelfare(side="mentees")


def test_the_utility_of_being_unmatched_is_a_number():
    with pytest.raises(OptionError, match="`unmatched` must be a finite number; got nan"):
        NashWelfare(unmatched=float("nan"))
