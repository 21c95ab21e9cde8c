"""Popular matchings against a vote between all assignments."""

from __future__ import annotations

import numpy as np
import pytest

from mentorlab.matching import Market, assign
from mentorlab.matching.policies.popular import NoPopularMatching
from mentorlab.matching.policy import run_policy
from mentorlab.rng import child_rng


def values(market, assignments):
    """What each mentee gets in each assignment, minus infinity where unmatched."""
    pairs = market.pairs()
    mentee = pairs.mentee()
    table = np.full((len(assignments), market.n_mentees), -np.inf)
    for row, mentor_of in zip(table, assignments, strict=True):
        formed = pairs.mentor == mentor_of[mentee]
        row[mentee[formed]] = pairs.mentee_utility[formed]
    return table


def is_popular(table):
    """Whether each assignment loses no vote."""
    return [((row > table).sum(axis=1) >= (table > row).sum(axis=1)).all() for row in table]


@pytest.mark.parametrize("strict", [True, False])
@pytest.mark.parametrize("seed", range(60))
def test_the_vote_agrees(seed, strict, random_market, every_assignment):
    market = random_market(seed, strict=strict, largest=4 if seed % 3 else 5, most_places=2)
    everything = every_assignment(market)
    table = values(market, everything)
    popular = np.flatnonzero(is_popular(table))
    if not len(popular):
        with pytest.raises(NoPopularMatching, match="no popular matching exists"):
            assign(market, "popular", seed=1)
        return
    found = run_policy(market, "popular", child_rng(1))
    merit = [(np.isfinite(table[k]).sum(), table[k][np.isfinite(table[k])].sum()) for k in popular]
    place = next(k for k in popular if (everything[k] == found).all())
    got = table[place][np.isfinite(table[place])]
    assert (len(got), got.sum()) == max(merit)


def test_three_mentees_with_the_same_two_wishes_have_none():
    wishes = {name: ["mia", "tom"] for name in ("ann", "bob", "cleo")}
    mentors = {name: ["ann", "bob", "cleo"] for name in ("mia", "tom")}
    crowded = Market.from_preferences(wishes, mentors, capacity=1)
    with pytest.raises(NoPopularMatching, match=r"3 mentees \('ann', 'bob' or 'cleo'\)"):
        assign(crowded, "popular", seed=1)
    roomy = Market.from_preferences(wishes, mentors, capacity={"mia": 1, "tom": 2})
    assert len(assign(roomy, "popular", seed=1).unmatched) == 0


def test_places_that_nobody_has_are_no_choice():
    market = Market.from_preferences(
        {"ann": ["mia", "tom"]}, {"mia": ["ann"], "tom": ["ann"]}, capacity={"mia": 0, "tom": 1}
    )
    assert run_policy(market, "popular", child_rng(1)).tolist() == [1]
