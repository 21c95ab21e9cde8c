"""Best totals, the worst-off, and participation, beside what scipy offers for them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from elements_sections.side_by_side import Line
from scipy.optimize import LinearConstraint, linear_sum_assignment, milp
from scipy.sparse import csr_array, hstack
from scipy.sparse.csgraph import maximum_flow

from mentorlab.matching import Market
from mentorlab.matching.policies.maximin import Maximin
from mentorlab.matching.policies.optimal import Optimal
from mentorlab.stats.flow import best_assignment, best_by_pruning, matrix_graph

N_DIMENSIONS = 6
WHEN_LOWER = "used for matrices with lower limits, which the peer has not"


@dataclass(frozen=True)
class Count:
    """How often a promise held, where there is no time to compare.

    Attributes
    ----------
    job : str
        What was promised.
    kept, tried : int
        How often it held, of how many.
    """

    job: str
    kept: int
    tried: int

    @property
    def verdict(self) -> str:
        """Pass or MISS."""
        return "pass" if self.kept == self.tried else "MISS"

    def __str__(self) -> str:
        return f"  {self.verdict:7}  {self.job}: {self.kept:,} of {self.tried:,}"


def cpu(work: Callable[[], object], *, repeats: int = 1) -> tuple[float, object]:
    """Run one-thread work a few times; keep the least processor time and the last result."""
    times, result = [], None
    for _ in range(repeats):
        started = time.process_time()
        result = work()
        times.append(time.process_time() - started)
    return min(times), result


def compare_optimum(n: int, m: int, places: int, *, seed: int) -> Iterator[Line]:
    """The best total with capacities beside scipy's assignment on expanded slots."""
    rng = np.random.default_rng(seed)
    mentees, mentors = rng.normal(size=(n, N_DIMENSIONS)), rng.normal(size=(m, N_DIMENSIONS))
    pools = {
        "profiles": -((mentees[:, None] - mentors) ** 2).sum(axis=2),
        "uniform": rng.random((n, m)),
    }
    upper = np.full(m, places)
    for kind, score in pools.items():
        theirs, slots = cpu(
            lambda score=score: linear_sum_assignment(
                np.repeat(score, places, axis=1), maximize=True
            )
        )
        expected = score[slots[0], slots[1] // places].sum()
        market = Market.from_utilities(score, np.zeros_like(score), capacity=places)
        graph = matrix_graph(np.ones(score.shape, dtype=bool), np.zeros_like(upper), upper)
        runs = {
            "policy 'optimal' (insertion, all pairs)": (
                30,
                lambda m=market: score_of(m, Optimal()(m, rng)),
                "",
            ),
            "pruned flow, proven for all pairs": (
                30,
                lambda s=score: best_by_pruning(s, upper=upper).total,
                WHEN_LOWER,
            ),
            "flow on all pairs": (
                10,
                lambda s=score, g=graph: best_assignment(g, s.ravel()).total,
                "used for lists",
            ),
        }
        for name, (target, work, note) in runs.items():
            work()
            ours, total = cpu(work, repeats=3)
            assert abs(total - expected) <= 1e-9 * abs(score).sum() / m, (total, expected)
            job = f"best total, {kind}, {n:,} x {m:,} x {places}, {name}"
            yield Line(job, "scipy linear_sum_assignment on slots", ours, theirs, target, note=note)


def score_of(market: Market, mentor_of: np.ndarray) -> float:
    """Sum of the mentees' utilities."""
    matched = np.flatnonzero(mentor_of >= 0)
    return float(market.dense.mentee_utility[matched, mentor_of[matched]].sum())


def compare_maximin(n: int, m: int, listed: int, places: int, *, seed: int) -> Iterator[Line]:
    """The best worst-off beside the textbook program with one variable for the worst."""
    rng = np.random.default_rng(seed)
    mentor = np.argsort(rng.random((n, m)), axis=1)[:, :listed]
    utility = rng.random((n, listed))
    market = Market.from_lists(mentor, utility, np.zeros_like(utility), capacity=[places] * m)
    policy = Maximin()
    policy(market, rng)
    ours, mentor_of = cpu(lambda: policy(market, rng), repeats=3)
    pairs = market.pairs()
    formed = pairs.mentor == mentor_of[pairs.mentee()]
    assert (mentor_of >= 0).all()
    theirs, worst = cpu(lambda: epigraph_program(market))
    assert abs(pairs.mentee_utility[formed].min() - worst) < 1e-6
    yield Line(f"maximin, {n:,} x {m:,}, top {listed}", "HiGHS epigraph MILP", ours, theirs, 50)


def epigraph_program(market: Market) -> float:
    """Maximize t with t <= the utility of every mentee, everyone matched."""
    pairs = market.pairs()
    n_pairs, everyone = pairs.n_pairs, np.arange(pairs.n_pairs)
    ones = np.ones(n_pairs)
    by_mentee = csr_array((ones, (pairs.mentee(), everyone)), (market.n_mentees, n_pairs))
    by_mentor = csr_array((ones, (pairs.mentor, everyone)), (market.n_mentors, n_pairs))
    worst = csr_array(np.ones((market.n_mentees, 1)))
    nothing = [csr_array((count, 1)) for count in (market.n_mentees, market.n_mentors)]
    weighted = csr_array(by_mentee.multiply(pairs.mentee_utility))
    found = milp(
        np.append(np.zeros(n_pairs), -1.0),
        integrality=np.append(ones, 0.0),
        bounds=(0, 1),
        constraints=[
            LinearConstraint(hstack([by_mentee, nothing[0]]), 1, 1),
            LinearConstraint(hstack([by_mentor, nothing[1]]), -np.inf, market.capacity),
            LinearConstraint(hstack([weighted, -worst]), 0, np.inf),
        ],
    )
    assert found.status == 0, found.message
    return -found.fun


def count_participation(n_pools: int, *, seed: int) -> Iterator[Count]:
    """Whether participation first always matches as many as a maximum flow."""
    rng = np.random.default_rng(seed)
    kept = 0
    for _ in range(n_pools):
        n, m = (int(k) for k in rng.integers(2, 60, 2))
        acceptable = rng.random((n, m)) < rng.uniform(0.02, 0.6)
        capacity = rng.integers(0, 4, m)
        capacity[0] += 1
        market = Market.from_utilities(
            rng.normal(size=(n, m)),
            rng.normal(size=(n, m)),
            capacity=capacity,
            acceptable=acceptable,
        )
        matched = int((Optimal()(market, rng) >= 0).sum())
        kept += matched == most_pairs(acceptable, capacity)
    yield Count("participation first reaches the maximum flow in random pools", kept, n_pools)


def most_pairs(acceptable: np.ndarray, capacity: np.ndarray) -> int:
    """Value of scipy's maximum flow from the mentees to the places."""
    n, m = acceptable.shape
    mentee, mentor = np.nonzero(acceptable)
    start = np.concatenate([np.full(n, n + m), mentee, n + np.arange(m)])
    end = np.concatenate([np.arange(n), n + mentor, np.full(m, n + m + 1)])
    size = np.concatenate([np.ones(n + len(mentee)), capacity]).astype(np.int32)
    graph = csr_array((size, (start, end)), shape=(n + m + 2, n + m + 2))
    return int(maximum_flow(graph, n + m, n + m + 1).flow_value)
