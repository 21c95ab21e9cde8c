"""Peers: against all pairings, against other people's answers, and on what is refused."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mentorlab.errors import MarketError, NoStableMatching, OptionError
from mentorlab.matching.forms.peers import pair_peers


def pairings(people):
    """Every way to pair some of the people."""
    if not people:
        yield []
        return
    first, rest = people[0], people[1:]
    yield from pairings(rest)
    for other in rest:
        for more in pairings([p for p in rest if p != other]):
            yield [(first, other), *more]


def is_stable(pairs, wishes):
    partner = {a: b for pair in pairs for a, b in (pair, pair[::-1])}

    def prefers(a, b):
        if b not in wishes[a]:
            return False
        return a not in partner or wishes[a].index(b) < wishes[a].index(partner[a])

    allowed = all(b in wishes[a] and a in wishes[b] for a, b in pairs)
    return allowed and not any(prefers(a, b) and prefers(b, a) for a, b in combinations(wishes, 2))


def as_pairs(members):
    return [tuple(group) for _, group in members.groupby("relationship_id")["person_id"]]


@st.composite
def wish_lists(draw, most=6):
    n = draw(st.integers(2, most))
    rng = np.random.default_rng(draw(st.integers(0, 10_000)))
    density = draw(st.sampled_from([1.0, 0.7, 0.4]))
    mutual = np.triu(rng.random((n, n)) < density, 1)
    mutual |= mutual.T
    names = [f"p{i}" for i in range(n)]
    return {names[i]: [names[k] for k in rng.permutation(n) if mutual[i, k]] for i in range(n)}


@settings(max_examples=150, deadline=None)
@given(wish_lists())
def test_stable_whenever_any_pairing_is(wishes):
    stable = [pairs for pairs in pairings(list(wishes)) if is_stable(pairs, wishes)]
    if not stable:
        with pytest.raises(NoStableMatching, match="two people prefer each other"):
            pair_peers(wishes)
        return
    found = as_pairs(pair_peers(wishes))
    assert is_stable(found, wishes)
    alone = {frozenset(set(wishes) - {p for pair in pairs for p in pair}) for pairs in stable}
    assert alone == {frozenset(set(wishes) - {p for pair in found for p in pair})}


@settings(max_examples=60, deadline=None)
@given(wish_lists())
def test_best_total_is_the_best_of_all(wishes):
    def worth(pairs):
        return len(pairs), -sum(wishes[a].index(b) + wishes[b].index(a) for a, b in pairs)

    allowed = [
        pairs
        for pairs in pairings(list(wishes))
        if all(b in wishes[a] and a in wishes[b] for a, b in pairs)
    ]
    found = as_pairs(pair_peers(wishes, method="best_total"))
    assert worth(found) == max(map(worth, allowed))


def test_no_stable_pairing_of_the_textbook():
    wishes = {
        "a": ["b", "c", "d"],
        "b": ["c", "a", "d"],
        "c": ["a", "b", "d"],
        "d": ["a", "b", "c"],
    }
    with pytest.raises(NoStableMatching, match='method="best_total" always finds'):
        pair_peers(wishes)
    assert len(pair_peers(wishes, method="best_total")) == 4


def test_the_odd_one_joins_the_pair_that_suits_all():
    square = pd.DataFrame(
        [[0, 9, 1, 2, 5], [9, 0, 1, 2, 5], [1, 1, 0, 8, 1], [2, 2, 8, 0, 1], [5, 5, 1, 1, 0]],
        index=list("abcde"),
        columns=list("abcde"),
        dtype=float,
    )
    left = pair_peers(square, method="best_total")
    assert set(left["person_id"]) == set("abcd")
    three = pair_peers(square, method="best_total", odd="three")
    assert three.groupby("relationship_id")["person_id"].agg("".join).tolist() == ["abe", "cd"]
    assert three.loc[three["person_id"] == "e", "rank"].tolist() == [1]
    with pytest.raises(MarketError, match="1 person stays over: 'e'"):
        pair_peers(square, method="best_total", odd="refuse")


def test_a_three_must_suit_all_three():
    wishes = {"a": ["b", "c"], "b": ["a"], "c": ["a"]}
    assert pair_peers(wishes)["person_id"].tolist() == ["a", "b"]
    with pytest.raises(MarketError, match="'c' can join no pair in which all three"):
        pair_peers(wishes, odd="three")


def test_equals_need_a_lottery_and_are_drawn_by_it():
    wishes = {"a": [["b", "c"]], "b": ["a"], "c": ["a"]}
    with pytest.raises(OptionError, match=r"`seed` is needed.*first 'a'"):
        pair_peers(wishes)
    drawn = {tuple(pair_peers(wishes, seed=seed)["person_id"]) for seed in range(20)}
    assert drawn == {("a", "b"), ("a", "c")}
    assert pair_peers(wishes, seed=3).equals(pair_peers(wishes, seed=3))


def test_three_forms_of_wishes_are_one():
    lists = {"a": ["b", ["c", "d"]], "b": ["a", "c"], "c": ["b", "a"], "d": ["a"]}
    rows = [
        (person, other, rank)
        for person, ordered in lists.items()
        for rank, entry in enumerate(ordered, 1)
        for other in (entry if isinstance(entry, list) else [entry])
    ]
    table = pd.DataFrame(rows, columns=["person_id", "other_id", "rank"])
    square = pd.DataFrame(np.nan, index=list(lists), columns=list(lists))
    for person, other, rank in rows:
        square.loc[person, other] = -rank
    answers = [pair_peers(form, seed=4) for form in (lists, table, square)]
    assert answers[0].equals(answers[1])
    assert answers[0].equals(answers[2])


@pytest.mark.parametrize(
    ("wishes", "said"),
    [
        ({"ann": ["bob"], "bo": ["ann"]}, "'ann' lists 'bob', who has no list. Did you mean 'bo'?"),
        ({"a": ["a"], "b": ["a"]}, "'a' lists themself"),
        ({"a": ["b", "b"], "b": ["a"]}, "'a' lists 'b' twice"),
        ({"a": ["b"], "b": []}, "'a' lists 'b', who does not list 'a' .1 such wish"),
        ({"a": []}, "it takes two to pair; got 1 person"),
        ({"a": "b", "b": ["a"]}, "the wishes of 'a' must be a list"),
        ([1, 2], "got a list"),
        (pd.DataFrame({"a": [1.0]}, index=["b"]), "same people, each once"),
        (
            pd.DataFrame([[0, np.inf], [1, 0]], index=list("ab"), columns=list("ab")),
            "finite.*got inf for 'a' with 'b'",
        ),
    ],
)
def test_bad_wishes_are_named(wishes, said):
    with pytest.raises(MarketError, match=said):
        pair_peers(wishes)


def test_options_are_checked():
    with pytest.raises(OptionError, match="`method` must be 'stable' or 'best_total'"):
        pair_peers({"a": ["b"], "b": ["a"]}, method="Stable")
    big = pd.DataFrame(np.zeros((1001, 1001)))
    with pytest.raises(OptionError, match="at most 1,000 people"):
        pair_peers(big, method="best_total")
