"""Trading places: nobody loses what they have, nothing better for all is left."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pandas as pd
import pytest

from mentorlab.errors import MarketError, MissingTableError, PolicyError
from mentorlab.matching import Market, assign
from mentorlab.matching.policies.top_trading_cycles import TopTradingCycles
from mentorlab.matching.policy import run_policy
from mentorlab.rng import child_rng


def naive_cycles(wishes, lines, places):
    """Top trading cycles in plain Python, one cycle at a time."""
    places, got = dict(enumerate(places)), {}
    left = set(range(len(wishes)))
    while left:
        target = {}
        for i in sorted(left):
            open_mentors = [j for j in wishes[i] if places[j] > 0]
            if open_mentors:
                target[i] = open_mentors[0]
            else:
                left.discard(i)
                got[i] = -1
        if not left:
            break
        first = {j: next(i for i in lines[j] if i in left) for j in set(target.values())}
        i = min(left)
        seen = []
        while i not in seen:
            seen.append(i)
            i = first[target[i]]
        for trader in seen[seen.index(i) :]:
            got[trader] = target[trader]
            places[target[trader]] -= 1
            left.discard(trader)
    return [got[i] for i in range(len(wishes))]


def value(market, mentor_of):
    """What each mentee gets, minus infinity where unmatched."""
    pairs = market.pairs()
    got = np.full(market.n_mentees, -np.inf)
    formed = pairs.mentor == mentor_of[pairs.mentee()]
    got[pairs.mentee()[formed]] = pairs.mentee_utility[formed]
    return got


@pytest.mark.parametrize("seed", range(20))
def test_cycles_equal_the_naive_version(seed, random_market):
    market = random_market(seed, strict=True, largest=8)
    pairs = market.pairs()
    mentee = pairs.mentee()
    wishes = [pairs.mentor[mentee == i].tolist() for i in range(market.n_mentees)]
    lines = []
    for j in range(market.n_mentors):
        held = np.flatnonzero(pairs.mentor == j)
        lines.append(mentee[held[np.argsort(-pairs.mentor_utility[held])]].tolist())
    found = run_policy(market, "top_trading_cycles", child_rng(1))
    assert found.tolist() == naive_cycles(wishes, lines, market.capacity)


@pytest.mark.parametrize("seed", range(20))
def test_the_answer_is_efficient_for_mentees(seed, random_market, every_assignment):
    market = random_market(seed, strict=True)
    got = value(market, run_policy(market, "top_trading_cycles", child_rng(1)))
    for other in every_assignment(market):
        better = value(market, other)
        assert not ((better >= got).all() and (better > got).any())


@pytest.mark.parametrize("seed", range(30))
def test_nobody_with_a_present_mentor_loses(seed, random_market, every_assignment):
    market = random_market(seed)
    rng = np.random.default_rng(seed)
    everything = every_assignment(market)
    now = everything[rng.integers(len(everything))]
    present = {i: j for i, j in enumerate(now.tolist()) if j >= 0}
    found = run_policy(market, TopTradingCycles(present), child_rng(seed))
    assert (value(market, found) >= value(market, now)).all()


@pytest.mark.parametrize("seed", range(10))
def test_housing_markets_end_in_the_core(seed):
    rng = np.random.default_rng(seed)
    n = 4
    utility = np.array([rng.permutation(n) for _ in range(n)], dtype=float)
    market = Market.from_utilities(utility, np.zeros((n, n)), capacity=1)
    found = run_policy(market, TopTradingCycles({i: i for i in range(n)}), child_rng(1))
    got = utility[np.arange(n), found]
    for size in range(1, n + 1):
        for group in permutations(range(n), size):
            rotated = [*group[1:], group[0]]
            gained = utility[list(group), rotated] > got[list(group)]
            assert not gained.all(), "a group could trade among itself and all gain"


def test_mentees_can_not_gain_by_lying(random_market):
    market = random_market(11, strict=True)
    utility = np.where(
        market.matrices().acceptable if market.matrices().acceptable is not None else True,
        market.matrices().mentee_utility,
        -np.inf,
    )
    honest = run_policy(market, "top_trading_cycles", child_rng(1))
    for i in range(market.n_mentees):
        own = np.flatnonzero(utility[i] > -np.inf)
        for order in permutations(own):
            lie = market.matrices().mentee_utility.copy()
            lie[i, list(order)] = -np.arange(len(order))
            other = Market.from_utilities(
                lie,
                market.matrices().mentor_utility,
                capacity=market.capacity,
                acceptable=market.matrices().acceptable,
            )
            got = run_policy(other, "top_trading_cycles", child_rng(1))[i]
            before = utility[i, honest[i]] if honest[i] >= 0 else -np.inf
            assert (utility[i, got] if got >= 0 else -np.inf) <= before


def test_required_pairs_do_not_trade():
    market = Market.from_utilities(
        [[1, 2], [2, 1]], [[9, 0], [0, 9]], capacity=1, mentee_ids=["ann", "bob"]
    )
    present = {"ann": 0, "bob": 1}
    assert run_policy(market, TopTradingCycles(present), child_rng(1)).tolist() == [1, 0]
    kept = Market(
        market.mentee_ids, market.mentor_ids, market.capacity, market.lower, dense=market.dense,
        required=np.array([[0, 0]]),
    )  # fmt: skip
    assert run_policy(kept, TopTradingCycles(present), child_rng(1)).tolist() == [0, 1]


def test_present_pairs_as_a_frame():
    market = Market.from_utilities([[1, 2], [2, 1]], [[9, 0], [0, 9]], capacity=1)
    frame = pd.DataFrame({"mentee_id": [0, 1], "mentor_id": [0, 1]})
    assert run_policy(market, TopTradingCycles(frame), child_rng(1)).tolist() == [1, 0]


@pytest.mark.parametrize(
    ("present", "error", "words"),
    [
        ({0: 0, 1: 0}, PolicyError, "mentor 0 has 2 present mentees and 1 open place"),
        ({1: 1}, PolicyError, "present pair 1 and 1 must be acceptable"),
        ({7: 0}, MarketError, "7"),
        ([(0, 0)], PolicyError, "must be a mapping of mentee id to mentor id or a frame"),
        (pd.DataFrame({"mentee_id": [0]}), MissingTableError, "must have the column 'mentor_id'"),
        (
            pd.DataFrame({"mentee_id": [0, 0], "mentor_id": [0, 1]}),
            PolicyError,
            "must name a mentee once; got 0 twice",
        ),
    ],
)
def test_present_pairs_that_can_not_be_are_refused(present, error, words):
    market = Market.from_utilities(
        [[1, 2], [2, 1]], [[9, 0], [0, 9]], capacity=1, acceptable=[[True, True], [True, False]]
    )
    with pytest.raises(error, match=words):
        assign(market, TopTradingCycles(present), seed=1)
