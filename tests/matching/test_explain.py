"""Explanations: every claim is checked against the assignment."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from judged_markets import drawn_assignment, drawn_market, lists_of, seeds

from mentorlab.errors import MarketError, OptionError
from mentorlab.matching import (
    Block,
    BlockedBy,
    Market,
    QuotaRows,
    Similarity,
    as_policy,
    assign,
    build_market,
)
from mentorlab.matching.reasons.explain import explain, explain_all
from mentorlab.rng import child_rng


def utilities(market):
    dense = market.matrices()
    ok = np.ones(dense.mentee_utility.shape, bool) if dense.acceptable is None else dense.acceptable
    return dense.mentee_utility, dense.mentor_utility, ok


def check_mentee(assignment, mentee_id):
    """Check every claim about one mentee by the definitions."""
    market, told = assignment.market, explain(assignment, mentee_id, side="mentee")
    mine, theirs, ok = utilities(market)
    i = market.mentee_position(mentee_id)
    own = assignment.mentor_of[i]
    assert set(told.evidence["mentor_id"]) == set(market.mentor_ids[ok[i]])
    for row in told.evidence.itertuples():
        j = market.mentor_position(row.mentor_id)
        assert row.rank == 1 + (mine[i][ok[i]] > mine[i, j]).sum()
        held = [k for k in range(market.n_mentees) if assignment.mentor_of[k] == j and k != i]
        named = {
            "better": [k for k in held if theirs[k, j] > theirs[i, j]],
            "equal": [k for k in held if theirs[k, j] == theirs[i, j]],
            "less": [k for k in held if theirs[k, j] < theirs[i, j]],
        }
        for group, expected in named.items():
            assert getattr(row, group) == [market.mentee_ids[k] for k in expected]
        free = assignment.load[j] < market.capacity[j]
        expected = (
            "own"
            if j == own
            else "closed"
            if market.capacity[j] == 0
            else "free"
            if free
            else "less"
            if named["less"]
            else "equal"
            if named["equal"]
            else "better"
        )
        assert row.status == expected
    liked = told.evidence
    if own >= 0:
        rank = liked.loc[liked["status"] == "own", "rank"].iloc[0]
        liked = liked[liked["rank"] < rank]
    statuses = set(liked["status"])
    if own >= 0 and liked.empty:
        assert told.reason == "first_choice"
    elif liked.empty:
        assert told.reason == "no_acceptable"
        assert not ok[i].any()
    elif statuses & {"free", "less"}:
        assert told.reason == "policy"
        assert assignment.policy in told.text
    elif "equal" in statuses:
        assert told.reason == "equals"
    elif "better" in statuses:
        assert told.reason == "places_taken"
    else:
        assert told.reason == "no_places"
    return told


@settings(max_examples=40, deadline=None)
@given(seeds)
def test_every_claim_about_mentees_holds(seed):
    assignment = drawn_assignment(drawn_market(seed), seed)
    for mentee_id in assignment.market.mentee_ids:
        told = check_mentee(assignment, mentee_id)
        again = explain(replace(assignment, market=lists_of(assignment.market)), mentee_id)
        assert again.text == told.text
        assert repr(mentee_id) in told.headline()
        assert told.text in (told.summary().replace("\n- ", " ") + told.text)


@pytest.mark.parametrize("policy", ["mentee_proposing", "mentor_proposing"])
@settings(max_examples=40, deadline=None)
@given(seeds)
def test_stability_never_blames_the_policy(policy, seed):
    assignment = assign(drawn_market(seed), policy, seed=seed)
    for mentee_id in assignment.market.mentee_ids:
        assert check_mentee(assignment, mentee_id).reason != "policy"


@settings(max_examples=30, deadline=None)
@given(seeds)
def test_every_claim_about_mentors_holds(seed):
    assignment = drawn_assignment(drawn_market(seed), seed)
    market = assignment.market
    mine, theirs, ok = utilities(market)
    for j, mentor_id in enumerate(market.mentor_ids):
        told = explain(assignment, mentor_id)
        assert told.side == "mentor"
        assert set(told.evidence["mentee_id"]) == set(market.mentee_ids[ok[:, j]])
        for row in told.evidence.itertuples():
            i = market.mentee_position(row.mentee_id)
            own = assignment.mentor_of[i]
            has = -np.inf if own < 0 else mine[i, own]
            expected = (
                "here"
                if own == j
                else "would_come"
                if mine[i, j] > has
                else "indifferent"
                if mine[i, j] == has
                else "prefers_theirs"
            )
            assert row.status == expected
            assert row.rank == 1 + (theirs[ok[:, j], j] > theirs[i, j]).sum()
        free = market.capacity[j] - assignment.load[j]
        expected = (
            "no_places"
            if not market.capacity[j]
            else "no_acceptable"
            if not ok[:, j].any()
            else "free_places"
            if free
            else "full"
        )
        assert told.reason == expected
        if expected == "free_places":
            assert f"{free} of {market.capacity[j]} place" in told.text


def market_of(mentees, mentors, **capacity):
    return Market.from_preferences(mentees, mentors, capacity=capacity)


def test_the_rival_is_named():
    market = market_of(
        {"ann": ["mia", "tom"], "bob": ["mia"], "cy": ["tom"]},
        {"mia": ["bob", "ann"], "tom": ["cy", "ann"]},
        mia=1,
        tom=1,
    )
    told = explain(assign(market, "mentee_proposing", seed=1), "ann")
    assert told.text == (
        "'ann' has no mentor: both acceptable mentors are full of mentees whom these mentors like "
        "better. 'mia' (choice 1) has 'bob'. 'tom' (choice 2) has 'cy'."
    )
    assert told.reason == "places_taken"


def test_a_lottery_between_equals_is_called_one():
    market = market_of({"ann": ["mia"], "bob": ["mia"]}, {"mia": [["ann", "bob"]]}, mia=1)
    assignment = assign(market, "mentee_proposing", seed=1)
    told = explain(assignment, assignment.unmatched[0])
    assert told.reason == "equals"
    assert "liked just as much" in told.text
    assert "such ties are broken by lot or by order" in told.text


def test_the_binding_rule_is_named():
    market = Market.from_utilities(
        np.ones((2, 3)),
        np.ones((2, 3)),
        capacity=1,
        mentee_ids=["ann", "bob"],
        mentor_ids=["mia", "tom", "zed"],
        acceptable=np.array([[False, False, False], [True, True, True]]),
    )
    team = BlockedBy("same team", "they are in one team", mask_of([[1, 1, 0], [0, 0, 0]]))
    line = BlockedBy("reporting line", "one reports to the other", mask_of([[0, 1, 1], [0, 0, 0]]))
    market = replace(market, blocked=(team, line))
    told = explain(assign(market, "mentee_proposing", seed=1), "ann")
    assert told.reason == "no_acceptable"
    assert told.sentences[0] == "'ann' has no mentor: none of 3 mentors is acceptable."
    assert told.sentences[1] == (
        "Rule 'same team' keeps 2 apart because they are in one team, 1 of them by itself."
    )
    assert told.rules["n_alone"].tolist() == [1, 1]
    assert told.sentences[-1].startswith("Binding is rule 'same team'")


def mask_of(matrix):
    matrix = np.array(matrix, dtype=bool)
    return lambda rows, columns: matrix[np.ix_(rows, columns)]


def test_lists_that_do_not_meet_are_said_to_be_lists():
    market = Market.from_utilities(
        [[1, 1], [1, 1]], [[1, 1], [1, 1]], capacity=1, acceptable=[[False, False], [True, True]]
    )
    told = explain(assign(market, "mentee_proposing", seed=1), 0)
    assert "The lists keep 2 apart because they are not on both lists." in told.text


def test_a_quota_that_stands_in_between_is_named():
    market = Market.from_utilities(
        [[2.0], [1.0]], [[1.0], [2.0]], capacity=2, mentee_ids=["ann", "bob"], mentor_ids=["mia"]
    )
    quota = QuotaRows(np.array([True]), np.array([True, True]), 0, 1, "one from this site")
    market = replace(market, quotas=(quota,))
    one = as_policy(lambda market, rng: [-1, 0], name="one")
    told = explain(assign(market, one, seed=1), "ann")
    assert told.reason == "rules"
    assert (
        "'mia' (choice 1) has a free place, but one from this site stands against it" in told.text
    )
    mentor = explain(assign(market, one, seed=1), "mia")
    assert "'ann' would rather come, but one from this site stands against it" in mentor.text


def test_required_pairs_are_said_to_be_required():
    market = Market.from_utilities(
        [[2.0], [1.0]], [[2.0], [1.0]], capacity=1, mentee_ids=["ann", "bob"], mentor_ids=["mia"]
    )
    assignment = assign(replace(market, required=np.array([[1, 0]])), "mentee_proposing", seed=1)
    assert explain(assignment, "bob").text == "'bob' has 'mia': the pair must be kept."
    told = explain(assignment, "ann")
    assert told.reason == "required"
    assert "'mia' (choice 1) has 'bob', who must be kept." in told.text
    assert explain(assignment, "mia").evidence["status"].tolist() == ["kept_elsewhere", "here"] or (
        explain(assignment, "mia").evidence.set_index("mentee_id")["status"].to_dict()
        == {"ann": "would_come", "bob": "here"}
    )


@settings(max_examples=40, deadline=None)
@given(seeds)
def test_the_cost_of_a_move_is_what_it_costs(seed):
    market = drawn_market(seed, ties=False)
    assignment = assign(market, "optimal", seed=1)
    mine, theirs, ok = utilities(market)
    total = np.where(ok, mine + theirs, -np.inf)
    for mentee_id in assignment.unmatched:
        told = explain(assignment, mentee_id)
        if told.reason != "policy":
            continue
        i = market.mentee_position(mentee_id)
        moves = [
            total[i, j] - total[k, j]
            for k, j in enumerate(assignment.mentor_of)
            if j >= 0 and ok[i, j] and theirs[k, j] < theirs[i, j]
        ]
        assert max(moves) <= 1e-6 * np.abs(total[ok]).max()
        assert f"change the total utility by {max(moves):+.3g}." in told.text


@settings(max_examples=40, deadline=None)
@given(seeds)
def test_the_turn_in_the_lottery_is_the_turn_drawn(seed):
    market = drawn_market(seed)
    assignment = assign(market, "serial_dictatorship", seed=seed)
    order = child_rng(seed, "policy", "serial_dictatorship").permutation(market.n_mentees)
    for mentee_id in assignment.unmatched:
        told = explain(assignment, mentee_id)
        turn = 1 + order.tolist().index(market.mentee_position(mentee_id))
        if told.reason == "policy":
            assert f"The lottery gave turn {turn} of {market.n_mentees};" in told.text


@given(st.integers(0, 5000))
@settings(max_examples=20, deadline=None)
def test_all_explanations_are_the_single_ones(seed):
    assignment = drawn_assignment(drawn_market(seed), seed)
    table = explain_all(assignment)
    assert table["mentee_id"].tolist() == assignment.market.mentee_ids.tolist()
    for row in table.itertuples():
        told = explain(assignment, row.mentee_id)
        assert (row.reason, row.explanation) == (told.reason, told.text)


def test_people_on_both_sides_are_told_so():
    market = Market.from_utilities([[1, 2], [1, 1]], [[1, 1], [2, 1]], capacity=1)
    told = explain(assign(market, "mentee_proposing", seed=1), 0)
    assert told.side == "mentee"
    assert "0 is a mentor as well: explain(..., side='mentor')." in told.text
    assert explain(assign(market, "mentee_proposing", seed=1), 0, side="mentor").side == "mentor"


def test_who_is_not_there_is_not_explained():
    market = market_of({"ann": ["mia"]}, {"mia": ["ann"]}, mia=1)
    assignment = assign(market, "mentee_proposing", seed=1)
    with pytest.raises(MarketError, match=r"no mentee or mentor has the id 'anne'. Did you mean"):
        explain(assignment, "anne")
    with pytest.raises(MarketError, match="no mentor has the id 'ann'"):
        explain(assignment, "ann", side="mentor")
    with pytest.raises(OptionError, match="`side` must be 'mentor' or 'mentee'"):
        explain(assignment, "ann", side="peer")


def test_rules_of_a_built_market_are_named():
    people = pd.DataFrame(
        {
            "person_id": ["ann", "bob", "mia", "tom"],
            "role": ["mentee", "mentee", "mentor", "mentor"],
            "skills": ["a", "a", "a", "b"],
            "team": ["x", "y", "x", "x"],
        }
    )
    market = build_market(people, utility=Similarity("skills"), rules=[Block.same("team")])
    told = explain(assign(market, "mentee_proposing", seed=1), "ann")
    assert told.reason == "no_acceptable"
    assert "Rule 'same team' keeps 2 apart because they have the same team." in told.text
