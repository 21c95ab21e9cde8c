import numpy as np
import pandas as pd
import pytest

import mentorlab as ml
from mentorlab import matching
from mentorlab.errors import (
    MarketError,
    MissingTableError,
    NoStableMatching,
    OptionError,
    PolicyError,
)
from mentorlab.widgets import matching_view
from mentorlab.widgets.matching_pool import MatchingPool, Setting, usual_rules

POLICIES = ["mentee_proposing", "optimal", "random"]


@pytest.fixture(scope="module")
def example():
    return ml.datasets.load_example_program()


@pytest.fixture(scope="module")
def pool(example):
    return MatchingPool.of(example, seed=1, who="tests")


@pytest.fixture
def small():
    """Three mentees, two mentors with one place each; mia is liked best by all."""
    utility = [[3, 1], [3, 2], [3, 1]]
    mentor = [[3, 1], [2, 3], [1, 2]]
    ids = {"mentee_ids": ["ann", "bob", "cleo"], "mentor_ids": ["mia", "tom"]}
    return matching.Market.from_utilities(utility, mentor, capacity=1, **ids)


def test_the_measures_are_those_of_evaluate_assignment(example):
    view = matching_view(example, policy="optimal", policies=POLICIES)
    market = matching.build_market(example.applicants, preferences=example.preferences)
    judged = matching.evaluate_assignment(matching.assign(market, "optimal", seed=1))
    for name in ("coverage", "total_utility", "blocking_pairs", "load_gini", "of_optimum"):
        assert view.value(name) == pytest.approx(judged.value(name), nan_ok=True)


def test_weights_give_the_market_that_build_market_gives(example):
    view = matching_view(
        example,
        policy="optimal",
        weights={"stated wish": 2.5, "skills that meet interests": 0.0},
        on=["same department"],
        policies=POLICIES,
    )
    values = [name for name in example.applicants if name.startswith("value")]
    market = matching.build_market(
        example.applicants,
        preferences=example.preferences,
        utility=matching.Similarity(values)
        + 0 * matching.Complementarity("interests", "skills")
        + 2.5 * matching.Stated(),
        rules=[matching.Block.same("department")],
    )
    judged = matching.evaluate_assignment(matching.assign(market, "optimal", seed=1))
    assert view.value("total_utility") == pytest.approx(judged.value("total_utility"))


def test_weights_of_listed_markets_move_too(example):
    market = matching.build_market(example.applicants, preferences=example.preferences, top=5)
    moved = MatchingPool.of(market, seed=1, who="tests").solved(Setting((1.0, 1.0, 3.0)))
    again = matching.build_market(
        example.applicants,
        preferences=example.preferences,
        utility=matching.Similarity(["value_autonomy", "value_service", "value_stability"])
        + matching.Complementarity("interests", "skills")
        + 3 * matching.Stated(),
    )
    pairs = moved.market.pairs()
    found = again.pairs().find(pairs.mentee(), pairs.mentor.astype(np.int64))
    np.testing.assert_allclose(pairs.mentee_utility, again.pairs().mentee_utility[found])


def test_the_frame_has_every_policy_and_without_comparison_only_one(example):
    view = matching_view(example, policies=POLICIES)
    assert view.to_frame()["policy"].unique().tolist() == POLICIES
    alone = matching_view(example, compare=False)
    assert alone.to_frame()["policy"].unique().tolist() == ["mentee_proposing"]
    assert alone.comparison.empty
    own = view.to_frame().query("policy == 'mentee_proposing'").set_index("measure")["value"]
    one = alone.to_frame().set_index("measure")["value"]
    pd.testing.assert_series_equal(own[one.index], one)


def test_places_hold_each_matched_mentee_once_and_no_mentor_too_many(pool, example):
    view = matching_view(pool, policy="optimal", extra_places=-1, compare=False)
    held = view.places.dropna(subset="mentee_id")
    everyone = set(example.applicants.query("role == 'mentee'")["person_id"])
    assert held["mentee_id"].is_unique
    assert set(held["mentee_id"]) | set(view.left_out) == everyone
    stated = example.applicants.set_index("person_id")["capacity"]
    n_places = view.places.groupby("mentor_id").size()
    assert (n_places == (stated[n_places.index] - 1).clip(lower=1)).all()
    assert view.places.groupby("mentor_id")["column"].nunique().eq(1).all()


def test_more_places_leave_nobody_worse_served(pool):
    left = [
        len(matching_view(pool, extra_places=more, compare=False).left_out) for more in (-1, 0, 1)
    ]
    assert left == sorted(left, reverse=True)


def test_extra_places_keep_required_pairs(small):
    kept = matching.build_market(
        pd.DataFrame(
            {
                "person_id": ["a", "b", "c", "m", "n"],
                "role": ["mentee"] * 3 + ["mentor"] * 2,
                "capacity": [1, 1, 1, 2, 1],
                "level": [1, 2, 3, 1, 2],
            }
        ),
        utility=matching.Similarity("level"),
        rules=[matching.Require([("a", "m"), ("b", "m")])],
    )
    view = matching_view(kept, policy="optimal", extra_places=-2, compare=False)
    assert view.places.query("mentor_id == 'm'")["mentee_id"].tolist() == ["a", "b"]


def test_the_worst_off_is_explained_unless_somebody_is_named(small):
    view = matching_view(small, policies=["mentee_proposing", "optimal"])
    assert view.left_out == ("cleo",)
    assert view.explanation.person_id == "cleo"
    assert "mia" in view.explanation.text
    assert matching_view(small, person="bob", compare=False).explanation.person_id == "bob"
    assert matching_view(small, person="mia", compare=False).explanation.side == "mentor"


def test_the_front_is_that_of_the_two_goals(pool):
    view = matching_view(pool, against="mentee_mean_rank")
    table = view.comparison
    for row in table[~table["pareto"]].itertuples():
        as_good = (table["mentee_mean_rank"] <= row.mentee_mean_rank + 1e-9) & (
            table["of_optimum"] >= row.of_optimum - 1e-9
        )
        assert as_good.sum() > 1
    assert view.goals == ("mentee_mean_rank", "of_optimum")


def test_a_market_of_ranks_has_no_total_so_coverage_stands_against():
    market = matching.Market.from_preferences(
        {"ann": ["mia", "tom"], "bob": ["mia"]}, {"mia": ["bob", "ann"], "tom": ["ann"]}, capacity=1
    )
    view = matching_view(market, policies=["mentee_proposing", "random"])
    assert view.goals == ("blocking_share", "coverage")
    assert "of the most" not in view.summary()


def test_policies_without_an_answer_are_named(pool):
    view = matching_view(pool, policies=["mentee_proposing", "popular"])
    assert set(view.impossible) == {"popular"}
    assert "without an answer on this market: popular" in view.notes()


def test_the_usual_rules_are_those_of_the_columns(example):
    assert [rule.name for rule in usual_rules(example.applicants)] == [
        "same department",
        "shared site",
    ]
    applicants = example.applicants.assign(reports_to=None, utc_offset=0, languages="en")
    assert len(usual_rules(applicants)) == 5


def test_a_program_without_applicants_is_refused(program):
    with pytest.raises(MissingTableError, match="matching_view: needs the table applicants"):
        matching_view(program)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"weights": {"stated wishes": 1}}, "`weights` must name .*Did you mean 'stated wish'"),
        ({"weights": {"stated wish": -1}}, "the weight of 'stated wish' must be 0 or more; got -1"),
        ({"weights": {"stated wish": float("nan")}}, "must be 0 or more; got nan"),
        ({"weights": {"stated wish": True}}, "must be 0 or more; got True"),
        ({"on": ["same site"]}, "`on` must name .*Did you mean 'shared site'"),
        ({"extra_places": 1.5}, "`extra_places` must be a whole number; got 1.5"),
        ({"against": "blocking"}, "`against` must be .*got 'blocking'"),
        ({"policy": "optimum"}, "`policy` must be one of .*Did you mean 'optimal'"),
        ({"policies": ["optimum"]}, "`policies` takes .*Did you mean 'optimal'"),
    ],
)
def test_unknown_names_are_refused_with_what_there_is(pool, options, message):
    with pytest.raises(OptionError, match=message):
        matching_view(pool, **options)


def test_other_faults_are_told_in_the_parts_own_words(pool, small):
    with pytest.raises(MarketError, match="no mentee or mentor has the id 'nobody'"):
        matching_view(pool, person="nobody", compare=False)
    with pytest.raises(OptionError, match="needs a program, an applicants table or a market"):
        matching_view(["ann"])
    with pytest.raises(OptionError, match="'rules' belongs to build_market"):
        matching_view(small, rules=[])
    with pytest.raises(PolicyError, match="reads the market's similarity terms"):
        matching_view(small, policy="similarity", compare=False)
    equal = matching.Market.from_utilities([[1], [1]], [[1], [1]], capacity=1)
    with pytest.raises(NoStableMatching):
        matching_view(equal, policy="super_stable", compare=False)


def test_rules_of_one_name_are_refused(example):
    rules = [matching.Block.same("department")] * 2
    with pytest.raises(OptionError, match="'same department' came twice"):
        matching_view(example, rules=rules)


def test_rules_that_were_given_are_in_force_and_can_be_left_out(example):
    rules = [matching.Block.same("department")]
    n_pairs = [
        MatchingPool.of(example, rules=rules, seed=1, who="tests").solved(setting).market.n_pairs
        for setting in (Setting((1.0,) * 3, ("same department",)), Setting((1.0,) * 3))
    ]
    assert n_pairs[0] < n_pairs[1] == 60 * 28
    assert matching_view(example, rules=rules, compare=False).on == ("same department",)


def test_same_call_same_answer(example):
    first, second = (matching_view(example, policies=POLICIES) for _ in range(2))
    pd.testing.assert_frame_equal(first.to_frame(), second.to_frame())
    assert repr(first) == repr(second)
    assert "0x" not in repr(first)
    assert first.cite()
