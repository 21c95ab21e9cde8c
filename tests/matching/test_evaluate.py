"""Judging assignments: numbers by definition, comparisons, churn, gaps and the optimum."""

from dataclasses import replace
from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from judged_markets import drawn_assignment, drawn_market, lists_of, seeds

import mentorlab as ml
from mentorlab.errors import OptionError
from mentorlab.matching import Market, as_policy, assign, build_market
from mentorlab.matching.judgment.churn import changes, churn
from mentorlab.matching.judgment.compare import compare_assignments, pareto_front
from mentorlab.matching.judgment.evaluate import evaluate_assignment
from mentorlab.matching.stability.instability import blocking_pairs


@pytest.fixture(scope="module")
def example():
    program = ml.datasets.load_example_program()
    return build_market(program.applicants, preferences=program.preferences)


def envy_by_definition(assignment):
    market = assignment.market
    dense = market.matrices()
    ok = np.ones(dense.mentee_utility.shape, bool) if dense.acceptable is None else dense.acceptable
    own = [
        -np.inf if j < 0 else dense.mentee_utility[i, j] for i, j in enumerate(assignment.mentor_of)
    ]
    envious, claims = set(), set()
    for i in range(market.n_mentees):
        for j in range(market.n_mentors):
            if not ok[i, j] or dense.mentee_utility[i, j] <= own[i]:
                continue
            if assignment.load[j] < market.capacity[j]:
                claims.add(i)
            held = np.flatnonzero(assignment.mentor_of == j)
            if any(dense.mentor_utility[k, j] < dense.mentor_utility[i, j] for k in held):
                envious.add(i)
    return len(envious), len(claims)


@settings(max_examples=25, deadline=None)
@given(seeds)
def test_measures_are_as_defined(seed):
    assignment = drawn_assignment(drawn_market(seed), seed)
    market, dense = assignment.market, assignment.market.matrices()
    judged = evaluate_assignment(assignment, optimum=False)
    pairs = [(i, j) for i, j in enumerate(assignment.mentor_of) if j >= 0]
    assert judged.value("n_matched") == len(pairs)
    assert judged.value("coverage") == len(pairs) / market.n_mentees
    assert judged.value("mentee_total") == sum(dense.mentee_utility[p] for p in pairs)
    assert judged.value("mentor_total") == sum(dense.mentor_utility[p] for p in pairs)
    assert (judged.value("envious_mentees"), judged.value("free_place_claims")) == (
        envy_by_definition(assignment)
    )
    assert judged.value("blocking_pairs") == len(blocking_pairs(assignment))
    assert judged.loads["load"].tolist() == assignment.load.tolist()
    counted = judged.ranks.groupby("side")["n"].sum()
    assert counted.reindex(["mentee", "mentor"]).fillna(0).tolist() == [len(pairs)] * 2
    assert set(judged.worst_off["mentee_id"]) <= set(market.mentee_ids)
    n_left = len(assignment.unmatched)
    shown = judged.worst_off["mentor_id"].isna().sum()
    assert shown == min(n_left, 10)
    again = evaluate_assignment(replace(assignment, market=lists_of(market)), optimum=False)
    pd.testing.assert_frame_equal(again.measures, judged.measures)


@settings(max_examples=15, deadline=None)
@given(seeds)
def test_nothing_beats_the_optimum(seed):
    market = drawn_market(seed, most=4)
    dense = market.matrices()
    ok = np.ones(dense.mentee_utility.shape, bool) if dense.acceptable is None else dense.acceptable
    options = [[-1, *np.flatnonzero(row).tolist()] for row in ok]
    best = 0.0
    for chosen in product(*options):
        load = np.bincount([j for j in chosen if j >= 0], minlength=market.n_mentors)
        if (load <= market.capacity).all():
            total = sum(
                dense.mentee_utility[i, j] + dense.mentor_utility[i, j]
                for i, j in enumerate(chosen)
                if j >= 0
            )
            best = max(best, total)
    assignment = drawn_assignment(market, seed)
    judged = evaluate_assignment(assignment)
    assert judged.value("optimum") == pytest.approx(best)
    assert judged.value("to_optimum") == pytest.approx(best - judged.value("total_utility"))
    if best > 0:
        assert 0 <= judged.value("of_optimum") <= 1 + 1e-12


def test_a_market_of_ranks_has_an_optimum_among_the_largest():
    market = Market.from_preferences(
        {"a": ["x", "y"], "b": ["x"]}, {"x": ["a", "b"], "y": ["a"]}, capacity=1
    )
    judged = evaluate_assignment(assign(market, "optimal", seed=1))
    assert judged.value("to_optimum") == 0
    assert np.isnan(judged.value("of_optimum"))
    assert "minus ranks" in judged.summary()


def test_group_gaps_have_the_right_numbers(example):
    judged = evaluate_assignment(
        assign(example, "mentee_proposing", seed=1), by="department", optimum=False
    )
    matched = judged.gaps[judged.gaps["measure"] == "matched"].set_index("group")
    assignment = assign(example, "mentee_proposing", seed=1)
    rows = example.mentees.assign(matched=assignment.mentor_of >= 0)
    expected = rows.groupby("department")["matched"].mean()
    for group, value in expected.items():
        assert matched.loc[group, "value"] == pytest.approx(value)
        others = rows.loc[rows["department"] != group, "matched"].mean()
        assert matched.loc[group, "gap"] == pytest.approx(value - others)
        assert matched.loc[group, "conf_low"] <= matched.loc[group, "gap"] + 0.2
    assert matched["n"].sum() == example.n_mentees


def test_groups_need_attributes_and_known_columns(example):
    with pytest.raises(
        OptionError, match=r"must name columns of the mentees.*got 'departmnt'. Did"
    ):
        evaluate_assignment(assign(example, "random", seed=1), by="departmnt", optimum=False)
    plain = Market.from_utilities([[1.0]], [[1.0]], capacity=1)
    with pytest.raises(OptionError, match="needs the mentees' attributes"):
        evaluate_assignment(assign(plain, "random", seed=1), by="x", optimum=False)
    with pytest.raises(OptionError, match="`level` lies between 0 and 1; got 2"):
        evaluate_assignment(assign(plain, "random", seed=1), level=2)
    with pytest.raises(OptionError, match="must be an Assignment"):
        evaluate_assignment(plain)
    with pytest.raises(OptionError, match="there is no measure 'covrage'"):
        evaluate_assignment(assign(plain, "random", seed=1)).value("covrage")


def test_churn_counts_every_kind_of_change():
    market = Market.from_utilities(
        np.ones((5, 4)),
        np.ones((5, 4)),
        capacity=2,
        mentee_ids=list("abcde"),
        mentor_ids=list("wxyz"),
    )
    now = assign(market, as_policy(lambda m, r: [0, 1, 2, -1, -1], name="now"), seed=1)
    before = pd.DataFrame({"mentee_id": list("abdgc"), "mentor_id": list("wxwyq")})
    told = changes(now, before).set_index("mentee_id")
    assert told["change"].to_dict() == {
        "a": "kept",
        "b": "kept",
        "c": "moved",
        "d": "lost",
        "e": "still_unmatched",
        "g": "gone",
    }
    assert told["forced"].to_dict() == dict.fromkeys("abdeg", False) | {"c": True}
    counted = churn(told.reset_index())
    assert (counted["n_kept"], counted["n_moved"], counted["n_lost"]) == (2, 1, 1)
    assert counted["churn"] == 0.5
    assert counted["churn_by_choice"] == pytest.approx(1 / 3)
    judged = evaluate_assignment(now, previous=before, optimum=False)
    assert judged.value("churn") == 0.5
    with pytest.raises(OptionError, match="must name each mentee once; 'a' comes again"):
        changes(now, pd.DataFrame({"mentee_id": ["a", "a"], "mentor_id": ["w", "x"]}))
    with pytest.raises(OptionError, match="got a table with 1 column"):
        changes(now, pd.DataFrame({"mentee": ["a"]}))


def test_the_table_has_the_numbers_of_each(example):
    names = ("random", "mentee_proposing", "optimal")
    runs = {name: assign(example, name, seed=1) for name in names}
    compared = compare_assignments(runs)
    table = compared.to_frame().set_index("assignment")
    for name, run in runs.items():
        judged = evaluate_assignment(run)
        for measure in ("coverage", "total_utility", "blocking_pairs", "load_gini", "of_optimum"):
            assert table.loc[name, measure] == pytest.approx(judged.value(measure), nan_ok=True)
    assert table.loc["mentee_proposing", "blocking_pairs"] == 0
    assert table.loc["optimal", "to_optimum"] == pytest.approx(0, abs=1e-6)
    assert table.loc["optimal", "pareto"]
    assert table.loc["mentee_proposing", "pareto"]
    assert np.diag(compared.n_same).tolist() == [1.0, 1.0, 1.0]
    assert "on the front" in compared.summary()


def test_comparisons_of_different_pools_are_refused(example):
    other = Market.from_utilities([[1.0]], [[1.0]], capacity=1)
    runs = [assign(example, "random", seed=1), assign(other, "optimal", seed=1)]
    with pytest.raises(OptionError, match="'optimal' has other mentees"):
        compare_assignments(runs)
    with pytest.raises(OptionError, match="there is none"):
        compare_assignments({})
    with pytest.raises(OptionError, match=r"got 'coverag'. Did you mean 'coverage'"):
        compare_assignments(runs[:1], goals=("coverag", "total_utility"))
    twice = compare_assignments([runs[0], assign(example, "random", seed=2)])
    assert twice.to_frame()["assignment"].tolist() == ["random", "random (seed 2)"]


@settings(max_examples=50, deadline=None)
@given(seeds)
def test_the_front_is_what_nothing_beats(seed):
    rng = np.random.default_rng(seed)
    values = rng.integers(0, 4, (rng.integers(1, 8), 2)).astype(float)
    front = pareto_front(values)
    for row, on_front in zip(values, front, strict=True):
        beaten = any((other >= row).all() and (other > row).any() for other in values)
        assert on_front == (not beaten)
    assert front.any()
