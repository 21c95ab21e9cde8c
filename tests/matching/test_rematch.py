"""After exits and arrivals: what stays, what moves, and what that is worth."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from judged_markets import drawn_assignment, drawn_market, lists_of, seeds

from mentorlab.errors import MarketError, OptionError
from mentorlab.matching import Market, QuotaRows, assign
from mentorlab.matching.forms.arrivals import match_arrivals
from mentorlab.matching.forms.offers import offer_rounds, settle_offers
from mentorlab.matching.forms.rematch import churn_curve, rematch, rematch_assignment
from mentorlab.matching.forms.waiting_list import waiting_list
from mentorlab.matching.market.edits import lock_pairs, without_pairs, without_people
from mentorlab.matching.stability.instability import blocking_pairs


def leavers(market, seed):
    rng = np.random.default_rng(seed)
    gone = [person for person in market.mentee_ids if rng.random() < 0.25][: market.n_mentees - 1]
    return gone + [person for person in market.mentor_ids if rng.random() < 0.25]


@settings(max_examples=40, deadline=None)
@given(seeds)
def test_chains_keep_a_stable_assignment_stable(seed):
    market = drawn_market(seed)
    before = assign(market, "mentee_proposing", seed=seed)
    left = leavers(market, seed)
    now = rematch_assignment(before, left=left, method="vacancy_chain")
    assert blocking_pairs(now).empty
    assert not set(left) & set(now.pairs().to_numpy().ravel())
    listed = replace(before, market=lists_of(market))
    again = rematch_assignment(listed, left=left, method="vacancy_chain")
    assert again.mentor_of.tolist() == now.mentor_of.tolist()


@settings(max_examples=30, deadline=None)
@given(seeds)
def test_keeping_breaks_no_pair_and_serves_as_many_as_can_be(seed):
    market = drawn_market(seed)
    before = drawn_assignment(market, seed)
    left = leavers(market, seed)
    rows = rematch(before, left=left)
    had = dict(before.pairs().to_numpy().tolist())
    now = rematch_assignment(before, left=left)
    has = dict(now.pairs().to_numpy().tolist())
    for mentee, mentor in had.items():
        if mentee not in left and mentor not in left:
            assert has[mentee] == mentor
    waits = blocking_pairs(now)
    unserved = waits[waits["mentee_id"].isin(now.unmatched) & waits["replaces"].isna()]
    assert unserved.empty
    mentees = rows[rows["role"] == "mentee"]
    told = dict(zip(mentees["person_id"], mentees["change"], strict=True))
    assert told == {
        mentee: "new" if mentee not in had else "kept" if had[mentee] == mentor else "moved"
        for mentee, mentor in has.items()
    }


@settings(max_examples=20, deadline=None)
@given(seeds)
def test_a_bonus_buys_stability_with_quality(seed):
    market = drawn_market(seed, ties=False)
    before = drawn_assignment(market, seed)
    high = 4.0 * max(1.0, float(np.abs(market.matrices().mentee_utility).max())) * market.n_mentees
    curve = churn_curve(before, bonuses=[0.0, high]).to_frame()
    assert curve["n_matched"].nunique() == 1
    assert curve["n_moved"].iloc[0] + curve["n_lost"].iloc[0] >= (
        curve["n_moved"].iloc[1] + curve["n_lost"].iloc[1]
    )
    assert curve["total_utility"].iloc[0] >= curve["total_utility"].iloc[1] - 1e-6 * high


def test_late_joiners_come_in_by_a_new_market():
    before = assign(
        Market.from_utilities([[2.0]], [[2.0]], capacity=1, mentee_ids=["ann"], mentor_ids=["mia"]),
        "optimal",
        seed=1,
    )
    now = Market.from_utilities(
        [[1.0, 9.0], [9.0, 1.0]],
        [[1.0, 9], [9, 1]],
        capacity=1,
        mentee_ids=["ann", "bob"],
        mentor_ids=["mia", "tom"],
    )
    kept = rematch(before, market=now)
    assert kept.set_index("person_id").loc["ann", "change"] == "kept"
    assert kept.set_index("person_id").loc["bob", "change"] == "new"
    best = rematch_assignment(before, market=now, method="best")
    assert best.pairs().to_numpy().tolist() == [["ann", "tom"], ["bob", "mia"]]
    stays = rematch_assignment(before, market=now, method="best", stay_bonus=99)
    assert stays.pairs().to_numpy().tolist() == [["ann", "mia"], ["bob", "tom"]]


def test_what_can_t_be_is_named():
    market = Market.from_utilities(
        [[2.0]], [[2.0]], capacity=1, mentee_ids=["ann"], mentor_ids=["mia"]
    )
    before = assign(market, "optimal", seed=1)
    with pytest.raises(MarketError, match=r"`left` names 'anne', unknown here. Did you mean 'ann'"):
        rematch(before, left=["anne"])
    with pytest.raises(OptionError, match=r'`stay_bonus` goes with method="best"'):
        rematch(before, stay_bonus=1)
    with pytest.raises(OptionError, match="`stay_bonus` must be 0 or more; got -1"):
        rematch(before, method="best", stay_bonus=-1)
    now = Market.from_utilities(
        [[2.0]], [[2.0]], capacity=1, mentee_ids=["ann"], mentor_ids=["mia"], acceptable=[[False]]
    )
    with pytest.raises(MarketError, match="'ann' and mentor 'mia' can't be a pair"):
        rematch(before, market=now)
    quota = QuotaRows(np.array([True]), np.array([True]), 0, 1, "one")
    with pytest.raises(OptionError, match="chains know no quotas"):
        rematch(replace(before, market=replace(market, quotas=(quota,))), method="vacancy_chain")


def test_locks_respect_places_and_quotas():
    market = Market.from_utilities(np.ones((2, 2)), np.ones((2, 2)), capacity=1)
    with pytest.raises(MarketError, match="mentor 0 would have to keep 2 mentees, more than 1"):
        lock_pairs(market, np.array([[0, 0], [1, 0]]), who="test")
    with pytest.raises(MarketError, match="mentee 0 would have to keep two mentors"):
        lock_pairs(market, np.array([[0, 0], [0, 1]]), who="test")
    quota = QuotaRows(np.ones(2, bool), np.ones(2, bool), 0, 1, "one in all")
    with pytest.raises(MarketError, match="one in all allows 1; the pairs to keep are 2"):
        lock_pairs(replace(market, quotas=(quota,)), np.array([[0, 0], [1, 1]]), who="test")
    locked = lock_pairs(market, np.array([[0, 0]]), who="test")
    assert without_pairs(locked, np.array([[0, 0]])).required.shape == (0, 2)
    smaller = without_people(locked, np.array([1]), np.array([1]))
    assert smaller.mentee_ids.tolist() == [0]
    assert smaller.capacity.tolist() == [1, 0]
    assert smaller.required.tolist() == [[0, 0]]
    assert locked.capacity.tolist() == [1, 1]


@settings(max_examples=30, deadline=None)
@given(seeds)
def test_the_waiting_list_is_who_waits(seed):
    assignment = drawn_assignment(drawn_market(seed), seed)
    market = assignment.market
    line = waiting_list(
        assignment, since={m: seed % (k + 2) for k, m in enumerate(market.mentee_ids)}
    )
    assert sorted(line["mentee_id"]) == sorted(assignment.unmatched)
    assert line["since"].is_monotonic_increasing
    dense = market.matrices()
    ok = np.ones(dense.mentee_utility.shape, bool) if dense.acceptable is None else dense.acceptable
    first = {mentor: row.mentee_id for row in line.itertuples() for mentor in row.first_in_line}
    for j, mentor in enumerate(market.mentor_ids):
        waits = [market.mentee_position(m) for m in line["mentee_id"]]
        waits = [i for i in waits if ok[i, j]]
        if not waits or not market.capacity[j]:
            assert mentor not in first
        else:
            best = max(dense.mentor_utility[i, j] for i in waits)
            named = market.mentee_position(first[mentor])
            assert dense.mentor_utility[named, j] == best
            assert named == next(i for i in waits if dense.mentor_utility[i, j] == best)


def test_the_waiting_list_asks_for_everyone_s_date():
    market = Market.from_utilities(
        np.ones((2, 1)), np.ones((2, 1)), capacity=1, mentee_ids=["a", "b"]
    )
    assignment = assign(market, "optimal", seed=1)
    with pytest.raises(MarketError, match="`since` must name everyone who waits"):
        waiting_list(assignment, since={})
    with pytest.raises(MarketError, match="`since` names 'z'"):
        waiting_list(assignment, since={"z": 1})


def test_answers_hold():
    market = Market.from_utilities(
        np.ones((3, 3)), np.ones((3, 3)), capacity=1, mentee_ids=list("abc"), mentor_ids=list("xyz")
    )
    offered = assign(market, "mentee_proposing", seed=1)
    answers = offered.pairs().assign(answer=["accepted", "declined", "open"])
    now = settle_offers(offered, answers, seed=2)
    has = dict(now.pairs().to_numpy().tolist())
    assert has["a"] == answers["mentor_id"][0]
    assert has.get("b") != answers["mentor_id"][1]
    for change, said in (
        (
            {"answer": "maybe"},
            "`answer` must be 'accepted', 'declined' or 'open'; got 'maybe' in 3",
        ),
        ({"mentee_id": "a"}, "one answer for each mentee; 'a' has several"),
        ({"mentor_id": "q"}, "`answers` names 'q', who is no mentor"),
        ({"mentor_id": list("zzz")}, "was not offered"),
    ):
        with pytest.raises(MarketError, match=said):
            settle_offers(offered, answers.assign(**change), seed=2)
    with pytest.raises(MarketError, match="must have 'mentee_id', 'mentor_id' or 'answer'"):
        settle_offers(offered, answers.drop(columns="answer"), seed=2)


@settings(max_examples=20, deadline=None)
@given(seeds)
def test_rounds_of_offers_add_up(seed):
    market = drawn_market(seed)
    went = offer_rounds(market, "mentee_proposing", accept=0.5, n_rounds=4, seed=seed)
    assert not went.offers.duplicated(["mentee_id", "mentor_id"]).any()
    accepted = went.offers[went.offers["answer"] == "accepted"]
    assert went.assignment.n_matched == len(accepted) == went.rounds["n_accepted"].sum()
    assert (went.rounds["n_offered"] == went.rounds["n_accepted"] + went.rounds["n_declined"]).all()
    everyone = offer_rounds(market, "mentee_proposing", accept=lambda a, b: 1.0, seed=seed)
    direct = assign(market, "mentee_proposing", seed=seed)
    assert everyone.assignment.mentor_of.tolist() == direct.mentor_of.tolist()
    nobody = offer_rounds(market, "mentee_proposing", accept=0.0, n_rounds=50, seed=seed)
    assert nobody.assignment.n_matched == 0


def test_probabilities_are_checked():
    with pytest.raises(OptionError, match="probabilities from 0 to 1; got 2"):
        offer_rounds(drawn_market(2, density=1.0), "random", accept=2, seed=1)


@settings(max_examples=20, deadline=None)
@given(seeds)
def test_arrivals_wait_as_they_are_said_to(seed):
    market = drawn_market(seed)
    rng = np.random.default_rng(seed)
    comes = {mentee: float(rng.integers(0, 5)) for mentee in market.mentee_ids}
    for every, patience in ((0.0, None), (2.0, None), (2.0, 1.0)):
        told = match_arrivals(
            market, comes, policy="mentee_proposing", every=every, patience=patience, seed=seed
        )
        people = told.people
        assert (people["waited"] >= 0).all()
        matched = people[people["state"] == "matched"]
        assert (matched["matched_at"] >= matched["arrived"]).all()
        if every:
            assert (matched["matched_at"] % every == 0).all()
            assert (matched["waited"] < every + 1e-9).all() or patience is None
        else:
            first = matched["waited"] == 0
            assert first.all()  # places never come back, so who waits waits for ever
        if patience is not None:
            assert (people["waited"] <= patience + 1e-9).all() or (
                people.loc[people["waited"] > patience, "state"] == "waiting"
            ).all()
        assert told.batches["n_matched"].sum() == len(matched) == told.assignment.n_matched


def test_one_batch_is_the_plain_assignment_and_late_mentors_are_waited_for():
    market = drawn_market(11, density=1.0)
    told = match_arrivals(
        market, dict.fromkeys(market.mentee_ids, 1.0), policy="optimal", every=1.0, seed=1
    )
    assert (
        told.assignment.mentor_of.tolist() == assign(market, "optimal", seed=1).mentor_of.tolist()
    )
    one = Market.from_utilities([[1.0]], [[1.0]], capacity=1, mentee_ids=["a"], mentor_ids=["x"])
    late = match_arrivals(one, {"a": 0.0, "x": 3.0}, policy="optimal", seed=1)
    assert late.people.loc[0, ["matched_at", "waited"]].tolist() == [3.0, 3.0]
    with pytest.raises(MarketError, match="`arrivals` must name every mentee; 'a' is absent"):
        match_arrivals(one, {}, policy="optimal", seed=1)
    with pytest.raises(OptionError, match=r"must be numbers .days since the start.; got 'Monday'"):
        match_arrivals(one, {"a": "Monday"}, policy="optimal", seed=1)
    with pytest.raises(OptionError, match="`every` must be 0 or more"):
        match_arrivals(one, {"a": 0.0}, policy="optimal", every=-1, seed=1)


def test_dates_are_not_needed_for_members():
    before = drawn_assignment(drawn_market(5), 5)
    rows = rematch(before)
    assert isinstance(rows, pd.DataFrame)
    assert {"relationship_id", "person_id", "role", "change"} <= set(rows.columns)
