"""Markets from matrices, lists and wishes, and what is wrong with bad ones."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from mentorlab.errors import MarketError
from mentorlab.matching import Market, assign, mutual_preferences
from mentorlab.matching.market import market as market_module

ONES = np.ones((2, 3))


def test_both_forms_hold_the_same_pairs():
    acceptable = np.array([[True, False, True], [True, True, True]])
    mentee = np.array([[1.0, 9.0, 2.0], [3.0, 3.0, 5.0]])
    market = Market.from_utilities(mentee, mentee + 10, capacity=1, acceptable=acceptable)
    pairs = market.pairs()
    assert pairs.indptr.tolist() == [0, 2, 5]
    assert pairs.mentor.tolist() == [2, 0, 2, 0, 1]
    assert pairs.mentor_utility.tolist() == [12, 11, 15, 13, 13]
    spread = pairs.to_dense(3)
    assert np.array_equal(spread.acceptable, acceptable)
    assert np.array_equal(spread.mentee_utility[acceptable], mentee[acceptable])
    assert market.n_pairs == 5


def test_from_lists_and_from_utilities_make_the_same_market():
    lists = Market.from_lists(
        [[2, 0, -1], [0, 2, 1]],
        [[2, 1, 0], [3, 5, 3]],
        [[12, 11, 0], [13, 15, 13]],
        capacity=[1, 1, 1],
    )
    assert lists.pairs().mentor.tolist() == [2, 0, 2, 0, 1]
    assert lists.matrices().acceptable.tolist() == [[True, False, True], [True, True, True]]


def test_labels_of_frames_become_ids():
    frame = pd.DataFrame([[1, 2]], index=["ann"], columns=["mia", "tom"])
    market = Market.from_utilities(frame, frame, capacity={"tom": 1, "mia": 2})
    assert market.mentee_ids.tolist() == ["ann"]
    assert market.capacity.tolist() == [2, 1]
    assert assign(market, "greedy", seed=1).pairs().values.tolist() == [["ann", "tom"]]


def test_ties_and_incomplete_lists_become_minus_ranks():
    market = Market.from_preferences(
        {"a": [["x", "y"], "z"], "b": []},
        {"x": ["a"], "y": ["a"], "z": ["a"]},
        capacity=1,
    )
    assert market.ordinal
    assert market.pairs().mentee_utility.tolist() == [-1, -1, -3]
    assert assign(market, "mentee_proposing", seed=1).unmatched == ["b"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"mentee_utility": np.full((2, 3), np.nan)}, "must be finite; got nan in 6 pairs, first"),
        ({"mentor_utility": ONES * np.inf}, "`mentor_utility` must be finite; got inf"),
        ({"mentor_utility": ONES.T}, r"got shape \(3, 2\). Pass its transpose"),
        ({"mentee_utility": np.ones((0, 3))}, "at least one mentee; got none"),
        ({"mentee_utility": np.ones((2, 0))}, "at least one mentor; got none"),
        ({"mentee_utility": np.ones(3)}, "must be a matrix"),
        ({"mentee_utility": [["a", 1, 2], [1, 2, 3]]}, "must hold numbers"),
        ({"capacity": -1}, "whole number of 0 or more; got -1 for mentor 0"),
        ({"capacity": 0}, "at least one place; it is 0 for all 3 mentors"),
        ({"capacity": [1, 2.5, 1]}, "got 2.5 for mentor 1"),
        ({"capacity": [1, 1]}, "one value for each of 3 mentors; got 2"),
        ({"capacity": [1, float("nan"), 1]}, "got nan for mentor 1"),
        ({"capacity": {0: 1, 1: 1, 4: 1}}, "names 4, who is no mentor"),
        ({"capacity": {0: 1, 1: 1}}, "must name every mentor; 1 is absent, first 2"),
        ({"mentee_ids": ["a", "a"]}, "ids must be unique; 'a' came more than once"),
        ({"mentee_ids": ["a", None]}, "the one at position 1 is missing"),
        ({"mentor_ids": ["a"]}, "must name 3 mentors; got 1 id"),
        ({"acceptable": np.ones((2, 2), dtype=bool)}, "bool matrix of shape"),
        ({"acceptable": np.ones((2, 3))}, "bool matrix of shape"),
    ],
)
def test_bad_matrices_are_refused(change, message):
    given = {"mentee_utility": ONES, "mentor_utility": ONES, "capacity": 1, **change}
    with pytest.raises(MarketError, match=message) as raised:
        Market.from_utilities(given.pop("mentee_utility"), given.pop("mentor_utility"), **given)
    assert str(raised.value).startswith("Market.from_utilities: ")


def test_what_may_not_be_matched_need_not_be_finite():
    utility = np.array([[1.0, np.nan]])
    market = Market.from_utilities(
        utility, utility, capacity=1, acceptable=np.array([[True, False]])
    )
    assert market.pairs().mentor.tolist() == [0]


@pytest.mark.parametrize(
    ("mentees", "mentors", "message"),
    [
        (
            {"a": ["mja"]},
            {"mia": []},
            r"mentee 'a' lists 'mja', who is no mentor\. Did you mean 'mia'",
        ),
        ({"a": ["a"]}, {"x": []}, "mentee 'a' lists themself"),
        ({"a": ["x", "x"]}, {"x": ["a"]}, "lists 'x' more than once"),
        ({"a": [["x", "x"]]}, {"x": ["a"]}, "lists 'x' more than once"),
        ({"a": ["x"]}, {"x": []}, "1 wish is not returned, first 'a' lists 'x'"),
        ({"a": []}, {"x": ["a"]}, "not returned, first 'x' lists 'a'"),
        ({}, {"x": []}, "at least one mentee; got none"),
        ({"a": []}, {}, "at least one mentor; got none"),
        ({"a": "x"}, {"x": ["a"]}, "wishes of mentee 'a' must be a list"),
        ([["x"]], {"x": ["a"]}, "must map each mentee's id to an ordered list"),
    ],
)
def test_bad_wish_lists_are_refused(mentees, mentors, message):
    with pytest.raises(MarketError, match=message):
        Market.from_preferences(mentees, mentors, capacity=1)


def test_one_sided_wishes_are_dropped_by_an_explicit_verb_that_reports():
    mentees = {"a": ["x", ["y", "z"]], "b": ["x"]}
    mentors = {"x": ["a"], "y": ["a", "b"], "z": ["a"]}
    kept = mutual_preferences(mentees, mentors)
    assert kept.mentee_preferences == {"a": ["x", ["y", "z"]], "b": []}
    assert kept.mentor_preferences == {"x": ["a"], "y": ["a"], "z": ["a"]}
    assert kept.dropped.values.tolist() == [["b", "mentee", "x", 1], ["y", "mentor", "b", 2]]
    market = Market.from_preferences(kept.mentee_preferences, kept.mentor_preferences, capacity=1)
    assert market.n_pairs == 3


@pytest.mark.parametrize(
    ("mentor", "utility", "message"),
    [
        ([[0, 3]], [[1, 2]], "positions below 2, or -1 .*; got 3 in 1 place, first row 0"),
        ([[0, 0]], [[1, 2]], "mentor 0 came more than once in row 0"),
        ([[0, 1]], [[1, np.inf]], "must be finite; got inf in 1 pair, first row 0"),
        ([[0, 1]], [[1]], "must have the shape of `mentor`"),
        ([[0.5, 1]], [[1, 2]], "must be a matrix of mentor positions"),
    ],
)
def test_bad_lists_are_refused(mentor, utility, message):
    with pytest.raises(MarketError, match=message):
        Market.from_lists(mentor, utility, utility, capacity=[1, 1])


def test_a_million_people_in_full_matrices_are_refused():
    row = np.broadcast_to(np.zeros(1), (1_000_000, 1_000_000))
    with pytest.raises(MarketError, match=r"hold up to 200,000,000 pairs.*top=50"):
        Market.from_utilities(row, row, capacity=1)


def test_forms_too_large_are_refused(monkeypatch):
    market = Market.from_utilities(ONES, ONES, capacity=1)
    lists = Market.from_lists([[0], [1]], [[1], [1]], [[1], [1]], capacity=[1, 1])
    monkeypatch.setattr(market_module, "MAX_LISTED_PAIRS", 5)
    monkeypatch.setattr(market_module, "MAX_DENSE_PAIRS", 3)
    with pytest.raises(MarketError, match="lists hold up to 5 pairs; this market has 6"):
        market.pairs()
    with pytest.raises(MarketError, match="matrices hold up to 3 pairs"):
        lists.matrices()


def test_a_market_has_exactly_one_form():
    market = Market.from_utilities(ONES, ONES, capacity=1)
    with pytest.raises(MarketError, match="either `edges` or `dense`"):
        Market(market.mentee_ids, market.mentor_ids, market.capacity, market.lower)


def test_people_are_found_by_id():
    market = Market.from_utilities(ONES, ONES, capacity=1, mentee_ids=["ann", "bob"])
    assert market.mentee_position("bob") == 1
    assert market.mentor_position(2) == 2
    with pytest.raises(MarketError, match=r"no mentee has the id 'an'\. Did you mean 'ann'"):
        market.mentee_position("an", who="explain")


def test_a_market_says_what_it_is():
    market = Market.from_utilities(ONES, ONES, capacity=[2, 1, 1])
    assert repr(market).startswith("Applicant pool: 2 mentees, 3 mentors with 4 places")
    assert "6 acceptable pairs (100% of all)" in market._repr_html_()


def test_an_assignment_is_rows_of_the_members_table():
    market = Market.from_utilities(
        [[2, 1], [1, 2], [0, 0]], np.ones((3, 2)), capacity=1, mentee_ids=["a", "b", "c"]
    )
    found = assign(market, "serial_dictatorship", seed=3)
    members = found.to_frame()
    assert list(members) == ["relationship_id", "person_id", "role"]
    assert len(members) == 2 * found.n_matched == 4
    assert members["relationship_id"].nunique() == 2
    assert len(found.unmatched) == 1
    assert "2 mentees of 3 matched with 2 mentors" in found.summary()
    assert found.load.tolist() == [1, 1]


def test_an_unknown_policy_is_named():
    market = Market.from_utilities(ONES, ONES, capacity=1)
    with pytest.raises(ValueError, match="Did you mean 'mentee_proposing'"):
        assign(market, "mentee_proposal", seed=1)
    with pytest.raises(ValueError, match="`market` must be a Market"):
        assign(ONES, "random", seed=1)
    with pytest.raises(ValueError, match="must be a name, a policy or a function"):
        assign(market, 7, seed=1)
