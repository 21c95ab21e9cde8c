"""What every registered policy must hold to, chosen by what it says it can do."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, permutations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from naive_matching import (
    is_stable,
    mentee_values,
    random_market,
    stable_assignments,
)

from mentorlab.errors import MarketError, PolicyError
from mentorlab.matching import (
    Complementarity,
    Market,
    QuotaRows,
    Similarity,
    assign,
    build_market,
    find_policy,
    list_policies,
)
from mentorlab.matching.policy import check_assignment, run_policy
from mentorlab.rng import child_rng

TABLE = list_policies().set_index("policy")
POLICIES = sorted(TABLE.index)
STABLE = sorted(TABLE.index[TABLE["stable"]])
LOWER = sorted(TABLE.index[TABLE["handles_lower"]])
NO_LOWER = sorted(TABLE.index[~TABLE["handles_lower"]])
NO_QUOTAS = sorted(TABLE.index[~TABLE["handles_quotas"]])
QUOTAS = sorted(TABLE.index[TABLE["handles_quotas"]])
PROMISED = [
    "random",
    "serial_dictatorship",
    "first_come",
    "greedy",
    "similarity",
    "complementarity",
    "mentee_proposing",
    "mentor_proposing",
    "max_stable",
    "strongly_stable",
    "super_stable",
    "optimal",
    "maximin",
    "leximin",
    "rank_maximal",
    "nash_welfare",
    "egalitarian_stable",
    "top_trading_cycles",
    "popular",
    "quota_optimal",
    "self_match",
]

few = settings(max_examples=12, deadline=None)
seeds = st.integers(0, 10_000)
levels = st.sampled_from([None, 1, 2, 4])


def applicants_market(seed: int) -> Market:
    """Draw a market with the terms that some policies read."""
    rng = np.random.default_rng(seed)
    n, m = (int(k) for k in rng.integers(1, 6, 2))
    skills = np.array(["law", "law;writing", "writing", ""])
    frame = pd.DataFrame(
        {
            "person_id": [f"p{k}" for k in range(n + m)],
            "role": ["mentee"] * n + ["mentor"] * m,
            "capacity": [1] * n + rng.integers(1, 3, m).tolist(),
            "level": rng.choice(["junior", "senior"], n + m),
            "skills": rng.choice(skills, n + m),
            "wants": rng.choice(skills, n + m),
        }
    )
    return build_market(frame, utility=Similarity("level") + Complementarity("wants", "skills"))


def market_for(policy: str, seed: int, n_levels: int | None) -> Market:
    if TABLE.loc[policy, "needs"]:
        return applicants_market(seed)
    market = random_market(seed, levels=n_levels)
    return replace(market, dense=None, edges=market.pairs()) if seed % 2 else market


def run(market: Market, policy: str, seed: int = 3) -> np.ndarray | None:
    """Run a policy; None where what it looks for does not exist."""
    try:
        return run_policy(market, policy, child_rng(seed, "policy", policy))
    except LookupError:
        return None


def copied(market: Market) -> list[np.ndarray]:
    parts = market.edges if market.edges is not None else market.dense
    arrays = [value for value in vars(parts).values() if isinstance(value, np.ndarray)]
    return [array.copy() for array in (*arrays, market.capacity, market.lower, market.required)]


def test_every_promised_policy_is_there_and_says_what_it_answers():
    assert set(PROMISED) <= set(POLICIES)
    assert TABLE["question"].str.endswith("?").all()
    ours = TABLE.loc[[name for name in PROMISED if name != "random"]]
    assert (ours["reference"] != "").all()


@pytest.mark.parametrize("policy", POLICIES)
@given(seed=seeds, n_levels=levels)
@few
def test_an_assignment_is_valid_repeats_and_leaves_the_market_alone(policy, seed, n_levels):
    market = market_for(policy, seed, n_levels)
    before = copied(market)
    found, again = run(market, policy), run(market, policy)
    assert all(np.array_equal(a, b) for a, b in zip(before, copied(market), strict=True))
    if found is None:
        assert again is None
        return
    assert np.array_equal(found, again)
    load = np.bincount(found[found >= 0], minlength=market.n_mentors)
    assert (load <= market.capacity).all()
    mentees = np.flatnonzero(found >= 0)
    assert (market.pairs().find(mentees, found[mentees]) >= 0).all()


@pytest.mark.parametrize("policy", STABLE)
@given(seed=seeds, n_levels=levels)
@few
def test_stable_policies_leave_no_blocking_pair(policy, seed, n_levels):
    market = random_market(seed, levels=n_levels)
    found = run(market, policy)
    kind = {"strongly_stable": "strong", "super_stable": "super"}.get(policy, "weak")
    if found is None:
        assert not stable_assignments(market, kind)
    else:
        assert is_stable(market, found, kind)


@pytest.mark.parametrize("policy", STABLE)
@given(seed=seeds)
@few
def test_stable_policies_serve_the_same_people_alike_in_both_forms(policy, seed):
    market = random_market(seed)
    lists = replace(market, dense=None, edges=market.pairs())
    found = run(market, policy)
    assert np.array_equal(found, run(lists, policy))
    best = run(market, "mentee_proposing")
    assert np.array_equal(found >= 0, best >= 0)
    assert np.array_equal(np.bincount(found + 1, minlength=9), np.bincount(best + 1, minlength=9))


@pytest.mark.parametrize("policy", STABLE)
@given(seed=seeds)
@few
def test_relabelling_permutes_a_stable_matching(policy, seed):
    market = random_market(seed)
    rng = np.random.default_rng(seed + 1)
    rows, cols = rng.permutation(market.n_mentees), rng.permutation(market.n_mentors)
    dense = market.dense
    mask = dense.acceptable
    moved = Market.from_utilities(
        dense.mentee_utility[np.ix_(rows, cols)],
        dense.mentor_utility[np.ix_(rows, cols)],
        capacity=market.capacity[cols],
        acceptable=None if mask is None else mask[np.ix_(rows, cols)],
    )
    found, other = run(market, policy), run(moved, policy)
    back = np.append(cols, -1)[other]
    assert np.array_equal(found[rows], back)


@given(seed=seeds, n_levels=levels)
@settings(max_examples=40, deadline=None)
def test_the_two_optimal_sides(seed, n_levels):
    market = random_market(seed, levels=n_levels, largest=4)
    if n_levels is not None:  # break ties once, so that both sides meet the same market
        rng = np.random.default_rng(seed)
        dense = market.dense
        sides = [
            side + rng.permutation(side.size).reshape(side.shape) / (2 * side.size)
            for side in (dense.mentee_utility, dense.mentor_utility)
        ]
        market = replace(
            market, dense=replace(dense, mentee_utility=sides[0], mentor_utility=sides[1])
        )
    values = [mentee_values(market, found) for found in stable_assignments(market)]
    best = mentee_values(market, run(market, "mentee_proposing"))
    worst = mentee_values(market, run(market, "mentor_proposing"))
    assert np.array_equal(best, np.max(values, axis=0))
    assert np.array_equal(worst, np.min(values, axis=0))


@pytest.mark.parametrize("seed", range(6))
def test_no_mentee_gains_by_any_misreport_when_mentees_propose(seed):
    rng = np.random.default_rng(seed)
    n = 4
    mentee_utility = rng.permuted(np.tile(np.arange(1.0, n + 1), (n, 1)), axis=1)
    mentor_utility = rng.integers(0, 3 if seed % 2 else 100, (n, n)).astype(float)
    capacity = rng.integers(1, 3, n)
    policy = find_policy("mentee_proposing")[1]

    def play(utility: np.ndarray, acceptable: np.ndarray) -> np.ndarray:
        market = Market.from_utilities(
            utility, mentor_utility, capacity=capacity, acceptable=acceptable
        )
        return policy(market, np.random.default_rng(seed))

    truth = play(mentee_utility, np.ones((n, n), dtype=bool))
    lists = [order for size in range(n + 1) for order in permutations(range(n), size)]
    for i in range(n):
        honest = mentee_utility[i, truth[i]] if truth[i] >= 0 else 0.0
        for order in lists:
            utility, acceptable = mentee_utility.copy(), np.ones((n, n), dtype=bool)
            acceptable[i] = np.isin(np.arange(n), order)
            utility[i, list(order)] = np.arange(len(order), 0, -1)
            got = play(utility, acceptable)[i]
            assert (mentee_utility[i, got] if got >= 0 else 0.0) <= honest


def test_first_come_can_be_gamed():
    truth = Market.from_utilities(
        [[3, 2, 1], [3, 2, 1], [2, 3, 1]], [[3, 1, 1], [2, 3, 1], [1, 2, 1]], capacity=1
    )
    lie = replace(
        truth,
        dense=replace(truth.dense, mentee_utility=np.array([[3, 2, 1], [2, 3, 1], [2, 3, 1.0]])),
    )
    assert run(truth, "first_come")[1] == 2
    assert run(lie, "first_come")[1] == 1


@pytest.mark.parametrize("policy", POLICIES)
@given(seed=seeds, n_levels=levels)
@few
def test_required_pairs_are_kept_by_every_policy(policy, seed, n_levels):
    market = market_for(policy, seed, n_levels)
    pairs = market.pairs()
    if not pairs.n_pairs:
        return
    at = [k for k in range(pairs.n_pairs) if market.capacity[pairs.mentor[k]] > 0]
    if not at:
        return
    chosen = at[seed % len(at)]
    kept = np.array([[pairs.mentee()[chosen], pairs.mentor[chosen]]], dtype=np.int64)
    found = run(replace(market, required=kept), policy)
    if found is not None:
        assert found[kept[0, 0]] == kept[0, 1]


@pytest.mark.parametrize("policy", LOWER)
@given(seed=seeds)
@few
def test_lower_limits_are_met_where_the_policy_says_so(policy, seed):
    market = random_market(seed, levels=3)
    pairs = market.pairs()
    if not pairs.n_pairs or not (market.capacity[pairs.mentor] > 0).any():
        return
    lower = np.zeros_like(market.capacity)
    lower[pairs.mentor[market.capacity[pairs.mentor] > 0][0]] = 1
    found = run(replace(market, lower=lower), policy)
    assert (np.bincount(found[found >= 0], minlength=market.n_mentors) >= lower).all()


@pytest.mark.parametrize("policy", NO_LOWER)
def test_lower_limits_are_refused_by_the_others(policy):
    market = Market.from_utilities(np.eye(2), np.eye(2), capacity=1)
    market = replace(market, lower=np.array([1, 0]))
    with pytest.raises(PolicyError, match="does not honor mentors with a lower limit"):
        assign(market, policy, seed=1)


def with_quota(low: int, high: int) -> Market:
    market = Market.from_utilities(np.ones((3, 2)), np.ones((3, 2)), capacity=2)
    everyone = np.ones(2, dtype=bool)
    first_two = np.array([True, True, False])
    return replace(market, quotas=(QuotaRows(everyone, first_two, low, high, "the first two"),))


@pytest.mark.parametrize("policy", QUOTAS)
@pytest.mark.parametrize(("low", "high"), list(combinations(range(3), 2)))
def test_quotas_are_met_where_the_policy_says_so(policy, low, high):
    market = with_quota(low, high)
    found = run(market, policy)
    assert low <= market.quotas[0].count(found) <= high


@pytest.mark.parametrize("policy", NO_QUOTAS)
def test_quotas_are_refused_by_the_others(policy):
    with pytest.raises(PolicyError, match="does not honor quotas on groups"):
        assign(with_quota(0, 1), policy, seed=1)


@pytest.mark.parametrize(
    ("returned", "message"),
    [
        ([0], "one mentor position for each of 2 mentees"),
        ([0.5, 0], "one mentor position for each of 2 mentees"),
        ([0, 7], "must be -1 or below 2; got 7 for mentee 1"),
        ([0, 0], "mentor 0 got 2 mentees, more than 1"),
        ([1, -1], "1 pair is not acceptable, first mentee 0 with mentor 1"),
    ],
)
def test_a_policy_that_returns_nonsense_is_named(returned, message):
    acceptable = np.array([[True, False], [True, True]])
    market = Market.from_utilities(np.eye(2), np.eye(2), capacity=1, acceptable=acceptable)

    def mine(market, rng):
        return np.array(returned)

    with pytest.raises(PolicyError, match=message) as raised:
        assign(market, mine, seed=1)
    assert "policy 'mine'" in str(raised.value)


def test_an_assignment_that_breaks_limits_is_refused():
    market = Market.from_utilities(np.eye(2), np.eye(2), capacity=1)
    short = replace(market, lower=np.array([1, 1]))
    with pytest.raises(PolicyError, match="got 0 mentees, fewer than 1"):
        check_assignment(short, np.array([0, -1]), name="x", who="assign")
    kept = replace(market, required=np.array([[0, 1]]))
    with pytest.raises(PolicyError, match="mentee 0 must keep mentor 1"):
        check_assignment(kept, np.array([0, 1]), name="x", who="assign")
    rule = with_quota(2, 2)
    with pytest.raises(PolicyError, match="the first two must hold between 2 and 2 pairs"):
        check_assignment(rule, np.array([0, -1, 1]), name="x", who="assign")


def test_policies_that_read_terms_say_what_is_missing():
    market = Market.from_utilities(np.eye(2), np.eye(2), capacity=1)
    with pytest.raises(PolicyError, match="reads the market's similarity terms, and it has none"):
        assign(market, "similarity", seed=1)


def test_an_infeasible_lower_limit_is_an_error_not_a_silent_miss():
    market = Market.from_utilities(np.ones((1, 2)), np.ones((1, 2)), capacity=1)
    market = replace(market, lower=np.array([1, 1]))
    for policy in LOWER:
        with pytest.raises((MarketError, PolicyError)):
            assign(market, policy, seed=1)
