"""The best worst-off, against complete enumeration."""

from __future__ import annotations

import numpy as np
import pytest

from mentorlab.errors import OptionError
from mentorlab.matching import Market, assign
from mentorlab.matching.policies.maximin import Maximin

SIDES = ("mentee", "mentor", "both")


def value_of(side, mentee, mentor):
    return {"mentee": mentee, "mentor": mentor, "both": np.minimum(mentee, mentor)}[side]


@pytest.mark.parametrize("seed", range(36))
def test_maximin_lifts_the_worst_off_then_the_total(seed, random_market, assert_best, utilities):
    market = random_market(seed, lower=seed % 2 == 1, dense=seed % 3 == 0)
    policy = Maximin(SIDES[seed % 3])

    def merit(mentor_of):
        value = value_of(policy.side, *utilities(market, mentor_of))
        return value.min(initial=99.0), value.sum()

    assert_best(market, policy, merit)


def test_one_pair_and_nobody():
    one = Market.from_utilities([[3.0]], [[1.0]], capacity=1)
    nobody = Market.from_utilities([[3.0]], [[1.0]], capacity=1, acceptable=[[False]])
    assert assign(one, "maximin", seed=1).mentor_of.tolist() == [0]
    assert assign(nobody, "maximin", seed=1).mentor_of.tolist() == [-1]


def test_side_is_one_of_three():
    with pytest.raises(OptionError, match="Maximin: `side` must be 'mentee', 'mentor' or 'both'"):
        Maximin(side="mentees")
