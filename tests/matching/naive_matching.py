"""What matchings are, spelled out: everything is enumerated and checked pair by pair."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from mentorlab.matching import Market


def all_assignments(market: Market) -> Iterator[np.ndarray]:
    """Give every assignment that keeps to acceptability and capacity."""
    pairs = market.pairs()
    rows = np.split(pairs.mentor, pairs.indptr[1:-1])
    mentor_of = np.full(market.n_mentees, -1, dtype=np.int64)
    left = market.capacity.copy()

    def fill(i: int) -> Iterator[np.ndarray]:
        if i == market.n_mentees:
            yield mentor_of.copy()
            return
        yield from fill(i + 1)
        for j in rows[i]:
            if left[j] > 0:
                left[j] -= 1
                mentor_of[i] = j
                yield from fill(i + 1)
                mentor_of[i] = -1
                left[j] += 1

    yield from fill(0)


def is_stable(market: Market, mentor_of: np.ndarray, kind: str = "weak") -> bool:
    """Check by the definition: weak (both gain), strong (one gains, none loses) or super."""
    dense = market.matrices()
    for i in range(market.n_mentees):
        for j in range(market.n_mentors):
            acceptable = dense.acceptable is None or dense.acceptable[i, j]
            if not acceptable or mentor_of[i] == j or market.capacity[j] == 0:
                continue
            now = mentor_of[i]
            mine = dense.mentee_utility[i, now] if now >= 0 else -np.inf
            held = np.flatnonzero(mentor_of == j)
            is_open = len(held) < market.capacity[j]
            worst = -np.inf if is_open else dense.mentor_utility[held, j].min()
            first = dense.mentee_utility[i, j] - mine
            second = dense.mentor_utility[i, j] - worst
            blocks = {
                "weak": first > 0 and second > 0,
                "strong": first >= 0 and second >= 0 and (first > 0 or second > 0),
                "super": first >= 0 and second >= 0,
            }
            if blocks[kind]:
                return False
    return True


def stable_assignments(market: Market, kind: str = "weak") -> list[np.ndarray]:
    """Give every stable assignment."""
    return [found for found in all_assignments(market) if is_stable(market, found, kind)]


def mentee_values(market: Market, mentor_of: np.ndarray) -> np.ndarray:
    """Give what each mentee gets, minus infinity for the unmatched."""
    mine = market.matrices().mentee_utility[np.arange(len(mentor_of)), mentor_of]
    return np.where(mentor_of >= 0, mine, -np.inf)


def random_market(seed: int, *, levels: int | None = None, largest: int = 5) -> Market:
    """Draw a small market: unbalanced sides, some zero capacities, ties when levels are few."""
    rng = np.random.default_rng(seed)
    n, m = (int(k) for k in rng.integers(1, largest + 1, 2))
    if levels is None:
        sides = [rng.permutation(n * m).reshape(n, m).astype(float) for _ in range(2)]
    else:
        sides = [rng.integers(0, levels, (n, m)).astype(float) for _ in range(2)]
    capacity = rng.integers(0, 3, m)
    capacity[rng.integers(m)] += 1
    acceptable = rng.random((n, m)) < rng.choice([0.5, 0.8, 1.0])
    return Market.from_utilities(*sides, capacity=capacity, acceptable=acceptable)
