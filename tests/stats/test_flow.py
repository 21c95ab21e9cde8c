"""Flows against complete enumeration, and proofs against answers that are wrong."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from scipy.optimize import linear_sum_assignment

from mentorlab.errors import EstimationError, OptionError
from mentorlab.stats.flow import (
    UNASSIGNED,
    AssignmentGraph,
    InfeasibleFlow,
    append_last,
    assignment_graph,
    best_assignment,
    best_by_pruning,
    best_of_matrix,
    cheapest_closed_set,
    fewest_of_worst,
    inside,
    largest_assignment,
    left_out_because,
    loads,
    settle_in_order,
    with_outside,
)
from mentorlab.stats.flow.integers import MAX_BITS, whole_costs
from mentorlab.stats.flow.prices import node_prices

SEEDS = range(30)


def random_graph(rng: np.random.Generator, *, with_lower: bool) -> AssignmentGraph:
    n, m = int(rng.integers(1, 6)), int(rng.integers(1, 5))
    allowed = rng.random((n, m)) < rng.choice([0.4, 0.8, 1.0])
    upper = rng.integers(0, 4, m)
    lower = rng.integers(0, upper + 1) * (rng.random(m) < 0.4) if with_lower else np.zeros(m, int)
    indptr = np.concatenate([[0], np.cumsum(allowed.sum(axis=1))])
    return assignment_graph(indptr, np.nonzero(allowed)[1], lower=lower, upper=upper)


def every_assignment(graph: AssignmentGraph) -> list[np.ndarray]:
    """List all assignments within the limits, as chosen arcs."""
    rows = [[UNASSIGNED, *range(graph.indptr[i], graph.indptr[i + 1])] for i in range(graph.n_left)]
    found = []
    for arcs in product(*rows):
        chosen = np.array(arcs)
        load = loads(graph, chosen)
        if (load >= graph.lower).all() and (load <= graph.upper).all():
            found.append(chosen)
    return found


def n_served(chosen: np.ndarray) -> int:
    return int((chosen >= 0).sum())


def total_of(score: np.ndarray, chosen: np.ndarray) -> float:
    return float(score[chosen[chosen >= 0]].sum())


def scores(rng: np.random.Generator, n_arcs: int) -> np.ndarray:
    return rng.choice(
        [
            rng.integers(-3, 4, n_arcs).astype(float),
            rng.normal(size=n_arcs) * 10.0 ** rng.integers(-6, 6),
        ]
    )


@pytest.mark.parametrize("seed", SEEDS)
def test_largest_assignment_serves_as_many_as_enumeration(seed):
    graph = random_graph(np.random.default_rng(seed), with_lower=seed % 2 == 1)
    everything = every_assignment(graph)
    if not everything:
        with pytest.raises(InfeasibleFlow, match="lower limits can't be met") as caught:
            largest_assignment(graph)
        shortage = caught.value.shortage
        reach = {
            int(i)
            for i, b in zip(graph.left, graph.right, strict=True)
            if b in set(shortage.right.tolist())
        }
        assert shortage.left.tolist() == sorted(reach)
        assert (
            graph.lower[shortage.right].sum() == shortage.needed > shortage.available == len(reach)
        )
        return
    chosen = largest_assignment(graph)
    load = loads(graph, chosen)
    assert n_served(chosen) == max(map(n_served, everything))
    assert (load >= graph.lower).all()
    assert (load <= graph.upper).all()


@pytest.mark.parametrize("seed", SEEDS)
def test_those_left_out_share_too_few_places(seed):
    graph = random_graph(np.random.default_rng(seed), with_lower=False)
    chosen = largest_assignment(graph)
    shortage = left_out_because(graph, chosen)
    if n_served(chosen) == graph.n_left:
        assert shortage is None
        return
    places = {int(b) for i in shortage.left for b in graph.right[graph.left == i]}
    assert places <= set(shortage.right.tolist())
    assert shortage.available == graph.upper[shortage.right].sum()
    assert shortage.needed - shortage.available == graph.n_left - n_served(chosen)


@pytest.mark.parametrize("participation_first", [True, False])
@pytest.mark.parametrize("seed", SEEDS)
def test_best_assignment_reaches_the_enumerated_total(seed, participation_first):
    rng = np.random.default_rng(seed)
    graph = random_graph(rng, with_lower=seed % 2 == 1)
    score = scores(rng, graph.n_arcs)
    outside = float(rng.integers(-1, 2))
    everything = every_assignment(graph)
    if not everything:
        with pytest.raises(InfeasibleFlow):
            best_assignment(graph, score, participation_first=participation_first)
        return
    optimum = best_assignment(
        graph, score, participation_first=participation_first, outside=outside
    )
    largest = max(map(n_served, everything))
    if participation_first:
        expected = max(total_of(score, c) for c in everything if n_served(c) == largest)
        assert n_served(optimum.chosen) == largest
        reached = optimum.total
    else:

        def worth(c):
            return total_of(score, c) + outside * (graph.n_left - n_served(c))

        expected = max(map(worth, everything))
        reached = worth(optimum.chosen)
    assert reached == pytest.approx(expected, abs=optimum.error + 1e-9 * np.abs(score).sum())


@pytest.mark.parametrize("likely", [1, 2, None])
@pytest.mark.parametrize("seed", SEEDS)
def test_matrix_optimum_equals_the_optimum_over_all_pairs(seed, likely):
    rng = np.random.default_rng(seed)
    n, m = int(rng.integers(1, 30)), int(rng.integers(1, 12))
    score = rng.normal(size=(n, m)) if seed % 3 else rng.integers(0, 4, (n, m)).astype(float)
    acceptable = None if seed % 4 == 0 else rng.random((n, m)) < 0.6
    upper = rng.integers(0, 5, m)
    lower = (rng.random(m) < 0.2) * (upper > 0) * (seed % 2)
    allowed = np.ones((n, m), bool) if acceptable is None else acceptable
    graph = assignment_graph(
        np.concatenate([[0], np.cumsum(allowed.sum(axis=1))]),
        np.nonzero(allowed)[1],
        lower=lower,
        upper=upper,
    )
    for participation_first in (True, False):
        try:
            expected = best_assignment(
                graph, score[allowed], participation_first=participation_first
            )
        except InfeasibleFlow:
            with pytest.raises(InfeasibleFlow):
                best_of_matrix(score, upper=upper, lower=lower, acceptable=acceptable)
            continue
        matrix = {"upper": upper, "lower": lower, "acceptable": acceptable}
        for got in (
            best_of_matrix(score, **matrix, participation_first=participation_first),
            best_by_pruning(
                score, **matrix, participation_first=participation_first, likely=likely
            ),
        ):
            assert got.total == pytest.approx(expected.total, abs=1e-9)
            rows = np.flatnonzero(got.place >= 0)
            assert allowed[rows, got.place[rows]].all()
            load = np.bincount(got.place[rows], minlength=m)
            assert ((load >= lower) & (load <= upper)).all()
            if participation_first:
                assert len(rows) == n_served(expected.chosen)


def test_matrix_optimum_equals_expanded_slots_at_moderate_size():
    rng = np.random.default_rng(5)
    score = rng.normal(size=(300, 1)) @ rng.normal(size=(1, 40)) + rng.normal(size=(300, 40))
    rows, slots = linear_sum_assignment(np.repeat(score, 6, axis=1), maximize=True)
    expected = score[rows, slots // 6].sum()
    pruned = best_by_pruning(score, upper=np.full(40, 6), likely=3)
    assert pruned.total == pytest.approx(expected, abs=1e-9)
    assert pruned.n_rounds > 1
    assert pruned.n_arcs < score.size
    whole = best_of_matrix(score, upper=np.full(40, 6))
    assert whole.total == pytest.approx(expected, abs=1e-9)
    assert whole.error < 1e-10
    surplus = best_of_matrix(score, upper=np.full(40, 60))
    assert surplus.total == pytest.approx(score.max(axis=1).sum(), abs=1e-9)
    short = best_of_matrix(score, upper=np.full(40, 2))
    rows, slots = linear_sum_assignment(np.repeat(score, 2, axis=1), maximize=True)
    assert short.total == pytest.approx(score[rows, slots // 2].sum(), abs=1e-9)


@pytest.mark.parametrize("seed", SEEDS)
def test_prices_exist_exactly_for_optima(seed):
    rng = np.random.default_rng(seed)
    graph = with_outside(random_graph(rng, with_lower=False), at_least=0, at_most=5)
    cost = rng.integers(0, 4, graph.n_arcs)
    everything = [c for c in every_assignment(graph) if n_served(c) == graph.n_left]
    least = min(cost[c].sum() for c in everything)
    for chosen in everything[:: max(1, len(everything) // 20)]:
        proof = node_prices(graph, cost, chosen)
        assert (proof is not None) == (cost[chosen].sum() == least)


@pytest.mark.parametrize("seed", SEEDS)
def test_goals_are_settled_in_order(seed):
    rng = np.random.default_rng(seed)
    graph = random_graph(rng, with_lower=False)
    full = with_outside(graph, at_least=0, at_most=graph.n_left)
    goals = [rng.integers(0, 3, full.n_arcs).astype(float) for _ in range(3)]
    everything = [c for c in every_assignment(full) if n_served(c) == full.n_left]
    chosen = settle_in_order(full, goals)
    reached = tuple(goal[chosen].sum() for goal in goals)
    assert reached == max(tuple(goal[c].sum() for goal in goals) for c in everything)


@pytest.mark.parametrize("seed", range(80))
def test_leximin_equals_enumeration(seed):
    rng = np.random.default_rng(seed)
    graph = random_graph(rng, with_lower=seed % 3 == 0)
    everything = every_assignment(graph)
    if not everything:
        return
    n_out = graph.n_left - max(map(n_served, everything))
    full = with_outside(graph, at_least=n_out, at_most=n_out)
    n_levels = int(rng.integers(1, 12))
    level = rng.integers(0, n_levels, graph.n_arcs)
    face, kept, chosen = fewest_of_worst(full, append_last(graph, level, -1))
    best = max(
        tuple(sorted(level[c[c >= 0]])) for c in everything if n_served(c) == graph.n_left - n_out
    )
    own = inside(full, chosen)
    assert tuple(sorted(level[own[own >= 0]])) == best
    own_of = np.flatnonzero(kept) - full.left[kept]
    for other in every_assignment(face):
        if n_served(other) == face.n_left:
            arcs = own_of[other][face.right[other] != graph.n_right]
            assert tuple(sorted(level[arcs])) == best
    n_best = sum(
        tuple(sorted(level[c[c >= 0]])) == best
        for c in everything
        if n_served(c) == graph.n_left - n_out
    )
    assert n_best == sum(n_served(c) == face.n_left for c in every_assignment(face))


@pytest.mark.parametrize("seed", SEEDS)
def test_closed_sets_are_cheapest_and_smallest(seed):
    rng = np.random.default_rng(seed)
    n = int(rng.integers(1, 9))
    cost = rng.integers(-4, 5, n)
    step, needs = rng.integers(0, n, (2, int(rng.integers(0, 2 * n))))
    closed = [
        np.array(chosen)
        for chosen in product([False, True], repeat=n)
        if all(chosen[b] or not chosen[a] for a, b in zip(step, needs, strict=True))
    ]
    least = min(cost[chosen].sum() for chosen in closed)
    found = cheapest_closed_set(cost, step, needs)
    best = [chosen for chosen in closed if cost[chosen].sum() == least]
    assert found.tolist() == np.all(best, axis=0).tolist()


def test_whole_scores_are_exact_and_others_say_their_error():
    exact = whole_costs(np.array([5.0, -7.0]), n_nodes=10)
    assert (exact.cost.tolist(), exact.step, exact.error) == ([0, 12], 1.0, 0.0)
    score = np.array([0.1, 0.7, -1.3])
    rough = whole_costs(score, n_nodes=10)
    assert 0 < rough.error <= 2.0 * 2.0**-MAX_BITS
    assert np.abs((score.max() - rough.cost * rough.step) - score).max() <= 2 * rough.error
    assert whole_costs(np.array([1e300, -1e300]), n_nodes=10).cost.max() < 2**MAX_BITS + 2
    assert whole_costs(np.array([1e-300, 0.0]), n_nodes=10**6).cost.max() > 2**15


def test_many_nodes_leave_room_for_the_solver():
    n_nodes = 1_100_000
    cost = whole_costs(np.array([0.1, 0.9]), n_nodes=n_nodes).cost
    assert 4 * cost.max() * n_nodes**2 < 2**63


def test_scores_that_are_not_finite_are_refused():
    with pytest.raises(OptionError, match="must be finite"):
        best_assignment(assignment_graph([0, 1], [0], upper=[1]), np.array([np.nan]))


@pytest.mark.parametrize(
    ("indptr", "right", "limits", "words"),
    [
        ([0, 2], [0], {"upper": [1]}, "must run from 0 to 1 arc"),
        ([0, 1], [1], {"upper": [1]}, "must hold positions 0 to 0; got 1 to 1"),
        ([0, 1], [0], {"upper": [1], "lower": [2]}, "position 0 .lower 2, upper 1"),
    ],
)
def test_graphs_that_do_not_fit_together_are_refused(indptr, right, limits, words):
    with pytest.raises(OptionError, match=words):
        assignment_graph(indptr, right, **limits)


def test_nobody_to_assign_is_no_error():
    graph = assignment_graph([0], [], upper=[2])
    assert best_assignment(graph, np.zeros(0)).total == 0.0
    assert best_of_matrix(np.zeros((0, 3)), upper=np.ones(3)).place.tolist() == []
    assert best_of_matrix(np.zeros((2, 0)), upper=np.ones(0)).place.tolist() == [-1, -1]


def test_an_impossible_complete_assignment_is_an_error_of_ours():
    graph = assignment_graph([0, 1, 2], [0, 0], upper=[1])
    with pytest.raises(EstimationError, match="solver answered INFEASIBLE"):
        settle_in_order(graph, [np.ones(2)])


def test_layered_graphs_do_not_take_exponential_time():
    """The family on which depth-first matching without layers explodes."""
    n = 4000
    rows = [[i, i + 1] for i in range(n)] + [[0]]
    indptr = np.cumsum([0] + [len(row) for row in rows])
    graph = assignment_graph(indptr, np.concatenate(rows), upper=np.ones(n + 1, int))
    assert n_served(largest_assignment(graph)) == n + 1
