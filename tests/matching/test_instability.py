"""Blocking pairs: against the definition, in both forms of a market, and under rules."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from judged_markets import drawn_assignment, drawn_market, lists_of, seeds

from mentorlab.errors import OptionError
from mentorlab.matching import Market, QuotaRows, as_policy, assign
from mentorlab.matching.stability.instability import blocking_pairs


def by_definition(assignment, stability):
    market = assignment.market
    dense = market.matrices()
    ok = np.ones(dense.mentee_utility.shape, bool) if dense.acceptable is None else dense.acceptable
    found = set()
    for i in range(market.n_mentees):
        own = assignment.mentor_of[i]
        for j in range(market.n_mentors):
            held = [k for k in range(market.n_mentees) if assignment.mentor_of[k] == j]
            if not ok[i, j] or own == j or market.capacity[j] == 0:
                continue
            mine = np.inf if own < 0 else dense.mentee_utility[i, j] - dense.mentee_utility[i, own]
            free = len(held) < market.capacity[j]
            theirs = (
                np.inf
                if free
                else dense.mentor_utility[i, j] - min(dense.mentor_utility[k, j] for k in held)
            )
            gains = {
                "weak": mine > 0 and theirs > 0,
                "strong": min(mine, theirs) >= 0 and max(mine, theirs) > 0,
                "super": min(mine, theirs) >= 0,
            }
            if gains[stability]:
                found.add((market.mentee_ids[i], market.mentor_ids[j]))
    return found


@pytest.mark.parametrize("stability", ["weak", "strong", "super"])
@settings(max_examples=60, deadline=None)
@given(seeds)
def test_as_defined(stability, seed):
    assignment = drawn_assignment(drawn_market(seed), seed)
    found = blocking_pairs(assignment, stability=stability)
    assert set(zip(found["mentee_id"], found["mentor_id"], strict=True)) == by_definition(
        assignment, stability
    )
    as_lists = replace(assignment, market=lists_of(assignment.market))
    assert blocking_pairs(as_lists, stability=stability).equals(found)


@settings(max_examples=60, deadline=None)
@given(seeds)
def test_gains_are_what_the_change_would_bring(seed):
    assignment = drawn_assignment(drawn_market(seed), seed)
    dense = assignment.market.matrices()
    for row in blocking_pairs(assignment).itertuples():
        i = assignment.market.mentee_position(row.mentee_id)
        j = assignment.market.mentor_position(row.mentor_id)
        own = assignment.mentor_of[i]
        assert row.mentee_places > 0
        assert row.mentor_places > 0
        if own < 0:
            assert np.isnan(row.mentee_gain)
        else:
            gain = dense.mentee_utility[i, j] - dense.mentee_utility[i, own]
            assert row.mentee_gain == gain > 0
        if isinstance(row.replaces, str):
            k = assignment.market.mentee_position(row.replaces)
            assert assignment.mentor_of[k] == j
            assert row.mentor_gain == dense.mentor_utility[i, j] - dense.mentor_utility[k, j] > 0
        else:
            assert assignment.load[j] < assignment.market.capacity[j]
            assert np.isnan(row.mentor_gain)


@pytest.mark.parametrize("policy", ["mentee_proposing", "mentor_proposing"])
@settings(max_examples=40, deadline=None)
@given(seeds)
def test_stable_policies_have_none(policy, seed):
    assert blocking_pairs(assign(drawn_market(seed), policy, seed=seed)).empty


def test_required_people_neither_leave_nor_are_given_up():
    market = Market.from_utilities([[2, 1], [2, 1]], [[5, 1], [3, 1]], capacity=1)
    swapped = as_policy(lambda market, rng: np.array([1, 0])[: market.n_mentees], name="swapped")
    assert len(blocking_pairs(assign(market, swapped, seed=1))) == 1
    for pair in ([0, 1], [1, 0]):
        locked = replace(market, required=np.array([pair]))
        assignment = replace(assign(market, swapped, seed=1), market=locked)
        assert blocking_pairs(assignment).empty


def test_what_rules_keep_apart_is_listed_and_marked():
    market = Market.from_utilities([[2, 1], [1, 2]], [[5, 1], [3, 1]], capacity=2)
    both = np.ones(2, dtype=bool)
    first = np.array([True, False])
    crossed = assign(market, as_policy(lambda m, r: [1, 0], name="crossed"), seed=1)
    assert blocking_pairs(crossed)["keeps_rules"].tolist() == [True, True]
    quota = QuotaRows(first, both, 1, 1, "one of two with the first mentor")
    marked = blocking_pairs(replace(crossed, market=replace(market, quotas=(quota,))))
    assert marked["keeps_rules"].tolist() == [False, False]
    lower = replace(market, lower=np.array([0, 1]))
    marked = blocking_pairs(replace(crossed, market=lower)).set_index("mentee_id")
    assert marked["keeps_rules"].to_dict() == {0: False, 1: True}


def test_the_notion_of_stability_is_checked():
    market = Market.from_utilities([[1]], [[1]], capacity=1)
    with pytest.raises(OptionError, match="`stability` must be 'weak', 'strong' or 'super'"):
        blocking_pairs(assign(market, "random", seed=1), stability="weakly")
