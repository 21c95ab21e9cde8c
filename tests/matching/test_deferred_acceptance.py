"""Deferred acceptance: kernels on matrices and on lists beside a plain version, ties, browsing."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from naive_matching import is_stable, mentee_values, random_market, stable_assignments

from mentorlab.errors import OptionError
from mentorlab.matching import Market, assign, tie_spread
from mentorlab.matching.browsing import browse
from mentorlab.matching.kernels.lists import mentees_propose, mentors_propose
from mentorlab.matching.kernels.matrices import mentees_propose_dense, mentors_propose_dense
from mentorlab.matching.market.ties import break_ties, by_mentor, draw_lots
from mentorlab.matching.policies.self_match import SelfMatch
from mentorlab.matching.policies.strongly_stable import StronglyStable
from mentorlab.matching.policies.super_stable import SuperStable

seeds = st.integers(0, 100_000)


def plain_mentees_propose(market: Market, mentee_lots, mentor_lots) -> np.ndarray:
    """Let free mentees propose down their lists, ties broken by lots, one proposal at a time."""
    pairs = market.pairs()
    mentee = pairs.mentee()
    order = np.lexsort((mentor_lots[pairs.mentor], -pairs.mentee_utility, mentee))
    lists = [list(order[pairs.indptr[i] : pairs.indptr[i + 1]]) for i in range(market.n_mentees)]
    held: list[list[tuple]] = [[] for _ in market.mentor_ids]
    free = list(range(market.n_mentees))
    while free:
        i = free.pop()
        if lists[i]:
            at = lists[i].pop(0)
            j = pairs.mentor[at]
            held[j] = sorted([*held[j], (-pairs.mentor_utility[at], mentee_lots[i], i)])
            free += [out for _, _, out in held[j][market.capacity[j] :]]
            held[j] = held[j][: market.capacity[j]]
    mentor_of = np.full(market.n_mentees, -1)
    for j, place in enumerate(held):
        mentor_of[[i for _, _, i in place]] = j
    return mentor_of


@given(seed=seeds, levels=st.sampled_from([None, 1, 2, 5]), block=st.sampled_from([1, 3, 128]))
@settings(max_examples=120, deadline=None)
def test_matrices_lists_and_the_plain_version_agree(seed, levels, block):
    market = random_market(seed, levels=levels, largest=14)
    rng = np.random.default_rng(seed)
    mentee_lots = draw_lots(market.n_mentees, rng)
    mentor_lots = draw_lots(market.n_mentors, rng)
    dense, pairs = market.dense, market.pairs()
    parts = (dense.mentee_utility, dense.mentor_utility, dense.acceptable, market.capacity)
    order = break_ties(pairs, mentor_lots)
    order = np.arange(pairs.n_pairs) if order is None else order
    expected = plain_mentees_propose(market, mentee_lots, mentor_lots)
    listed = mentees_propose(
        pairs.indptr, pairs.mentor[order], pairs.mentor_utility[order], market.capacity, mentee_lots
    )
    assert np.array_equal(listed, expected)
    spread = mentees_propose_dense(*parts, mentee_lots, mentor_lots, block=block)
    assert np.array_equal(spread, expected)
    indptr, order, mentee = by_mentor(pairs, market.n_mentors, mentee_lots)
    by_lists = mentors_propose(
        indptr,
        mentee,
        pairs.mentee_utility[order],
        market.capacity,
        mentor_lots,
        market.n_mentees,
    )
    by_matrix = mentors_propose_dense(*parts, mentee_lots, mentor_lots, block=block)
    assert np.array_equal(by_lists, by_matrix)
    assert is_stable(market, by_matrix)


def test_large_capacities_and_many_mentees_agree_in_both_forms():
    rng = np.random.default_rng(5)
    market = Market.from_utilities(
        rng.random((700, 60)), rng.random((700, 60)), capacity=rng.integers(0, 30, 60)
    )
    lists = Market.from_lists(
        np.tile(np.arange(60), (700, 1)),
        market.dense.mentee_utility,
        market.dense.mentor_utility,
        capacity=market.capacity,
    )
    for policy in ("mentee_proposing", "mentor_proposing"):
        dense, listed = (assign(form, policy, seed=2).mentor_of for form in (market, lists))
        assert np.array_equal(dense, listed)


@given(seed=seeds, levels=st.sampled_from([1, 2, 3]))
@settings(max_examples=60, deadline=None)
def test_a_large_stable_matching_has_two_thirds_of_the_largest(seed, levels):
    market = random_market(seed, levels=levels)
    found = assign(market, "max_stable", seed=1)
    largest = max(int((x >= 0).sum()) for x in stable_assignments(market))
    assert is_stable(market, found.mentor_of)
    assert 3 * found.n_matched >= 2 * largest


@pytest.mark.parametrize(("kind", "policy"), [("strong", StronglyStable), ("super", SuperStable)])
@given(seed=seeds, levels=st.sampled_from([2, 4, 9]))
@settings(max_examples=60, deadline=None)
def test_strong_and_super_stability_exist_or_not_and_are_best_for_their_side(
    kind, policy, seed, levels
):
    market = random_market(seed, levels=levels)
    known = stable_assignments(market, kind)
    for side, worst in (("mentee", False), ("mentor", True)):
        try:
            found = assign(market, policy(side), seed=1).mentor_of
        except LookupError:
            assert not known
            continue
        assert is_stable(market, found, kind)
        values = [mentee_values(market, x) for x in known]
        bound = np.min(values, axis=0) if worst else np.max(values, axis=0)
        assert np.array_equal(mentee_values(market, found), bound)


def test_the_lottery_among_equals_has_a_spread():
    market = Market.from_preferences(
        {"ann": ["mia", "tom"], "bob": ["mia"], "cid": ["eve"]},
        {"mia": [["ann", "bob"]], "tom": ["ann"], "eve": ["cid"]},
        capacity=1,
    )
    spread = tie_spread(market, "mentee_proposing", n_lotteries=40, seed=3)
    people = spread.people.set_index("mentee_id")
    assert 0 < people.loc["bob", "match_prob"] < 1
    assert people.loc["cid", "top_mentor_prob"] == 1
    assert "2 mentees of 3 depend on the lottery; for 1 it decides" in spread.summary()
    assert set(spread.to_frame()["n_matched"]) == {2, 3}
    with pytest.raises(OptionError, match="`n_lotteries` must be a whole number of 2 or more"):
        tie_spread(market, "mentee_proposing", n_lotteries=1, seed=3)


def browse_naively(market, rng, *, two_sided, n_seen, n_read, n_rounds, pickiness):
    """Rows of (mentee, mentor) dicts and lists, told step by step."""
    pairs = market.pairs()
    lists = [pairs.mentor[pairs.indptr[i] : pairs.indptr[i + 1]] for i in range(market.n_mentees)]
    likes = market.matrices()
    places, asked, mentor_of = market.capacity.tolist(), set(), {}
    for turn in range(n_rounds):
        free = [i for i in range(market.n_mentees) if i not in mentor_of]
        order = rng.permutation(np.array(free, dtype=int))
        lots = rng.random((len(order), n_seen))
        inbox = {}
        for i, draws in zip(order.tolist(), lots, strict=True):
            open_to = [int(j) for j in lists[i] if places[j] > 0 and (i, int(j)) not in asked]
            seen = []
            for k in range(min(n_seen, len(open_to))):
                other = k + int(draws[k] * (len(open_to) - k))
                open_to[k], open_to[other] = open_to[other], open_to[k]
                seen.append(open_to[k])
            if not seen:
                continue
            j = max(seen, key=lambda j: likes.mentee_utility[i, j])
            asked.add((i, j))
            if two_sided:
                inbox.setdefault(j, []).append(i)
            else:
                mentor_of[i] = j
                places[j] -= 1
        share = pickiness * (1 - turn / max(n_rounds - 1, 1))
        for j, requests in inbox.items():
            known = [likes.mentor_utility[i, j] for i in range(market.n_mentees) if j in lists[i]]
            for i in sorted(requests[:n_read], key=lambda i: -likes.mentor_utility[i, j]):
                standing = np.mean(np.array(known) < likes.mentor_utility[i, j])
                if standing >= share and places[j] > 0:
                    mentor_of[i] = j
                    places[j] -= 1
            asked -= {(i, j) for i in requests[n_read:]}
    return [mentor_of.get(i, -1) for i in range(market.n_mentees)]


@pytest.mark.parametrize("two_sided", [True, False])
@pytest.mark.parametrize("seed", range(6))
def test_browsing_is_what_it_says(seed, two_sided):
    rng = np.random.default_rng(seed)
    market = Market.from_utilities(
        rng.integers(0, 5, (25, 8)),
        rng.integers(0, 4, (25, 8)),
        capacity=rng.integers(0, 5, 8),
        acceptable=rng.random((25, 8)) < 0.8,
    )
    options = {"two_sided": two_sided, "n_seen": 3, "n_read": 2, "n_rounds": 5, "pickiness": 0.6}
    found = browse(market, np.random.default_rng(seed), **options)
    naive = browse_naively(market, np.random.default_rng(seed), **options)
    assert found.mentor_of.tolist() == naive


def test_crowding_leaves_requests_unread_and_two_sided_approval_declines():
    rng = np.random.default_rng(1)
    popular = np.tile(np.arange(10.0), (60, 1))
    market = Market.from_utilities(popular, rng.random((60, 10)), capacity=3)
    options = {"n_seen": 10, "n_read": 3, "n_rounds": 4}
    run = browse(market, np.random.default_rng(2), two_sided=True, pickiness=0.5, **options)
    assert run.unread[0] > run.unread[-1] >= 0
    assert run.declined.sum() > 0
    open_to_all = browse(
        market, np.random.default_rng(2), two_sided=False, pickiness=0.5, **options
    )
    assert open_to_all.declined.sum() == open_to_all.unread.sum() == 0
    assert (open_to_all.mentor_of >= 0).sum() >= (run.mentor_of >= 0).sum()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"approval": "both"}, "`approval` must be 'two_sided' or 'one_sided'"),
        ({"n_seen": 0}, "`n_seen` must be a whole number above 0; got 0"),
        ({"pickiness": 1}, "`pickiness` must be from 0 up to below 1; got 1"),
    ],
)
def test_bad_options_of_a_self_match_market_are_refused(options, message):
    with pytest.raises(OptionError, match=message):
        SelfMatch(**options)
