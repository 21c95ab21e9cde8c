"""Small random markets and everything that could be done with them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from mentorlab.errors import MarketError
from mentorlab.matching import Edges, Market
from mentorlab.matching.policy import run_policy
from mentorlab.rng import child_rng


def _random_market(
    seed: int,
    *,
    strict: bool = False,
    lower: bool = False,
    dense: bool = False,
    largest: int = 5,
    most_places: int = 3,
) -> Market:
    rng = np.random.default_rng(seed)
    n, m = (int(k) for k in rng.integers(1, largest + 1, 2))
    if strict:
        utilities = [rng.permutation(n * m).reshape(n, m) - n * m / 3 for _ in range(2)]
    else:
        top = int(rng.integers(1, 5))
        utilities = [rng.integers(-top, top + 1, (n, m)).astype(float) for _ in range(2)]
    acceptable = rng.random((n, m)) < rng.choice([0.5, 0.8, 1.0])
    capacity = rng.integers(0, most_places + 1, m)
    capacity[rng.integers(m)] += not capacity.any()
    market = Market.from_utilities(*utilities, capacity=capacity, acceptable=acceptable)
    if lower:
        limits = rng.integers(0, capacity + 1) * (rng.random(m) < 0.4)
        market = replace(market, lower=limits.astype(np.int64))
    if dense:
        return market
    return replace(market, dense=None, edges=market.pairs())


def _every_assignment(market: Market) -> list[np.ndarray]:
    pairs = market.pairs()
    rows = [
        [-1, *pairs.mentor[pairs.indptr[i] : pairs.indptr[i + 1]].tolist()]
        for i in range(market.n_mentees)
    ]
    return [found for found in map(np.array, product(*rows)) if _within_limits(market, found)]


def _within_limits(market: Market, mentor_of: np.ndarray) -> bool:
    load = np.bincount(mentor_of[mentor_of >= 0], minlength=market.n_mentors)
    return bool(
        (load <= market.capacity).all()
        and (load >= market.lower).all()
        and all(rule.low <= rule.count(mentor_of) <= rule.high for rule in market.quotas)
    )


def _utilities(market: Market, mentor_of: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    pairs: Edges = market.pairs()
    formed = pairs.mentor == mentor_of[pairs.mentee()]
    return pairs.mentee_utility[formed], pairs.mentor_utility[formed]


def _is_stable(market: Market, mentor_of: np.ndarray) -> bool:
    """Whether no acceptable pair would both strictly gain by leaving for each other."""
    if not _within_limits(market, mentor_of):
        return False
    pairs = market.pairs()
    mentee = pairs.mentee()
    formed = pairs.mentor == mentor_of[mentee]
    load = np.bincount(mentor_of[mentor_of >= 0], minlength=market.n_mentors)
    has = np.full(market.n_mentees, -np.inf)
    has[mentee[formed]] = pairs.mentee_utility[formed]
    worst = np.where(load < market.capacity, -np.inf, np.inf)
    np.minimum.at(worst, pairs.mentor[formed], pairs.mentor_utility[formed])
    worst[market.capacity == 0] = np.inf
    wants = (pairs.mentee_utility > has[mentee]) & (pairs.mentor_utility > worst[pairs.mentor])
    return not (wants & ~formed).any()


@pytest.fixture
def random_market() -> Callable[..., Market]:
    """Give a market of up to 5 x 5 with ties, zero capacity and incomplete lists."""
    return _random_market


@pytest.fixture
def every_assignment() -> Callable[[Market], list[np.ndarray]]:
    """List all assignments that honor capacities, lower limits and quotas."""
    return _every_assignment


@pytest.fixture
def utilities() -> Callable[[Market, np.ndarray], tuple[np.ndarray, np.ndarray]]:
    """Give what the two sides of the formed pairs get."""
    return _utilities


@pytest.fixture
def is_stable() -> Callable[[Market, np.ndarray], bool]:
    """Judge stability by its definition."""
    return _is_stable


@pytest.fixture
def assert_best() -> Callable[..., None]:
    """Assert that a policy's answer has the highest merit among the assignments that count."""

    def assert_best(market, policy, merit, *, all_sizes=False):
        everything = _every_assignment(market)
        if not everything:
            with pytest.raises(MarketError, match="the lower limits of"):
                run_policy(market, policy, child_rng(1))
            return
        if not all_sizes:
            largest = max(_n_matched(found) for found in everything)
            everything = [found for found in everything if _n_matched(found) == largest]
        found = run_policy(market, policy, child_rng(1))
        assert any((found == other).all() for other in everything)
        assert merit(found) == pytest.approx(max(map(merit, everything)), abs=1e-8)

    return assert_best


def _n_matched(mentor_of: np.ndarray) -> int:
    return int((mentor_of >= 0).sum())
