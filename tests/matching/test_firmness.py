"""Noise, moved weights, lies and recommendations."""

from dataclasses import replace
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from judged_markets import drawn_market, lists_of, seeds

import mentorlab as ml
from mentorlab.errors import MarketError, OptionError
from mentorlab.matching import (
    Complementarity,
    Market,
    Similarity,
    as_policy,
    assign,
    build_market,
)
from mentorlab.matching.judgment.misreport import misreport_gain
from mentorlab.matching.judgment.recommend import recommend, term_parts
from mentorlab.matching.judgment.robustness import match_robustness
from mentorlab.matching.judgment.weight_moves import reweight, weight_sensitivity


@pytest.fixture(scope="module")
def example():
    return build_market(ml.datasets.load_example_program().applicants)


def test_a_toss_up_is_found_and_a_firm_match_is_not():
    utility = np.array([[9.0, 1, 0], [0.0, 5.0, 4.99], [0.0, 4.99, 5.0]])
    market = Market.from_utilities(utility, utility, capacity=1, mentee_ids=["a", "b", "c"])
    firm = match_robustness(
        assign(market, "optimal", seed=1), noise=0.2, n_draws=200, seed=3
    ).to_frame()
    share = firm.set_index("mentee_id")["same"]
    assert share["a"] == 1.0
    assert 0.3 < share["b"] < 0.8
    assert share["b"] == share["c"]
    rival = firm.set_index("mentee_id").loc["b"]
    assert rival["rival"] == 2
    assert rival["same"] + rival["rival_share"] == pytest.approx(1.0)


def test_noise_is_the_seed_s_and_lists_do_as_well(example):
    assignment = assign(example, "mentee_proposing", seed=1)
    one = match_robustness(assignment, n_draws=5, seed=3)
    assert one.to_frame().equals(match_robustness(assignment, n_draws=5, seed=3).to_frame())
    listed = replace(assignment, market=lists_of(example))
    found = match_robustness(listed, n_draws=5, seed=3).to_frame()["same"]
    assert found.between(0, 1).all()
    with pytest.raises(OptionError, match="`noise` must be more than 0; got 0"):
        match_robustness(assignment, noise=0, seed=1)
    own = assign(example, as_policy(lambda m, r: -np.ones(m.n_mentees, int), name="mine"), seed=1)
    with pytest.raises(OptionError, match=r"made by 'mine'.*give it as policy"):
        match_robustness(own, seed=1)


def test_a_moved_weight_is_a_market_built_with_it():
    applicants = ml.datasets.load_example_program().applicants
    values = [name for name in applicants if str(name).startswith("value")]
    like, fit = Similarity(values), Complementarity(wants="interests", has="skills")
    market = build_market(applicants, utility=1.0 * like + 1.0 * fit)
    built = build_market(applicants, utility=1.0 * like + 0.25 * fit)
    for form in (market, lists_of(market)):
        moved = reweight(form, fit.name, 0.25).matrices()
        np.testing.assert_allclose(moved.mentee_utility, built.matrices().mentee_utility)
        np.testing.assert_allclose(moved.mentor_utility, built.matrices().mentor_utility)
    assignment = assign(market, "optimal", seed=1)
    told = weight_sensitivity(assignment, by=[-0.75, 0.0], terms=[fit.name])
    again = assign(built, "optimal", seed=1)
    differ = int((again.mentor_of != assignment.mentor_of).sum())
    assert told.to_frame()["n_changed"].tolist() == [differ, 0]
    assert len(told.changed) == differ
    assert (told.to_frame()["total_change"] <= 1e-9).all()
    with pytest.raises(OptionError, match="no term here"):
        weight_sensitivity(assignment, terms=["skils"])
    with pytest.raises(MarketError, match="utilities but no terms"):
        weight_sensitivity(assign(drawn_market(1), "random", seed=1))


def test_parts_add_up_to_the_utility(example):
    mentee = np.repeat(np.arange(5), 4)
    mentor = np.tile(np.arange(4), 5)
    dense = example.matrices()
    for side, utility in (("mentee", dense.mentee_utility), ("mentor", dense.mentor_utility)):
        total = sum(term_parts(example, mentee, mentor, side=side).values())
        np.testing.assert_allclose(total, utility[mentee, mentor])


def test_candidates_come_best_first_with_reasons(example):
    told = recommend(example, example.mentee_ids[0], n=5)
    table = told.to_frame()
    utility = example.matrices().mentee_utility[0]
    assert table["utility"].tolist() == sorted(utility, reverse=True)[:5]
    parts = table[[name for name in table if name.startswith("part_")]]
    np.testing.assert_allclose(parts.sum(axis=1), table["utility"])
    for row in table.itertuples():
        assert row.rank == 1 + (utility > row.utility).sum()
    mentor = recommend(example, example.mentor_ids[0], side="mentor").to_frame()
    assert set(mentor["person_id"]) <= set(example.mentee_ids)
    with pytest.raises(MarketError, match="no mentee or mentor has the id 'nobody'"):
        recommend(example, "nobody")
    with pytest.raises(OptionError, match="`n` must be 1 or more; got 0"):
        recommend(example, example.mentee_ids[0], n=0)


@settings(max_examples=15, deadline=None)
@given(seeds)
def test_no_mentee_gains_by_lying_where_mentees_propose(seed):
    market = drawn_market(seed, most=4)
    for mentee in market.mentee_ids:
        told = misreport_gain(market, "mentee_proposing", mentee, seed=seed)
        assert told.exhaustive
        assert told.gain == 0
        n = (
            int((market.matrices().acceptable[market.mentee_position(mentee)]).sum())
            if (market.matrices().acceptable is not None)
            else market.n_mentors
        )
        assert len(told.tried) == sum(len(list(permutations(range(n), k))) for k in range(n + 1))


def test_a_mentor_gains_by_cutting_the_list():
    market = Market.from_preferences(
        {"a": ["x", "y", "z"], "b": ["y", "x", "z"], "c": ["x", "y", "z"]},
        {"x": ["b", "a", "c"], "y": ["a", "b", "c"], "z": ["a", "b", "c"]},
        capacity=1,
    )
    told = misreport_gain(market, "mentee_proposing", "x", seed=1)
    assert told.side == "mentor"
    assert told.gain == 1.0
    assert told.lie[0] == "b"
    assert "gains 1 by another list" in told.headline()


def test_listing_one_wins_where_first_come_is_served():
    market = Market.from_preferences(
        {"a": ["x", "y"], "b": ["x", "y"], "c": ["y", "x"]},
        {"x": ["a", "b", "c"], "y": ["c", "b", "a"]},
        capacity=1,
    )
    told = misreport_gain(market, "serial_dictatorship", "b", n_lotteries=3, seed=1)
    assert told.gain == 0
    assert told.n_lotteries == 3


def test_long_lists_are_sampled_and_said_to_be():
    rng = np.random.default_rng(1)
    market = Market.from_utilities(rng.random((12, 9)), rng.random((12, 9)), capacity=1)
    told = misreport_gain(market, "mentee_proposing", 0, n_lists=60, seed=1)
    assert not told.exhaustive
    assert len(told.tried) == 60
    assert told.gain == 0
    assert "a larger gain may exist" in told.summary()
    again = misreport_gain(market, "mentee_proposing", 0, n_lists=60, seed=1)
    assert again.tried.equals(told.tried)


def test_who_is_locked_can_t_lie():
    market = replace(drawn_market(3), required=np.array([[0, 0]]))
    with pytest.raises(MarketError, match="in a pair that must be kept"):
        misreport_gain(market, "random", market.mentee_ids[0], seed=1)
    with pytest.raises(OptionError, match="`n_lists` must be 1 or more"):
        misreport_gain(market, "random", market.mentee_ids[0], n_lists=0, seed=1)
