"""Small markets drawn at random, with everything that makes judging hard, and slow oracles."""

import numpy as np
from hypothesis import strategies as st

from mentorlab.matching import Market, as_policy, assign
from mentorlab.matching.market.edges import Edges


def drawn_market(seed, *, most=6, ties=True, density=0.7, ordinal=False):
    """A market of up to `most` mentees and mentors with ties and places of 0 to 3."""
    rng = np.random.default_rng(seed)
    n, m = rng.integers(1, most + 1, 2)
    high = 4 if ties else 1_000_000
    acceptable = rng.random((n, m)) < density
    capacity = rng.integers(0, 4, m)
    capacity[rng.integers(m)] += 1
    return Market.from_utilities(
        rng.integers(0, high, (n, m)).astype(float),
        rng.integers(0, high, (n, m)).astype(float),
        capacity=capacity,
        mentee_ids=[f"mentee{i}" for i in range(n)],
        mentor_ids=[f"mentor{j}" for j in range(m)],
        acceptable=acceptable,
    )


def drawn_assignment(market, seed):
    """Any assignment that keeps capacity and acceptability."""

    def anything(market, rng):
        free = market.capacity.copy()
        found = np.full(market.n_mentees, -1)
        pairs = market.pairs()
        for i in rng.permutation(market.n_mentees):
            row = pairs.mentor[pairs.indptr[i] : pairs.indptr[i + 1]]
            options = [j for j in row if free[j] > 0]
            if options and rng.random() < 0.8:
                found[i] = rng.choice(options)
                free[found[i]] -= 1
        return found

    return assign(market, as_policy(anything, name="anything"), seed=seed)


def lists_of(market):
    """The same market held as lists."""
    from dataclasses import replace

    edges: Edges = market.pairs()
    return replace(market, dense=None, edges=edges)


seeds = st.integers(0, 100_000)
